use flowdeck_client::format;
use flowdeck_client::{ExperimentId, RunId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::tone::Tone;

/// Something that happened to a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    run: String,
    experiment: String,
    /// The name of the run.
    pub name: String,
    /// What happened.
    pub matter: Matter,
    at: i64,
}

/// What can happen to a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Matter {
    /// It ended well.
    Finished,
    /// It ended badly.
    Failed,
    /// Somebody ended it.
    Killed,
    /// It goes on by its state and logged no metric for long.
    Stalled {
        /// When it last logged one, or began: milliseconds since the Unix epoch.
        since: i64,
    },
    /// The last value of a metric is NaN or infinite.
    NotANumber {
        /// The first such metric, by its key.
        key: String,
        /// How many more there are.
        n_more: usize,
    },
    /// A metric of which less is better is far above the best that was seen.
    Diverging {
        /// Its key.
        key: String,
        /// Its level when it was best.
        best: f64,
        /// Its level now.
        last: f64,
    },
}

impl Item {
    /// Something that happened to a run at a time.
    pub(super) fn new(
        run: &RunId,
        experiment: &ExperimentId,
        name: &str,
        matter: Matter,
        at: Timestamp,
    ) -> Self {
        Self {
            run: run.to_string(),
            experiment: experiment.to_string(),
            name: name.to_owned(),
            matter,
            at: at.0,
        }
    }

    /// The run.
    pub fn run(&self) -> RunId {
        self.run.as_str().into()
    }

    /// Its experiment.
    pub fn experiment(&self) -> ExperimentId {
        self.experiment.as_str().into()
    }

    /// When it happened, or was seen first.
    pub fn at(&self) -> Timestamp {
        Timestamp(self.at)
    }

    /// What happened, as a sentence without the run.
    pub fn sentence(&self, clock: &Clock) -> String {
        match &self.matter {
            Matter::Finished => "finished".to_owned(),
            Matter::Failed => "failed".to_owned(),
            Matter::Killed => "was killed".to_owned(),
            Matter::Stalled { since } => {
                format!(
                    "says it runs, and logged nothing since {}",
                    clock.compact(Timestamp(*since), self.at())
                )
            }
            Matter::NotANumber { key, n_more: 0 } => format!("{key} is no longer a number"),
            Matter::NotANumber { key, n_more } => format!("{key} and {n_more} more are no longer numbers"),
            Matter::Diverging { key, best, last } => {
                let number = |value: f64| format::number(value, 10);
                format!("{key} diverges: {} after {}", number(*last), number(*best))
            }
        }
    }
}

impl Matter {
    /// The word that programs tell it by.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Killed => "killed",
            Self::Stalled { .. } => "stalled",
            Self::NotANumber { .. } => "not_a_number",
            Self::Diverging { .. } => "diverging",
        }
    }

    /// The word on a screen.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Finished => "FINISHED",
            Self::Failed => "FAILED",
            Self::Killed => "KILLED",
            Self::Stalled { .. } => "STALLED",
            Self::NotANumber { .. } => "NAN",
            Self::Diverging { .. } => "DIVERGING",
        }
    }

    /// What it means.
    pub const fn tone(&self) -> Tone {
        match self {
            Self::Finished => Tone::Good,
            Self::Failed => Tone::Bad,
            Self::Killed | Self::Stalled { .. } | Self::NotANumber { .. } | Self::Diverging { .. } => {
                Tone::Warning
            }
        }
    }
}
