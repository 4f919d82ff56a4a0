use flowdeck_domain::FailureKind;
use flowdeck_domain::port::{
    Keys, LoggedModelQuery, RegistryReader, RunFields, RunQuery, TraceQuery, TrackingReader,
};
use flowdeck_domain::tracking::{Lifecycle, RunStatus};

use super::fixture::{EXPERIMENT, Fixture, everything, history, runs, sentences};

#[tokio::test]
async fn a_run_is_read_with_all_that_was_logged_of_it() {
    let fixture = Fixture::new();
    let run = fixture.run("0a");
    fixture.write(&format!("{run}/metrics/val/acc"), "5 nan 0\n5 1.0 0\n4 2.0 -1\n");
    fixture.write(&format!("{run}/metrics/on data"), "5 0.7 3 train set abc\n");
    fixture.write(&format!("{run}/params/empty"), "");
    fixture.write(&format!("{run}/tags/a/b"), "two\r\nlines\n");
    let store = fixture.open();
    let page = runs(&store).await.unwrap();
    assert_eq!(sentences(&page), Vec::<String>::new());
    let found = &page.items[0];
    assert_eq!(
        (found.info.name.as_str(), &found.info.status),
        ("first", &RunStatus::Running)
    );
    assert_eq!(
        found.metric("loss").map(|metric| (metric.step, metric.value)),
        Some((1, 0.25))
    );
    assert!(
        found
            .metric("val/acc")
            .is_some_and(|metric| metric.value.is_nan())
    );
    let origin = found
        .metric("on data")
        .and_then(|metric| metric.origin.clone())
        .unwrap();
    assert_eq!(origin.dataset_name.as_deref(), Some("train set"));
    assert_eq!((found.param("lr"), found.param("empty")), (Some("0.1"), Some("")));
    assert_eq!(found.tag("a/b"), Some("two\r\nlines\n"));
    assert_eq!(store.run(&"0a".into()).await.unwrap().params, found.params);
    let points = history(&store, "0a", "val/acc").await.unwrap();
    assert_eq!(
        points.iter().map(|point| point.step).collect::<Vec<_>>(),
        [0, 0, -1]
    );
    assert_eq!(history(&store, "0a", "val").await.unwrap(), []);
    assert_eq!(history(&store, "0a", "nothing").await.unwrap(), []);
}

#[tokio::test]
async fn the_latest_value_is_mlflow_s_own_choice_and_its_step_the_one_that_was_logged() {
    let fixture = Fixture::new();
    let run = fixture.run("0a");
    fixture.write(&format!("{run}/metrics/mixed"), "5 0.7 9 train abc\n4 0.5 1\n");
    fixture.write(
        &format!("{run}/metrics/measured"),
        "5 0.7 9 train abc\n6 0.5 1 train abc\n",
    );
    let found = fixture.open().run(&"0a".into()).await.unwrap();
    let latest = |key| found.metric(key).map(|metric| (metric.step, metric.value));
    assert_eq!(latest("mixed"), Some((1, 0.5)));
    assert_eq!(latest("measured"), Some((1, 0.5)));
}

#[tokio::test]
async fn only_the_fields_that_were_asked_for_are_there() {
    let fixture = Fixture::new();
    let run = fixture.run("0a");
    fixture.write(&format!("{run}/metrics/acc"), "5 1.0 0\n");
    let query = RunQuery {
        query: everything(),
        experiments: vec![EXPERIMENT.into()],
        fields: RunFields {
            metrics: Keys::Only(vec!["acc".into(), "../params/lr".into(), "gone".into()]),
            ..RunFields::default()
        },
    };
    let page = fixture.open().search_runs(&query).await.unwrap();
    let found = &page.items[0];
    assert_eq!(
        found
            .metrics
            .iter()
            .map(|metric| metric.key.as_str())
            .collect::<Vec<_>>(),
        ["acc"]
    );
    assert!(found.params.is_empty() && found.tags.is_empty());
}

