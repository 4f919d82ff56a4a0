use std::time::{Duration, Instant};

use flowdeck_domain::pipelines::{PipelineRun, RunState};
use flowdeck_domain::{Failure, FailureKind, PipelineRunId, Result};

use super::Pipelines;

/// How a run is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The pause between two looks.
    pub interval: Duration,
    /// How long to wait; none means until it ends.
    pub timeout: Option<Duration>,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(2),
            timeout: None,
        }
    }
}

/// Looks in a row without an answer before the wait is given up.
const FAILURES_IN_A_ROW: usize = 5;

impl Pipelines {
    /// Waits until a run ends or the time is up, and gives it as it stood then; tells of it at every look.
    ///
    /// # Errors
    /// The server is away for longer than a few looks.
    pub async fn wait_for_run(
        &self,
        id: &PipelineRunId,
        pace: Pace,
        mut told: impl FnMut(&PipelineRun) -> Result<()>,
    ) -> Result<PipelineRun> {
        let begun = Instant::now();
        let is_over = || {
            pace.timeout
                .is_some_and(|timeout| begun.elapsed() + pace.interval > timeout)
        };
        let mut failures = 0;
        loop {
            match self.reader.pipeline_run(id).await {
                Ok(run) => {
                    failures = 0;
                    told(&run)?;
                    if run.state.is_terminal() || is_over() {
                        return Ok(run);
                    }
                }
                Err(failure) if may_come_back(&failure) && failures < FAILURES_IN_A_ROW => failures += 1,
                Err(failure) => return Err(failure),
            }
            tokio::time::sleep(pace.interval).await;
        }
    }
}

fn may_come_back(failure: &Failure) -> bool {
    matches!(
        failure.kind(),
        FailureKind::Unreachable | FailureKind::Busy | FailureKind::Server
    )
}

/// Whether a run that ended did what it should.
pub fn ended_well(run: &PipelineRun) -> bool {
    matches!(run.state, RunState::Succeeded | RunState::Skipped)
}
