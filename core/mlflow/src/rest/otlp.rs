//! Spans as `traces/get` sends them: OpenTelemetry's protocol buffers, printed as JSON.
//!
//! Attribute values are printed as Python's `json.dumps` prints them, blanks included, so that a span reads the
//! same from every store. Source: OpenTelemetry `trace.proto`, `common.proto`; answers of MLflow 3.18.0.

use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flowdeck_domain::tracking::{Span, SpanEvent};
use serde::Deserialize;

use super::wire::{Double, Int};

#[derive(Deserialize)]
pub(super) struct SpanWire {
    span_id: Option<String>,
    parent_span_id: Option<String>,
    #[serde(default)]
    name: String,
    start_time_unix_nano: Option<Int>,
    end_time_unix_nano: Option<Int>,
    #[serde(default)]
    attributes: Vec<AttributeWire>,
    #[serde(default)]
    events: Vec<EventWire>,
    #[serde(default)]
    status: StatusWire,
}

#[derive(Default, Deserialize)]
struct StatusWire {
    code: Option<String>,
    message: Option<String>,
}

#[derive(Deserialize)]
struct EventWire {
    #[serde(default)]
    name: String,
    time_unix_nano: Option<Int>,
    #[serde(default)]
    attributes: Vec<AttributeWire>,
}

#[derive(Deserialize)]
struct AttributeWire {
    #[serde(default)]
    key: String,
    #[serde(default)]
    value: ValueWire,
}

/// `AnyValue`: one of these, or none for null.
#[derive(Default, Deserialize)]
struct ValueWire {
    string_value: Option<String>,
    bool_value: Option<bool>,
    int_value: Option<Int>,
    double_value: Option<Double>,
    bytes_value: Option<String>,
    array_value: Option<ArrayWire>,
    kvlist_value: Option<ListWire>,
}

#[derive(Deserialize)]
struct ArrayWire {
    #[serde(default)]
    values: Vec<ValueWire>,
}

#[derive(Deserialize)]
struct ListWire {
    #[serde(default)]
    values: Vec<AttributeWire>,
}

impl SpanWire {
    pub(super) fn convert(self) -> Span {
        let status = self.status.code.unwrap_or_else(|| "UNSET".to_owned());
        Span {
            id: hex(self.span_id.as_deref().unwrap_or_default()),
            parent_id: self.parent_span_id.map(|id| hex(&id)).filter(|id| !id.is_empty()),
            name: self.name,
            start_time_ns: self.start_time_unix_nano.map_or(0, |nanos| nanos.0),
            end_time_ns: self.end_time_unix_nano.map(|nanos| nanos.0).filter(|&n| n != 0),
            status: status.strip_prefix("STATUS_CODE_").unwrap_or(&status).to_owned(),
            status_message: self.status.message.filter(|message| !message.is_empty()),
            attributes: pairs(self.attributes),
            events: self
                .events
                .into_iter()
                .map(|event| SpanEvent {
                    name: event.name,
                    time_ns: event.time_unix_nano.map_or(0, |nanos| nanos.0),
                    attributes: pairs(event.attributes),
                })
                .collect(),
        }
    }
}

fn pairs(attributes: Vec<AttributeWire>) -> Vec<(String, String)> {
    attributes
        .into_iter()
        .map(|attribute| {
            let mut json = String::new();
            attribute.value.print(&mut json);
            (attribute.key, json)
        })
        .collect()
}

impl ValueWire {
    fn print(&self, out: &mut String) {
        if let Some(text) = self.string_value.as_ref().or(self.bytes_value.as_ref()) {
            print_text(text, out);
        } else if let Some(truth) = self.bool_value {
            out.push_str(if truth { "true" } else { "false" });
        } else if let Some(Int(number)) = self.int_value {
            let _ = write!(out, "{number}");
        } else if let Some(Double(number)) = self.double_value {
            print_number(number, out);
        } else if let Some(array) = &self.array_value {
            out.push('[');
            for (at, value) in array.values.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                value.print(out);
            }
            out.push(']');
        } else if let Some(list) = &self.kvlist_value {
            out.push('{');
            for (at, entry) in list.values.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                print_text(&entry.key, out);
                out.push_str(": ");
                entry.value.print(out);
            }
            out.push('}');
        } else {
            out.push_str("null");
        }
    }
}

fn print_text(text: &str, out: &mut String) {
    // A string can always be printed.
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

/// Numbers that JSON cannot hold become text, as everywhere in flowdeck's JSON.
fn print_number(number: f64, out: &mut String) {
    if number.is_finite() {
        let _ = write!(out, "{number:?}");
    } else if number.is_nan() {
        out.push_str("\"NaN\"");
    } else {
        out.push_str(if number > 0.0 {
            "\"Infinity\""
        } else {
            "\"-Infinity\""
        });
    }
}

/// An id of eight bytes in base64, as hex digits; one that is no base64 stays as it is.
fn hex(id: &str) -> String {
    STANDARD.decode(id).map_or_else(
        |_| id.to_owned(),
        |bytes| {
            bytes.iter().fold(String::new(), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            })
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_of_a_protocol_buffer_reads_like_one_of_a_file() {
        let span: SpanWire = serde_json::from_str(
            r#"{"span_id":"zzR7g6qo7ew=","name":"outer","start_time_unix_nano":"17","end_time_unix_nano":19,
            "attributes":[{"key":"in","value":{"kvlist_value":{"values":[
                {"key":"q","value":{"int_value":"3"}},{"key":"l","value":{"array_value":{"values":[
                    {"double_value":1.0},{"bool_value":true},{},{"string_value":"é\""}]}}}]}}}],
            "status":{"message":"boom","code":"STATUS_CODE_ERROR"},"links":[]}"#,
        )
        .unwrap();
        let span = span.convert();
        assert_eq!(span.id, "cf347b83aaa8edec");
        assert_eq!((span.start_time_ns, span.end_time_ns), (17, Some(19)));
        assert_eq!(span.attributes[0].1, r#"{"q": 3, "l": [1.0, true, null, "é\""]}"#);
        assert_eq!(
            (span.status.as_str(), span.status_message.as_deref()),
            ("ERROR", Some("boom"))
        );
    }
}
