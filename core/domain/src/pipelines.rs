//! The nouns of Kubeflow Pipelines, and the rules by which a run is told in one sentence.
//!
//! Names follow the coming task API of Kubeflow Pipelines (`PipelineTask`); adapters of today's servers make the same
//! tasks out of an Argo Workflow.

mod artifact;
mod cause;
mod cron;
mod experiment;
mod outcome;
mod pipeline;
mod run;
mod schedule;
mod spec;
mod state;
mod task;
mod task_tree;
mod workflow;

pub use artifact::{ArtifactKind, PipelineArtifact};
pub use cause::{Cause, CauseKind};
pub use cron::{Cron, CronFault};
pub use experiment::PipelineExperiment;
pub use outcome::Outcome;
pub use pipeline::{Pipeline, PipelineVersion};
pub use run::{MlflowLink, PipelineRun, RunSource, StateChange};
pub use schedule::{RecurringRun, RecurringRunStatus, Trigger};
pub use spec::{InputKind, PipelineInput, PipelineSpec, SpecTask};
pub use state::{RunState, Storage, TaskState};
pub use task::{Attempt, Task, TaskArtifact, TaskKind, TaskValues};
pub use task_tree::{TaskSource, TaskTree};
pub use workflow::Workflow;

use std::collections::BTreeMap;

/// Typed JSON values by name, as parameters are.
pub type Parameters = BTreeMap<String, serde_json::Value>;
