use super::*;
use crate::Timestamp;
use crate::id::{PipelineRunId, TaskId};
use crate::pipelines::{Attempt, StateChange, TaskKind, TaskSource, TaskTree};

fn at(second: i64) -> Option<Timestamp> {
    Some(Timestamp(second * 1000))
}

fn task(id: &str, parent: &str, kind: TaskKind, state: TaskState, end: i64) -> Task {
    let name = id.split('#').next().unwrap_or(id);
    Task {
        parent_id: (!parent.is_empty()).then(|| TaskId::from(parent)),
        start_time: at(end - 5),
        end_time: state.is_terminal().then(|| Timestamp(end * 1000)),
        ..Task::new(TaskId::from(id), name, kind, state)
    }
}

fn failing(mut task: Task, message: &str) -> Task {
    task.message = Some(message.to_owned());
    task.cause = Cause::read(Some(message), None);
    task
}

fn run(state: RunState, history: &[(RunState, i64)], tasks: Vec<Task>) -> PipelineRun {
    let mut run = PipelineRun {
        id: PipelineRunId::from("r"),
        display_name: "churn".to_owned(),
        description: String::new(),
        experiment_id: None,
        source: Default::default(),
        storage: Default::default(),
        state,
        state_history: history
            .iter()
            .map(|(state, second)| StateChange {
                state: state.clone(),
                at: at(*second),
            })
            .collect(),
        parameters: Default::default(),
        pipeline_root: None,
        service_account: None,
        created_at: at(0),
        scheduled_at: None,
        finished_at: None,
        recurring_run_id: None,
        error: None,
        tasks: TaskTree::default(),
        told_to_stop: false,
        plugins_input: Default::default(),
        mlflow: None,
    };
    run.set_tasks(TaskTree::ordered(tasks, TaskSource::Workflow));
    run
}

fn root(state: TaskState) -> Task {
    task("root", "", TaskKind::Root, state, 100)
}

#[test]
fn a_failed_run_names_the_task_that_failed_by_itself_and_why() {
    let mut train = failing(
        task("train", "root", TaskKind::Runtime, TaskState::Failed, 60),
        "main: OOMKilled (exit code 137)",
    );
    let attempt = Attempt {
        state: TaskState::Failed,
        pod_name: None,
        start_time: None,
        end_time: None,
        exit_code: None,
        message: None,
    };
    train.attempts = vec![attempt; 3];
    let late = failing(
        task("late", "root", TaskKind::Runtime, TaskState::Failed, 70),
        "main: Error (exit code 1)",
    );
    let run = run(RunState::Failed, &[], vec![late, train, root(TaskState::Failed)]);
    let outcome = run.outcome();
    assert_eq!(
        outcome.summary,
        "failed at `train` and 1 more: out of memory (exit code 137), after 3 tries"
    );
    assert_eq!(outcome.reason.unwrap().kind, CauseKind::OutOfMemory);
    let names: Vec<&str> = outcome
        .failed_tasks
        .iter()
        .map(|task| task.name.as_str())
        .collect();
    assert_eq!(names, ["train", "late"]);
}

#[test]
fn a_stopped_run_that_ends_failed_is_told_as_stopped() {
    let prepare = failing(
        task("prepare", "root", TaskKind::Runtime, TaskState::Failed, 60),
        "Step exceeded its deadline",
    );
    let history = [
        (RunState::Running, 1),
        (RunState::Canceling, 55),
        (RunState::Failed, 61),
    ];
    let run = run(RunState::Failed, &history, vec![root(TaskState::Failed), prepare]);
    let outcome = run.outcome();
    assert!(outcome.stopped && outcome.failed_tasks.is_empty());
    assert_eq!(outcome.summary, "stopped at `prepare`");
    assert_eq!(outcome.reason, Some(Cause::of(CauseKind::Stopped)));
    assert!(
        run.tasks
            .tasks
            .iter()
            .all(|task| task.state == TaskState::Canceled)
    );
}

#[test]
fn a_task_that_failed_by_itself_before_the_run_was_stopped_stays_failed() {
    let bad = failing(
        task("bad", "root", TaskKind::Runtime, TaskState::Failed, 40),
        "main: Error (exit code 1)",
    );
    let cut = failing(
        task("cut", "root", TaskKind::Runtime, TaskState::Failed, 60),
        "Step exceeded its deadline",
    );
    let history = [(RunState::Canceling, 55), (RunState::Failed, 61)];
    let run = run(
        RunState::Failed,
        &history,
        vec![root(TaskState::Failed), bad, cut],
    );
    assert_eq!(run.outcome().summary, "stopped after `bad` failed: exit code 1");
}

