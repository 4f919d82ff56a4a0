//! Logged models. Source: MLflow 3.18: `SearchLoggedModelsUtils` for file stores; `search_logged_model_utils` and
//! `SqlAlchemyStore.search_logged_models` for SQL stores, which read filters by rules of their own.

use super::Rules;
use super::common::{
    LIST_OPERATORS, NUMBER_OPERATORS, TEXT_OPERATORS, Value, bad_operator, bare_key, break_tie, clause,
    exact_number, late, number_value, operator, order_fault, presence, require_name, split_key, text_or_list,
    text_test,
};
use super::runs::{Kind, kind, metric_test, tag_test};
use crate::Result;
use crate::search::clause::{Attribute, Clause, Comparator, Fault, Field, Key, OrderKey, Test};
use crate::search::like::Like;
use crate::search::literal::{self, Literal};
use crate::search::number::Number;
use crate::search::syntax::RawClause;
use crate::search::{Dialect, Entity};

pub(in crate::search) const LOGGED_MODELS: Rules = Rules {
    entity: Entity::LoggedModel,
    bare_timestamp: false,
    clause: model_clause,
    order: model_order,
};

const KEYS: &str = "metrics.KEY, params.KEY, tags.KEY, name, model_id, model_type, status, source_run_id, \
                    creation_timestamp and last_updated_timestamp";

fn model_clause(raw: &RawClause<'_>, dialect: Dialect) -> Result<Clause> {
    match dialect {
        Dialect::File => file_clause(raw),
        Dialect::Sql => sql_clause(raw),
    }
}

fn file_attribute(key: &str) -> Option<Attribute> {
    Some(match key {
        "name" => Attribute::Name,
        "model_id" => Attribute::Id,
        "model_type" => Attribute::ModelType,
        "status" => Attribute::Status,
        "source_run_id" => Attribute::Run,
        "creation_timestamp" | "creation_time" => Attribute::Started,
        "last_updated_timestamp" | "last_updated_time" => Attribute::Updated,
        _ => return None,
    })
}

fn file_clause(raw: &RawClause<'_>) -> Result<Clause> {
    require_name(raw, false)?;
    let (word, key) = split_key(raw.left_text());
    let key = bare_key(key);
    let hint = format!("keys are {KEYS}");
    let kind = kind(word).ok_or_else(|| {
        let word = word.unwrap_or_default();
        raw.key_fault(format!("`{word}` is no kind of key"))
            .with_hint(hint.clone())
    })?;
    let field = match kind {
        Kind::Metric => Field::Metric(Key::new(key)),
        Kind::Param => Field::Param(Key::new(key)),
        Kind::Tag => Field::Tag(Key::new(key)),
        // A file store takes a dataset's name for the model's.
        Kind::Dataset if key == "name" => Field::Attribute(Attribute::Name),
        Kind::Dataset if matches!(key, "digest" | "context") => {
            text_or_list(raw, true)?;
            let failure = raw
                .key_fault(format!("logged models have no `{key}`"))
                .with_hint(hint);
            return Ok(clause(
                raw,
                Field::Issue,
                Test::Fault(Fault {
                    failure,
                    always: true,
                }),
            ));
        }
        Kind::Dataset => return Err(raw.key_fault(format!("datasets have no `{key}`"))),
        Kind::Attribute => Field::Attribute(file_attribute(key).ok_or_else(|| {
            raw.key_fault(format!("logged models have no `{key}`"))
                .with_hint(hint)
        })?),
    };
    let test = file_test(raw, &field, key)?;
    Ok(clause(raw, field, test))
}

fn file_test(raw: &RawClause<'_>, field: &Field, key: &str) -> Result<Test> {
    let dialect = Dialect::File;
    if presence(raw).is_some() {
        let failure = raw.operator_fault(format!("{} cannot be {}", raw.left_text(), raw.operator));
        return match field {
            Field::Param(_) | Field::Tag(_) => Ok(Test::Fault(Fault {
                failure,
                always: true,
            })),
            _ => Err(failure),
        };
    }
    match field {
        Field::Metric(_) => metric_test(raw, dialect),
        Field::Param(_) | Field::Tag(_) => tag_test(raw, TEXT_OPERATORS, dialect),
        Field::Attribute(Attribute::Started | Attribute::Updated) => {
            let value = number_value(raw)?;
            let number = exact_number(raw, &value, dialect)?;
            let Some(comparator) = Comparator::from_symbol(raw.operator) else {
                return late(bad_operator(raw, NUMBER_OPERATORS), true, dialect);
            };
            if matches!(key, "creation_time" | "last_updated_time") {
                let hint = format!("write {}stamp", key.trim_end_matches("stamp"));
                return late(
                    raw.key_fault(format!("logged models have no `{key}`"))
                        .with_hint(hint),
                    true,
                    dialect,
                );
            }
            Ok(Test::Number(comparator, number))
        }
        _ => {
            let value = text_or_list(raw, true)?;
            any_comparison(raw, value)
        }
    }
}

