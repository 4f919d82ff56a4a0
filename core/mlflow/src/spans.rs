//! Spans as MLflow writes them down: `traces.json` beside a trace, and `spans.content` in a database.
//!
//! Three spellings are read. MLflow 2: ids in hex below `context`, `start_time`, `status_code`. MLflow 3: ids in
//! base64, `start_time_unix_nano`, `status` as a map. MLflow 3.5.0: as 3, yet ids in hex and bare status words.
//! Source: `mlflow.entities.span`, `Span.from_dict` and `Span.to_dict` of 2.22.5 and 3.18.0.

use std::borrow::Cow;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flowdeck_domain::tracking::{Span, SpanEvent};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The spans of a `traces.json`, in the order written.
///
/// # Errors
/// Why it is no such file, in a few words.
pub(crate) fn decode_spans(json: &[u8]) -> Result<Vec<Span>, String> {
    let file: SpansFile = parse(json)?;
    file.spans.unwrap_or_default().into_iter().map(span_of).collect()
}

/// One span, as in a row of `spans.content`.
///
/// # Errors
/// Why it is no span, in a few words.
pub(crate) fn decode_span(json: &[u8]) -> Result<Span, String> {
    span_of(parse(json)?)
}

#[derive(Deserialize)]
struct SpansFile {
    spans: Option<Vec<WireSpan>>,
}

#[derive(Deserialize)]
struct WireSpan {
    name: Option<String>,
    context: Option<WireContext>,
    span_id: Option<String>,
    #[serde(alias = "parent_id")]
    parent_span_id: Option<String>,
    #[serde(alias = "start_time")]
    start_time_unix_nano: Option<Nanos>,
    #[serde(alias = "end_time")]
    end_time_unix_nano: Option<Nanos>,
    status: Option<WireStatus>,
    status_code: Option<String>,
    status_message: Option<String>,
    #[serde(default)]
    attributes: Pairs,
    #[serde(default)]
    events: Option<Vec<WireEvent>>,
}

#[derive(Deserialize)]
struct WireContext {
    span_id: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WireStatus {
    Map {
        code: Option<String>,
        message: Option<String>,
    },
    Word(String),
}

#[derive(Deserialize)]
struct WireEvent {
    #[serde(default)]
    name: String,
    #[serde(alias = "timestamp")]
    time_unix_nano: Option<Nanos>,
    #[serde(default)]
    attributes: Pairs,
}

/// Nanoseconds, as a number or, where a protocol buffer was printed, as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Nanos {
    Count(i64),
    Text(String),
}

impl Nanos {
    fn count(&self) -> Result<i64, String> {
        match self {
            Self::Count(count) => Ok(*count),
            Self::Text(text) => text.parse().map_err(|_| format!("`{text}` is no time")),
        }
    }
}

fn span_of(wire: WireSpan) -> Result<Span, String> {
    let id = wire
        .span_id
        .or(wire.context.map(|context| context.span_id))
        .ok_or("a span has no id")?;
    let (status, message) = match wire.status {
        Some(WireStatus::Map { code, message }) => (code, message),
        Some(WireStatus::Word(word)) => (Some(word), None),
        None => (wire.status_code, wire.status_message),
    };
    let start = wire.start_time_unix_nano.ok_or("a span has no start time")?;
    let end = wire.end_time_unix_nano.map(|end| end.count()).transpose()?;
    Ok(Span {
        id: hex_id(&id)?,
        parent_id: wire
            .parent_span_id
            .filter(|parent| !parent.is_empty())
            .map(|parent| hex_id(&parent))
            .transpose()?,
        name: wire.name.unwrap_or_default(),
        start_time_ns: start.count()?,
        // Zero is how a protocol buffer prints a time that is not set.
        end_time_ns: end.filter(|&end| end != 0),
        status: status_word(status.as_deref()),
        status_message: message.filter(|message| !message.is_empty()),
        attributes: wire
            .attributes
            .0
            .into_iter()
            .map(|(key, value)| (key, attribute_json(&value)))
            .collect(),
        events: wire
            .events
            .unwrap_or_default()
            .into_iter()
            .map(event_of)
            .collect::<Result<_, _>>()?,
    })
}

fn event_of(wire: WireEvent) -> Result<SpanEvent, String> {
    Ok(SpanEvent {
        name: wire.name,
        time_ns: wire.time_unix_nano.map_or(Ok(0), |time| time.count())?,
        attributes: wire
            .attributes
            .0
            .into_iter()
            .map(|(key, value)| (key, value.get().to_owned()))
            .collect(),
    })
}

/// The id as 16 hex digits; written so, with `0x`, or as eight bytes in base64.
fn hex_id(id: &str) -> Result<String, String> {
    let digits = id.strip_prefix("0x").unwrap_or(id);
    if digits.len() <= 16 && u64::from_str_radix(digits, 16).is_ok() {
        return Ok(format!("{digits:0>16}").to_ascii_lowercase());
    }
    let bytes = STANDARD.decode(id).map_err(|_| format!("`{id}` is no span id"))?;
    Ok(bytes
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}")))
}

fn status_word(code: Option<&str>) -> String {
    let code = code.unwrap_or("UNSET");
    code.strip_prefix("STATUS_CODE_").unwrap_or(code).to_owned()
}

/// An attribute's value as JSON text. MLflow writes the text itself as a string; what is no JSON is a plain text.
fn attribute_json(value: &RawValue) -> String {
    let Ok(text) = serde_json::from_str::<String>(value.get()) else {
        return value.get().to_owned();
    };
    if serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok() {
        text
    } else {
        value.get().to_owned()
    }
}

