//! Reading leaves a local store as it was.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use flowdeck_domain::port::RunFields;
use flowdeck_domain::{MetricKey, ModelId, ModelName, TraceId};
use futures::TryStreamExt;

use crate::ports::Ports;
use crate::subject::{StoreKind, Subject};

crate::over_every_store! {
    reading_everything_leaves_every_byte_of_the_store_as_it_was: nothing_changes;
}

async fn nothing_changes(subject: &Subject) {
    if subject.kind == StoreKind::Server {
        return;
    }
    let before = snapshot(&subject.path());
    read_everything(subject).await;
    let after = snapshot(&subject.path());
    assert!(
        before.keys().eq(after.keys()),
        "files came or went: {:?} before, {:?} after",
        before.keys(),
        after.keys()
    );
    for (path, content) in &before {
        assert!(after[path] == *content, "{} changed", path.display());
    }
}

async fn read_everything(subject: &Subject) {
    let ports = Ports::open(subject);
    for run in ports.runs(RunFields::all()).await {
        for metric in &run.metrics {
            let key = MetricKey::from(metric.key.as_str());
            let batches: Vec<_> = ports
                .tracking
                .metric_history(&run.info.id, &key)
                .try_collect()
                .await
                .expect("the history is there");
            assert!(!batches.is_empty());
        }
    }
    let ids = |of: &str| subject.read[of].as_object().expect("it is a map").keys();
    for id in ids("logged_models") {
        ports
            .tracking
            .logged_model(&ModelId::from(id.as_str()))
            .await
            .expect("the model is there");
    }
    for id in ids("traces") {
        ports
            .tracking
            .trace(&TraceId::from(id.as_str()))
            .await
            .expect("the trace is there");
    }
    for name in ids("models") {
        ports
            .registry
            .model(&ModelName::from(name.as_str()))
            .await
            .expect("the model is there");
    }
}

/// Every file of a store with its content: of a database those that SQLite lays beside it too.
fn snapshot(store: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    if store.is_dir() {
        collect(store, &mut found);
    } else {
        for suffix in ["", "-journal", "-wal", "-shm"] {
            let file = PathBuf::from(format!("{}{suffix}", store.display()));
            if let Ok(content) = fs::read(&file) {
                found.insert(file, content);
            }
        }
    }
    found
}

fn collect(directory: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(directory).expect("the store can be listed") {
        let path = entry.expect("the store can be listed").path();
        if path.is_dir() {
            collect(&path, found);
        } else {
            let content = fs::read(&path).expect("the store can be read");
            found.insert(path, content);
        }
    }
}
