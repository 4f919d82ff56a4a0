//! The page of a run.

use serde::{Deserialize, Serialize};

use super::{BadgeView, Pair};
use crate::tone::Tone;

/// All that was logged of a run.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RunView {
    /// Its id.
    pub id: String,
    /// Its name, or its id where it has none.
    pub name: String,
    /// How it stands.
    pub status: BadgeView,
    /// Whether it goes on.
    pub is_running: bool,
    /// Whether it was deleted.
    pub is_deleted: bool,
    /// The experiment it belongs to.
    pub experiment_id: String,
    /// What that is called.
    pub experiment: String,
    /// What is worth knowing of it.
    pub facts: Vec<FactView>,
    /// Its note, in Markdown.
    pub note: String,
    /// Latest values of its metrics.
    pub metrics: Vec<MetricView>,
    /// Its params.
    pub params: Vec<Pair>,
    /// Its tags, those of MLflow last.
    pub tags: Vec<Pair>,
    /// Datasets it used.
    pub datasets: Vec<DatasetView>,
}

/// One thing worth knowing.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FactView {
    /// What it is.
    pub label: String,
    /// Its text.
    pub text: String,
    /// What it means.
    pub tone: Tone,
    /// Where it leads.
    pub link: Option<FactLink>,
}

/// Where a fact leads.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(tag = "to", content = "id", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum FactLink {
    /// To another run.
    Run(String),
    /// To the runs of an experiment.
    Experiment(String),
}

/// The latest value of a metric.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MetricView {
    /// The metric.
    pub key: String,
    /// Its value, short.
    pub value: String,
    /// Its value so that it reads back as the same number.
    pub exact: String,
    /// What it means.
    pub tone: Tone,
    /// The step it was logged at.
    pub step: i64,
    /// When, as a clock time.
    pub at: String,
    /// Whether it tells of the machine.
    pub is_system: bool,
}

/// A dataset as a run used it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DatasetView {
    /// Its name.
    pub name: String,
    /// What the run used it for.
    pub context: String,
    /// A short hash of its contents.
    pub digest: String,
    /// Where it came from, in a word.
    pub source_type: String,
}

/// A change to runs.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RunEdit {
    /// Which.
    pub runs: Vec<String>,
    /// What.
    pub edit: RunEditKind,
    /// What was typed before something is destroyed; nothing where nothing is.
    pub confirmed: String,
}

/// What is changed.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(tag = "edit", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum RunEditKind {
    /// Another name.
    Rename {
        /// The name.
        name: String,
    },
    /// A tag set.
    Tag {
        /// Its key.
        key: String,
        /// Its value.
        value: String,
    },
    /// A tag removed.
    Untag {
        /// Its key.
        key: String,
    },
    /// Another note.
    Note {
        /// In Markdown.
        note: String,
    },
    /// Deleted; can be restored.
    Delete,
    /// A deletion taken back.
    Restore,
}

/// What became of a change.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct EditView {
    /// Runs that were changed.
    pub n_done: usize,
    /// What could not be done, a sentence each.
    pub failed: Vec<String>,
}
