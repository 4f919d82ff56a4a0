use clap::Args;
use flowdeck_surface::client::pipelines::PipelineRun;
use flowdeck_surface::format;
use flowdeck_surface::pipelines::{ComparedOutcome, ComparedValue, PipelineRunComparison};
use serde::Serialize;

use super::create::spec_of;
use crate::cli::context::{Context, Form};
use crate::cli::exit::Outcome;
use crate::cli::output::cell::Cell;
use crate::cli::output::column::{Column, Shape};
use crate::cli::output::{csv, json, table};

#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// Id, or name if only one run has it
    left: String,
    /// The other one
    right: String,
    /// Leave out what is the same in both
    #[arg(long)]
    differences: bool,
}

/// Lays two runs side by side, the older one on the left.
pub(crate) async fn run(cx: &Context, args: &Compare) -> Outcome {
    let server = cx.pipelines()?;
    let mut runs = [
        server.pipeline_run(&args.left).await?,
        server.pipeline_run(&args.right).await?,
    ];
    runs.sort_by_key(|run| run.created_at);
    let mut specs = Vec::new();
    for run in &runs {
        // What a run was made from may be gone: then its defaults are not known.
        specs.push(spec_of(&server, run).await.unwrap_or_default());
    }
    let specs = [specs[0].as_deref(), specs[1].as_deref()];
    let mut found = PipelineRunComparison::of([&runs[0], &runs[1]], specs, crate::app::now());
    if args.differences {
        found.parameters.retain(|one| one.differs);
        found.tasks.retain(|one| one.differs);
    }
    match cx.form() {
        Form::Json => json::write_thing(cx.out(), &View::of(&found, &runs)),
        Form::Csv => csv::write(cx.out(), &lines(&found), &columns(&found)),
        Form::People => table::write(cx.out(), &lines(&found), &columns(&found), &cx.style()),
    }
}

/// A comparison as JSON.
#[derive(Serialize)]
struct View<'a> {
    runs: Vec<Side<'a>>,
    parameters: Vec<Parameter<'a>>,
    tasks: Vec<Task<'a>>,
}

#[derive(Serialize)]
struct Side<'a> {
    run_id: &'a str,
    display_name: &'a str,
    state: &'a str,
    summary: &'a str,
    duration_ms: Option<i64>,
}

#[derive(Serialize)]
struct Parameter<'a> {
    name: &'a str,
    values: [Option<&'a str>; 2],
    defaults: [bool; 2],
    differs: bool,
}

#[derive(Serialize)]
struct Task<'a> {
    place: &'a str,
    states: [Option<&'a str>; 2],
    durations_ms: [Option<i64>; 2],
    longer_ms: Option<i64>,
    differs: bool,
}

impl<'a> View<'a> {
    fn of(found: &'a PipelineRunComparison, runs: &'a [PipelineRun; 2]) -> Self {
        let sides = found.sides.iter().zip(runs);
        let values = |value: &'a Option<ComparedValue>| value.as_ref().map(|value| value.text.as_str());
        let is_default = |value: &Option<ComparedValue>| value.as_ref().is_some_and(|value| value.is_default);
        let state = |side: &'a Option<ComparedOutcome>| side.as_ref().map(|side| side.badge.word.as_str());
        let took = |side: &Option<ComparedOutcome>| side.as_ref().and_then(|side| side.took_ms);
        Self {
            runs: sides
                .map(|(side, run)| Side {
                    run_id: run.id.as_str(),
                    display_name: &side.name,
                    state: run.state.word(),
                    summary: &side.summary,
                    duration_ms: side.took_ms,
                })
                .collect(),
            parameters: found
                .parameters
                .iter()
                .map(|one| Parameter {
                    name: &one.name,
                    values: [values(&one.values[0]), values(&one.values[1])],
                    defaults: [is_default(&one.values[0]), is_default(&one.values[1])],
                    differs: one.differs,
                })
                .collect(),
            tasks: found
                .tasks
                .iter()
                .map(|one| Task {
                    place: &one.place,
                    states: [state(&one.sides[0]), state(&one.sides[1])],
                    durations_ms: [took(&one.sides[0]), took(&one.sides[1])],
                    longer_ms: one.longer_ms,
                    differs: one.differs,
                })
                .collect(),
        }
    }
}

/// One line of the table: what it tells of, and what it is in each run.
struct Line {
    name: String,
    differs: bool,
    cells: [Option<String>; 2],
    longer: Option<String>,
}

fn lines(found: &PipelineRunComparison) -> Vec<Line> {
    let summaries = [0, 1].map(|at| {
        let side = &found.sides[at];
        let took = side.took_ms.map(format::duration).unwrap_or_default();
        Some(format!("{} {took} {}", side.badge.word, side.summary))
    });
    let mut lines = vec![Line {
        name: "run".to_owned(),
        differs: false,
        cells: summaries,
        longer: None,
    }];
    lines.extend(found.parameters.iter().map(|one| Line {
        name: format!("parameters.{}", one.name),
        differs: one.differs,
        cells: [0, 1].map(|at| {
            let value = one.values[at].as_ref()?;
            let default = if value.is_default { " (default)" } else { "" };
            Some(format!("{}{default}", value.text))
        }),
        longer: None,
    }));
    lines.extend(found.tasks.iter().map(|one| Line {
        name: format!("tasks.{}", one.place),
        differs: one.differs,
        cells: [0, 1].map(|at| {
            let side = one.sides[at].as_ref()?;
            let took = side.took_ms.map(format::duration).unwrap_or_default();
            Some(format!("{} {took}", side.badge.word).trim_end().to_owned())
        }),
        longer: one.longer_ms.filter(|more| *more != 0).map(|more| {
            let sign = if more > 0 { "+" } else { "" };
            format!("{sign}{}", format::duration(more))
        }),
    }));
    lines
}

fn columns(found: &PipelineRunComparison) -> Vec<Column<Line>> {
    let mut columns = vec![
        Column::new("key", "Key", Shape::Flexible, |line: &Line| {
            Cell::text(Some(&line.name))
        }),
        Column::new("differs", "", Shape::Whole, |line: &Line| {
            Cell::text(line.differs.then_some("≠"))
        }),
    ];
    columns.extend([("left", 0), ("right", 1)].map(|(name, at)| {
        Column::new(
            name,
            &found.sides[at].name,
            Shape::Flexible,
            move |line: &Line| Cell::text(line.cells[at].as_deref()),
        )
    }));
    columns.push(Column::new("longer", "Longer", Shape::Whole, |line: &Line| {
        Cell::text(line.longer.as_deref())
    }));
    columns
}
