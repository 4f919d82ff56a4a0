//! The spans of a trace as a tree with bars: what ran within what, when, and for how long.

use std::collections::{BTreeMap, HashSet};

use flowdeck_client::tracking::{Span, Trace};
use serde_json::Value;

/// The attribute that holds what went into a span.
pub const INPUTS: &str = "mlflow.spanInputs";
/// The attribute that holds what came out of it.
pub const OUTPUTS: &str = "mlflow.spanOutputs";
/// The attribute that tells what sort of step it is.
pub const SPAN_TYPE: &str = "mlflow.spanType";
/// The attribute that counts the tokens of a language model. Source: MLflow, `SpanAttributeKey.CHAT_USAGE`.
const USAGE: &str = "mlflow.chat.tokenUsage";
/// The same of a whole trace. Source: MLflow, `TraceMetadataKey.TOKEN_USAGE`.
const TRACE_USAGE: &str = "mlflow.trace.tokenUsage";

/// A span as it stands in the tree.
#[derive(Clone, Debug, PartialEq)]
pub struct SpanRow {
    /// Its place in the trace.
    pub index: usize,
    /// How deep it stands.
    pub depth: usize,
    /// Spans that stand below it, at any depth.
    pub n_below: usize,
    /// When it began, as a share of the trace.
    pub start: f64,
    /// When it ended, as a share of the trace; of one that goes on, the end.
    pub end: f64,
    /// How long it took; none while it goes on.
    pub took_ns: Option<i64>,
    /// `LLM`, `RETRIEVER`, `TOOL`, ...
    pub span_type: Option<String>,
    /// Tokens that it used.
    pub tokens: Option<Tokens>,
}

/// Tokens that a language model read and wrote.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Tokens {
    /// Read.
    pub input: u64,
    /// Written.
    pub output: u64,
    /// Both, as it was told.
    pub total: u64,
}

/// The spans of a trace in the order of the tree.
pub fn rows(spans: &[Span]) -> Vec<SpanRow> {
    let (first, last) = bounds(spans);
    let length = (last.saturating_sub(first)).max(1) as f64;
    let share = |at: i64| (at.saturating_sub(first) as f64 / length).clamp(0.0, 1.0);
    let ordered = in_tree_order(spans);
    let mut rows: Vec<SpanRow> = ordered
        .iter()
        .map(|&(depth, index)| {
            let span = &spans[index];
            SpanRow {
                index,
                depth,
                n_below: 0,
                start: share(span.start_time_ns),
                end: share(span.end_time_ns.unwrap_or(last)),
                took_ns: span.end_time_ns.map(|end| end.saturating_sub(span.start_time_ns)),
                span_type: attribute(span, SPAN_TYPE).map(unquoted),
                tokens: attribute(span, USAGE).and_then(tokens),
            }
        })
        .collect();
    count_below(&mut rows);
    rows
}

fn count_below(rows: &mut [SpanRow]) {
    let mut open: Vec<usize> = Vec::new();
    for place in 0..=rows.len() {
        let depth = rows.get(place).map_or(0, |row| row.depth);
        while open.last().is_some_and(|&above| rows[above].depth >= depth) {
            if let Some(above) = open.pop() {
                rows[above].n_below = place - above - 1;
            }
        }
        open.push(place);
    }
}

/// When the first span began and the last ended.
fn bounds(spans: &[Span]) -> (i64, i64) {
    let first = spans.iter().map(|span| span.start_time_ns).min().unwrap_or(0);
    let ends = spans
        .iter()
        .map(|span| span.end_time_ns.unwrap_or(span.start_time_ns));
    (first, ends.max().unwrap_or(first))
}

/// Spans below their parents by start, with their depth; one whose parent is missing counts as a root.
pub fn in_tree_order(spans: &[Span]) -> Vec<(usize, usize)> {
    let known: HashSet<&str> = spans.iter().map(|span| span.id.as_str()).collect();
    let mut children: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
    for (index, span) in spans.iter().enumerate() {
        let parent = span
            .parent_id
            .as_deref()
            .filter(|parent| known.contains(parent) && *parent != span.id);
        children.entry(parent).or_default().push(index);
    }
    for below in children.values_mut() {
        // The last is taken first from the stack below.
        below.sort_by_key(|&index| std::cmp::Reverse(spans[index].start_time_ns));
    }
    let mut ordered = Vec::with_capacity(spans.len());
    let mut waiting: Vec<(usize, usize)> = Vec::new();
    let push = |waiting: &mut Vec<(usize, usize)>, depth: usize, found: Option<Vec<usize>>| {
        waiting.extend(found.unwrap_or_default().into_iter().map(|index| (depth, index)));
    };
    push(&mut waiting, 0, children.remove(&None));
    while let Some((depth, index)) = waiting.pop() {
        ordered.push((depth, index));
        // Taken out, so that ids that repeat or run in a circle end.
        let below = children.remove(&Some(spans[index].id.as_str()));
        push(&mut waiting, depth + 1, below);
    }
    // Spans that are each other's parents hang from no root: they are shown all the same.
    let placed: HashSet<usize> = ordered.iter().map(|&(_, index)| index).collect();
    ordered.extend(
        (0..spans.len())
            .filter(|index| !placed.contains(index))
            .map(|index| (0, index)),
    );
    ordered
}

