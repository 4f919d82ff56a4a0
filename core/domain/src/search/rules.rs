//! Which keys, operators and values each kind of thing knows. Each file is one kind.

mod common;
mod experiments;
mod logged_models;
mod registry;
mod runs;
mod traces;

pub(super) use experiments::EXPERIMENTS;
pub(super) use logged_models::LOGGED_MODELS;
pub(super) use registry::{MODELS, VERSIONS};
pub(super) use runs::RUNS;
pub(super) use traces::{TRACES, last_run_alone};

use super::clause::{Clause, OrderKey};
use super::syntax::RawClause;
use super::{Dialect, Entity};
use crate::Result;

/// How filters and orders over one kind of thing are read.
pub(super) struct Rules {
    pub(super) entity: Entity,
    /// Whether the word `timestamp` is a key.
    pub(super) bare_timestamp: bool,
    pub(super) clause: fn(&RawClause<'_>, Dialect) -> Result<Clause>,
    /// All keys of an order, the store's own ties among them.
    pub(super) order: fn(&[String], Dialect) -> Result<Vec<OrderKey>>,
}
