use std::borrow::Cow;

use clap::Args;
use flowdeck_surface::client::pipelines::{Parameters, PipelineRun, Task, TaskState, TaskValues};
use flowdeck_surface::client::{ListRequest, Listing, PipelineArtifactId, PodName, TaskId};
use flowdeck_surface::pipelines::task_summary;
use flowdeck_surface::status;
use serde::Serialize;
use serde_json::{Value, json};

use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::cli::output::cell::Cell;
use crate::cli::output::column::{Column, Noun, Shape};
use crate::cli::output::family::Family;
use crate::cli::output::table;
use crate::cli::pipelines::rfc3339;

#[derive(Debug, Args)]
pub(crate) struct Tasks {
    /// Id, or name if only one run has it
    run: String,
    /// Only tasks that stand so; may be repeated
    #[arg(long, value_name = "STATE", value_delimiter = ',')]
    state: Vec<String>,
    /// Columns to show, like name,state,pod_name; may be repeated
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    columns: Vec<String>,
}

/// A task of a run, with its place in that.
pub(crate) struct TaskRow {
    task: Task,
    place: String,
    /// How deep it stands.
    depth: usize,
}

/// A task as JSON, whatever told of it.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    task_id: &'a str,
    name: &'a str,
    path: &'a str,
    r#type: &'a str,
    parent_id: Option<&'a str>,
    state: &'static str,
    attempt: Option<usize>,
    iteration: Option<u32>,
    cached: bool,
    pod_name: Option<&'a str>,
    create_time: Option<String>,
    start_time: Option<String>,
    end_time: Option<String>,
    exit_code: Option<i32>,
    message: Option<&'a str>,
    inputs: Values<'a>,
    outputs: Values<'a>,
    summary: String,
}

#[derive(Serialize)]
struct Values<'a> {
    parameters: &'a Parameters,
    artifacts: Vec<Value>,
}

impl<'a> Values<'a> {
    fn of(values: &'a TaskValues) -> Self {
        let artifacts = values.artifacts.iter().map(|made| {
            let artifact = &made.artifact;
            json!({
                "key": made.key,
                "artifact_id": artifact.id.as_ref().map(PipelineArtifactId::as_str),
                "name": artifact.name,
                "type": artifact.kind.word(),
                "uri": artifact.uri,
                "metadata": artifact.metadata,
                "number_value": artifact.number,
            })
        });
        Self {
            parameters: &values.parameters,
            artifacts: artifacts.collect(),
        }
    }
}

/// Lists the tasks of a run.
pub(crate) async fn run(cx: &Context, args: &Tasks) -> Outcome {
    let names: Vec<&str> = args.columns.iter().map(|name| name.trim()).collect();
    let columns = TaskRow::columns(&names)?;
    let run = cx.pipelines()?.pipeline_run(&args.run).await?;
    let wanted: Vec<String> = args
        .state
        .iter()
        .map(|state| state.to_ascii_uppercase())
        .collect();
    let mut items = rows(&run);
    items.retain(|row| wanted.is_empty() || wanted.iter().any(|word| word == row.task.state.word()));
    let listing = Listing {
        items,
        more: false,
        warnings: Vec::new(),
    };
    cx.write_list(&listing, columns, &ListRequest::default())
}

/// Writes the tasks of a run below it, where there are any.
pub(crate) fn write_tree(cx: &Context, run: &PipelineRun) -> Outcome {
    let rows = rows(run);
    if rows.is_empty() {
        return Ok(());
    }
    cx.write_text("")?;
    table::write(cx.out(), &rows, &TaskRow::in_table(&rows), &cx.style())
}

fn rows(run: &PipelineRun) -> Vec<TaskRow> {
    let row = |task: &Task| {
        let place = run.tasks.place(task);
        TaskRow {
            depth: place.matches('.').count(),
            place,
            task: task.clone(),
        }
    };
    run.tasks.tasks.iter().map(row).collect()
}

impl Noun for TaskRow {
    type View<'a> = View<'a>;

    const PLURAL: &'static str = "tasks";
    const IN_TABLE: &'static [&'static str] = &["task", "state", "start_time", "duration", "summary"];

    fn view(&self) -> View<'_> {
        let task = &self.task;
        View {
            task_id: task.id.as_str(),
            name: &task.name,
            path: &task.path,
            r#type: task.kind.word(),
            parent_id: task.parent_id.as_ref().map(TaskId::as_str),
            state: task.state.word(),
            attempt: task.attempt(),
            iteration: task.iteration,
            cached: task.state == TaskState::Cached,
            pod_name: task.pod_name.as_ref().map(PodName::as_str),
            create_time: rfc3339(task.create_time),
            start_time: rfc3339(task.start_time),
            end_time: rfc3339(task.end_time),
            exit_code: task.exit_code,
            message: task.message.as_deref(),
            inputs: Values::of(&task.inputs),
            outputs: Values::of(&task.outputs),
            summary: task_summary(task),
        }
    }

    fn attributes() -> Vec<Column<Self>> {
        vec![
            Column::new("task", "Task", Shape::Flexible, |it: &Self| {
                let indent = "  ".repeat(it.depth);
                Cell::Text(Cow::Owned(format!("{indent}{}", it.task.title())))
            }),
            Column::new("task_id", "ID", Shape::Whole, |it: &Self| {
                Cell::text(Some(it.task.id.as_str()))
            }),
            Column::new("name", "Name", Shape::Flexible, |it: &Self| {
                Cell::text(Some(&it.task.name))
            }),
            Column::new("path", "Path", Shape::Flexible, |it: &Self| {
                Cell::text(Some(&it.place))
            }),
            Column::new("type", "Type", Shape::Whole, |it: &Self| {
                Cell::text(Some(it.task.kind.word()))
            }),
            Column::new("state", "State", Shape::Whole, |it: &Self| {
                Cell::State(status::of_task(it.task.state))
            }),
            Column::new("start_time", "Started", Shape::Whole, |it: &Self| {
                Cell::time(it.task.start_time)
            }),
            Column::new("end_time", "Ended", Shape::Whole, |it: &Self| {
                Cell::time(it.task.end_time)
            }),
            Column::new("duration", "Took", Shape::Number, |it: &Self| {
                it.task.duration_ms().map_or(Cell::Unset, Cell::Millis)
            }),
            Column::new("attempt", "Tries", Shape::Number, |it: &Self| {
                let tries = it.task.attempt().and_then(|tries| i64::try_from(tries).ok());
                tries.map_or(Cell::Unset, Cell::Integer)
            }),
            Column::new("exit_code", "Exit", Shape::Number, |it: &Self| {
                it.task
                    .exit_code
                    .map_or(Cell::Unset, |code| Cell::Integer(code.into()))
            }),
            Column::new("pod_name", "Pod", Shape::Flexible, |it: &Self| {
                Cell::text(it.task.pod_name.as_ref().map(PodName::as_str))
            }),
            Column::new("summary", "Summary", Shape::Flexible, |it: &Self| {
                Cell::Text(task_summary(&it.task).into())
            }),
        ]
    }

    fn families() -> Vec<Family<Self>> {
        Vec::new()
    }
}
