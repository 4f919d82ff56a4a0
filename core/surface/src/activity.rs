//! What goes on in an experiment, from the runs in it.

use flowdeck_client::tracking::{RunInfo, RunStatus};
use flowdeck_client::{ExperimentId, Timestamp};
use rustc_hash::FxHashMap;

/// What is known of the runs of an experiment.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Activity {
    /// Active runs in it, as far as they were counted.
    pub n_runs: usize,
    /// Those that go on.
    pub n_running: usize,
    /// Those that failed.
    pub n_failed: usize,
    /// When a run of it last began or ended.
    pub last: Option<Timestamp>,
    /// Whether there are more runs than were counted.
    pub is_cut: bool,
}

impl Activity {
    /// Counts one run.
    pub fn count(&mut self, run: &RunInfo) {
        self.n_runs += 1;
        self.n_running += usize::from(run.status == RunStatus::Running);
        self.n_failed += usize::from(run.status == RunStatus::Failed);
        self.last = self.last.max(run.start_time).max(run.end_time);
    }
}

/// The activity of each experiment.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Activities {
    of: FxHashMap<ExperimentId, Activity>,
    /// Whether every run was counted, rather than the latest ones alone.
    pub is_complete: bool,
}

impl Activities {
    /// Counts one run.
    pub fn count(&mut self, run: &RunInfo) {
        self.of.entry(run.experiment_id.clone()).or_default().count(run);
    }

    /// What is known of one experiment; nothing where no run of it was counted and not all were.
    pub fn of(&self, id: &ExperimentId) -> Option<Activity> {
        let known = self.of.get(id).copied();
        known.or_else(|| self.is_complete.then(Activity::default))
    }

    /// Whether a run goes on in any of them.
    pub fn is_anything_running(&self) -> bool {
        self.of.values().any(|activity| activity.n_running > 0)
    }
}
