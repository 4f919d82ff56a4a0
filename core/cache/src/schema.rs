//! The tables, and how an older file comes to have them.

use rusqlite::{Connection, TransactionBehavior};

/// One step for each version that was shipped; a step is never changed once it was.
const STEPS: &[&str] = &[include_str!("schema/1.sql")];

/// The version that this flowdeck writes, as `user_version` of the file.
pub const SCHEMA_VERSION: usize = STEPS.len();

/// Marks the file as a cache of flowdeck: `FDCK`.
pub(crate) const APPLICATION_ID: i64 = 0x4644_434b;

/// What stands in the way of using a file.
#[derive(Debug)]
pub(crate) enum Unusable {
    /// A newer flowdeck wrote it.
    Newer,
    /// It is a database of something else.
    Foreign,
    /// What SQLite met.
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Unusable {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Brings a file to the version of this flowdeck, whatever older version it has; a new file has version 0.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), Unusable> {
    if version(connection)? == SCHEMA_VERSION && application_id(connection)? == APPLICATION_ID {
        return Ok(());
    }
    // Another process may be at it: who comes second finds it done.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    let is_new = found == 0 && !has_tables(&transaction)?;
    if !is_new && application_id(&transaction)? != APPLICATION_ID {
        return Err(Unusable::Foreign);
    }
    if found > SCHEMA_VERSION {
        return Err(Unusable::Newer);
    }
    for step in &STEPS[found..] {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", SCHEMA_VERSION as i64)?;
    Ok(transaction.commit()?)
}

fn version(connection: &Connection) -> rusqlite::Result<usize> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

fn application_id(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "application_id", |row| row.get(0))
}

fn has_tables(connection: &Connection) -> rusqlite::Result<bool> {
    connection.prepare("SELECT 1 FROM sqlite_schema")?.exists([])
}
