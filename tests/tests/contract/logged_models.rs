use flowdeck_domain::{FailureKind, ModelId};
use serde_json::Map;

use crate::compare::{assert_none, differences};
use crate::exemptions::unexplained;
use crate::fields;
use crate::ports::Ports;
use crate::subject::Subject;

crate::over_every_store! {
    every_logged_model_has_every_field_that_mlflow_reads: each_model_equals;
    a_logged_model_that_is_not_there_is_not_found: missing_is_not_found;
}

async fn each_model_equals(subject: &Subject) {
    let ports = Ports::open(subject);
    let theirs = &subject.read["logged_models"];
    assert_eq!(
        theirs.as_object().is_some_and(|models| !models.is_empty()),
        subject.major() >= 3
    );
    let mut ours = Map::new();
    for id in theirs.as_object().expect("it is a map").keys() {
        let model = ports
            .tracking
            .logged_model(&ModelId::from(id.as_str()))
            .await
            .expect("the model is there");
        ours.insert(id.clone(), fields::logged_model(&model));
    }
    assert_none(&unexplained(
        subject,
        differences("logged_models", &ours.into(), theirs),
    ));
}

async fn missing_is_not_found(subject: &Subject) {
    let id = ModelId::from("m-0123456789abcdef0123456789abcdef");
    let failure = Ports::open(subject)
        .tracking
        .logged_model(&id)
        .await
        .expect_err("there is none");
    let expected: &[FailureKind] = if subject.major() >= 3 {
        &[FailureKind::NotFound]
    } else {
        &[FailureKind::NotFound, FailureKind::Unsupported]
    };
    assert!(
        expected.contains(&failure.kind()),
        "{:?}: {failure}",
        failure.kind()
    );
}
