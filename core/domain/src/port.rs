//! What a store answers, whichever store it is.
//!
//! Each port has one trait and one contract suite (`tests/`), which every adapter passes. All methods may be
//! called from several tasks at once. Dropping a future gives up the call; nothing is left half-written by it.

mod cluster;
mod pipelines;
mod pods;
mod registry_writer;

use std::path::PathBuf;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use std::sync::Arc;

pub use registry_writer::RegistryWriter;

use crate::Result;
use crate::artifact::{ArtifactEntry, ArtifactPath, ArtifactRoot};
use crate::id::{ExperimentId, MetricKey, ModelId, ModelName, RunId, TraceId, VersionNumber};
use crate::page::{Page, PageToken};
use crate::registry::{ModelVersion, RegisteredModel};
use crate::tracking::{Experiment, LoggedModel, MetricExtremes, MetricPoint, Run, Tag, Trace, TraceInfo};

pub use cluster::{ClusterReader, PortForwarder, WatchQuery, WatchStream, Watcher};
pub use pipelines::{
    NewPipelineRun, NewRecurringRun, Operation, PipelinePackage, PipelinesQuery, PipelinesReader,
    PipelinesServer, PipelinesWriter, Predicate, PredicateValue, RunsQuery, SortKey, UploadDescription,
};
pub use pods::{LogOptions, LogSource, LogStream, PodQuery, PodReader};

/// Where a store lies and what it is, for people and for choosing what can be done.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StoreOrigin {
    /// What kind of store it is.
    pub kind: StoreKind,
    /// The URI or path that names it, without any secret.
    pub uri: String,
    /// Version of the server (`3.18.0`) or head of the schema (`f4a9b2c7d1e6`), where known.
    pub version: Option<String>,
}

/// What kind of store answers.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum StoreKind {
    /// A tracking server, over REST.
    Server,
    /// A directory, `mlruns/`.
    FileStore,
    /// A database file, `mlflow.db`.
    Sqlite,
}

/// Which lifecycle stages a list shows.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Hash)]
pub enum View {
    /// Active ones alone.
    #[default]
    Active,
    /// Deleted ones alone.
    Deleted,
    /// Both.
    All,
}

/// What a search asks for, whatever is searched.
///
/// The filter and the clauses are MLflow's search language as text: a server judges them itself, a local store
/// parses them in its own dialect ([`crate::search`]).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Query {
    /// `metrics.loss < 0.1 AND tags.team = 'vision'`; empty for everything.
    pub filter: String,
    /// `metrics.loss DESC`, each one key; empty for the store's own order.
    pub order_by: Vec<String>,
    /// Lifecycle stages; what has none ignores it.
    pub view: View,
    /// How many at most in one page; at least 1.
    pub max_results: usize,
    /// Where to go on, from the page before.
    pub page: Option<PageToken>,
}

/// A search for runs.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RunQuery {
    /// Filter, order, view and page.
    pub query: Query,
    /// The experiments to look in; none of them means none found.
    pub experiments: Vec<ExperimentId>,
    /// What to read of each run: what is not asked for stays empty. A server sends it all the same.
    pub fields: RunFields,
}

/// What to read of each run beside its info.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RunFields {
    /// Params.
    pub params: Keys,
    /// Metrics.
    pub metrics: Keys,
    /// Tags.
    pub tags: Keys,
    /// Datasets and logged models.
    pub inputs: bool,
}

/// Which keys of a kind to read.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Keys {
    /// None of them.
    #[default]
    None,
    /// These alone.
    Only(Vec<Arc<str>>),
    /// All of them.
    All,
}

impl RunFields {
    /// All that a store knows of a run.
    pub const fn all() -> Self {
        Self {
            params: Keys::All,
            metrics: Keys::All,
            tags: Keys::All,
            inputs: true,
        }
    }

    /// Takes off a run what is not to be read of it.
    pub fn strip(&self, run: &mut Run) {
        run.params
            .retain(|param| self.params.contains(param.key.as_str()));
        run.metrics
            .retain(|metric| self.metrics.contains(metric.key.as_str()));
        run.tags.retain(|tag| self.tags.contains(tag.key.as_str()));
        if !self.inputs {
            run.datasets.clear();
            run.model_inputs.clear();
            run.model_outputs.clear();
        }
    }
}

