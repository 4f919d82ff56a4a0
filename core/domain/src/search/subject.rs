//! How each kind of thing answers what a clause or an order asks of it.

mod experiment;
mod logged_model;
mod registry;
mod run;
mod trace;

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

    /// Whether it passes what clauses ask of one part of it together.
    fn judge_together(&self, clauses: &[Clause], dialect: Dialect) -> Result<bool> {
        let _ = (clauses, dialect);
        Ok(true)
    }

    /// How it compares to another by one key.
    fn order(&self, other: &Self, key: &OrderKey, dialect: Dialect) -> Ordering;

    /// Whether the store fails to compare it to another by this key.
    fn clashes(&self, other: &Self, key: &OrderKey, dialect: Dialect) -> bool {
        let _ = (other, key, dialect);
        false
    }

    /// Whether it is a prompt, which searches of the registry hide.
    fn is_prompt(&self) -> bool {
        false
    }

    /// What is hidden with it where it is a prompt.
    fn family(&self) -> Option<&str> {
        None
    }

    /// The session it is part of.
    fn session(&self) -> Option<&str> {
        None
    }

    /// Whether all of its session pass this clause because of it.
    fn speaks_for_session(&self, clause: &Clause) -> bool {
        let _ = clause;
        false
    }
}
