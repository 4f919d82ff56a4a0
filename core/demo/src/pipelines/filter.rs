use flowdeck_domain::Timestamp;
use serde_json::{Map, Value, json};

use super::proto_json::{self, Field, Shape};
use super::query::{quoted, unescape};
use super::refusal::{INVALID, Refusal, Within};
use super::table::{Cell, Row};

/// What must hold of a row: all of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Filter(Vec<Predicate>);

#[derive(Clone, Debug, PartialEq)]
struct Predicate {
    column: String,
    operation: usize,
    value: Value,
}

/// Operations in the order of their numbers.
const OPERATIONS: &[&str] = &[
    "OPERATION_UNSPECIFIED",
    "EQUALS",
    "NOT_EQUALS",
    "GREATER_THAN",
    "GREATER_THAN_EQUALS",
    "LESS_THAN",
    "LESS_THAN_EQUALS",
    "IN",
    "IS_SUBSTRING",
];
const IN: usize = 7;
const IS_SUBSTRING: usize = 8;

/// How a page token spells the operations, from `EQUALS` on.
const TOKEN_KEYS: [&str; 8] = ["EQ", "NEQ", "GT", "GTE", "LT", "LTE", "IN", "SUBSTRING"];

const VALUES: Shape = &[("values", Field::Any)];
const PREDICATE: Shape = &[
    ("operation", Field::Word(OPERATIONS)),
    ("key", Field::Text),
    ("int_value", Field::Number),
    ("long_value", Field::Number),
    ("string_value", Field::Text),
    ("timestamp_value", Field::Time),
    ("int_values", Field::Message(VALUES)),
    ("long_values", Field::Message(VALUES)),
    ("string_values", Field::Message(VALUES)),
];
const FILTER: Shape = &[("predicates", Field::Messages(PREDICATE))];

impl Filter {
    /// Reads a parameter that was decoded once; the server decodes it once more.
    pub(super) fn read<R: Row>(text: &str) -> Result<Self, Refusal> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let unreadable = |why: String| {
            Refusal::invalid(format!(
                "failed to parse valid filter from {}: {why}",
                quoted(text)
            ))
        };
        let json =
            unescape(text).map_err(|escape| unreadable(format!("invalid URL escape {}", quoted(&escape))))?;
        let read = proto_json::read_text(&json, FILTER).map_err(unreadable)?;
        let predicates = read["predicates"].as_array().cloned().unwrap_or_default();
        predicates
            .iter()
            .map(Predicate::read::<R>)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn fits<R: Row>(&self, row: &R) -> bool {
        self.0
            .iter()
            .all(|predicate| predicate.fits(&row.cell(&predicate.column)))
    }

    /// As a page token carries it; null without one.
    pub(super) fn token(&self) -> Value {
        if self.0.is_empty() {
            return Value::Null;
        }
        let mut token: Map<String, Value> = TOKEN_KEYS
            .iter()
            .map(|key| ((*key).to_owned(), json!({})))
            .collect();
        for predicate in &self.0 {
            let columns = &mut token[TOKEN_KEYS[predicate.operation - 1]];
            match columns[&predicate.column].as_array_mut() {
                Some(values) => values.push(predicate.value.clone()),
                None => columns[&predicate.column] = json!([predicate.value]),
            }
        }
        Value::Object(token)
    }

    pub(super) fn of_token(token: &Value) -> Self {
        let mut predicates = Vec::new();
        for (at, key) in TOKEN_KEYS.iter().enumerate() {
            for (column, values) in token[*key].as_object().into_iter().flatten() {
                for value in values.as_array().into_iter().flatten() {
                    predicates.push(Predicate {
                        column: column.clone(),
                        operation: at + 1,
                        value: value.clone(),
                    });
                }
            }
        }
        Self(predicates)
    }
}

