use flowdeck_domain::registry::{MODEL_VERSIONS_TAG, NewVersion, Stage};
use flowdeck_domain::tracking::Tag;
use flowdeck_domain::{Failure, FailureKind, ModelId, ModelName, VersionNumber};
use rusqlite::{Connection, OptionalExtension, ToSql, params};

use super::super::super::fault::Fault;
use super::super::super::registry::{DELETED_STAGE, no_version};
use super::super::super::schema::Schema;
use super::super::now;
use super::{check_has_aliases, check_model, touch};
use crate::local::{Source, with_version};
use crate::rules;

/// Makes the version and gives its number.
pub(in super::super::super) fn create_version(
    connection: &Connection,
    schema: &Schema,
    version: &NewVersion,
) -> Result<VersionNumber, Fault> {
    for tag in &version.tags {
        rules::check_registry_tag(tag)?;
    }
    let name = &version.name;
    check_model(connection, schema, name)?;
    let from = storage_of(connection, schema, version)?;
    let now = now();
    let number = next_number(connection, schema, name)?;
    let all: [(&str, &dyn ToSql); 11] = [
        ("name", &name.as_str()),
        ("version", &number),
        ("creation_time", &now),
        ("last_updated_time", &now),
        ("description", &version.description),
        ("current_stage", &Stage::None.word()),
        ("source", &version.source),
        ("storage_location", &from.storage_location),
        ("run_id", &from.run_id),
        ("run_link", &version.run_link),
        ("status", &"READY"),
    ];
    let there: Vec<_> = all
        .into_iter()
        .filter(|(column, _)| schema.has_column("model_versions", column))
        .collect();
    let columns: Vec<&str> = there.iter().map(|(column, _)| *column).collect();
    let sql = format!(
        "INSERT INTO model_versions ({}) VALUES ({})",
        columns.join(", "),
        vec!["?"; columns.len()].join(", ")
    );
    let values: Vec<&dyn ToSql> = there.iter().map(|(_, value)| *value).collect();
    connection.execute(&sql, &*values)?;
    for tag in &version.tags {
        put_tag(connection, name, number, tag)?;
    }
    touch(connection, schema, name, now)?;
    if let Some(id) = &version.model_id {
        tell_logged_model(connection, schema, id, name, number)?;
    }
    Ok(number.to_string().into())
}

pub(in super::super::super) fn describe_version(
    connection: &Connection,
    schema: &Schema,
    name: &ModelName,
    version: &VersionNumber,
    description: &str,
) -> Result<(), Fault> {
    let number = find(connection, schema, name, version)?;
    let sql = format!(
        "UPDATE model_versions SET description = ?1, last_updated_time = ?2 WHERE {}",
        this_version(schema, "model_versions", 3)
    );
    connection.execute(&sql, params![description, now(), name.as_str(), number])?;
    Ok(())
}

pub(in super::super::super) fn set_version_tag(
    connection: &Connection,
    schema: &Schema,
    name: &ModelName,
    version: &VersionNumber,
    tag: &Tag,
) -> Result<(), Fault> {
    rules::check_registry_tag(tag)?;
    let number = find(connection, schema, name, version)?;
    put_tag(connection, name, number, tag)
}

pub(in super::super::super) fn delete_version_tag(
    connection: &Connection,
    schema: &Schema,
    name: &ModelName,
    version: &VersionNumber,
    key: &str,
) -> Result<(), Fault> {
    rules::check_tag_key(key)?;
    let number = find(connection, schema, name, version)?;
    let sql = format!(
        "DELETE FROM model_version_tags WHERE key = ?1 AND {}",
        this_version(schema, "model_version_tags", 2)
    );
    connection.execute(&sql, params![key, name.as_str(), number])?;
    Ok(())
}

/// Marks the version as deleted and forgets where it came from; its row keeps the number from being used again.
pub(in super::super::super) fn delete_version(
    connection: &Connection,
    schema: &Schema,
    name: &ModelName,
    version: &VersionNumber,
) -> Result<(), Fault> {
    let number = find(connection, schema, name, version)?;
    let now = now();
    let sql = format!(
        "UPDATE model_versions SET current_stage = '{DELETED_STAGE}', last_updated_time = ?1, description = NULL, \
         user_id = NULL, source = 'REDACTED-SOURCE-PATH', run_id = 'REDACTED-RUN-ID', \
         run_link = 'REDACTED-RUN-LINK', status_message = NULL WHERE {}",
        this_version(schema, "model_versions", 2)
    );
    connection.execute(&sql, params![now, name.as_str(), number])?;
    if schema.has("registered_model_aliases") {
        let sql = format!(
            "DELETE FROM registered_model_aliases WHERE {}",
            this_version(schema, "registered_model_aliases", 1)
        );
        connection.execute(&sql, params![name.as_str(), number])?;
    }
    touch(connection, schema, name, now)
}

pub(in super::super::super) fn transition_stage(
    connection: &Connection,
    schema: &Schema,
    name: &ModelName,
    version: &VersionNumber,
    stage: &Stage,
    archive_existing: bool,
) -> Result<(), Fault> {
    rules::check_stage(stage, archive_existing)?;
    let number = find(connection, schema, name, version)?;
    let now = now();
    if archive_existing {
        let workspace = schema.in_workspace("model_versions");
        let sql = format!(
            "UPDATE model_versions SET current_stage = 'Archived', last_updated_time = ?1 \
             WHERE name = ?2 AND version != ?3 AND current_stage = ?4 AND {workspace}"
        );
        connection.execute(&sql, params![now, name.as_str(), number, stage.word()])?;
    }
    let sql = format!(
        "UPDATE model_versions SET current_stage = ?1, last_updated_time = ?2 WHERE {}",
        this_version(schema, "model_versions", 3)
    );
    connection.execute(&sql, params![stage.word(), now, name.as_str(), number])?;
    touch(connection, schema, name, now)
}

