use flowdeck_domain::FailureKind;
use flowdeck_domain::port::{TrackingReader, TrackingWriter};
use flowdeck_domain::tracking::{Lifecycle, Tag};

use super::Fixture;

fn tag(key: &str, value: &str) -> Tag {
    Tag {
        key: key.into(),
        value: value.to_owned(),
    }
}

#[tokio::test]
async fn an_experiment_is_created_renamed_deleted_and_restored_with_its_runs() {
    for fixture in Fixture::all() {
        let store = fixture.store();
        let id = store
            .create_experiment("new", None, &[tag("team", "a")])
            .await
            .expect("a new one");
        assert_eq!(id.as_str(), "2");
        let made = store.experiment(&id).await.expect("the new one");
        assert_eq!(
            (made.name.as_str(), made.artifact_location.as_str()),
            ("new", "/a/2")
        );
        assert_eq!(made.tag("team"), Some("a"));
        assert!(made.creation_time.is_some() && made.creation_time == made.last_update_time);
        fixture.run("r9", 2, 1);
        store.rename_experiment(&id, "newer").await.expect("another name");
        store.delete_experiment(&id).await.expect("a deletion");
        let deleted = store.experiment(&id).await.expect("still there");
        assert_eq!(
            (deleted.name.as_str(), deleted.lifecycle),
            ("newer", Lifecycle::Deleted)
        );
        assert_eq!(
            store.run(&"r9".into()).await.expect("its run").info.lifecycle,
            Lifecycle::Deleted
        );
        let deleted_at: Option<i64> = fixture.value("SELECT deleted_time FROM runs WHERE run_uuid = 'r9'");
        assert!(deleted_at.is_some());
        store.restore_experiment(&id).await.expect("a restoration");
        assert_eq!(
            store.run(&"r9".into()).await.expect("its run").info.lifecycle,
            Lifecycle::Active
        );
        let deleted_at: Option<i64> = fixture.value("SELECT deleted_time FROM runs WHERE run_uuid = 'r9'");
        assert_eq!(deleted_at, None);
    }
}

#[tokio::test]
async fn a_new_experiment_goes_where_the_store_keeps_artifacts() {
    let fixture = Fixture::new("3.18.0");
    let store = fixture.store();
    let location = |id| {
        fixture.value::<String>(&format!(
            "SELECT artifact_location FROM experiments WHERE experiment_id = {id}"
        ))
    };
    store
        .create_experiment("given", Some("s3://bucket/x"), &[])
        .await
        .expect("a new one");
    assert_eq!(location(2), "s3://bucket/x");
    fixture.sql("UPDATE experiments SET artifact_location = 'mlflow-artifacts:/' || experiment_id");
    store
        .create_experiment("proxied", None, &[])
        .await
        .expect("a new one");
    assert_eq!(location(3), "mlflow-artifacts:/3");
    fixture.sql("UPDATE experiments SET artifact_location = '/elsewhere'");
    store
        .create_experiment("alone", None, &[])
        .await
        .expect("a new one");
    assert_eq!(
        location(4),
        fixture.directory.path().join("mlruns/4").display().to_string()
    );
}

#[tokio::test]
async fn what_mlflow_refuses_of_experiments_is_refused() {
    let fixture = Fixture::new("3.18.0");
    let store = fixture.store();
    store
        .create_experiment("gone", None, &[])
        .await
        .expect("a new one");
    store.delete_experiment(&"2".into()).await.expect("a deletion");
    let kind = |refused: flowdeck_domain::Result<()>| refused.expect_err("MLflow refuses").kind();
    for name in ["vision", "gone", "", "  "] {
        let refused = store.create_experiment(name, None, &[]).await.map(|_| ());
        assert_eq!(kind(refused), FailureKind::InvalidInput, "{name}");
        assert_eq!(
            kind(store.rename_experiment(&"0".into(), name).await),
            FailureKind::InvalidInput,
            "{name}"
        );
    }
    assert_eq!(
        kind(store.rename_experiment(&"2".into(), "x").await),
        FailureKind::InvalidInput
    );
    assert_eq!(
        kind(store.set_experiment_tag(&"2".into(), &tag("a", "b")).await),
        FailureKind::InvalidInput
    );
    assert_eq!(
        kind(store.delete_experiment(&"2".into()).await),
        FailureKind::NotFound
    );
    assert_eq!(
        kind(store.restore_experiment(&"1".into()).await),
        FailureKind::NotFound
    );
    assert_eq!(
        kind(store.delete_experiment(&"77".into()).await),
        FailureKind::NotFound
    );
    assert_eq!(
        kind(store.delete_experiment_tag(&"1".into(), "none").await),
        FailureKind::NotFound
    );
    let bad = store
        .create_experiment("fine", None, &[tag("a//b", "")])
        .await
        .map(|_| ());
    assert_eq!(kind(bad), FailureKind::InvalidInput);
    let count: i64 = fixture.value("SELECT count(*) FROM experiments WHERE name = 'fine'");
    assert_eq!(count, 0);
}

