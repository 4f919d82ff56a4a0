use std::sync::Arc;

use flowdeck_domain::port::{
    Keys, LoggedModelQuery, Query, RunFields, RunQuery, StoreKind, TrackingReader, View,
};
use flowdeck_domain::tracking::{Lifecycle, LoggedModelStatus, RunStatus};
use flowdeck_domain::{ExperimentId, FailureKind, Timestamp};

use super::{Fixture, all_runs, everything};

#[tokio::test]
async fn a_run_of_any_release_is_read_with_all_that_was_logged() {
    for fixture in Fixture::all() {
        fixture.sql(
            "INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES \
             ('z', 0.5, 7, 3, 0, 'r1'), ('nan', 0.0, 8, 1, 1, 'r1'), ('a/b', 1.7976931348623157e308, 9, -2, 0, 'r1'), \
             ('low', -1.7976931348623157e308, 9, 0, 0, 'r1'); \
             INSERT INTO params (key, value, run_uuid) VALUES ('lr', '0.1', 'r1'), ('empty', '', 'r1'); \
             INSERT INTO tags (key, value, run_uuid) VALUES ('mlflow.runName', 'name of r1', 'r1'), \
             ('note', 'two\nlines', 'r1')",
        );
        let run = fixture.store().run(&"r1".into()).await.expect("the run is there");
        assert_eq!(run.info.name, "name of r1");
        assert_eq!(&*run.info.user_id, "me");
        assert_eq!(run.info.status, RunStatus::Finished);
        assert_eq!(run.info.start_time, Some(Timestamp(1_000)));
        assert_eq!(run.info.end_time, None);
        assert_eq!(run.info.artifact_uri, "/a/r1");
        assert_eq!(run.info.experiment_id.as_str(), "1");
        let keys: Vec<&str> = run.metrics.iter().map(|metric| metric.key.as_str()).collect();
        assert_eq!(keys, ["a/b", "low", "nan", "z"]);
        assert_eq!(
            run.metric("a/b").map(|metric| (metric.value, metric.step)),
            Some((f64::INFINITY, -2))
        );
        assert_eq!(
            run.metric("low").map(|metric| metric.value),
            Some(f64::NEG_INFINITY)
        );
        assert!(run.metric("nan").is_some_and(|metric| metric.value.is_nan()));
        assert_eq!(
            run.metric("z").map(|metric| (metric.value, metric.timestamp)),
            Some((0.5, Timestamp(7)))
        );
        assert_eq!((run.param("lr"), run.param("empty")), (Some("0.1"), Some("")));
        assert_eq!(run.tag("note"), Some("two\nlines"));
    }
}

#[tokio::test]
async fn a_run_without_a_name_has_that_of_its_tag() {
    let fixture = Fixture::new("1.30.1");
    fixture
        .sql("UPDATE runs SET name = ''; INSERT INTO tags VALUES ('mlflow.runName', 'from the tag', 'r1')");
    let store = fixture.store();
    assert_eq!(
        store.run(&"r1".into()).await.expect("a run").info.name,
        "from the tag"
    );
    let bare = RunQuery {
        fields: RunFields::default(),
        ..all_runs("1")
    };
    let page = store.search_runs(&bare).await.expect("a page");
    assert_eq!(page.items[0].info.name, "from the tag");
    assert!(page.items[0].tags.is_empty());
}

#[tokio::test]
async fn runs_come_newest_first_and_in_pages() {
    let fixture = Fixture::new("3.18.0");
    for (id, start_time) in [("r2", 3_000), ("r3", 2_000), ("r0", 3_000)] {
        fixture.run(id, 1, start_time);
    }
    let store = fixture.store();
    let mut query = all_runs("1");
    query.query.max_results = 3;
    let first = store.search_runs(&query).await.expect("a page");
    let ids = |runs: &[flowdeck_domain::tracking::Run]| -> Vec<String> {
        runs.iter().map(|run| run.info.id.to_string()).collect()
    };
    assert_eq!(ids(&first.items), ["r0", "r2", "r3"]);
    query.query.page = first.next;
    let second = store.search_runs(&query).await.expect("a page");
    assert_eq!(ids(&second.items), ["r1"]);
    assert_eq!(second.next, None);
}

#[tokio::test]
async fn deleted_runs_are_shown_where_they_are_asked_for() {
    let fixture = Fixture::new("2.22.5");
    fixture.run("r2", 1, 2_000);
    fixture.sql("UPDATE runs SET lifecycle_stage = 'deleted' WHERE run_uuid = 'r2'");
    let store = fixture.store();
    for (view, ids) in [
        (View::Active, vec!["r1"]),
        (View::Deleted, vec!["r2"]),
        (View::All, vec!["r2", "r1"]),
    ] {
        let mut query = all_runs("1");
        query.query.view = view;
        let page = store.search_runs(&query).await.expect("a page");
        let found: Vec<&str> = page.items.iter().map(|run| run.info.id.as_str()).collect();
        assert_eq!(found, ids, "{view:?}");
    }
    assert_eq!(
        store.run(&"r2".into()).await.expect("a run").info.lifecycle,
        Lifecycle::Deleted
    );
}

