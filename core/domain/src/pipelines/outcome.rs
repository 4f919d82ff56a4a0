use super::{Cause, CauseKind, PipelineRun, RunState, Task, TaskState};

/// What a person wants to know of a run first: how it stands, where it hangs or failed, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome<'a> {
    /// Whether somebody stopped it.
    pub stopped: bool,
    /// The tasks that failed by themselves, first one first; of a run that ended well, its exit tasks at most.
    pub failed_tasks: Vec<&'a Task>,
    /// Why it failed or waits.
    pub reason: Option<Cause>,
    /// One sentence, without its full stop.
    pub summary: String,
}

impl PipelineRun {
    /// How the run stands, told once for all screens.
    pub fn outcome(&self) -> Outcome<'_> {
        let stopped = self.stopped();
        let failed_tasks = self.tasks.failed();
        let waiting = self.waiting_task();
        let reason = match (&self.state, failed_tasks.first()) {
            (RunState::Succeeded, _) => None,
            (_, Some(task)) if !task.is_exit_task || self.state == RunState::Failed => task.cause.clone(),
            _ if stopped => Some(Cause::of(CauseKind::Stopped)),
            (RunState::Failed, _) => self
                .error
                .as_deref()
                .and_then(|error| Cause::read(Some(error), None)),
            _ => waiting.and_then(|task| task.cause.clone()),
        };
        let summary = self.summary(stopped, &failed_tasks, waiting);
        Outcome {
            stopped,
            failed_tasks,
            reason,
            summary,
        }
    }

    fn summary(&self, stopped: bool, failed: &[&Task], waiting: Option<&Task>) -> String {
        match &self.state {
            RunState::Succeeded => self.ended_well(failed),
            RunState::Failed | RunState::Canceled if stopped => self.was_stopped(failed),
            RunState::Failed => self.failed(failed),
            RunState::Canceling => "is being stopped".to_owned(),
            RunState::Canceled => "stopped".to_owned(),
            RunState::Running => self.goes_on(failed, waiting),
            RunState::Pending | RunState::Unspecified if self.tasks.is_empty() => "waits to start".to_owned(),
            RunState::Pending | RunState::Unspecified => self.goes_on(failed, waiting),
            RunState::Skipped => "skipped".to_owned(),
            RunState::Paused => "paused".to_owned(),
            RunState::Other(word) => word.to_lowercase(),
        }
    }

    fn ended_well(&self, failed: &[&Task]) -> String {
        let count = |state| self.tasks.leaves().filter(|task| task.state == state).count();
        let mut words = vec!["succeeded".to_owned()];
        let (cached, skipped) = (count(TaskState::Cached), count(TaskState::Skipped));
        if cached > 0 {
            words.push(format!("{cached} cached"));
        }
        if skipped > 0 {
            words.push(format!("{skipped} skipped"));
        }
        if let Some(task) = failed.first() {
            words.push(format!("though {} failed: {}", self.quoted(task), why(task)));
        }
        words.join(", ")
    }

    fn was_stopped(&self, failed: &[&Task]) -> String {
        if let Some(task) = failed.first() {
            return format!("stopped after {} failed: {}", self.quoted(task), why(task));
        }
        let stopped: Vec<&Task> = self
            .tasks
            .leaves()
            .filter(|task| task.state == TaskState::Canceled)
            .collect();
        match stopped.first() {
            Some(task) => format!("stopped at {}{}", self.quoted(task), and_more(stopped.len())),
            None => "stopped".to_owned(),
        }
    }

    fn failed(&self, failed: &[&Task]) -> String {
        match (failed.first(), &self.error) {
            (Some(task), _) => format!(
                "failed at {}{}: {}",
                self.quoted(task),
                and_more(failed.len()),
                why(task)
            ),
            (None, Some(error)) => format!("failed: {}", Cause::said(CauseKind::Other, error.clone()).detail),
            (None, None) => "failed; the server does not say where".to_owned(),
        }
    }

    fn goes_on(&self, failed: &[&Task], waiting: Option<&Task>) -> String {
        if let Some((task, cause)) = waiting.and_then(|task| Some((task, task.cause.as_ref()?))) {
            return format!("waits at {}: {cause}", self.quoted(task));
        }
        if let Some(task) = failed.first().filter(|task| !task.is_exit_task) {
            return format!("still runs, though {} failed: {}", self.quoted(task), why(task));
        }
        let at = |state| self.tasks.leaves().filter(move |task| task.state == state);
        let running = at(TaskState::Running).count();
        if let Some(task) = at(TaskState::Running).next() {
            return format!("runs {}{}", self.quoted(task), and_more(running));
        }
        match waiting {
            Some(task) if self.retried_at().is_some() => format!("runs again; {} waits", self.quoted(task)),
            Some(task) => format!("waits at {} for its pod to start", self.quoted(task)),
            None => "running".to_owned(),
        }
    }

    /// The first task whose turn has come and that does not start.
    fn waiting_task(&self) -> Option<&Task> {
        let waiting: Vec<&Task> = self
            .tasks
            .leaves()
            .filter(|task| task.state == TaskState::Pending)
            .collect();
        let explained = waiting.iter().find(|task| task.cause.is_some());
        explained
            .or_else(|| waiting.iter().find(|task| task.start_time.is_some()))
            .copied()
    }

    fn quoted(&self, task: &Task) -> String {
        format!("`{}`", self.tasks.place(task))
    }
}

fn why(task: &Task) -> String {
    let cause = task
        .cause
        .as_ref()
        .map_or_else(|| "no reason was given".to_owned(), ToString::to_string);
    match task.attempts.len() {
        0 | 1 => cause,
        tries => format!("{cause}, after {tries} tries"),
    }
}

fn and_more(all: usize) -> String {
    match all {
        0 | 1 => String::new(),
        2 => " and 1 more".to_owned(),
        _ => format!(" and {} more", all - 1),
    }
}

#[cfg(test)]
mod tests;
