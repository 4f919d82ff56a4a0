//! Two pipeline runs beside each other: what was passed to them, how their tasks came out, how long each took.

use std::collections::{BTreeMap, BTreeSet};

use flowdeck_client::Timestamp;
use flowdeck_client::pipelines::{PipelineRun, PipelineSpec, Task, TaskTree};

use super::rows::took_ms;
use super::task::task_summary;
use crate::status::{Badge, of_pipeline_run, of_task};

/// Two pipeline runs beside each other, the older one on the left.
#[derive(Clone, Debug, PartialEq)]
pub struct PipelineRunComparison {
    /// The runs.
    pub sides: [ComparedSide; 2],
    /// What was passed to either, by name.
    pub parameters: Vec<ComparedParameter>,
    /// Their tasks, in the order of the left one.
    pub tasks: Vec<ComparedTask>,
}

/// One of the runs.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparedSide {
    /// Its name.
    pub name: String,
    /// How it stands.
    pub badge: Badge,
    /// How it stands and why.
    pub summary: String,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// How long it took, or goes on by now.
    pub took_ms: Option<i64>,
}

/// One parameter of both.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparedParameter {
    /// Its name.
    pub name: String,
    /// What each was given, or what it takes where nothing was given.
    pub values: [Option<ComparedValue>; 2],
    /// Whether they differ.
    pub differs: bool,
}

/// What a parameter was.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparedValue {
    /// As text; JSON where it is no text.
    pub text: String,
    /// Whether it is the pipeline's own default.
    pub is_default: bool,
}

/// One task of both.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparedTask {
    /// Its place: `for-loop-2[1].train`.
    pub place: String,
    /// How deep it stands.
    pub depth: usize,
    /// How it came out in each; none where it is not there.
    pub sides: [Option<ComparedOutcome>; 2],
    /// How much longer the right one took, in milliseconds.
    pub longer_ms: Option<i64>,
    /// Whether it came out otherwise.
    pub differs: bool,
}

/// How a task came out.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparedOutcome {
    /// How it stands.
    pub badge: Badge,
    /// Why.
    pub summary: String,
    /// How long it took, or goes on by now.
    pub took_ms: Option<i64>,
}

impl PipelineRunComparison {
    /// Holds two runs against each other at a moment; a spec tells the defaults of what was not given.
    pub fn of(runs: [&PipelineRun; 2], specs: [Option<&PipelineSpec>; 2], now: Timestamp) -> Self {
        let (runs, specs) = if runs[1].created_at < runs[0].created_at {
            ([runs[1], runs[0]], [specs[1], specs[0]])
        } else {
            (runs, specs)
        };
        Self {
            sides: runs.map(|run| side(run, now)),
            parameters: parameters(runs, specs),
            tasks: tasks(runs, now),
        }
    }

    /// How many parameters differ.
    pub fn n_different_parameters(&self) -> usize {
        self.parameters.iter().filter(|one| one.differs).count()
    }

    /// How many tasks came out otherwise.
    pub fn n_different_tasks(&self) -> usize {
        self.tasks.iter().filter(|one| one.differs).count()
    }
}

fn side(run: &PipelineRun, now: Timestamp) -> ComparedSide {
    let outcome = run.outcome();
    let going = run.started_at().map(|start| now.millis_since(start).max(0));
    ComparedSide {
        name: run.display_name.clone(),
        badge: of_pipeline_run(&run.state, outcome.stopped),
        summary: outcome.summary,
        started_at: run.started_at(),
        took_ms: if run.state.is_terminal() {
            run.duration_ms()
        } else {
            going
        },
    }
}

fn parameters(runs: [&PipelineRun; 2], specs: [Option<&PipelineSpec>; 2]) -> Vec<ComparedParameter> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for run in runs {
        names.extend(run.parameters.keys().map(String::as_str));
    }
    for spec in specs.into_iter().flatten() {
        names.extend(spec.form().map(|input| input.name.as_str()));
    }
    let value = |at: usize, name: &str| {
        let given = runs[at].parameters.get(name).map(|value| (value, false));
        let default = || {
            specs[at]?
                .input(name)?
                .default
                .as_ref()
                .map(|value| (value, true))
        };
        let (value, is_default) = given.or_else(default)?;
        Some(ComparedValue {
            text: value.as_str().map_or_else(|| value.to_string(), str::to_owned),
            is_default,
        })
    };
    let compared = names.into_iter().map(|name| {
        let values = [value(0, name), value(1, name)];
        let text = |value: &Option<ComparedValue>| value.as_ref().map(|value| value.text.clone());
        ComparedParameter {
            name: name.to_owned(),
            differs: text(&values[0]) != text(&values[1]),
            values,
        }
    });
    compared.collect()
}

