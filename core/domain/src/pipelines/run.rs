use std::sync::Arc;

use super::{Parameters, PipelineSpec, RunState, Storage, TaskTree};
use crate::id::{PipelineExperimentId, PipelineId, PipelineRunId, PipelineVersionId, RecurringRunId};
use crate::time::Timestamp;

/// One execution of a pipeline.
#[derive(Clone, Debug, PartialEq)]
pub struct PipelineRun {
    /// Its id.
    pub id: PipelineRunId,
    /// Its name, which need not be unique.
    pub display_name: String,
    /// What was written of it.
    pub description: String,
    /// The experiment it belongs to, which may be deleted.
    pub experiment_id: Option<PipelineExperimentId>,
    /// What it was made from.
    pub source: RunSource,
    /// Whether it stands in the lists.
    pub storage: Storage,
    /// How it stands, as the server says.
    pub state: RunState,
    /// How it stood before, oldest first.
    pub state_history: Vec<StateChange>,
    /// What was passed to it; defaults of the pipeline are not among them.
    pub parameters: Parameters,
    /// Where its artifacts go, if not to the server's own place.
    pub pipeline_root: Option<String>,
    /// The Kubernetes service account that its pods run as.
    pub service_account: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it was due.
    pub scheduled_at: Option<Timestamp>,
    /// When it ended; none while it goes on.
    pub finished_at: Option<Timestamp>,
    /// The schedule that started it.
    pub recurring_run_id: Option<RecurringRunId>,
    /// What the server itself says is wrong, in a list also that it could not read this run.
    pub error: Option<String>,
    /// Its tasks, as far as what told of the run told of them.
    pub tasks: TaskTree,
    /// Whether the Workflow was told to stop: its deadline was set to nothing.
    pub told_to_stop: bool,
    /// What the server's plugins are told, by plugin, since 2.17.
    pub plugins_input: Parameters,
    /// The MLflow run that mirrors it, on servers since 2.17 whose plugin is on.
    pub mlflow: Option<MlflowLink>,
}

/// What a run was made from.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum RunSource {
    /// Nobody said.
    #[default]
    Unknown,
    /// A version of a pipeline; both may have been deleted since.
    Version {
        /// The pipeline.
        pipeline_id: PipelineId,
        /// The version; none means whichever was the latest.
        version_id: Option<PipelineVersionId>,
    },
    /// A package that came with the run.
    Package(Arc<PipelineSpec>),
}

/// A state and the time it was entered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StateChange {
    /// The state.
    pub state: RunState,
    /// When.
    pub at: Option<Timestamp>,
}

/// The MLflow run that the server's plugin keeps beside a pipeline run.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct MlflowLink {
    /// `PLUGIN_SUCCEEDED` says that the MLflow run was made, nothing of the pipeline run.
    pub state: String,
    /// What went wrong.
    pub message: Option<String>,
    /// The MLflow experiment.
    pub experiment_id: Option<crate::id::ExperimentId>,
    /// Its name.
    pub experiment_name: Option<String>,
    /// The MLflow run.
    pub run_id: Option<crate::id::RunId>,
    /// Its page.
    pub run_url: Option<String>,
}

impl PipelineRun {
    /// Gives it these tasks, made to agree with what the run says of itself.
    pub fn set_tasks(&mut self, mut tasks: TaskTree) {
        tasks.settle(self);
        self.tasks = tasks;
    }

    /// Whether somebody stopped it, as far as it can be known.
    ///
    /// A stopped run ends `FAILED`. Its history holds `CANCELING` only if a report came in between; otherwise the
    /// Workflow alone tells. Seen on 2.17.
    pub fn stopped(&self) -> bool {
        self.told_to_stop
            || matches!(self.state, RunState::Canceling | RunState::Canceled)
            || (self.state == RunState::Failed && self.canceling_at().is_some())
    }

    /// When it was told to stop, in its latest go.
    pub fn canceling_at(&self) -> Option<Timestamp> {
        let since = self.retried_at();
        self.state_history
            .iter()
            .rev()
            .find(|change| matches!(change.state, RunState::Canceling | RunState::Canceled))
            .and_then(|change| change.at)
            .filter(|at| since.is_none_or(|since| *at >= since))
    }

    /// When it was last started again after it had failed.
    pub fn retried_at(&self) -> Option<Timestamp> {
        self.state_history
            .windows(2)
            .rev()
            .find(|pair| {
                pair[0].state == RunState::Failed
                    && matches!(pair[1].state, RunState::Running | RunState::Pending)
            })
            .and_then(|pair| pair[1].at)
    }

    /// Milliseconds from its start to its end.
    pub fn duration_ms(&self) -> Option<i64> {
        Some(self.finished_at?.millis_since(self.started_at()?))
    }

    /// When it began to do something: its first report, else when it was made.
    pub fn started_at(&self) -> Option<Timestamp> {
        self.state_history
            .iter()
            .find(|change| change.state == RunState::Running)
            .and_then(|change| change.at)
            .or(self.created_at)
    }
}
