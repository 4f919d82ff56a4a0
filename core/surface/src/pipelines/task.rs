use flowdeck_client::pipelines::{Task, TaskState};

/// How a task stands and why, in half a sentence.
pub fn task_summary(task: &Task) -> String {
    let why = task.cause.as_ref().map(ToString::to_string);
    let tries = task.attempts.len();
    match (task.state, why) {
        (TaskState::Pending, Some(why)) => format!("waits: {why}"),
        (TaskState::Pending, None) if task.start_time.is_some() => "waits for its pod to start".to_owned(),
        (TaskState::Pending, None) => "its turn has not come".to_owned(),
        (TaskState::Running, _) if tries > 1 => format!("running, try {tries}"),
        (TaskState::Running, _) => "running".to_owned(),
        (TaskState::Succeeded, _) if tries > 1 => format!("succeeded at try {tries}"),
        (TaskState::Succeeded, _) => "succeeded".to_owned(),
        (TaskState::Skipped, _) => "skipped: its condition was not met".to_owned(),
        (TaskState::Cached, _) => "took the outputs of an earlier run".to_owned(),
        (TaskState::Omitted, _) => "never came: what it depends on did not end well".to_owned(),
        (TaskState::Failed, Some(why)) if tries > 1 => format!("failed: {why}, after {tries} tries"),
        (TaskState::Failed, Some(why)) => format!("failed: {why}"),
        (TaskState::Failed, None) if !task.kind.is_leaf() => "failed, as a task in it did".to_owned(),
        (TaskState::Failed, None) => "failed: no reason was given".to_owned(),
        (TaskState::Canceled, _) => "stopped".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flowdeck_client::pipelines::{Cause, CauseKind, TaskKind};

    #[test]
    fn a_task_is_told_with_why() {
        let of = |state, cause: Option<Cause>| {
            let mut task = Task::new("t".into(), "train", TaskKind::Runtime, state);
            task.cause = cause;
            task_summary(&task)
        };
        let memory = Cause::read(Some("main: OOMKilled (exit code 137)"), Some(137));
        assert_eq!(
            of(TaskState::Failed, memory),
            "failed: out of memory (exit code 137)"
        );
        let quota = Some(Cause::of(CauseKind::Quota));
        assert_eq!(
            of(TaskState::Pending, quota),
            "waits: the quota of the namespace is used up"
        );
        assert_eq!(of(TaskState::Cached, None), "took the outputs of an earlier run");
    }
}
