//! Runs. Source: MLflow 3.18, `SearchUtils`, `FileStore._search_runs`, `SqlAlchemyStore._search_runs`.

use super::Rules;
use super::common::{
    LIST_OPERATORS, TAG_OPERATORS, bad_operator, bare_key, break_tie, clause, exact_number, late,
    number_test, number_value, order_fault, presence, refuse_duplicates, require_name, split_key,
    text_or_list, text_test, text_value, without_ticks,
};
use crate::search::clause::{Attribute, Clause, DatasetPart, Fault, Field, Key, OrderKey, Test};
use crate::search::number::Number;
use crate::search::syntax::{self, RawClause};
use crate::search::{Dialect, Entity};
use crate::{Failure, Result};

pub(in crate::search) const RUNS: Rules = Rules {
    entity: Entity::Run,
    bare_timestamp: false,
    clause: run_clause,
    order: run_order,
};

const KEYS: &str = "metrics.KEY, params.KEY, tags.KEY, dataset.name, dataset.digest, dataset.context, run_id, run_name, \
                    status, user_id, artifact_uri, start_time and end_time";

/// What the part before the dot says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Attribute,
    Metric,
    Param,
    Tag,
    Dataset,
}

/// The kind that a word before the dot names, in any of its spellings.
pub(super) fn kind(word: Option<&str>) -> Option<Kind> {
    let Some(word) = word else {
        return Some(Kind::Attribute);
    };
    Some(match without_ticks(word) {
        "metric" | "metrics" => Kind::Metric,
        "param" | "params" | "parameter" | "parameters" => Kind::Param,
        "tag" | "tags" => Kind::Tag,
        "attribute" | "attributes" | "attr" | "run" => Kind::Attribute,
        "dataset" | "datasets" => Kind::Dataset,
        _ => return None,
    })
}

fn attribute(key: &str, for_order: bool) -> Option<Attribute> {
    Some(match key {
        "run_id" => Attribute::Id,
        "run_name" => Attribute::Name,
        "run name" | "Run name" | "Run Name" if !for_order => Attribute::Name,
        "user_id" => Attribute::User,
        "status" => Attribute::Status,
        "artifact_uri" => Attribute::Location,
        "start_time" | "created" | "Created" => Attribute::Started,
        "end_time" => Attribute::Ended,
        _ => return None,
    })
}

/// The field that a key names.
fn field(text: &str, for_order: bool, fault: impl Fn(String) -> Failure) -> Result<Field> {
    let (word, key) = split_key(text);
    let hint = format!("keys are {KEYS}");
    let Some(kind) = kind(word) else {
        let word = word.unwrap_or_default();
        return Err(fault(format!("`{word}` is no kind of key")).with_hint(hint));
    };
    let key = bare_key(key);
    Ok(match kind {
        Kind::Metric => Field::Metric(Key::new(key)),
        Kind::Param => Field::Param(Key::new(key)),
        Kind::Tag => Field::Tag(Key::new(key)),
        Kind::Dataset => Field::Dataset(match key {
            "name" => DatasetPart::Name,
            "digest" => DatasetPart::Digest,
            "context" => DatasetPart::Context,
            _ => {
                return Err(fault(format!("datasets have no `{key}`"))
                    .with_hint("they have name, digest and context"));
            }
        }),
        Kind::Attribute => Field::Attribute(
            attribute(key, for_order)
                .ok_or_else(|| fault(format!("runs have no `{key}`")).with_hint(hint))?,
        ),
    })
}

fn run_clause(raw: &RawClause<'_>, dialect: Dialect) -> Result<Clause> {
    require_name(raw, false)?;
    let field = field(raw.left_text(), false, |message| raw.key_fault(message))?;
    let test = test(raw, &field, dialect)?;
    Ok(clause(raw, field, test))
}

fn test(raw: &RawClause<'_>, field: &Field, dialect: Dialect) -> Result<Test> {
    if let Some(presence) = presence(raw) {
        return match field {
            Field::Param(_) | Field::Tag(_) => Ok(presence),
            _ => Err(raw
                .operator_fault(format!("{} cannot be {}", raw.left_text(), raw.operator))
                .with_hint("params and tags can")),
        };
    }
    match field {
        Field::Metric(_) => metric_test(raw, dialect),
        Field::Param(_) | Field::Tag(_) => tag_test(raw, TAG_OPERATORS, dialect),
        Field::Dataset(_) => {
            let value = text_or_list(raw, true)?;
            dataset_test(raw, value, dialect)
        }
        Field::Attribute(Attribute::Started | Attribute::Ended) => {
            let value = number_value(raw)?;
            number_test(raw, exact_number(raw, &value, dialect)?, dialect)
        }
        _ => {
            let value = text_or_list(raw, matches!(field, Field::Attribute(Attribute::Id)))?;
            text_test(raw, value, true, dialect)
        }
    }
}

/// Compares the latest value of a metric.
pub(super) fn metric_test(raw: &RawClause<'_>, dialect: Dialect) -> Result<Test> {
    number_value(raw)?;
    let number = Number::float(raw.value_text())
        .ok_or_else(|| raw.value_fault(format!("`{}` is no number", raw.value_text())))?;
    number_test(raw, Number::Float(number), dialect)
}

/// Compares a param or a tag.
pub(super) fn tag_test(raw: &RawClause<'_>, known: &str, dialect: Dialect) -> Result<Test> {
    let value = super::common::Value::Text(text_value(raw)?);
    match &*super::common::operator(raw) {
        "=" | "!=" | "LIKE" | "ILIKE" => text_test(raw, value, false, dialect),
        _ => late(bad_operator(raw, known), true, dialect),
    }
}

/// Datasets are compared one by one, so a clause that Python cannot judge is a fault only where there is one.
fn dataset_test(raw: &RawClause<'_>, value: super::common::Value, dialect: Dialect) -> Result<Test> {
    match &*super::common::operator(raw) {
        "=" | "!=" | "LIKE" | "ILIKE" | "IN" | "NOT IN" => text_test(raw, value, true, dialect),
        _ => late(bad_operator(raw, LIST_OPERATORS), true, dialect),
    }
}

fn run_order(texts: &[String], dialect: Dialect) -> Result<Vec<OrderKey>> {
    let mut keys = Vec::with_capacity(texts.len() + 2);
    for text in texts {
        let raw = syntax::order(text)?;
        let field = field(&raw.key, true, |message| order_fault(text, message))?;
        let mut key = OrderKey::new(field, raw.descending);
        if matches!(key.field, Field::Dataset(_)) {
            let failure = order_fault(text, "runs cannot be ordered by their datasets");
            match dialect {
                Dialect::File => {
                    key.fault = Some(Fault {
                        failure,
                        always: true,
                    });
                }
                Dialect::Sql => return Err(failure),
            }
        }
        keys.push(key);
    }
    match dialect {
        Dialect::Sql => refuse_duplicates(&keys, texts)?,
        Dialect::File => {}
    }
    break_tie(&mut keys, OrderKey::attribute(Attribute::Started, true));
    break_tie(&mut keys, OrderKey::attribute(Attribute::Id, false));
    Ok(keys)
}
