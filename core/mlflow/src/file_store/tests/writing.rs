use flowdeck_domain::FailureKind;
use flowdeck_domain::port::{TrackingReader, TrackingWriter};
use flowdeck_domain::tracking::{Lifecycle, Tag};

use super::fixture::{EXPERIMENT, Fixture};

fn tag(key: &str, value: &str) -> Tag {
    Tag {
        key: key.into(),
        value: value.to_owned(),
    }
}

#[tokio::test]
async fn a_new_experiment_reads_back_as_it_was_made() {
    let fixture = Fixture::new();
    let store = fixture.open();
    let name = "this: \"new\"\n🎈";
    let id = store
        .create_experiment(name, None, &[tag("team/a", "vision")])
        .await
        .unwrap();
    assert_eq!(id.as_str().len(), 18);
    let made = store.experiment(&id).await.unwrap();
    assert_eq!((made.name.as_str(), made.lifecycle), (name, Lifecycle::Active));
    assert_eq!(made.tag("team/a"), Some("vision"));
    assert!(made.artifact_location.starts_with("file:///") && made.artifact_location.ends_with(id.as_str()));
    assert_eq!(made.creation_time, made.last_update_time);
    for taken in [name, "vision", " ", "", "it's"] {
        let failure = store.create_experiment(taken, None, &[]).await.unwrap_err();
        assert_eq!(failure.kind(), FailureKind::InvalidInput, "{taken}");
    }
}

#[tokio::test]
async fn a_renamed_experiment_keeps_every_key_that_is_not_ours() {
    let fixture = Fixture::new();
    let store = fixture.open();
    store.rename_experiment(&EXPERIMENT.into(), "1e3").await.unwrap();
    let meta = fixture.read(&format!("{EXPERIMENT}/meta.yaml"));
    assert!(meta.contains("name: '1e3'\nworkspace: default\n"), "{meta}");
    assert!(
        meta.contains("creation_time: 5\n") && !meta.contains("last_update_time: 6\n"),
        "{meta}"
    );
}

#[tokio::test]
async fn an_experiment_goes_to_the_trash_with_its_runs_and_comes_back() {
    let fixture = Fixture::new();
    let run = fixture.run("0a");
    let store = fixture.open();
    store.delete_experiment(&EXPERIMENT.into()).await.unwrap();
    assert!(!fixture.path(EXPERIMENT).exists());
    assert!(
        fixture
            .read(&format!(".trash/{run}/meta.yaml"))
            .contains("deleted_time: ")
    );
    assert_eq!(
        store.run(&"0a".into()).await.unwrap().info.lifecycle,
        Lifecycle::Deleted
    );
    let failure = store.create_experiment("vision", None, &[]).await.unwrap_err();
    assert!(failure.message().contains("deleted experiment"), "{failure}");
    assert!(store.rename_experiment(&EXPERIMENT.into(), "x").await.is_err());
    assert!(
        store
            .set_experiment_tag(&EXPERIMENT.into(), &tag("a", "b"))
            .await
            .is_err()
    );
    assert!(store.delete_experiment(&EXPERIMENT.into()).await.is_err());
    store.restore_experiment(&EXPERIMENT.into()).await.unwrap();
    assert_eq!(
        store.experiment(&EXPERIMENT.into()).await.unwrap().lifecycle,
        Lifecycle::Active
    );
    assert!(!fixture.read(&format!("{run}/meta.yaml")).contains("deleted"));
    assert!(store.restore_experiment(&EXPERIMENT.into()).await.is_err());
}

#[tokio::test]
async fn the_default_experiment_stays() {
    let fixture = Fixture::new();
    fixture.experiment("0", "Default");
    let failure = fixture.open().delete_experiment(&"0".into()).await.unwrap_err();
    assert_eq!(failure.kind(), FailureKind::InvalidInput);
}

#[tokio::test]
async fn a_renamed_run_has_its_name_in_meta_and_tag() {
    let fixture = Fixture::new();
    let run = fixture.run("0a");
    let store = fixture.open();
    store.rename_run(&"0a".into(), "second: try").await.unwrap();
    assert!(
        fixture
            .read(&format!("{run}/meta.yaml"))
            .contains("run_name: 'second: try'\n")
    );
    assert_eq!(fixture.read(&format!("{run}/tags/mlflow.runName")), "second: try");
    store
        .set_run_tag(&"0a".into(), &tag("mlflow.runName", "third"))
        .await
        .unwrap();
    assert_eq!(store.run(&"0a".into()).await.unwrap().info.name, "third");
    assert!(store.rename_run(&"0a".into(), "").await.is_err());
}

#[tokio::test]
async fn a_deleted_run_is_not_changed_until_it_is_restored() {
    let fixture = Fixture::new();
    fixture.run("0a");
    let (store, run) = (fixture.open(), "0a".into());
    store.delete_run(&run).await.unwrap();
    assert_eq!(store.run(&run).await.unwrap().info.lifecycle, Lifecycle::Deleted);
    assert!(store.set_run_tag(&run, &tag("a", "b")).await.is_err());
    assert!(store.rename_run(&run, "x").await.is_err());
    store.restore_run(&run).await.unwrap();
    store.set_run_tag(&run, &tag("a/b", "")).await.unwrap();
    assert_eq!(store.run(&run).await.unwrap().tag("a/b"), Some(""));
}

#[tokio::test]
async fn tags_are_set_and_removed_and_never_outside_of_their_run() {
    let fixture = Fixture::new();
    let run = fixture.run("0a");
    let store = fixture.open();
    store.set_run_tag(&"0a".into(), &tag("k", "v")).await.unwrap();
    store.delete_run_tag(&"0a".into(), "k").await.unwrap();
    for missing in ["k", "../meta.yaml", "", "."] {
        let failure = store.delete_run_tag(&"0a".into(), missing).await.unwrap_err();
        assert_eq!(failure.kind(), FailureKind::NotFound, "{missing}");
    }
    for key in ["../meta.yaml", "/x", "a//b", "a~", "mlflow.runName/x"] {
        assert!(
            store.set_run_tag(&"0a".into(), &tag(key, "v")).await.is_err(),
            "{key}"
        );
    }
    assert!(
        fixture
            .read(&format!("{run}/meta.yaml"))
            .starts_with("artifact_uri")
    );
    store
        .set_experiment_tag(&EXPERIMENT.into(), &tag("n", "x"))
        .await
        .unwrap();
    store
        .delete_experiment_tag(&EXPERIMENT.into(), "n")
        .await
        .unwrap();
    let failure = store
        .delete_experiment_tag(&EXPERIMENT.into(), "n")
        .await
        .unwrap_err();
    assert_eq!(failure.kind(), FailureKind::NotFound);
}
