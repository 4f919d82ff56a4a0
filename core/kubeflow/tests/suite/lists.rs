use flowdeck_domain::pipelines::{RecurringRunStatus, RunState, TaskState, Trigger};
use flowdeck_domain::port::{
    Operation, PipelinesQuery, PipelinesReader, Predicate, PredicateValue, RunsQuery, SortKey,
};
use flowdeck_domain::{FailureKind, Timestamp};
use serde_json::{Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, ResponseTemplate};

use crate::replay::{self, asked, parameter};

fn filtered(predicates: Vec<Predicate>) -> RunsQuery {
    RunsQuery {
        query: PipelinesQuery {
            predicates,
            page_size: 20,
            ..PipelinesQuery::default()
        },
        experiment: None,
    }
}

#[tokio::test]
async fn a_filter_reaches_the_server_encoded_twice() {
    let mock = replay::of("single_user", &["runs_list_page1"]).await;
    let name = "100% a+b \"q\" é _";
    let since = Timestamp::parse_rfc3339("2026-11-23T00:00:00Z").unwrap();
    let query = filtered(vec![
        Predicate::text("display_name", Operation::Contains, name),
        Predicate::one_of("state", ["FAILED".to_owned(), "CANCELED".to_owned()]),
        Predicate::not_archived(),
        Predicate {
            key: "created_at".to_owned(),
            operation: Operation::Greater,
            value: PredicateValue::Time(since),
        },
    ]);
    replay::client(&mock).pipeline_runs(&query).await.unwrap();
    let request = &asked(&mock).await[0];
    let once = parameter(request, "filter").unwrap();
    // What the server does to the parameter that it has decoded already: `+` would become a blank, `%` would fail.
    let twice = percent_encoding::percent_decode_str(&once.replace('+', " "))
        .decode_utf8()
        .unwrap()
        .into_owned();
    assert_eq!(
        serde_json::from_str::<Value>(&twice).unwrap()["predicates"],
        json!([
            {"key": "display_name", "operation": "IS_SUBSTRING", "string_value": name},
            {"key": "state", "operation": "IN", "string_values": {"values": ["FAILED", "CANCELED"]}},
            {"key": "storage_state", "operation": "NOT_EQUALS", "string_value": "ARCHIVED"},
            {"key": "created_at", "operation": "GREATER_THAN", "timestamp_value": since.to_string()},
        ])
    );
}

#[tokio::test]
async fn pages_are_clamped_come_latest_first_and_repeat_everything_with_the_token() {
    let mock = replay::of("single_user", &["runs_list_page1"]).await;
    let client = replay::client(&mock);
    let mut query = filtered(vec![Predicate::not_archived()]);
    query.query.page_size = 1000;
    let page = client.pipeline_runs(&query).await.unwrap();
    assert_eq!(page.items.len(), 5);
    query.query.page = page.next.clone();
    client.pipeline_runs(&query).await.unwrap();
    let requests = asked(&mock).await;
    let (first, second) = (&requests[0], &requests[1]);
    for request in [first, second] {
        assert_eq!(parameter(request, "page_size").as_deref(), Some("200"));
        assert_eq!(parameter(request, "sort_by").as_deref(), Some("created_at desc"));
    }
    assert_eq!(parameter(first, "filter"), parameter(second, "filter"));
    assert_eq!(
        parameter(second, "page_token").as_deref(),
        page.next.as_ref().map(|token| &*token.0)
    );
}

#[tokio::test]
async fn the_last_page_has_no_token_and_an_empty_one_is_an_empty_object() {
    let mock = replay::of(
        "single_user",
        &["pipeline_versions_list_empty", "pipelines_list_page2"],
    )
    .await;
    let client = replay::client(&mock);
    let query = PipelinesQuery::default();
    let page = client.pipelines(&query).await.unwrap();
    assert!(!page.items.is_empty() && page.next.is_none());
    let id = "e5fc00c7-18ba-4158-b1e8-9fa03bb87b7f".into();
    assert!(
        client
            .pipeline_versions(&id, &query)
            .await
            .unwrap()
            .items
            .is_empty()
    );
    assert_eq!(
        parameter(&asked(&mock).await[0], "page_size").as_deref(),
        Some("20")
    );
}