impl Keys {
    /// Whether this key is to be read.
    pub fn contains(&self, key: &str) -> bool {
        match self {
            Self::None => false,
            Self::Only(keys) => keys.iter().any(|wanted| &**wanted == key),
            Self::All => true,
        }
    }
}

/// A search for logged models.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct LoggedModelQuery {
    /// Filter, order and page. A clause of `order_by` may be `metrics.acc DESC`, as for runs.
    pub query: Query,
    /// The experiments to look in.
    pub experiments: Vec<ExperimentId>,
}

/// A search for traces.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TraceQuery {
    /// Filter, order and page.
    pub query: Query,
    /// The experiments to look in.
    pub experiments: Vec<ExperimentId>,
}

/// Points of a history in the store's own order, in batches of some thousands; ends after the first failure.
pub type HistoryStream = BoxStream<'static, Result<Vec<MetricPoint>>>;

/// How far a history was read, as the store that read it puts it: another store cannot read it.
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub struct HistoryMark(pub Arc<str>);

/// A part of a history that is read on from a mark.
#[derive(Clone, Debug, PartialEq)]
pub enum HistoryPart {
    /// What was read before the mark holds no more, or there was no mark: all points follow.
    Anew,
    /// Points behind those before.
    Points(Vec<MetricPoint>),
    /// All points are here. Later ones can be read on from the mark; without one only anew.
    End(Option<HistoryMark>),
}

/// Parts of a history: `Anew` at most once and first, `End` last unless it failed.
pub type HistoryPartStream = BoxStream<'static, Result<HistoryPart>>;

/// Bytes of a file, in order; ends after the first failure.
pub type ByteStream = BoxStream<'static, Result<Bytes>>;

/// Reads a tracking store.
#[async_trait]
pub trait TrackingReader: Send + Sync {
    /// Where the store lies and what it is.
    fn origin(&self) -> StoreOrigin;

    /// The same with its version, for which a server has to be asked.
    async fn probe(&self) -> Result<StoreOrigin> {
        Ok(self.origin())
    }

    /// A number that is another one whenever the store may have changed; none where telling costs more than reading.
    ///
    /// Costs a few system calls: a front end asks it every second, and reads again only when it changed.
    fn change_mark(&self) -> Option<u64> {
        None
    }

    /// Experiments that match, one page.
    async fn search_experiments(&self, query: &Query) -> Result<Page<Experiment>>;

    /// One experiment, deleted or not.
    async fn experiment(&self, id: &ExperimentId) -> Result<Experiment>;

    /// One experiment by its exact name, deleted or not.
    async fn experiment_by_name(&self, name: &str) -> Result<Experiment>;

    /// Runs that match, one page.
    async fn search_runs(&self, query: &RunQuery) -> Result<Page<Run>>;

    /// One run with all that was logged of it, deleted or not.
    async fn run(&self, id: &RunId) -> Result<Run>;

    /// All points of one metric of one run; empty where the run has no such metric.
    ///
    /// A run that does not exist is [`crate::FailureKind::NotFound`], although some servers answer nothing.
    fn metric_history(&self, run: &RunId, key: &MetricKey) -> HistoryStream {
        let parts = self.history_after(run, key, None);
        let points = parts.try_filter_map(|part| async {
            Ok(match part {
                HistoryPart::Points(points) => Some(points),
                HistoryPart::Anew | HistoryPart::End(_) => None,
            })
        });
        points.boxed()
    }

    /// The least and the greatest value of some metrics of a run; none where telling costs as much as sending all of
    /// their points. A metric of which that would take long is left out.
    async fn metric_extremes(&self, run: &RunId, keys: &[MetricKey]) -> Result<Option<Vec<MetricExtremes>>> {
        let _ = (run, keys);
        Ok(None)
    }

