//! The nouns of MLflow tracking. Source: MLflow's entities, `mlflow.entities`, and its REST API.

mod dataset;
mod experiment;
mod extremes;
mod goal;
mod logged_model;
mod metric;
mod run;
mod trace;

pub use dataset::{Dataset, DatasetInput};
pub use experiment::Experiment;
pub use extremes::MetricExtremes;
pub use goal::{Goal, SYSTEM_METRICS};
pub use logged_model::{LoggedModel, LoggedModelStatus};
pub use metric::{Metric, MetricOrigin, MetricPoint};
pub use run::{ModelInput, ModelOutput, Param, Run, RunInfo, RunStatus};
pub use trace::{Assessment, AssessmentKind, Span, SpanEvent, Trace, TraceInfo, TraceState};

use crate::id::TagKey;

/// A key and a text that may change.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tag {
    /// Its key; those that start with `mlflow.` are the system's own.
    pub key: TagKey,
    /// Its text, perhaps of several lines.
    pub value: String,
}

/// The tag that holds the note of an experiment or run, in Markdown.
pub const NOTE_TAG: &str = "mlflow.note.content";

/// The tag that names the parent of a nested run.
pub const PARENT_RUN_TAG: &str = "mlflow.parentRunId";

/// The tag that repeats a run's name; the only place of it in stores written before MLflow 1.30.
pub const RUN_NAME_TAG: &str = "mlflow.runName";

/// Whether a thing stands or was deleted. A deleted thing is kept and can be restored.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Hash)]
pub enum Lifecycle {
    /// It stands.
    #[default]
    Active,
    /// It was deleted.
    Deleted,
}

impl Lifecycle {
    /// The word every store writes: `active` or `deleted`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Deleted => "deleted",
        }
    }

    /// Reads that word; anything else is no lifecycle stage.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "active" => Some(Self::Active),
            "deleted" => Some(Self::Deleted),
            _ => None,
        }
    }
}
