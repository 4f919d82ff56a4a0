//! Experiments and their tags.

use flowdeck_domain::port::{Query, View};
use flowdeck_domain::search::{Dialect, Search};
use flowdeck_domain::tracking::{Experiment, Lifecycle};
use flowdeck_domain::{ExperimentId, Failure, FailureKind, Page, Warning};
use rusqlite::{Row, ToSql};

use super::database::Reader;
use super::fault::Fault;
use super::rows::{self, Names};
use crate::local::page_of;

/// One page of the experiments that a query asks for.
pub(super) fn search(
    reader: &Reader,
    query: &Query,
    mut warnings: Vec<Warning>,
) -> Result<Page<Experiment>, Fault> {
    let search = Search::<Experiment>::parse(&query.filter, &query.order_by, Dialect::Sql)?;
    let condition = format!(
        "{} AND {}",
        reader.schema().in_workspace("experiments"),
        stage(query.view)
    );
    let found = search.select(load(reader, &condition, &[])?)?;
    warnings.extend(other_workspaces(reader)?);
    Ok(page_of(found, query, warnings)?)
}

/// One experiment by its id.
pub(super) fn by_id(reader: &Reader, id: &ExperimentId) -> Result<Experiment, Fault> {
    let number: i64 = id.as_str().parse().map_err(|_| missing(&format!("id {id}")))?;
    let found = load(reader, "experiment_id = ?1", &[&number])?;
    Ok(found
        .into_iter()
        .next()
        .ok_or_else(|| missing(&format!("id {id}")))?)
}

/// One experiment by its name.
pub(super) fn by_name(reader: &Reader, name: &str) -> Result<Experiment, Fault> {
    let condition = format!("name = ?1 AND {}", reader.schema().in_workspace("experiments"));
    let found = load(reader, &condition, &[&name])?;
    Ok(found
        .into_iter()
        .next()
        .ok_or_else(|| missing(&format!("name `{name}`")))?)
}

/// The condition on `lifecycle_stage` that a view makes.
pub(super) fn stage(view: View) -> &'static str {
    match view {
        View::Active => "lifecycle_stage = 'active'",
        View::Deleted => "lifecycle_stage = 'deleted'",
        View::All => "lifecycle_stage IN ('active', 'deleted')",
    }
}

/// The failure where there is no experiment of which this is true.
pub(super) fn missing(what: &str) -> Failure {
    Failure::new(
        FailureKind::NotFound,
        format!("there is no experiment with {what}"),
    )
    .with_hint("list them with `flowdeck experiments list --view all`")
}

fn load(reader: &Reader, condition: &str, values: &[&dyn ToSql]) -> Result<Vec<Experiment>, Fault> {
    let wanted = [
        "experiment_id",
        "name",
        "artifact_location",
        "lifecycle_stage",
        "creation_time",
        "last_update_time",
    ];
    let columns = reader.schema().columns("experiments", &wanted);
    let sql = format!("SELECT {columns} FROM experiments WHERE {condition}");
    let mut statement = reader.connection().prepare_cached(&sql)?;
    let mut found = statement
        .query_map(values, |row| Ok(experiment(row)))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    add_tags(reader, &mut found)?;
    Ok(found)
}

fn experiment(row: &Row<'_>) -> Experiment {
    let stage = rows::string(row, 3);
    Experiment {
        id: rows::string_or_empty(row, 0).into(),
        name: rows::string_or_empty(row, 1),
        artifact_location: rows::string_or_empty(row, 2),
        lifecycle: stage
            .as_deref()
            .and_then(Lifecycle::from_word)
            .unwrap_or_default(),
        creation_time: rows::timestamp(row, 4),
        last_update_time: rows::timestamp(row, 5),
        tags: Vec::new(),
    }
}

fn add_tags(reader: &Reader, experiments: &mut [Experiment]) -> Result<(), Fault> {
    if !reader.schema().has("experiment_tags") {
        return Ok(());
    }
    let sql = "SELECT key, value FROM experiment_tags WHERE experiment_id = ?1 ORDER BY key";
    let scan = "SELECT key, value, experiment_id FROM experiment_tags ORDER BY experiment_id, key";
    let mut names = Names::default();
    if let [experiment] = experiments {
        let mut statement = reader.connection().prepare_cached(sql)?;
        let mut found = statement.query([experiment.id.as_str()])?;
        while let Some(row) = found.next()? {
            experiment.tags.push(rows::tag(row, 0, 1, &mut names));
        }
        return Ok(());
    }
    let places: rustc_hash::FxHashMap<String, usize> = experiments
        .iter()
        .enumerate()
        .map(|(place, experiment)| (experiment.id.to_string(), place))
        .collect();
    let mut statement = reader.connection().prepare_cached(scan)?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let owner = rows::text(row, 2).unwrap_or_default();
        if let Some(&place) = places.get(&*owner) {
            experiments[place].tags.push(rows::tag(row, 0, 1, &mut names));
        }
    }
    Ok(())
}

/// A sentence where the store holds experiments of other workspaces, which are not shown.
fn other_workspaces(reader: &Reader) -> Result<Option<Warning>, Fault> {
    if !reader.schema().has_column("experiments", "workspace") {
        return Ok(None);
    }
    let sql = "SELECT count(*) FROM experiments WHERE workspace != 'default'";
    let others: i64 = reader
        .connection()
        .prepare_cached(sql)?
        .query_row([], |row| row.get(0))?;
    Ok((others > 0).then(|| {
        Warning::new(format!(
            "experiments of other workspaces than `default` are not shown: {others}"
        ))
    }))
}
