use std::io::Write;

use clap::Args;
use flowdeck_surface::client::RunId;
use flowdeck_surface::client::compare::{ComparedRow, Comparison};
use flowdeck_surface::client::tracking::Run;
use flowdeck_surface::run_column::{RunAttribute, RunColumn};
use serde::Serialize;

use super::noun::of_run_column;
use crate::cli::context::{Context, Form};
use crate::cli::exit::Outcome;
use crate::cli::output::cell::Cell;
use crate::cli::output::column::{Column, Shape};
use crate::cli::output::json::Number;
use crate::cli::output::{csv, json, table};

#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// Ids of the runs, two or more
    #[arg(required = true, num_args = 1.., value_name = "RUN")]
    runs: Vec<String>,
    /// Leave out what is the same in all of them
    #[arg(long)]
    differences: bool,
}

/// Lays runs side by side.
pub(crate) async fn run(cx: &Context, args: &Compare) -> Outcome {
    let ids: Vec<_> = args.runs.iter().map(|id| RunId::from(id.as_str())).collect();
    let (runs, mut comparison) = cx.session()?.compare_runs(&ids).await?;
    if args.differences {
        comparison = comparison.differences();
    }
    match cx.form() {
        Form::Json => json::write_thing(cx.out(), &View::of(&runs, &comparison)),
        Form::Csv => csv::write(cx.out(), &rows(&runs, &comparison, false), &columns(&runs, false)),
        Form::People => {
            let rows = rows(&runs, &comparison, true);
            table::write(cx.out(), &rows, &columns(&runs, true), &cx.style())?;
            if args.differences && comparison == Comparison::default() {
                writeln!(cx.out(), "\nThe runs do not differ in params, metrics or tags.")?;
            }
            Ok(())
        }
    }
}

/// A comparison as JSON.
#[derive(Serialize)]
struct View<'a> {
    runs: Vec<Named<'a>>,
    params: Vec<Row<'a, &'a str>>,
    metrics: Vec<Row<'a, Number>>,
    tags: Vec<Row<'a, &'a str>>,
}

#[derive(Serialize)]
struct Named<'a> {
    run_id: &'a str,
    run_name: &'a str,
}

/// One key with its value in each run, in the order the runs were named.
#[derive(Serialize)]
struct Row<'a, T> {
    key: &'a str,
    values: Vec<Option<T>>,
    differs: bool,
}

impl<'a> View<'a> {
    fn of(runs: &'a [Run], comparison: &'a Comparison) -> Self {
        let named = |run: &'a Run| Named {
            run_id: run.info.id.as_str(),
            run_name: run.name(),
        };
        Self {
            runs: runs.iter().map(named).collect(),
            params: texts(&comparison.params),
            metrics: view_rows(&comparison.metrics, |value| Number(*value)),
            tags: texts(&comparison.tags),
        }
    }
}

fn texts(rows: &[ComparedRow<String>]) -> Vec<Row<'_, &str>> {
    view_rows(rows, String::as_str)
}

fn view_rows<'a, T, V>(rows: &'a [ComparedRow<T>], value: impl Fn(&'a T) -> V) -> Vec<Row<'a, V>> {
    let view = |row: &'a ComparedRow<T>| Row {
        key: &row.key,
        values: row
            .values
            .iter()
            .map(|found| found.as_ref().map(&value))
            .collect(),
        differs: row.differs,
    };
    rows.iter().map(view).collect()
}

/// One line of the table: a key and what it is in each run.
struct Line {
    name: String,
    differs: bool,
    cells: Vec<Cell<'static>>,
}

/// The lines of the table. A person sees how the runs stand first, and a mark at what differs.
fn rows(runs: &[Run], comparison: &Comparison, for_people: bool) -> Vec<Line> {
    let mut lines = Vec::new();
    if for_people {
        lines.extend(
            [
                RunAttribute::RunName,
                RunAttribute::Status,
                RunAttribute::StartTime,
                RunAttribute::Duration,
            ]
            .map(|attribute| heading(runs, attribute)),
        );
    }
    let text = |value: &String| Cell::Text(value.clone().into());
    push(&mut lines, "params", &comparison.params, text);
    push(&mut lines, "metrics", &comparison.metrics, |value| {
        Cell::Number(*value)
    });
    push(&mut lines, "tags", &comparison.tags, text);
    lines
}

fn heading(runs: &[Run], attribute: RunAttribute) -> Line {
    let column = of_run_column(RunColumn::Attribute(attribute));
    let owned = |run| match column.cell(run) {
        Cell::Text(text) => Cell::Text(text.into_owned().into()),
        Cell::Unset => Cell::Unset,
        Cell::Number(number) => Cell::Number(number),
        Cell::Integer(number) => Cell::Integer(number),
        Cell::Time(time) => Cell::Time(time),
        Cell::Millis(millis) => Cell::Millis(millis),
        Cell::State(badge) => Cell::State(badge),
    };
    Line {
        name: column.name.clone(),
        differs: false,
        cells: runs.iter().map(owned).collect(),
    }
}

fn push<T>(lines: &mut Vec<Line>, family: &str, rows: &[ComparedRow<T>], cell: impl Fn(&T) -> Cell<'static>) {
    lines.extend(rows.iter().map(|row| {
        Line {
            name: format!("{family}.{}", row.key),
            differs: row.differs,
            cells: row
                .values
                .iter()
                .map(|value| value.as_ref().map_or(Cell::Unset, &cell))
                .collect(),
        }
    }));
}

fn columns(runs: &[Run], for_people: bool) -> Vec<Column<Line>> {
    let mut columns = vec![Column::new("key", "Key", Shape::Flexible, |line: &Line| {
        Cell::text(Some(&line.name))
    })];
    if for_people {
        columns.push(Column::new("differs", "", Shape::Whole, |line: &Line| {
            Cell::text(line.differs.then_some("≠"))
        }));
    } else {
        columns.push(Column::new("differs", "", Shape::Whole, |line: &Line| {
            Cell::text(Some(if line.differs { "true" } else { "false" }))
        }));
    }
    columns.extend(runs.iter().enumerate().map(|(place, run)| {
        let id = run.info.id.as_str();
        Column::new(id, id, Shape::Flexible, move |line: &Line| {
            line.cells[place].clone()
        })
    }));
    columns
}
