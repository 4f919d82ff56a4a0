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
use flowdeck_surface::timeline::{has_failed, in_tree_order};

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
    for (depth, index) in in_tree_order(spans) {
        let span = &spans[index];
        let indent = 2 + 2 * depth.min(DEEPEST);
        let took = span.end_time_ns.map_or_else(
            || "goes on".to_owned(),
            |end| format::duration(end.saturating_sub(span.start_time_ns) / 1_000_000),
        );
        let mut line = format!("{}  {took}", harmless(&span.name));
        let failed = has_failed(span);
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
