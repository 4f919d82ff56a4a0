//! What a file store makes of a clause.

use super::super::common::{NUMBER_OPERATORS, Value, bad_operator, clause, exact_number, late, presence};
use super::{Kind, OPERATORS, Written, attribute, is_number, text};
use crate::search::Dialect;
use crate::search::clause::{Attribute, Clause, Comparator, Fault, Field, Key, Test};
use crate::search::syntax::RawClause;
use crate::{Failure, Result};

/// A clause that a file store cannot judge.
fn faulty(raw: &RawClause<'_>, failure: Failure) -> Clause {
    clause(
        raw,
        Field::Issue,
        Test::Fault(Fault {
            failure,
            always: true,
        }),
    )
}

pub(super) fn file_clause(raw: &RawClause<'_>, kind: Kind, key: &str, written: Written) -> Result<Clause> {
    let dialect = Dialect::File;
    let needs_sql = || {
        raw.key_fault(format!("a file store cannot look at {}", raw.left_text()))
            .with_hint("it knows tags, metadata, status, times and ids of traces")
    };
    let field = match kind {
        Kind::Tag => Field::Tag(Key::new(key)),
        Kind::Metadata => Field::Metadata(Key::new(key)),
        Kind::Attribute => {
            let Some(attribute) = attribute(key).filter(|known| *known != Attribute::Ended) else {
                return Ok(faulty(raw, needs_sql()));
            };
            Field::Attribute(attribute)
        }
        Kind::Span | Kind::Feedback | Kind::Expectation | Kind::Issue => return Ok(faulty(raw, needs_sql())),
    };
    let test = match (&field, written) {
        (Field::Attribute(_), Written::None) => return Ok(faulty(raw, bad_operator(raw, OPERATORS))),
        (_, Written::None) => presence(raw).unwrap_or(Test::Present(true)),
        (Field::Attribute(_), Written::Value(value)) if is_number(key) => file_number(raw, &value)?,
        (Field::Attribute(_), Written::Value(value)) => text(raw, value, true, dialect)?,
        (_, Written::Value(value)) => text(raw, value, false, dialect)?,
    };
    Ok(clause(raw, field, test))
}

/// Python finds a number unequal to any text and cannot say which is greater.
fn file_number(raw: &RawClause<'_>, value: &Value) -> Result<Test> {
    let Some(comparator) = Comparator::from_symbol(raw.operator) else {
        return late(bad_operator(raw, NUMBER_OPERATORS), true, Dialect::File);
    };
    match (value, comparator) {
        (Value::Text(_) | Value::List(_), Comparator::Equal | Comparator::Unequal) => Ok(Test::In {
            values: Vec::new(),
            not: comparator == Comparator::Unequal,
        }),
        (Value::Text(_) | Value::List(_), _) => late(
            raw.value_fault(format!("`{}` is no number", raw.value_text())),
            false,
            Dialect::File,
        ),
        (value, comparator) => Ok(Test::Number(comparator, exact_number(raw, value, Dialect::File)?)),
    }
}
