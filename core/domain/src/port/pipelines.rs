use std::collections::BTreeMap;

use async_trait::async_trait;
use bytes::Bytes;

use crate::id::{
    Namespace, PipelineExperimentId, PipelineId, PipelineRunId, PipelineVersionId, RecurringRunId, TaskId,
};
use crate::page::{Page, PageToken};
use crate::pipelines::{
    Parameters, Pipeline, PipelineArtifact, PipelineExperiment, PipelineRun, PipelineVersion, RecurringRun,
    RunSource, TaskTree, Trigger,
};
use crate::time::Timestamp;
use crate::{Failure, FailureKind, Result};

/// What a server of pipelines tells of itself.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct PipelinesServer {
    /// Where it lies, without any secret.
    pub uri: String,
    /// Its version, where it tells: `2.17.0`.
    pub version: Option<String>,
    /// Whether every list wants a namespace.
    pub multi_user: bool,
    /// Whether the UI server answers, which stands before the API server and serves artifacts and pod logs too.
    pub is_ui_server: bool,
    /// Whether pipelines are kept as Kubernetes objects: fewer filters work then.
    pub keeps_pipelines_in_kubernetes: bool,
}

/// What a list asks for.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct PipelinesQuery {
    /// What must hold of each; all of them.
    pub predicates: Vec<Predicate>,
    /// By what to sort; none means the latest first.
    pub sort: Option<SortKey>,
    /// How many at most in one page, 1 to 200: a server gives no more than 200.
    pub page_size: usize,
    /// Where to go on, with all else as before: a token holds the sort and the filter it was given under.
    pub page: Option<PageToken>,
    /// The namespace; servers for several users want one.
    pub namespace: Option<Namespace>,
}

/// A list of runs or schedules.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RunsQuery {
    /// Filter, order and page.
    pub query: PipelinesQuery,
    /// Of this experiment alone; it wins over the namespace.
    pub experiment: Option<PipelineExperimentId>,
}

/// A field and a direction.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SortKey {
    /// The server's name for the field: `created_at`.
    pub key: String,
    /// Greatest first.
    pub descending: bool,
}

/// What must hold of one field.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Predicate {
    /// The server's name for the field: `state`, `display_name`, `created_at`.
    pub key: String,
    /// How it is compared.
    pub operation: Operation,
    /// With what.
    pub value: PredicateValue,
}

/// How a field is compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum Operation {
    /// It is this. Text is compared without regard to case.
    Equals,
    /// It is not this.
    NotEquals,
    /// It is more.
    Greater,
    /// It is this or more.
    GreaterOrEqual,
    /// It is less.
    Less,
    /// It is this or less.
    LessOrEqual,
    /// It is one of these.
    In,
    /// It holds this text, in which `_` stands for any character and `%` for any number of them.
    Contains,
}

/// What a field is compared with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PredicateValue {
    /// A text.
    Text(String),
    /// Several texts.
    Texts(Vec<String>),
    /// A number.
    Number(i64),
    /// A moment.
    Time(Timestamp),
}

impl Operation {
    /// The word of the filter's JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Equals => "EQUALS",
            Self::NotEquals => "NOT_EQUALS",
            Self::Greater => "GREATER_THAN",
            Self::GreaterOrEqual => "GREATER_THAN_EQUALS",
            Self::Less => "LESS_THAN",
            Self::LessOrEqual => "LESS_THAN_EQUALS",
            Self::In => "IN",
            Self::Contains => "IS_SUBSTRING",
        }
    }
}

impl Predicate {
    /// That a text field is this.
    pub fn equals(key: &str, value: &str) -> Self {
        Self::text(key, Operation::Equals, value)
    }

    /// That a text field compares so.
    pub fn text(key: &str, operation: Operation, value: &str) -> Self {
        Self {
            key: key.to_owned(),
            operation,
            value: PredicateValue::Text(value.to_owned()),
        }
    }

    /// That a text field is one of these.
    pub fn one_of(key: &str, values: impl IntoIterator<Item = String>) -> Self {
        Self {
            key: key.to_owned(),
            operation: Operation::In,
            value: PredicateValue::Texts(values.into_iter().collect()),
        }
    }

    /// That it was not put away. Old rows lack the field, so it is asked what they are not.
    pub fn not_archived() -> Self {
        Self::text("storage_state", Operation::NotEquals, "ARCHIVED")
    }

    /// That it was put away.
    pub fn archived() -> Self {
        Self::equals("storage_state", "ARCHIVED")
    }
}

/// A run to be made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewPipelineRun {
    /// Its name.
    pub display_name: String,
    /// What is written of it.
    pub description: String,
    /// The experiment; a server for one user takes its default where none is given.
    pub experiment_id: Option<PipelineExperimentId>,
    /// What it is made from.
    pub source: RunSource,
    /// What is passed to it: what is left out takes its default.
    pub parameters: Parameters,
    /// Where its artifacts go.
    pub pipeline_root: Option<String>,
    /// The Kubernetes service account of its pods.
    pub service_account: Option<String>,
    /// What the server's plugins are told, by plugin, since 2.17.
    pub plugins_input: Parameters,
}

/// A schedule to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRecurringRun {
    /// The runs it starts.
    pub run: NewPipelineRun,
    /// When.
    pub trigger: Trigger,
    /// How many may go on at once, 1 to 10.
    pub max_concurrency: u32,
    /// Whether times that pass meanwhile are let go.
    pub no_catchup: bool,
    /// Whether it fires from the start.
    pub enabled: bool,
}

