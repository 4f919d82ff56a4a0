use std::path::{Path, PathBuf};

use flowdeck_domain::ExperimentId;
use flowdeck_domain::tracking::Tag;
use rusqlite::{Connection, OptionalExtension, ToSql, params};

use super::super::experiments::missing;
use super::super::fault::Fault;
use super::super::schema::Schema;
use super::{no_tag, now, refused};
use crate::rules;

/// Where the runs of a new experiment put their artifacts.
pub(in super::super) enum Place {
    /// There.
    Given(String),
    /// Where the store puts them by itself, below this directory where nothing else tells.
    Default(PathBuf),
}

impl Place {
    /// The given location, a relative path made absolute as MLflow does; else the store's own choice.
    pub(in super::super) fn new(given: Option<&str>, directory: &Path) -> Self {
        match given {
            None | Some("") => Self::Default(directory.to_owned()),
            Some(location) if is_relative_path(location) => {
                let absolute = std::path::absolute(location);
                Self::Given(absolute.map_or_else(|_| location.to_owned(), |path| path.display().to_string()))
            }
            Some(location) => Self::Given(location.to_owned()),
        }
    }

    fn check(&self) -> Result<(), Fault> {
        if let Self::Given(location) = self {
            rules::check_artifact_location(location)?;
        }
        Ok(())
    }
}

/// A path without a scheme that does not start at the root; `C:/…` has a drive and no scheme.
fn is_relative_path(location: &str) -> bool {
    let scheme = location
        .split_once(':')
        .is_some_and(|(scheme, _)| scheme.len() > 1 && !scheme.contains('/'));
    !scheme && Path::new(location).is_relative()
}

pub(in super::super) fn create_experiment(
    connection: &Connection,
    schema: &Schema,
    name: &str,
    place: &Place,
    tags: &[Tag],
) -> Result<ExperimentId, Fault> {
    rules::check_experiment_name(name)?;
    place.check()?;
    for tag in tags {
        rules::check_experiment_tag(tag)?;
    }
    check_name_is_free(connection, schema, name)?;
    let now = now();
    let given = match place {
        Place::Given(location) => Some(location.as_str()),
        Place::Default(_) => None,
    };
    let all: [(&str, &dyn ToSql); 5] = [
        ("name", &name),
        ("artifact_location", &given),
        ("lifecycle_stage", &"active"),
        ("creation_time", &now),
        ("last_update_time", &now),
    ];
    let there: Vec<_> = all
        .into_iter()
        .filter(|(column, _)| schema.has_column("experiments", column))
        .collect();
    let columns: Vec<&str> = there.iter().map(|(column, _)| *column).collect();
    let marks = vec!["?"; columns.len()].join(", ");
    let sql = format!(
        "INSERT INTO experiments ({}) VALUES ({marks})",
        columns.join(", ")
    );
    let values: Vec<&dyn ToSql> = there.iter().map(|(_, value)| *value).collect();
    connection.execute(&sql, &*values)?;
    let id = connection.last_insert_rowid();
    if let Place::Default(directory) = place {
        let root = artifact_root(connection, directory)?;
        let sql = "UPDATE experiments SET artifact_location = ?1 WHERE experiment_id = ?2";
        connection.execute(sql, params![format!("{root}/{id}"), id])?;
    }
    for tag in tags {
        put_tag(connection, id, tag)?;
    }
    Ok(ExperimentId::from(id.to_string()))
}

/// Where this store puts artifacts: what the location of another experiment is without its id, since the client
/// or server that made it was told; else `mlruns` beside the database.
fn artifact_root(connection: &Connection, directory: &Path) -> Result<String, Fault> {
    let sql = "SELECT experiment_id, artifact_location FROM experiments \
               WHERE artifact_location LIKE '%/' || experiment_id ORDER BY experiment_id LIMIT 1";
    let sibling = connection
        .query_row(sql, [], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        })
        .optional()?;
    let root = sibling.and_then(|(id, location)| {
        let root = location.strip_suffix(&format!("/{id}"))?;
        (!root.is_empty()).then(|| root.to_owned())
    });
    Ok(root.unwrap_or_else(|| directory.join("mlruns").display().to_string()))
}

pub(in super::super) fn rename_experiment(
    connection: &Connection,
    schema: &Schema,
    id: &ExperimentId,
    name: &str,
) -> Result<(), Fault> {
    rules::check_experiment_name(name)?;
    let found = find(connection, id)?;
    check_is_active(&found, "renamed")?;
    if found.name != name {
        check_name_is_free(connection, schema, name)?;
    }
    connection.execute(
        "UPDATE experiments SET name = ?1 WHERE experiment_id = ?2",
        params![name, found.id],
    )?;
    touch(connection, schema, found.id)
}

