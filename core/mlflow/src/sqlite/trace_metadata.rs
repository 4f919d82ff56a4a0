//! Metadata of traces that MLflow 3.18 keeps in columns, spelled as its clients see it.

use std::fmt::Write as _;

use flowdeck_domain::tracking::Tag;
use rusqlite::Row;

use super::rows;

/// Metadata that stands in columns and no longer in `trace_request_metadata`.
pub(super) const PROMOTED: [&str; 3] = [SESSION, TOKENS, COST];

const SESSION: &str = "mlflow.trace.session";
const TOKENS: &str = "mlflow.trace.tokenUsage";
const COST: &str = "mlflow.trace.cost";

/// Columns of `trace_info` that hold it: the session, six counts of tokens, three costs in US dollars.
pub(super) const PROMOTED_COLUMNS: &[&str] = &[
    "session_id",
    "input_tokens",
    "output_tokens",
    "total_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "cache_creation_input_tokens_above_1hr",
    "input_cost",
    "output_cost",
    "total_cost",
];

/// Metadata of the columns [`PROMOTED_COLUMNS`], the first of which is column `from` of the row.
///
/// Source: MLflow 3.18.0, `compatibility_metadata_from_columns`; its JSON is Python's.
pub(super) fn promoted(row: &Row<'_>, from: usize) -> Vec<Tag> {
    let mut metadata = Vec::new();
    let mut add = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            let key = key.into();
            metadata.push(Tag { key, value });
        }
    };
    add(SESSION, rows::string(row, from));
    let counts = (1..=6).map(|place| rows::integer(row, from + place).map(|count| count.to_string()));
    add(TOKENS, object(&PROMOTED_COLUMNS[1..=6], counts));
    let costs = (7..=9).map(|place| rows::number(row, from + place).map(python_float));
    add(COST, object(&PROMOTED_COLUMNS[7..=9], costs));
    metadata
}

/// A JSON object of what is there; nothing where nothing is.
fn object(keys: &[&str], values: impl Iterator<Item = Option<String>>) -> Option<String> {
    let mut json = String::new();
    for (key, value) in keys.iter().zip(values) {
        let Some(value) = value else { continue };
        let comma = if json.is_empty() { "" } else { ", " };
        // Writing to a string cannot fail.
        let _ = write!(json, "{comma}\"{key}\": {value}");
    }
    (!json.is_empty()).then(|| format!("{{{json}}}"))
}

/// A float as Python writes it: the shortest digits that read back, an exponent below 1e-4 and from 1e16 on.
fn python_float(number: f64) -> String {
    let scientific = format!("{number:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..16).contains(&exponent) {
        let plain = number.to_string();
        return if plain.contains('.') { plain } else { plain + ".0" };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_spelled_as_python_spells_them() {
        for (number, text) in [
            (0.0, "0.0"),
            (0.001, "0.001"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1.5e-7, "1.5e-07"),
            (3.0, "3.0"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1.25e100, "1.25e+100"),
        ] {
            assert_eq!(python_float(number), text);
        }
    }

    #[test]
    fn only_what_is_there_is_in_the_object() {
        let object = object(
            &["a", "b", "c"],
            [Some("1".to_owned()), None, Some("2".to_owned())].into_iter(),
        );
        assert_eq!(object.as_deref(), Some(r#"{"a": 1, "c": 2}"#));
    }
}
