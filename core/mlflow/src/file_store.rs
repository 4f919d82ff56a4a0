//! A tracking store in a directory, `mlruns/`.
//!
//! Read as MLflow's own client reads it, of whichever version the writer was, and never migrated. Layout and formats
//! are those of MLflow `store/tracking/file_store.py` and `store/model_registry/file_store.py`, 1.0 to 3.18.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use flowdeck_domain::port::{
    HistoryMark, HistoryPartStream, LoggedModelQuery, Query, RegistryReader, RunQuery, StoreKind,
    StoreOrigin, TraceQuery, TrackingReader, TrackingWriter,
};
use flowdeck_domain::registry::{ModelVersion, RegisteredModel};
use flowdeck_domain::tracking::{Experiment, LoggedModel, MetricExtremes, Run, Tag, Trace, TraceInfo};
use flowdeck_domain::{
    ExperimentId, Failure, FailureKind, MetricKey, ModelId, ModelName, Page, Result, RunId, TraceId,
    VersionNumber,
};

mod assessments;
mod codec;
mod entries;
mod experiment_meta;
mod experiments;
mod extremes;
mod failures;
mod folders;
mod fs;
mod history;
mod index;
mod inputs;
mod layout;
mod logged_models;
mod meta_file;
mod metric_file;
mod metric_line;
mod model_version;
mod names;
mod number;
mod record;
mod registry;
mod registry_writer;
mod run_lookup;
mod run_meta;
mod run_scope;
mod run_search;
mod runs;
mod section;
mod stamp;
#[cfg(test)]
mod tests;
mod trace_meta;
mod traces;
mod write;
mod yaml;

use index::Index;
use layout::Root;

/// A store in a directory.
#[derive(Clone, Debug)]
pub struct FileStore {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    root: Root,
    index: Index,
}

impl FileStore {
    /// Opens the store at `root`. What was read is kept in the file `index`, if one is given, and is trusted the
    /// next time as far as the files' sizes and times agree.
    ///
    /// # Errors
    /// There is no directory at `root`, or it cannot be opened.
    pub fn open(root: &Path, index: Option<&Path>) -> Result<Self> {
        let root = Root::new(root)?;
        let index = Index::new(&root.path, index);
        Ok(Self {
            shared: Arc::new(Shared { root, index }),
        })
    }

    /// Runs work on files where it keeps nobody else from running.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let shared = Arc::clone(&self.shared);
        tokio::task::spawn_blocking(move || work(&shared))
            .await
            .unwrap_or_else(|error| {
                Err(
                    Failure::new(FailureKind::Interrupted, "reading the store was interrupted")
                        .caused_by(error),
                )
            })
    }
}

#[async_trait]
impl TrackingReader for FileStore {
    fn origin(&self) -> StoreOrigin {
        StoreOrigin {
            kind: StoreKind::FileStore,
            uri: self.shared.root.path.display().to_string(),
            version: None,
        }
    }

    async fn search_experiments(&self, query: &Query) -> Result<Page<Experiment>> {
        let query = query.clone();
        self.blocking(move |store| experiments::search(&store.root, &query))
            .await
    }

    async fn experiment(&self, id: &ExperimentId) -> Result<Experiment> {
        let id = id.clone();
        self.blocking(move |store| experiments::by_id(&store.root, &id))
            .await
    }

    async fn experiment_by_name(&self, name: &str) -> Result<Experiment> {
        let name = name.to_owned();
        self.blocking(move |store| experiments::by_name(&store.root, &name))
            .await
    }

    async fn search_runs(&self, query: &RunQuery) -> Result<Page<Run>> {
        let query = query.clone();
        self.blocking(move |store| run_search::search(&store.root, &store.index, &query))
            .await
    }

    async fn run(&self, id: &RunId) -> Result<Run> {
        let id = id.clone();
        self.blocking(move |store| run_lookup::run(&store.root, &store.index, &id))
            .await
    }

    fn history_after(&self, run: &RunId, key: &MetricKey, mark: Option<&HistoryMark>) -> HistoryPartStream {
        history::parts(self.shared.root.clone(), run.clone(), key.clone(), mark.cloned())
    }

    async fn metric_extremes(&self, run: &RunId, keys: &[MetricKey]) -> Result<Option<Vec<MetricExtremes>>> {
        let (run, keys) = (run.clone(), keys.to_vec());
        let read = self.blocking(move |store| extremes::of_metrics(&store.root, &run, &keys));
        read.await.map(Some)
    }

    async fn search_logged_models(&self, query: &LoggedModelQuery) -> Result<Page<LoggedModel>> {
        let query = query.clone();
        self.blocking(move |store| logged_models::search(&store.root, &query))
            .await
    }

