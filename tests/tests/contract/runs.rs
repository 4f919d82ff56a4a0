use flowdeck_domain::port::{Keys, RunFields};
use flowdeck_domain::{FailureKind, RunId};
use serde_json::{Map, Value};

use crate::compare::{assert_none, differences};
use crate::exemptions::unexplained;
use crate::fields;
use crate::ports::Ports;
use crate::subject::Subject;

crate::over_every_store! {
    every_run_has_every_field_that_mlflow_reads: each_run_equals;
    a_list_of_runs_has_every_field_that_mlflow_reads: listed_runs_equal;
    a_list_holds_no_less_than_the_keys_asked_for: asked_keys_are_read;
    a_run_that_is_not_there_is_not_found: missing_is_not_found;
}

async fn each_run_equals(subject: &Subject) {
    let ports = Ports::open(subject);
    let mut ours = Map::new();
    for id in subject.read["runs"].as_object().expect("it is a map").keys() {
        let run = ports
            .tracking
            .run(&RunId::from(id.as_str()))
            .await
            .expect("the run is there");
        ours.insert(id.clone(), fields::run(&run));
    }
    assert_none(&unexplained(
        subject,
        differences("runs", &ours.into(), &subject.read["runs"]),
    ));
}

async fn listed_runs_equal(subject: &Subject) {
    let runs = Ports::open(subject).runs(RunFields::all()).await;
    let ours: Map<String, Value> = runs
        .iter()
        .map(|run| (run.info.id.to_string(), fields::run(run)))
        .collect();
    assert_none(&unexplained(
        subject,
        differences("list", &ours.into(), &subject.read["runs"]),
    ));
}

async fn asked_keys_are_read(subject: &Subject) {
    let asked = RunFields {
        params: Keys::Only(vec!["optimizer".into(), "with blank".into()]),
        metrics: Keys::Only(vec!["acc".into(), "val/acc".into(), "größe".into()]),
        tags: Keys::None,
        inputs: false,
    };
    for run in Ports::open(subject).runs(asked).await {
        let theirs = &subject.read["runs"][run.info.id.as_str()];
        for (kind, keys) in [
            ("params", ["optimizer", "with blank"].as_slice()),
            ("metrics", &["acc", "val/acc", "größe"]),
        ] {
            for key in keys {
                let found = differences(
                    &format!("{}/{kind}/{key}", run.info.id),
                    &fields::run(&run)[kind][key],
                    &theirs[kind][key],
                );
                assert_none(&unexplained(subject, found));
            }
        }
    }
}

async fn missing_is_not_found(subject: &Subject) {
    let id = RunId::from("0123456789abcdef0123456789abcdef");
    let failure = Ports::open(subject)
        .tracking
        .run(&id)
        .await
        .expect_err("there is no such run");
    assert_eq!(failure.kind(), FailureKind::NotFound, "{failure}");
    assert!(failure.message().contains(id.as_str()), "{failure}");
}
