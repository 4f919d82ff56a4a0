use std::cmp::Ordering;

use super::Subject;
use crate::Result;
use crate::id::RunId;
use crate::registry::{ModelVersion, PROMPT_TAG, RegisteredModel};
use crate::search::clause::{Attribute, Clause, Comparator, Field, Key, OrderKey, Test};
use crate::search::rules::{MODELS, Rules, VERSIONS};
use crate::search::{Dialect, judge};
use crate::tracking::Tag;

impl Subject for RegisteredModel {
    const RULES: Rules = MODELS;

    fn judge(&self, clause: &Clause, dialect: Dialect) -> Result<bool> {
        match &clause.field {
            Field::Tag(key) => tag(&clause.test, &self.tags, key, dialect),
            _ => judge::text(&clause.test, Some(self.name.as_str())),
        }
    }

    fn order(&self, other: &Self, key: &OrderKey, dialect: Dialect) -> Ordering {
        let down = key.descending;
        match key.field {
            Field::Attribute(Attribute::Name) => judge::way(self.name.cmp(&other.name), down),
            Field::Attribute(Attribute::Started) => {
                judge::times(self.creation_timestamp, other.creation_timestamp, down, dialect)
            }
            _ => judge::times(
                self.last_updated_timestamp,
                other.last_updated_timestamp,
                down,
                dialect,
            ),
        }
    }

    fn is_prompt(&self) -> bool {
        has_prompt_tag(&self.tags)
    }
}

impl Subject for ModelVersion {
    const RULES: Rules = VERSIONS;

    fn judge(&self, clause: &Clause, dialect: Dialect) -> Result<bool> {
        let test = &clause.test;
        match &clause.field {
            Field::Tag(key) => tag(test, &self.tags, key, dialect),
            Field::Attribute(Attribute::Version) => judge::count(test, number(self)),
            Field::Attribute(Attribute::Run) => judge::text(test, self.run_id.as_ref().map(RunId::as_str)),
            Field::Attribute(Attribute::Location) => judge::text(test, self.source.as_deref()),
            _ => judge::text(test, Some(self.name.as_str())),
        }
    }

    fn order(&self, other: &Self, key: &OrderKey, dialect: Dialect) -> Ordering {
        let down = key.descending;
        match key.field {
            Field::Attribute(Attribute::Name) => judge::way(self.name.cmp(&other.name), down),
            Field::Attribute(Attribute::Version) => judge::way(number(self).cmp(&number(other)), down),
            Field::Attribute(Attribute::Started) => {
                judge::times(self.creation_timestamp, other.creation_timestamp, down, dialect)
            }
            _ => judge::times(
                self.last_updated_timestamp,
                other.last_updated_timestamp,
                down,
                dialect,
            ),
        }
    }

    fn is_prompt(&self) -> bool {
        has_prompt_tag(&self.tags)
    }

    /// In a SQL store a version is hidden if any version of its name is a prompt.
    fn family(&self) -> Option<&str> {
        Some(self.name.as_str())
    }
}

fn number(version: &ModelVersion) -> Option<i64> {
    version.version.as_str().parse().ok()
}

fn has_prompt_tag(tags: &[Tag]) -> bool {
    tags.iter()
        .any(|tag| tag.key.as_str() == PROMPT_TAG && tag.value == "true")
}

/// In a file store what is no prompt passes for one that says `false`.
fn tag(test: &Test, tags: &[Tag], key: &Key, dialect: Dialect) -> Result<bool> {
    let value = judge::tag(tags, key);
    if dialect == Dialect::File && key.as_str() == PROMPT_TAG && value.is_none() {
        return match test {
            Test::Text(Comparator::Equal, text) => Ok(text == "false"),
            Test::Text(Comparator::Unequal, text) => Ok(text == "true"),
            test => judge::text(test, None),
        };
    }
    judge::text(test, value)
}
