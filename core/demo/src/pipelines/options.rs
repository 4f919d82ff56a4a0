use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use flowdeck_domain::Timestamp;

use super::engine::script::Script;
use super::ids::IdSource;
use crate::kubernetes::KubernetesCluster;

/// What decides how a server of pipelines is.
#[derive(Clone, Debug)]
pub struct PipelinesOptions {
    /// Chance: the same seed, requests and times give the same answers.
    pub seed: u64,
    /// The present.
    pub clock: Clock,
    /// Where ids come from, where they are not left to chance.
    pub ids: IdSource,
    /// How much longer everything takes: 1 for what a person watches, less for tests.
    pub pace: f64,
    /// The namespace that workflows run in where the server has one user.
    pub namespace: String,
    /// Who may do what; none where the server has one user.
    pub users: Option<Users>,
    /// The tasks and artifacts of the coming API, in place of what they replace.
    pub has_task_api: bool,
    /// MLflow runs that go with runs.
    pub mlflow: Option<MlflowPlugin>,
    /// Where the pods of runs are.
    pub cluster: KubernetesCluster,
    /// How runs are to go, by their names.
    pub scripts: BTreeMap<String, Script>,
    /// How long pods stay after their run has ended, in milliseconds.
    pub pods_stay: i64,
}

impl Default for PipelinesOptions {
    fn default() -> Self {
        Self {
            seed: crate::DEFAULT_SEED,
            clock: Clock::default(),
            ids: IdSource::default(),
            pace: 1.0,
            namespace: "kubeflow".to_owned(),
            users: None,
            has_task_api: false,
            mlflow: None,
            cluster: KubernetesCluster::default(),
            scripts: BTreeMap::new(),
            pods_stay: 24 * 3_600_000,
        }
    }
}

/// Who tells the time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// A clock that shows what this says.
    pub fn new(tell: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
        })
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// The people of a server for several.
#[derive(Clone, Debug, Default)]
pub struct Users {
    /// Who may do everything in a namespace: pairs of both.
    pub owners: Vec<(String, String)>,
    /// Who may look.
    pub viewers: Vec<(String, String)>,
    /// Tokens that are good, and whose they are.
    pub tokens: BTreeMap<String, String>,
    /// Tokens that are good elsewhere.
    pub foreign_tokens: Vec<String>,
}

/// The server's MLflow plugin: what it knows of MLflow, and who is told of the runs that it makes.
#[derive(Clone)]
pub struct MlflowPlugin {
    /// Experiments of MLflow by name, with their ids.
    pub experiments: BTreeMap<String, String>,
    /// Where MLflow is, without a slash at its end.
    pub address: String,
    /// Is told of every run that was made or has changed.
    pub told: Arc<dyn Fn(&MlflowRun) + Send + Sync>,
}

impl fmt::Debug for MlflowPlugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MlflowPlugin")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// The run of MLflow that goes with a run.
#[derive(Clone, Debug, PartialEq)]
pub struct MlflowRun {
    /// Its own id.
    pub id: String,
    /// Its experiment's.
    pub experiment_id: String,
    /// The pipeline run's name, which it bears.
    pub name: String,
    /// The pipeline run's id.
    pub pipeline_run_id: String,
    /// Its pipeline and version, where it has them.
    pub pipeline: Option<(String, String)>,
    /// `RUNNING`, `FINISHED` or `FAILED`.
    pub status: &'static str,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended, if it has.
    pub ended_at: Option<Timestamp>,
}
