use super::{Cause, CauseKind, PipelineRun, RunState, Task, TaskKind, TaskState};
use crate::id::TaskId;
use crate::time::Timestamp;

/// The tasks of a run, each behind the task it stands in; among those of one parent in the order they began.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskTree {
    /// The tasks, the root first if there is one.
    pub tasks: Vec<Task>,
    /// What told of them.
    pub source: TaskSource,
}

/// What told of a run's tasks, the least telling first.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub enum TaskSource {
    /// Nothing did.
    #[default]
    None,
    /// The run's own details: states and times alone, the structure worked out from names.
    Details,
    /// The server's task API.
    TaskApi,
    /// The Argo Workflow, with messages, pods and exit codes.
    Workflow,
}

impl TaskTree {
    /// These tasks, put in order: parents before their children, earlier before later.
    ///
    /// A task whose parent is not among them stands beside the root.
    pub fn ordered(tasks: Vec<Task>, source: TaskSource) -> Self {
        let known: std::collections::BTreeSet<TaskId> = tasks.iter().map(|task| task.id.clone()).collect();
        let mut children: std::collections::BTreeMap<Option<TaskId>, Vec<Task>> = Default::default();
        for task in tasks {
            let parent = task
                .parent_id
                .clone()
                .filter(|id| known.contains(id) && *id != task.id);
            children.entry(parent).or_default().push(task);
        }
        for siblings in children.values_mut() {
            siblings.sort_by(|a, b| rank(a).cmp(&rank(b)));
        }
        let mut ordered = Vec::with_capacity(known.len());
        let mut pending = children.remove(&None).unwrap_or_default();
        pending.reverse();
        while let Some(task) = pending.pop() {
            let below = children.remove(&Some(task.id.clone())).unwrap_or_default();
            ordered.push(task);
            pending.extend(below.into_iter().rev());
        }
        // What is left stands in a circle: shown all the same.
        ordered.extend(children.into_values().flatten());
        Self {
            tasks: ordered,
            source,
        }
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// The task of this id.
    pub fn task(&self, id: &TaskId) -> Option<&Task> {
        self.tasks.iter().find(|task| task.id == *id)
    }

    /// The tasks directly in this one.
    pub fn children<'a>(&'a self, id: &'a TaskId) -> impl Iterator<Item = &'a Task> {
        self.tasks
            .iter()
            .filter(move |task| task.parent_id.as_ref() == Some(id))
    }

    /// The tasks that a person means by a word: an id, else a place or a path, else a name. Several where it is not clear.
    pub fn named(&self, word: &str) -> Vec<&Task> {
        let by = |is: &dyn Fn(&Task) -> bool| self.tasks.iter().filter(|task| is(task)).collect::<Vec<_>>();
        let path = word.strip_prefix("root.").unwrap_or(word);
        [
            by(&|task| task.id.as_str() == word),
            by(&|task| self.place(task) == path),
            by(&|task| task.path.strip_prefix("root.").unwrap_or(&task.path) == path),
            by(&|task| task.name == word || task.title() == word),
        ]
        .into_iter()
        .find(|found| !found.is_empty())
        .unwrap_or_default()
    }

    /// Tasks that do something themselves.
    pub fn leaves(&self) -> impl Iterator<Item = &Task> {
        self.tasks.iter().filter(|task| task.kind.is_leaf())
    }

    /// The tasks that failed by themselves, first one first: not those that failed because one in them did.
    pub fn failed(&self) -> Vec<&Task> {
        let mut failed: Vec<&Task> = self
            .tasks
            .iter()
            .filter(|task| task.state == TaskState::Failed)
            .filter(|task| {
                !self
                    .children(&task.id)
                    .any(|child| child.state == TaskState::Failed)
            })
            .collect();
        failed.sort_by_key(|task| (task.end_time.is_none(), task.end_time));
        failed
    }

    /// The path of a task with the time round of each loop it stands in: `for-loop-2[1].train`, without the root.
    pub fn place(&self, task: &Task) -> String {
        let mut parts = vec![task.name.clone()];
        let mut below = task;
        for _ in 0..self.tasks.len() {
            let Some(parent) = below.parent_id.as_ref().and_then(|id| self.task(id)) else {
                break;
            };
            if parent.kind == TaskKind::Root {
                break;
            }
            parts.push(match below.iteration {
                Some(iteration) if parent.kind == TaskKind::Loop => format!("{}[{iteration}]", parent.name),
                _ => parent.name.clone(),
            });
            below = parent;
        }
        parts.reverse();
        parts.join(".")
    }

    /// Makes the tasks agree with what the run says of itself.
    ///
    /// - What was going on when the run was stopped was stopped, although Argo says that it failed.
    /// - After a retry, tasks of the earlier go keep `FAILED` until the next report: they wait for their turn.
    pub fn settle(&mut self, run: &PipelineRun) {
        if run.stopped() {
            let at = run.canceling_at();
            for task in self.tasks.iter_mut().filter(|task| was_stopped(task, run, at)) {
                task.state = TaskState::Canceled;
                task.cause = Some(Cause::of(CauseKind::Stopped));
                if let Some(last) = task
                    .attempts
                    .last_mut()
                    .filter(|last| last.state == TaskState::Failed)
                {
                    last.state = TaskState::Canceled;
                }
            }
            self.stop_parents();
        }
        let goes_on = matches!(run.state, RunState::Running | RunState::Pending);
        if let Some(again) = run.retried_at().filter(|_| goes_on) {
            // A root that failed is that of the earlier go: nothing was reported since.
            let all_old = self
                .tasks
                .iter()
                .any(|task| task.kind == TaskKind::Root && task.state == TaskState::Failed);
            let is_old = |task: &Task| {
                task.state == TaskState::Failed && (all_old || task.end_time.is_none_or(|end| end <= again))
                    || task.state == TaskState::Omitted
            };
            for task in self.tasks.iter_mut().filter(|task| is_old(task)) {
                task.state = TaskState::Pending;
                task.cause = None;
            }
        }
    }

    /// A DAG whose tasks were stopped was stopped, unless one of them failed by itself.
    fn stop_parents(&mut self) {
        for index in (0..self.tasks.len()).rev() {
            if self.tasks[index].state != TaskState::Failed {
                continue;
            }
            let id = self.tasks[index].id.clone();
            let has = |state| self.children(&id).any(|child| child.state == state);
            if has(TaskState::Canceled) && !has(TaskState::Failed) {
                self.tasks[index].state = TaskState::Canceled;
            }
        }
    }
}

fn rank(task: &Task) -> (bool, Option<u32>, bool, Option<Timestamp>, &str, &str) {
    (
        task.kind != TaskKind::Root,
        task.iteration,
        task.start_time.is_none(),
        task.start_time,
        &task.name,
        task.id.as_str(),
    )
}

/// Argo words it as a deadline where Kubeflow Pipelines stopped it, and as a strategy where Argo was asked to.
fn was_stopped(task: &Task, run: &PipelineRun, at: Option<Timestamp>) -> bool {
    if task.state == TaskState::Running && run.state.is_terminal() {
        return true;
    }
    if task.state != TaskState::Failed || !task.kind.is_leaf() {
        return false;
    }
    match task.message.as_deref() {
        Some(message) => ["exceeded its deadline", "strategy", "terminated", "Terminate"]
            .iter()
            .any(|word| message.contains(word)),
        None => at.is_some_and(|at| task.end_time.is_some_and(|end| end >= at)),
    }
}
