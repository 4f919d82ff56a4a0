//! Traces. Source: MLflow 3.18, `SearchTraceUtils`, `FileStore.search_traces`, `SqlAlchemyStore.search_traces`.

mod file;
mod sql;

use super::Rules;
use super::common::{
    TEXT_OPERATORS, Value, bad_operator, bare_key, break_tie, late, list_value, number_value, operator,
    order_fault, refuse_duplicates, require_name, split_key, text_value, without_ticks,
};
use crate::search::clause::{Attribute, Clause, Comparator, Fault, Field, Key, OrderKey, Test};
use crate::search::group::PieceKind;
use crate::search::like::Like;
use crate::search::pattern::Pattern;
use crate::search::syntax::{self, RawClause};
use crate::search::token::TokenKind;
use crate::search::{Dialect, Entity};
use crate::{Failure, Result};

pub(in crate::search) const TRACES: Rules = Rules {
    entity: Entity::Trace,
    bare_timestamp: true,
    clause: trace_clause,
    order: trace_order,
};

const KEYS: &str = "status, name, timestamp_ms, execution_time_ms, end_time_ms, run_id, request_id, client_request_id, \
                    tags.KEY, metadata.KEY, span.name, span.type, span.status, span.attributes.KEY, feedback.NAME, \
                    expectation.NAME, issue.id, prompt and trace.text";

/// The tag that holds the name of a trace.
pub(in crate::search) const NAME_TAG: &str = "mlflow.traceName";

const PROMPTS_TAG: &str = "mlflow.linkedPrompts";
const RUN_METADATA: &str = "mlflow.sourceRun";

/// Metadata that SQL stores hold in columns of numbers.
const NUMBERS_METADATA: [&str; 2] = ["mlflow.trace.tokenUsage", "mlflow.trace.cost"];

/// Operators of texts of traces.
const OPERATORS: &str = "=, !=, LIKE, ILIKE, RLIKE, IN and NOT IN";

/// Operators of tags and metadata of traces.
const TAG_OPERATORS: &str = "=, !=, LIKE, ILIKE, RLIKE, IS NULL and IS NOT NULL";

/// What the part before the dot says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Attribute,
    Tag,
    Metadata,
    Span,
    Feedback,
    Expectation,
    Issue,
}

fn kind(word: Option<&str>) -> Option<Kind> {
    let Some(word) = word else {
        return Some(Kind::Attribute);
    };
    Some(match without_ticks(word) {
        "attribute" | "attributes" | "trace" => Kind::Attribute,
        "tag" | "tags" => Kind::Tag,
        "metadata" | "request_metadata" => Kind::Metadata,
        "span" => Kind::Span,
        "feedback" => Kind::Feedback,
        "expectation" => Kind::Expectation,
        "issue" => Kind::Issue,
        _ => return None,
    })
}

const ATTRIBUTES: &[&str] = &[
    "request_id",
    "timestamp",
    "timestamp_ms",
    "execution_time",
    "execution_time_ms",
    "end_time",
    "end_time_ms",
    "status",
    "client_request_id",
    "name",
    "run_id",
    "prompt",
    "text",
];

const ORDER_ATTRIBUTES: &[&str] = &[
    "experiment_id",
    "timestamp",
    "timestamp_ms",
    "execution_time",
    "execution_time_ms",
    "end_time",
    "end_time_ms",
    "status",
    "request_id",
    "name",
    "run_id",
];

fn is_number(key: &str) -> bool {
    matches!(
        key,
        "timestamp" | "timestamp_ms" | "execution_time" | "execution_time_ms" | "end_time" | "end_time_ms"
    )
}

