use crate::id::RunId;
use crate::tracking::TraceInfo;

/// A trace as a search judges it: its info and what a SQL store's filters look at beside that.
///
/// A file store has no more than the info; filters on anything else fail there, as in MLflow.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceRecord {
    /// What an answer holds.
    pub info: TraceInfo,
    /// Rows of table `spans`; needed where [`super::TraceFields::spans`] says so.
    pub spans: Vec<SpanRow>,
    /// Rows of table `assessments`; needed where [`super::TraceFields::assessments`] says so.
    pub assessments: Vec<AssessmentRow>,
    /// Runs it was linked to, from table `entity_associations` (`trace` to `run`).
    pub linked_runs: Vec<RunId>,
    /// Prompt versions it was linked to, `name/version`, from table `entity_associations` (`trace` to
    /// `prompt_version`).
    pub linked_prompts: Vec<String>,
}

/// One row of table `spans`, the columns that filters look at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpanRow {
    /// Column `name`.
    pub name: Option<String>,
    /// Column `type`.
    pub span_type: Option<String>,
    /// Column `status`.
    pub status: String,
    /// Column `start_time_unix_nano`.
    pub start_time_ns: i64,
    /// Column `content`, JSON as the store spells it: filters on attributes match its text.
    pub content: String,
}

/// One row of table `assessments`, the columns that filters look at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AssessmentRow {
    /// Column `assessment_type`: `feedback`, `expectation`, `issue`.
    pub kind: String,
    /// Column `name`.
    pub name: String,
    /// Column `value`, JSON.
    pub value: String,
    /// Column `aggregate_value` where `is_numeric_value` is set. A schema older than these columns tells it
    /// from `value`, where that is a finite JSON number.
    pub number: Option<f64>,
    /// Column `valid`.
    pub valid: bool,
    /// Whether column `assessment_metadata` contains `"mlflow.trace.session":`, which makes it speak for all
    /// traces of the session.
    pub of_session: bool,
}

impl TraceRecord {
    /// A trace of which only the info is known, which is all that a file store searches.
    pub fn bare(info: TraceInfo) -> Self {
        Self {
            info,
            spans: Vec::new(),
            assessments: Vec::new(),
            linked_runs: Vec::new(),
            linked_prompts: Vec::new(),
        }
    }
}
