//! The table of runs: a question to the store, how it is wanted, and the window that is in view.

use serde::{Deserialize, Serialize};

use super::Cell;
use crate::run_table::TableWish;

/// Which runs are asked for.
#[derive(Clone, Debug, Default, Eq, PartialEq, Hash, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(default)]
pub struct RunsQuestion {
    /// Ids of the experiments.
    pub experiments: Vec<String>,
    /// MLflow's search language; empty for everything.
    pub filter: String,
    /// `active`, `deleted` or `all`.
    pub view: String,
}

/// What of a table is in view.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Window {
    /// The first line.
    pub first_line: usize,
    /// How many lines, 500 at most.
    pub n_lines: usize,
    /// The first column behind those that stay at the left.
    pub first_column: usize,
    /// How many columns, 200 at most.
    pub n_columns: usize,
}

/// A window of the table of runs.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RunsRequest {
    /// Which runs.
    pub question: RunsQuestion,
    /// How the table is wanted.
    pub wish: TableWish,
    /// What is in view.
    pub window: Window,
}

/// The runs that are listed.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RunIdsRequest {
    /// Which runs.
    pub question: RunsQuestion,
    /// How the table is wanted.
    pub wish: TableWish,
}

/// What stands in the window, and what is to be known of the whole.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RunsView {
    /// Names of the experiments, in the order asked for.
    pub experiments: Vec<String>,
    /// Whether all runs are listed, rather than the first ones.
    pub is_whole: bool,
    /// Whether every column of them is known.
    pub is_all_known: bool,
    /// When they were read, as a clock time.
    pub as_of: String,
    /// Why they could not be read again, where they could not.
    pub failure: Option<super::FailureView>,
    /// What was passed over while reading, a sentence each.
    pub warnings: Vec<String>,
    /// Runs that are listed.
    pub n_listed: usize,
    /// Runs there are before words are looked for.
    pub n_runs: usize,
    /// Runs among them that go on.
    pub n_running: usize,
    /// Lines, those of groups among them.
    pub n_lines: usize,
    /// Columns that are shown.
    pub n_columns: usize,
    /// How many of them stay at the left.
    pub n_pinned: usize,
    /// How many there are, shown or not.
    pub n_known_columns: usize,
    /// The columns that stay at the left, then those of the window.
    pub columns: Vec<ColumnView>,
    /// The lines of the window.
    pub lines: Vec<LineView>,
    /// What sorts, groups and judges, in a few words: `sorted by auc ▼`.
    pub words: String,
}

/// A column that is in view.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ColumnView {
    /// The name that it is asked for by: `metrics.loss`.
    pub name: String,
    /// The title over it.
    pub title: String,
    /// How it is sorted and judged: `▲2↓?`.
    pub marks: String,
    /// Its family: `metrics`, `params`, `tags`, `attributes`.
    pub family: String,
    /// Whether its cells stand at the right edge.
    pub is_numeric: bool,
    /// How it is sorted: 1 ascending, -1 descending, 0 not at all.
    pub sort: i8,
    /// How much room its cells in view want, in characters.
    pub width_chars: usize,
}

/// What a line is of.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum LineKind {
    /// A run.
    Run {
        /// Its id.
        id: String,
        /// Its name, or its id where it has none.
        name: String,
        /// Whether runs stand below it.
        has_children: bool,
        /// Whether they are left out.
        is_folded: bool,
        /// Whether others are held against it.
        is_baseline: bool,
    },
    /// Runs that are the same in what they are grouped by.
    Group {
        /// What they have in common.
        key: Vec<String>,
        /// Whether its runs are left out.
        is_folded: bool,
        /// Ids of its runs.
        runs: Vec<String>,
    },
}

/// A line of the window.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LineView {
    /// What it is of.
    pub of: LineKind,
    /// Its cells, as many as there are columns in the view.
    pub cells: Vec<Cell>,
}

/// A change to how a table is wanted, by its action.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "act", content = "on", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Act {
    /// Sorts by a column alone: first the way that suits it, then the other, then not at all.
    Sort(String),
    /// Sorts also by a column.
    SortAlso(String),
    /// Groups by a column, or no longer.
    GroupBy(String),
    /// Declares which values of a metric are good.
    Goal(String),
    /// Goes round what a group says of a metric.
    Statistic,
    /// Goes round where nested runs stand.
    Nesting,
    /// Shows only columns in which runs differ, or all.
    OnlyDiffering,
    /// Holds others against a run, or no longer.
    Baseline(String),
    /// Goes round what is said beside the baseline.
    Delta,
    /// Hides a column, or all whose names begin so where it ends in `*`.
    Hide(String),
    /// Shows a column, or all whose names begin so.
    Show(String),
    /// Lets a column stay at the left, or no longer.
    Pin(String),
    /// Moves a column to the left.
    ShiftLeft(String),
    /// Moves a column to the right.
    ShiftRight(String),
    /// Shows the columns that a table shows at first.
    ResetColumns,
    /// Folds or unfolds what stands below a run.
    FoldRun(String),
    /// Folds or unfolds a group.
    FoldGroup(Vec<String>),
    /// Folds everything, or unfolds it.
    FoldAll,
}

/// An action on a table.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ActRequest {
    /// Which runs.
    pub question: RunsQuestion,
    /// How the table is wanted so far.
    pub wish: TableWish,
    /// The action.
    pub act: Act,
}

/// What of the list of columns is wanted.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChooserRequest {
    /// Which runs.
    pub question: RunsQuestion,
    /// How the table is wanted.
    pub wish: TableWish,
    /// A few letters of keys.
    pub words: String,
    /// Groups that are not as they are at first.
    pub turned: Vec<String>,
    /// The first entry that is in view.
    pub first: usize,
    /// How many, 500 at most.
    pub n: usize,
}

/// A part of the list of columns.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChooserView {
    /// Entries in all.
    pub n_entries: usize,
    /// Those asked for.
    pub entries: Vec<ChooserEntry>,
}

/// A column or a group of columns.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChooserEntry {
    /// The name to show or hide it by; of a group it ends in `*`, and that of what every run has is empty.
    pub name: String,
    /// The name to fold a group by; empty of a column.
    pub fold: String,
    /// What it is called.
    pub title: String,
    /// How deep it stands.
    pub depth: u16,
    /// Columns in it; none of a column.
    pub n_columns: Option<usize>,
    /// How many of them are shown; 1 or 0 of a column.
    pub n_shown: usize,
    /// Whether it is a group that is folded.
    pub is_folded: bool,
    /// Whether it is a column that stays at the left.
    pub is_pinned: bool,
}
