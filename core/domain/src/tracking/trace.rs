use std::sync::Arc;

use super::Tag;
use crate::id::{ExperimentId, RunId, TraceId};
use crate::time::Timestamp;

/// A trace without its spans.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceInfo {
    /// Its id; MLflow 2 calls it request id.
    pub id: TraceId,
    /// The experiment it belongs to.
    pub experiment_id: ExperimentId,
    /// An id that the caller chose.
    pub client_request_id: Option<String>,
    /// When the request came.
    pub request_time: Timestamp,
    /// How long the answer took, in milliseconds; none while it goes on.
    pub execution_duration_ms: Option<i64>,
    /// How it ended.
    pub state: TraceState,
    /// The start of the request, as text.
    pub request_preview: Option<String>,
    /// The start of the answer, as text.
    pub response_preview: Option<String>,
    /// What the system wrote down of it; `mlflow.sourceRun` names the run.
    pub metadata: Vec<Tag>,
    /// Tags.
    pub tags: Vec<Tag>,
    /// Feedback and expectations.
    pub assessments: Vec<Assessment>,
}

/// How a trace ended. A word from a newer server is kept.
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub enum TraceState {
    /// Answered.
    Ok,
    /// Failed.
    Error,
    /// Not ended yet.
    InProgress,
    /// A word this version does not know.
    Other(Arc<str>),
}

impl TraceState {
    /// The word that every store writes.
    pub fn word(&self) -> &str {
        match self {
            Self::Ok => "OK",
            Self::Error => "ERROR",
            Self::InProgress => "IN_PROGRESS",
            Self::Other(word) => word,
        }
    }

    /// Reads that word.
    pub fn from_word(word: &str) -> Self {
        match word {
            "OK" => Self::Ok,
            "ERROR" => Self::Error,
            "IN_PROGRESS" => Self::InProgress,
            other => Self::Other(other.into()),
        }
    }
}

impl TraceInfo {
    /// Its name, as the root span gave it.
    pub fn name(&self) -> Option<&str> {
        find(&self.tags, "mlflow.traceName")
    }

    /// The run it was made in.
    pub fn run_id(&self) -> Option<RunId> {
        find(&self.metadata, "mlflow.sourceRun").map(RunId::from)
    }
}

fn find<'a>(tags: &'a [Tag], key: &str) -> Option<&'a str> {
    tags.iter()
        .find(|tag| tag.key.as_str() == key)
        .map(|tag| tag.value.as_str())
}

/// A trace with its spans.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// What is known without the spans.
    pub info: TraceInfo,
    /// Spans in the order the store gave them; the tree is in their parents' ids.
    pub spans: Vec<Span>,
}

/// One step of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Its id, 16 hex digits.
    pub id: String,
    /// The span it is part of; none for the root.
    pub parent_id: Option<String>,
    /// Its name.
    pub name: String,
    /// Nanoseconds since the Unix epoch.
    pub start_time_ns: i64,
    /// Nanoseconds since the Unix epoch; none while it goes on.
    pub end_time_ns: Option<i64>,
    /// `OK`, `ERROR` or `UNSET`.
    pub status: String,
    /// Why it failed.
    pub status_message: Option<String>,
    /// Attributes, each value as JSON text; `mlflow.spanInputs` and `mlflow.spanType` among them.
    pub attributes: Vec<(String, String)>,
    /// What happened during it.
    pub events: Vec<SpanEvent>,
}

/// Something that happened during a span: an exception, a token.
#[derive(Clone, Debug, PartialEq)]
pub struct SpanEvent {
    /// Its name.
    pub name: String,
    /// Nanoseconds since the Unix epoch.
    pub time_ns: i64,
    /// Attributes, each value as JSON text.
    pub attributes: Vec<(String, String)>,
}

/// What a person, a judge or a test said of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// Its id.
    pub id: String,
    /// What was assessed.
    pub name: String,
    /// Whether it says what was found or what was expected.
    pub kind: AssessmentKind,
    /// The value, as JSON text.
    pub value: Option<String>,
    /// Why.
    pub rationale: Option<String>,
    /// `HUMAN`, `LLM_JUDGE`, `CODE`.
    pub source_type: Option<String>,
    /// Who.
    pub source_id: Option<String>,
    /// When it was said.
    pub create_time: Option<Timestamp>,
    /// The span it speaks of, where not of the whole trace.
    pub span_id: Option<String>,
}

/// Whether an assessment says what was found or what was expected.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum AssessmentKind {
    /// What was found.
    Feedback,
    /// What was expected.
    Expectation,
    /// Another kind, or none told.
    Other,
}