#[tokio::test]
async fn the_name_of_an_old_run_comes_from_its_tag() {
    let fixture = Fixture::new();
    let run = fixture.run("0a");
    let meta = fixture.read(&format!("{run}/meta.yaml"));
    fixture.write(
        &format!("{run}/meta.yaml"),
        meta.replace("run_name: first", "name: ''"),
    );
    fixture.write(&format!("{run}/tags/mlflow.runName"), "from the tag");
    let page = runs(&fixture.open()).await.unwrap();
    assert_eq!(page.items[0].info.name, "from the tag");
}

#[tokio::test]
async fn datasets_and_models_of_a_run_are_read() {
    let fixture = Fixture::new();
    let run = fixture.run("0a");
    let dataset =
        "digest: d1\nname: train\nprofile: '{\"rows\": 3}'\nschema: null\nsource: '{}'\nsource_type: local\n";
    fixture.write(&format!("{EXPERIMENT}/datasets/dd/meta.yaml"), dataset);
    let link = |kind: &str, id: &str, tags: &str| {
        format!(
            "destination_id: {id}\ndestination_type: RUN\nsource_id: {id}\nsource_type: {kind}\ntags: {tags}\n"
        )
    };
    fixture.write(
        &format!("{run}/inputs/i1/meta.yaml"),
        link("DATASET", "dd", "\n  mlflow.data.context: training"),
    );
    fixture.write(&format!("{run}/inputs/i2/meta.yaml"), link("MODEL", "m-1", "{}"));
    fixture.write(
        &format!("{run}/inputs/i3/meta.yaml"),
        link("DATASET", "gone", "{}"),
    );
    fixture.write(
        &format!("{run}/outputs/m-2/meta.yaml"),
        "destination_id: m-2\ndestination_type: MODEL_OUTPUT\nsource_id: m-2\nsource_type: RUN_OUTPUT\nstep: 4\ntags: {}\n",
    );
    let page = runs(&fixture.open()).await.unwrap();
    let found = &page.items[0];
    assert_eq!(found.datasets[0].dataset.name, "train");
    assert_eq!(found.datasets[0].context(), Some("training"));
    assert_eq!(found.model_inputs[0].model_id.as_str(), "m-1");
    assert_eq!(
        (
            found.model_outputs[0].model_id.as_str(),
            found.model_outputs[0].step
        ),
        ("m-2", 4)
    );
    assert_eq!(
        sentences(&page),
        ["input dataset `gone` is not in the experiment"]
    );
}

#[tokio::test]
async fn deleted_experiments_are_found_in_the_trash_whatever_their_meta_says() {
    let fixture = Fixture::new();
    fixture.experiment("7", "gone");
    std::fs::rename(fixture.path("7"), fixture.path(".trash/7")).unwrap();
    let store = fixture.open();
    let gone = store.experiment(&"7".into()).await.unwrap();
    assert_eq!(gone.lifecycle, Lifecycle::Deleted);
    assert_eq!(store.experiment_by_name("gone").await.unwrap().id.as_str(), "7");
    let failure = store.experiment_by_name("go").await.unwrap_err();
    assert_eq!(failure.kind(), FailureKind::NotFound);
    assert_eq!(
        store.search_experiments(&everything()).await.unwrap().items.len(),
        2
    );
}

#[tokio::test]
async fn logged_models_are_read_with_the_latest_metric_of_each_dataset() {
    let fixture = Fixture::new();
    let model = format!("{EXPERIMENT}/models/m-1");
    let meta = format!(
        "artifact_location: file:///a\ncreation_timestamp: 1\nexperiment_id: '{EXPERIMENT}'\nlast_updated_timestamp: 2\n\
         model_id: m-1\nmodel_type: null\nname: lm\nsource_run_id: 0a\nstatus: 2\nstatus_message: null\n"
    );
    fixture.write(&format!("{model}/meta.yaml"), &meta);
    fixture.write(&format!("{model}/params/p"), "1");
    fixture.write(
        &format!("{model}/metrics/acc"),
        "1 0.1 1 0a\n1 0.3 2 0a eval d\n1 0.2 1 0a eval d\n1 0.4 1 0a\n",
    );
    fixture.write(
        &format!("{EXPERIMENT}/models/m-2/meta.yaml"),
        format!("{}lifecycle_stage: deleted\n", meta.replace("m-1", "m-2")),
    );
    let store = fixture.open();
    let query = LoggedModelQuery {
        query: everything(),
        experiments: vec![EXPERIMENT.into()],
    };
    let page = store.search_logged_models(&query).await.unwrap();
    let values: Vec<f64> = page.items[0].metrics.iter().map(|metric| metric.value).collect();
    assert_eq!((page.items.len(), values), (1, vec![0.4, 0.3]));
    let failure = store.logged_model(&"m-2".into()).await.unwrap_err();
    assert_eq!(failure.kind(), FailureKind::NotFound);
}

