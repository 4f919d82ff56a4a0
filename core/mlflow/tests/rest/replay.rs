use flowdeck_domain::port::{
    LoggedModelQuery, Query, RegistryReader, RunFields, RunQuery, TraceQuery, TrackingReader, TrackingWriter,
    View,
};
use flowdeck_domain::registry::Stage;
use flowdeck_domain::tracking::{AssessmentKind, LoggedModelStatus, RunStatus, Tag, TraceState};
use flowdeck_domain::{ExperimentId, FailureKind, RunId};
use futures::TryStreamExt;
use serde_json::Value;
use wiremock::MockServer;

use crate::recorded::{Recorded, store};

const VERSIONS: [u8; 3] = [1, 2, 3];

fn query(max_results: usize) -> Query {
    Query {
        max_results,
        view: View::All,
        ..Query::default()
    }
}

fn all_runs() -> RunQuery {
    RunQuery {
        query: query(10),
        experiments: vec![ExperimentId::from("1")],
        fields: RunFields::all(),
    }
}

async fn last_body(server: &MockServer) -> Value {
    let asked = server.received_requests().await.unwrap();
    serde_json::from_slice(&asked.last().unwrap().body).unwrap()
}

#[tokio::test]
async fn every_version_tells_what_it_is() {
    for (version, told) in [(1, None), (2, Some("2.22.5")), (3, Some("3.18.0"))] {
        let server = Recorded::of(version).serve(&["version", "server-info"]).await;
        let store = store(&server);
        assert_eq!(store.origin().version, None);
        assert_eq!(store.server().await.unwrap().version.as_deref(), told);
        assert_eq!(store.origin().version.as_deref(), told);
        store.server().await.unwrap();
        assert_eq!(server.received_requests().await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn experiments_read_alike_from_every_version() {
    for version in VERSIONS {
        let recorded = Recorded::of(version);
        let server = recorded
            .serve(&[
                "experiments/search POST",
                "experiments/get",
                "experiments/get-by-name",
            ])
            .await;
        let store = store(&server);
        let page = store.search_experiments(&query(10)).await.unwrap();
        let names: Vec<_> = page.items.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["exp two", "exp one", "Default"], "{version}");
        assert_eq!(page.items[1].tag("team"), Some("vision"));
        assert!(page.items.iter().all(|it| it.creation_time.is_some()));
        let body = last_body(&server).await;
        assert_eq!(
            body,
            recorded.entry("experiments/search POST").body.clone().unwrap()
        );
        let one = store.experiment(&ExperimentId::from("1")).await.unwrap();
        assert_eq!(one, store.experiment_by_name("exp one").await.unwrap());
        assert_eq!(one.artifact_location, "mlflow-artifacts:/1");
    }
}

#[tokio::test]
async fn a_server_that_cannot_search_experiments_lists_them() {
    let server = Recorded::of(1).serve(&["experiments/list (1.x only)"]).await;
    let mut wanted = query(2);
    wanted.order_by = vec!["name ASC".into()];
    let page = store(&server).search_experiments(&wanted).await.unwrap();
    let names: Vec<_> = page.items.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["Default", "exp one"]);
    wanted.page = page.next;
    let page = store(&server).search_experiments(&wanted).await.unwrap();
    assert_eq!((page.items[0].name.as_str(), page.next), ("exp two", None));
    wanted.page = None;
    wanted.filter = "name LIKE 'exp%' AND tags.team = 'vision'".into();
    let page = store(&server).search_experiments(&wanted).await.unwrap();
    assert_eq!(page.items.len(), 1);
}

#[tokio::test]
async fn runs_read_alike_from_every_version() {
    for version in VERSIONS {
        let recorded = Recorded::of(version);
        let server = recorded.serve(&["runs/search", "version", "server-info"]).await;
        let mut asked = all_runs();
        asked.query.filter = "metrics.acc > 0.5".into();
        asked.query.order_by = vec!["metrics.acc DESC".into()];
        asked.query.max_results = 1;
        asked.query.view = View::Active;
        let page = store(&server).search_runs(&asked).await.unwrap();
        let run = &page.items[0];
        assert_eq!((run.name(), &run.info.status), ("run-a2", &RunStatus::Finished));
        assert_eq!(run.param("lr"), Some("0.1"));
        assert_eq!(run.metric("acc").map(|m| (m.value, m.step)), Some((0.9, 4)));
        assert_eq!(run.info.duration_ms(), Some(1000));
        assert_eq!(run.tag("team"), Some("vision"));
        // Only a server that names its store is known to have clamped infinity.
        let infinite = if version == 3 { f64::INFINITY } else { f64::MAX };
        assert_eq!(run.metric("inf").map(|m| m.value), Some(infinite), "{version}");
        assert_eq!(run.datasets.len(), usize::from(version > 1));
        if let Some(input) = run.datasets.first() {
            assert_eq!(
                (input.dataset.name.as_str(), input.context()),
                ("mnist", Some("training"))
            );
        }
        let first = &server.received_requests().await.unwrap()[0];
        let body: Value = serde_json::from_slice(&first.body).unwrap();
        assert_eq!(body, recorded.entry("runs/search").body.clone().unwrap());
    }
}

#[tokio::test]
async fn a_page_token_goes_back_as_it_came() {
    for version in VERSIONS {
        let server = Recorded::of(version).serve(&["runs/search page1"]).await;
        let store = store(&server);
        let mut asked = all_runs();
        asked.query.page = store.search_runs(&asked).await.unwrap().next;
        store.search_runs(&asked).await.unwrap();
        assert_eq!(
            last_body(&server).await["page_token"],
            "eyJvZmZzZXQiOiAxfQ==",
            "{version}"
        );
    }
}

#[tokio::test]
async fn what_was_not_asked_for_stays_empty() {
    let server = Recorded::of(3).serve(&["runs/search"]).await;
    let mut asked = all_runs();
    asked.fields = RunFields {
        metrics: flowdeck_domain::port::Keys::Only(vec!["acc".into()]),
        ..RunFields::default()
    };
    let run = store(&server).search_runs(&asked).await.unwrap().items.remove(0);
    assert_eq!(run.metrics.len(), 1);
    assert!(run.params.is_empty() && run.tags.is_empty() && run.datasets.is_empty());
}

#[tokio::test]
async fn a_search_in_no_experiment_asks_nobody() {
    let server = Recorded::of(3).serve(&[]).await;
    let mut asked = all_runs();
    asked.experiments.clear();
    assert!(store(&server).search_runs(&asked).await.unwrap().items.is_empty());
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_run_names_the_models_it_made() {
    let server = Recorded::of(3)
        .serve(&["runs/get w outputs", "version", "server-info"])
        .await;
    let run = store(&server).run(&RunId::from("x")).await.unwrap();
    assert!(run.model_outputs[0].model_id.as_str().starts_with("m-"));
}

#[tokio::test]
async fn refusals_keep_the_servers_words() {
    for version in VERSIONS {
        for (name, kind, words) in [
            ("runs/search bad filter", FailureKind::InvalidInput, "Found 'x'"),
            ("runs/search bad token", FailureKind::InvalidInput, "page token"),
        ] {
            let server = Recorded::of(version).serve(&[name]).await;
            let failure = store(&server).search_runs(&all_runs()).await.unwrap_err();
            assert_eq!(failure.kind(), kind, "{name} {version}");
            assert!(failure.message().contains(words), "{}", failure.message());
        }
        let server = Recorded::of(version)
            .serve(&["experiments/get missing", "runs/get missing"])
            .await;
        let store = store(&server);
        let failure = store.experiment(&ExperimentId::from("99999")).await.unwrap_err();
        assert_eq!(failure.kind(), FailureKind::NotFound);
        assert_eq!(failure.message(), "No Experiment with id=99999 exists");
        let failure = store.run(&RunId::from("0")).await.unwrap_err();
        assert_eq!(failure.kind(), FailureKind::NotFound);
    }
}

#[tokio::test]
async fn a_history_is_read_in_pages_or_at_once() {
    for version in VERSIONS {
        let server = Recorded::of(version).serve(&["metrics/get-history"]).await;
        let history = store(&server).metric_history(&"r".into(), &"acc".into());
        let points = history.try_concat().await.unwrap();
        let steps: Vec<_> = points.iter().map(|point| point.step).collect();
        assert_eq!(steps, [0, 1, 2, 3, 4], "{version}");
        let asked = server.received_requests().await.unwrap();
        let pairs: Vec<_> = asked[0]
            .url
            .query_pairs()
            .map(|(key, _)| key.into_owned())
            .collect();
        assert_eq!(pairs, ["run_id", "metric_key", "max_results"]);
    }
}

#[tokio::test]
async fn a_history_keeps_what_is_no_number() {
    for version in VERSIONS {
        let server = Recorded::of(version)
            .serve(&["metrics/get-history NaN", "version", "server-info"])
            .await;
        let history = store(&server).metric_history(&"r".into(), &"loss".into());
        let points = history.try_concat().await.unwrap();
        assert!(points.iter().any(|point| point.value.is_nan()), "{version}");
        let server = Recorded::of(version)
            .serve(&["metrics/get-history inf", "version", "server-info"])
            .await;
        let history = store(&server).metric_history(&"r".into(), &"inf".into());
        let points = history.try_concat().await.unwrap();
        assert_eq!(points[0].value.is_infinite(), version == 3);
    }
}

#[tokio::test]
async fn a_history_of_nothing_tells_a_missing_metric_from_a_missing_run() {
    for version in VERSIONS {
        let server = Recorded::of(version)
            .serve(&["metrics/get-history missing metric", "runs/get"])
            .await;
        let history = store(&server).metric_history(&"r".into(), &"zzz".into());
        assert!(history.try_concat().await.unwrap().is_empty());
        let server = Recorded::of(version)
            .serve(&["metrics/get-history missing run", "runs/get missing"])
            .await;
        let history = store(&server).metric_history(&"0".into(), &"zzz".into());
        let failure = history.try_concat().await.unwrap_err();
        assert_eq!(failure.kind(), FailureKind::NotFound, "{version}");
    }
}

#[tokio::test]
async fn pages_that_go_round_in_circles_end() {
    let server = Recorded::of(3)
        .serve(&["metrics/get-history max_results=2"])
        .await;
    let history = store(&server).metric_history(&"r".into(), &"acc".into());
    assert_eq!(
        history.try_concat().await.unwrap_err().kind(),
        FailureKind::Damaged
    );
}

#[tokio::test]
async fn the_registry_reads_alike_from_every_version() {
    for version in VERSIONS {
        let server = Recorded::of(version)
            .serve(&[
                "registered-models/search",
                "registered-models/get with alias",
                "model-versions/search",
                "model-versions/get",
                "alias get",
                "version",
                "server-info",
            ])
            .await;
        let store = store(&server);
        let models = store.search_models(&query(10)).await.unwrap();
        assert_eq!(models.items[0].name.as_str(), "clf");
        let model = store.model(&"clf".into()).await.unwrap();
        assert_eq!(model.latest_versions[1].current_stage, Stage::Production);
        assert_eq!(model.aliases.len(), usize::from(version > 1));
        let versions = store.search_versions(&query(1)).await.unwrap();
        assert_eq!(versions.items.len(), 1, "{version}");
        let one = store.version(&"clf".into(), &"1".into()).await.unwrap();
        assert_eq!(one.description.as_deref(), Some("first"));
        assert_eq!(one.tags[0].value, "1");
        let by_alias = store.version_by_alias(&"clf".into(), "champion").await;
        match version {
            1 => assert_eq!(by_alias.unwrap_err().kind(), FailureKind::Unsupported),
            _ => assert_eq!(by_alias.unwrap().aliases, ["champion"]),
        }
    }
}

#[tokio::test]
async fn a_missing_alias_and_a_missing_version_are_not_found() {
    for version in [2, 3] {
        let server = Recorded::of(version)
            .serve(&[
                "alias get missing",
                "model-versions/get missing",
                "registered-models/get missing",
            ])
            .await;
        let store = store(&server);
        for failure in [
            store.version_by_alias(&"clf".into(), "nope").await.unwrap_err(),
            store.version(&"clf".into(), &"77".into()).await.unwrap_err(),
            store.model(&"nope".into()).await.unwrap_err(),
        ] {
            assert_eq!(failure.kind(), FailureKind::NotFound, "{}", failure.message());
        }
    }
}

#[tokio::test]
async fn prompts_are_models_that_say_so() {
    let server = Recorded::of(3).serve(&["prompts search"]).await;
    let page = store(&server).search_models(&query(10)).await.unwrap();
    assert!(page.items[0].is_prompt());
}

#[tokio::test]
async fn logged_models_are_read_from_3_and_unknown_before() {
    let asked = LoggedModelQuery {
        query: query(5),
        experiments: vec![ExperimentId::from("1")],
    };
    let server = Recorded::of(3)
        .serve(&["logged-models search", "logged-models get"])
        .await;
    let page = store(&server).search_logged_models(&asked).await.unwrap();
    let model = &page.items[0];
    assert_eq!(
        (model.name.as_str(), &model.status),
        ("lm1", &LoggedModelStatus::Ready)
    );
    let origin = model.metrics[0].origin.as_deref().unwrap();
    assert_eq!(origin.dataset_name.as_deref(), Some("mnist"));
    let one = store(&server).logged_model(&model.id).await.unwrap();
    assert_eq!(one.id, model.id);
    for version in [1, 2] {
        let server = Recorded::of(version).serve(&[]).await;
        let failure = store(&server).search_logged_models(&asked).await.unwrap_err();
        assert_eq!(failure.kind(), FailureKind::Unsupported);
    }
}

#[tokio::test]
async fn traces_are_read_in_the_protocol_that_the_server_has() {
    let asked = TraceQuery {
        query: query(5),
        experiments: vec![ExperimentId::from("1")],
    };
    let third = Recorded::of(3);
    let server = third.serve(&["traces v3 search"]).await;
    let new = store(&server)
        .search_traces(&asked)
        .await
        .unwrap()
        .items
        .remove(0);
    let server = third.serve(&["traces v2 search"]).await;
    let old = store(&server)
        .search_traces(&asked)
        .await
        .unwrap()
        .items
        .remove(0);
    assert_eq!((new.name(), &new.state), (Some("chat"), &TraceState::Ok));
    assert_eq!(new.execution_duration_ms, Some(1250));
    assert_eq!(new.request_preview.as_deref(), Some("hi"));
    assert_eq!(new.request_time, old.request_time);
    assert_eq!(new.execution_duration_ms, old.execution_duration_ms);
    assert_eq!(new.run_id(), old.run_id());
    let server = Recorded::of(2).serve(&["traces v2 search"]).await;
    assert!(
        store(&server)
            .search_traces(&asked)
            .await
            .unwrap()
            .items
            .is_empty()
    );
    let server = Recorded::of(1).serve(&[]).await;
    let failure = store(&server).search_traces(&asked).await.unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Unsupported);
}

#[tokio::test]
async fn a_trace_without_spans_is_shown_with_what_was_said_of_it() {
    let recorded = Recorded::of(3);
    let server = recorded
        .serve(&["traces v3 get after", "traces v3 get", "get-trace-artifact"])
        .await;
    let id = "tr-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let trace = store(&server).trace(&id.into()).await.unwrap();
    assert!(trace.spans.is_empty());
    let said = &trace.info.assessments[0];
    assert_eq!(
        (said.name.as_str(), said.kind),
        ("good", AssessmentKind::Feedback)
    );
    assert_eq!(
        (said.value.as_deref(), said.source_id.as_deref()),
        (Some("true"), Some("me"))
    );
}

#[tokio::test]
async fn writes_are_sent_as_mlflow_sends_them() {
    let tag = Tag {
        key: "k.x".into(),
        value: "v".into(),
    };
    let name_tag = serde_json::json!({ "run_id": "r", "key": "mlflow.runName", "value": "new" });
    for version in VERSIONS {
        let server = Recorded::of(version)
            .serve(&[
                "experiments/create",
                "experiments/update",
                "experiments/delete",
                "experiments/restore",
                "experiments/set-experiment-tag",
                "experiments/delete-experiment-tag",
                "runs/set-tag",
                "runs/delete-tag",
                "runs/delete",
                "runs/restore",
            ])
            .await;
        let store = store(&server);
        let (experiment, run) = (ExperimentId::from("1"), RunId::from("r"));
        assert_eq!(
            store.create_experiment("exp one", None, &[]).await.unwrap(),
            experiment
        );
        store.rename_experiment(&experiment, "new").await.unwrap();
        store.delete_experiment(&experiment).await.unwrap();
        store.restore_experiment(&experiment).await.unwrap();
        store.set_experiment_tag(&experiment, &tag).await.unwrap();
        store.set_run_tag(&run, &tag).await.unwrap();
        store.delete_run_tag(&run, "k.x").await.unwrap();
        store.delete_run(&run).await.unwrap();
        store.restore_run(&run).await.unwrap();
        store.rename_run(&run, "new").await.unwrap();
        assert_eq!(last_body(&server).await, name_tag);
        let removed = store.delete_experiment_tag(&experiment, "team").await;
        match version {
            3 => removed.unwrap(),
            _ => assert_eq!(removed.unwrap_err().kind(), FailureKind::Unsupported),
        }
    }
}

#[tokio::test]
async fn a_write_that_the_server_refuses_is_told() {
    for version in VERSIONS {
        let server = Recorded::of(version)
            .serve(&["experiments/create dup", "runs/delete-tag missing"])
            .await;
        let store = store(&server);
        let failure = store.create_experiment("exp one", None, &[]).await.unwrap_err();
        assert_eq!(failure.kind(), FailureKind::InvalidInput);
        assert!(
            failure.message().contains("already exists"),
            "{}",
            failure.message()
        );
        let failure = store.delete_run_tag(&"r".into(), "nope").await.unwrap_err();
        assert_eq!(failure.kind(), FailureKind::NotFound);
        assert_eq!(
            store.rename_run(&"r".into(), "").await.unwrap_err().kind(),
            FailureKind::InvalidInput
        );
    }
}
