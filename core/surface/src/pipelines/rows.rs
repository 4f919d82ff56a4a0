//! The tasks of a run as rows: a tree with the time that each took, as bars along one axis.
//!
//! ```text
//!   root             4m 02s  ████████████████████████
//!     prepare          3.0 s ▌
//!     for-loop-1     3m 10s    ███████████████████
//!       train [0]    1m 02s    ██████
//!       train [1]    3m 10s    ▒▒▒▒▒██████████████     an old try, then the one that counts
//! ```

use std::collections::{HashMap, HashSet};

use flowdeck_client::pipelines::{Task, TaskState, TaskTree};
use flowdeck_client::{TaskId, Timestamp};

/// The tasks of a run as rows, in the order of the tree.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskRows {
    /// One for each task.
    pub rows: Vec<TaskRow>,
    /// When the first of them began.
    pub from: Option<Timestamp>,
    /// When the last of them ended; now, while one goes on.
    pub to: Option<Timestamp>,
}

/// A task as a row.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskRow {
    /// Its place in the tree.
    pub task: usize,
    /// How deep it stands.
    pub depth: usize,
    /// Rows that stand below it, at any depth.
    pub n_below: usize,
    /// How long it took, or goes on by now.
    pub took_ms: Option<i64>,
    /// When it ran, its old tries first; nothing before it began.
    pub spans: Vec<TaskSpan>,
}

/// A stretch of time in which a task, or a try of it, ran.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TaskSpan {
    /// As a share of all the time.
    pub start: f64,
    /// As a share of all the time.
    pub end: f64,
    /// How it stands.
    pub state: TaskState,
    /// Whether another try came after it.
    pub is_old: bool,
}

impl TaskRows {
    /// The rows of a run's tasks at a moment.
    pub fn of(tree: &TaskTree, now: Timestamp) -> Self {
        let goes_on = tree
            .tasks
            .iter()
            .any(|task| !task.state.is_terminal() && task.start_time.is_some());
        let from = tree.tasks.iter().filter_map(|task| task.start_time).min();
        let ended = tree.tasks.iter().filter_map(|task| task.end_time).max();
        let to = match (from, ended) {
            (Some(from), _) if goes_on => Some(from.max(now)),
            (_, ended) => ended,
        };
        let axis = Axis::of(from, to);
        let depths = depths(tree);
        let rows = tree.tasks.iter().enumerate().map(|(place, task)| TaskRow {
            task: place,
            depth: depths[place],
            n_below: depths[place + 1..]
                .iter()
                .take_while(|depth| **depth > depths[place])
                .count(),
            took_ms: took_ms(task, now),
            spans: axis.spans(task),
        });
        Self {
            rows: rows.collect(),
            from,
            to,
        }
    }

    /// The rows that are shown where some tasks are closed.
    pub fn shown(&self, tree: &TaskTree, closed: &HashSet<TaskId>) -> Vec<usize> {
        let mut shown = Vec::with_capacity(self.rows.len());
        let mut place = 0;
        while let Some(row) = self.rows.get(place) {
            shown.push(place);
            let is_closed = tree
                .tasks
                .get(row.task)
                .is_some_and(|task| closed.contains(&task.id));
            place += if is_closed { row.n_below + 1 } else { 1 };
        }
        shown
    }
}

/// How long a task took, or goes on by now.
pub fn took_ms(task: &Task, now: Timestamp) -> Option<i64> {
    let start = task.start_time?;
    match task.end_time {
        Some(end) => Some(end.millis_since(start)),
        None if task.state == TaskState::Running => Some(now.millis_since(start).max(0)),
        None => None,
    }
}

/// How deep each task stands; what stands in nothing that is known stands at 0.
fn depths(tree: &TaskTree) -> Vec<usize> {
    let mut known: HashMap<&TaskId, usize> = HashMap::new();
    let mut depths = Vec::with_capacity(tree.tasks.len());
    for task in &tree.tasks {
        let above = task.parent_id.as_ref().and_then(|id| known.get(id));
        let depth = above.map_or(0, |depth| depth + 1);
        known.insert(&task.id, depth);
        depths.push(depth);
    }
    depths
}

struct Axis {
    from: i64,
    length: f64,
}

impl Axis {
    fn of(from: Option<Timestamp>, to: Option<Timestamp>) -> Self {
        let from = from.map_or(0, |from| from.0);
        let length = to.map_or(0, |to| to.0.saturating_sub(from)).max(1) as f64;
        Self { from, length }
    }

    fn share(&self, at: Timestamp) -> f64 {
        (at.0.saturating_sub(self.from) as f64 / self.length).clamp(0.0, 1.0)
    }