#[test]
fn a_deadline_of_the_pipelines_own_is_no_stop() {
    let slow = failing(
        task("slow", "root", TaskKind::Runtime, TaskState::Failed, 60),
        "Pod was active on the node longer than the specified deadline",
    );
    let run = run(
        RunState::Failed,
        &[(RunState::Failed, 61)],
        vec![root(TaskState::Failed), slow],
    );
    let outcome = run.outcome();
    assert!(!outcome.stopped);
    assert_eq!(outcome.reason.unwrap().kind, CauseKind::Deadline);
}

#[test]
fn after_a_retry_the_tasks_of_the_earlier_go_wait_until_the_next_report() {
    let history = [
        (RunState::Running, 1),
        (RunState::Failed, 60),
        (RunState::Running, 90),
    ];
    let train = failing(
        task("train", "root", TaskKind::Runtime, TaskState::Failed, 60),
        "main: Error (exit code 1)",
    );
    let run = run(RunState::Running, &history, vec![root(TaskState::Running), train]);
    let outcome = run.outcome();
    assert_eq!(run.tasks.named("train")[0].state, TaskState::Pending);
    assert_eq!(outcome.summary, "runs again; `train` waits");
    assert_eq!((outcome.failed_tasks.len(), outcome.reason), (0, None));
}

#[test]
fn a_stop_of_an_earlier_go_does_not_make_a_retried_run_a_stopped_one() {
    let history = [
        (RunState::Canceling, 50),
        (RunState::Failed, 60),
        (RunState::Running, 90),
        (RunState::Failed, 99),
    ];
    assert!(!run(RunState::Failed, &history, Vec::new()).stopped());
}

#[test]
fn a_failed_exit_task_does_not_fail_the_run() {
    let mut cleanup = failing(
        task("cleanup", "root", TaskKind::Runtime, TaskState::Failed, 60),
        "main: Error (exit code 1)",
    );
    cleanup.is_exit_task = true;
    let train = task("train", "root", TaskKind::Runtime, TaskState::Cached, 50);
    let run = run(
        RunState::Succeeded,
        &[],
        vec![root(TaskState::Succeeded), cleanup, train],
    );
    let outcome = run.outcome();
    assert_eq!(
        outcome.summary,
        "succeeded, 1 cached, though `cleanup` failed: exit code 1"
    );
    assert_eq!(outcome.reason, None);
}

#[test]
fn a_waiting_task_is_named_with_its_reason() {
    let train = failing(
        task("train", "root", TaskKind::Runtime, TaskState::Pending, 60),
        "Unschedulable: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu.",
    );
    let run = run(RunState::Running, &[], vec![root(TaskState::Running), train]);
    let outcome = run.outcome();
    assert_eq!(
        outcome.summary,
        "waits at `train`: no node can take it: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu"
    );
    assert_eq!(outcome.reason.unwrap().kind, CauseKind::Unschedulable);
}

#[test]
fn iterations_of_a_loop_are_told_apart_by_their_place() {
    let each = task("each", "root", TaskKind::Loop, TaskState::Failed, 60);
    let tasks = (0..2).map(|n| Task {
        iteration: Some(n),
        ..task(
            &format!("go#{n}"),
            "each",
            TaskKind::Runtime,
            TaskState::Failed,
            50 + i64::from(n),
        )
    });
    let all: Vec<Task> = [root(TaskState::Failed), each].into_iter().chain(tasks).collect();
    let run = run(RunState::Failed, &[], all);
    assert_eq!(
        run.outcome().summary,
        "failed at `each[0].go` and 1 more: no reason was given"
    );
    assert_eq!(run.tasks.named("go").len(), 2);
    assert_eq!(run.tasks.named("go [1]").len(), 1);
}

#[test]
fn a_run_of_which_nothing_was_reported_waits_to_start() {
    assert_eq!(
        run(RunState::Pending, &[], Vec::new()).outcome().summary,
        "waits to start"
    );
    assert_eq!(
        run(RunState::Failed, &[], Vec::new()).outcome().summary,
        "failed; the server does not say where"
    );
}
