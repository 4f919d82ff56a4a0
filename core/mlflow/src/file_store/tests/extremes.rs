//! Least and greatest values: of the metrics that are asked for.

use flowdeck_domain::port::TrackingReader;
use flowdeck_domain::{FailureKind, MetricKey};

use super::fixture::Fixture;

const RUN: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn only_the_files_of_the_metrics_that_are_asked_for_are_read() {
    let fixture = Fixture::new();
    let run = fixture.run(RUN);
    fixture.write(
        &format!("{run}/metrics/val/acc"),
        "10 nan 0\n11 4 1\n12 -inf 2\n13 4 3\n",
    );
    // Whoever reads this file is told that it is no file.
    std::fs::create_dir_all(fixture.path(&format!("{run}/metrics/other/below"))).unwrap();
    let keys = ["val/acc", "nowhere", "other", "../../meta.yaml"].map(MetricKey::from);
    let told = fixture.open().metric_extremes(&RUN.into(), &keys).await.unwrap();
    let [acc] = told.expect("a directory tells").try_into().expect("one metric");
    assert_eq!((acc.key.as_str(), acc.n_points, acc.n_nan), ("val/acc", 4, 1));
    let (least, greatest) = (acc.least.unwrap(), acc.greatest.unwrap());
    assert_eq!((least.step, least.value), (2, f64::NEG_INFINITY));
    assert_eq!((greatest.step, greatest.value), (1, 4.0));
}

#[tokio::test]
async fn a_run_that_is_not_there_is_missing() {
    let fixture = Fixture::new();
    let told = fixture
        .open()
        .metric_extremes(&RUN.into(), &["loss".into()])
        .await;
    assert_eq!(told.expect_err("no such run").kind(), FailureKind::NotFound);
}
