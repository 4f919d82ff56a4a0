use super::{Cron, Parameters, RunSource};
use crate::id::{Namespace, PipelineExperimentId, RecurringRunId};
use crate::time::Timestamp;

/// A schedule that starts runs.
#[derive(Clone, Debug, PartialEq)]
pub struct RecurringRun {
    /// Its id.
    pub id: RecurringRunId,
    /// Its name, which need not be unique.
    pub display_name: String,
    /// What was written of it.
    pub description: String,
    /// The experiment its runs go to.
    pub experiment_id: Option<PipelineExperimentId>,
    /// What its runs are made from.
    pub source: RunSource,
    /// What is passed to them.
    pub parameters: Parameters,
    /// Where their artifacts go, if not to the server's own place.
    pub pipeline_root: Option<String>,
    /// The Kubernetes service account that their pods run as.
    pub service_account: Option<String>,
    /// When it fires; none means never.
    pub trigger: Trigger,
    /// How many of its runs may go on at once, 1 to 10.
    pub max_concurrency: u32,
    /// Whether times that passed meanwhile are let go.
    pub no_catchup: bool,
    /// Whether it fires.
    pub status: RecurringRunStatus,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it was changed.
    pub updated_at: Option<Timestamp>,
    /// Its namespace.
    pub namespace: Option<Namespace>,
    /// What the server's plugins are told, by plugin, since 2.17.
    pub plugins_input: Parameters,
    /// What the server says is wrong.
    pub error: Option<String>,
}

/// When a schedule fires.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Trigger {
    /// Never. The server takes a schedule without a trigger and never fires it.
    #[default]
    Never,
    /// At the times that a cron expression names, in the time zone of the server's controller.
    Cron {
        /// The expression as it stands; six fields, seconds first.
        expression: String,
        /// Not before.
        start: Option<Timestamp>,
        /// Not after.
        end: Option<Timestamp>,
    },
    /// Again and again after so many seconds.
    Interval {
        /// The pause between two.
        seconds: u64,
        /// Not before.
        start: Option<Timestamp>,
        /// Not after.
        end: Option<Timestamp>,
    },
}

/// Whether a schedule fires.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Hash)]
pub enum RecurringRunStatus {
    /// The server does not say.
    #[default]
    Unspecified,
    /// It does.
    Enabled,
    /// It does not.
    Disabled,
}

impl RecurringRunStatus {
    /// The word that the REST protocol uses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unspecified => "STATUS_UNSPECIFIED",
            Self::Enabled => "ENABLED",
            Self::Disabled => "DISABLED",
        }
    }

    /// Reads that word, or the word of the mode it was asked for (`ENABLE`).
    pub fn from_word(word: &str) -> Self {
        match word {
            "ENABLED" | "ENABLE" => Self::Enabled,
            "DISABLED" | "DISABLE" => Self::Disabled,
            _ => Self::Unspecified,
        }
    }
}

impl RecurringRun {
    /// What a person must know of its trigger, if anything: that it never fires, or fires otherwise than it seems.
    pub fn warning(&self) -> Option<String> {
        match &self.trigger {
            Trigger::Never => Some("has no trigger and never fires".to_owned()),
            Trigger::Cron { expression, .. } => Cron::warning(expression),
            Trigger::Interval { seconds: 0, .. } => Some("has an interval of 0 s and never fires".to_owned()),
            Trigger::Interval { .. } => None,
        }
    }
}

impl Trigger {
    /// The next times after `now`, at most `count`, in UTC. The server's controller may count in another time zone.
    pub fn next_times(&self, now: Timestamp, count: usize) -> Vec<Timestamp> {
        match self {
            Self::Never => Vec::new(),
            Self::Cron {
                expression,
                start,
                end,
            } => {
                let from = start.map_or(now, |start| Timestamp(now.0.max(start.0 - 1)));
                let Ok(cron) = expression.parse::<Cron>() else {
                    return Vec::new();
                };
                within(cron.times_after(from), *end).take(count).collect()
            }
            Self::Interval { seconds: 0, .. } => Vec::new(),
            Self::Interval { seconds, start, end } => {
                let step = i64::try_from(*seconds)
                    .unwrap_or(i64::MAX / 2000)
                    .saturating_mul(1000);
                let first = start.map_or(now.0.saturating_add(step), |start| {
                    let passed = (now.0 - start.0).max(-1).div_euclid(step) + 1;
                    start.0.saturating_add(passed.max(0).saturating_mul(step))
                });
                let times = std::iter::successors(Some(first), |at| at.checked_add(step)).map(Timestamp);
                within(times, *end).take(count).collect()
            }
        }
    }
}

fn within(times: impl Iterator<Item = Timestamp>, end: Option<Timestamp>) -> impl Iterator<Item = Timestamp> {
    times.take_while(move |at| end.is_none_or(|end| *at <= end))
}
