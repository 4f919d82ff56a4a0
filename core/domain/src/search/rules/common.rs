//! What the kinds have in common.

use std::ops::Range;

use crate::search::Dialect;
use crate::search::clause::{Clause, Comparator, Fault, Field, OrderKey, Source, Test};
use crate::search::group::{Piece, PieceKind};
use crate::search::like::Like;
use crate::search::literal::{self, Literal};
use crate::search::number::Number;
use crate::search::syntax::{RawClause, fault};
use crate::search::token::TokenKind;
use crate::{Failure, Result};

/// The value of a clause as it is written.
#[derive(Debug)]
pub(super) enum Value {
    /// In quotes, without them.
    Text(String),
    /// A number, as written.
    Whole(String),
    /// A number with a fraction or an exponent, as written.
    Float(String),
    /// A list of texts.
    List(Vec<String>),
    /// A list of which SQL cannot tell what is not in it.
    Unknown,
}

/// What kind of key stands before the first dot, and the key behind it; no kind where there is no dot.
pub(super) fn split_key(text: &str) -> (Option<&str>, &str) {
    text.split_once('.')
        .map_or((None, text), |(kind, key)| (Some(kind), key))
}

/// The text between these quotes, if it stands in them.
fn inside(text: &str, quote: char) -> Option<&str> {
    text.strip_prefix(quote)?.strip_suffix(quote)
}

/// Without back-ticks around it.
pub(super) fn without_ticks(text: &str) -> &str {
    inside(text, '`').unwrap_or(text)
}

/// Without quotes around it, then without back-ticks.
pub(super) fn bare_key(text: &str) -> &str {
    without_ticks(unquoted(text).unwrap_or(text))
}

/// The text inside quotes of either kind.
pub(super) fn unquoted(text: &str) -> Option<&str> {
    inside(text, '\'').or_else(|| inside(text, '"'))
}

/// Whether a value has the shape of a text: a string, or a name, which has to be in quotes then.
fn is_text(value: &Piece) -> bool {
    matches!(
        value.kind,
        PieceKind::Identifier | PieceKind::Token(TokenKind::SingleQuoted)
    )
}

/// The text of a value in quotes.
pub(super) fn text_value(raw: &RawClause<'_>) -> Result<String> {
    let text = raw.value_text();
    raw.value
        .as_ref()
        .filter(|value| is_text(value))
        .and_then(|_| unquoted(text))
        .map(str::to_owned)
        .ok_or_else(|| {
            let name = raw.left_text();
            raw.value_fault(format!("`{text}` is no text that {name} can be compared to"))
                .with_hint(format!("put it in quotes: '{}'", text.replace('\'', "")))
        })
}

/// A number as it is written.
pub(super) fn number_value(raw: &RawClause<'_>) -> Result<Value> {
    let text = raw.value_text();
    match raw.value.as_ref().map(|value| value.kind) {
        Some(PieceKind::Token(TokenKind::Integer)) => Ok(Value::Whole(text.to_owned())),
        Some(PieceKind::Token(TokenKind::Float)) => Ok(Value::Float(text.to_owned())),
        _ => Err(raw
            .value_fault(format!(
                "`{text}` is no number, and {} is compared to numbers",
                raw.left_text()
            ))
            .with_hint("write it bare, like 0.5, -3 or 1e-4; it has no plus before it and no quotes")),
    }
}

/// A text, or a list of texts where the key may have one.
pub(super) fn text_or_list(raw: &RawClause<'_>, list_allowed: bool) -> Result<Value> {
    if raw
        .value
        .as_ref()
        .is_some_and(|value| value.kind == PieceKind::Parenthesis)
    {
        if !list_allowed {
            return Err(raw.value_fault(format!("{} is not compared to lists", raw.left_text())));
        }
        return list_value(raw).map(Value::List);
    }
    text_value(raw).map(Value::Text)
}

/// A list of texts in parentheses.
pub(super) fn list_value(raw: &RawClause<'_>) -> Result<Vec<String>> {
    let unfit = || {
        raw.value_fault(format!("`{}` is no list of texts", raw.value_text()))
            .with_hint("write it as ('a', 'b')")
    };
    let items = match literal::read(raw.value_text()).ok_or_else(unfit)? {
        Literal::Tuple(items) => items,
        other => vec![other],
    };
    if items.is_empty() {
        return Err(unfit());
    }
    items
        .into_iter()
        .map(|item| match item {
            Literal::Text(text) => Ok(text),
            _ => Err(unfit()),
        })
        .collect()
}

/// The operator in upper case, as Python makes it.
pub(super) fn operator(raw: &RawClause<'_>) -> String {
    raw.operator.to_uppercase()
}

/// A clause that a file store finds wrong when it holds a thing against it, and a SQL store at once.
pub(super) fn late(failure: Failure, always: bool, dialect: Dialect) -> Result<Test> {
    match dialect {
        Dialect::File => Ok(Test::Fault(Fault { failure, always })),
        Dialect::Sql => Err(failure),
    }
}

/// The operator is none of those that the key knows.
pub(super) fn bad_operator(raw: &RawClause<'_>, known: &str) -> Failure {
    raw.operator_fault(format!(
        "{} cannot be compared with `{}`",
        raw.left_text(),
        raw.operator
    ))
    .with_hint(format!("it knows {known}"))
}

