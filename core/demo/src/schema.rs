//! The tables of a tracking store as MLflow makes them.

/// Statements that make an empty store of MLflow 3.17.2, head `dc11669786a5`, with the rows it starts with; only
/// the default experiment is left out, as its artifact location depends on the place.
///
/// Clients of 3.17 read it, and so do newer ones that migrate it; a client refuses a head that it does not know.
/// Source: `sqlite_master` of a store that MLflow 3.17.2 made.
pub(crate) const MLFLOW_3_17_STORE: &str = include_str!("schema/mlflow_3.17.2.sql");