#[tokio::test]
async fn traces_are_read_with_spans_and_assessments() {
    let fixture = Fixture::new();
    let trace = format!("{EXPERIMENT}/traces/tr-1");
    let info = format!(
        "request_time: '2026-11-23T15:46:30.729Z'\nstate: OK\ntrace_id: tr-1\ntrace_location:\n  mlflow_experiment:\n    \
         experiment_id: '{EXPERIMENT}'\n"
    );
    fixture.write(&format!("{trace}/trace_info.yaml"), info);
    fixture.write(&format!("{trace}/tags/mlflow.traceName"), "chat");
    fixture.write(&format!("{trace}/request_metadata/mlflow.sourceRun"), "0a");
    fixture.write(
        &format!("{trace}/assessments/a-1.yaml"),
        "assessment_id: a-1\nassessment_name: good\nfeedback:\n  value: true\n",
    );
    let spans =
        r#"{"spans":[{"span_id":"b7ad6b7169203331","name":"x","start_time_unix_nano":1,"attributes":{}}]}"#;
    fixture.write(&format!("{trace}/artifacts/traces.json"), spans);
    let store = fixture.open();
    let query = TraceQuery {
        query: everything(),
        experiments: vec![EXPERIMENT.into()],
    };
    let page = store.search_traces(&query).await.unwrap();
    assert_eq!(page.items[0].name(), Some("chat"));
    assert_eq!(
        page.items[0].run_id().map(|id| id.to_string()).as_deref(),
        Some("0a")
    );
    let whole = store.trace(&"tr-1".into()).await.unwrap();
    assert_eq!((whole.spans.len(), whole.info.assessments.len()), (1, 1));
    fixture.write(&format!("{trace}/artifacts/traces.json"), "{\"spans\": [");
    let failure = store.trace(&"tr-1".into()).await.unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Damaged);
}

#[tokio::test]
async fn the_registry_shows_versions_by_stage_and_alias_and_no_deleted_ones() {
    let fixture = Fixture::new();
    fixture.write(
        "models/m one/meta.yaml",
        "name: m one\ncreation_timestamp: 1\nlast_updated_timestamp: 2\n",
    );
    for (number, stage) in [
        (1, "Production"),
        (2, "None"),
        (10, "None"),
        (11, "Deleted_Internal"),
    ] {
        let meta =
            format!("current_stage: {stage}\nname: m one\nversion: {number}\nstatus: READY\nrun_id: null\n");
        fixture.write(&format!("models/m one/version-{number}/meta.yaml"), meta);
    }
    fixture.write("models/m one/aliases/champion", "1");
    let store = fixture.open();
    let model = store.model(&"m one".into()).await.unwrap();
    let latest: Vec<_> = model
        .latest_versions
        .iter()
        .map(|version| version.version.to_string())
        .collect();
    assert_eq!(latest, ["10", "1"]);
    assert_eq!(store.search_versions(&everything()).await.unwrap().items.len(), 3);
    let champion = store.version_by_alias(&"m one".into(), "champion").await.unwrap();
    assert_eq!((champion.version.as_str(), champion.aliases.len()), ("1", 1));
    let greatest = store.version_by_alias(&"m one".into(), "latest").await.unwrap();
    assert_eq!(greatest.version.as_str(), "10");
    for (name, version) in [
        ("m one", "11"),
        ("m one", "x"),
        ("gone", "1"),
        ("../models/m one", "1"),
    ] {
        let failure = store.version(&name.into(), &version.into()).await.unwrap_err();
        assert_eq!(failure.kind(), FailureKind::NotFound, "{name} {version}");
    }
}
