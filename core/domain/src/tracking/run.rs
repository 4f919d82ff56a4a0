use std::sync::Arc;

use super::{DatasetInput, Lifecycle, Metric, NOTE_TAG, PARENT_RUN_TAG, RUN_NAME_TAG, Tag};
use crate::id::{ExperimentId, ModelId, ParamKey, RunId};
use crate::time::Timestamp;

/// One execution, with all that was logged of it as far as it was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// What every run has.
    pub info: RunInfo,
    /// Params, each set once.
    pub params: Vec<Param>,
    /// Latest values of its metrics.
    pub metrics: Vec<Metric>,
    /// Tags, the system's among them.
    pub tags: Vec<Tag>,
    /// Datasets it used.
    pub datasets: Vec<DatasetInput>,
    /// Logged models it used.
    pub model_inputs: Vec<ModelInput>,
    /// Logged models it made.
    pub model_outputs: Vec<ModelOutput>,
}

/// What every run has.
#[derive(Clone, Debug, PartialEq)]
pub struct RunInfo {
    /// Its id.
    pub id: RunId,
    /// The experiment it belongs to.
    pub experiment_id: ExperimentId,
    /// Its name, which need not be unique; empty where none was given.
    pub name: String,
    /// The system user who started it.
    pub user_id: Arc<str>,
    /// How it stands.
    pub status: RunStatus,
    /// When it began.
    pub start_time: Option<Timestamp>,
    /// When it ended; none while it runs.
    pub end_time: Option<Timestamp>,
    /// Root of its artifacts.
    pub artifact_uri: String,
    /// Whether it stands.
    pub lifecycle: Lifecycle,
}

/// How a run stands. A word from a newer server is kept.
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub enum RunStatus {
    /// It is going on, or was cut off without saying so.
    Running,
    /// It waits for its turn.
    Scheduled,
    /// It ended well.
    Finished,
    /// It ended with an error.
    Failed,
    /// Somebody stopped it.
    Killed,
    /// A word this version does not know.
    Other(Arc<str>),
}

impl RunStatus {
    /// The word that SQL and REST use.
    pub fn word(&self) -> &str {
        match self {
            Self::Running => "RUNNING",
            Self::Scheduled => "SCHEDULED",
            Self::Finished => "FINISHED",
            Self::Failed => "FAILED",
            Self::Killed => "KILLED",
            Self::Other(word) => word,
        }
    }

    /// Reads that word.
    pub fn from_word(word: &str) -> Self {
        match word {
            "RUNNING" => Self::Running,
            "SCHEDULED" => Self::Scheduled,
            "FINISHED" => Self::Finished,
            "FAILED" => Self::Failed,
            "KILLED" => Self::Killed,
            other => Self::Other(other.into()),
        }
    }

    /// Reads the number that file stores write: 1 to 5. Source: MLflow `service.proto`, `RunStatus`.
    pub fn from_number(number: i64) -> Option<Self> {
        Some(match number {
            1 => Self::Running,
            2 => Self::Scheduled,
            3 => Self::Finished,
            4 => Self::Failed,
            5 => Self::Killed,
            _ => return None,
        })
    }

    /// Whether nothing more will be logged, as far as the run said.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Finished | Self::Failed | Self::Killed)
    }
}

/// A key and a text, set once.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Param {
    /// Its key.
    pub key: ParamKey,
    /// Its text; sorted and compared as text even where it looks like a number.
    pub value: String,
}

/// A logged model that a run used.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ModelInput {
    /// The model.
    pub model_id: ModelId,
}

/// A logged model that a run made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ModelOutput {
    /// The model.
    pub model_id: ModelId,
    /// The step it was logged at.
    pub step: i64,
}

impl Run {
    /// A run of which only the info was asked for.
    pub fn bare(info: RunInfo) -> Self {
        Self {
            info,
            params: Vec::new(),
            metrics: Vec::new(),
            tags: Vec::new(),
            datasets: Vec::new(),
            model_inputs: Vec::new(),
            model_outputs: Vec::new(),
        }
    }

    /// The latest value of one metric.
    pub fn metric(&self, key: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.key.as_str() == key)
    }

    /// The value of one param.
    pub fn param(&self, key: &str) -> Option<&str> {
        self.params
            .iter()
            .find(|param| param.key.as_str() == key)
            .map(|param| param.value.as_str())
    }

    /// The value of one tag.
    pub fn tag(&self, key: &str) -> Option<&str> {
        self.tags
            .iter()
            .find(|tag| tag.key.as_str() == key)
            .map(|tag| tag.value.as_str())
    }

    /// Its name: the field, else the tag that old clients wrote instead.
    pub fn name(&self) -> &str {
        if self.info.name.is_empty() {
            self.tag(RUN_NAME_TAG).unwrap_or_default()
        } else {
            &self.info.name
        }
    }

    /// The note people wrote on it, in Markdown.
    pub fn note(&self) -> Option<&str> {
        self.tag(NOTE_TAG)
    }

    /// The run that this one is nested in.
    pub fn parent_id(&self) -> Option<RunId> {
        self.tag(PARENT_RUN_TAG).map(RunId::from)
    }
}

impl RunInfo {
    /// Milliseconds it ran, once it ended.
    pub fn duration_ms(&self) -> Option<i64> {
        Some(self.end_time?.millis_since(self.start_time?))
    }
}