/// The kind and the key that a text names.
fn read_key<'t>(text: &'t str, known: &[&str], fault: impl Fn(String) -> Failure) -> Result<(Kind, &'t str)> {
    let (word, key) = split_key(text);
    let hint = format!("keys are {KEYS}");
    let Some(kind) = kind(word) else {
        let word = word.unwrap_or_default();
        return Err(fault(format!("`{word}` is no kind of key")).with_hint(hint));
    };
    let key = bare_key(key);
    if kind == Kind::Attribute && !known.contains(&key) {
        return Err(fault(format!("traces have no `{key}`")).with_hint(hint));
    }
    Ok((kind, key))
}

/// What a key means in the end: some names lead elsewhere, whatever stands before the dot, except after `span.`.
fn meaning(kind: Kind, key: &str) -> (Kind, String) {
    if kind == Kind::Span {
        return (kind, key.to_owned());
    }
    let (kind, key) = match &*key.to_lowercase() {
        "name" => (Kind::Tag, NAME_TAG),
        "prompt" => (Kind::Tag, PROMPTS_TAG),
        "run_id" => (Kind::Metadata, RUN_METADATA),
        "text" => (Kind::Span, "content"),
        "timestamp" => (kind, "timestamp_ms"),
        "execution_time" => (kind, "execution_time_ms"),
        "end_time" => (kind, "end_time_ms"),
        _ => (kind, key),
    };
    (kind, key.to_owned())
}

fn attribute(key: &str) -> Option<Attribute> {
    Some(match key {
        "request_id" => Attribute::Id,
        "timestamp_ms" => Attribute::Started,
        "execution_time_ms" => Attribute::Duration,
        "end_time_ms" => Attribute::Ended,
        "status" => Attribute::Status,
        "client_request_id" => Attribute::ClientRequest,
        "experiment_id" => Attribute::Experiment,
        _ => return None,
    })
}

/// A value as it is written, before it is known what it is compared to.
enum Written {
    None,
    Value(Value),
}

fn trace_clause(raw: &RawClause<'_>, dialect: Dialect) -> Result<Clause> {
    require_name(raw, true)?;
    let (kind, key) = read_key(raw.left_text(), ATTRIBUTES, |message| raw.key_fault(message))?;
    let written = if raw.value.is_none() {
        Written::None
    } else {
        Written::Value(value(raw, kind, key)?)
    };
    if kind == Kind::Span && raw.value.is_some() {
        check_span(raw, key, raw.operator)?;
    }
    let (kind, key) = meaning(kind, key);
    match dialect {
        Dialect::File => file::file_clause(raw, kind, &key, written),
        Dialect::Sql => sql::sql_clause(raw, kind, &key, written),
    }
}

/// Reads the value by what stands before the dot, whatever the key means in the end.
fn value(raw: &RawClause<'_>, kind: Kind, key: &str) -> Result<Value> {
    let shape = raw.value.as_ref().map(|value| value.kind);
    let is_list = shape == Some(PieceKind::Parenthesis);
    let is_number_value = matches!(
        shape,
        Some(PieceKind::Token(TokenKind::Integer | TokenKind::Float))
    );
    match kind {
        Kind::Tag | Kind::Span if is_list => list_value(raw).map(Value::List),
        Kind::Attribute if is_list => {
            let lists = ["name", "status", "request_id", "run_id", "client_request_id"];
            if !lists.contains(&key) {
                return Err(raw.value_fault(format!("{key} is not compared to lists")));
            }
            list_value(raw).map(Value::List)
        }
        Kind::Attribute if is_number_value => {
            if !is_number(key) {
                return Err(raw
                    .value_fault(format!("{key} is not compared to numbers"))
                    .with_hint("put the text in quotes"));
            }
            number_value(raw)
        }
        Kind::Feedback | Kind::Expectation => {
            if matches!(raw.operator, "<" | "<=" | ">" | ">=") {
                number_value(raw)
            } else {
                text_value(raw).map(Value::Text)
            }
        }
        _ => text_value(raw).map(Value::Text),
    }
}

