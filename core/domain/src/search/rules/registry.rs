//! Registered models and model versions. Source: MLflow 3.18, `SearchModelUtils`, `SearchModelVersionUtils`, and
//! the registry's `FileStore` and `SqlAlchemyStore`.

use super::Rules;
use super::common::{
    NUMBER_OPERATORS, TEXT_OPERATORS, Value, bad_operator, bare_key, break_tie, clause, late, number_value,
    order_fault, presence, refuse_duplicates, require_name, split_key, text_or_list, text_test, text_value,
};
use super::experiments::{attribute_or_tag, attribute_orders};
use super::runs::tag_test;
use crate::Result;
use crate::search::clause::{Attribute, Clause, Comparator, Field, Key, OrderKey, Test};
use crate::search::group::PieceKind;
use crate::search::number::Number;
use crate::search::syntax::{self, RawClause};
use crate::search::token::TokenKind;
use crate::search::{Dialect, Entity};

pub(in crate::search) const MODELS: Rules = Rules {
    entity: Entity::RegisteredModel,
    bare_timestamp: false,
    clause: model_clause,
    order: model_order,
};

pub(in crate::search) const VERSIONS: Rules = Rules {
    entity: Entity::ModelVersion,
    bare_timestamp: false,
    clause: version_clause,
    order: version_order,
};

/// The attribute or tag that a key names; attributes have no back-ticks and no plural here.
fn field(raw: &RawClause<'_>, attribute: impl Fn(&str) -> Option<Attribute>, keys: &str) -> Result<Field> {
    let (word, key) = split_key(raw.left_text());
    let hint = format!("keys are {keys}");
    match word {
        Some("tag" | "tags") => Ok(Field::Tag(Key::new(bare_key(key)))),
        None | Some("attribute") => attribute(key)
            .map(Field::Attribute)
            .ok_or_else(|| raw.key_fault(format!("`{key}` is no key")).with_hint(hint)),
        Some(word) => Err(raw
            .key_fault(format!("`{word}` is no kind of key"))
            .with_hint(hint)),
    }
}

fn refuse_presence(raw: &RawClause<'_>) -> Result<()> {
    match presence(raw) {
        Some(_) => Err(raw
            .operator_fault(format!("{} cannot be {}", raw.left_text(), raw.operator))
            .with_hint("in the registry nothing can")),
        None => Ok(()),
    }
}

fn model_attribute(key: &str) -> Option<Attribute> {
    (key == "name").then_some(Attribute::Name)
}

fn model_clause(raw: &RawClause<'_>, dialect: Dialect) -> Result<Clause> {
    require_name(raw, false)?;
    refuse_presence(raw)?;
    let field = field(raw, model_attribute, "name and tags.KEY")?;
    let test = match field {
        Field::Tag(_) => tag_test(raw, TEXT_OPERATORS, dialect)?,
        _ => text_test(raw, text_or_list(raw, true)?, true, dialect)?,
    };
    Ok(clause(raw, field, test))
}

fn version_attribute(key: &str) -> Option<Attribute> {
    Some(match key {
        "name" => Attribute::Name,
        "version_number" => Attribute::Version,
        "run_id" => Attribute::Run,
        "source_path" => Attribute::Location,
        _ => return None,
    })
}

fn version_clause(raw: &RawClause<'_>, dialect: Dialect) -> Result<Clause> {
    require_name(raw, false)?;
    refuse_presence(raw)?;
    let keys = "name, version_number, run_id, source_path and tags.KEY";
    let field = field(raw, version_attribute, keys)?;
    let test = match field {
        Field::Tag(_) => tag_test(raw, TEXT_OPERATORS, dialect)?,
        Field::Attribute(Attribute::Version) => number_of_version(raw, dialect)?,
        Field::Attribute(Attribute::Location) => {
            let value = text_or_list(raw, false)?;
            text_test(raw, value, dialect == Dialect::File, dialect)?
        }
        _ => text_test(raw, text_or_list(raw, true)?, true, dialect)?,
    };
    Ok(clause(raw, field, test))
}

