use std::cmp::Ordering;

use super::Subject;
use crate::Result;
use crate::id::RunId;
use crate::search::clause::{Attribute, Clause, Field, Key, OrderKey, Test};
use crate::search::rules::{LOGGED_MODELS, Rules};
use crate::search::{Dialect, judge};
use crate::tracking::{LoggedModel, LoggedModelStatus, Metric};

impl Subject for LoggedModel {
    const RULES: Rules = LOGGED_MODELS;

    fn judge(&self, clause: &Clause, dialect: Dialect) -> Result<bool> {
        let test = &clause.test;
        match &clause.field {
            Field::Metric(key) => {
                let metric = match dialect {
                    Dialect::File => self
                        .metrics
                        .iter()
                        .find(|metric| metric.key.as_str() == key.as_str()),
                    Dialect::Sql => latest(self, key),
                };
                judge::metric(test, metric.map(|metric| metric.value), dialect)
            }
            Field::Param(key) => judge::text(test, param(self, key)),
            Field::Tag(key) => judge::text(test, judge::tag(&self.tags, key)),
            Field::Attribute(Attribute::Started) => {
                judge::count(test, Some(self.creation_timestamp.as_millis()))
            }
            Field::Attribute(Attribute::Updated) => {
                judge::count(test, Some(self.last_updated_timestamp.as_millis()))
            }
            Field::Attribute(Attribute::Experiment) => number_as_text(test, self.experiment_id.as_str()),
            Field::Attribute(attribute) => judge::text(test, text(self, *attribute)),
            _ => judge::text(test, None),
        }
    }

    fn order(&self, other: &Self, key: &OrderKey, dialect: Dialect) -> Ordering {
        let down = key.descending;
        match &key.field {
            Field::Metric(key) => {
                let value = |model| {
                    let metric = match dialect {
                        Dialect::File => newest(model, key),
                        Dialect::Sql => latest(model, key),
                    };
                    metric.map(|metric| judge::stored(metric.value, dialect))
                };
                judge::missing_last(value(self), value(other), down)
            }
            Field::Attribute(Attribute::Started) => {
                judge::way(self.creation_timestamp.cmp(&other.creation_timestamp), down)
            }
            Field::Attribute(Attribute::Updated) => judge::way(
                self.last_updated_timestamp.cmp(&other.last_updated_timestamp),
                down,
            ),
            Field::Attribute(Attribute::Status) if dialect == Dialect::Sql => judge::way(
                status_number(&self.status).cmp(&status_number(&other.status)),
                down,
            ),
            Field::Attribute(Attribute::Experiment) => {
                let number = |model: &Self| model.experiment_id.as_str().parse::<i64>().ok();
                judge::missing_last(number(self), number(other), down)
            }
            Field::Attribute(attribute) => {
                judge::missing_last(text(self, *attribute), text(other, *attribute), down)
            }
            _ => Ordering::Equal,
        }
    }

    /// Python cannot order a text and what has none, if the least comes first.
    fn clashes(&self, other: &Self, key: &OrderKey, dialect: Dialect) -> bool {
        match key.field {
            Field::Attribute(attribute @ (Attribute::ModelType | Attribute::Run))
                if dialect == Dialect::File && !key.descending =>
            {
                text(self, attribute).is_none() != text(other, attribute).is_none()
            }
            _ => false,
        }
    }
}

fn param<'a>(model: &'a LoggedModel, key: &Key) -> Option<&'a str> {
    key.find(&model.params, |param| param.key.as_str())
        .map(|param| param.value.as_str())
}

/// The metric that counts in a SQL store: of the greatest step, then time, then value.
fn latest<'a>(model: &'a LoggedModel, key: &Key) -> Option<&'a Metric> {
    model
        .metrics
        .iter()
        .filter(|metric| metric.key.as_str() == key.as_str())
        .max_by(|one, other| {
            (one.step, one.timestamp)
                .cmp(&(other.step, other.timestamp))
                .then(one.value.total_cmp(&other.value))
        })
}

/// The metric that orders in a file store: the first of those logged last.
fn newest<'a>(model: &'a LoggedModel, key: &Key) -> Option<&'a Metric> {
    model
        .metrics
        .iter()
        .filter(|metric| metric.key.as_str() == key.as_str())
        .rev()
        .max_by_key(|metric| metric.timestamp)
}

fn text(model: &LoggedModel, attribute: Attribute) -> Option<&str> {
    match attribute {
        Attribute::Id => Some(model.id.as_str()),
        Attribute::Name => Some(&model.name),
        Attribute::ModelType => model.model_type.as_deref(),
        Attribute::Run => model.source_run_id.as_ref().map(RunId::as_str),
        Attribute::Status => Some(status(&model.status)),
        Attribute::Location => Some(&model.artifact_uri),
        Attribute::StatusMessage => model.status_message.as_deref(),
        // Deleted ones are found by no search.
        Attribute::Lifecycle => Some("active"),
        _ => None,
    }
}

/// The word of MLflow's client, which calls a failed upload `FAILED`.
fn status(status: &LoggedModelStatus) -> &str {
    match status {
        LoggedModelStatus::UploadFailed => "FAILED",
        other => other.word(),
    }
}

fn status_number(status: &LoggedModelStatus) -> u8 {
    match status {
        LoggedModelStatus::Pending => 1,
        LoggedModelStatus::Ready => 2,
        LoggedModelStatus::UploadFailed => 3,
        LoggedModelStatus::Other(_) => 0,
    }
}

/// SQLite compares a column of numbers to a text that looks like a number as to that number.
fn number_as_text(test: &Test, value: &str) -> Result<bool> {
    let plain = |text: &str| {
        text.trim()
            .parse::<f64>()
            .map_or_else(|_| text.to_owned(), |number| number.to_string())
    };
    match test {
        Test::Text(comparator, text) => judge::text(&Test::Text(*comparator, plain(text)), Some(value)),
        Test::In { values, not } => {
            let values = values.iter().map(|text| plain(text)).collect();
            judge::text(&Test::In { values, not: *not }, Some(value))
        }
        test => judge::text(test, Some(value)),
    }
}
