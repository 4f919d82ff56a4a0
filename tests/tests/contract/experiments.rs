use flowdeck_domain::FailureKind;
use flowdeck_domain::port::{Query, View};
use serde_json::{Value, json};

use crate::compare::{assert_none, differences};
use crate::exemptions::unexplained;
use crate::fields;
use crate::ports::Ports;
use crate::subject::Subject;

crate::over_every_store! {
    experiments_of_each_view_are_listed_as_mlflow_lists_them: lists_equal;
    an_experiment_is_found_by_its_id_and_by_its_name: found_by_id_and_name;
    an_experiment_that_is_not_there_is_not_found: missing_is_not_found;
}

async fn lists_equal(subject: &Subject) {
    let ports = Ports::open(subject);
    for (word, view) in [
        ("active", View::Active),
        ("deleted", View::Deleted),
        ("all", View::All),
    ] {
        let found = ports
            .experiments(Query {
                view,
                max_results: 1000,
                ..Query::default()
            })
            .await;
        let mut ours: Vec<Value> = found.iter().map(fields::experiment).collect();
        let mut theirs = subject.read["experiments"][word]
            .as_array()
            .expect("it is a list")
            .clone();
        if subject.orders_as_before_2() {
            ours.sort_by_key(|experiment| experiment["id"].to_string());
            theirs.sort_by_key(|experiment| experiment["id"].to_string());
        }
        let found = differences(&format!("experiments/{word}"), &ours.into(), &theirs.into());
        assert_none(&unexplained(subject, found));
    }
}

async fn found_by_id_and_name(subject: &Subject) {
    let ports = Ports::open(subject);
    for theirs in subject.read["experiments"]["all"]
        .as_array()
        .expect("it is a list")
    {
        let id = theirs["id"].as_str().expect("an id is text").into();
        let by_id = ports.tracking.experiment(&id).await.expect("it is there");
        assert_none(&differences("by id", &fields::experiment(&by_id), theirs));
        let by_name = ports
            .tracking
            .experiment_by_name(&by_id.name)
            .await
            .expect("it is there");
        assert_none(&differences("by name", &fields::experiment(&by_name), theirs));
    }
}

async fn missing_is_not_found(subject: &Subject) {
    let ports = Ports::open(subject);
    let by_id = ports.tracking.experiment(&"424242".into()).await;
    let by_name = ports.tracking.experiment_by_name("nobody made this one").await;
    for failure in [
        by_id.expect_err("there is none"),
        by_name.expect_err("there is none"),
    ] {
        assert_eq!(failure.kind(), FailureKind::NotFound, "{failure}");
        assert!(
            ["424242", "nobody made this one"]
                .iter()
                .any(|name| failure.message().contains(name)),
            "{}",
            json!(failure.message())
        );
    }
}
