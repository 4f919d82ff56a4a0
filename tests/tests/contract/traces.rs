use flowdeck_domain::{FailureKind, TraceId};
use serde_json::Map;

use crate::compare::{assert_none, differences};
use crate::exemptions::unexplained;
use crate::fields;
use crate::ports::Ports;
use crate::subject::Subject;

crate::over_every_store! {
    every_trace_has_every_field_and_span_that_mlflow_reads: each_trace_equals;
    a_trace_that_is_not_there_is_not_found: missing_is_not_found;
}

async fn each_trace_equals(subject: &Subject) {
    let ports = Ports::open(subject);
    let theirs = &subject.read["traces"];
    assert_eq!(
        theirs.as_object().is_some_and(|traces| !traces.is_empty()),
        subject.major() >= 2
    );
    let mut ours = Map::new();
    for id in theirs.as_object().expect("it is a map").keys() {
        let trace = ports
            .tracking
            .trace(&TraceId::from(id.as_str()))
            .await
            .expect("the trace is there");
        ours.insert(id.clone(), fields::trace(&trace));
    }
    assert_none(&unexplained(subject, differences("traces", &ours.into(), theirs)));
}

async fn missing_is_not_found(subject: &Subject) {
    let id = TraceId::from("tr-0123456789abcdef0123456789abcdef");
    let failure = Ports::open(subject)
        .tracking
        .trace(&id)
        .await
        .expect_err("there is none");
    let expected: &[FailureKind] = if subject.major() >= 2 {
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