/// A file store compares these texts with whatever Python compares with, and fails at all else.
fn any_comparison(raw: &RawClause<'_>, value: Value) -> Result<Test> {
    let operator = operator(raw);
    match (&*operator, value, Comparator::from_symbol(&operator)) {
        (_, Value::Text(text), Some(comparator)) => Ok(Test::Text(comparator, text)),
        ("IN" | "NOT IN" | "=" | "!=" | "LIKE" | "ILIKE", value, _) => {
            text_test(raw, value, true, Dialect::File)
        }
        _ => late(bad_operator(raw, LIST_OPERATORS), false, Dialect::File),
    }
}

/// The column that a name means in a SQL store.
fn sql_attribute(key: &str) -> Option<Attribute> {
    Some(match key {
        "name" => Attribute::Name,
        "model_id" => Attribute::Id,
        "model_type" => Attribute::ModelType,
        "status" => Attribute::Status,
        "source_run_id" => Attribute::Run,
        "creation_timestamp_ms" => Attribute::Started,
        "last_updated_timestamp_ms" => Attribute::Updated,
        "artifact_location" => Attribute::Location,
        "experiment_id" => Attribute::Experiment,
        "lifecycle_stage" => Attribute::Lifecycle,
        "status_message" => Attribute::StatusMessage,
        _ => return None,
    })
}

/// Other names of columns, which go without `attributes.` before them.
fn sql_alias(key: &str) -> &str {
    match key {
        "creation_time" | "creation_timestamp" => "creation_timestamp_ms",
        "last_updated_timestamp" => "last_updated_timestamp_ms",
        key => key,
    }
}

fn sql_clause(raw: &RawClause<'_>) -> Result<Clause> {
    let field = sql_field(raw)?;
    let operator = operator(raw);
    let test = match &field {
        Field::Metric(_) | Field::Attribute(Attribute::Started | Attribute::Updated) => sql_number(raw)?,
        field => {
            let value = sql_value(raw)?;
            if matches!(field, Field::Attribute(Attribute::Status)) {
                status_test(raw, &operator, value)?
            } else {
                sql_text(raw, &operator, value)?
            }
        }
    };
    Ok(clause(raw, field, test))
}

/// Any text may stand before the operator here: what is no known column is a fault.
fn sql_field(raw: &RawClause<'_>) -> Result<Field> {
    let text = raw.left_text();
    let hint = format!("keys are {KEYS}");
    let entity = text.split_once('.').filter(|(word, key)| {
        !word.is_empty()
            && word.bytes().all(|byte| byte.is_ascii_lowercase())
            && !key.is_empty()
            && !key.contains('\n')
    });
    let unknown = |key: &str| {
        raw.key_fault(format!("logged models have no `{key}`"))
            .with_hint(hint.clone())
    };
    match entity {
        Some(("metrics", key)) => Ok(Field::Metric(Key::new(key.trim_matches('`')))),
        Some(("params", key)) => Ok(Field::Param(Key::new(key.trim_matches('`')))),
        Some(("tags", key)) => Ok(Field::Tag(Key::new(key.trim_matches('`')))),
        Some(("attributes", key)) => {
            let key = key.trim_matches('`');
            sql_attribute(key)
                .map(Field::Attribute)
                .ok_or_else(|| unknown(key))
        }
        Some((word, _)) => Err(raw
            .key_fault(format!("`{word}` is no kind of key"))
            .with_hint(hint.clone())),
        None => {
            let key = sql_alias(text).trim_matches('`');
            sql_attribute(key)
                .map(Field::Attribute)
                .ok_or_else(|| unknown(key))
        }
    }
}

/// Any word that Python reads as a float is a number here: `inf`, `nan`, `1_000`.
fn sql_number(raw: &RawClause<'_>) -> Result<Test> {
    let Some(comparator) = Comparator::from_symbol(raw.operator) else {
        return Err(bad_operator(raw, NUMBER_OPERATORS));
    };
    let number = Number::python_float(raw.value_text()).filter(|_| raw.value.is_some());
    let Some(number) = number else {
        return Err(raw
            .value_fault(format!("`{}` is no number", raw.value_text()))
            .with_hint("write it bare, like 0.5, -3 or 1e-4"));
    };
    Ok(Test::Number(comparator, Number::Float(number)))
}

