//! Adapters that read and write MLflow stores wherever they lie.
//!
//! One module for each kind of store, all behind the ports of [`flowdeck_domain::port`]; one contract suite
//! (`tests/`) holds them to what MLflow's own client reads from the same store.

pub mod artifacts;
pub mod file_store;
pub mod rest;
pub mod sqlite;

mod local;
mod rules;
mod spans;