/// A pipeline's document: YAML, JSON, or an archive of one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PipelinePackage {
    /// A file.
    File {
        /// Its name, whose ending tells what it is.
        name: String,
        /// Its bytes.
        bytes: Bytes,
    },
    /// An address that the server fetches it from.
    Url(String),
}

/// What is said of an upload.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct UploadDescription {
    /// Its name; the server takes the file's where none is given.
    pub name: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
    /// What is written of it.
    pub description: String,
    /// Its namespace, on servers with several; none means shared.
    pub namespace: Option<Namespace>,
    /// Tags, since 2.17.
    pub tags: BTreeMap<String, String>,
}

/// Reads a server of Kubeflow Pipelines.
#[async_trait]
pub trait PipelinesReader: Send + Sync {
    /// What answers there: asked once, whoever asks first.
    async fn server(&self) -> Result<PipelinesServer>;

    /// Pipelines that match, one page.
    async fn pipelines(&self, query: &PipelinesQuery) -> Result<Page<Pipeline>>;

    /// One pipeline.
    async fn pipeline(&self, id: &PipelineId) -> Result<Pipeline>;

    /// One pipeline by its exact name.
    async fn pipeline_by_name(&self, name: &str, namespace: Option<&Namespace>) -> Result<Pipeline>;

    /// Versions of a pipeline, one page.
    async fn pipeline_versions(
        &self,
        id: &PipelineId,
        query: &PipelinesQuery,
    ) -> Result<Page<PipelineVersion>>;

    /// One version with what it does.
    async fn pipeline_version(&self, id: &PipelineId, version: &PipelineVersionId)
    -> Result<PipelineVersion>;

    /// Experiments that match, one page.
    async fn pipeline_experiments(&self, query: &PipelinesQuery) -> Result<Page<PipelineExperiment>>;

    /// One experiment.
    async fn pipeline_experiment(&self, id: &PipelineExperimentId) -> Result<PipelineExperiment>;

    /// Runs that match, one page, with their tasks as far as a list tells of them.
    async fn pipeline_runs(&self, query: &RunsQuery) -> Result<Page<PipelineRun>>;

    /// One run with its tasks as well as the server can tell of them.
    async fn pipeline_run(&self, id: &PipelineRunId) -> Result<PipelineRun>;

    /// Schedules that match, one page.
    async fn recurring_runs(&self, query: &RunsQuery) -> Result<Page<RecurringRun>>;

    /// One schedule.
    async fn recurring_run(&self, id: &RecurringRunId) -> Result<RecurringRun>;

    /// What a run made, where the server keeps a list of it.
    async fn run_artifacts(&self, id: &PipelineRunId) -> Result<Vec<PipelineArtifact>>;

    /// The log of a task's pod that was put by when the pod ended.
    async fn archived_log(&self, run: &PipelineRunId, tasks: &TaskTree, task: &TaskId) -> Result<Bytes>;

    /// A file of the object store that runs write to, where the server serves it: `minio://mlpipeline/v2/…`.
    async fn stored_file(&self, uri: &str, namespace: Option<&Namespace>) -> Result<Bytes> {
        let _ = namespace;
        Err(Failure::new(
            FailureKind::Unsupported,
            format!("the server does not serve {uri}"),
        ))
    }
}

/// Changes things on a server of Kubeflow Pipelines.
#[async_trait]
pub trait PipelinesWriter: Send + Sync {
    /// Makes a pipeline with its first version.
    async fn upload_pipeline(&self, package: &PipelinePackage, said: &UploadDescription) -> Result<Pipeline>;

    /// Adds a version to a pipeline.
    async fn upload_version(
        &self,
        id: &PipelineId,
        package: &PipelinePackage,
        said: &UploadDescription,
    ) -> Result<PipelineVersion>;

    /// Deletes a pipeline with all its versions. Runs made from it stay, and point at nothing.
    async fn delete_pipeline(&self, id: &PipelineId) -> Result<()>;

    /// Deletes one version.
    async fn delete_version(&self, id: &PipelineId, version: &PipelineVersionId) -> Result<()>;

    /// Makes an experiment.
    async fn create_pipeline_experiment(
        &self,
        name: &str,
        description: &str,
        namespace: Option<&Namespace>,
    ) -> Result<PipelineExperiment>;

    /// Starts a run.
    async fn create_pipeline_run(&self, run: &NewPipelineRun) -> Result<PipelineRun>;

    /// Starts a failed run again where it failed.
    async fn retry_pipeline_run(&self, id: &PipelineRunId) -> Result<()>;

    /// Stops a run; it ends a while later.
    async fn terminate_pipeline_run(&self, id: &PipelineRunId) -> Result<()>;

    /// Puts a run away.
    async fn archive_pipeline_run(&self, id: &PipelineRunId) -> Result<()>;

    /// Brings a run back. Its experiment must stand.
    async fn unarchive_pipeline_run(&self, id: &PipelineRunId) -> Result<()>;

    /// Deletes a run for good.
    async fn delete_pipeline_run(&self, id: &PipelineRunId) -> Result<()>;

    /// Makes a schedule.
    async fn create_recurring_run(&self, schedule: &NewRecurringRun) -> Result<RecurringRun>;

    /// Lets a schedule fire, or not.
    async fn enable_recurring_run(&self, id: &RecurringRunId, enabled: bool) -> Result<()>;

    /// Deletes a schedule; its runs stay.
    async fn delete_recurring_run(&self, id: &RecurringRunId) -> Result<()>;
}
