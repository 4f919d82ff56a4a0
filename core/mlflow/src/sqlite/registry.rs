//! Registered models and their versions.

use flowdeck_domain::port::Query;
use flowdeck_domain::registry::{ModelAlias, ModelVersion, RegisteredModel, Stage};
use flowdeck_domain::search::{Dialect, Search};
use flowdeck_domain::{Failure, FailureKind, ModelName, Page, VersionNumber, Warning};
use rusqlite::{Row, ToSql};
use rustc_hash::FxHashMap;

use super::database::Reader;
use super::fault::Fault;
use super::rows::{self, Names};
use crate::local::page_of;

/// The stage of a version that was deleted, whose row is kept.
pub(super) const DELETED_STAGE: &str = "Deleted_Internal";

/// One page of the registered models that a query asks for.
pub(super) fn search_models(
    reader: &Reader,
    query: &Query,
    warnings: Vec<Warning>,
) -> Result<Page<RegisteredModel>, Fault> {
    supported(reader)?;
    let search = Search::<RegisteredModel>::parse(&query.filter, &query.order_by, Dialect::Sql)?;
    let models = load_models(reader, "1", &[])?;
    Ok(page_of(search.select(models)?, query, warnings)?)
}

/// One registered model.
pub(super) fn model(reader: &Reader, name: &ModelName) -> Result<RegisteredModel, Fault> {
    supported(reader)?;
    let mut found = load_models(reader, "name = ?1", &[&name.as_str()])?;
    Ok(found.pop().ok_or_else(|| no_model(name))?)
}

/// One page of the model versions that a query asks for.
pub(super) fn search_versions(
    reader: &Reader,
    query: &Query,
    warnings: Vec<Warning>,
) -> Result<Page<ModelVersion>, Fault> {
    supported(reader)?;
    let search = Search::<ModelVersion>::parse(&query.filter, &query.order_by, Dialect::Sql)?;
    let versions = load_versions(reader, "1", &[])?;
    Ok(page_of(search.select(versions)?, query, warnings)?)
}

/// One model version.
pub(super) fn version(
    reader: &Reader,
    name: &ModelName,
    number: &VersionNumber,
) -> Result<ModelVersion, Fault> {
    supported(reader)?;
    let mut found = match number.as_str().parse::<i64>() {
        Ok(number) => load_versions(reader, "name = ?1 AND version = ?2", &[&name.as_str(), &number])?,
        Err(_) => Vec::new(),
    };
    Ok(found.pop().ok_or_else(|| no_version(name, number))?)
}

/// The version that an alias points at; `latest` is the one with the greatest number, as MLflow 3 has it.
pub(super) fn version_by_alias(
    reader: &Reader,
    name: &ModelName,
    alias: &str,
) -> Result<ModelVersion, Fault> {
    let model = model(reader, name)?;
    let pointed = if alias.eq_ignore_ascii_case("latest") {
        let number = |version: &&ModelVersion| version.version.as_str().parse::<i64>().unwrap_or_default();
        model
            .latest_versions
            .iter()
            .max_by_key(number)
            .map(|latest| latest.version.clone())
    } else {
        let mut aliases = model.aliases.iter();
        aliases
            .find(|known| known.alias == alias)
            .map(|known| known.version.clone())
    };
    let missing = || {
        Failure::new(
            FailureKind::NotFound,
            format!("registered model `{name}` has no alias `{alias}`"),
        )
        .with_hint(format!("see its aliases with `flowdeck models get {name}`"))
    };
    version(reader, name, &pointed.ok_or_else(missing)?)
}

fn supported(reader: &Reader) -> Result<(), Failure> {
    if reader.schema().has("registered_models") && reader.schema().has("model_versions") {
        return Ok(());
    }
    Err(Failure::new(
        FailureKind::Unsupported,
        "this store has no model registry: an MLflow before 1.4 wrote it",
    ))
}

pub(super) fn no_model(name: &ModelName) -> Failure {
    Failure::new(
        FailureKind::NotFound,
        format!("there is no registered model `{name}`"),
    )
    .with_hint("list them with `flowdeck models list`")
}

pub(super) fn no_version(name: &ModelName, number: &VersionNumber) -> Failure {
    Failure::new(
        FailureKind::NotFound,
        format!("registered model `{name}` has no version {number}"),
    )
    .with_hint(format!("list them with `flowdeck versions list '{name}'`"))
}