#[tokio::test]
async fn only_the_keys_that_are_asked_for_are_read_however_many_runs_there_are() {
    let fixture = Fixture::new("3.18.0");
    for number in 0..40 {
        let id = format!("many{number:02}");
        fixture.run(&id, 1, number);
        fixture.sql(&format!(
            "INSERT INTO latest_metrics VALUES ('a', {number}, 0, 0, 0, '{id}'), ('b', 1, 0, 0, 0, '{id}'); \
             INSERT INTO params VALUES ('p', '{number}', '{id}'), ('q', 'x', '{id}')"
        ));
    }
    let store = fixture.store();
    for max_results in [2, 1_000] {
        let mut query = all_runs("1");
        query.query.max_results = max_results;
        query.fields = RunFields {
            metrics: Keys::Only(vec![Arc::from("a")]),
            params: Keys::Only(vec![Arc::from("p"), Arc::from("missing")]),
            ..RunFields::default()
        };
        let page = store.search_runs(&query).await.expect("a page");
        let newest = page.items.iter().find(|run| run.info.id.as_str() == "many39");
        // Run r1 of the fixture began later than all of these.
        let run = newest.expect("the newest of many");
        assert_eq!(run.metrics.len(), 1);
        assert_eq!(run.metric("a").map(|metric| metric.value), Some(39.0));
        assert_eq!(run.params.len(), 1);
        assert_eq!(run.param("p"), Some("39"));
    }
}

#[tokio::test]
async fn datasets_and_models_of_runs_are_read() {
    let fixture = Fixture::new("3.18.0");
    fixture.sql(
        "INSERT INTO datasets VALUES ('d1', 1, 'mnist', 'abc', 'local', '{}', NULL, '{\"rows\": 3}'); \
         INSERT INTO inputs VALUES ('i1', 'DATASET', 'd1', 'RUN', 'r1', 0), \
         ('i2', 'RUN_INPUT', 'r1', 'MODEL_INPUT', 'm-1', 0), ('i3', 'RUN_OUTPUT', 'r1', 'MODEL_OUTPUT', 'm-2', 7); \
         INSERT INTO input_tags VALUES ('i1', 'mlflow.data.context', 'training'), ('i1', 'other', 'x')",
    );
    let run = fixture.store().run(&"r1".into()).await.expect("a run");
    let [dataset] = &*run.datasets else {
        panic!("one dataset: {:?}", run.datasets)
    };
    assert_eq!(
        (dataset.dataset.name.as_str(), dataset.dataset.digest.as_str()),
        ("mnist", "abc")
    );
    assert_eq!(
        (
            dataset.dataset.schema.as_deref(),
            dataset.dataset.profile.as_deref()
        ),
        (None, Some("{\"rows\": 3}"))
    );
    assert_eq!(dataset.context(), Some("training"));
    assert_eq!(dataset.tags.len(), 2);
    assert_eq!(run.model_inputs[0].model_id.as_str(), "m-1");
    assert_eq!(
        (run.model_outputs[0].model_id.as_str(), run.model_outputs[0].step),
        ("m-2", 7)
    );
}

#[tokio::test]
async fn experiments_are_read_with_tags_by_id_and_by_name() {
    for fixture in Fixture::all() {
        fixture.sql("INSERT INTO experiment_tags VALUES ('team', 'a', 1), ('mlflow.note.content', '# x', 1)");
        let store = fixture.store();
        let by_id = store.experiment(&"1".into()).await.expect("an experiment");
        assert_eq!(
            by_id,
            store.experiment_by_name("vision").await.expect("an experiment")
        );
        assert_eq!((by_id.note(), by_id.tag("team")), (Some("# x"), Some("a")));
        assert_eq!(by_id.creation_time, Some(Timestamp(20)));
        let page = store.search_experiments(&everything()).await.expect("a page");
        assert_eq!(page.items.len(), 2);
        assert!(page.items.contains(&by_id));
        for missing in ["77", "vision", "1x"] {
            let failure = store.experiment(&missing.into()).await.expect_err("no such id");
            assert_eq!(failure.kind(), FailureKind::NotFound);
        }
        let failure = store.experiment_by_name("1").await.expect_err("no such name");
        assert!(failure.message().contains("`1`"), "{failure}");
    }
}

#[tokio::test]
async fn experiments_of_other_workspaces_are_counted_and_not_shown() {
    let fixture = Fixture::new("3.18.0");
    fixture.sql("INSERT INTO experiments (experiment_id, name, lifecycle_stage, workspace) VALUES (7, 'vision', 'active', 'b')");
    let store = fixture.store();
    let page = store.search_experiments(&everything()).await.expect("a page");
    assert_eq!(page.items.len(), 2);
    assert!(page.warnings[0].0.ends_with(": 1"), "{:?}", page.warnings);
    assert_eq!(
        store
            .experiment_by_name("vision")
            .await
            .expect("ours")
            .id
            .as_str(),
        "1"
    );
}

