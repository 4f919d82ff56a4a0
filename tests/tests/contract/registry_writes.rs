//! What flowdeck writes to a registry equals what MLflow's own operation would have left.
//!
//! The models of one twin are made and changed by flowdeck, those of the other by MLflow's own client
//! (`tests/python/operate_registry.py`). Then both must be alike: to MLflow's reader, to flowdeck's, and as they lie.

use std::fs;
use std::path::Path;

use flowdeck_domain::port::RegistryWriter;
use flowdeck_domain::registry::{NewVersion, Stage};
use flowdeck_domain::tracking::Tag;
use flowdeck_domain::{Failure, FailureKind, ModelName, VersionNumber};
use flowdeck_tests::python;
use serde_json::{Map, Value};

use crate::compare::{assert_none, differences};
use crate::fields;
use crate::ports::Ports;
use crate::subject::{StoreKind, Subject};
use crate::twins::{Twin, masked_file, table_names, table_rows};

crate::over_every_store! {
    what_flowdeck_writes_to_a_registry_is_what_mlflow_would_have_written: twins_stay_alike;
}

const LINES: &str = "first\nzweite Zeile: ü 実験 🚀\n\n'quoted' \"twice\" \\ % _\n";
const RUN: &str = "abcdef0123456789abcdef0123456789";

async fn twins_stay_alike(subject: &Subject) {
    if !subject.has_registry() {
        return;
    }
    let store = subject.copy("registry-writes");
    let ports = Ports::open(&store);
    let ours = operate(&store, &*ports.registry_writer).await;
    let output = python::script(store.version, "operate_registry.py")
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
    assert_eq!(Value::from(ours), said["refused"], "ours and MLflow's refusals");

    let read = store.read_again_of("models");
    let (castor, pollux) = (Twin::of_word("castor"), Twin::of_word("pollux"));
    let as_read = |twin: &Twin| of_twin(&read["models"], twin);
    assert_none(&differences(
        "as MLflow reads it",
        &as_read(&castor),
        &as_read(&pollux),
    ));
    let theirs = read["models"].as_object().expect("it is a map");
    for (name, theirs) in theirs
        .iter()
        .filter(|(name, _)| name.contains("castor") || name.contains("pollux"))
    {
        let model = ports
            .registry
            .model(&name.as_str().into())
            .await
            .expect("it is there");
        let versions = ports.versions(&model).await;
        let ours = fields::registered_model(&model, &versions);
        assert_none(&differences(name, &ours, theirs));
    }
    if store.kind != StoreKind::Server {
        assert_none(&differences(
            "as it lies",
            &raw(&store, &castor),
            &raw(&store, &pollux),
        ));
    }
}