fn load_models(
    reader: &Reader,
    condition: &str,
    values: &[&dyn ToSql],
) -> Result<Vec<RegisteredModel>, Fault> {
    let workspace = reader.schema().in_workspace("registered_models");
    let sql = format!(
        "SELECT name, creation_time, last_updated_time, description FROM registered_models \
         WHERE {workspace} AND {condition}"
    );
    let mut statement = reader.connection().prepare_cached(&sql)?;
    let mut models = statement
        .query_map(values, |row| Ok(registered_model(row)))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let places: FxHashMap<ModelName, usize> =
        models.iter().map(|model| model.name.clone()).zip(0..).collect();
    let mut names = Names::default();
    each(
        reader,
        "registered_model_tags",
        "name, key, value",
        condition,
        values,
        "key",
        |row| {
            if let Some(&place) = places.get(&*rows::text(row, 0).unwrap_or_default()) {
                models[place].tags.push(rows::tag(row, 1, 2, &mut names));
            }
        },
    )?;
    each(
        reader,
        "registered_model_aliases",
        "name, alias, version",
        condition,
        values,
        "alias",
        |row| {
            if let Some(&place) = places.get(&*rows::text(row, 0).unwrap_or_default()) {
                models[place].aliases.push(ModelAlias {
                    alias: rows::string_or_empty(row, 1),
                    version: rows::string_or_empty(row, 2).into(),
                });
            }
        },
    )?;
    for version in load_versions(reader, condition, values)? {
        if let Some(&place) = places.get(&version.name) {
            keep_latest(&mut models[place].latest_versions, version);
        }
    }
    Ok(models)
}

/// Keeps the newest version of each stage; versions come in the order of their numbers.
fn keep_latest(latest: &mut Vec<ModelVersion>, version: ModelVersion) {
    latest.retain(|older| older.current_stage != version.current_stage);
    latest.push(version);
}

fn load_versions(
    reader: &Reader,
    condition: &str,
    values: &[&dyn ToSql],
) -> Result<Vec<ModelVersion>, Fault> {
    let wanted = [
        "name",
        "version",
        "creation_time",
        "last_updated_time",
        "current_stage",
        "description",
        "source",
        "run_id",
        "run_link",
        "status",
        "status_message",
        "user_id",
        "storage_location",
    ];
    let columns = reader.schema().columns("model_versions", &wanted);
    let workspace = reader.schema().in_workspace("model_versions");
    let sql = format!(
        "SELECT {columns} FROM model_versions WHERE {workspace} AND current_stage != '{DELETED_STAGE}' \
         AND {condition} ORDER BY name, version"
    );
    let mut statement = reader.connection().prepare_cached(&sql)?;
    let mut versions = statement
        .query_map(values, |row| Ok(model_version(row)))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let places: FxHashMap<(ModelName, VersionNumber), usize> = versions
        .iter()
        .map(|version| (version.name.clone(), version.version.clone()))
        .zip(0..)
        .collect();
    let place = |row: &Row<'_>| {
        let name = ModelName::from(rows::string_or_empty(row, 0));
        places.get(&(name, rows::string_or_empty(row, 1).into())).copied()
    };
    let mut names = Names::default();
    let columns = "name, version, key, value";
    each(
        reader,
        "model_version_tags",
        columns,
        condition,
        values,
        "key",
        |row| {
            if let Some(place) = place(row) {
                versions[place].tags.push(rows::tag(row, 2, 3, &mut names));
            }
        },
    )?;
    let columns = "name, version, alias";
    each(
        reader,
        "registered_model_aliases",
        columns,
        condition,
        values,
        "alias",
        |row| {
            if let Some(place) = place(row) {
                versions[place].aliases.push(rows::string_or_empty(row, 2));
            }
        },
    )?;
    Ok(versions)
}

/// Calls `take` with each row of a table of the registry that meets the condition.
fn each(
    reader: &Reader,
    table: &str,
    columns: &str,
    condition: &str,
    values: &[&dyn ToSql],
    order: &str,
    mut take: impl FnMut(&Row<'_>),
) -> Result<(), Fault> {
    if !reader.schema().has(table) {
        return Ok(());
    }
    let workspace = reader.schema().in_workspace(table);
    let sql = format!("SELECT {columns} FROM {table} WHERE {workspace} AND {condition} ORDER BY {order}");
    let mut statement = reader.connection().prepare_cached(&sql)?;
    let mut found = statement.query(values)?;
    while let Some(row) = found.next()? {
        take(row);
    }
    Ok(())
}

fn registered_model(row: &Row<'_>) -> RegisteredModel {
    RegisteredModel {
        name: rows::string_or_empty(row, 0).into(),
        creation_timestamp: rows::timestamp(row, 1),
        last_updated_timestamp: rows::timestamp(row, 2),
        description: rows::string(row, 3),
        latest_versions: Vec::new(),
        tags: Vec::new(),
        aliases: Vec::new(),
    }
}

fn model_version(row: &Row<'_>) -> ModelVersion {
    ModelVersion {
        name: rows::string_or_empty(row, 0).into(),
        version: rows::string_or_empty(row, 1).into(),
        creation_timestamp: rows::timestamp(row, 2),
        last_updated_timestamp: rows::timestamp(row, 3),
        current_stage: Stage::from_word(&rows::text(row, 4).unwrap_or_default()),
        description: rows::string(row, 5),
        source: rows::string(row, 6),
        run_id: rows::string(row, 7).filter(|id| !id.is_empty()).map(Into::into),
        run_link: rows::string(row, 8).filter(|link| !link.is_empty()),
        model_id: None,
        status: rows::string_or_empty(row, 9),
        status_message: rows::string(row, 10),
        user_id: rows::string(row, 11),
        tags: Vec::new(),
        aliases: Vec::new(),
        storage_location: rows::string(row, 12),
    }
}