#[tokio::test]
async fn an_order_that_breaks_on_the_second_page_is_refused_before_it_is_sent() {
    let mock = replay::of("single_user", &["runs_list_page1"]).await;
    let mut query = filtered(Vec::new());
    query.query.sort = Some(SortKey {
        key: "recurring_run_id".to_owned(),
        descending: false,
    });
    let failure = replay::client(&mock).pipeline_runs(&query).await.unwrap_err();
    assert_eq!(failure.kind(), FailureKind::InvalidInput);
    assert!(asked(&mock).await.is_empty());
}

#[tokio::test]
async fn a_server_for_several_users_is_not_asked_without_a_namespace() {
    let mock = replay::of(
        "multi_user",
        &[
            "runs_list_namespace",
            "recurringruns_list",
            "pipelines_list_shared",
        ],
    )
    .await;
    let client = replay::client(&mock);
    let mut query = filtered(Vec::new());
    for failure in [
        client.pipeline_runs(&query).await.unwrap_err(),
        client.recurring_runs(&query).await.unwrap_err(),
        client.pipeline_experiments(&query.query).await.unwrap_err(),
    ] {
        assert_eq!(failure.kind(), FailureKind::InvalidInput);
        assert!(failure.hint().unwrap().contains("--namespace"), "{failure}");
    }
    assert!(asked(&mock).await.is_empty());
    // Pipelines without a namespace are those that are shared.
    assert_eq!(client.pipelines(&query.query).await.unwrap().items.len(), 2);
    query.experiment = Some("a9a9f12a-7d62-41f2-b51c-82259bd098af".into());
    assert!(!client.pipeline_runs(&query).await.unwrap().items.is_empty());
    query.experiment = None;
    query.query.namespace = Some("team-a".into());
    client.pipeline_runs(&query).await.unwrap();
    let last = asked(&mock).await.pop().unwrap();
    assert_eq!(parameter(&last, "namespace").as_deref(), Some("team-a"));
}

#[tokio::test]
async fn schedules_come_under_the_one_key_in_camel_case_with_numbers_as_text() {
    let mock = replay::of("single_user", &["recurringruns_list"]).await;
    let page = replay::client(&mock)
        .recurring_runs(&filtered(Vec::new()))
        .await
        .unwrap();
    assert_eq!(page.items.len(), 2);
    let nightly = page.items.iter().find(|it| it.display_name == "nightly").unwrap();
    assert_eq!((nightly.max_concurrency, nightly.no_catchup), (2, true));
    assert_eq!(nightly.status, RecurringRunStatus::Enabled);
    let periodic = page.items.iter().find(|it| it.display_name != "nightly").unwrap();
    assert!(matches!(periodic.trigger, Trigger::Interval { seconds, .. } if seconds > 0));
}

#[tokio::test]
async fn a_row_that_the_server_could_not_read_stands_with_its_error_and_hides_no_other() {
    let mock = replay::of("single_user", &[]).await;
    let rows = json!({"runs": [
        {"run_id": "a", "error": {"code": 13, "message": "x: InternalServerError: no manifest"}},
        {"run_id": ["not", "text"]},
        {"run_id": "b", "state": "HIBERNATING", "created_at": "2026-11-23T13:46:14Z"},
    ]});
    Mock::given(path("/apis/v2beta1/runs"))
        .respond_with(ResponseTemplate::new(200).set_body_json(rows))
        .mount(&mock)
        .await;
    let page = replay::client(&mock)
        .pipeline_runs(&filtered(Vec::new()))
        .await
        .unwrap();
    assert_eq!(page.items[0].error.as_deref(), Some("no manifest"));
    assert_eq!(
        page.items[1].state,
        RunState::Other("HIBERNATING".into()),
        "a state from a newer server is kept"
    );
    assert_eq!((page.items.len(), page.warnings.len()), (2, 1));
}

