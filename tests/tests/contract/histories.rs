use flowdeck_domain::port::HistoryPart;
use flowdeck_domain::{FailureKind, MetricKey, RunId};
use futures::TryStreamExt;
use serde_json::{Map, Value};

use crate::compare::{assert_none, differences};
use crate::exemptions::unexplained;
use crate::fields;
use crate::ports::Ports;
use crate::subject::Subject;

crate::over_every_store! {
    every_history_has_every_point_in_the_order_of_mlflow: each_history_equals;
    a_metric_that_was_never_logged_has_an_empty_history: unknown_metric_is_empty;
    a_history_is_read_on_from_its_mark_without_losing_or_doubling_a_point: reading_on_adds_nothing;
    the_history_of_a_run_that_is_not_there_is_not_found: missing_run_is_not_found;
}

async fn each_history_equals(subject: &Subject) {
    let ports = Ports::open(subject);
    for (run, histories) in subject.read["histories"].as_object().expect("it is a map") {
        let mut ours = Map::new();
        for key in histories.as_object().expect("it is a map").keys() {
            ours.insert(
                key.clone(),
                history(&ports, run, key).await.expect("the history is there"),
            );
        }
        let found = differences(&format!("histories/{run}"), &ours.into(), histories);
        assert_none(&unexplained(subject, found));
    }
}

async fn unknown_metric_is_empty(subject: &Subject) {
    let run = subject.read["runs"]
        .as_object()
        .and_then(|runs| runs.keys().next())
        .expect("there are runs");
    let points = history(&Ports::open(subject), run, "never logged")
        .await
        .expect("it is empty, not missing");
    assert_eq!(points, Value::Array(Vec::new()));
}

async fn reading_on_adds_nothing(subject: &Subject) {
    let ports = Ports::open(subject);
    for (run, histories) in subject.read["histories"].as_object().expect("it is a map") {
        for key in histories.as_object().expect("it is a map").keys() {
            let (run, key) = (RunId::from(run.as_str()), MetricKey::from(key.as_str()));
            let mut followed = Vec::new();
            let mut mark = None;
            for _ in 0..2 {
                let parts = ports.tracking.history_after(&run, &key, mark.as_ref());
                let parts: Vec<_> = parts.try_collect().await.expect("the history is there");
                for part in parts {
                    match part {
                        HistoryPart::Anew => followed.clear(),
                        HistoryPart::Points(points) => followed.extend(points.iter().map(fields::point)),
                        HistoryPart::End(next) => mark = next,
                    }
                }
                let whole = history(&ports, run.as_str(), key.as_str()).await;
                assert_eq!(
                    Value::from(followed.clone()),
                    whole.expect("the history is there")
                );
            }
        }
    }
}

async fn missing_run_is_not_found(subject: &Subject) {
    let failure = history(&Ports::open(subject), "0123456789abcdef0123456789abcdef", "loss")
        .await
        .expect_err("there is no such run");
    assert_eq!(failure.kind(), FailureKind::NotFound, "{failure}");
}

async fn history(ports: &Ports, run: &str, key: &str) -> flowdeck_domain::Result<Value> {
    let batches: Vec<_> = ports
        .tracking
        .metric_history(&RunId::from(run), &MetricKey::from(key))
        .try_collect()
        .await?;
    Ok(batches.iter().flatten().map(fields::point).collect())
}
