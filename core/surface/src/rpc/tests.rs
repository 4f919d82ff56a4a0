//! The desk over a demo store, asked as a page asks.

use flowdeck_client::{Environment, Flags};
use serde_json::{Value, json};

use super::{Answer, Desk};

fn desk(directory: &std::path::Path) -> Desk {
    Desk::new(Flags::default(), Environment::of(directory, []), None)
}

async fn asked(desk: &Desk, request: Value) -> Value {
    match desk.answer(request).await.expect("it is answered") {
        Answer::Json(text) => serde_json::from_str(&text).expect("JSON"),
        Answer::Columns(bytes) => json!(bytes.len()),
    }
}

#[tokio::test]
async fn without_a_store_the_page_still_says_who_it_is_and_where_it_looked() {
    let empty = tempfile::tempdir().expect("a temporary directory");
    let desk = desk(empty.path());
    let about = asked(&desk, json!({"method": "about"})).await;
    assert_eq!(about["version"], env!("CARGO_PKG_VERSION"));
    let start = asked(&desk, json!({"method": "start"})).await;
    assert_eq!(
        (start["store"].is_null(), start["failure"].is_null()),
        (true, true)
    );
    assert_eq!(start["looks"].as_array().map(Vec::len), Some(6));
    let experiments = json!({"method": "experiments", "params": {}});
    let failure = desk.answer(experiments).await.expect_err("no store");
    assert_eq!(failure.kind, "not_found");
    assert!(
        failure
            .hint
            .is_some_and(|hint| hint.contains("MLFLOW_TRACKING_URI"))
    );
}

#[tokio::test]
async fn a_request_of_another_version_is_a_sentence_and_no_panic() {
    let empty = tempfile::tempdir().expect("a temporary directory");
    for request in [json!({"method": "explode"}), json!([]), Value::Null] {
        let failure = desk(empty.path()).answer(request).await.expect_err("unknown");
        assert_eq!(failure.kind, "invalid_input");
    }
    assert!(desk(empty.path()).follow(json!({"stream": "secrets"})).is_err());
}

#[tokio::test]
async fn a_store_that_cannot_be_opened_is_told_and_the_open_one_stays() {
    let empty = tempfile::tempdir().expect("a temporary directory");
    let desk = desk(empty.path());
    let open = json!({"method": "open", "params": {"what": "store", "name": "no/such/mlflow.db"}});
    let failure = desk.answer(open).await.expect_err("there is none");
    assert!(!failure.sentence.is_empty());
    let demo = json!({"method": "open", "params": {"what": "demo"}});
    assert_eq!(
        desk.answer(demo).await.expect_err("none was given").kind,
        "unsupported"
    );
}

#[tokio::test]
async fn every_action_is_told_with_its_name_and_keys() {
    let empty = tempfile::tempdir().expect("a temporary directory");
    let actions = asked(&desk(empty.path()), json!({"method": "actions"})).await;
    let mark =
        json!({"name": "runs.mark", "scope": "Runs", "title": "mark, or take the mark", "keys": ["space"]});
    assert!(actions.as_array().is_some_and(|actions| actions.contains(&mark)));
}
