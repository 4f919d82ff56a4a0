//! Runs: searched, and one at a time.

use flowdeck_domain::port::{Keys, RunFields, RunQuery};
use flowdeck_domain::search::{Dialect, Search};
use flowdeck_domain::tracking::Run;
use flowdeck_domain::{ExperimentId, Failure, FailureKind, Page, RunId};
use rusqlite::ToSql;

use super::database::{Database, Reader};
use super::experiments::stage;
use super::fault::Fault;
use super::inputs::add_inputs;
use super::paging::{cut, is_plain};
use super::rows::Names;
use super::run_info::{INFO_COLUMNS, add_names, run_info};
use super::run_rows::add_rows;
use crate::local::page_of;

/// Runs in a page from which on they are sorted here: SQLite keeps the best of a few quicker than it sorts many.
const MANY: usize = 5_000;

/// One page of the runs that a query asks for.
pub(super) fn search(reader: &Reader, database: &Database, query: &RunQuery) -> Result<Page<Run>, Fault> {
    let search = Search::<Run>::parse(&query.query.filter, &query.query.order_by, Dialect::Sql)?;
    let condition = condition(query)?;
    let few = query.query.max_results < MANY;
    let mut page = if few && is_plain(&query.query) {
        newest(reader, &condition, query)?
    } else {
        let mut runs = load(reader, &condition, &[])?;
        add_names(reader, &mut runs)?;
        fill(reader, database, &mut runs, &search.fields())?;
        page_of(search.select(runs)?, &query.query, Vec::new())?
    };
    for run in &mut page.items {
        strip(run);
    }
    fill(reader, database, &mut page.items, &query.fields)?;
    page.warnings = reader.warnings(database.path());
    Ok(page)
}

/// One run with all that was logged of it.
pub(super) fn one(reader: &Reader, database: &Database, id: &RunId) -> Result<Run, Fault> {
    let mut runs = load(reader, "run_uuid = ?1", &[&id.as_str()])?;
    add_names(reader, &mut runs)?;
    fill(reader, database, &mut runs, &RunFields::all())?;
    Ok(runs.pop().ok_or_else(|| missing(id))?)
}

/// The failure where there is no such run.
pub(super) fn missing(id: &RunId) -> Failure {
    Failure::new(FailureKind::NotFound, format!("there is no run with id {id}"))
        .with_hint("list runs with `flowdeck runs list --view all`")
}

/// Whether there is such a run.
pub(super) fn exists(reader: &Reader, id: &RunId) -> Result<bool, Fault> {
    let mut any = reader
        .connection()
        .prepare_cached("SELECT 1 FROM runs WHERE run_uuid = ?1")?;
    Ok(any.exists([id.as_str()])?)
}

/// The page in the store's own order, cut by SQLite so that no more than the page is built.
fn newest(reader: &Reader, condition: &str, query: &RunQuery) -> Result<Page<Run>, Fault> {
    let condition = format!("{condition} ORDER BY start_time DESC, run_uuid LIMIT ?1 OFFSET ?2");
    let mut page = cut(&query.query, |limit, offset| {
        load(reader, &condition, &[&limit, &offset])
    })?;
    add_names(reader, &mut page.items)?;
    Ok(page)
}

fn condition(query: &RunQuery) -> Result<String, Failure> {
    let ids = numbers(&query.experiments)?;
    Ok(format!(
        "experiment_id IN ({ids}) AND {}",
        stage(query.query.view)
    ))
}

/// The id as this store spells it, a whole number.
fn number(id: &ExperimentId) -> Result<String, Failure> {
    id.as_str().parse::<i64>().map(|id| id.to_string()).map_err(|_| {
        Failure::new(
            FailureKind::InvalidInput,
            format!("experiment id `{id}` is no whole number, and in this store all are"),
        )
        .with_hint("list experiments with `flowdeck experiments list`")
    })
}

/// Ids of experiments for an `IN (…)`.
pub(super) fn numbers(ids: &[ExperimentId]) -> Result<String, Failure> {
    Ok(ids.iter().map(number).collect::<Result<Vec<_>, _>>()?.join(", "))
}

fn load(reader: &Reader, condition: &str, values: &[&dyn ToSql]) -> Result<Vec<Run>, Fault> {
    let columns = reader.schema().columns("runs", INFO_COLUMNS);
    let sql = format!("SELECT {columns} FROM runs WHERE {condition}");
    let mut statement = reader.connection().prepare_cached(&sql)?;
    let mut names = Names::default();
    let runs = statement
        .query_map(values, |row| Ok(Run::bare(run_info(row, &mut names))))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(runs)
}

fn fill(reader: &Reader, database: &Database, runs: &mut [Run], fields: &RunFields) -> Result<(), Fault> {
    if fields.params != Keys::None || fields.metrics != Keys::None || fields.tags != Keys::None {
        add_rows(reader, database, runs, fields)?;
    }
    if fields.inputs {
        add_inputs(reader, runs)?;
    }
    Ok(())
}

/// Takes off what was loaded to judge the run.
fn strip(run: &mut Run) {
    run.params.clear();
    run.metrics.clear();
    run.tags.clear();
    run.datasets.clear();
    run.model_inputs.clear();
    run.model_outputs.clear();
}
