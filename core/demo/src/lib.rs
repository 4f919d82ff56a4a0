//! Seeded stores that make every view work with nothing installed.
//!
//! [`write_store`] makes an `mlflow.db` in the format of MLflow 3.17.2 with an artifact directory beside it;
//! [`Growth`] then lets its running run go on, so that charts move. The clock is the caller's, and the same seed
//! and time give the same store to the byte of every value.
//!
//! ```text
//! content  what the store holds, as plain records: one module for each team's experiment
//! file     the bytes of its artifacts: logs, tables, pictures, models
//! insert   records into rows
//! store    the directory, one transaction, all or nothing
//! growth   the run that is still running
//! live     the same store while somebody looks at it
//! bench_data  a large store, for measuring
//! kubernetes  a cluster that exists only as answers
//! platform    both, beside a store and linked to its runs
//! pipelines   a server of Kubeflow Pipelines, whose runs are played in that cluster
//! ```

pub mod bench_data;
mod content;
mod curve;
mod file;
mod growth;
mod insert;
pub mod kubernetes;
mod live;
pub mod pipelines;
pub mod platform;
mod random;
mod record;
pub mod schema;
mod store;

pub use growth::{Grown, Growth};
pub use live::LiveDemo;
pub use store::{
    DATABASE_NAME, DEFAULT_SEED, DemoStore, StoreOptions, open_store, prepare_store, write_store,
};