/// Texts of any spelling; only single quotes are taken off.
fn sql_value(raw: &RawClause<'_>) -> Result<Value> {
    let text = raw.value_text();
    if !(text.starts_with('(') && text.ends_with(')')) {
        return Ok(Value::Text(text.trim_matches('\'').to_owned()));
    }
    let unfit = || {
        raw.value_fault(format!("`{text}` is no list of texts"))
            .with_hint("write it as ('a', 'b')")
    };
    let items = match literal::read(text).ok_or_else(unfit)? {
        Literal::Tuple(items) | Literal::List(items) | Literal::Set(items) => items,
        Literal::Text(text) => vec![Literal::Text(text)],
        Literal::Number(_) | Literal::None | Literal::Other => return Err(unfit()),
    };
    // Beside a value that is unknown, nothing is known to be none of them.
    if items.contains(&Literal::None) && operator(raw) == "NOT IN" {
        return Ok(Value::Unknown);
    }
    items
        .into_iter()
        .filter(|item| *item != Literal::None)
        .map(|item| match item {
            Literal::Text(text) | Literal::Number(text) => Ok(text),
            _ => Err(unfit()),
        })
        .collect::<Result<_>>()
        .map(Value::List)
}

fn sql_text(raw: &RawClause<'_>, operator: &str, value: Value) -> Result<Test> {
    match (operator, value) {
        ("=", Value::Text(text)) => Ok(Test::Text(Comparator::Equal, text)),
        ("!=", Value::Text(text)) => Ok(Test::Text(Comparator::Unequal, text)),
        ("LIKE" | "ILIKE", Value::Text(text)) => {
            Ok(Test::Like(Like::new(&text, operator == "ILIKE", Dialect::Sql)))
        }
        ("IN" | "NOT IN", Value::List(values)) => Ok(Test::In {
            values,
            not: operator == "NOT IN",
        }),
        _ => Err(bad_operator(raw, LIST_OPERATORS)),
    }
}

/// SQL stores hold the status as a number, so it is compared as a word that they know.
fn status_test(raw: &RawClause<'_>, operator: &str, value: Value) -> Result<Test> {
    let known = |word: &str| matches!(word, "UNSPECIFIED" | "PENDING" | "READY" | "FAILED");
    let ((Value::Text(_), "=" | "!=") | (Value::List(_), "IN" | "NOT IN")) = (&value, operator) else {
        return Err(bad_operator(raw, "=, !=, IN and NOT IN"));
    };
    let all_known = match &value {
        Value::List(words) => words.iter().all(|word| known(word)),
        Value::Text(word) => known(word),
        _ => false,
    };
    if !all_known {
        return Err(raw
            .value_fault(format!("`{}` is no status", raw.value_text()))
            .with_hint("a logged model is PENDING, READY or FAILED"));
    }
    sql_text(raw, operator, value)
}

/// `metrics.acc DESC`: MLflow takes the key and the way apart, so a way is what ends the text.
fn model_order(texts: &[String], dialect: Dialect) -> Result<Vec<OrderKey>> {
    let mut keys = Vec::with_capacity(texts.len() + 2);
    for text in texts {
        let (name, descending) = way(text);
        keys.push(match dialect {
            Dialect::File => file_key(text, name, descending)?,
            Dialect::Sql => sql_key(text, name, descending)?,
        });
    }
    break_tie(&mut keys, OrderKey::attribute(Attribute::Started, true));
    break_tie(&mut keys, OrderKey::attribute(Attribute::Id, false));
    Ok(keys)
}

fn way(text: &str) -> (&str, bool) {
    let text = text.trim();
    let parts = text.rsplit_once(char::is_whitespace);
    match parts.map(|(name, way)| (name.trim_end(), way.to_ascii_lowercase())) {
        Some((name, way)) if way == "desc" => (name, true),
        Some((name, way)) if way == "asc" => (name, false),
        _ => (text, false),
    }
}

fn file_key(text: &str, name: &str, descending: bool) -> Result<OrderKey> {
    if let Some((word, key)) = name.split_once('.') {
        return metric_key(text, word, key, descending);
    }
    let attribute = file_attribute(name).ok_or_else(|| {
        order_fault(text, format!("`{name}` does not order logged models")).with_hint(ORDER_HINT)
    })?;
    let mut key = OrderKey::attribute(attribute, descending);
    if name == "last_updated_time" {
        let failure = order_fault(text, format!("logged models have no `{name}`"));
        key.fault = Some(Fault {
            failure,
            always: true,
        });
    }
    Ok(key)
}

fn sql_key(text: &str, name: &str, descending: bool) -> Result<OrderKey> {
    if let Some((word, key)) = name.split_once('.') {
        return metric_key(text, word, key, descending);
    }
    sql_attribute(sql_alias(name))
        .map(|attribute| OrderKey::attribute(attribute, descending))
        .ok_or_else(|| {
            order_fault(text, format!("`{name}` does not order logged models")).with_hint(ORDER_HINT)
        })
}

const ORDER_HINT: &str = "keys are metrics.KEY, name, model_id, model_type, status, source_run_id, creation_timestamp \
                          and last_updated_timestamp";

fn metric_key(text: &str, word: &str, key: &str, descending: bool) -> Result<OrderKey> {
    if word != "metrics" {
        return Err(
            order_fault(text, format!("`{word}` does not order logged models")).with_hint(ORDER_HINT),
        );
    }
    Ok(OrderKey::new(Field::Metric(Key::new(key)), descending))
}
