use std::fs;

use flowdeck_domain::port::{TraceQuery, TrackingReader};
use flowdeck_domain::tracking::{AssessmentKind, Tag, TraceState};
use flowdeck_domain::{ExperimentId, FailureKind, Timestamp};

use super::{Fixture, everything};

fn traces() -> TraceQuery {
    TraceQuery {
        query: everything(),
        experiments: vec![ExperimentId::from("1")],
    }
}

fn value<'a>(tags: &'a [Tag], key: &str) -> Option<&'a str> {
    tags.iter()
        .find(|tag| tag.key.as_str() == key)
        .map(|tag| tag.value.as_str())
}

const SPAN: &str = r#"{"name": "root", "span_id": "AAAAAAAAAAE=", "parent_span_id": null, "start_time_unix_nano": 5, "end_time_unix_nano": 9, "status": {"code": "STATUS_CODE_OK"}, "attributes": {}}"#;

#[tokio::test]
async fn names_sessions_tokens_and_costs_of_a_new_store_are_read_from_their_columns() {
    let fixture = Fixture::new("3.18.0");
    fixture.sql(&format!(
        "INSERT INTO trace_info (request_id, experiment_id, timestamp_ms, execution_time_ms, status, \
         client_request_id, trace_name, session_id, input_tokens, total_tokens, total_cost) \
         VALUES ('tr-1', 1, 100, 7, 'OK', 'mine', 'ask', 'talk', 3, 5, 0.00001); \
         INSERT INTO trace_tags VALUES ('mlflow.traceName', 'stale', 'tr-1'), ('team', 'a', 'tr-1'), \
         ('mlflow.trace.spansLocation', 'TRACKING_STORE', 'tr-1'); \
         INSERT INTO trace_request_metadata VALUES ('mlflow.trace.session', 'stale', 'tr-1'), \
         ('mlflow.sourceRun', 'r1', 'tr-1'); \
         INSERT INTO assessments (assessment_id, trace_id, name, assessment_type, value, created_timestamp, \
         last_updated_timestamp, source_type, source_id, valid, rationale) VALUES \
         ('a-1', 'tr-1', 'good', 'feedback', 'true', 120, 120, 'HUMAN', 'me', 1, 'because'); \
         INSERT INTO spans (trace_id, experiment_id, span_id, name, status, start_time_unix_nano, content) \
         VALUES ('tr-1', 1, '1', 'root', 'OK', 5, '{SPAN}')"
    ));
    let store = fixture.store();
    let page = store.search_traces(&traces()).await.expect("a page");
    let trace = store.trace(&"tr-1".into()).await.expect("a trace");
    assert_eq!(page.items, std::slice::from_ref(&trace.info));
    let info = &trace.info;
    assert_eq!(
        (info.name(), info.run_id().map(|id| id.to_string())),
        (Some("ask"), Some("r1".to_owned()))
    );
    assert_eq!(
        (info.request_time, info.execution_duration_ms),
        (Timestamp(100), Some(7))
    );
    assert_eq!(
        (info.state.clone(), info.client_request_id.as_deref()),
        (TraceState::Ok, Some("mine"))
    );
    assert_eq!(value(&info.metadata, "mlflow.trace.session"), Some("talk"));
    assert_eq!(
        value(&info.metadata, "mlflow.trace.tokenUsage"),
        Some(r#"{"input_tokens": 3, "total_tokens": 5}"#)
    );
    assert_eq!(
        value(&info.metadata, "mlflow.trace.cost"),
        Some(r#"{"total_cost": 1e-05}"#)
    );
    assert_eq!(info.tags.len(), 3);
    let [assessment] = &*info.assessments else {
        panic!("one assessment: {:?}", info.assessments)
    };
    assert_eq!(
        (assessment.kind, assessment.value.as_deref()),
        (AssessmentKind::Feedback, Some("true"))
    );
    assert_eq!(assessment.create_time, Some(Timestamp(120)));
    let [span] = &*trace.spans else {
        panic!("one span: {:?}", trace.spans)
    };
    assert_eq!(
        (span.id.as_str(), span.name.as_str(), span.end_time_ns),
        ("0000000000000001", "root", Some(9))
    );
}

#[tokio::test]
async fn names_and_spans_of_an_older_store_are_read_from_tags_and_the_artifacts() {
    let fixture = Fixture::new("2.22.5");
    fixture.sql(
        "INSERT INTO trace_info VALUES ('abc', 1, 100, NULL, 'IN_PROGRESS'); \
         INSERT INTO trace_tags VALUES ('mlflow.traceName', 'ask', 'abc'), \
         ('mlflow.artifactLocation', './mlruns/1/traces/abc/artifacts', 'abc')",
    );
    let store = fixture.store();
    let trace = store.trace(&"abc".into()).await.expect("a trace");
    assert_eq!(
        (trace.info.name(), trace.info.execution_duration_ms),
        (Some("ask"), None)
    );
    assert!(trace.spans.is_empty());
    let artifacts = fixture.directory.path().join("mlruns/1/traces/abc/artifacts");
    fs::create_dir_all(&artifacts).expect("a directory");
    fs::write(artifacts.join("traces.json"), format!("{{\"spans\": [{SPAN}]}}")).expect("a file");
    assert_eq!(store.trace(&"abc".into()).await.expect("a trace").spans.len(), 1);
    fs::write(artifacts.join("traces.json"), "{\"spans\": [").expect("a file");
    let failure = store.trace(&"abc".into()).await.expect_err("cut short");
    assert_eq!(failure.kind(), FailureKind::Damaged);
    assert!(failure.message().contains("abc"), "{failure}");
}

#[tokio::test]
async fn a_store_without_traces_says_so_and_a_missing_trace_is_missing() {
    let old = Fixture::new("1.30.1");
    assert_eq!(
        old.store()
            .search_traces(&traces())
            .await
            .expect_err("no table")
            .kind(),
        FailureKind::Unsupported
    );
    let new = Fixture::new("3.18.0");
    let failure = new
        .store()
        .trace(&"tr-9".into())
        .await
        .expect_err("no such trace");
    assert_eq!(failure.kind(), FailureKind::NotFound);
}
