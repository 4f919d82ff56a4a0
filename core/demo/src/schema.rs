//! The tables of a tracking store as MLflow makes them.

/// Head of the schema of MLflow 3.18.0, as `alembic_version` of such a store names it.
pub const MLFLOW_HEAD: &str = "f4a9b2c7d1e6";

/// Statements that make every table and index of an empty store, `alembic_version` without its row.
///
/// Source: `sqlite_master` of a store that MLflow 3.18.0 made.
pub const MLFLOW_TABLES: &str = include_str!("schema/mlflow_3.18.0.sql");

/// Statements that make an empty store of MLflow 3.17.2, head `dc11669786a5`, with the rows it starts with; only
/// the default experiment is left out, as its artifact location depends on the place.
///
/// The demo is written in it because the newest client on PyPI is 3.17.2, and a client refuses a head that it does not know.
/// Source: `sqlite_master` of a store that MLflow 3.17.2 made.
pub(crate) const MLFLOW_3_17_STORE: &str = include_str!("schema/mlflow_3.17.2.sql");
