use std::fmt;

use flowdeck_domain::tracking::{Assessment, AssessmentKind, Tag, Trace, TraceInfo, TraceState};
use flowdeck_domain::{ExperimentId, TagKey, Timestamp, TraceId};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::page::PairWire;
use super::registry::told;
use super::{Decoding, Int, Missing, Text, Wire};
use crate::rest::otlp::SpanWire;

/// `TraceInfoV3`, of MLflow 3.
#[derive(Deserialize)]
pub(in crate::rest) struct TraceInfoWire<'a> {
    #[serde(borrow)]
    trace_id: Option<Text<'a>>,
    #[serde(borrow)]
    trace_location: Option<LocationWire<'a>>,
    #[serde(borrow)]
    client_request_id: Option<Text<'a>>,
    #[serde(borrow)]
    request_time: Option<Text<'a>>,
    #[serde(borrow)]
    execution_duration: Option<Text<'a>>,
    #[serde(borrow)]
    state: Option<Text<'a>>,
    #[serde(borrow)]
    request_preview: Option<Text<'a>>,
    #[serde(borrow)]
    response_preview: Option<Text<'a>>,
    #[serde(borrow, default)]
    trace_metadata: Pairs<'a>,
    #[serde(borrow, default)]
    tags: Pairs<'a>,
    #[serde(borrow)]
    assessments: Option<Vec<AssessmentWire<'a>>>,
}

#[derive(Deserialize)]
struct LocationWire<'a> {
    #[serde(borrow)]
    mlflow_experiment: Option<ExperimentWire<'a>>,
}

#[derive(Deserialize)]
struct ExperimentWire<'a> {
    #[serde(borrow)]
    experiment_id: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct AssessmentWire<'a> {
    #[serde(borrow)]
    assessment_id: Option<Text<'a>>,
    #[serde(borrow)]
    assessment_name: Option<Text<'a>>,
    #[serde(borrow)]
    source: Option<SourceWire<'a>>,
    #[serde(borrow)]
    create_time: Option<Text<'a>>,
    #[serde(borrow)]
    span_id: Option<Text<'a>>,
    #[serde(borrow)]
    rationale: Option<Text<'a>>,
    #[serde(borrow)]
    feedback: Option<ValueWire<'a>>,
    #[serde(borrow)]
    expectation: Option<ValueWire<'a>>,
}

#[derive(Deserialize)]
struct SourceWire<'a> {
    #[serde(borrow)]
    source_type: Option<Text<'a>>,
    #[serde(borrow)]
    source_id: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct ValueWire<'a> {
    #[serde(borrow)]
    value: Option<&'a RawValue>,
    #[serde(borrow)]
    serialized_value: Option<SerializedWire<'a>>,
}

#[derive(Deserialize)]
struct SerializedWire<'a> {
    #[serde(borrow)]
    value: Option<Text<'a>>,
}

impl<'de> Wire<'de> for TraceInfoWire<'de> {
    type Item = TraceInfo;

    fn convert(self, cx: &mut Decoding) -> Result<TraceInfo, Missing> {
        let id = self.trace_id.ok_or(Missing("trace_id"))?;
        let experiment = self
            .trace_location
            .and_then(|location| location.mlflow_experiment);
        let experiment_id = experiment.and_then(|it| it.experiment_id).unwrap_or_default();
        let assessments = self.assessments.unwrap_or_default();
        Ok(TraceInfo {
            id: TraceId::from(&*id.0),
            experiment_id: ExperimentId::from(cx.shared(&experiment_id.0)),
            client_request_id: told(self.client_request_id),
            request_time: moment(self.request_time.as_ref()).unwrap_or(Timestamp(0)),
            execution_duration_ms: self.execution_duration.and_then(|text| duration_ms(&text.0)),
            state: TraceState::from_word(&self.state.unwrap_or_default().0),
            request_preview: self.request_preview.map(Text::into_string),
            response_preview: self.response_preview.map(Text::into_string),
            metadata: self.trace_metadata.tags(cx),
            tags: self.tags.tags(cx),
            assessments: assessments.into_iter().map(AssessmentWire::convert).collect(),
        })
    }
}

impl AssessmentWire<'_> {
    fn convert(self) -> Assessment {
        let (kind, value) = match (self.feedback, self.expectation) {
            (Some(value), _) => (AssessmentKind::Feedback, value.json()),
            (None, Some(value)) => (AssessmentKind::Expectation, value.json()),
            (None, None) => (AssessmentKind::Other, None),
        };
        let (source_type, source_id) = self.source.map_or((None, None), |source| {
            (told(source.source_type), told(source.source_id))
        });
        Assessment {
            id: self.assessment_id.unwrap_or_default().into_string(),
            name: self.assessment_name.unwrap_or_default().into_string(),
            kind,
            value,
            rationale: told(self.rationale),
            source_type,
            source_id,
            create_time: moment(self.create_time.as_ref()),
            span_id: told(self.span_id),
        }
    }
}

impl ValueWire<'_> {
    fn json(self) -> Option<String> {
        match self.value {
            Some(value) => Some(as_python_prints(value.get())),
            None => self.serialized_value?.value.map(Text::into_string),
        }
    }
}

