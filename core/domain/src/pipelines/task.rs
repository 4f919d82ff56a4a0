use std::sync::Arc;

use super::{Cause, Parameters, PipelineArtifact, TaskState};
use crate::id::{PodName, TaskId};
use crate::time::Timestamp;

/// One task of a run, whatever told of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// Its key within the DAG it stands in: `train`. The same key may stand in several.
    pub name: String,
    /// The name to show, where the pipeline gives another one.
    pub display_name: Option<String>,
    /// The names from the root to it: `root.for-loop-2.train`. Iterations of a loop share it.
    pub path: String,
    /// What kind of task it is.
    pub kind: TaskKind,
    /// The task it stands in.
    pub parent_id: Option<TaskId>,
    /// The tasks beside it in the same DAG that come before it, by name; empty where the source does not say.
    pub depends_on: Vec<String>,
    /// How it stands.
    pub state: TaskState,
    /// Which time round of the innermost loop it belongs to, from 0.
    pub iteration: Option<u32>,
    /// How many times round it goes, of a loop.
    pub iteration_count: Option<u32>,
    /// Its tries, first one first; empty where nothing was tried or the source does not say.
    pub attempts: Vec<Attempt>,
    /// The pod that runs it, the latest of several.
    pub pod_name: Option<PodName>,
    /// The pod that prepared it.
    pub driver_pod: Option<PodName>,
    /// When it was made.
    pub create_time: Option<Timestamp>,
    /// When it began.
    pub start_time: Option<Timestamp>,
    /// When it ended; none while it goes on.
    pub end_time: Option<Timestamp>,
    /// What its process ended with.
    pub exit_code: Option<i32>,
    /// What the source says of it, word for word.
    pub message: Option<String>,
    /// Why it waits or died, where it does.
    pub cause: Option<Cause>,
    /// What it was given.
    pub inputs: TaskValues,
    /// What it made.
    pub outputs: TaskValues,
    /// Whether it runs whatever becomes of the tasks before it, and its own failure does not fail the run.
    pub is_exit_task: bool,
}

/// One try of a task.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attempt {
    /// How it stood.
    pub state: TaskState,
    /// Its pod.
    pub pod_name: Option<PodName>,
    /// When it began.
    pub start_time: Option<Timestamp>,
    /// When it ended.
    pub end_time: Option<Timestamp>,
    /// What its process ended with.
    pub exit_code: Option<i32>,
    /// What the source says of it.
    pub message: Option<String>,
}

/// What kind of task it is. A word from a newer server is kept.
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub enum TaskKind {
    /// The pipeline itself.
    Root,
    /// A container.
    Runtime,
    /// Several conditions of which one comes true.
    ConditionBranch,
    /// Tasks that run if something is so.
    Condition,
    /// Tasks that run once for each item.
    Loop,
    /// Tasks behind which an exit task runs in any case.
    ExitHandler,
    /// It takes an artifact that exists already.
    Importer,
    /// A pipeline within the pipeline.
    Dag,
    /// A word this version does not know.
    Other(Arc<str>),
}

impl TaskKind {
    /// The word of the task API.
    pub fn word(&self) -> &str {
        match self {
            Self::Root => "ROOT",
            Self::Runtime => "RUNTIME",
            Self::ConditionBranch => "CONDITION_BRANCH",
            Self::Condition => "CONDITION",
            Self::Loop => "LOOP",
            Self::ExitHandler => "EXIT_HANDLER",
            Self::Importer => "IMPORTER",
            Self::Dag => "DAG",
            Self::Other(word) => word,
        }
    }

    /// Reads that word.
    pub fn from_word(word: &str) -> Self {
        match word {
            "ROOT" => Self::Root,
            "RUNTIME" => Self::Runtime,
            "CONDITION_BRANCH" => Self::ConditionBranch,
            "CONDITION" => Self::Condition,
            "LOOP" => Self::Loop,
            "EXIT_HANDLER" => Self::ExitHandler,
            "IMPORTER" => Self::Importer,
            "DAG" => Self::Dag,
            other => Self::Other(other.into()),
        }
    }

    /// Whether it does something itself rather than hold other tasks.
    pub fn is_leaf(&self) -> bool {
        matches!(self, Self::Runtime | Self::Importer | Self::Other(_))
    }
}

/// What goes into a task, or comes out of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskValues {
    /// Parameters by name.
    pub parameters: Parameters,
    /// Artifacts.
    pub artifacts: Vec<TaskArtifact>,
}

/// An artifact under the name that a task knows it by.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskArtifact {
    /// The task's name for it.
    pub key: String,
    /// The artifact.
    pub artifact: PipelineArtifact,
}

impl Task {
    /// A task of which nothing but its place is known.
    pub fn new(id: TaskId, name: &str, kind: TaskKind, state: TaskState) -> Self {
        Self {
            id,
            name: name.to_owned(),
            display_name: None,
            path: name.to_owned(),
            kind,
            parent_id: None,
            depends_on: Vec::new(),
            state,
            iteration: None,
            iteration_count: None,
            attempts: Vec::new(),
            pod_name: None,
            driver_pod: None,
            create_time: None,
            start_time: None,
            end_time: None,
            exit_code: None,
            message: None,
            cause: None,
            inputs: TaskValues::default(),
            outputs: TaskValues::default(),
            is_exit_task: false,
        }
    }

    /// Its number of tries, at least 1 once it was tried.
    pub fn attempt(&self) -> Option<usize> {
        match (self.attempts.len(), self.state) {
            (0, TaskState::Succeeded | TaskState::Failed | TaskState::Running | TaskState::Canceled) => {
                self.kind.is_leaf().then_some(1)
            }
            (0, _) => None,
            (tries, _) => Some(tries),
        }
    }

    /// The name to show: with the time round of its loop, as `train (2)` counts from 0.
    pub fn title(&self) -> String {
        let name = self.display_name.as_deref().unwrap_or(&self.name);
        self.iteration
            .map_or_else(|| name.to_owned(), |iteration| format!("{name} [{iteration}]"))
    }

    /// Why it has no log, where no pod of it is known.
    pub fn why_no_log(&self) -> &'static str {
        match self.state {
            TaskState::Cached => "it took the outputs of an earlier run, which has the log",
            TaskState::Skipped | TaskState::Omitted => "it never ran",
            TaskState::Pending => "it has not started",
            _ if !self.kind.is_leaf() => "it only holds other tasks",
            _ => "nobody tells which pod ran it",
        }
    }

    /// Milliseconds it took.
    pub fn duration_ms(&self) -> Option<i64> {
        Some(self.end_time?.millis_since(self.start_time?))
    }
}