    fn span(
        &self,
        start: Option<Timestamp>,
        end: Option<Timestamp>,
        state: TaskState,
        is_old: bool,
    ) -> Option<TaskSpan> {
        let start = self.share(start?);
        let end = match end {
            Some(end) => self.share(end),
            None if state == TaskState::Running => 1.0,
            None => start,
        };
        Some(TaskSpan {
            start,
            end: end.max(start),
            state,
            is_old,
        })
    }

    fn spans(&self, task: &Task) -> Vec<TaskSpan> {
        let begun = task.state != TaskState::Omitted && task.state != TaskState::Skipped;
        let whole = self
            .span(task.start_time, task.end_time, task.state, false)
            .filter(|_| begun);
        let tries = &task.attempts;
        if tries.len() < 2 {
            return whole.into_iter().collect();
        }
        let last = tries.len() - 1;
        let of_tries: Vec<TaskSpan> = tries
            .iter()
            .enumerate()
            .filter_map(|(at, one)| self.span(one.start_time, one.end_time, one.state, at < last))
            .collect();
        if of_tries.is_empty() {
            whole.into_iter().collect()
        } else {
            of_tries
        }
    }
}

#[cfg(test)]
mod tests {
    use flowdeck_client::pipelines::{Attempt, TaskKind, TaskSource};

    use super::*;

    fn task(id: &str, parent: Option<&str>, state: TaskState, times: (Option<i64>, Option<i64>)) -> Task {
        let mut task = Task::new(id.into(), id, TaskKind::Runtime, state);
        task.parent_id = parent.map(TaskId::from);
        task.start_time = times.0.map(Timestamp);
        task.end_time = times.1.map(Timestamp);
        task
    }

    fn tree() -> TaskTree {
        let mut retried = task("train", Some("root"), TaskState::Running, (Some(2_000), None));
        let attempt = |state, start, end: Option<i64>| Attempt {
            state,
            pod_name: None,
            start_time: Some(Timestamp(start)),
            end_time: end.map(Timestamp),
            exit_code: None,
            message: None,
        };
        retried.attempts = vec![
            attempt(TaskState::Failed, 2_000, Some(4_000)),
            attempt(TaskState::Running, 5_000, None),
        ];
        TaskTree::ordered(
            vec![
                task("root", None, TaskState::Running, (Some(1_000), None)),
                task(
                    "load",
                    Some("root"),
                    TaskState::Succeeded,
                    (Some(1_000), Some(2_000)),
                ),
                retried,
                task("report", Some("root"), TaskState::Pending, (None, None)),
            ],
            TaskSource::Workflow,
        )
    }

    #[test]
    fn what_goes_on_is_as_long_as_it_is_by_now() {
        let tree = tree();
        let rows = TaskRows::of(&tree, Timestamp(11_000));
        assert_eq!(
            (rows.from, rows.to),
            (Some(Timestamp(1_000)), Some(Timestamp(11_000)))
        );
        let of = |name: &str| {
            rows.rows
                .iter()
                .find(|row| tree.tasks[row.task].name == name)
                .unwrap()
        };
        assert_eq!((of("root").depth, of("root").n_below), (0, 3));
        assert_eq!(of("load").took_ms, Some(1_000));
        assert_eq!(of("train").took_ms, Some(9_000));
        assert_eq!((of("report").took_ms, of("report").spans.len()), (None, 0));
        assert_eq!(of("load").spans[0].end, 0.1);
    }

    #[test]
    fn old_tries_stand_before_the_one_that_counts() {
        let tree = tree();
        let rows = TaskRows::of(&tree, Timestamp(11_000));
        let train = rows
            .rows
            .iter()
            .find(|row| tree.tasks[row.task].name == "train")
            .unwrap();
        let told: Vec<(bool, TaskState)> = train.spans.iter().map(|span| (span.is_old, span.state)).collect();
        assert_eq!(told, [(true, TaskState::Failed), (false, TaskState::Running)]);
        assert_eq!(train.spans[1].end, 1.0);
    }

    #[test]
    fn a_run_that_is_over_ends_with_its_last_task_and_closed_tasks_hide_theirs() {
        let mut tree = tree();
        for task in &mut tree.tasks {
            task.state = TaskState::Succeeded;
            task.end_time = task.start_time.map(|start| Timestamp(start.0 + 500));
        }
        let rows = TaskRows::of(&tree, Timestamp(99_000));
        assert_eq!(rows.to, Some(Timestamp(2_500)));
        assert_eq!(rows.shown(&tree, &HashSet::new()).len(), 4);
        assert_eq!(rows.shown(&tree, &["root".into()].into()), [0]);
        assert_eq!(
            TaskRows::of(&TaskTree::default(), Timestamp(0)),
            TaskRows::default()
        );
    }
}
