//! Experiments. Source: MLflow 3.18, `SearchExperimentsUtils`, `SqlAlchemyStore._search_experiments`.

use super::Rules;
use super::common::{
    LIST_OPERATORS, NUMBER_OPERATORS, TAG_OPERATORS, TEXT_OPERATORS, Value, bad_operator, bare_key,
    break_tie, clause, exact_number, late, number_value, operator, order_fault, presence, require_name,
    split_key, text_or_list, text_test,
};
use super::runs::tag_test;
use crate::search::clause::{Attribute, Clause, Comparator, Field, Key, OrderKey, Test};
use crate::search::number::Number;
use crate::search::syntax::{self, RawClause};
use crate::search::{Dialect, Entity};
use crate::{Failure, Result};

pub(in crate::search) const EXPERIMENTS: Rules = Rules {
    entity: Entity::Experiment,
    bare_timestamp: false,
    clause: experiment_clause,
    order: experiment_order,
};

const KEYS: &str = "name, experiment_id, creation_time, last_update_time and tags.KEY";

/// The attribute or tag that a key names: both spellings of each, back-ticks around the key alone.
pub(super) fn attribute_or_tag(
    text: &str,
    attribute: impl Fn(&str) -> Option<Attribute>,
    keys: &str,
    fault: impl Fn(String) -> Failure,
) -> Result<Field> {
    let (word, key) = split_key(text);
    let key = bare_key(key);
    let hint = format!("keys are {keys}");
    match word {
        Some("tag" | "tags") => Ok(Field::Tag(Key::new(key))),
        None | Some("attribute" | "attributes") => attribute(key)
            .map(Field::Attribute)
            .ok_or_else(|| fault(format!("`{key}` is no key")).with_hint(hint)),
        Some(word) => Err(fault(format!("`{word}` is no kind of key")).with_hint(hint)),
    }
}

fn attribute(key: &str) -> Option<Attribute> {
    Some(match key {
        "name" => Attribute::Name,
        "experiment_id" => Attribute::Id,
        "creation_time" => Attribute::Started,
        "last_update_time" => Attribute::Updated,
        _ => return None,
    })
}

fn experiment_clause(raw: &RawClause<'_>, dialect: Dialect) -> Result<Clause> {
    require_name(raw, false)?;
    let field = attribute_or_tag(raw.left_text(), attribute, KEYS, |message| raw.key_fault(message))?;
    let test = test(raw, &field, dialect)?;
    Ok(clause(raw, field, test))
}

fn test(raw: &RawClause<'_>, field: &Field, dialect: Dialect) -> Result<Test> {
    if let Some(presence) = presence(raw) {
        return match field {
            Field::Tag(_) => Ok(presence),
            _ => Err(raw
                .operator_fault(format!("{} cannot be {}", raw.left_text(), raw.operator))
                .with_hint("tags can")),
        };
    }
    match field {
        Field::Tag(_) => tag_test(raw, TAG_OPERATORS, dialect),
        Field::Attribute(Attribute::Id) => {
            let value = text_or_list(raw, true)?;
            match dialect {
                Dialect::File => text_test(raw, value, true, dialect),
                Dialect::Sql => id_test(raw, value),
            }
        }
        Field::Attribute(Attribute::Name) => {
            let value = text_or_list(raw, false)?;
            if dialect == Dialect::Sql && matches!(&*operator(raw), "IN" | "NOT IN") {
                return Err(bad_operator(raw, TEXT_OPERATORS));
            }
            text_test(raw, value, true, dialect)
        }
        _ => time_test(raw, dialect),
    }
}

/// SQL stores hold ids as numbers.
fn id_test(raw: &RawClause<'_>, value: Value) -> Result<Test> {
    let number = |text: &str| match Number::python_int(text) {
        Some(Number::Whole(id)) => Ok(id.to_string()),
        _ => Err(raw
            .value_fault(format!("`{text}` is no experiment id"))
            .with_hint("experiment ids are numbers in quotes: '7'")),
    };
    match (&*operator(raw), value) {
        ("=", Value::Text(text)) => Ok(Test::Text(Comparator::Equal, number(&text)?)),
        ("!=", Value::Text(text)) => Ok(Test::Text(Comparator::Unequal, number(&text)?)),
        (operator @ ("IN" | "NOT IN"), Value::List(texts)) => Ok(Test::In {
            values: texts.iter().map(|text| number(text)).collect::<Result<_>>()?,
            not: operator == "NOT IN",
        }),
        _ => Err(bad_operator(raw, LIST_OPERATORS)),
    }
}

fn time_test(raw: &RawClause<'_>, dialect: Dialect) -> Result<Test> {
    let value = number_value(raw)?;
    let number = exact_number(raw, &value, dialect)?;
    let Some(comparator) = Comparator::from_symbol(raw.operator) else {
        return late(bad_operator(raw, NUMBER_OPERATORS), true, dialect);
    };
    if dialect == Dialect::Sql {
        return match value {
            Value::Float(text) => Err(raw
                .value_fault(format!("`{text}` is no whole number"))
                .with_hint("times are whole milliseconds since 1970")),
            _ => Ok(Test::Number(comparator, number)),
        };
    }
    // A file store makes a float of it first.
    let float = Number::float(raw.value_text()).unwrap_or(f64::NAN);
    if float.is_infinite() && matches!(value, Value::Whole(_)) {
        return late(raw.value_fault("the number is too great"), true, dialect);
    }
    Ok(Test::Number(comparator, Number::Float(float)))
}

fn experiment_order(texts: &[String], dialect: Dialect) -> Result<Vec<OrderKey>> {
    if texts.is_empty() {
        return Ok(vec![
            OrderKey::attribute(Attribute::Started, true),
            OrderKey::attribute(Attribute::Id, false),
        ]);
    }
    let _ = dialect;
    let mut keys = attribute_orders(
        texts,
        attribute,
        "name, experiment_id, creation_time and last_update_time",
    )?;
    break_tie(&mut keys, OrderKey::attribute(Attribute::Id, true));
    Ok(keys)
}

/// Keys of an order that knows attributes alone.
pub(super) fn attribute_orders(
    texts: &[String],
    attribute: impl Fn(&str) -> Option<Attribute>,
    known: &str,
) -> Result<Vec<OrderKey>> {
    let mut keys = Vec::with_capacity(texts.len() + 2);
    for text in texts {
        let raw = syntax::order(text)?;
        let field = attribute_or_tag(&raw.key, &attribute, known, |message| order_fault(text, message))?;
        if matches!(field, Field::Tag(_)) {
            return Err(order_fault(text, "tags do not order these").with_hint(format!("keys are {known}")));
        }
        keys.push(OrderKey::new(field, raw.descending));
    }
    Ok(keys)
}
