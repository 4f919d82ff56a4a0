//! What a person filters and sorts a server of Kubeflow Pipelines by.

use flowdeck_client::port::{Operation, Predicate, PredicateValue, SortKey};
use flowdeck_client::{Failure, FailureKind, Result, Timestamp};
use serde_json::Value;

const FORM: &str = "write it as the server's API does: {\"predicates\": [{\"key\": \"state\", \"operation\": \"EQUALS\", \"string_value\": \"FAILED\"}]}";

/// A filter as the server's API writes it: an object with `predicates`, or their array, or one of them.
///
/// # Errors
/// What is no such filter, with what is wrong.
pub fn read_filter(text: &str) -> Result<Vec<Predicate>> {
    let json: Value =
        serde_json::from_str(text).map_err(|error| wrong(format!("the filter is no JSON: {error}")))?;
    let predicates = match &json {
        Value::Array(predicates) => predicates.as_slice(),
        Value::Object(object) => match object.get("predicates") {
            Some(Value::Array(predicates)) => predicates.as_slice(),
            Some(_) => return Err(wrong("`predicates` of the filter is no array".to_owned())),
            None => std::slice::from_ref(&json),
        },
        _ => return Err(wrong("the filter is no object".to_owned())),
    };
    predicates.iter().map(predicate).collect()
}

fn predicate(json: &Value) -> Result<Predicate> {
    let key = json["key"]
        .as_str()
        .ok_or_else(|| wrong("a predicate of the filter names no `key`".to_owned()))?;
    let word = json["operation"]
        .as_str()
        .ok_or_else(|| wrong(format!("the predicate of `{key}` names no `operation`")))?;
    let operation =
        operation(word).ok_or_else(|| wrong(format!("`{word}` is no operation of the server's filters")))?;
    let value =
        value(json).ok_or_else(|| wrong(format!("the predicate of `{key}` has no value that fits")))?;
    Ok(Predicate {
        key: key.to_owned(),
        operation,
        value,
    })
}

fn operation(word: &str) -> Option<Operation> {
    [
        Operation::Equals,
        Operation::NotEquals,
        Operation::Greater,
        Operation::GreaterOrEqual,
        Operation::Less,
        Operation::LessOrEqual,
        Operation::In,
        Operation::Contains,
    ]
    .into_iter()
    .find(|operation| operation.word() == word)
}

fn value(json: &Value) -> Option<PredicateValue> {
    let of = |snake: &str, camel: &str| json.get(snake).or_else(|| json.get(camel));
    if let Some(text) = of("string_value", "stringValue") {
        return text.as_str().map(|text| PredicateValue::Text(text.to_owned()));
    }
    if let Some(list) = of("string_values", "stringValues") {
        let values = list["values"].as_array()?.iter();
        let texts: Option<Vec<String>> = values.map(|it| it.as_str().map(str::to_owned)).collect();
        return texts.map(PredicateValue::Texts);
    }
    if let Some(time) = of("timestamp_value", "timestampValue") {
        return Timestamp::parse_rfc3339(time.as_str()?).map(PredicateValue::Time);
    }
    let number = of("int_value", "intValue").or_else(|| of("long_value", "longValue"))?;
    let number = number.as_i64().or_else(|| number.as_str()?.parse().ok())?;
    Some(PredicateValue::Number(number))
}

/// `created_at desc`: a field and, if it is not ascending, the direction.
///
/// # Errors
/// More words, or another direction.
pub fn read_sort(text: &str) -> Result<SortKey> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (key, descending) = match words.as_slice() {
        [key] => (*key, false),
        [key, direction] if direction.eq_ignore_ascii_case("asc") => (*key, false),
        [key, direction] if direction.eq_ignore_ascii_case("desc") => (*key, true),
        _ => {
            return Err(Failure::new(
                FailureKind::InvalidInput,
                format!("`{text}` is no order of a server of Kubeflow Pipelines"),
            )
            .with_hint("write a field and a direction, like `created_at desc`"));
        }
    };
    Ok(SortKey {
        key: key.to_owned(),
        descending,
    })
}

