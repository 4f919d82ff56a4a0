//! A tracking store in a database file, `mlflow.db`, as MLflow 1.x, 2.x and 3.x write it.
//!
//! Reads never change the file and never migrate it: what a database has is read off its tables, so that any head
//! of the schema can be read as far as its tables are known. Each read is one short transaction on a connection of
//! its own; where SQLite would have to write in order to read, a private copy is read instead.
//! Source: the schemas recorded in `tests/fixtures/mlflow`, `mlflow.store.tracking.sqlalchemy_store`.

mod assessments;
mod database;
mod experiments;
mod extremes;
mod fault;
mod history;
mod inputs;
mod logged_models;
mod mark;
mod paging;
mod registry;
mod registry_writer;
mod rows;
mod run_info;
mod run_rows;
mod runs;
mod schema;
mod source;
mod spool;
mod trace_links;
mod trace_metadata;
mod trace_rows;
mod trace_spans;
mod traces;
mod write;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
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
    VersionNumber, Warning,
};
use rusqlite::Connection;

use database::{Database, Reader};
use fault::Fault;
use schema::Schema;

/// A tracking store and model registry in one SQLite file. Clones share their connections.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    database: Arc<Database>,
}

impl SqliteStore {
    /// Opens the store at this path for reading; nothing is written until a write is asked for.
    ///
    /// # Errors
    /// A file that is missing, no database, damaged, no MLflow store, or held by a writer for longer than ten
    /// seconds.
    pub fn open(path: &Path) -> Result<Self> {
        let database = Arc::new(Database::open(path)?);
        Ok(Self { database })
    }

    /// Reads on a thread of its own, for SQLite blocks.
    async fn read<T: Send + 'static>(
        &self,
        ask: impl Fn(&Reader, &Database) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T> {
        let database = Arc::clone(&self.database);
        aside(move || database.read(|reader| ask(reader, &database))).await
    }

    /// As [`SqliteStore::read`], with what a page should say beside its items.
    async fn read_page<T: Send + 'static>(
        &self,
        ask: impl Fn(&Reader, Vec<Warning>) -> Result<Page<T>, Fault> + Send + 'static,
    ) -> Result<Page<T>> {
        self.read(move |reader, database| ask(reader, reader.warnings(database.path())))
            .await
    }

    async fn write<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Connection, &Schema) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T> {
        let database = Arc::clone(&self.database);
        aside(move || database.write(act)).await
    }
}

async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| {
        let failure = Failure::new(FailureKind::System, "reading or writing the store was broken off");
        Err(failure.caused_by(error))
    })
}

#[async_trait]
impl TrackingReader for SqliteStore {
    fn origin(&self) -> StoreOrigin {
        StoreOrigin {
            kind: StoreKind::Sqlite,
            uri: self.database.path().display().to_string(),
            version: self.database.head(),
        }
    }

    fn change_mark(&self) -> Option<u64> {
        Some(mark::of(self.database.path()))
    }

    async fn search_experiments(&self, query: &Query) -> Result<Page<Experiment>> {
        let query = query.clone();
        self.read_page(move |reader, warnings| experiments::search(reader, &query, warnings))
            .await
    }

    async fn experiment(&self, id: &ExperimentId) -> Result<Experiment> {
        let id = id.clone();
        self.read(move |reader, _| experiments::by_id(reader, &id)).await
    }

    async fn experiment_by_name(&self, name: &str) -> Result<Experiment> {
        let name = name.to_owned();
        self.read(move |reader, _| experiments::by_name(reader, &name))
            .await
    }

    async fn search_runs(&self, query: &RunQuery) -> Result<Page<Run>> {
        let query = query.clone();
        self.read(move |reader, database| runs::search(reader, database, &query))
            .await
    }

    async fn run(&self, id: &RunId) -> Result<Run> {
        let id = id.clone();
        self.read(move |reader, database| runs::one(reader, database, &id))
            .await
    }

    fn history_after(&self, run: &RunId, key: &MetricKey, mark: Option<&HistoryMark>) -> HistoryPartStream {
        let database = Arc::clone(&self.database);
        history::parts(database, run.clone(), key.clone(), mark.cloned())
    }

    async fn metric_extremes(&self, run: &RunId, keys: &[MetricKey]) -> Result<Option<Vec<MetricExtremes>>> {
        let (run, keys) = (run.clone(), keys.to_vec());
        let read = self.read(move |reader, _| extremes::of_metrics(reader, &run, &keys));
        read.await.map(Some)
    }

    async fn search_logged_models(&self, query: &LoggedModelQuery) -> Result<Page<LoggedModel>> {
        let query = query.clone();
        self.read_page(move |reader, warnings| logged_models::search(reader, &query, warnings))
            .await
    }

