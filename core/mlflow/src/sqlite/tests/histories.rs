use flowdeck_domain::FailureKind;
use flowdeck_domain::port::TrackingReader;
use flowdeck_domain::tracking::MetricPoint;
use futures::StreamExt;

use super::Fixture;
use crate::sqlite::SqliteStore;

async fn history(store: &SqliteStore, run: &str, key: &str) -> Vec<MetricPoint> {
    let mut stream = store.metric_history(&run.into(), &key.into());
    let mut points = Vec::new();
    while let Some(batch) = stream.next().await {
        points.extend(batch.expect("a batch"));
    }
    points
}

#[tokio::test]
async fn a_history_is_ordered_by_timestamp_then_step_then_value() {
    for fixture in Fixture::all() {
        fixture.run("r2", 1, 0);
        fixture.sql(
            "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES \
             ('loss', 5.0, 30, 'r1', 1, 0), ('loss', 4.0, 20, 'r1', 9, 0), ('loss', 3.0, 20, 'r1', 2, 0), \
             ('loss', 1.0, 20, 'r1', 2, 0), ('loss', 0.0, 20, 'r1', 3, 1), ('loss', 0.0, 20, 'r1', 3, 0), \
             ('loss', 1.7976931348623157e308, 10, 'r1', -5, 0), ('other', 7.0, 0, 'r1', 0, 0), \
             ('loss', 8.0, 0, 'r2', 0, 0)",
        );
        let points = history(&fixture.store(), "r1", "loss").await;
        let places: Vec<(i64, i64)> = points
            .iter()
            .map(|point| (point.timestamp.0, point.step))
            .collect();
        assert_eq!(
            places,
            [(10, -5), (20, 2), (20, 2), (20, 3), (20, 3), (20, 9), (30, 1)]
        );
        let values: Vec<f64> = points.iter().map(|point| point.value).collect();
        assert_eq!(values[..4], [f64::INFINITY, 1.0, 3.0, 0.0]);
        assert!(values[4].is_nan());
        assert_eq!(values[5..], [4.0, 5.0]);
    }
}

#[tokio::test]
async fn a_metric_that_was_never_logged_has_no_points_and_a_missing_run_is_missing() {
    let fixture = Fixture::new("3.18.0");
    let store = fixture.store();
    assert!(history(&store, "r1", "never").await.is_empty());
    let mut stream = store.metric_history(&"nobody".into(), &"loss".into());
    let failure = stream.next().await.expect("an answer").expect_err("no such run");
    assert_eq!(failure.kind(), FailureKind::NotFound);
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn a_long_history_comes_in_batches_and_holds_no_lock_while_it_is_listened_to() {
    let fixture = Fixture::new("3.18.0");
    fixture.sql(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99999) \
         INSERT INTO metrics SELECT 'loss', i, 1000 + i, 'r1', i, 0 FROM n",
    );
    let store = fixture.store();
    let mut stream = store.metric_history(&"r1".into(), &"loss".into());
    let first = stream.next().await.expect("a batch").expect("points");
    assert!(first.len() < 100_000);
    // Over half of the points are still to come, and a writer need not wait for them.
    let writer = fixture.connection();
    writer.busy_timeout(std::time::Duration::ZERO).expect("a timeout");
    writer
        .execute_batch("BEGIN EXCLUSIVE; DELETE FROM metrics; COMMIT")
        .expect("no reader holds a lock");
    let mut points = first.len();
    while let Some(batch) = stream.next().await {
        points += batch.expect("points").len();
    }
    assert_eq!(points, 100_000);
}

#[tokio::test]
async fn the_planner_uses_the_index_of_the_run() {
    for (release, index) in [
        ("2.22.5", "index_metrics_run_uuid"),
        ("3.18.0", "index_metrics_run_uuid_key_step"),
    ] {
        let fixture = Fixture::new(release);
        fixture.sql("INSERT INTO metrics VALUES ('loss', 1.0, 1, 'r1', 1, 0)");
        assert_eq!(history(&fixture.store(), "r1", "loss").await.len(), 1);
        fixture.sql(&format!("DROP INDEX {index}"));
        assert_eq!(
            history(&fixture.store(), "r1", "loss").await.len(),
            1,
            "without {index}"
        );
    }
}
