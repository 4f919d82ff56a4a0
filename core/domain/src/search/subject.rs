//! How each kind of thing answers what a clause or an order asks of it.

mod run;

use std::cmp::Ordering;

use super::Dialect;
use super::clause::{Clause, OrderKey};
use super::rules::Rules;
use crate::Result;

/// A thing that can be judged.
pub(super) trait Subject: Sized {
    /// How filters and orders over it are read.
    const RULES: Rules;

    /// Whether it passes one clause.
    fn judge(&self, clause: &Clause, dialect: Dialect) -> Result<bool>;

    /// How it compares to another by one key.
    fn order(&self, other: &Self, key: &OrderKey, dialect: Dialect) -> Ordering;
}

macro_rules! later {
    ($($kind:ty),*) => {$(
        impl Subject for $kind {
            const RULES: Rules = super::rules::RUNS;

            fn judge(&self, _: &Clause, _: Dialect) -> Result<bool> {
                Ok(true)
            }

            fn order(&self, _: &Self, _: &OrderKey, _: Dialect) -> Ordering {
                Ordering::Equal
            }
        }
    )*};
}
later!(
    crate::tracking::Experiment,
    crate::tracking::LoggedModel,
    super::TraceRecord,
    crate::registry::RegisteredModel,
    crate::registry::ModelVersion
);
