use std::cmp::Ordering;

use super::Subject;
use crate::Result;
use crate::id::RunId;
use crate::search::clause::{Attribute, Clause, Comparator, Field, OrderKey, SpanPart, Test};
use crate::search::number::Number;
use crate::search::rules::{Rules, TRACES};
use crate::search::{AssessmentRow, Dialect, SpanRow, TraceRecord, judge};
use crate::tracking::TraceState;

/// How much earlier than its trace a span may begin and still be found. Source: MLflow 3.18,
/// `_SPAN_SEARCH_TIMESTAMP_TOLERANCE_MS`.
const CLOCK_SKEW_MS: f64 = 10_000.0;

const SESSION_METADATA: &str = "mlflow.trace.session";
const RUN_METADATA: &str = "mlflow.sourceRun";

impl Subject for TraceRecord {
    const RULES: Rules = TRACES;

    fn judge(&self, clause: &Clause, dialect: Dialect) -> Result<bool> {
        let test = &clause.test;
        match &clause.field {
            Field::Tag(key) => judge::text(test, judge::tag(&self.info.tags, key)),
            Field::Metadata(key) => judge::text(test, judge::tag(&self.info.metadata, key)),
            Field::Attribute(attribute @ (Attribute::Started | Attribute::Duration | Attribute::Ended)) => {
                judge::count(test, number(self, *attribute))
            }
            Field::Attribute(attribute) => judge::text(test, text(self, *attribute, dialect)),
            Field::LinkedRun => Ok(judge::any_text(test, self.linked_runs.iter().map(RunId::as_str))?
                || judge::text(test, self.metadata(RUN_METADATA))?),
            Field::LinkedPrompt => judge::any_text(test, self.linked_prompts.iter().map(String::as_str)),
            Field::Assessment { kind, name } => {
                let found = self
                    .assessments
                    .iter()
                    .any(|row| is_about(row, kind, name) && says(row, test));
                Ok(found != (*test == Test::Present(false)))
            }
            Field::Issue => match test {
                Test::Fault(fault) => Err(fault.failure.clone()),
                test => judge::any_text(
                    test,
                    self.assessments
                        .iter()
                        .filter(|row| row.kind == "issue")
                        .map(|row| &*row.name),
                ),
            },
            // Judged by all clauses on spans at once.
            Field::Span(_) => Ok(true),
            _ => Ok(false),
        }
    }

    /// One span has to pass all clauses on spans.
    fn judge_together(&self, clauses: &[Clause], _: Dialect) -> Result<bool> {
        let mut on_spans = clauses.iter().filter_map(|clause| match &clause.field {
            Field::Span(part) => Some((part, &clause.test)),
            _ => None,
        });
        if on_spans.clone().next().is_none() {
            return Ok(true);
        }
        let since = earliest(clauses);
        Ok(self.spans.iter().any(|span| {
            since.is_none_or(|since| nanoseconds(span) >= since)
                && on_spans.clone().all(|(part, test)| passes(span, part, test))
        }) && on_spans.next().is_some())
    }

    fn order(&self, other: &Self, key: &OrderKey, dialect: Dialect) -> Ordering {
        let down = key.descending;
        match &key.field {
            Field::Tag(key) => judge::missing_last(
                judge::tag(&self.info.tags, key),
                judge::tag(&other.info.tags, key),
                down,
            ),
            Field::Metadata(key) => judge::missing_last(
                judge::tag(&self.info.metadata, key),
                judge::tag(&other.info.metadata, key),
                down,
            ),
            Field::Attribute(Attribute::Experiment) => {
                let id = |record: &Self| record.info.experiment_id.as_str().parse::<i64>().ok();
                match (dialect, id(self), id(other)) {
                    (Dialect::Sql, Some(one), Some(other)) => judge::way(one.cmp(&other), down),
                    _ => judge::way(self.info.experiment_id.cmp(&other.info.experiment_id), down),
                }
            }
            Field::Attribute(attribute @ (Attribute::Started | Attribute::Duration | Attribute::Ended)) => {
                judge::missing_last(number(self, *attribute), number(other, *attribute), down)
            }
            Field::Attribute(attribute) => judge::missing_last(
                text(self, *attribute, dialect),
                text(other, *attribute, dialect),
                down,
            ),
            _ => Ordering::Equal,
        }
    }

    /// Python cannot order a duration and what has none, if the least comes first.
    fn clashes(&self, other: &Self, key: &OrderKey, dialect: Dialect) -> bool {
        dialect == Dialect::File
            && !key.descending
            && key.field == Field::Attribute(Attribute::Duration)
            && self.info.execution_duration_ms.is_none() != other.info.execution_duration_ms.is_none()
    }

