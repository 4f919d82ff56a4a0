//! Writes to registered models and their versions. Source: `mlflow.store.model_registry.sqlalchemy_store`.

mod versions;

pub(in super::super) use versions::{
    create_version, delete_version, delete_version_tag, describe_version, set_alias, set_version_tag,
    transition_stage,
};

use flowdeck_domain::tracking::Tag;
use flowdeck_domain::{Failure, FailureKind, ModelName};
use rusqlite::{Connection, OptionalExtension, params};

use super::super::fault::Fault;
use super::super::registry::no_model;
use super::super::schema::Schema;
use super::{now, refused};
use crate::rules;

pub(in super::super) fn create_model(
    connection: &Connection,
    schema: &Schema,
    name: &ModelName,
    description: Option<&str>,
    tags: &[Tag],
) -> Result<(), Fault> {
    supported(schema)?;
    rules::check_model_name(name)?;
    for tag in tags {
        rules::check_registry_tag(tag)?;
    }
    check_name_is_free(connection, schema, name)?;
    let sql = "INSERT INTO registered_models (name, creation_time, last_updated_time, description) \
               VALUES (?1, ?2, ?2, ?3)";
    connection.execute(sql, params![name.as_str(), now(), description])?;
    for tag in tags {
        put_tag(connection, name, tag)?;
    }
    Ok(())
}

pub(in super::super) fn rename_model(
    connection: &Connection,
    schema: &Schema,
    name: &ModelName,
    new_name: &ModelName,
) -> Result<(), Fault> {
    rules::check_model_name(new_name)?;
    check_model(connection, schema, name)?;
    if name != new_name {
        check_name_is_free(connection, schema, new_name)?;
    }
    let now = now();
    // The foreign keys take versions, tags and aliases along.
    let sql = format!(
        "UPDATE registered_models SET name = ?1, last_updated_time = ?2 WHERE name = ?3 AND {}",
        schema.in_workspace("registered_models")
    );
    connection.execute(&sql, params![new_name.as_str(), now, name.as_str()])?;
    let sql = format!(
        "UPDATE model_versions SET last_updated_time = ?1 WHERE name = ?2 AND {}",
        schema.in_workspace("model_versions")
    );
    connection.execute(&sql, params![now, new_name.as_str()])?;
    Ok(())
}

pub(in super::super) fn describe_model(
    connection: &Connection,
    schema: &Schema,
    name: &ModelName,
    description: &str,
) -> Result<(), Fault> {
    check_model(connection, schema, name)?;
    let sql = format!(
        "UPDATE registered_models SET description = ?1, last_updated_time = ?2 WHERE name = ?3 AND {}",
        schema.in_workspace("registered_models")
    );
    connection.execute(&sql, params![description, now(), name.as_str()])?;
    Ok(())
}

pub(in super::super) fn set_model_tag(
    connection: &Connection,
    schema: &Schema,
    name: &ModelName,
    tag: &Tag,
) -> Result<(), Fault> {
    rules::check_registry_tag(tag)?;
    check_model(connection, schema, name)?;
    put_tag(connection, name, tag)
}

pub(in super::super) fn delete_model_tag(
    connection: &Connection,
    schema: &Schema,
    name: &ModelName,
    key: &str,
) -> Result<(), Fault> {
    rules::check_tag_key(key)?;
    check_model(connection, schema, name)?;
    delete_of(connection, schema, "registered_model_tags", "key", name, key)
}

pub(in super::super) fn delete_alias(
    connection: &Connection,
    schema: &Schema,
    name: &ModelName,
    alias: &str,
) -> Result<(), Fault> {
    check_has_aliases(schema)?;
    rules::check_alias(alias)?;
    check_model(connection, schema, name)?;
    delete_of(
        connection,
        schema,
        "registered_model_aliases",
        "alias",
        name,
        alias,
    )
}

pub(in super::super) fn delete_model(
    connection: &Connection,
    schema: &Schema,
    name: &ModelName,
) -> Result<(), Fault> {
    check_model(connection, schema, name)?;
    for table in [
        "model_version_tags",
        "model_versions",
        "registered_model_tags",
        "registered_model_aliases",
        "registered_models",
    ] {
        if schema.has(table) {
            let workspace = schema.in_workspace(table);
            let sql = format!("DELETE FROM {table} WHERE name = ?1 AND {workspace}");
            connection.execute(&sql, [name.as_str()])?;
        }
    }
    Ok(())
}

fn delete_of(
    connection: &Connection,
    schema: &Schema,
    table: &str,
    column: &str,
    name: &ModelName,
    key: &str,
) -> Result<(), Fault> {
    let workspace = schema.in_workspace(table);
    let sql = format!("DELETE FROM {table} WHERE name = ?1 AND \"{column}\" = ?2 AND {workspace}");
    connection.execute(&sql, params![name.as_str(), key])?;
    Ok(())
}

fn supported(schema: &Schema) -> Result<(), Fault> {
    if schema.has("registered_models") && schema.has("model_versions") {
        return Ok(());
    }
    let message = "this store has no model registry: an MLflow before 1.4 wrote it";
    Err(Failure::new(FailureKind::Unsupported, message).into())
}

fn check_has_aliases(schema: &Schema) -> Result<(), Fault> {
    if schema.has("registered_model_aliases") {
        return Ok(());
    }
    let message = "this store has no aliases: an MLflow before 2.3 wrote it";
    Err(Failure::new(FailureKind::Unsupported, message)
        .with_hint("use stages here, or let a newer MLflow upgrade the store")
        .into())
}

/// That there is such a registered model.
fn check_model(connection: &Connection, schema: &Schema, name: &ModelName) -> Result<(), Fault> {
    supported(schema)?;
    if is_there(connection, schema, name)? {
        return Ok(());
    }
    Err(no_model(name).into())
}

fn check_name_is_free(connection: &Connection, schema: &Schema, name: &ModelName) -> Result<(), Fault> {
    if !is_there(connection, schema, name)? {
        return Ok(());
    }
    let message = format!("there is a registered model `{name}` already");
    Err(refused(message, "choose another name").into())
}

fn is_there(connection: &Connection, schema: &Schema, name: &ModelName) -> Result<bool, Fault> {
    let workspace = schema.in_workspace("registered_models");
    let sql = format!("SELECT 1 FROM registered_models WHERE name = ?1 AND {workspace}");
    let found: Option<i64> = connection
        .query_row(&sql, [name.as_str()], |row| row.get(0))
        .optional()?;
    Ok(found.is_some())
}

fn put_tag(connection: &Connection, name: &ModelName, tag: &Tag) -> Result<(), Fault> {
    let sql = "INSERT INTO registered_model_tags (key, value, name) VALUES (?1, ?2, ?3) \
               ON CONFLICT DO UPDATE SET value = excluded.value";
    connection.execute(sql, params![tag.key.as_str(), tag.value, name.as_str()])?;
    Ok(())
}

/// Says that a model changed now.
fn touch(connection: &Connection, schema: &Schema, name: &ModelName, now: i64) -> Result<(), Fault> {
    let sql = format!(
        "UPDATE registered_models SET last_updated_time = ?1 WHERE name = ?2 AND {}",
        schema.in_workspace("registered_models")
    );
    connection.execute(&sql, params![now, name.as_str()])?;
    Ok(())
}
