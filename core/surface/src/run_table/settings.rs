//! How a person wants the table: what a saved view keeps.

use flowdeck_client::RunId;
use flowdeck_client::tracking::Goal;
use rustc_hash::{FxHashMap, FxHashSet};

use super::layout::Layout;
use crate::run_cell::RunSort;
use crate::run_column::RunColumn;

/// How a person wants the table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Which columns, in which order.
    pub layout: Layout,
    /// What it is sorted by, the first of them first.
    pub sort: Vec<RunSort>,
    /// What runs are grouped by; not at all where there is nothing.
    pub group_by: Vec<RunColumn>,
    /// What a group says of a metric.
    pub statistic: Statistic,
    /// Whether runs stand below the run they are nested in.
    pub nesting: Nesting,
    /// Whether columns in which all runs are the same are left out.
    pub only_differing: bool,
    /// Which values of metrics are good, as declared.
    pub goals: FxHashMap<RunColumn, Goal>,
    /// Metrics whose curve stands beside the value.
    pub sparklines: FxHashSet<RunColumn>,
    /// The run that others are held against.
    pub baseline: Option<RunId>,
    /// What is said of a number beside the baseline's.
    pub delta: Delta,
}

/// What a group says of a metric over its runs.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Hash)]
pub enum Statistic {
    /// The mean of what is finite.
    #[default]
    Mean,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// How many runs have one.
    Count,
    /// Least, mean and greatest beside each other.
    Range,
}

/// Whether runs stand below the run they are nested in.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Hash)]
pub enum Nesting {
    /// As long as nothing is sorted or found: who sorts wants the best run first, wherever it is nested.
    #[default]
    InStoreOrder,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What is said of a number beside the baseline's.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Hash)]
pub enum Delta {
    /// How far it is from it, and in percent.
    #[default]
    Both,
    /// The number, and how far it is from the baseline's in percent.
    Percent,
    /// The number alone.
    None,
}

impl Statistic {
    /// The next in the round.
    pub const fn next(self) -> Self {
        match self {
            Self::Mean => Self::Min,
            Self::Min => Self::Max,
            Self::Max => Self::Count,
            Self::Count => Self::Range,
            Self::Range => Self::Mean,
        }
    }

    /// What it is called.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Min => "min",
            Self::Max => "max",
            Self::Count => "count",
            Self::Range => "min mean max",
        }
    }
}

impl Delta {
    /// The next in the round.
    pub const fn next(self) -> Self {
        match self {
            Self::Both => Self::Percent,
            Self::Percent => Self::None,
            Self::None => Self::Both,
        }
    }
}

impl Nesting {
    /// The next in the round.
    pub const fn next(self) -> Self {
        match self {
            Self::InStoreOrder => Self::Always,
            Self::Always => Self::Never,
            Self::Never => Self::InStoreOrder,
        }
    }
}