/// Keys and values of an object in the order written; nothing where it is null.
#[derive(Default)]
struct Pairs(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor;

        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_unit<E>(self) -> Result<Pairs, E> {
                Ok(Pairs::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::with_capacity(map.size_hint().unwrap_or(0));
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_any(PairsVisitor)
    }
}

/// Parses JSON, and once more with Python's bare `NaN` and `Infinity` in quotes where that is what was wrong.
fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    serde_json::from_slice(json).or_else(|error| match quoted_specials(json) {
        Cow::Owned(quoted) => serde_json::from_slice(&quoted).map_err(|error| error.to_string()),
        Cow::Borrowed(_) => Err(error.to_string()),
    })
}

fn quoted_specials(json: &[u8]) -> Cow<'_, [u8]> {
    let mut quoted = Vec::new();
    let (mut copied, mut at) = (0, 0);
    while at < json.len() {
        if json[at] == b'"' {
            at = end_of_string(json, at);
            continue;
        }
        let special = [&b"NaN"[..], b"Infinity", b"-Infinity"]
            .into_iter()
            .find(|special| json[at..].starts_with(special));
        match special {
            None => at += 1,
            Some(special) => {
                quoted.extend_from_slice(&json[copied..at]);
                quoted.push(b'"');
                quoted.extend_from_slice(special);
                quoted.push(b'"');
                at += special.len();
                copied = at;
            }
        }
    }
    if copied == 0 {
        return Cow::Borrowed(json);
    }
    quoted.extend_from_slice(&json[copied..]);
    Cow::Owned(quoted)
}

/// Where the string that opens at `open` is over.
fn end_of_string(json: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    while at < json.len() {
        match json[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    json.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const V2: &str = r#"{"spans": [{"name": "chat", "context": {"span_id": "b7ad6b7169203331",
        "trace_id": "0af7651916cd43dd8448eb211c80319c"}, "parent_id": null, "start_time": 1700000000000000000,
        "end_time": 1700000001250000000, "status_code": "OK", "status_message": "",
        "attributes": {"mlflow.spanType": "\"CHAIN\"", "mlflow.spanInputs": "{\"q\": 1}", "plain": "no json"},
        "events": [{"name": "token", "timestamp": 5, "attributes": {"text": "hi", "n": 2}}]}],
        "request": "{}", "response": null}"#;

    const V3: &str = r#"{"spans":[{"trace_id":"CvdlGRbNQ92ESOshHIAxnA==","span_id":"t61rcWkgMzE=",
        "parent_span_id":"AAAAAAAAAAE=","name":"llm","kind":"SPAN_KIND_INTERNAL","start_time_unix_nano":7,
        "end_time_unix_nano":"9","events":[{"name":"e","time_unix_nano":8,"attributes":{"x":NaN}}],
        "status":{"code":"STATUS_CODE_ERROR","message":"boom"},"attributes":{"a":5},"links":[]}]}"#;

    fn pair(key: &str, value: &str) -> (String, String) {
        (key.to_owned(), value.to_owned())
    }

    #[test]
    fn spans_of_mlflow_2_are_read() {
        let spans = decode_spans(V2.as_bytes()).unwrap();
        assert_eq!(
            spans,
            [Span {
                id: "b7ad6b7169203331".to_owned(),
                parent_id: None,
                name: "chat".to_owned(),
                start_time_ns: 1_700_000_000_000_000_000,
                end_time_ns: Some(1_700_000_001_250_000_000),
                status: "OK".to_owned(),
                status_message: None,
                attributes: vec![
                    pair("mlflow.spanType", "\"CHAIN\""),
                    pair("mlflow.spanInputs", "{\"q\": 1}"),
                    pair("plain", "\"no json\""),
                ],
                events: vec![SpanEvent {
                    name: "token".to_owned(),
                    time_ns: 5,
                    attributes: vec![pair("text", "\"hi\""), pair("n", "2")],
                }],
            }]
        );
    }

    #[test]
    fn spans_of_mlflow_3_are_read() {
        let spans = decode_spans(V3.as_bytes()).unwrap();
        let span = &spans[0];
        assert_eq!(span.id, "b7ad6b7169203331");
        assert_eq!(span.parent_id.as_deref(), Some("0000000000000001"));
        assert_eq!((span.start_time_ns, span.end_time_ns), (7, Some(9)));
        assert_eq!(span.status, "ERROR");
        assert_eq!(span.status_message.as_deref(), Some("boom"));
        assert_eq!(span.attributes, [pair("a", "5")]);
        assert_eq!(span.events[0].attributes, [pair("x", "\"NaN\"")]);
    }

    #[test]
    fn spans_of_mlflow_3_5_0_with_hex_ids_are_read() {
        let span = decode_span(
            br#"{"trace_id":"tr-0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331","parent_span_id":null,
                "name":"x","start_time_unix_nano":1,"end_time_unix_nano":null,"status":{"code":"OK"},"attributes":{}}"#,
        )
        .unwrap();
        assert_eq!(
            (span.id.as_str(), span.status.as_str()),
            ("b7ad6b7169203331", "OK")
        );
        assert_eq!((span.parent_id, span.end_time_ns), (None, None));
    }

    #[test]
    fn what_is_no_span_is_an_error_and_no_panic() {
        for wrong in [
            "",
            "[]",
            "{\"spans\": [{}]}",
            "{\"spans\": [",
            "{\"spans\": 3}",
            "\"",
            "{\"spans\":[{\"span_id\":\"?\",\"start_time\":1}]}",
        ] {
            assert!(decode_spans(wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert_eq!(decode_spans(b"{}").unwrap(), []);
    }
}
