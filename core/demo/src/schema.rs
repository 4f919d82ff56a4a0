//! The tables of a tracking store as MLflow 3.18.0 makes them.

/// Head of the schema, as `alembic_version` of such a store names it.
pub const MLFLOW_HEAD: &str = "f4a9b2c7d1e6";

/// Statements that make every table and index of an empty store, `alembic_version` without its row.
///
/// Source: `sqlite_master` of a store that MLflow 3.18.0 made.
pub const MLFLOW_TABLES: &str = include_str!("schema/mlflow_3.18.0.sql");
