//! The experiments page.

use serde::{Deserialize, Serialize};

use super::{BadgeView, Cell};

/// Which experiments are wanted.
#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(default)]
pub struct ExperimentsRequest {
    /// `active`, `deleted` or `all`.
    pub view: String,
    /// MLflow's search language; empty for everything.
    pub filter: String,
    /// Words that they must have.
    pub find: String,
}

/// The experiments page.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ExperimentsView {
    /// The experiments that have the words, in the store's order.
    pub experiments: Vec<ExperimentRow>,
    /// How many there are before words are looked for.
    pub n_all: usize,
    /// What was passed over while reading, a sentence each.
    pub warnings: Vec<String>,
}

/// One experiment as a row.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ExperimentRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it stands.
    pub lifecycle: BadgeView,
    /// When it was made, as a clock time; unknown in old stores.
    pub created: Option<String>,
    /// Tags that people set: `team=vision, owner=ada`.
    pub tags: String,
    /// The first line of its note.
    pub note: String,
}

/// What goes on in an experiment.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ActivityView {
    /// Its id.
    pub id: String,
    /// How many runs it has; `1,000+` where more were not counted.
    pub n_runs: String,
    /// What goes on and what failed: `1 running, 2 failed`.
    pub state: Cell,
    /// When a run of it last began or ended, as a clock time.
    pub last: String,
    /// The same in milliseconds since the Unix epoch, to sort by; 0 where there is none.
    pub last_ms: i64,
    /// How many runs, to sort by.
    pub n: usize,
}
