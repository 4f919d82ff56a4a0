//! Least and greatest values: of the metrics that are asked for, and never a wrong one.

use flowdeck_domain::MetricKey;
use flowdeck_domain::tracking::MetricPoint;

use super::Fixture;
use crate::sqlite::extremes::within;

fn told(fixture: &Fixture, keys: &[&str], most_points: usize) -> Vec<(String, usize, i64, i64)> {
    let keys: Vec<MetricKey> = keys.iter().map(|key| MetricKey::from(*key)).collect();
    let store = fixture.store();
    let told = store
        .database
        .read(|reader| within(reader, &"r1".into(), &keys, most_points))
        .expect("the run is there");
    let step = |point: Option<MetricPoint>| point.map_or(-1, |point| point.step);
    let mut told: Vec<_> = told
        .iter()
        .map(|own| {
            (
                own.key.to_string(),
                own.n_points,
                step(own.least),
                step(own.greatest),
            )
        })
        .collect();
    told.sort();
    told
}

fn logged(schema: &str) -> Fixture {
    let fixture = Fixture::new(schema);
    fixture.run("r2", 1, 0);
    for (run, key, step, value) in [
        ("r1", "acc", 1, 0.5),
        ("r1", "acc", 2, 0.75),
        ("r1", "acc", 3, 0.25),
        ("r1", "err", 1, 4.0),
        ("r1", "err", 2, 3.0),
        ("r2", "acc", 9, 9.0),
    ] {
        fixture.sql(&format!(
            "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) \
             VALUES ('{key}', {value}, {step}, '{run}', {step}, 0)"
        ));
    }
    fixture
}

#[test]
fn only_the_metrics_that_are_asked_for_are_read() {
    for schema in ["1.30.1", "2.22.5", "3.18.0"] {
        let fixture = logged(schema);
        let acc = ("acc".to_owned(), 3, 3, 2);
        assert_eq!(
            told(&fixture, &["acc", "nowhere"], 100),
            std::slice::from_ref(&acc)
        );
        let both = [acc, ("err".to_owned(), 2, 2, 1)];
        assert_eq!(told(&fixture, &["err", "acc"], 100), both);
        assert_eq!(told(&fixture, &[], 100), []);
    }
}

#[test]
fn what_the_limit_broke_off_is_left_out_rather_than_told_wrong() {
    let told_within = |schema, most| told(&logged(schema), &["acc", "err"], most);
    assert_eq!(told_within("3.18.0", 4), [("acc".to_owned(), 3, 3, 2)]);
    assert_eq!(told_within("3.18.0", 2), []);
    assert_eq!(told_within("2.22.5", 4), []);
    assert_eq!(told_within("2.22.5", 5).len(), 2);
}
