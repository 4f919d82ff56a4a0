use std::collections::BTreeMap;
use std::io::Write;

use flowdeck_surface::client::tracking::{Span, SpanEvent, Trace, TraceInfo};
use flowdeck_surface::format;
use flowdeck_surface::tone::Tone;
use serde::Serialize;
use serde_json::Value;

use crate::cli::exit::Outcome;
use crate::cli::output::column::Noun;
use crate::cli::output::json::embedded;
use crate::cli::output::paint::painted;
use crate::cli::output::table::Style;
use flowdeck_surface::text::fitted;
use flowdeck_surface::text::harmless;

/// Levels of a tree that are drawn further in; deeper spans stand below each other.
const DEEPEST: usize = 40;

/// A trace as JSON, with its spans.
#[derive(Serialize)]
pub(super) struct View<'a> {
    #[serde(flatten)]
    info: <TraceInfo as Noun>::View<'a>,
    spans: Vec<SpanView<'a>>,
}

#[derive(Serialize)]
struct SpanView<'a> {
    span_id: &'a str,
    parent_id: Option<&'a str>,
    name: &'a str,
    start_time_unix_nano: i64,
    end_time_unix_nano: Option<i64>,
    status: &'a str,
    status_message: Option<&'a str>,
    attributes: BTreeMap<&'a str, Value>,
    events: Vec<EventView<'a>>,
}

#[derive(Serialize)]
struct EventView<'a> {
    name: &'a str,
    time_unix_nano: i64,
    attributes: BTreeMap<&'a str, Value>,
}

impl<'a> View<'a> {
    pub(super) fn of(trace: &'a Trace) -> Self {
        Self {
            info: trace.info.view(),
            spans: trace.spans.iter().map(SpanView::of).collect(),
        }
    }
}

impl<'a> SpanView<'a> {
    fn of(span: &'a Span) -> Self {
        Self {
            span_id: &span.id,
            parent_id: span.parent_id.as_deref(),
            name: &span.name,
            start_time_unix_nano: span.start_time_ns,
            end_time_unix_nano: span.end_time_ns,
            status: &span.status,
            status_message: span.status_message.as_deref(),
            attributes: attributes(&span.attributes),
            events: span.events.iter().map(event).collect(),
        }
    }
}

fn event(event: &SpanEvent) -> EventView<'_> {
    EventView {
        name: &event.name,
        time_unix_nano: event.time_ns,
        attributes: attributes(&event.attributes),
    }
}

fn attributes(attributes: &[(String, String)]) -> BTreeMap<&str, Value> {
    attributes
        .iter()
        .map(|(key, value)| (key.as_str(), embedded(value)))
        .collect()
}

/// Writes the spans as a tree, each with how long it took; a failed one says so.
pub(super) fn write_tree(mut out: impl Write, spans: &[Span], style: &Style) -> Outcome {
    if spans.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", painted("Spans", Tone::Accent, style.colour))?;
    for (depth, span) in in_tree_order(spans) {
        let indent = 2 + 2 * depth.min(DEEPEST);
        let took = span.end_time_ns.map_or_else(
            || "goes on".to_owned(),
            |end| format::duration(end.saturating_sub(span.start_time_ns) / 1_000_000),
        );
        let mut line = format!("{}  {took}", harmless(&span.name));
        let failed = span.status.eq_ignore_ascii_case("error");
        if failed {
            line.push_str("  ERROR ");
            line.push_str(&harmless(span.status_message.as_deref().unwrap_or_default()));
        }
        let room = style
            .width
            .map_or(usize::MAX, |width| width.saturating_sub(indent));
        let tone = if failed { Tone::Bad } else { Tone::Plain };
        let line = fitted(line.trim_end(), room.max(16));
        writeln!(out, "{:indent$}{}", "", painted(&line, tone, style.colour))?;
    }
    Ok(out.flush()?)
}

/// Spans below their parents by start, with their depth; one whose parent is missing counts as a root.
fn in_tree_order(spans: &[Span]) -> Vec<(usize, &Span)> {
    let known: std::collections::HashSet<&str> = spans.iter().map(|span| span.id.as_str()).collect();
    let mut children: BTreeMap<Option<&str>, Vec<&Span>> = BTreeMap::new();
    for span in spans {
        let parent = span
            .parent_id
            .as_deref()
            .filter(|parent| known.contains(parent) && *parent != span.id);
        children.entry(parent).or_default().push(span);
    }
    for below in children.values_mut() {
        // The last is taken first from the stack below.
        below.sort_by_key(|span| std::cmp::Reverse(span.start_time_ns));
    }
    let mut ordered = Vec::with_capacity(spans.len());
    let mut waiting: Vec<(usize, &Span)> = Vec::new();
    let roots = children.remove(&None);
    push_all(&mut waiting, 0, roots);
    while let Some((depth, span)) = waiting.pop() {
        ordered.push((depth, span));
        // Taken out, so that ids that repeat or run in a circle end.
        let below = children.remove(&Some(span.id.as_str()));
        push_all(&mut waiting, depth + 1, below);
    }
    ordered
}

fn push_all<'a>(waiting: &mut Vec<(usize, &'a Span)>, depth: usize, found: Option<Vec<&'a Span>>) {
    waiting.extend(found.unwrap_or_default().into_iter().map(|span| (depth, span)));
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
            end_time_ns: None,
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
        let order: Vec<_> = in_tree_order(&spans)
            .into_iter()
            .map(|(depth, span)| (depth, span.id.as_str()))
            .collect();
        assert_eq!(order, [(0, "a"), (1, "b"), (2, "d"), (1, "c"), (0, "lost")]);
    }
}
