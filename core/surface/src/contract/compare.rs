//! Runs side by side.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{BadgeView, Cell};

/// Which runs, and how they are held against each other.
#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(default)]
pub struct CompareRequest {
    /// Ids of the runs, in order.
    pub runs: Vec<String>,
    /// Whether keys are listed in which all runs are the same.
    pub all: bool,
    /// Words that keys must have.
    pub words: String,
    /// The run that others are held against.
    pub baseline: Option<String>,
    /// What is said beside it: `both`, `percent` or `none`.
    pub delta: String,
    /// Which values are good, `min` or `max`, by name of the metric.
    pub goals: BTreeMap<String, String>,
    /// The first line in view.
    pub first: usize,
    /// How many, 500 at most.
    pub n: usize,
}

/// Runs side by side.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CompareView {
    /// The runs.
    pub runs: Vec<CompareRun>,
    /// Lines in all.
    pub n_lines: usize,
    /// Keys that are listed.
    pub n_keys: usize,
    /// Keys there are.
    pub n_all: usize,
    /// The lines in view.
    pub lines: Vec<CompareLine>,
    /// Metrics that can be charted, those in which runs differ first.
    pub metrics: Vec<String>,
}

/// A run that is compared.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CompareRun {
    /// Its id.
    pub id: String,
    /// Its name, or its id where it has none.
    pub name: String,
    /// How it stands.
    pub status: BadgeView,
    /// The place of its colour in the order of colours.
    pub colour: usize,
    /// Whether others are held against it.
    pub is_baseline: bool,
}

/// A line of the comparison.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum CompareLine {
    /// The title over the keys of a family.
    Title {
        /// It.
        title: String,
    },
    /// A key.
    Key {
        /// The name that it is asked for by: `metrics.loss`.
        name: String,
        /// What it is called.
        title: String,
        /// Which values are good: `↓?`.
        marks: String,
        /// Whether its cells stand at the right edge.
        is_numeric: bool,
        /// Whether runs differ in it.
        differs: bool,
        /// What each run has.
        cells: Vec<Cell>,
    },
}