/// Operators of numbers.
pub(super) const NUMBER_OPERATORS: &str = "=, !=, <, <=, > and >=";

/// Operators of texts.
pub(super) const TEXT_OPERATORS: &str = "=, !=, LIKE and ILIKE";

/// Operators of texts that may stand in a list.
pub(super) const LIST_OPERATORS: &str = "=, !=, LIKE, ILIKE, IN and NOT IN";

/// Operators of params and tags.
pub(super) const TAG_OPERATORS: &str = "=, !=, LIKE, ILIKE, IS NULL and IS NOT NULL";

/// Compares a number.
pub(super) fn number_test(raw: &RawClause<'_>, number: Number, dialect: Dialect) -> Result<Test> {
    match Comparator::from_symbol(raw.operator) {
        Some(comparator) => Ok(Test::Number(comparator, number)),
        None => late(bad_operator(raw, NUMBER_OPERATORS), true, dialect),
    }
}

/// The number itself: exact where it is whole.
pub(super) fn exact_number(raw: &RawClause<'_>, value: &Value, dialect: Dialect) -> Result<Number> {
    let unfit = || raw.value_fault(format!("`{}` is too long a number", raw.value_text()));
    let number = match value {
        Value::Whole(text) => Number::whole(text).ok_or_else(unfit)?,
        Value::Float(text) => Number::Float(Number::float(text).ok_or_else(unfit)?),
        Value::Text(_) | Value::List(_) | Value::Unknown => return Err(unfit()),
    };
    if dialect == Dialect::Sql && matches!(number, Number::Vast { .. }) {
        return Err(raw
            .value_fault(format!("`{}` does not fit into 64 bits", raw.value_text()))
            .with_hint("times are milliseconds since 1970"));
    }
    Ok(number)
}

/// Compares a text; `lists` tells whether `IN` and `NOT IN` are known.
pub(super) fn text_test(raw: &RawClause<'_>, value: Value, lists: bool, dialect: Dialect) -> Result<Test> {
    let known = if lists { LIST_OPERATORS } else { TEXT_OPERATORS };
    let operator = operator(raw);
    match (&*operator, value) {
        ("=", Value::Text(text)) => Ok(Test::Text(Comparator::Equal, text)),
        ("!=", Value::Text(text)) => Ok(Test::Text(Comparator::Unequal, text)),
        ("LIKE" | "ILIKE", Value::Text(text)) => {
            Ok(Test::Like(Like::new(&text, operator == "ILIKE", dialect)))
        }
        ("IN" | "NOT IN", Value::List(values)) if lists => Ok(Test::In {
            values,
            not: operator == "NOT IN",
        }),
        // Python finds a text unequal to any list.
        ("=" | "!=", Value::List(_)) if dialect == Dialect::File => Ok(Test::In {
            values: Vec::new(),
            not: operator == "!=",
        }),
        ("LIKE" | "ILIKE", Value::List(_)) => late(bad_operator(raw, known), false, dialect),
        _ => late(bad_operator(raw, known), true, dialect),
    }
}

/// `IS NULL` and `IS NOT NULL`.
pub(super) fn presence(raw: &RawClause<'_>) -> Option<Test> {
    match raw.operator {
        "IS NULL" if raw.value.is_none() => Some(Test::Present(false)),
        "IS NOT NULL" if raw.value.is_none() => Some(Test::Present(true)),
        _ => None,
    }
}

/// The left side has to be a name, not a number, a function or the like.
pub(super) fn require_name(raw: &RawClause<'_>, bare_timestamp: bool) -> Result<()> {
    if raw.left.kind == PieceKind::Identifier
        || (bare_timestamp && raw.left.kind == PieceKind::Token(TokenKind::Builtin))
    {
        return Ok(());
    }
    Err(raw
        .key_fault(format!("`{}` is no key", raw.left_text()))
        .with_hint("the key stands before the operator; one with `-`, `/` or blanks needs back-ticks"))
}

/// A clause.
pub(super) fn clause(raw: &RawClause<'_>, field: Field, test: Test) -> Clause {
    Clause {
        field,
        test,
        span: raw.span.clone(),
        source: Source {
            left: raw.left_text().to_owned(),
            operator: raw.operator.to_owned(),
            value: raw.value.as_ref().map(|_| raw.value_text().to_owned()),
        },
    }
}

/// Twice the same key in an order, which SQL stores refuse.
pub(super) fn refuse_duplicates(keys: &[OrderKey], texts: &[String]) -> Result<()> {
    for (n, key) in keys.iter().enumerate() {
        if keys.iter().take(n).any(|other| other.field == key.field) {
            let text = texts.get(n).map_or("", String::as_str);
            return Err(order_fault(
                text,
                format!("`{text}` orders by a key that already orders"),
            ));
        }
    }
    Ok(())
}

/// A fault of a whole clause of an order.
pub(super) fn order_fault(text: &str, message: impl Into<String>) -> Failure {
    let span: Range<usize> = 0..text.len();
    fault(message, span)
}

/// Adds a key that breaks ties, unless the order has it.
pub(super) fn break_tie(keys: &mut Vec<OrderKey>, tie: OrderKey) {
    if !keys.iter().any(|key| key.field == tie.field) {
        keys.push(tie);
    }
}
