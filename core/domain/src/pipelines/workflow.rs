use super::{RunState, TaskTree};
use crate::id::{Namespace, PipelineRunId};
use crate::time::Timestamp;

/// A run as the cluster has it: fresher than what the server of Kubeflow Pipelines tells, for as long as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Workflow {
    /// Its name, which the names of its pods begin with.
    pub name: String,
    /// Its namespace.
    pub namespace: Namespace,
    /// Its id; another one if it is deleted and made again under the same name.
    pub uid: String,
    /// The pipeline run that it carries out; none where Kubeflow Pipelines did not make it.
    pub run: Option<PipelineRunId>,
    /// How it stands.
    pub state: RunState,
    /// Whether it was told to stop.
    pub told_to_stop: bool,
    /// What it says of itself.
    pub message: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// Its tasks.
    pub tasks: TaskTree,
}
