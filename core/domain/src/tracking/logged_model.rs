use std::sync::Arc;

use super::{Metric, Param, Tag};
use crate::id::{ExperimentId, ModelId, RunId};
use crate::time::Timestamp;

/// A model that a run logged, a thing of its own since MLflow 3.
#[derive(Clone, Debug, PartialEq)]
pub struct LoggedModel {
    /// Its id.
    pub id: ModelId,
    /// The experiment it belongs to.
    pub experiment_id: ExperimentId,
    /// Its name, which need not be unique.
    pub name: String,
    /// `agent`, `classifier`, ... as the logger chose; empty where none was given.
    pub model_type: Option<String>,
    /// The run that made it.
    pub source_run_id: Option<RunId>,
    /// How it stands.
    pub status: LoggedModelStatus,
    /// Why it stands so, where told.
    pub status_message: Option<String>,
    /// Root of its artifacts.
    pub artifact_uri: String,
    /// When it was made.
    pub creation_timestamp: Timestamp,
    /// When it last changed.
    pub last_updated_timestamp: Timestamp,
    /// Params.
    pub params: Vec<Param>,
    /// Metrics, one for each dataset they were measured on.
    pub metrics: Vec<Metric>,
    /// Tags.
    pub tags: Vec<Tag>,
}

/// How a logged model stands. A word from a newer server is kept.
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub enum LoggedModelStatus {
    /// Its files are being written.
    Pending,
    /// It can be used.
    Ready,
    /// Its files could not be written.
    UploadFailed,
    /// A word this version does not know.
    Other(Arc<str>),
}

impl LoggedModelStatus {
    /// The word of MLflow's client: `READY`. REST puts `LOGGED_MODEL_` before it, and has a word of its own for what
    /// failed. Source: MLflow, `LoggedModelStatus`.
    pub fn word(&self) -> &str {
        match self {
            Self::Pending => "PENDING",
            Self::Ready => "READY",
            Self::UploadFailed => "FAILED",
            Self::Other(word) => word,
        }
    }

    /// Reads the word, with or without REST's `LOGGED_MODEL_`.
    pub fn from_word(word: &str) -> Self {
        match word.strip_prefix("LOGGED_MODEL_").unwrap_or(word) {
            "PENDING" => Self::Pending,
            "READY" => Self::Ready,
            "FAILED" | "UPLOAD_FAILED" => Self::UploadFailed,
            other => Self::Other(other.into()),
        }
    }

    /// Reads the number that file and SQL stores write. Source: MLflow `LoggedModelStatus`.
    pub fn from_number(number: i64) -> Self {
        match number {
            1 => Self::Pending,
            2 => Self::Ready,
            3 => Self::UploadFailed,
            other => Self::Other(other.to_string().into()),
        }
    }
}