#[tokio::test]
async fn tags_are_set_replaced_and_removed() {
    for fixture in Fixture::all() {
        let store = fixture.store();
        for value in ["one", "two"] {
            store
                .set_experiment_tag(&"1".into(), &tag("k", value))
                .await
                .expect("a tag");
            store
                .set_run_tag(&"r1".into(), &tag("k", value))
                .await
                .expect("a tag");
        }
        assert_eq!(
            store.experiment(&"1".into()).await.expect("it").tag("k"),
            Some("two")
        );
        assert_eq!(store.run(&"r1".into()).await.expect("it").tag("k"), Some("two"));
        store
            .delete_experiment_tag(&"1".into(), "k")
            .await
            .expect("it goes");
        store.delete_run_tag(&"r1".into(), "k").await.expect("it goes");
        assert!(store.experiment(&"1".into()).await.expect("it").tags.is_empty());
        assert!(store.run(&"r1".into()).await.expect("it").tags.is_empty());
    }
}

#[tokio::test]
async fn a_runs_name_stands_in_its_row_and_in_its_tag() {
    let fixture = Fixture::new("3.18.0");
    let store = fixture.store();
    store
        .rename_run(&"r1".into(), "better")
        .await
        .expect("another name");
    let run = store.run(&"r1".into()).await.expect("the run");
    assert_eq!(
        (run.info.name.as_str(), run.tag("mlflow.runName")),
        ("better", Some("better"))
    );
    store
        .set_run_tag(&"r1".into(), &tag("mlflow.runName", "best"))
        .await
        .expect("a tag");
    let run = store.run(&"r1".into()).await.expect("the run");
    assert_eq!(
        (run.info.name.as_str(), run.tag("mlflow.runName")),
        ("best", Some("best"))
    );
}

#[tokio::test]
async fn a_deleted_run_is_kept_and_takes_no_change_until_it_is_restored() {
    let fixture = Fixture::new("3.18.0");
    let store = fixture.store();
    let id = "r1".into();
    store.delete_run(&id).await.expect("a deletion");
    let kind = |refused: flowdeck_domain::Result<()>| refused.expect_err("MLflow refuses").kind();
    assert_eq!(kind(store.rename_run(&id, "x").await), FailureKind::InvalidInput);
    assert_eq!(
        kind(store.set_run_tag(&id, &tag("a", "b")).await),
        FailureKind::InvalidInput
    );
    assert_eq!(
        kind(store.delete_run_tag(&id, "a").await),
        FailureKind::InvalidInput
    );
    store.restore_run(&id).await.expect("a restoration");
    store.set_run_tag(&id, &tag("a", "b")).await.expect("a tag");
    assert_eq!(
        kind(store.delete_run_tag(&id, "none").await),
        FailureKind::NotFound
    );
    for missing in [
        store.delete_run(&"r7".into()).await,
        store.rename_run(&"r7".into(), "x").await,
    ] {
        assert_eq!(kind(missing), FailureKind::NotFound);
    }
}

#[tokio::test]
async fn a_write_waits_for_no_idle_reader_and_reads_see_it_at_once() {
    let fixture = Fixture::new("3.18.0");
    let (reader, writer) = (fixture.store(), fixture.store());
    reader.run(&"r1".into()).await.expect("the run");
    writer
        .rename_run(&"r1".into(), "now")
        .await
        .expect("another name");
    assert_eq!(reader.run(&"r1".into()).await.expect("the run").info.name, "now");
    assert_eq!(fixture.files(), ["mlflow.db"]);
}