pub(in super::super::super) fn set_alias(
    connection: &Connection,
    schema: &Schema,
    name: &ModelName,
    alias: &str,
    version: &VersionNumber,
) -> Result<(), Fault> {
    check_has_aliases(schema)?;
    rules::check_new_alias(alias)?;
    let number = find(connection, schema, name, version)?;
    let sql = "INSERT INTO registered_model_aliases (alias, version, name) VALUES (?1, ?2, ?3) \
               ON CONFLICT DO UPDATE SET version = excluded.version";
    connection.execute(sql, params![alias, number, name.as_str()])?;
    Ok(())
}

/// The number of a version that is there.
fn find(
    connection: &Connection,
    schema: &Schema,
    name: &ModelName,
    version: &VersionNumber,
) -> Result<i64, Fault> {
    check_model(connection, schema, name)?;
    let number: i64 = version.as_str().parse().map_err(|_| no_version(name, version))?;
    let sql = format!(
        "SELECT version FROM model_versions WHERE current_stage != '{DELETED_STAGE}' AND {}",
        this_version(schema, "model_versions", 1)
    );
    let found = connection
        .query_row(&sql, params![name.as_str(), number], |row| row.get(0))
        .optional()?;
    Ok(found.ok_or_else(|| no_version(name, version))?)
}

/// The condition that finds one version, its name in the parameter `first` and its number in the next.
fn this_version(schema: &Schema, table: &str, first: usize) -> String {
    let workspace = schema.in_workspace(table);
    format!("name = ?{first} AND version = ?{} AND {workspace}", first + 1)
}

/// One more than any version had, deleted ones too.
fn next_number(connection: &Connection, schema: &Schema, name: &ModelName) -> Result<i64, Fault> {
    let workspace = schema.in_workspace("model_versions");
    let sql = format!("SELECT max(version) FROM model_versions WHERE name = ?1 AND {workspace}");
    let greatest: Option<i64> = connection.query_row(&sql, [name.as_str()], |row| row.get(0))?;
    Ok(greatest.unwrap_or(0) + 1)
}

struct From {
    storage_location: String,
    run_id: Option<String>,
}

/// Where the files of a new version lie: a logged model and another version tell it themselves.
fn storage_of(connection: &Connection, schema: &Schema, version: &NewVersion) -> Result<From, Fault> {
    let mut made_by = version.run_id.as_ref().map(|id| id.as_str().to_owned());
    let storage_location = match Source::read(&version.source) {
        Source::Place => version.source.clone(),
        Source::LoggedModel(id) => {
            let (location, run_id) = logged_model(connection, schema, &id)?;
            made_by = made_by.or(run_id);
            location
        }
        Source::Version(name, number) => {
            let number = find(connection, schema, &name, &number)?;
            let location = schema.column_or("model_versions", "storage_location", "NULL");
            let sql = format!(
                "SELECT coalesce({location}, source, '') FROM model_versions WHERE {}",
                this_version(schema, "model_versions", 1)
            );
            connection.query_row(&sql, params![name.as_str(), number], |row| row.get(0))?
        }
    };
    if let (None, Some(id)) = (&made_by, &version.model_id) {
        made_by = logged_model(connection, schema, id)?.1;
    }
    Ok(From {
        storage_location,
        run_id: made_by,
    })
}

/// Where the files of a logged model lie, and the run that made it.
fn logged_model(
    connection: &Connection,
    schema: &Schema,
    id: &ModelId,
) -> Result<(String, Option<String>), Fault> {
    let missing = || Failure::new(FailureKind::NotFound, format!("there is no logged model `{id}`"));
    if !schema.has("logged_models") {
        return Err(missing().into());
    }
    let sql = "SELECT artifact_location, source_run_id FROM logged_models \
               WHERE model_id = ?1 AND lifecycle_stage != 'deleted'";
    let found = connection
        .query_row(sql, [id.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(found.ok_or_else(missing)?)
}

/// Notes at the logged model that a version was made from it, as MLflow's own registration does.
fn tell_logged_model(
    connection: &Connection,
    schema: &Schema,
    id: &ModelId,
    name: &ModelName,
    number: i64,
) -> Result<(), Fault> {
    logged_model(connection, schema, id)?;
    let sql = "SELECT tag_value FROM logged_model_tags WHERE model_id = ?1 AND tag_key = ?2";
    let before: Option<String> = connection
        .query_row(sql, params![id.as_str(), MODEL_VERSIONS_TAG], |row| row.get(0))
        .optional()?;
    let sql = "INSERT INTO logged_model_tags (model_id, experiment_id, tag_key, tag_value) \
               SELECT model_id, experiment_id, ?2, ?3 FROM logged_models WHERE model_id = ?1 \
               ON CONFLICT DO UPDATE SET tag_value = excluded.tag_value";
    let value = with_version(before.as_deref(), name, number);
    connection.execute(sql, params![id.as_str(), MODEL_VERSIONS_TAG, value])?;
    Ok(())
}

fn put_tag(connection: &Connection, name: &ModelName, number: i64, tag: &Tag) -> Result<(), Fault> {
    let sql = "INSERT INTO model_version_tags (key, value, name, version) VALUES (?1, ?2, ?3, ?4) \
               ON CONFLICT DO UPDATE SET value = excluded.value";
    connection.execute(sql, params![tag.key.as_str(), tag.value, name.as_str(), number])?;
    Ok(())
}
