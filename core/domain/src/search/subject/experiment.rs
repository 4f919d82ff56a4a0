use std::cmp::Ordering;

use super::Subject;
use crate::Result;
use crate::search::clause::{Attribute, Clause, Comparator, Field, OrderKey, Test};
use crate::search::rules::{EXPERIMENTS, Rules};
use crate::search::syntax::fault;
use crate::search::{Dialect, judge};
use crate::time::Timestamp;
use crate::tracking::Experiment;

impl Subject for Experiment {
    const RULES: Rules = EXPERIMENTS;

    fn judge(&self, clause: &Clause, dialect: Dialect) -> Result<bool> {
        let test = &clause.test;
        match &clause.field {
            Field::Tag(key) => judge::text(test, judge::tag(&self.tags, key)),
            Field::Attribute(Attribute::Name) => judge::text(test, Some(&self.name)),
            Field::Attribute(Attribute::Id) => judge::text(test, Some(self.id.as_str())),
            Field::Attribute(Attribute::Started) => time(clause, self.creation_time, dialect),
            Field::Attribute(Attribute::Updated) => time(clause, self.last_update_time, dialect),
            _ => Ok(false),
        }
    }

    fn order(&self, other: &Self, key: &OrderKey, dialect: Dialect) -> Ordering {
        let down = key.descending;
        match key.field {
            Field::Attribute(Attribute::Name) => judge::way(self.name.cmp(&other.name), down),
            Field::Attribute(Attribute::Id) => judge::way(ids(self, other, dialect), down),
            Field::Attribute(Attribute::Started) => {
                judge::times(self.creation_time, other.creation_time, down, dialect)
            }
            Field::Attribute(Attribute::Updated) => {
                judge::times(self.last_update_time, other.last_update_time, down, dialect)
            }
            _ => Ordering::Equal,
        }
    }
}

/// Python finds no time unequal to all numbers and cannot say which is greater.
fn time(clause: &Clause, value: Option<Timestamp>, dialect: Dialect) -> Result<bool> {
    match (&clause.test, value, dialect) {
        (Test::Number(Comparator::Equal, _), None, Dialect::File) => Ok(false),
        (Test::Number(Comparator::Unequal, _), None, Dialect::File) => Ok(true),
        (Test::Number(..), None, Dialect::File) => Err(fault(
            "an experiment without that time cannot be compared to a number",
            clause.span.clone(),
        )),
        (test, value, _) => judge::count(test, value.map(Timestamp::as_millis)),
    }
}

/// Ids are text in a file store and numbers in SQL.
fn ids(one: &Experiment, other: &Experiment, dialect: Dialect) -> Ordering {
    let number = |experiment: &Experiment| experiment.id.as_str().parse::<i64>().ok();
    match (dialect, number(one), number(other)) {
        (Dialect::Sql, Some(one), Some(other)) => one.cmp(&other),
        _ => one.id.cmp(&other.id),
    }
}
