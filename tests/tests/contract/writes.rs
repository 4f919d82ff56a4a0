//! What flowdeck writes equals what MLflow's own operation would have left.
//!
//! A store holds twins: two experiments written alike. flowdeck acts on the first, MLflow's own client does the same to
//! the second (`tests/python/operate.py`), and then both must be alike again: to MLflow's reader, and byte for byte
//! in a local store.

use flowdeck_domain::port::{Query, RunFields, RunQuery, View};
use flowdeck_domain::tracking::Tag;
use flowdeck_domain::{ExperimentId, Failure, FailureKind, RunId};
use flowdeck_tests::python;
use serde_json::Value;

use crate::compare::{assert_none, differences};
use crate::ports::Ports;
use crate::subject::{StoreKind, Subject};
use crate::twins::{Twin, raw};

crate::over_every_store! {
    what_flowdeck_writes_is_what_mlflow_would_have_written: twins_stay_alike;
}

const LINES: &str = "first\nzweite Zeile: ü 実験 🚀\n\n'quoted' \"twice\" \\ % _\n";

async fn twins_stay_alike(subject: &Subject) {
    let store = subject.copy("writes");
    let ours = operate(&store).await;
    let output = python::script(store.version, "operate.py")
        .arg(store.mlflow_uri())
        .current_dir(&store.home)
        .output()
        .expect("the interpreter was found");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let said: Value = serde_json::from_slice(&output.stdout).expect("the script prints JSON");
    let theirs: Vec<&str> = said["refused"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let refused = |name: &str, by: &[&str]| by.contains(&name);
    let wrong: Vec<&str> = ours
        .iter()
        .copied()
        .filter(|name| !refused(name, &theirs))
        .collect();
    assert!(wrong.is_empty(), "flowdeck refuses what MLflow does: {wrong:?}");
    let wrong: Vec<&str> = theirs
        .iter()
        .copied()
        .filter(|name| !refused(name, &ours))
        .collect();
    assert!(wrong.is_empty(), "flowdeck does what MLflow refuses: {wrong:?}");

    let read = store.read_again();
    let (castor, pollux) = (Twin::find(&read, "castor"), Twin::find(&read, "pollux"));
    assert_none(&differences(
        "as MLflow reads it",
        &castor.read(&read),
        &pollux.read(&read),
    ));
    if store.kind != StoreKind::Server {
        assert_none(&differences(
            "as it lies",
            &raw(&store, &castor),
            &raw(&store, &pollux),
        ));
    }
}

/// Acts on the first twin; names the operations that were refused.
async fn operate(store: &Subject) -> Vec<&'static str> {
    let ports = Ports::open(store);
    let writer = &ports.writer;
    let twin = ports
        .tracking
        .experiment_by_name("twin castor")
        .await
        .expect("it was written")
        .id;
    let run = run_named(&ports, &twin, "twin").await;
    let other = run_named(&ports, &twin, "other twin").await;

    for (key, value) in [
        ("a", "overwritten"),
        ("new/key with.dots-", LINES),
        ("mlflow.note.content", "# Note"),
        ("empty", ""),
    ] {
        writer
            .set_experiment_tag(&twin, &tag(key, value))
            .await
            .expect("the tag is set");
    }
    let untagged = writer.delete_experiment_tag(&twin, "b").await;
    match (store.kind, store.major()) {
        (_, 3..) => untagged.expect("the tag is removed"),
        (StoreKind::Server, _) => {
            assert_eq!(
                untagged.expect_err("the server cannot").kind(),
                FailureKind::Unsupported
            );
        }
        // MLflow before 3 has no such operation to compare with.
        _ => writer
            .set_experiment_tag(&twin, &tag("b", "2"))
            .await
            .expect("the tag is set"),
    }
    writer
        .rename_experiment(&twin, "renamed twin castor")
        .await
        .expect("it is renamed");

    writer
        .rename_run(&run, "Größe: 'neu' \"castor\"")
        .await
        .expect("it is renamed");
    for (key, value) in [("keep", LINES), ("new/key with.dots-", "x"), ("empty", "")] {
        writer
            .set_run_tag(&run, &tag(key, value))
            .await
            .expect("the tag is set");
    }
    writer
        .delete_run_tag(&run, "drop")
        .await
        .expect("the tag is removed");
    writer.restore_run(&other).await.expect("it is restored");
    writer
        .rename_run(&other, "other of castor")
        .await
        .expect("it is renamed");

    let made = writer
        .create_experiment("made by castor", None, &[tag("k", "v"), tag("lines", LINES)])
        .await
        .expect("made");
    let placed = writer
        .create_experiment("placed by castor", Some("s3://bucket/castor"), &[])
        .await
        .expect("made");
    writer.delete_experiment(&placed).await.expect("it is deleted");
    let back = writer
        .create_experiment("brought back by castor", None, &[])
        .await
        .expect("made");
    writer.delete_experiment(&back).await.expect("it is deleted");
    writer.restore_experiment(&back).await.expect("it is restored");
    writer
        .set_experiment_tag(&made, &tag("k", "w"))
        .await
        .expect("the tag is set");
    try_what_is_refused(&ports, &made, &placed, &run, &other).await
}