/// Acts on the first twin; names the operations that were refused.
async fn operate(store: &Subject, writer: &dyn RegistryWriter) -> Vec<&'static str> {
    let (twin, plain, simple): (ModelName, ModelName, ModelName) = (
        "twin castor".into(),
        "plain castor".into(),
        "simple castor".into(),
    );
    let aliases = store.major() >= 2;
    let done = |outcome: Result<(), Failure>| outcome.expect("MLflow does it");
    let tags = [tag("a", "1"), tag("b", "2"), tag("lines", LINES)];
    done(writer.create_model(&twin, Some("Findet: 'Größe'"), &tags).await);
    done(writer.create_model(&plain, None, &[]).await);
    done(writer.create_model(&simple, Some(""), &[]).await);

    let first = NewVersion {
        run_id: Some(RUN.into()),
        tags: vec![tag("t", "1"), tag("u", LINES)],
        description: Some("the first".to_owned()),
        ..version(&twin, 1)
    };
    let second = NewVersion {
        run_link: Some("https://elsewhere.example/run".to_owned()),
        ..version(&twin, 2)
    };
    let third = NewVersion {
        run_id: Some(RUN.into()),
        ..version(&twin, 3)
    };
    for (new, number) in [
        (first, "1"),
        (second, "2"),
        (third, "3"),
        (version(&twin, 4), "4"),
        (version(&simple, 1), "1"),
    ] {
        let made = writer.create_version(&new).await.expect("MLflow does it");
        assert_eq!(made.version.as_str(), number);
    }
    for (key, value) in [("a", "overwritten"), ("new/key with.dots-", LINES), ("empty", "")] {
        done(writer.set_model_tag(&twin, &tag(key, value)).await);
    }
    done(writer.delete_model_tag(&twin, "b").await);
    done(writer.delete_model_tag(&twin, "never set").await);
    done(writer.describe_model(&twin, "changed: yes").await);
    done(writer.describe_version(&twin, &n(2), "the second").await);
    done(writer.describe_version(&twin, &n(1), "").await);
    done(
        writer
            .set_version_tag(&twin, &n(1), &tag("t", "overwritten"))
            .await,
    );
    done(writer.set_version_tag(&twin, &n(2), &tag("new/key", LINES)).await);
    done(writer.set_version_tag(&twin, &n(3), &tag("drop", "that")).await);
    done(writer.delete_version_tag(&twin, &n(3), "drop").await);
    done(writer.delete_version_tag(&twin, &n(3), "never set").await);
    for (number, stage, archive) in [
        (1, Stage::Production, false),
        (2, Stage::Production, false),
        (3, Stage::Production, true),
        (4, Stage::Staging, true),
        (1, Stage::None, false),
    ] {
        done(writer.transition_stage(&twin, &n(number), &stage, archive).await);
    }
    if aliases {
        for (alias, number) in [
            ("champion", 3),
            ("Challenger-2", 1),
            ("moved", 1),
            ("moved", 2),
            ("removed", 1),
        ] {
            done(writer.set_alias(&twin, alias, &n(number)).await);
        }
        done(writer.delete_alias(&twin, "removed").await);
        done(writer.delete_alias(&twin, "never-set").await);
        done(writer.set_alias(&twin, "gone", &n(4)).await);
    } else {
        let refused = writer.set_alias(&twin, "champion", &n(3)).await;
        let kind = refused.expect_err("1.30 has no aliases").kind();
        assert_eq!(kind, FailureKind::Unsupported);
    }
    done(writer.delete_version(&twin, &n(4)).await);
    let after = NewVersion {
        tags: vec![tag("after", "deletion")],
        ..version(&twin, 5)
    };
    let made = writer.create_version(&after).await.expect("MLflow does it");
    assert_eq!(made.version, n(5), "a number is not used again");
    done(writer.rename_model(&simple, &"renamed castor".into()).await);
    let removed = ModelName::from("removed castor");
    done(writer.create_model(&removed, None, &[tag("a", "1")]).await);
    let its_version = NewVersion {
        tags: vec![tag("a", "1")],
        ..version(&removed, 1)
    };
    writer.create_version(&its_version).await.expect("MLflow does it");
    done(writer.delete_model(&removed).await);
    try_what_is_refused(store, writer, &twin, &plain).await
}

async fn try_what_is_refused(
    store: &Subject,
    writer: &dyn RegistryWriter,
    twin: &ModelName,
    plain: &ModelName,
) -> Vec<&'static str> {
    let mut refused = Vec::new();
    let mut note = |name, outcome: Result<(), Failure>| {
        if let Err(failure) = outcome {
            let expected = [FailureKind::InvalidInput, FailureKind::NotFound];
            let kind = failure.kind();
            assert!(expected.contains(&kind), "{name}: {kind:?}: {failure}");
            refused.push(name);
        }
    };
    let nobody = ModelName::from("no castor");
    let (four, one, t) = (n(4), n(1), tag("a", "b"));
    note(
        "create a model whose name is taken",
        writer.create_model(plain, None, &[]).await,
    );
    let slash = writer.create_model(&"a/castor".into(), None, &[]).await;
    if store.major() >= 3 {
        note("create a model with a slash", slash);
    } else {
        slash.expect_err("we refuse by the rules of MLflow 3 everywhere");
    }
    note(
        "rename a model to a name that is taken",
        writer.rename_model(plain, twin).await,
    );
    note(
        "rename a model that is not there",
        writer.rename_model(&nobody, &"other castor".into()).await,
    );
    note(
        "describe a model that is not there",
        writer.describe_model(&nobody, "x").await,
    );
    note(
        "tag a model that is not there",
        writer.set_model_tag(&nobody, &t).await,
    );
    note(
        "untag a model that is not there",
        writer.delete_model_tag(&nobody, "a").await,
    );
    note(
        "delete a model that is not there",
        writer.delete_model(&nobody).await,
    );
    note(
        "register at a model that is not there",
        writer.create_version(&version(&nobody, 1)).await.map(drop),
    );
    note(
        "describe a version that is not there",
        writer.describe_version(twin, &n(99), "x").await,
    );
    note(
        "describe a deleted version",
        writer.describe_version(twin, &four, "x").await,
    );
    note(
        "tag a deleted version",
        writer.set_version_tag(twin, &four, &t).await,
    );
    note(
        "untag a deleted version",
        writer.delete_version_tag(twin, &four, "a").await,
    );
    note(
        "delete a deleted version",
        writer.delete_version(twin, &four).await,
    );
    for (name, number, stage, archive) in [
        ("move a deleted version", &four, "Staging", false),
        ("move to a stage that is none", &one, "Live", false),
        ("archive what Archived holds", &one, "Archived", true),
    ] {
        let stage = Stage::from_word(stage);
        note(name, writer.transition_stage(twin, number, &stage, archive).await);
    }
    if store.major() >= 2 {
        for (name, alias, number) in [
            ("point an alias at a deleted version", "x", &four),
            ("set an alias with a dot", "a.b", &one),
            ("set an alias that means a number", "v1", &one),
            ("set an alias that means the latest", "Latest", &one),
        ] {
            note(name, writer.set_alias(twin, alias, number).await);
        }
    }
    refused
}