    async fn logged_model(&self, id: &ModelId) -> Result<LoggedModel> {
        let id = id.clone();
        self.read(move |reader, _| logged_models::one(reader, &id)).await
    }

    async fn search_traces(&self, query: &TraceQuery) -> Result<Page<TraceInfo>> {
        let query = query.clone();
        self.read_page(move |reader, warnings| traces::search(reader, &query, warnings))
            .await
    }

    async fn trace(&self, id: &TraceId) -> Result<Trace> {
        let id = id.clone();
        self.read(move |reader, database| traces::one(reader, &directory_of(database.path()), &id))
            .await
    }
}

#[async_trait]
impl RegistryReader for SqliteStore {
    async fn search_models(&self, query: &Query) -> Result<Page<RegisteredModel>> {
        let query = query.clone();
        self.read_page(move |reader, warnings| registry::search_models(reader, &query, warnings))
            .await
    }

    async fn model(&self, name: &ModelName) -> Result<RegisteredModel> {
        let name = name.clone();
        self.read(move |reader, _| registry::model(reader, &name)).await
    }

    async fn search_versions(&self, query: &Query) -> Result<Page<ModelVersion>> {
        let query = query.clone();
        self.read_page(move |reader, warnings| registry::search_versions(reader, &query, warnings))
            .await
    }

    async fn version(&self, name: &ModelName, version: &VersionNumber) -> Result<ModelVersion> {
        let (name, version) = (name.clone(), version.clone());
        self.read(move |reader, _| registry::version(reader, &name, &version))
            .await
    }

    async fn version_by_alias(&self, name: &ModelName, alias: &str) -> Result<ModelVersion> {
        let (name, alias) = (name.clone(), alias.to_owned());
        self.read(move |reader, _| registry::version_by_alias(reader, &name, &alias))
            .await
    }
}

#[async_trait]
impl TrackingWriter for SqliteStore {
    async fn create_experiment(
        &self,
        name: &str,
        artifact_location: Option<&str>,
        tags: &[Tag],
    ) -> Result<ExperimentId> {
        let (name, tags) = (name.to_owned(), tags.to_vec());
        let location = artifact_location.map(str::to_owned);
        let directory = directory_of(self.database.path());
        self.write(move |connection, schema| {
            let place = write::Place::new(location.as_deref(), &directory);
            write::create_experiment(connection, schema, &name, &place, &tags)
        })
        .await
    }

    async fn rename_experiment(&self, id: &ExperimentId, name: &str) -> Result<()> {
        let (id, name) = (id.clone(), name.to_owned());
        self.write(move |connection, schema| write::rename_experiment(connection, schema, &id, &name))
            .await
    }

    async fn delete_experiment(&self, id: &ExperimentId) -> Result<()> {
        let id = id.clone();
        self.write(move |connection, schema| write::delete_experiment(connection, schema, &id))
            .await
    }

    async fn restore_experiment(&self, id: &ExperimentId) -> Result<()> {
        let id = id.clone();
        self.write(move |connection, schema| write::restore_experiment(connection, schema, &id))
            .await
    }

    async fn set_experiment_tag(&self, id: &ExperimentId, tag: &Tag) -> Result<()> {
        let (id, tag) = (id.clone(), tag.clone());
        self.write(move |connection, _| write::set_experiment_tag(connection, &id, &tag))
            .await
    }

    async fn delete_experiment_tag(&self, id: &ExperimentId, key: &str) -> Result<()> {
        let (id, key) = (id.clone(), key.to_owned());
        self.write(move |connection, _| write::delete_experiment_tag(connection, &id, &key))
            .await
    }

    async fn rename_run(&self, id: &RunId, name: &str) -> Result<()> {
        let (id, name) = (id.clone(), name.to_owned());
        self.write(move |connection, _| write::rename_run(connection, &id, &name))
            .await
    }

    async fn set_run_tag(&self, id: &RunId, tag: &Tag) -> Result<()> {
        let (id, tag) = (id.clone(), tag.clone());
        self.write(move |connection, _| write::set_run_tag(connection, &id, &tag))
            .await
    }

    async fn delete_run_tag(&self, id: &RunId, key: &str) -> Result<()> {
        let (id, key) = (id.clone(), key.to_owned());
        self.write(move |connection, _| write::delete_run_tag(connection, &id, &key))
            .await
    }

    async fn delete_run(&self, id: &RunId) -> Result<()> {
        let id = id.clone();
        self.write(move |connection, schema| write::delete_run(connection, schema, &id))
            .await
    }

    async fn restore_run(&self, id: &RunId) -> Result<()> {
        let id = id.clone();
        self.write(move |connection, schema| write::restore_run(connection, schema, &id))
            .await
    }
}

/// The directory a file lies in.
fn directory_of(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    absolute.parent().map(Path::to_owned).unwrap_or_default()
}
