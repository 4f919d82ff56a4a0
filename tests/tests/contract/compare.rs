//! Two JSON values side by side.

use std::collections::BTreeSet;

use serde_json::Value;

/// Differences shown of one comparison; more of them say nothing new.
const SHOWN: usize = 40;

/// A float as text that distinguishes every value, NaN and the sign of zero included.
pub(crate) fn float(value: f64) -> Value {
    Value::String(format!("{value:?}"))
}

/// The dump of `read_store.py` with `{"f64": text}` turned into the text of [`float`].
pub(crate) fn exact(value: Value) -> Value {
    match value {
        Value::Object(fields) => match fields.get("f64").and_then(Value::as_str) {
            Some(text) if fields.len() == 1 => {
                float(text.parse().expect("Python's repr of a float is one in Rust"))
            }
            _ => Value::Object(
                fields
                    .into_iter()
                    .map(|(key, value)| (key, exact(value)))
                    .collect(),
            ),
        },
        Value::Array(items) => Value::Array(items.into_iter().map(exact).collect()),
        plain => plain,
    }
}

/// One place where two values differ.
pub(crate) struct Difference {
    /// `runs/ab12/metrics/loss/value`.
    pub(crate) path: String,
    pub(crate) ours: Value,
    pub(crate) theirs: Value,
}

/// Every place where two values differ; a key that one side lacks counts as null there.
pub(crate) fn differences(path: &str, ours: &Value, theirs: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    collect(path, ours, theirs, &mut found);
    found
}

fn collect(path: &str, ours: &Value, theirs: &Value, found: &mut Vec<Difference>) {
    match (ours, theirs) {
        (Value::Object(one), Value::Object(other)) => {
            let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for key in keys {
                let side =
                    |fields: &serde_json::Map<String, Value>| fields.get(key).cloned().unwrap_or_default();
                collect(&format!("{path}/{key}"), &side(one), &side(other), found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (at, (ours, theirs)) in one.iter().zip(other).enumerate() {
                collect(&format!("{path}/{at}"), ours, theirs, found);
            }
        }
        _ if ours == theirs => {}
        _ => found.push(Difference {
            path: path.to_owned(),
            ours: ours.clone(),
            theirs: theirs.clone(),
        }),
    }
}

/// Fails with a list where anything differs.
pub(crate) fn assert_none(differences: &[Difference]) {
    let lines: Vec<String> = differences
        .iter()
        .take(SHOWN)
        .map(|difference| {
            format!(
                "{}\n    ours   {}\n    MLflow {}",
                difference.path,
                short(&difference.ours),
                short(&difference.theirs)
            )
        })
        .collect();
    assert!(
        differences.is_empty(),
        "{} differences:\n{}",
        differences.len(),
        lines.join("\n")
    );
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() > 300 {
        text.chars().take(300).chain("…".chars()).collect()
    } else {
        text
    }
}
