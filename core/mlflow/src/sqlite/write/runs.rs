use flowdeck_domain::RunId;
use flowdeck_domain::tracking::{RUN_NAME_TAG, Tag};
use rusqlite::{Connection, OptionalExtension, params};

use super::super::fault::Fault;
use super::super::runs::missing;
use super::super::schema::Schema;
use super::{no_tag, now, refused};
use crate::rules;

pub(in super::super) fn rename_run(connection: &Connection, id: &RunId, name: &str) -> Result<(), Fault> {
    rules::check_run_name(name)?;
    check_is_active(connection, id, "renamed")?;
    let sql = "UPDATE runs SET name = ?1 WHERE run_uuid = ?2";
    connection.execute(sql, params![name, id.as_str()])?;
    put_tag(connection, id, RUN_NAME_TAG, name)
}

pub(in super::super) fn set_run_tag(connection: &Connection, id: &RunId, tag: &Tag) -> Result<(), Fault> {
    rules::check_run_tag(tag)?;
    if tag.key.as_str() == RUN_NAME_TAG {
        return rename_run(connection, id, &tag.value);
    }
    check_is_active(connection, id, "tagged")?;
    put_tag(connection, id, tag.key.as_str(), &tag.value)
}

pub(in super::super) fn delete_run_tag(connection: &Connection, id: &RunId, key: &str) -> Result<(), Fault> {
    check_is_active(connection, id, "untagged")?;
    let sql = "DELETE FROM tags WHERE run_uuid = ?1 AND key = ?2";
    match connection.execute(sql, params![id.as_str(), key])? {
        0 => Err(no_tag(key, &format!("run {id}")).into()),
        _ => Ok(()),
    }
}

pub(in super::super) fn delete_run(
    connection: &Connection,
    schema: &Schema,
    id: &RunId,
) -> Result<(), Fault> {
    set_stage(connection, schema, id, "deleted", Some(now()))
}

pub(in super::super) fn restore_run(
    connection: &Connection,
    schema: &Schema,
    id: &RunId,
) -> Result<(), Fault> {
    set_stage(connection, schema, id, "active", None)
}

fn set_stage(
    connection: &Connection,
    schema: &Schema,
    id: &RunId,
    stage: &str,
    deleted_time: Option<i64>,
) -> Result<(), Fault> {
    let sql = "UPDATE runs SET lifecycle_stage = ?1 WHERE run_uuid = ?2";
    if connection.execute(sql, params![stage, id.as_str()])? == 0 {
        return Err(missing(id).into());
    }
    if schema.has_column("runs", "deleted_time") {
        let sql = "UPDATE runs SET deleted_time = ?1 WHERE run_uuid = ?2";
        connection.execute(sql, params![deleted_time, id.as_str()])?;
    }
    Ok(())
}

fn check_is_active(connection: &Connection, id: &RunId, what: &str) -> Result<(), Fault> {
    let sql = "SELECT lifecycle_stage FROM runs WHERE run_uuid = ?1";
    let stage: Option<Option<String>> = connection
        .query_row(sql, [id.as_str()], |row| row.get(0))
        .optional()?;
    let stage = stage.ok_or_else(|| missing(id))?;
    if stage.as_deref() == Some("active") {
        return Ok(());
    }
    let message = format!("run {id} is deleted and cannot be {what}");
    let hint = format!("restore it first with `flowdeck runs restore {id}`");
    Err(refused(message, &hint).into())
}

fn put_tag(connection: &Connection, id: &RunId, key: &str, value: &str) -> Result<(), Fault> {
    let sql = "INSERT INTO tags (key, value, run_uuid) VALUES (?1, ?2, ?3) \
               ON CONFLICT DO UPDATE SET value = excluded.value";
    connection.execute(sql, params![key, value, id.as_str()])?;
    Ok(())
}