/// An attribute of a span, as JSON text.
pub fn attribute<'a>(span: &'a Span, key: &str) -> Option<&'a str> {
    let mut attributes = span.attributes.iter();
    attributes
        .find(|(own, _)| own == key)
        .map(|(_, value)| value.as_str())
}

/// A JSON text without its quotes; other JSON as it is written.
pub fn unquoted(json: &str) -> String {
    serde_json::from_str(json).unwrap_or_else(|_| json.to_owned())
}

fn tokens(json: &str) -> Option<Tokens> {
    let value: Value = serde_json::from_str(json).ok()?;
    // Some loggers write JSON as a text within JSON.
    let value = match value.as_str() {
        Some(inner) => serde_json::from_str(inner).ok()?,
        None => value,
    };
    let count = |key: &str| value[key].as_u64();
    let (input, output) = (count("input_tokens"), count("output_tokens"));
    let total = count("total_tokens").or_else(|| Some(input? + output?))?;
    Some(Tokens {
        input: input.unwrap_or(0),
        output: output.unwrap_or(0),
        total,
    })
}

/// Tokens of a whole trace: as it says itself.
pub fn tokens_of(trace: &flowdeck_client::tracking::TraceInfo) -> Option<Tokens> {
    let mut metadata = trace.metadata.iter();
    metadata
        .find(|entry| entry.key.as_str() == TRACE_USAGE)
        .and_then(|entry| tokens(&entry.value))
}

/// Whether a span failed.
pub fn has_failed(span: &Span) -> bool {
    span.status.eq_ignore_ascii_case("error")
}

/// Spans of a trace that failed.
pub fn n_failed(trace: &Trace) -> usize {
    trace.spans.iter().filter(|span| has_failed(span)).count()
}

/// Nanoseconds as people read them: `640 ns`, `1.25 ms`, `3.2 s`.
pub fn duration_ns(ns: i64) -> String {
    let (value, unit) = match ns.unsigned_abs() {
        0..=999 => return format!("{ns} ns"),
        1_000..=999_999 => (ns as f64 / 1e3, "µs"),
        1_000_000..=999_999_999 => (ns as f64 / 1e6, "ms"),
        _ => return flowdeck_client::format::duration(ns / 1_000_000),
    };
    format!("{} {unit}", flowdeck_client::format::number(value, 5))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(id: &str, parent: Option<&str>, start: i64) -> Span {
        Span {
            id: id.to_owned(),
            parent_id: parent.map(str::to_owned),
            name: id.to_owned(),
            start_time_ns: start,
            end_time_ns: Some(start + 10),
            status: "OK".to_owned(),
            status_message: None,
            attributes: Vec::new(),
            events: Vec::new(),
        }
    }

    #[test]
    fn spans_stand_below_their_parents_and_orphans_at_the_root() {
        let spans = [
            span("c", Some("a"), 3),
            span("b", Some("a"), 2),
            span("a", None, 1),
            span("lost", Some("gone"), 9),
            span("d", Some("b"), 4),
        ];
        let rows = rows(&spans);
        let order: Vec<_> = rows
            .iter()
            .map(|row| (row.depth, spans[row.index].id.as_str(), row.n_below))
            .collect();
        assert_eq!(
            order,
            [(0, "a", 3), (1, "b", 1), (2, "d", 0), (1, "c", 0), (0, "lost", 0)]
        );
    }

    #[test]
    fn bars_are_shares_of_the_whole_trace() {
        let spans = [span("a", None, 0), span("b", Some("a"), 10)];
        let rows = rows(&spans);
        assert_eq!((rows[0].start, rows[0].end), (0.0, 0.5));
        assert_eq!(
            (rows[1].start, rows[1].end, rows[1].took_ns),
            (0.5, 1.0, Some(10))
        );
    }

    #[test]
    fn ids_that_run_in_a_circle_or_repeat_come_to_an_end() {
        let circle = [
            span("a", Some("b"), 1),
            span("b", Some("a"), 2),
            span("b", Some("b"), 3),
        ];
        assert_eq!(rows(&circle).len(), 3);
        assert_eq!(rows(&circle[..2]).len(), 2);
    }

    #[test]
    fn tokens_are_read_as_they_are_told() {
        let mut one = span("a", None, 0);
        one.attributes = vec![
            (SPAN_TYPE.to_owned(), "\"LLM\"".to_owned()),
            (
                USAGE.to_owned(),
                r#"{"input_tokens": 3, "output_tokens": 4, "total_tokens": 7}"#.to_owned(),
            ),
        ];
        let row = &rows(&[one])[0];
        assert_eq!(row.span_type.as_deref(), Some("LLM"));
        assert_eq!(
            row.tokens,
            Some(Tokens {
                input: 3,
                output: 4,
                total: 7
            })
        );
    }
}