/// `TraceInfo` of MLflow 2.
#[derive(Deserialize)]
pub(in crate::rest) struct TraceInfoV2Wire<'a> {
    #[serde(borrow)]
    request_id: Option<Text<'a>>,
    #[serde(borrow)]
    experiment_id: Option<Text<'a>>,
    timestamp_ms: Option<Int>,
    execution_time_ms: Option<Int>,
    #[serde(borrow)]
    status: Option<Text<'a>>,
    #[serde(borrow)]
    request_metadata: Option<Vec<PairWire<'a>>>,
    #[serde(borrow)]
    tags: Option<Vec<PairWire<'a>>>,
}

impl<'de> Wire<'de> for TraceInfoV2Wire<'de> {
    type Item = TraceInfo;

    fn convert(self, cx: &mut Decoding) -> Result<TraceInfo, Missing> {
        let id = self.request_id.ok_or(Missing("request_id"))?;
        let state = TraceState::from_word(&self.status.unwrap_or_default().0);
        // The protocol of MLflow 2 has no null here: a trace that goes on says zero.
        let duration = self
            .execution_time_ms
            .map(|millis| millis.0)
            .filter(|millis| *millis != 0 || state != TraceState::InProgress);
        Ok(TraceInfo {
            id: TraceId::from(&*id.0),
            experiment_id: ExperimentId::from(cx.shared(&self.experiment_id.unwrap_or_default().0)),
            client_request_id: None,
            request_time: Timestamp(self.timestamp_ms.map_or(0, |millis| millis.0)),
            execution_duration_ms: duration,
            state,
            request_preview: None,
            response_preview: None,
            metadata: cx.tags(self.request_metadata),
            tags: cx.tags(self.tags),
            assessments: Vec::new(),
        })
    }
}

/// `Trace` of MLflow 3: its info, and its spans in OpenTelemetry's spelling.
#[derive(Deserialize)]
pub(in crate::rest) struct OtlpTraceWire<'a> {
    #[serde(borrow)]
    trace_info: Option<TraceInfoWire<'a>>,
    spans: Option<Vec<SpanWire>>,
}

impl<'de> Wire<'de> for OtlpTraceWire<'de> {
    type Item = Trace;

    fn convert(self, cx: &mut Decoding) -> Result<Trace, Missing> {
        Ok(Trace {
            info: self.trace_info.ok_or(Missing("trace_info"))?.convert(cx)?,
            spans: self
                .spans
                .unwrap_or_default()
                .into_iter()
                .map(SpanWire::convert)
                .collect(),
        })
    }
}

/// Keys and values of an object, in the order written.
#[derive(Default)]
struct Pairs<'a>(Vec<(Text<'a>, Option<Text<'a>>)>);

impl Pairs<'_> {
    fn tags(self, cx: &mut Decoding) -> Vec<Tag> {
        self.0
            .into_iter()
            .map(|(key, value)| Tag {
                key: TagKey::from(cx.shared(&key.0)),
                value: value.unwrap_or_default().into_string(),
            })
            .collect()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor;

        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_unit<E>(self) -> Result<Pairs<'de>, E> {
                Ok(Pairs::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_any(PairsVisitor)
    }
}

fn moment(text: Option<&Text<'_>>) -> Option<Timestamp> {
    Timestamp::parse_rfc3339(&text?.0)
}

/// `1.250s` as milliseconds, cut. Source: protocol buffers' JSON form of `Duration`.
fn duration_ms(text: &str) -> Option<i64> {
    let text = text.strip_suffix('s')?;
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    let millis = fraction
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(3)
        .try_fold(0, |sum, digit| {
            digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0'))
        })?;
    let whole = seconds.parse::<i64>().ok()?.checked_mul(1000)?;
    Some(sign * (whole + millis))
}

/// JSON with the blanks that Python's `json.dumps` puts, as stores keep it: servers print theirs over several lines.
fn as_python_prints(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut in_string, mut escaped) = (false, false);
    for c in json.chars() {
        if in_string {
            in_string = c != '"' || escaped;
            escaped = c == '\\' && !escaped;
        } else if c.is_ascii_whitespace() {
            continue;
        } else {
            in_string = c == '"';
        }
        out.push(c);
        if !in_string && matches!(c, ',' | ':') {
            out.push(' ');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{as_python_prints, duration_ms};

    #[test]
    fn a_value_is_printed_as_python_prints_it() {
        let printed = "{\n  \"a:,\\\"\": [\n    1,\n    \"x  y\"\n  ]\n}";
        assert_eq!(as_python_prints(printed), "{\"a:,\\\"\": [1, \"x  y\"]}");
        assert_eq!(as_python_prints("true"), "true");
    }

    #[test]
    fn durations_are_read_to_the_millisecond() {
        for (text, millis) in [
            ("1.250s", Some(1250)),
            ("0s", Some(0)),
            ("0.006s", Some(6)),
            ("-0.5s", Some(-500)),
            ("3.999999999s", Some(3999)),
            ("12", None),
            ("xs", None),
        ] {
            assert_eq!(duration_ms(text), millis, "{text}");
        }
    }
}
