use clap::Args;
use flowdeck_surface::client::VersionReference;
use flowdeck_surface::client::compare::ComparedRow;
use flowdeck_surface::client::promotion::VersionComparison;
use serde::Serialize;

use crate::cli::context::{Context, Form};
use crate::cli::exit::Outcome;
use crate::cli::output::cell::Cell;
use crate::cli::output::column::{Column, Shape};
use crate::cli::output::json::Number;
use crate::cli::output::{csv, json, table};

#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// Name of the model
    name: String,
    /// Numbers of the versions, two or more; an alias as @ALIAS
    #[arg(required = true, num_args = 1.., value_name = "VERSION")]
    versions: Vec<String>,
    /// Leave out what is the same in all of them
    #[arg(long)]
    differences: bool,
}

/// Lays versions side by side.
pub(crate) async fn run(cx: &Context, args: &Compare) -> Outcome {
    let reference = |version: &String| match version.strip_prefix('@') {
        Some(alias) => VersionReference::Alias(args.name.as_str().into(), alias.to_owned()),
        None => VersionReference::Number(args.name.as_str().into(), version.as_str().into()),
    };
    let references: Vec<_> = args.versions.iter().map(reference).collect();
    let mut found = cx.session()?.compare_versions(&references).await?;
    if args.differences {
        found.comparison = found.comparison.differences();
    }
    match cx.form() {
        Form::Json => json::write_thing(cx.out(), &View::of(&found)),
        Form::Csv => csv::write(cx.out(), &lines(&found), &columns(&found)),
        Form::People => table::write(cx.out(), &lines(&found), &columns(&found), &cx.style()),
    }
}

/// A comparison as JSON.
#[derive(Serialize)]
struct View<'a> {
    versions: Vec<Named<'a>>,
    params: Vec<Row<'a, &'a str>>,
    metrics: Vec<Row<'a, Number>>,
    tags: Vec<Row<'a, &'a str>>,
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
    version: &'a str,
    current_stage: &'a str,
    aliases: &'a [String],
    run_id: Option<&'a str>,
    /// How its signature agrees with that of the first.
    signature: Option<&'static str>,
}

#[derive(Serialize)]
struct Row<'a, T> {
    key: &'a str,
    values: Vec<Option<T>>,
    differs: bool,
}

impl<'a> View<'a> {
    fn of(found: &'a VersionComparison) -> Self {
        let versions = found.sides.iter().zip(&found.signatures);
        Self {
            versions: versions
                .map(|(side, signature)| Named {
                    name: side.version.name.as_str(),
                    version: side.version.version.as_str(),
                    current_stage: side.version.current_stage.word(),
                    aliases: &side.version.aliases,
                    run_id: side.version.run_id.as_ref().map(AsRef::as_ref),
                    signature: signature.word(),
                })
                .collect(),
            params: rows(&found.comparison.params, String::as_str),
            metrics: rows(&found.comparison.metrics, |value| Number(*value)),
            tags: rows(&found.comparison.tags, String::as_str),
        }
    }
}

fn rows<'a, T, V>(rows: &'a [ComparedRow<T>], value: impl Fn(&'a T) -> V) -> Vec<Row<'a, V>> {
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

/// One line of the table: a key and what it is in each version.
struct Line {
    name: String,
    differs: bool,
    cells: Vec<Cell<'static>>,
}

fn lines(found: &VersionComparison) -> Vec<Line> {
    let text = |value: String| Cell::Text(value.into());
    let heading = |name: &str, cells: Vec<Cell<'static>>| Line {
        name: name.to_owned(),
        differs: false,
        cells,
    };
    let stages = found
        .sides
        .iter()
        .map(|side| text(side.version.current_stage.word().to_owned()));
    let aliases = found
        .sides
        .iter()
        .map(|side| text(side.version.aliases.join(", ")));
    let runs = found.sides.iter().map(|side| match &side.run {
        Some(run) => text(run.name().to_owned()),
        None => Cell::Unset,
    });
    let signatures = found
        .signatures
        .iter()
        .map(|signature| text(signature.sentence()));
    let mut lines = vec![
        heading("stage", stages.collect()),
        heading("aliases", aliases.collect()),
        heading("run", runs.collect()),
        heading("signature", signatures.collect()),
    ];
    push(&mut lines, "params", &found.comparison.params, |value| {
        text(value.clone())
    });
    push(&mut lines, "metrics", &found.comparison.metrics, |value| {
        Cell::Number(*value)
    });
    push(&mut lines, "tags", &found.comparison.tags, |value| {
        text(value.clone())
    });
    lines
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

fn columns(found: &VersionComparison) -> Vec<Column<Line>> {
    let mut columns = vec![
        Column::new("key", "Key", Shape::Flexible, |line: &Line| {
            Cell::text(Some(&line.name))
        }),
        Column::new("differs", "", Shape::Whole, |line: &Line| {
            Cell::text(line.differs.then_some("≠"))
        }),
    ];
    columns.extend(found.sides.iter().enumerate().map(|(place, side)| {
        let (number, title) = (
            side.version.version.as_str(),
            format!("Version {}", side.version.version),
        );
        Column::new(number, &title, Shape::Flexible, move |line: &Line| {
            line.cells[place].clone()
        })
    }));
    columns
}
