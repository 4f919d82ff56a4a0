use std::cmp::Ordering;

use super::Subject;
use crate::Result;
use crate::search::clause::{Attribute, Clause, DatasetPart, Field, Key, OrderKey};
use crate::search::rules::{RUNS, Rules};
use crate::search::{Dialect, judge};
use crate::time::Timestamp;
use crate::tracking::{RUN_NAME_TAG, Run};

impl Subject for Run {
    const RULES: Rules = RUNS;

    fn judge(&self, clause: &Clause, dialect: Dialect) -> Result<bool> {
        let test = &clause.test;
        match &clause.field {
            Field::Metric(key) => judge::metric(test, value(self, key), dialect),
            Field::Param(key) => judge::text(test, param(self, key)),
            Field::Tag(key) => judge::text(test, judge::tag(&self.tags, key)),
            Field::Dataset(part) => {
                let inputs = self.datasets.iter();
                match part {
                    DatasetPart::Name => judge::any_text(test, inputs.map(|input| &*input.dataset.name)),
                    DatasetPart::Digest => judge::any_text(test, inputs.map(|input| &*input.dataset.digest)),
                    DatasetPart::Context => judge::any_text(test, inputs.filter_map(|input| input.context())),
                }
            }
            Field::Attribute(Attribute::Started) => {
                judge::count(test, self.info.start_time.map(Timestamp::as_millis))
            }
            Field::Attribute(Attribute::Ended) => {
                judge::count(test, self.info.end_time.map(Timestamp::as_millis))
            }
            // SQL stores look at the tag: the column is empty in runs of MLflow 1.29 and before.
            Field::Attribute(Attribute::Name) if dialect == Dialect::Sql => {
                judge::text(test, self.tag(RUN_NAME_TAG))
            }
            Field::Attribute(attribute) => judge::text(test, text(self, *attribute)),
            _ => Ok(false),
        }
    }

    fn order(&self, other: &Self, key: &OrderKey, dialect: Dialect) -> Ordering {
        let down = key.descending;
        match &key.field {
            Field::Metric(key) => judge::metrics(value(self, key), value(other, key), down, dialect),
            Field::Param(key) => judge::missing_last(param(self, key), param(other, key), down),
            Field::Tag(key) => {
                judge::missing_last(judge::tag(&self.tags, key), judge::tag(&other.tags, key), down)
            }
            Field::Attribute(Attribute::Started) => {
                judge::missing_last(self.info.start_time, other.info.start_time, down)
            }
            Field::Attribute(Attribute::Ended) => {
                judge::missing_last(self.info.end_time, other.info.end_time, down)
            }
            Field::Attribute(attribute) => {
                judge::missing_last(text(self, *attribute), text(other, *attribute), down)
            }
            _ => Ordering::Equal,
        }
    }
}

fn value(run: &Run, key: &Key) -> Option<f64> {
    key.find(&run.metrics, |metric| metric.key.as_str())
        .map(|metric| metric.value)
}

fn param<'a>(run: &'a Run, key: &Key) -> Option<&'a str> {
    key.find(&run.params, |param| param.key.as_str())
        .map(|param| param.value.as_str())
}

fn text(run: &Run, attribute: Attribute) -> Option<&str> {
    Some(match attribute {
        Attribute::Id => run.info.id.as_str(),
        Attribute::Name => &run.info.name,
        Attribute::User => &run.info.user_id,
        Attribute::Status => run.info.status.word(),
        Attribute::Location => &run.info.artifact_uri,
        _ => return None,
    })
}