#[tokio::test]
async fn logged_models_are_read_and_older_stores_say_they_have_none() {
    let fixture = Fixture::new("3.18.0");
    fixture.sql(
        "INSERT INTO logged_models VALUES ('m-1', 1, 'net', '/a/m', 5, 6, 2, 'active', 'agent', 'r1', NULL), \
         ('m-2', 1, 'gone', '/a/m', 5, 6, 2, 'deleted', NULL, NULL, NULL); \
         INSERT INTO logged_model_params VALUES ('m-1', 1, 'p', 'q'); \
         INSERT INTO logged_model_tags VALUES ('m-1', 1, 't', 'u'); \
         INSERT INTO logged_model_metrics VALUES ('m-1', 'acc', 3, 2, 0.5, 1, 'r1', NULL, 'mnist', 'abc')",
    );
    let store = fixture.store();
    let query = LoggedModelQuery {
        query: everything(),
        experiments: vec![ExperimentId::from("1")],
    };
    let page = store.search_logged_models(&query).await.expect("a page");
    let [model] = &*page.items else {
        panic!("one model: {:?}", page.items)
    };
    assert_eq!(model, &store.logged_model(&"m-1".into()).await.expect("a model"));
    assert_eq!(
        (model.status.clone(), model.model_type.as_deref()),
        (LoggedModelStatus::Ready, Some("agent"))
    );
    assert_eq!(
        (model.params[0].value.as_str(), model.tags[0].value.as_str()),
        ("q", "u")
    );
    let origin = model.metrics[0].origin.as_ref().expect("what it was measured on");
    assert_eq!(origin.dataset_name.as_deref(), Some("mnist"));
    assert_eq!(
        store
            .logged_model(&"m-2".into())
            .await
            .expect_err("deleted")
            .kind(),
        FailureKind::NotFound
    );
    let old = Fixture::new("2.22.5");
    assert_eq!(
        old.store()
            .search_logged_models(&query)
            .await
            .expect_err("no table")
            .kind(),
        FailureKind::Unsupported
    );
}

#[tokio::test]
async fn a_schema_newer_than_any_known_is_read_with_a_warning() {
    let fixture = Fixture::new("3.18.0");
    fixture.sql(
        "UPDATE alembic_version SET version_num = 'ffffffffffff'; ALTER TABLE runs ADD COLUMN mood TEXT",
    );
    let store = fixture.store();
    let page = store.search_runs(&all_runs("1")).await.expect("a page");
    assert_eq!(page.items.len(), 1);
    assert!(page.warnings[0].0.contains("ffffffffffff"), "{:?}", page.warnings);
    let origin = store.origin();
    assert_eq!(
        (origin.kind, origin.version.as_deref()),
        (StoreKind::Sqlite, Some("ffffffffffff"))
    );
    let failure = flowdeck_domain::port::TrackingWriter::delete_run(&store, &"r1".into()).await;
    assert_eq!(failure.expect_err("only read").kind(), FailureKind::Unsupported);
}

#[tokio::test]
async fn a_store_older_than_latest_metrics_is_read_as_far_as_it_goes() {
    let fixture = Fixture::new("1.30.1");
    fixture.sql(
        "DROP TABLE latest_metrics; DROP TABLE registered_models; DROP TABLE experiment_tags; \
         ALTER TABLE experiments DROP COLUMN creation_time; ALTER TABLE experiments DROP COLUMN last_update_time; \
         INSERT INTO metrics VALUES ('a', 1.0, 10, 'r1', 1, 0), ('a', 3.0, 9, 'r1', 2, 0), ('a', 2.0, 11, 'r1', 1, 0)",
    );
    let store = fixture.store();
    let run = store.run(&"r1".into()).await.expect("a run");
    assert_eq!(run.metric("a").map(|metric| metric.value), Some(3.0));
    assert_eq!(run.metrics.len(), 1);
    let experiment = store.experiment(&"1".into()).await.expect("an experiment");
    assert_eq!(experiment.creation_time, None);
}

#[tokio::test]
async fn a_newer_mlflow_may_change_the_schema_while_the_store_is_open() {
    let fixture = Fixture::new("2.22.5");
    let store = fixture.store();
    store
        .search_experiments(&Query {
            max_results: 10,
            ..Query::default()
        })
        .await
        .expect("a page");
    fixture.sql("ALTER TABLE experiments ADD COLUMN workspace VARCHAR(63) DEFAULT 'default' NOT NULL");
    fixture.sql("UPDATE experiments SET workspace = 'other' WHERE experiment_id = 0");
    let page = store.search_experiments(&everything()).await.expect("a page");
    assert_eq!(page.items.len(), 1);
}

#[tokio::test]
async fn an_experiment_id_that_is_no_number_is_named() {
    let fixture = Fixture::new("3.18.0");
    let failure = fixture
        .store()
        .search_runs(&all_runs("abc"))
        .await
        .expect_err("no number");
    assert_eq!(failure.kind(), FailureKind::InvalidInput);
    assert!(failure.message().contains("`abc`"), "{failure}");
}
