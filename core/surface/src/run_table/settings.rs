//! How a person wants the table: what `undo` takes back and a saved view keeps.

use flowdeck_client::RunId;
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

/// Which values of a metric are good.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum Goal {
    /// Low ones.
    Min,
    /// High ones.
    Max,
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

impl Goal {
    /// The word for it in a saved view.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Min => "min",
            Self::Max => "max",
        }
    }

    /// The arrow that stands for it.
    pub const fn arrow(self) -> char {
        match self {
            Self::Min => '↓',
            Self::Max => '↑',
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Min => Self::Max,
            Self::Max => Self::Min,
        }
    }

    /// Whether one value is better than another.
    pub fn is_better(self, one: f64, other: f64) -> bool {
        match self {
            Self::Min => one < other,
            Self::Max => one > other,
        }
    }

    /// What the name of a metric lets one guess; shown as a guess wherever it is used.
    pub fn guessed(key: &str) -> Option<Self> {
        const LOW: [&str; 18] = [
            "loss",
            "error",
            "err",
            "rmse",
            "mse",
            "mae",
            "mape",
            "smape",
            "wape",
            "perplexity",
            "ppl",
            "wer",
            "cer",
            "fid",
            "nll",
            "logloss",
            "latency",
            "brier",
        ];
        const HIGH: [&str; 22] = [
            "acc",
            "accuracy",
            "auc",
            "auroc",
            "auprc",
            "f1",
            "precision",
            "recall",
            "score",
            "r2",
            "map",
            "ndcg",
            "mrr",
            "bleu",
            "rouge",
            "iou",
            "dice",
            "reward",
            "psnr",
            "ssim",
            "specificity",
            "sensitivity",
        ];
        let key = key.to_lowercase();
        let words: Vec<&str> = key.split(|letter: char| !letter.is_alphanumeric()).collect();
        // What stands last says what it is: `loss_accuracy` is an accuracy.
        words.iter().rev().find_map(|word| {
            if LOW.contains(word) {
                Some(Self::Min)
            } else if HIGH.contains(word) {
                Some(Self::Max)
            } else {
                None
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_guessed_from_whole_words_alone() {
        for (key, goal) in [
            ("loss", Some(Goal::Min)),
            ("val/loss", Some(Goal::Min)),
            ("val_RMSE", Some(Goal::Min)),
            ("top5.accuracy", Some(Goal::Max)),
            ("f1-macro", Some(Goal::Max)),
            ("lossless", None),
            ("pressure", None),
            ("lr", None),
        ] {
            assert_eq!(Goal::guessed(key), goal, "{key}");
        }
    }
}
