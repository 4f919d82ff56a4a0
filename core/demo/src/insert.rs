//! Records into rows, as MLflow 3.17's SQL store writes them.

mod registry;
mod traces;
mod tracking;

use rusqlite::{Connection, ToSql};

use crate::record::{Content, Pairs};

/// A connection inside a transaction, and where artifacts lie.
///
/// Statements are prepared once: the connection keeps them.
pub(crate) struct Rows<'a> {
    connection: &'a Connection,
    artifact_root: &'a str,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(connection: &'a Connection, artifact_root: &'a str) -> Self {
        connection.set_prepared_statement_cache_capacity(64);
        Self {
            connection,
            artifact_root,
        }
    }

    pub(crate) fn insert(&self, content: &Content) -> rusqlite::Result<()> {
        for experiment in &content.experiments {
            self.experiment(experiment)?;
        }
        for model in &content.models {
            self.registered_model(model)?;
        }
        Ok(())
    }

    fn row(&self, statement: &str, values: &[&dyn ToSql]) -> rusqlite::Result<()> {
        self.connection.prepare_cached(statement)?.execute(values)?;
        Ok(())
    }

    /// One row for each pair: the key, its text, and the owner.
    fn pairs(&self, statement: &str, owner: &dyn ToSql, pairs: &Pairs) -> rusqlite::Result<()> {
        for (key, value) in &pairs.0 {
            self.row(statement, &[key, value, owner])?;
        }
        Ok(())
    }
}

/// A value as the SQL store keeps it: NaN as a flag beside 0, infinity as the greatest finite number.
///
/// Source: MLflow `SqlAlchemyStore.sanitize_metric_value`.
pub(crate) fn stored_value(value: f64) -> (f64, bool) {
    if value.is_nan() {
        (0.0, true)
    } else {
        (value.clamp(-f64::MAX, f64::MAX), false)
    }
}