    async fn logged_model(&self, id: &ModelId) -> Result<LoggedModel> {
        let id = id.clone();
        self.blocking(move |store| logged_models::by_id(&store.root, &id))
            .await
    }

    async fn search_traces(&self, query: &TraceQuery) -> Result<Page<TraceInfo>> {
        let query = query.clone();
        self.blocking(move |store| traces::search(&store.root, &query))
            .await
    }

    async fn trace(&self, id: &TraceId) -> Result<Trace> {
        let id = id.clone();
        self.blocking(move |store| traces::by_id(&store.root, &id)).await
    }
}

#[async_trait]
impl TrackingWriter for FileStore {
    async fn create_experiment(
        &self,
        name: &str,
        artifact_location: Option<&str>,
        tags: &[Tag],
    ) -> Result<ExperimentId> {
        let (name, location, tags) = (
            name.to_owned(),
            artifact_location.map(str::to_owned),
            tags.to_vec(),
        );
        self.blocking(move |store| write::experiments::create(&store.root, &name, location.as_deref(), &tags))
            .await
    }

    async fn rename_experiment(&self, id: &ExperimentId, name: &str) -> Result<()> {
        let (id, name) = (id.clone(), name.to_owned());
        self.blocking(move |store| write::experiments::rename(&store.root, &id, &name))
            .await
    }

    async fn delete_experiment(&self, id: &ExperimentId) -> Result<()> {
        let id = id.clone();
        self.blocking(move |store| write::experiments::delete(&store.root, &id))
            .await
    }

    async fn restore_experiment(&self, id: &ExperimentId) -> Result<()> {
        let id = id.clone();
        self.blocking(move |store| write::experiments::restore(&store.root, &id))
            .await
    }

    async fn set_experiment_tag(&self, id: &ExperimentId, tag: &Tag) -> Result<()> {
        let (id, tag) = (id.clone(), tag.clone());
        self.blocking(move |store| write::experiments::set_tag(&store.root, &id, &tag))
            .await
    }

    async fn delete_experiment_tag(&self, id: &ExperimentId, key: &str) -> Result<()> {
        let (id, key) = (id.clone(), key.to_owned());
        self.blocking(move |store| write::experiments::delete_tag(&store.root, &id, &key))
            .await
    }

    async fn rename_run(&self, id: &RunId, name: &str) -> Result<()> {
        let (id, name) = (id.clone(), name.to_owned());
        self.blocking(move |store| write::runs::rename(&store.root, &id, &name))
            .await
    }

    async fn set_run_tag(&self, id: &RunId, tag: &Tag) -> Result<()> {
        let (id, tag) = (id.clone(), tag.clone());
        self.blocking(move |store| write::runs::set_tag(&store.root, &id, &tag))
            .await
    }

    async fn delete_run_tag(&self, id: &RunId, key: &str) -> Result<()> {
        let (id, key) = (id.clone(), key.to_owned());
        self.blocking(move |store| write::runs::delete_tag(&store.root, &id, &key))
            .await
    }

    async fn delete_run(&self, id: &RunId) -> Result<()> {
        let id = id.clone();
        self.blocking(move |store| write::runs::delete(&store.root, &id))
            .await
    }

    async fn restore_run(&self, id: &RunId) -> Result<()> {
        let id = id.clone();
        self.blocking(move |store| write::runs::restore(&store.root, &id))
            .await
    }
}

#[async_trait]
impl RegistryReader for FileStore {
    async fn search_models(&self, query: &Query) -> Result<Page<RegisteredModel>> {
        let query = query.clone();
        self.blocking(move |store| registry::search_models(&store.root, &query))
            .await
    }

    async fn model(&self, name: &ModelName) -> Result<RegisteredModel> {
        let name = name.clone();
        self.blocking(move |store| registry::model(&store.root, &name))
            .await
    }

    async fn search_versions(&self, query: &Query) -> Result<Page<ModelVersion>> {
        let query = query.clone();
        self.blocking(move |store| registry::search_versions(&store.root, &query))
            .await
    }

    async fn version(&self, name: &ModelName, version: &VersionNumber) -> Result<ModelVersion> {
        let (name, version) = (name.clone(), version.clone());
        self.blocking(move |store| registry::version(&store.root, &name, &version))
            .await
    }

    async fn version_by_alias(&self, name: &ModelName, alias: &str) -> Result<ModelVersion> {
        let (name, alias) = (name.clone(), alias.to_owned());
        self.blocking(move |store| registry::version_by_alias(&store.root, &name, &alias))
            .await
    }
}