    fn session(&self) -> Option<&str> {
        self.metadata(SESSION_METADATA)
    }

    /// An assessment of a whole session speaks for all its traces.
    fn speaks_for_session(&self, clause: &Clause) -> bool {
        let Field::Assessment { kind, name } = &clause.field else {
            return false;
        };
        self.assessments
            .iter()
            .any(|row| row.of_session && is_about(row, kind, name) && says(row, &clause.test))
    }
}

impl TraceRecord {
    fn metadata(&self, key: &str) -> Option<&str> {
        self.info
            .metadata
            .iter()
            .find(|entry| entry.key.as_str() == key)
            .map(|entry| entry.value.as_str())
    }
}

fn number(record: &TraceRecord, attribute: Attribute) -> Option<i64> {
    let start = record.info.request_time.as_millis();
    match attribute {
        Attribute::Started => Some(start),
        Attribute::Duration => record.info.execution_duration_ms,
        _ => Some(start.saturating_add(record.info.execution_duration_ms.unwrap_or(0))),
    }
}

fn text(record: &TraceRecord, attribute: Attribute, dialect: Dialect) -> Option<&str> {
    match attribute {
        Attribute::Id => Some(record.info.id.as_str()),
        Attribute::ClientRequest => record.info.client_request_id.as_deref(),
        Attribute::Status => Some(match (&record.info.state, dialect) {
            (TraceState::Other(word), Dialect::File) if &**word == "STATE_UNSPECIFIED" => {
                "TRACE_STATUS_UNSPECIFIED"
            }
            (state, _) => state.word(),
        }),
        _ => None,
    }
}

fn is_about(row: &AssessmentRow, kind: &str, name: &str) -> bool {
    row.valid && row.kind == kind && row.name == name
}

/// Whether an assessment passes; that it is there is known already.
fn says(row: &AssessmentRow, test: &Test) -> bool {
    match test {
        Test::Present(_) => true,
        Test::Number(comparator, number) => row
            .number
            .is_some_and(|value| compares(*comparator, value, *number)),
        Test::Text(comparator, wanted) => {
            let same = row.value == *wanted || row.value == json(wanted);
            same == (*comparator == Comparator::Equal)
        }
        Test::Like(like) => like.matches(&row.value),
        Test::Matches(pattern) => pattern.finds(&row.value),
        Test::In { .. } | Test::Fault(_) => false,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "SQLite compares a whole number to a float no closer than that"
)]
fn compares(comparator: Comparator, value: f64, number: Number) -> bool {
    let ordering = match number {
        Number::Whole(whole) => value.partial_cmp(&(whole as f64)),
        Number::Float(float) => value.partial_cmp(&float),
        Number::Vast { negative } => Some(if negative {
            Ordering::Greater
        } else {
            Ordering::Less
        }),
    };
    comparator.accepts(ordering)
}

/// A text as Python's `json.dumps` writes it: ASCII alone.
fn json(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for c in text.chars() {
        match c {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\x08' => json.push_str("\\b"),
            '\x0c' => json.push_str("\\f"),
            ' '..='~' => json.push(c),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    json.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    json.push('"');
    json
}

fn passes(span: &SpanRow, part: &SpanPart, test: &Test) -> bool {
    let value = match part {
        SpanPart::Name => span.name.as_deref(),
        SpanPart::Type => span.span_type.as_deref(),
        SpanPart::Status => Some(&*span.status),
        SpanPart::Content => Some(&*span.content),
        SpanPart::Nothing => Some(""),
    };
    judge::text(test, value).unwrap_or(false)
}

/// Where clauses say since when traces began, spans have to have begun then, too, in nanoseconds.
#[expect(clippy::cast_precision_loss, reason = "clocks differ by more than that")]
fn earliest(clauses: &[Clause]) -> Option<f64> {
    clauses
        .iter()
        .filter(|clause| clause.field == Field::Attribute(Attribute::Started))
        .filter_map(|clause| match clause.test {
            Test::Number(Comparator::Greater | Comparator::AtLeast, number) => Some(match number {
                Number::Whole(whole) => whole as f64,
                Number::Float(float) => float,
                Number::Vast { negative } => {
                    if negative {
                        f64::MIN
                    } else {
                        f64::MAX
                    }
                }
            }),
            _ => None,
        })
        .reduce(f64::max)
        .map(|millis| (millis - CLOCK_SKEW_MS) * 1e6)
}

#[expect(clippy::cast_precision_loss, reason = "clocks differ by more than that")]
fn nanoseconds(span: &SpanRow) -> f64 {
    span.start_time_ns as f64
}
