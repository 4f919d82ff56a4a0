//! What a pipeline was compiled to, laid beneath what a run tells: tasks that nothing told of yet, the lines between
//! tasks, and the names to show.

use std::collections::{HashMap, HashSet};

use flowdeck_client::TaskId;
use flowdeck_client::pipelines::{PipelineSpec, SpecTask, Task, TaskKind, TaskSource, TaskState, TaskTree};

/// The tasks of a pipeline before any run: as its spec has them.
pub fn planned_tasks(spec: &PipelineSpec) -> TaskTree {
    if spec.tasks.is_empty() {
        return TaskTree::default();
    }
    let mut tasks = vec![Task::new(
        "root".into(),
        "root",
        TaskKind::Root,
        TaskState::Pending,
    )];
    add(&spec.tasks, &"root".into(), "root", &mut tasks);
    TaskTree::ordered(tasks, TaskSource::None)
}

fn add(planned: &[SpecTask], parent: &TaskId, path: &str, tasks: &mut Vec<Task>) {
    for one in planned {
        let path = format!("{path}.{}", one.name);
        let kind = one.kind.clone().unwrap_or(TaskKind::Runtime);
        let mut task = Task::new(path.as_str().into(), &one.name, kind, TaskState::Pending);
        task.parent_id = Some(parent.clone());
        task.display_name.clone_from(&one.display_name);
        task.depends_on.clone_from(&one.depends_on);
        task.is_exit_task = one.is_exit_task;
        let id = task.id.clone();
        task.path.clone_from(&path);
        tasks.push(task);
        add(&one.tasks, &id, &path, tasks);
    }
}

/// What a run tells, with what its pipeline's spec adds to it. `is_over` says whether more may come.
pub fn with_plan(told: &TaskTree, spec: &PipelineSpec, is_over: bool) -> TaskTree {
    let plan = planned_tasks(spec);
    if told.is_empty() || plan.is_empty() {
        let source = told.source;
        return if told.is_empty() {
            TaskTree { source, ..plan }
        } else {
            told.clone()
        };
    }
    let of_plan: HashMap<&str, &Task> = plan.tasks.iter().map(|task| (task.path.as_str(), task)).collect();
    let mut tasks = told.tasks.clone();
    for task in &mut tasks {
        if let Some(planned) = of_plan.get(task.path.as_str()) {
            if task.depends_on.is_empty() {
                task.depends_on.clone_from(&planned.depends_on);
            }
            if task.display_name.is_none() {
                task.display_name.clone_from(&planned.display_name);
            }
        }
    }
    let missing = missing(told, &plan, is_over);
    tasks.extend(missing);
    TaskTree::ordered(tasks, told.source)
}

/// Tasks of the plan that nothing told of, where it is clear in which task they stand.
fn missing(told: &TaskTree, plan: &TaskTree, is_over: bool) -> Vec<Task> {
    let paths: HashSet<&str> = told.tasks.iter().map(|task| task.path.as_str()).collect();
    let mut owners: HashMap<&str, Vec<&Task>> = HashMap::new();
    for task in &told.tasks {
        owners.entry(task.path.as_str()).or_default().push(task);
    }
    let state = if is_over {
        TaskState::Omitted
    } else {
        TaskState::Pending
    };
    let mut added: HashSet<TaskId> = HashSet::new();
    let mut missing = Vec::new();
    for planned in plan
        .tasks
        .iter()
        .filter(|task| !paths.contains(task.path.as_str()))
    {
        let Some(above) = planned.path.rsplit_once('.').map(|(above, _)| above) else {
            continue;
        };
        // Within a loop nobody knows which time round is meant; a loop that has not begun shows what it will do.
        let parent = match owners.get(above).map(Vec::as_slice) {
            Some([only]) if only.kind != TaskKind::Loop || only.state == TaskState::Pending => {
                Some(only.id.clone())
            }
            None => planned.parent_id.clone().filter(|id| added.contains(id)),
            _ => None,
        };
        let Some(parent) = parent else { continue };
        added.insert(planned.id.clone());
        missing.push(Task {
            parent_id: Some(parent),
            state,
            ..planned.clone()
        });
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec() -> PipelineSpec {
        let task = |name: &str, kind: TaskKind, before: &[&str], tasks: Vec<SpecTask>| SpecTask {
            name: name.to_owned(),
            kind: Some(kind),
            depends_on: before.iter().map(|name| (*name).to_owned()).collect(),
            tasks,
            ..SpecTask::default()
        };
        let inner = task("heads", TaskKind::Runtime, &[], Vec::new());
        let mut train = task("train", TaskKind::Runtime, &["load"], Vec::new());
        train.display_name = Some("Train it".to_owned());
        PipelineSpec {
            tasks: vec![
                task("load", TaskKind::Runtime, &[], Vec::new()),
                train,
                task("condition-1", TaskKind::Condition, &["train"], vec![inner]),
            ],
            ..PipelineSpec::default()
        }
    }

    fn told(tasks: &[(&str, TaskKind, TaskState)]) -> TaskTree {
        let tasks = tasks.iter().map(|(path, kind, state)| {
            let name = path.rsplit('.').next().unwrap();
            let mut task = Task::new(format!("wf-{path}").as_str().into(), name, kind.clone(), *state);
            task.path = (*path).to_owned();
            task.parent_id = path
                .rsplit_once('.')
                .map(|(above, _)| format!("wf-{above}").as_str().into());
            task
        });
        TaskTree::ordered(tasks.collect(), TaskSource::Details)
    }

    #[test]
    fn a_run_of_which_nothing_was_told_yet_shows_what_it_will_do() {
        let tree = with_plan(&TaskTree::default(), &spec(), false);
        let paths: Vec<&str> = tree.tasks.iter().map(|task| task.path.as_str()).collect();
        assert_eq!(paths.len(), 5);
        assert!(paths.contains(&"root.condition-1.heads"));
        assert!(tree.tasks.iter().all(|task| task.state == TaskState::Pending));
    }

    #[test]
    fn names_and_lines_come_from_the_spec_where_the_run_tells_none() {
        let run = told(&[
            ("root", TaskKind::Root, TaskState::Running),
            ("root.load", TaskKind::Runtime, TaskState::Succeeded),
            ("root.train", TaskKind::Runtime, TaskState::Running),
        ]);
        let tree = with_plan(&run, &spec(), false);
        let train = tree.named("train")[0];
        assert_eq!(
            (train.title().as_str(), train.depends_on.as_slice()),
            ("Train it", &["load".to_owned()][..])
        );
        assert_eq!(train.state, TaskState::Running, "what the run tells stands");
        let heads = tree.named("heads")[0];
        assert_eq!(
            tree.task(heads.parent_id.as_ref().unwrap()).unwrap().name,
            "condition-1"
        );
        assert_eq!(heads.state, TaskState::Pending);
        assert_eq!(
            with_plan(&run, &spec(), true).named("heads")[0].state,
            TaskState::Omitted
        );
    }

    #[test]
    fn a_workflow_of_the_first_generation_stays_as_it_is() {
        let run = told(&[("load", TaskKind::Runtime, TaskState::Succeeded)]);
        assert_eq!(with_plan(&run, &PipelineSpec::default(), false), run);
    }
}