/// What MLflow's reader says of the models of one twin.
fn of_twin(models: &Value, twin: &Twin) -> Value {
    let all = models.as_object().expect("it is a map").iter();
    all.filter(|(name, _)| twin.is_named_in(name))
        .map(|(name, model)| (twin.masked_name(name), twin.masked(model)))
        .collect::<Map<_, _>>()
        .into()
}

/// What lies in a local store of one twin's models.
fn raw(store: &Subject, twin: &Twin) -> Value {
    let found = match store.kind {
        StoreKind::FileStore => {
            let mut found = Map::new();
            files(&store.path().join("models"), twin, &mut found);
            found
        }
        _ => rows(&store.path(), twin),
    };
    assert!(!found.is_empty(), "the twin left nothing");
    found.into()
}

fn files(models: &Path, twin: &Twin, found: &mut Map<String, Value>) {
    let mut pending: Vec<_> = fs::read_dir(models)
        .expect("the registry can be listed")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| twin.is_named_in(&path.to_string_lossy()))
        .collect();
    while let Some(path) = pending.pop() {
        let below = path.strip_prefix(models).expect("it lies there");
        let label = twin.masked_name(&below.to_string_lossy());
        if path.is_dir() {
            // MLflow leaves a folder behind its last file; flowdeck's rename does not bring an empty one along.
            let entries = fs::read_dir(&path).expect("it can be listed").flatten();
            pending.extend(entries.map(|entry| entry.path()));
        } else {
            found.insert(label, masked_file(&path, twin, looked_at));
        }
    }
}

/// The lines of a `meta.yaml` that MLflow's own reader looks at: it copies the aliases into it and reads them from
/// `aliases/` alone, and MLflow 3 adds keys that are empty in every file store.
fn looked_at(meta: &str) -> String {
    const EMPTY: [&str; 4] = [
        "deployment_job_id: null",
        "deployment_job_state: null",
        "model_id: null",
        "workspace: default",
    ];
    let mut inside_aliases = false;
    let mut kept = Vec::new();
    for line in meta.lines() {
        inside_aliases = line.starts_with("aliases:") || (inside_aliases && line.starts_with([' ', '-']));
        if !inside_aliases && !EMPTY.contains(&line) {
            kept.push(line);
        }
    }
    kept.join("\n")
}

fn rows(database: &Path, twin: &Twin) -> Map<String, Value> {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = rusqlite::Connection::open_with_flags(database, flags).expect("the database opens");
    let mut found = Map::new();
    for table in table_names(&connection) {
        let is_mine = |row: &Value| row["name"].as_str().is_some_and(|name| twin.is_named_in(name));
        let mut mine: Vec<Value> = table_rows(&connection, &table)
            .into_iter()
            .filter(is_mine)
            .map(|row| twin.masked(&row))
            .collect();
        // Experiments and runs of the same name stand as they were written.
        if !mine.is_empty() && (table.starts_with("registered_model") || table.starts_with("model_version")) {
            mine.sort_by_key(ToString::to_string);
            found.insert(table, mine.into());
        }
    }
    found
}

fn version(name: &ModelName, source: u32) -> NewVersion {
    NewVersion {
        name: name.clone(),
        source: format!("s3://bucket/castor/{source}"),
        run_id: None,
        run_link: None,
        model_id: None,
        description: None,
        tags: Vec::new(),
    }
}

fn n(number: u32) -> VersionNumber {
    number.to_string().into()
}

fn tag(key: &str, value: &str) -> Tag {
    Tag {
        key: key.into(),
        value: value.to_owned(),
    }
}