/// What spans have, and how it is compared.
fn check_span(raw: &RawClause<'_>, key: &str, operator: &str) -> Result<()> {
    let known = if key == "content" {
        matches!(operator, "LIKE" | "ILIKE")
    } else if matches!(key, "name" | "type" | "status")
        || key
            .strip_prefix("attributes.")
            .is_some_and(|name| !name.is_empty())
    {
        matches!(
            operator,
            "=" | "!=" | "LIKE" | "ILIKE" | "RLIKE" | "IN" | "NOT IN"
        )
    } else {
        return Err(raw
            .key_fault(format!("spans have no `{key}`"))
            .with_hint("they have name, type, status, content and attributes.KEY"));
    };
    if known {
        Ok(())
    } else {
        Err(bad_operator(raw, OPERATORS))
    }
}

/// Compares a text of a trace.
fn text(raw: &RawClause<'_>, value: Value, lists: bool, dialect: Dialect) -> Result<Test> {
    let operator = operator(raw);
    let known = if lists { OPERATORS } else { TAG_OPERATORS };
    match (&*operator, value) {
        ("=", Value::Text(text)) => Ok(Test::Text(Comparator::Equal, text)),
        ("!=", Value::Text(text)) => Ok(Test::Text(Comparator::Unequal, text)),
        ("LIKE" | "ILIKE", Value::Text(text)) => {
            Ok(Test::Like(Like::new(&text, operator == "ILIKE", dialect)))
        }
        ("RLIKE", Value::Text(text)) if dialect == Dialect::Sql => Ok(Test::Matches(Pattern::new(text))),
        ("IN" | "NOT IN", Value::List(values)) if lists => Ok(Test::In {
            values,
            not: operator == "NOT IN",
        }),
        ("=" | "!=", Value::List(_)) if dialect == Dialect::File => Ok(Test::In {
            values: Vec::new(),
            not: operator == "!=",
        }),
        ("RLIKE" | "LIKE" | "ILIKE", _) => late(bad_operator(raw, TEXT_OPERATORS), false, dialect),
        _ => late(bad_operator(raw, known), true, dialect),
    }
}

fn trace_order(texts: &[String], dialect: Dialect) -> Result<Vec<OrderKey>> {
    let mut keys = Vec::with_capacity(texts.len() + 2);
    for text in texts {
        let raw = syntax::order(text)?;
        let (kind, key) = read_key(&raw.key, ORDER_ATTRIBUTES, |message| order_fault(text, message))?;
        let (kind, key) = meaning(kind, key);
        let unfit = || {
            order_fault(text, format!("`{text}` does not order traces"))
                .with_hint("keys are timestamp_ms, execution_time_ms, status, request_id and experiment_id")
        };
        let field = match kind {
            Kind::Attribute => Field::Attribute(attribute(&key).ok_or_else(unfit)?),
            Kind::Tag if dialect == Dialect::Sql => Field::Tag(Key::new(key)),
            Kind::Metadata if dialect == Dialect::Sql && !NUMBERS_METADATA.contains(&&*key) => {
                Field::Metadata(Key::new(key))
            }
            _ => return Err(unfit()),
        };
        let mut key = OrderKey::new(field, raw.descending);
        if dialect == Dialect::File && key.field == Field::Attribute(Attribute::Ended) {
            key.fault = Some(Fault {
                failure: unfit(),
                always: true,
            });
        }
        keys.push(key);
    }
    if dialect == Dialect::Sql {
        refuse_duplicates(&keys, texts)?;
    }
    break_tie(&mut keys, OrderKey::attribute(Attribute::Started, true));
    break_tie(&mut keys, OrderKey::attribute(Attribute::Id, false));
    Ok(keys)
}

/// Clauses as a SQL store takes them: of several `run_id = …` it minds the last alone.
pub(in crate::search) fn last_run_alone(clauses: &mut Vec<Clause>) {
    let is_run = |clause: &Clause| clause.field == Field::LinkedRun;
    if let Some(last) = clauses.iter().rposition(is_run) {
        let mut at = 0;
        clauses.retain(|clause| {
            at += 1;
            !is_run(clause) || at == last + 1
        });
    }
}