pub(in super::super) fn delete_experiment(
    connection: &Connection,
    schema: &Schema,
    id: &ExperimentId,
) -> Result<(), Fault> {
    let found = find(connection, id)?;
    if !found.is_active {
        return Err(missing(&format!("id {id} that is not deleted already")).into());
    }
    set_stage(connection, schema, found.id, "deleted", Some(now()))
}

pub(in super::super) fn restore_experiment(
    connection: &Connection,
    schema: &Schema,
    id: &ExperimentId,
) -> Result<(), Fault> {
    let found = find(connection, id)?;
    if found.is_active {
        return Err(missing(&format!("id {id} among the deleted ones")).into());
    }
    set_stage(connection, schema, found.id, "active", None)
}

pub(in super::super) fn set_experiment_tag(
    connection: &Connection,
    id: &ExperimentId,
    tag: &Tag,
) -> Result<(), Fault> {
    rules::check_experiment_tag(tag)?;
    let found = find(connection, id)?;
    check_is_active(&found, "tagged")?;
    put_tag(connection, found.id, tag)
}

pub(in super::super) fn delete_experiment_tag(
    connection: &Connection,
    id: &ExperimentId,
    key: &str,
) -> Result<(), Fault> {
    let found = find(connection, id)?;
    check_is_active(&found, "untagged")?;
    let sql = "DELETE FROM experiment_tags WHERE experiment_id = ?1 AND key = ?2";
    match connection.execute(sql, params![found.id, key])? {
        0 => Err(no_tag(key, &format!("experiment {id}")).into()),
        _ => Ok(()),
    }
}

struct Found {
    id: i64,
    name: String,
    is_active: bool,
}

fn find(connection: &Connection, id: &ExperimentId) -> Result<Found, Fault> {
    let number: i64 = id.as_str().parse().map_err(|_| missing(&format!("id {id}")))?;
    let sql = "SELECT name, lifecycle_stage FROM experiments WHERE experiment_id = ?1";
    let found = connection
        .query_row(sql, [number], |row| {
            Ok(Found {
                id: number,
                name: row.get(0)?,
                is_active: row.get::<_, Option<String>>(1)?.as_deref() == Some("active"),
            })
        })
        .optional()?;
    Ok(found.ok_or_else(|| missing(&format!("id {id}")))?)
}

fn check_is_active(found: &Found, what: &str) -> Result<(), Fault> {
    if found.is_active {
        return Ok(());
    }
    let message = format!("experiment {} is deleted and cannot be {what}", found.id);
    let hint = format!(
        "restore it first with `flowdeck experiments restore {}`",
        found.id
    );
    Err(refused(message, &hint).into())
}

fn check_name_is_free(connection: &Connection, schema: &Schema, name: &str) -> Result<(), Fault> {
    let workspace = schema.in_workspace("experiments");
    let sql =
        format!("SELECT experiment_id, lifecycle_stage FROM experiments WHERE name = ?1 AND {workspace}");
    let taken = connection
        .query_row(&sql, [name], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, Option<String>>(1)?))
        })
        .optional()?;
    let Some((id, stage)) = taken else { return Ok(()) };
    if stage.as_deref() == Some("deleted") {
        let message = format!("the deleted experiment {id} has the name `{name}`");
        let hint = format!("restore it with `flowdeck experiments restore {id}`, or choose another name");
        return Err(refused(message, &hint).into());
    }
    let message = format!("experiment {id} has the name `{name}` already");
    Err(refused(message, "choose another name").into())
}

/// Sets the stage of an experiment and of all its runs.
fn set_stage(
    connection: &Connection,
    schema: &Schema,
    id: i64,
    stage: &str,
    deleted_time: Option<i64>,
) -> Result<(), Fault> {
    let sql = "UPDATE experiments SET lifecycle_stage = ?1 WHERE experiment_id = ?2";
    connection.execute(sql, params![stage, id])?;
    touch(connection, schema, id)?;
    let sql = "UPDATE runs SET lifecycle_stage = ?1 WHERE experiment_id = ?2";
    connection.execute(sql, params![stage, id])?;
    if schema.has_column("runs", "deleted_time") {
        let sql = "UPDATE runs SET deleted_time = ?1 WHERE experiment_id = ?2";
        connection.execute(sql, params![deleted_time, id])?;
    }
    Ok(())
}

fn touch(connection: &Connection, schema: &Schema, id: i64) -> Result<(), Fault> {
    if schema.has_column("experiments", "last_update_time") {
        let sql = "UPDATE experiments SET last_update_time = ?1 WHERE experiment_id = ?2";
        connection.execute(sql, params![now(), id])?;
    }
    Ok(())
}

fn put_tag(connection: &Connection, id: i64, tag: &Tag) -> Result<(), Fault> {
    let sql = "INSERT INTO experiment_tags (key, value, experiment_id) VALUES (?1, ?2, ?3) \
               ON CONFLICT DO UPDATE SET value = excluded.value";
    connection.execute(sql, params![tag.key.as_str(), tag.value, id])?;
    Ok(())
}
