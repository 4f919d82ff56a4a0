//! What a SQL store makes of a clause.

use super::super::common::{
    NUMBER_OPERATORS, Value, bad_operator, clause, exact_number, operator, presence, without_ticks,
};
use super::{
    Kind, NUMBERS_METADATA, OPERATORS, PROMPTS_TAG, RUN_METADATA, Written, attribute, check_span, is_number,
    text,
};
use crate::Result;
use crate::search::Dialect;
use crate::search::clause::{Attribute, Clause, Comparator, Field, Key, SpanPart, Test};
use crate::search::like::Like;
use crate::search::number::Number;
use crate::search::pattern::Pattern;
use crate::search::syntax::RawClause;

pub(super) fn sql_clause(raw: &RawClause<'_>, kind: Kind, key: &str, written: Written) -> Result<Clause> {
    let dialect = Dialect::Sql;
    let (field, test) = match kind {
        Kind::Attribute => {
            let Written::Value(value) = written else {
                return Err(bad_operator(raw, OPERATORS));
            };
            let attribute = attribute(key).ok_or_else(|| raw.key_fault(format!("traces have no `{key}`")))?;
            let test = if is_number(key) {
                sql_number(raw, attribute, &value)?
            } else {
                text(raw, value, true, dialect)?
            };
            (Field::Attribute(attribute), test)
        }
        Kind::Tag if key == PROMPTS_TAG => (Field::LinkedPrompt, prompt(raw, written)?),
        Kind::Tag => (Field::Tag(Key::new(key)), tag(raw, written)?),
        Kind::Metadata if key == RUN_METADATA && raw.operator == "=" => {
            (Field::LinkedRun, tag(raw, written)?)
        }
        Kind::Metadata => {
            let test = tag(raw, written)?;
            if NUMBERS_METADATA.contains(&key) && matches!(test, Test::Like(_) | Test::Matches(_)) {
                return Err(bad_operator(raw, "=, !=, IS NULL and IS NOT NULL"));
            }
            (Field::Metadata(Key::new(key)), test)
        }
        Kind::Span => {
            check_span(raw, key, &operator(raw))?;
            let Written::Value(value) = written else {
                return Err(bad_operator(raw, OPERATORS));
            };
            span(raw, key, value)?
        }
        Kind::Feedback | Kind::Expectation => {
            if key.is_empty() {
                return Err(raw
                    .key_fault("an assessment has a name")
                    .with_hint("write feedback.NAME"));
            }
            let kind = if kind == Kind::Feedback {
                "feedback"
            } else {
                "expectation"
            };
            (
                Field::Assessment {
                    kind,
                    name: key.into(),
                },
                assessment(raw, written)?,
            )
        }
        Kind::Issue => {
            if key != "id" {
                return Err(raw
                    .key_fault(format!("issues have no `{key}`"))
                    .with_hint("they have id"));
            }
            match written {
                Written::Value(value @ Value::Text(_)) if raw.operator == "=" => {
                    (Field::Issue, text(raw, value, false, dialect)?)
                }
                _ => return Err(bad_operator(raw, "=")),
            }
        }
    };
    Ok(clause(raw, field, test))
}

fn tag(raw: &RawClause<'_>, written: Written) -> Result<Test> {
    match written {
        Written::None => Ok(presence(raw).unwrap_or(Test::Present(true))),
        Written::Value(value) => text(raw, value, false, Dialect::Sql),
    }
}

fn prompt(raw: &RawClause<'_>, written: Written) -> Result<Test> {
    match tag(raw, written)? {
        Test::Text(Comparator::Equal, text) if text.matches('/').count() == 1 => {
            Ok(Test::Text(Comparator::Equal, text))
        }
        Test::Text(Comparator::Equal, _) => Err(raw
            .value_fault(format!("`{}` is no prompt version", raw.value_text()))
            .with_hint("write it as 'name/version'")),
        _ => Err(bad_operator(raw, "=")),
    }
}