#[tokio::test]
async fn a_run_is_told_by_its_workflow_where_the_server_keeps_it() {
    let names = [
        "run_get_stopped_without_canceling_in_history",
        "run_get_stopped_without_canceling_v1beta1",
    ];
    let mock = replay::of("single_user", &names).await;
    let id = "cf3f9794-5ff4-494a-84e0-2a72d1f0d2bd".into();
    let run = replay::client(&mock).pipeline_run(&id).await.unwrap();
    assert!(run.told_to_stop && run.stopped());
    assert_eq!(run.state, RunState::Failed);
    let prepare = run.tasks.named("prepare")[0];
    assert_eq!(prepare.state, TaskState::Canceled);
    assert!(prepare.pod_name.is_some());
    assert_eq!(run.outcome().summary, "stopped at `prepare`");
    // Without v1beta1 the run is shown all the same, by its details.
    let mock = replay::of("single_user", &names[..1]).await;
    let run = replay::client(&mock).pipeline_run(&id).await.unwrap();
    assert!(!run.tasks.is_empty() && !run.told_to_stop);
}

#[tokio::test]
async fn a_task_api_is_read_where_there_is_one() {
    let mock = replay::of("task_api", &["run_get_full_view"]).await;
    let id = "f4168256-e1b6-40e3-a867-ad59458482ed".into();
    let client = replay::client(&mock);
    let run = client.pipeline_run(&id).await.unwrap();
    let fit = run.tasks.named("fit")[0];
    assert_eq!((fit.state, fit.path.as_str()), (TaskState::Failed, "root.fit"));
    assert_eq!(fit.cause.as_ref().unwrap().kind.word(), "out_of_memory");
    assert_eq!(fit.inputs.artifacts[0].key, "data");
    let names: Vec<String> = client
        .run_artifacts(&id)
        .await
        .unwrap()
        .into_iter()
        .map(|it| it.name)
        .collect();
    assert!(
        names.contains(&"accuracy".to_owned()) && names.contains(&"data".to_owned()),
        "{names:?}"
    );
    assert!(
        asked(&mock)
            .await
            .iter()
            .any(|request| parameter(request, "view").as_deref() == Some("FULL"))
    );
}

#[tokio::test]
async fn an_archived_log_comes_from_the_server_unless_it_is_an_error_in_a_body_of_200() {
    let names = ["run_get_archived", "log_archived_pod_gone", "log_nowhere"];
    let mock = replay::of("single_user", &names).await;
    let client = replay::client(&mock);
    let run_id = "62d46b18-c853-4e33-a26f-bf74fdb0b40d".into();
    let mut task = flowdeck_domain::pipelines::Task::new(
        "t".into(),
        "train",
        flowdeck_domain::pipelines::TaskKind::Runtime,
        TaskState::Succeeded,
    );
    let mut tree = flowdeck_domain::pipelines::TaskTree::default();
    for (pod, log) in [
        (Some("churn-linear-xhsnp-system-container-impl-1906452529"), true),
        (Some("no-such-pod"), false),
        (None, false),
    ] {
        task.pod_name = pod.map(Into::into);
        tree.tasks = vec![task.clone()];
        let read = client.archived_log(&run_id, &tree, &"t".into()).await;
        match read {
            Ok(bytes) => assert!(log && bytes.starts_with(b"[KFP Executor]")),
            Err(failure) => {
                assert!(!log, "{failure}");
                assert_eq!(failure.kind(), FailureKind::NotFound);
            }
        }
    }
}

#[tokio::test]
async fn a_log_that_comes_as_base64_is_decoded() {
    let mock = replay::of("single_user", &[]).await;
    let exchange = crate::captures::named("single_user", "artifact_read");
    Mock::given(path("/apis/v2beta1/runs/r/nodes/p/artifacts/main-logs:read"))
        .respond_with(replay::answer(&exchange))
        .mount(&mock)
        .await;
    let mut task = flowdeck_domain::pipelines::Task::new(
        "t".into(),
        "train",
        flowdeck_domain::pipelines::TaskKind::Runtime,
        TaskState::Succeeded,
    );
    task.pod_name = Some("p".into());
    let tree = flowdeck_domain::pipelines::TaskTree {
        tasks: vec![task],
        ..Default::default()
    };
    let log = replay::client(&mock)
        .archived_log(&"r".into(), &tree, &"t".into())
        .await
        .unwrap();
    assert!(log.ends_with(b"\x1b[32mdone\x1b[0m\n"));
}
