//! Holds values against tests and against each other.

use std::cmp::Ordering;

use super::Dialect;
use super::clause::Test;
use super::number::Number;
use crate::Result;
use crate::time::Timestamp;
use crate::tracking::Tag;

/// Whether a text passes.
pub(super) fn text(test: &Test, value: Option<&str>) -> Result<bool> {
    if let Test::Fault(fault) = test {
        return if fault.always || value.is_some() {
            Err(fault.failure.clone())
        } else {
            Ok(false)
        };
    }
    let Some(value) = value else {
        return Ok(*test == Test::Present(false));
    };
    Ok(match test {
        Test::Text(comparator, wanted) => comparator.accepts(Some(value.cmp(wanted))),
        Test::Like(like) => like.matches(value),
        Test::Matches(pattern) => pattern.finds(value),
        Test::In { values, not } => values.iter().any(|wanted| wanted == value) != *not,
        Test::Present(present) => *present,
        Test::Number(..) | Test::Fault(_) => false,
    })
}

/// Whether a count passes: a time, a version.
pub(super) fn count(test: &Test, value: Option<i64>) -> Result<bool> {
    match test {
        Test::Number(comparator, number) => {
            Ok(value.is_some_and(|value| comparator.accepts(number.compare_to(value))))
        }
        _ => text(test, value.map(|value| value.to_string()).as_deref()),
    }
}

/// Whether the value of a metric passes. NaN is unequal to all; a SQL store holds infinity as the greatest number.
pub(super) fn metric(test: &Test, value: Option<f64>, dialect: Dialect) -> Result<bool> {
    match (test, value) {
        (Test::Number(comparator, Number::Float(number)), Some(value)) => {
            let ordering = stored(value, dialect).partial_cmp(number);
            Ok(comparator.accepts(ordering))
        }
        (Test::Number(..), None) => Ok(false),
        _ => text(test, value.map(|_| "")),
    }
}

/// A metric as the store holds it.
pub(super) fn stored(value: f64, dialect: Dialect) -> f64 {
    match dialect {
        Dialect::Sql => value.clamp(f64::MIN, f64::MAX),
        Dialect::File => value,
    }
}

/// Orders what may be missing; what is missing comes last both ways.
pub(super) fn missing_last<V: PartialOrd>(one: Option<V>, other: Option<V>, descending: bool) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) => way(one.partial_cmp(&other).unwrap_or(Ordering::Equal), descending),
        (one, other) => one.is_none().cmp(&other.is_none()),
    }
}

/// Orders metrics: values, then NaN, then what has none, both ways.
pub(super) fn metrics(one: Option<f64>, other: Option<f64>, descending: bool, dialect: Dialect) -> Ordering {
    let group = |value: Option<f64>| match value {
        Some(value) if !value.is_nan() => 0,
        Some(_) => 1,
        None => 2,
    };
    group(one).cmp(&group(other)).then_with(|| match (one, other) {
        (Some(one), Some(other)) => way(
            stored(one, dialect)
                .partial_cmp(&stored(other, dialect))
                .unwrap_or(Ordering::Equal),
            descending,
        ),
        _ => Ordering::Equal,
    })
}

/// Turned round for a descending order.
pub(super) fn way(ordering: Ordering, descending: bool) -> Ordering {
    if descending { ordering.reverse() } else { ordering }
}

/// The value of a tag.
pub(super) fn tag<'a>(tags: &'a [Tag], key: &super::Key) -> Option<&'a str> {
    key.find(tags, |tag| tag.key.as_str())
        .map(|tag| tag.value.as_str())
}

/// Whether any of some texts passes; none is asked for where there is none.
pub(super) fn any_text<'a>(test: &Test, values: impl Iterator<Item = &'a str>) -> Result<bool> {
    let mut values = values.peekable();
    if values.peek().is_none() {
        return match test {
            Test::Fault(fault) if fault.always => Err(fault.failure.clone()),
            _ => Ok(false),
        };
    }
    for value in values {
        if text(test, Some(value))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Orders times. Where one is missing, SQLite takes it for the least, and a file store puts it last both ways.
pub(super) fn times(
    one: Option<Timestamp>,
    other: Option<Timestamp>,
    descending: bool,
    dialect: Dialect,
) -> Ordering {
    match dialect {
        Dialect::File => missing_last(one, other, descending),
        Dialect::Sql => way(one.cmp(&other), descending),
    }
}