async fn try_what_is_refused(
    ports: &Ports,
    made: &ExperimentId,
    placed: &ExperimentId,
    run: &RunId,
    other: &RunId,
) -> Vec<&'static str> {
    let writer = &ports.writer;
    let mut refused = Vec::new();
    let mut note = |name, outcome: Result<(), Failure>| {
        if let Err(failure) = outcome {
            let expected = [
                FailureKind::InvalidInput,
                FailureKind::NotFound,
                FailureKind::Refused,
            ];
            assert!(
                expected.contains(&failure.kind()),
                "{name}: {:?}: {failure}",
                failure.kind()
            );
            refused.push(name);
        }
    };
    let created = |outcome: Result<ExperimentId, Failure>| outcome.map(|_| ());
    note(
        "create an experiment whose name is taken",
        created(writer.create_experiment("made by castor", None, &[]).await),
    );
    note(
        "create an experiment whose name a deleted one has",
        created(writer.create_experiment("placed by castor", None, &[]).await),
    );
    note(
        "rename an experiment to a name that is taken",
        writer.rename_experiment(made, "plain").await,
    );
    note(
        "rename a deleted experiment",
        writer.rename_experiment(placed, "other name of castor").await,
    );
    note(
        "tag a deleted experiment",
        writer.set_experiment_tag(placed, &tag("k", "v")).await,
    );
    note(
        "delete a deleted experiment",
        writer.delete_experiment(placed).await,
    );
    note(
        "restore an experiment that stands",
        writer.restore_experiment(made).await,
    );
    note(
        "delete an experiment that is not there",
        writer.delete_experiment(&"424242".into()).await,
    );
    note(
        "remove a tag that is not there",
        writer.delete_run_tag(run, "never set").await,
    );
    writer.delete_run(run).await.expect("it is deleted");
    note("tag a deleted run", writer.set_run_tag(run, &tag("k", "v")).await);
    note("untag a deleted run", writer.delete_run_tag(run, "keep").await);
    note("rename a deleted run", writer.rename_run(run, "again").await);
    note("delete a deleted run", writer.delete_run(run).await);
    note("restore a run that stands", writer.restore_run(other).await);
    note(
        "delete a run that is not there",
        writer
            .delete_run(&"0123456789abcdef0123456789abcdef".into())
            .await,
    );
    refused
}

fn tag(key: &str, value: &str) -> Tag {
    Tag {
        key: key.into(),
        value: value.to_owned(),
    }
}

async fn run_named(ports: &Ports, experiment: &ExperimentId, name: &str) -> RunId {
    let query = RunQuery {
        query: Query {
            view: View::All,
            max_results: 100,
            ..Query::default()
        },
        experiments: vec![experiment.clone()],
        fields: RunFields::all(),
    };
    let found = ports
        .tracking
        .search_runs(&query)
        .await
        .expect("runs can be searched")
        .items;
    found
        .into_iter()
        .find(|run| run.name() == name)
        .expect("the twin has that run")
        .info
        .id
}