/// A moment: `10m`, `36h`, `7d` before now, or a date or time as RFC 3339 writes it.
///
/// # Errors
/// What is neither.
pub fn since(text: &str, now: Timestamp) -> Result<Timestamp> {
    let text = text.trim();
    let ago = text.char_indices().last().and_then(|(at, unit)| {
        let millis: f64 = match unit {
            's' => 1e3,
            'm' => 60e3,
            'h' => 3_600e3,
            'd' => 86_400e3,
            'w' => 604_800e3,
            _ => return None,
        };
        let number: f64 = text[..at]
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite() && *number >= 0.0)?;
        Some(Timestamp(now.0.saturating_sub((number * millis) as i64)))
    });
    let moment =
        || Timestamp::parse_rfc3339(text).or_else(|| Timestamp::parse_rfc3339(&format!("{text}T00:00:00Z")));
    ago.or_else(moment).ok_or_else(|| {
        Failure::new(FailureKind::InvalidInput, format!("`{text}` is no time"))
            .with_hint("write 10m, 36h, 7d, 2026-11-23 or 2026-11-23T13:00:00Z")
    })
}

fn wrong(message: String) -> Failure {
    Failure::new(FailureKind::InvalidInput, message).with_hint(FORM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_read_as_the_api_writes_it() {
        let whole = r#"{"predicates": [{"key": "state", "operation": "IN", "string_values": {"values": ["FAILED"]}},
            {"key": "created_at", "operation": "GREATER_THAN", "timestampValue": "2026-11-23T00:00:00Z"},
            {"key": "x", "operation": "EQUALS", "long_value": "5"}]}"#;
        let read = read_filter(whole).unwrap();
        assert_eq!(read[0], Predicate::one_of("state", ["FAILED".to_owned()]));
        assert_eq!(read[2].value, PredicateValue::Number(5));
        let one =
            read_filter(r#"{"key": "name", "operation": "IS_SUBSTRING", "string_value": "a"}"#).unwrap();
        assert_eq!(one, [Predicate::text("name", Operation::Contains, "a")]);
    }

    #[test]
    fn a_wrong_filter_is_told_with_what_is_wrong() {
        for wrong in [
            "state = FAILED",
            "5",
            r#"{"predicates": 1}"#,
            r#"[{"operation": "EQUALS", "string_value": "x"}]"#,
            r#"[{"key": "state", "operation": "LIKE", "string_value": "x"}]"#,
            r#"[{"key": "state", "operation": "EQUALS"}]"#,
            r#"[{"key": "created_at", "operation": "EQUALS", "timestamp_value": "yesterday"}]"#,
        ] {
            let failure = read_filter(wrong).unwrap_err();
            assert_eq!(failure.kind(), FailureKind::InvalidInput, "{wrong}");
            assert!(failure.hint().is_some());
        }
    }

    #[test]
    fn an_order_and_a_time_are_read_in_the_forms_that_people_write() {
        assert!(read_sort("created_at DESC").unwrap().descending);
        assert!(!read_sort("name").unwrap().descending);
        assert!(read_sort("name sideways").is_err() && read_sort("").is_err());
        let now = Timestamp::parse_rfc3339("2026-11-23T13:00:00Z").unwrap();
        for (text, at) in [
            ("90m", "2026-11-23T11:30:00Z"),
            ("1d", "2026-11-22T13:00:00Z"),
            ("2026-11-20", "2026-11-20T00:00:00Z"),
            ("2026-11-20T04:00:00Z", "2026-11-20T04:00:00Z"),
        ] {
            assert_eq!(
                since(text, now).unwrap(),
                Timestamp::parse_rfc3339(at).unwrap(),
                "{text}"
            );
        }
        assert!(since("soon", now).is_err() && since("", now).is_err() && since("-5m", now).is_err());
    }
}
