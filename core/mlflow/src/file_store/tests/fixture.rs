use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flowdeck_domain::port::{Query, RunFields, RunQuery, TrackingReader, View};
use flowdeck_domain::tracking::{MetricPoint, Run};
use flowdeck_domain::{Page, Result};
use futures::StreamExt;

use super::super::index::Index;
use super::super::layout::Root;
use super::super::{FileStore, Shared};

/// The id of the experiment that [`Fixture::new`] makes.
pub(super) const EXPERIMENT: &str = "123456789012345678";

/// A store in a directory of its own, as MLflow lays it out.
pub(super) struct Fixture {
    directory: tempfile::TempDir,
}

impl Fixture {
    pub(super) fn new() -> Self {
        let fixture = Self {
            directory: tempfile::tempdir().unwrap(),
        };
        fixture.experiment(EXPERIMENT, "vision");
        fs::create_dir(fixture.path(".trash")).unwrap();
        fixture
    }

    pub(super) fn root(&self) -> &Path {
        self.directory.path()
    }

    pub(super) fn path(&self, below: &str) -> PathBuf {
        self.root().join(below)
    }

    pub(super) fn write(&self, below: &str, contents: impl AsRef<[u8]>) {
        let path = self.path(below);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }

    pub(super) fn read(&self, below: &str) -> String {
        fs::read_to_string(self.path(below)).unwrap()
    }

    pub(super) fn experiment(&self, id: &str, name: &str) {
        let meta = format!(
            "artifact_location: file:///store/{id}\ncreation_time: 5\nexperiment_id: '{id}'\nlast_update_time: 6\n\
             lifecycle_stage: active\nname: {name}\nworkspace: default\n"
        );
        self.write(&format!("{id}/meta.yaml"), meta);
    }

    /// Makes a run of the experiment, with a metric, a param and a tag; gives its path below the root.
    pub(super) fn run(&self, id: &str) -> String {
        let path = format!("{EXPERIMENT}/{id}");
        let meta = format!(
            "artifact_uri: file:///store/{path}/artifacts\nend_time: null\nentry_point_name: ''\nexperiment_id: \
             '{EXPERIMENT}'\nlifecycle_stage: active\nrun_id: {id}\nrun_name: first\nsource_name: ''\nsource_type: \
             4\nsource_version: ''\nstart_time: 7\nstatus: 1\ntags: []\nuser_id: me\n"
        );
        self.write(&format!("{path}/meta.yaml"), meta);
        self.write(&format!("{path}/metrics/loss"), "10 0.5 0\n11 0.25 1\n");
        self.write(&format!("{path}/params/lr"), "0.1");
        self.write(&format!("{path}/tags/mlflow.runName"), "first");
        path
    }

    pub(super) fn open(&self) -> FileStore {
        FileStore::open(self.root(), None).unwrap()
    }

    /// Opens the store with an index in this file, a minute from now: all that was written is old enough by then
    /// for its times to be trusted.
    pub(super) fn open_in_a_minute(&self, index: &Path) -> FileStore {
        let mut root = Root::new(self.root()).unwrap();
        root.clock = || {
            let since = std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .unwrap();
            i64::try_from(since.as_nanos()).unwrap() + 60_000_000_000
        };
        let index = Index::new(&root.path, Some(index));
        FileStore {
            shared: Arc::new(Shared { root, index }),
        }
    }
}

pub(super) fn everything() -> Query {
    Query {
        view: View::All,
        max_results: 1000,
        ..Query::default()
    }
}

pub(super) async fn runs(store: &FileStore) -> Result<Page<Run>> {
    let query = RunQuery {
        query: everything(),
        experiments: vec![EXPERIMENT.into()],
        fields: RunFields::all(),
    };
    store.search_runs(&query).await
}

pub(super) async fn history(store: &FileStore, run: &str, key: &str) -> Result<Vec<MetricPoint>> {
    let mut stream = store.metric_history(&run.into(), &key.into());
    let mut points = Vec::new();
    while let Some(batch) = stream.next().await {
        points.extend(batch?);
    }
    Ok(points)
}

/// Sentences of warnings, without the path they begin with.
pub(super) fn sentences<T>(page: &Page<T>) -> Vec<String> {
    page.warnings
        .iter()
        .map(|warning| {
            let at = warning.0.find(": ").map_or(0, |at| at + 2);
            warning.0[at..].to_owned()
        })
        .collect()
}