/// The number of a version may be in quotes; a file store cuts a fraction off, SQL stores refuse it.
fn number_of_version(raw: &RawClause<'_>, dialect: Dialect) -> Result<Test> {
    let unfit = || {
        raw.value_fault(format!("`{}` is no version number", raw.value_text()))
            .with_hint("version numbers are whole: version_number >= 3")
    };
    let written = match raw.value.as_ref().map(|value| value.kind) {
        Some(PieceKind::Parenthesis) => {
            return Err(raw.value_fault("version_number is not compared to lists"));
        }
        Some(PieceKind::Token(TokenKind::Integer | TokenKind::Float)) => number_value(raw)?,
        _ => Value::Text(text_value(raw)?),
    };
    let Some(comparator) = Comparator::from_symbol(raw.operator) else {
        return late(bad_operator(raw, NUMBER_OPERATORS), true, dialect);
    };
    let number = match &written {
        Value::Whole(text) => Some(Number::whole(text).ok_or_else(unfit)?),
        Value::Text(text) => Number::python_int(text),
        Value::Float(text) if dialect == Dialect::File => Number::float(text).and_then(cut),
        _ => None,
    };
    match number {
        Some(Number::Vast { .. }) if dialect == Dialect::Sql => Err(unfit()),
        Some(number) => Ok(Test::Number(comparator, number)),
        None => late(unfit(), true, dialect),
    }
}

/// A float without its fraction; nothing for infinity.
fn cut(value: f64) -> Option<Number> {
    value.is_finite().then(|| Number::Float(value.trunc()))
}

fn model_order(texts: &[String], dialect: Dialect) -> Result<Vec<OrderKey>> {
    let mut keys = match dialect {
        Dialect::File => attribute_orders(
            texts,
            file_model_key,
            "name, creation_timestamp and last_updated_timestamp",
        )?,
        Dialect::Sql => {
            let keys = texts
                .iter()
                .map(|text| sql_model_key(text))
                .collect::<Result<Vec<_>>>()?;
            refuse_duplicates(&keys, texts)?;
            keys
        }
    };
    break_tie(&mut keys, OrderKey::attribute(Attribute::Name, false));
    Ok(keys)
}

fn file_model_key(key: &str) -> Option<Attribute> {
    Some(match key {
        "name" => Attribute::Name,
        "creation_timestamp" => Attribute::Started,
        "last_updated_timestamp" => Attribute::Updated,
        _ => return None,
    })
}

/// In SQL stores `timestamp` is when a model was last updated, too.
fn sql_model_key(text: &str) -> Result<OrderKey> {
    let raw = syntax::order(text)?;
    let attribute = match &*raw.key {
        "name" => Attribute::Name,
        "timestamp" | "last_updated_timestamp" => Attribute::Updated,
        key => {
            return Err(order_fault(text, format!("`{key}` does not order models"))
                .with_hint("keys are name, timestamp and last_updated_timestamp"));
        }
    };
    Ok(OrderKey::attribute(attribute, raw.descending))
}

fn version_key(key: &str) -> Option<Attribute> {
    Some(match key {
        "name" => Attribute::Name,
        "version_number" => Attribute::Version,
        "creation_timestamp" => Attribute::Started,
        "last_updated_timestamp" => Attribute::Updated,
        _ => return None,
    })
}

const VERSION_KEYS: &str = "name, version_number, creation_timestamp and last_updated_timestamp";

fn version_order(texts: &[String], dialect: Dialect) -> Result<Vec<OrderKey>> {
    if texts.is_empty() {
        return Ok(vec![
            OrderKey::attribute(Attribute::Updated, true),
            OrderKey::attribute(Attribute::Name, false),
            OrderKey::attribute(Attribute::Version, true),
        ]);
    }
    let mut keys = match dialect {
        Dialect::File => attribute_orders(texts, version_key, VERSION_KEYS)?,
        Dialect::Sql => {
            let keys = texts
                .iter()
                .map(|text| sql_version_key(text))
                .collect::<Result<Vec<_>>>()?;
            refuse_duplicates(&keys, texts)?;
            keys
        }
    };
    break_tie(&mut keys, OrderKey::attribute(Attribute::Name, false));
    break_tie(&mut keys, OrderKey::attribute(Attribute::Version, true));
    Ok(keys)
}

/// SQL stores do not mind that `tags.name` is a tag.
fn sql_version_key(text: &str) -> Result<OrderKey> {
    let raw = syntax::order(text)?;
    let unfit = |message: String| order_fault(text, message).with_hint(format!("keys are {VERSION_KEYS}"));
    let attribute = match attribute_or_tag(&raw.key, version_key, VERSION_KEYS, unfit)? {
        Field::Attribute(attribute) => attribute,
        Field::Tag(key) => version_key(key.as_str())
            .ok_or_else(|| unfit(format!("`{}` does not order versions", key.as_str())))?,
        _ => return Err(unfit(format!("`{text}` is no order"))),
    };
    Ok(OrderKey::attribute(attribute, raw.descending))
}