/// A number in quotes is one to SQLite, but beside the end of a trace, which is reckoned; any other text is greater
/// than all numbers.
fn sql_number(raw: &RawClause<'_>, attribute: Attribute, value: &Value) -> Result<Test> {
    let Some(comparator) = Comparator::from_symbol(raw.operator) else {
        return Err(bad_operator(raw, NUMBER_OPERATORS));
    };
    let number = match value {
        Value::Text(_) if attribute == Attribute::Ended => Number::Vast { negative: false },
        Value::Text(text) => sqlite_number(text),
        Value::List(_) => return Err(bad_operator(raw, NUMBER_OPERATORS)),
        value => exact_number(raw, value, Dialect::Sql)?,
    };
    Ok(Test::Number(comparator, number))
}

fn sqlite_number(text: &str) -> Number {
    let plain = text.trim_matches([' ', '\t', '\n', '\x0b', '\x0c', '\r']);
    let numeric = plain
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    if let Ok(whole) = plain.parse::<i64>() {
        return Number::Whole(whole);
    }
    match plain.parse::<f64>() {
        Ok(float) if numeric => Number::Float(float),
        _ => Number::Vast { negative: false },
    }
}

/// Attributes of spans are looked for in the text of the whole span.
fn span(raw: &RawClause<'_>, key: &str, value: Value) -> Result<(Field, Test)> {
    let dialect = Dialect::Sql;
    let part = match key {
        "name" => SpanPart::Name,
        "type" => SpanPart::Type,
        "status" => SpanPart::Status,
        "content" => SpanPart::Content,
        _ => {
            let name = without_ticks(key.strip_prefix("attributes.").unwrap_or_default());
            return attribute_of_span(raw, name, value);
        }
    };
    Ok((Field::Span(part), text(raw, value, true, dialect)?))
}

fn attribute_of_span(raw: &RawClause<'_>, name: &str, value: Value) -> Result<(Field, Test)> {
    let operator = operator(raw);
    let content = Field::Span(SpanPart::Content);
    match (&*operator, value) {
        ("LIKE" | "ILIKE", Value::Text(text)) => {
            let like = Like::new(&format!("%\"{name}\"{text}%"), operator == "ILIKE", Dialect::Sql);
            Ok((content, Test::Like(like)))
        }
        ("RLIKE", Value::Text(text)) => Ok((
            content,
            Test::Matches(Pattern::new(attribute_pattern(name, &text))),
        )),
        // No whole span is equal to the pattern that MLflow makes of these.
        ("=" | "!=", _) => Ok((
            Field::Span(SpanPart::Nothing),
            Test::In {
                values: Vec::new(),
                not: operator == "!=",
            },
        )),
        _ => Err(bad_operator(raw, "LIKE, ILIKE and RLIKE")),
    }
}

/// The expression that finds an attribute's value, a JSON text inside of JSON.
fn attribute_pattern(name: &str, pattern: &str) -> String {
    let (prefix, rest) = match pattern.strip_prefix('^') {
        Some(rest) => (r#""\\""#, rest),
        None => (r#""\\".*"#, pattern),
    };
    let (rest, suffix) = match pattern.ends_with('$') {
        true => (rest.strip_suffix('$').unwrap_or(rest), r#"\\""#),
        false => (rest, ""),
    };
    format!("\"{name}\": {prefix}{rest}{suffix}")
}

fn assessment(raw: &RawClause<'_>, written: Written) -> Result<Test> {
    let value = match written {
        Written::None => return tag(raw, Written::None),
        Written::Value(value) => value,
    };
    match Comparator::from_symbol(raw.operator) {
        Some(comparator) if !matches!(value, Value::Text(_)) => {
            Ok(Test::Number(comparator, exact_number(raw, &value, Dialect::Sql)?))
        }
        _ => text(raw, value, false, Dialect::Sql),
    }
}