impl Predicate {
    fn read<R: Row>(wire: &Value) -> Result<Self, Refusal> {
        let key = wire["key"].as_str().unwrap_or_default();
        let operation = wire["operation"].as_str().unwrap_or(OPERATIONS[0]);
        let operation = OPERATIONS
            .iter()
            .position(|word| *word == operation)
            .unwrap_or_default();
        let column = match R::column(key) {
            Some(column) => column.to_owned(),
            None => match key.strip_prefix("tags.") {
                Some(tag) if R::HAS_TAGS => format!("tags.{tag}"),
                _ => {
                    return Err(Refusal::invalid(format!(
                        "no support for filtering on unrecognized field \"{key}\""
                    )));
                }
            },
        };
        if operation == 0 {
            return Err(unknown("Operation", "go_client.Predicate_Operation"));
        }
        let value = value_of(wire).ok_or_else(|| unknown("Value", "<nil>"))?;
        if operation == IS_SUBSTRING && !value.is_string() {
            // The server prints the number of the older operation.
            return Err(Refusal::invalid(
                "cannot use non string value type string with operator 5",
            ));
        }
        if operation == IN && !value.is_array() {
            return Err(Refusal::invalid("cannot use IN operator with scalar type"));
        }
        if operation != IN && value.is_array() {
            return Err(Refusal::invalid(format!(
                "cannot use scalar operator {} on array type",
                OPERATIONS[operation]
            )));
        }
        Ok(Self {
            column,
            operation,
            value,
        })
    }

    fn fits(&self, cell: &Cell) -> bool {
        match self.operation {
            IN => self
                .value
                .as_array()
                .is_some_and(|all| all.iter().any(|value| order(cell, value) == Some(0))),
            IS_SUBSTRING => match cell {
                Cell::Text(text) => is_like(
                    &text.to_lowercase(),
                    &format!("%{}%", self.value.as_str().unwrap_or_default().to_lowercase()),
                ),
                Cell::Number(_) => false,
            },
            operation => match order(cell, &self.value) {
                None => false,
                Some(order) => match operation {
                    1 => order == 0,
                    2 => order != 0,
                    3 => order > 0,
                    4 => order >= 0,
                    5 => order < 0,
                    _ => order <= 0,
                },
            },
        }
    }
}

fn unknown(part: &str, found: &str) -> Refusal {
    Refusal::named(
        INVALID,
        "UnknownApiVersionError",
        format!("Error using Filter.Predicate.{part} with {found}"),
    )
}

/// The value of a predicate: times as seconds, as the database counts them.
fn value_of(wire: &Value) -> Option<Value> {
    if let Some(text) = wire["timestamp_value"].as_str() {
        return Some(json!(Timestamp::parse_rfc3339(text)?.0.div_euclid(1000)));
    }
    let plain = ["int_value", "long_value", "string_value"];
    if let Some(value) = plain.iter().map(|key| &wire[*key]).find(|value| !value.is_null()) {
        return Some(value.clone());
    }
    ["int_values", "long_values", "string_values"]
        .iter()
        .map(|key| &wire[*key])
        .find(|list| list.is_object())
        .map(|list| Value::Array(list["values"].as_array().cloned().unwrap_or_default()))
}

/// How a cell stands to a value: below, at or above it; nothing where the two are of different kinds.
fn order(cell: &Cell, value: &Value) -> Option<i8> {
    let ordering = match cell {
        Cell::Text(text) => text.to_lowercase().cmp(&value.as_str()?.to_lowercase()),
        Cell::Number(number) => {
            let value = value.as_i64().or_else(|| value.as_str()?.parse().ok())?;
            number.cmp(&value)
        }
    };
    Some(ordering as i8)
}

/// SQL's `LIKE`.
fn is_like(text: &str, pattern: &str) -> bool {
    let (text, pattern): (Vec<char>, Vec<char>) = (text.chars().collect(), pattern.chars().collect());
    let (mut at, mut of) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(of) {
            Some('%') => {
                star = Some((of, at));
                of += 1;
            }
            Some(letter) if *letter == '_' || *letter == text[at] => {
                at += 1;
                of += 1;
            }
            _ => match star {
                Some((star_at, from)) => {
                    star = Some((star_at, from + 1));
                    (of, at) = (star_at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[of..].iter().all(|letter| *letter == '%')
}

/// Adds what the server says before whatever is wrong with a list's parameters.
pub(super) fn of_options<T>(read: Result<T, Refusal>) -> Result<T, Refusal> {
    read.within("Failed to create list options")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_knows_both_wildcards() {
        for (text, pattern, fits) in [
            ("shards 7", "%shard__%", true),
            ("shard", "%shard__%", false),
            ("abc", "a%c", true),
            ("abcd", "a%c", false),
            ("", "%", true),
        ] {
            assert_eq!(is_like(text, pattern), fits, "{text} like {pattern}");
        }
    }
}