fn tasks(runs: [&PipelineRun; 2], now: Timestamp) -> Vec<ComparedTask> {
    let [left, right] = runs.map(|run| by_place(&run.tasks));
    let mut places: Vec<String> = in_order(&runs[0].tasks);
    places.extend(
        in_order(&runs[1].tasks)
            .into_iter()
            .filter(|place| !left.contains_key(place)),
    );
    let compared = places.into_iter().map(|place| {
        let sides = [left.get(&place), right.get(&place)].map(|task| task.map(|task| outcome(task, now)));
        let words = [&sides[0], &sides[1]].map(|side| side.as_ref().map(|side| side.badge.word.clone()));
        let took = |at: usize| sides[at].as_ref().and_then(|side: &ComparedOutcome| side.took_ms);
        ComparedTask {
            depth: place.matches('.').count(),
            longer_ms: took(1)
                .zip(took(0))
                .map(|(right, left)| right.saturating_sub(left)),
            differs: words[0] != words[1],
            place,
            sides,
        }
    });
    compared.collect()
}

fn in_order(tree: &TaskTree) -> Vec<String> {
    tree.tasks.iter().map(|task| round_of(tree, task)).collect()
}

fn by_place(tree: &TaskTree) -> BTreeMap<String, &Task> {
    tree.tasks
        .iter()
        .map(|task| (round_of(tree, task), task))
        .collect()
}

fn round_of(tree: &TaskTree, task: &Task) -> String {
    tree.place(task)
}

fn outcome(task: &Task, now: Timestamp) -> ComparedOutcome {
    ComparedOutcome {
        badge: of_task(task.state),
        summary: task_summary(task),
        took_ms: took_ms(task, now),
    }
}

#[cfg(test)]
mod tests {
    use flowdeck_client::pipelines::{
        InputKind, PipelineInput, RunSource, RunState, Storage, TaskKind, TaskSource, TaskState,
    };
    use serde_json::json;

    use super::*;

    fn run(name: &str, created: i64, rows: i64, train: TaskState, took: i64) -> PipelineRun {
        let mut task = Task::new("t".into(), "train", TaskKind::Runtime, train);
        task.start_time = Some(Timestamp(created));
        task.end_time = Some(Timestamp(created + took));
        let mut run = PipelineRun {
            id: name.into(),
            display_name: name.to_owned(),
            description: String::new(),
            experiment_id: None,
            source: RunSource::Unknown,
            storage: Storage::Available,
            state: RunState::Succeeded,
            state_history: Vec::new(),
            parameters: [("rows".to_owned(), json!(rows))].into(),
            pipeline_root: None,
            service_account: None,
            created_at: Some(Timestamp(created)),
            scheduled_at: None,
            finished_at: Some(Timestamp(created + took)),
            recurring_run_id: None,
            error: None,
            tasks: TaskTree::default(),
            told_to_stop: false,
            plugins_input: [].into(),
            mlflow: None,
        };
        run.tasks = TaskTree::ordered(vec![task], TaskSource::Workflow);
        run
    }

    #[test]
    fn the_older_run_stands_on_the_left_and_what_differs_is_told() {
        let (old, new) = (
            run("old", 1_000, 5, TaskState::Succeeded, 4_000),
            run("new", 9_000, 7, TaskState::Cached, 1_000),
        );
        let compared = PipelineRunComparison::of([&new, &old], [None, None], Timestamp(99_000));
        assert_eq!(compared.sides[0].name, "old");
        assert_eq!(compared.n_different_parameters(), 1);
        assert_eq!(compared.tasks[0].longer_ms, Some(-3_000));
        assert!(compared.tasks[0].differs);
        assert_eq!(compared.n_different_tasks(), 1);
    }

    #[test]
    fn a_default_counts_as_what_was_given() {
        let (mut left, right) = (
            run("left", 1_000, 5, TaskState::Succeeded, 1),
            run("right", 2_000, 5, TaskState::Succeeded, 1),
        );
        left.parameters.clear();
        let spec = PipelineSpec {
            inputs: vec![PipelineInput {
                name: "rows".to_owned(),
                kind: InputKind::Integer,
                default: Some(json!(5)),
                is_optional: false,
                description: String::new(),
                choices: Vec::new(),
            }],
            ..PipelineSpec::default()
        };
        let compared = PipelineRunComparison::of([&left, &right], [Some(&spec), None], Timestamp(0));
        let rows = &compared.parameters[0];
        assert!(!rows.differs);
        assert!(rows.values[0].as_ref().unwrap().is_default);
    }

    #[test]
    fn tasks_that_only_one_of_them_has_are_there_too() {
        let (left, mut right) = (
            run("left", 1_000, 5, TaskState::Succeeded, 1),
            run("right", 2_000, 5, TaskState::Succeeded, 1),
        );
        right.tasks.tasks[0].name = "score".to_owned();
        let compared = PipelineRunComparison::of([&left, &right], [None, None], Timestamp(0));
        let places: Vec<&str> = compared.tasks.iter().map(|task| task.place.as_str()).collect();
        assert_eq!(places, ["train", "score"]);
        assert!(compared.tasks[1].sides[0].is_none() && compared.tasks[1].longer_ms.is_none());
    }
}
