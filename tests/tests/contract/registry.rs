use flowdeck_domain::{FailureKind, ModelName};
use serde_json::{Map, Value};

use crate::compare::{assert_none, differences};
use crate::exemptions::unexplained;
use crate::fields;
use crate::ports::Ports;
use crate::subject::Subject;

crate::over_every_store! {
    every_registered_model_has_every_field_and_version_that_mlflow_reads: each_model_equals;
    an_alias_leads_to_the_version_it_points_at: aliases_are_followed;
    a_registered_model_that_is_not_there_is_not_found: missing_is_not_found;
}

async fn each_model_equals(subject: &Subject) {
    let ports = Ports::open(subject);
    let theirs = subject.read["models"].as_object().expect("it is a map");
    assert_eq!(!theirs.is_empty(), subject.has_registry());
    let mut ours = Map::new();
    for name in theirs.keys() {
        let model = ports
            .registry
            .model(&ModelName::from(name.as_str()))
            .await
            .expect("the model is there");
        let versions = ports.versions(&model).await;
        ours.insert(name.clone(), fields::registered_model(&model, &versions));
    }
    assert_none(&unexplained(
        subject,
        differences("models", &ours.into(), &subject.read["models"]),
    ));
}

async fn aliases_are_followed(subject: &Subject) {
    let ports = Ports::open(subject);
    let none = Map::new();
    for (name, model) in subject.read["models"].as_object().expect("it is a map") {
        for (alias, number) in model["aliases"].as_object().unwrap_or(&none) {
            let found = ports
                .registry
                .version_by_alias(&ModelName::from(name.as_str()), alias)
                .await;
            assert_eq!(
                Value::from(found.expect("the alias points at a version").version.as_str()),
                *number
            );
        }
    }
    let missing = ports
        .registry
        .version_by_alias(&"detector".into(), "nobody")
        .await;
    let kind = missing.expect_err("there is no such alias").kind();
    assert!(
        [FailureKind::NotFound, FailureKind::Unsupported].contains(&kind),
        "{kind:?}"
    );
}

async fn missing_is_not_found(subject: &Subject) {
    let ports = Ports::open(subject);
    let model = ports
        .registry
        .model(&"nobody made this".into())
        .await
        .expect_err("there is none");
    assert_eq!(model.kind(), FailureKind::NotFound, "{model}");
    let version = ports
        .registry
        .version(&"detector".into(), &"99".into())
        .await
        .expect_err("there is none");
    assert_eq!(version.kind(), FailureKind::NotFound, "{version}");
}
