//! What the states of things are called and what they mean.

use flowdeck_client::kubernetes::{Pod, PodPhase};
use flowdeck_client::pipelines::{RecurringRunStatus, RunState, TaskState};
use flowdeck_client::tracking::{Lifecycle, LoggedModelStatus, RunStatus, TraceState};

use crate::tone::Tone;

/// A state as a screen shows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Badge {
    /// One character that stands for it where there is no room for the word.
    pub symbol: char,
    /// The word.
    pub word: String,
    /// What it means.
    pub tone: Tone,
}

impl Badge {
    fn new(symbol: char, word: &str, tone: Tone) -> Self {
        Self {
            symbol,
            word: word.to_owned(),
            tone,
        }
    }
}

/// How a run stands.
pub fn of_run(status: &RunStatus) -> Badge {
    let (symbol, tone) = match status {
        RunStatus::Running => ('▶', Tone::Active),
        RunStatus::Scheduled => ('◷', Tone::Muted),
        RunStatus::Finished => ('✓', Tone::Good),
        RunStatus::Failed => ('✗', Tone::Bad),
        RunStatus::Killed => ('■', Tone::Warning),
        RunStatus::Other(_) => ('?', Tone::Warning),
    };
    Badge::new(symbol, status.word(), tone)
}

/// Whether a thing stands or was deleted.
pub fn of_lifecycle(lifecycle: Lifecycle) -> Badge {
    match lifecycle {
        Lifecycle::Active => Badge::new('●', lifecycle.word(), Tone::Plain),
        Lifecycle::Deleted => Badge::new('○', lifecycle.word(), Tone::Muted),
    }
}

/// How a logged model stands.
pub fn of_logged_model(status: &LoggedModelStatus) -> Badge {
    let (symbol, tone) = match status {
        LoggedModelStatus::Pending => ('▶', Tone::Active),
        LoggedModelStatus::Ready => ('✓', Tone::Good),
        LoggedModelStatus::UploadFailed => ('✗', Tone::Bad),
        LoggedModelStatus::Other(_) => ('?', Tone::Warning),
    };
    Badge::new(symbol, status.word(), tone)
}

/// How a trace ended.
pub fn of_trace(state: &TraceState) -> Badge {
    let (symbol, tone) = match state {
        TraceState::Ok => ('✓', Tone::Good),
        TraceState::Error => ('✗', Tone::Bad),
        TraceState::InProgress => ('▶', Tone::Active),
        TraceState::Other(_) => ('?', Tone::Warning),
    };
    Badge::new(symbol, state.word(), tone)
}

/// How a pipeline run stands. One that was stopped ends as a failed one: it is told apart.
pub fn of_pipeline_run(state: &RunState, stopped: bool) -> Badge {
    let (symbol, tone) = match state {
        RunState::Failed | RunState::Canceled if stopped => ('■', Tone::Warning),
        RunState::Succeeded => ('✓', Tone::Good),
        RunState::Failed => ('✗', Tone::Bad),
        RunState::Running => ('▶', Tone::Active),
        RunState::Pending | RunState::Paused => ('◷', Tone::Muted),
        RunState::Canceling | RunState::Canceled => ('■', Tone::Warning),
        RunState::Skipped => ('○', Tone::Muted),
        RunState::Unspecified | RunState::Other(_) => ('?', Tone::Warning),
    };
    Badge::new(symbol, state.word(), tone)
}

/// How a task of a pipeline run stands.
pub fn of_task(state: TaskState) -> Badge {
    let (symbol, tone) = match state {
        TaskState::Pending => ('◷', Tone::Muted),
        TaskState::Running => ('▶', Tone::Active),
        TaskState::Succeeded => ('✓', Tone::Good),
        TaskState::Cached => ('↺', Tone::Good),
        TaskState::Skipped | TaskState::Omitted => ('○', Tone::Muted),
        TaskState::Failed => ('✗', Tone::Bad),
        TaskState::Canceled => ('■', Tone::Warning),
    };
    Badge::new(symbol, state.word(), tone)
}

/// How a pod stands, in the word of `kubectl get pods`.
pub fn of_pod(pod: &Pod) -> Badge {
    let word = pod.status_word();
    let (symbol, tone) = match (&pod.phase, word.as_str()) {
        (_, "Running") => ('▶', Tone::Active),
        (_, "Completed" | "Succeeded") => ('✓', Tone::Good),
        (_, "Pending" | "ContainerCreating" | "PodInitializing" | "SchedulingGated") => ('◷', Tone::Muted),
        (_, "Terminating" | "Unknown" | "NotReady") => ('■', Tone::Warning),
        (PodPhase::Pending, word) if word.starts_with("Init:") && !word.contains("BackOff") => {
            ('◷', Tone::Muted)
        }
        _ => ('✗', Tone::Bad),
    };
    Badge::new(symbol, &word, tone)
}

/// Whether a schedule fires.
pub fn of_recurring_run(status: RecurringRunStatus) -> Badge {
    match status {
        RecurringRunStatus::Enabled => Badge::new('●', status.word(), Tone::Good),
        RecurringRunStatus::Disabled => Badge::new('○', status.word(), Tone::Muted),
        RecurringRunStatus::Unspecified => Badge::new('?', status.word(), Tone::Warning),
    }
}