    /// The points that were logged since a mark that this store gave; all of them where there is no mark.
    ///
    /// What was read before and what comes now are together the history as [`TrackingReader::metric_history`] gives it,
    /// in the same order: a store that cannot be sure of that reads anew.
    fn history_after(&self, run: &RunId, key: &MetricKey, mark: Option<&HistoryMark>) -> HistoryPartStream;

    /// Logged models that match, one page.
    async fn search_logged_models(&self, query: &LoggedModelQuery) -> Result<Page<LoggedModel>>;

    /// One logged model.
    async fn logged_model(&self, id: &ModelId) -> Result<LoggedModel>;

    /// Traces that match, one page, without spans.
    async fn search_traces(&self, query: &TraceQuery) -> Result<Page<TraceInfo>>;

    /// One trace with its spans, wherever the store keeps them.
    async fn trace(&self, id: &TraceId) -> Result<Trace>;
}

/// Writes to a tracking store, refused where MLflow would refuse.
#[async_trait]
pub trait TrackingWriter: Send + Sync {
    /// Makes an experiment; the store chooses the artifact location where none is given.
    async fn create_experiment(
        &self,
        name: &str,
        artifact_location: Option<&str>,
        tags: &[Tag],
    ) -> Result<ExperimentId>;

    /// Gives an active experiment another name.
    async fn rename_experiment(&self, id: &ExperimentId, name: &str) -> Result<()>;

    /// Deletes an experiment with its runs; it can be restored.
    async fn delete_experiment(&self, id: &ExperimentId) -> Result<()>;

    /// Takes a deletion back.
    async fn restore_experiment(&self, id: &ExperimentId) -> Result<()>;

    /// Sets a tag of an experiment.
    async fn set_experiment_tag(&self, id: &ExperimentId, tag: &Tag) -> Result<()>;

    /// Removes a tag of an experiment. Servers before 3.0 cannot: [`crate::FailureKind::Unsupported`].
    async fn delete_experiment_tag(&self, id: &ExperimentId, key: &str) -> Result<()>;

    /// Gives an active run another name, in its info and in the tag that repeats it.
    async fn rename_run(&self, id: &RunId, name: &str) -> Result<()>;

    /// Sets a tag of an active run.
    async fn set_run_tag(&self, id: &RunId, tag: &Tag) -> Result<()>;

    /// Removes a tag of an active run; one that is not there is [`crate::FailureKind::NotFound`].
    async fn delete_run_tag(&self, id: &RunId, key: &str) -> Result<()>;

    /// Deletes a run; it can be restored.
    async fn delete_run(&self, id: &RunId) -> Result<()>;

    /// Takes a deletion back.
    async fn restore_run(&self, id: &RunId) -> Result<()>;
}

/// Reads a model registry.
#[async_trait]
pub trait RegistryReader: Send + Sync {
    /// Registered models that match, one page. Prompts only where the filter names their tag.
    async fn search_models(&self, query: &Query) -> Result<Page<RegisteredModel>>;

    /// One registered model.
    async fn model(&self, name: &ModelName) -> Result<RegisteredModel>;

    /// Model versions that match, one page.
    async fn search_versions(&self, query: &Query) -> Result<Page<ModelVersion>>;

    /// One model version.
    async fn version(&self, name: &ModelName, version: &VersionNumber) -> Result<ModelVersion>;

    /// The version that an alias points at.
    async fn version_by_alias(&self, name: &ModelName, alias: &str) -> Result<ModelVersion>;
}

/// Reads artifacts.
#[async_trait]
pub trait ArtifactReader: Send + Sync {
    /// Entries directly below `path`, directories and files alike, by name; empty where there is nothing.
    async fn list(&self, root: &ArtifactRoot, path: &ArtifactPath) -> Result<Vec<ArtifactEntry>>;

    /// The bytes of one file, from its start.
    async fn read(&self, root: &ArtifactRoot, path: &ArtifactPath) -> Result<ByteStream>;

    /// Where the file lies on this machine, if it does: no copy is needed then.
    fn local_path(&self, root: &ArtifactRoot, path: &ArtifactPath) -> Option<PathBuf>;
}
