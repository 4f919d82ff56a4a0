//! The page of a trace: its spans as a tree with bars, and what the selected one took in and gave back.
//!
//! ```text
//!  ✓ OK  1.2 s  5 spans  512 tokens
//! ╭ Spans ──────────────────────────────────────────╮╭ generate ───────────────────────────╮
//! │ Span               Type      Took               ││ Type    LLM                         │
//! │ ▾ answer           CHAIN     1.2 s  ███████████ ││ Took    0.9 s of 1.2 s              │
//! │     retrieve       RETRIEVER 310 ms ██          ││ Inputs                              │
//! │     generate       LLM       0.9 s     ████████ ││ { "messages": [ …                   │
//! ╰─────────────────────────────────────────────────╯╰─────────────────────────────────────╯
//! ```

use std::collections::HashSet;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::tracking::{Span, Trace, TraceInfo};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::text::has_words;
use flowdeck_surface::timeline::{
    self, INPUTS, OUTPUTS, SPAN_TYPE, SpanRow, attribute, duration_ns, has_failed, tokens_of, unquoted,
};
use flowdeck_surface::tone::Tone;
use flowdeck_surface::{format, status};
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};

use super::run::RunPage;
use super::run::details::{of_trace, pretty};
use super::run::rows::trace_label;
use super::value::ValuePage;
use super::{Freshness, Screen};
use crate::app::arrangement::Arrangement;
use crate::app::context::{Cx, Go, Look};
use crate::app::detail::{Asked, Told};
use crate::app::effect::Question;
use crate::app::key::Key;
use crate::app::loadable::Loadable;
use crate::app::message::{Answer, Mouse, Reply};
use crate::app::ticket::Ticket;
use crate::app::viewer::block::{Block, Told as Fact};
use crate::app::viewer::{Acted, Viewer, draw_foot};
use crate::app::widgets::cursor::{Cursor, Pointed, WHEEL};
use crate::app::widgets::frame::draw_frame;
use crate::app::widgets::message::Message;
use crate::app::widgets::prompt::{Prompt, Typed};
use crate::app::widgets::table::{GAP, Table, TableCell, TableColumn};
use crate::app::widgets::text::{Pieces, put};

/// From this width on the spans and the selected one stand side by side.
const TWO_PANES: u16 = 110;

/// The page of a trace.
pub(crate) struct TracePage {
    info: TraceInfo,
    trace: Loadable<Trace>,
    /// The trace itself, then its spans in the order of the tree.
    spans: Vec<SpanRow>,
    /// Spans whose own are hidden, by their place in the tree.
    folded: HashSet<usize>,
    /// Rows in view: 0 is the trace, others are spans by their place plus one.
    rows: Vec<usize>,
    cursor: Cursor,
    focus: Focus,
    viewer: Option<(usize, Viewer)>,
    find: String,
    prompt: Option<Prompt>,
}

/// Where keys go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Focus {
    /// To the tree.
    Tree,
    /// To the selected span, beside the tree.
    Span,
    /// To the selected span, which fills the page.
    Full,
}

impl TracePage {
    /// The page of a trace of which the spans were not read yet.
    pub(crate) fn of(info: TraceInfo) -> Self {
        Self {
            info,
            trace: Loadable::default(),
            spans: Vec::new(),
            folded: HashSet::new(),
            rows: vec![0],
            cursor: Cursor::default(),
            focus: Focus::Tree,
            viewer: None,
            find: String::new(),
            prompt: None,
        }
    }

    /// The frames of tree and span; one that is not shown has none.
    fn frames(&self, body: Rect) -> (Option<Rect>, Option<Rect>) {
        let below = Rect {
            y: body.y + 1.min(body.height),
            height: body.height.saturating_sub(1),
            ..body
        };
        match self.focus {
            Focus::Full => (None, Some(below)),
            _ if below.width >= TWO_PANES => {
                let width = (below.width * 11 / 20).min(110);
                let tree = Rect { width, ..below };
                let span = Rect {
                    x: below.x + width,
                    width: below.width - width,
                    ..below
                };
                (Some(tree), Some(span))
            }
            Focus::Tree => (Some(below), None),
            Focus::Span => (None, Some(below)),
        }
    }

    fn viewer_area(&self, cx: &Cx<'_>) -> Rect {
        self.frames(cx.body).1.map_or(Rect::ZERO, within)
    }

    fn height(&self, cx: &Cx<'_>) -> usize {
        self.frames(cx.body)
            .0
            .map_or(1, |frame| Table::height(within(frame)))
    }

    fn span(&self, row: usize) -> Option<(&SpanRow, &Span)> {
        let row = self.spans.get(row.checked_sub(1)?)?;
        let span = self.trace.shown()?.spans.get(row.index)?;
        Some((row, span))
    }

    fn selected(&self) -> usize {
        self.rows.get(self.cursor.selected).copied().unwrap_or(0)
    }

    /// Finds the rows in view: what is not folded away, or what has the words.
    fn arrange(&mut self, cx: &Cx<'_>) {
        let mut rows = Vec::new();
        if self.find.is_empty() {
            rows.push(0);
        }
        let mut place = 0;
        while place < self.spans.len() {
            let has = || {
                self.span(place + 1).is_some_and(|(row, span)| {
                    let texts = [span.name.as_str(), row.span_type.as_deref().unwrap_or_default()];
                    let attributes = span.attributes.iter().map(|(_, value)| value.as_str());
                    has_words(&self.find, texts.into_iter().chain(attributes))
                })
            };
            if self.find.is_empty() || has() {
                rows.push(place + 1);
            }
            let is_folded = self.find.is_empty() && self.folded.contains(&place);
            place += if is_folded {
                1 + self.spans[place].n_below
            } else {
                1
            };
        }
        self.rows = rows;
        self.cursor.keep_in_view(self.rows.len(), self.height(cx));
        self.show_span();
    }

    /// Lets the viewer show what is selected.
    fn show_span(&mut self) {
        let row = self.selected();
        if self.viewer.as_ref().is_some_and(|(shown, _)| *shown == row) {
            return;
        }
        let blocks = match self.span(row) {
            Some((row, span)) => self.of_span(row, span),
            None => of_trace(&self.info),
        };
        self.viewer = Some((row, Viewer::of_blocks(blocks)));
    }

    fn of_span(&self, row: &SpanRow, span: &Span) -> Vec<Block> {
        let began = self.trace.shown().and_then(|trace| {
            let first = trace.spans.iter().map(|span| span.start_time_ns).min()?;
            Some(span.start_time_ns.saturating_sub(first))
        });
        let tone = if has_failed(span) { Tone::Bad } else { Tone::Plain };
        let mut told = vec![Fact::new("Status", span.status.as_str()).toned(tone)];
        let mut add = |label: &str, text: Option<String>| {
            told.extend(
                text.filter(|text| !text.is_empty())
                    .map(|text| Fact::new(label, text)),
            );
        };
        add("Why", span.status_message.clone());
        add("Type", row.span_type.clone());
        add("Began after", began.map(duration_ns));
        add("Took", row.took_ns.map(duration_ns));
        add(
            "Tokens",
            row.tokens
                .map(|tokens| format!("{} ({} in, {} out)", tokens.total, tokens.input, tokens.output)),
        );
        add("Span ID", Some(span.id.clone()));
        let mut blocks = vec![Block::Facts(told)];
        for (title, key) in [("Inputs", INPUTS), ("Outputs", OUTPUTS)] {
            if let Some(json) = attribute(span, key) {
                blocks.push(Block::heading(title));
                blocks.push(Block::text(pretty(&unquoted(json))));
            }
        }
        for event in &span.events {
            let at = event.time_ns.saturating_sub(span.start_time_ns);
            blocks.push(Block::heading(format!(
                "Event {} after {}",
                event.name,
                duration_ns(at)
            )));
            blocks.push(attributes(&event.attributes, &[]));
        }
        let others = attributes(&span.attributes, &[INPUTS, OUTPUTS, SPAN_TYPE]);
        if matches!(&others, Block::Facts(told) if !told.is_empty()) {
            blocks.push(Block::heading("Attributes"));
            blocks.push(others);
        }
        blocks
    }

    fn toggle(&mut self, cx: &Cx<'_>) {
        let row = self.selected();
        let Some(place) = row.checked_sub(1).filter(|&place| self.spans[place].n_below > 0) else {
            return;
        };
        if !self.folded.remove(&place) {
            self.folded.insert(place);
        }
        self.arrange(cx);
    }

    fn fold_all(&mut self, is_folded: bool, cx: &Cx<'_>) {
        let row = self.selected();
        self.folded = (0..self.spans.len())
            .filter(|&place| is_folded && self.spans[place].n_below > 0)
            .collect();
        self.arrange(cx);
        let place = self.rows.partition_point(|&shown| shown <= row).saturating_sub(1);
        self.cursor.select(place, self.rows.len(), self.height(cx));
        self.show_span();
    }

    fn find_words(&mut self, words: String, cx: &Cx<'_>) {
        let area = self.viewer_area(cx);
        match &mut self.viewer {
            Some((_, viewer)) if self.focus != Focus::Tree => viewer.find(&words, area),
            _ => {
                self.find = words;
                self.arrange(cx);
            }
        }
    }

    fn wanted(&self) -> &str {
        match &self.viewer {
            Some((_, viewer)) if self.focus != Focus::Tree => viewer.wanted(),
            _ => &self.find,
        }
    }

    fn act_in_tree(&mut self, action: Action, cx: &mut Cx<'_>) {
        let (n_rows, height) = (self.rows.len(), self.height(cx));
        if self.cursor.act(action, n_rows, height) {
            return self.show_span();
        }
        match action {
            Action::Open => self.focus = Focus::Full,
            Action::Fold => self.toggle(cx),
            Action::FoldAll | Action::UnfoldAll => self.fold_all(action == Action::FoldAll, cx),
            Action::NextPane | Action::PreviousPane => self.focus = Focus::Span,
            Action::Back if !self.find.is_empty() => self.find_words(String::new(), cx),
            Action::Back => cx.go = Some(Go::Back),
            _ => self.act_on_both(action, cx),
        }
    }

    fn act_in_viewer(&mut self, action: Action, cx: &mut Cx<'_>) {
        let area = self.viewer_area(cx);
        match action {
            Action::Back if !self.wanted().is_empty() => return self.find_words(String::new(), cx),
            Action::NextPane | Action::PreviousPane | Action::Back => {
                self.focus = Focus::Tree;
                return self.cursor.keep_in_view(self.rows.len(), self.height(cx));
            }
            _ => {}
        }
        let acted = match &mut self.viewer {
            Some((_, viewer)) => viewer.act(action, area),
            None => Acted::Nothing,
        };
        match acted {
            Acted::Done => {}
            Acted::Open(title, viewer) => cx.go = Some(Go::To(Box::new(ValuePage::of(title, *viewer)))),
            Acted::Nothing if action == Action::Open => {
                self.focus = if self.focus == Focus::Full {
                    Focus::Span
                } else {
                    Focus::Full
                };
            }
            Acted::Nothing => self.act_on_both(action, cx),
        }
    }

    fn act_on_both(&mut self, action: Action, cx: &mut Cx<'_>) {
        match action {
            Action::Find => self.prompt = Some(Prompt::new("find", self.wanted())),
            Action::Refresh => self.refresh(cx),
            Action::CopyId => cx.copy("trace id", self.info.id.as_str()),
            Action::CopyValue => match self.span(self.selected()) {
                Some((_, span)) => {
                    let output = attribute(span, OUTPUTS).map(unquoted);
                    cx.copy("output", &output.unwrap_or_else(|| span.id.clone()));
                }
                None => cx.copy(
                    "response",
                    self.info.response_preview.as_deref().unwrap_or_default(),
                ),
            },
            Action::ToParent => match self.info.run_id() {
                Some(id) => cx.go = Some(Go::To(Box::new(RunPage::by_id(id)))),
                None => cx.say("The trace was made outside of any run."),
            },
            _ => {}
        }
    }

    fn refresh(&mut self, cx: &mut Cx<'_>) {
        let id = self.info.id.clone();
        self.trace.ask(Question::Detail(Asked::Trace(id)), cx);
    }

    fn summary(&self, look: &Look<'_>) -> Pieces<'static> {
        let muted = look.theme.tone(Tone::Muted);
        let badge = status::of_trace(&self.info.state);
        let mut line = Pieces::new();
        line.add(
            format!("{} {}", badge.symbol, badge.word),
            look.theme.tone(badge.tone),
        );
        line.add(
            format!("  {}", look.clock.compact(self.info.request_time, look.now)),
            muted,
        );
        if let Some(millis) = self.info.execution_duration_ms {
            line.add(format!("  {}", format::duration(millis)), muted);
        }
        if let Some(trace) = self.trace.shown() {
            let n_failed = timeline::n_failed(trace);
            let noun = if trace.spans.len() == 1 { "span" } else { "spans" };
            line.add(format!("  {} {noun}", format::count(trace.spans.len())), muted);
            if n_failed > 0 {
                line.add(format!("  {n_failed} failed"), look.theme.tone(Tone::Bad));
            }
        }
        if let Some(tokens) = tokens_of(&self.info) {
            line.add(
                format!("  {} tokens", format::count(tokens.total as usize)),
                muted,
            );
        }
        line.add(
            format!("  {}", trace_label(&self.info)),
            look.theme.tone(Tone::Plain),
        );
        line
    }

    fn draw_tree(&self, frame: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let mut title = Pieces::new();
        title.add(" Spans ", look.theme.heading());
        if !self.find.is_empty() {
            title.add(format!("/{} ", self.find), look.theme.tone(Tone::Warning));
        }
        let inner = draw_frame(frame, &title, self.focus == Focus::Tree, buf, look);
        if self.rows.is_empty() {
            return Message::quiet("No span has these words.", None).draw(inner, buf, look);
        }
        let columns = columns(inner.width.saturating_sub(2));
        let cell = |row: usize, column: usize| self.cell(self.rows[row], column, columns.len());
        let table = Table {
            columns: &columns,
            n_rows: self.rows.len(),
            cursor: self.cursor,
            has_focus: self.focus == Focus::Tree,
            cell: &cell,
        };
        table.draw(inner, buf, look);
        self.draw_bars(inner, &columns, buf, look);
        if self.trace.shown().is_none_or(|trace| trace.spans.is_empty()) {
            self.draw_no_spans(inner, buf, look);
        }
    }

    fn draw_no_spans(&self, inner: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let below = Rect {
            y: inner.y + 2.min(inner.height),
            height: inner.height.saturating_sub(2),
            ..inner
        };
        if let Some(failure) = self.trace.failure().filter(|_| self.trace.shown().is_none()) {
            return Message::failed(&Notice::of(failure)).draw(below, buf, look);
        }
        let sentence = match self.trace.shown() {
            None => "Reading …",
            Some(_) => "The store has no spans of this trace.",
        };
        Message::quiet(sentence, None).draw(below, buf, look);
    }

    fn cell(&self, row: usize, column: usize, n_columns: usize) -> TableCell<'_> {
        let Some((own, span)) = self.span(row) else {
            return match column {
                0 => TableCell::new("Trace", Tone::Accent),
                _ => TableCell::default(),
            };
        };
        // Columns give way from the left of the bar: tokens first, then the type.
        match (column, n_columns) {
            (0, _) => {
                let place = row - 1;
                let mark = match (own.n_below > 0, self.folded.contains(&place)) {
                    (true, true) => "▸ ",
                    (true, false) => "▾ ",
                    _ => "  ",
                };
                let tone = if has_failed(span) { Tone::Bad } else { Tone::Plain };
                let failed = if has_failed(span) { "✗ " } else { "" };
                let indent = "  ".repeat(own.depth.min(20));
                TableCell::new(format!("{indent}{mark}{failed}{}", span.name), tone)
            }
            (1, _) => TableCell::new(
                own.took_ns.map_or_else(|| "goes on".to_owned(), duration_ns),
                Tone::Plain,
            ),
            (2, 4..) => TableCell::new(own.span_type.clone().unwrap_or_default(), Tone::Muted),
            (3, 5..) => {
                let tokens = own.tokens.map(|tokens| format::count(tokens.total as usize));
                TableCell::new(tokens.unwrap_or_default(), Tone::Muted)
            }
            _ => TableCell::default(),
        }
    }

    /// When each span ran, as bars in the last column.
    fn draw_bars(&self, inner: Rect, columns: &[TableColumn<'_>], buf: &mut Buffer, look: &Look<'_>) {
        let Some((last, before)) = columns.split_last() else {
            return;
        };
        let x = inner.x + 1 + before.iter().map(|column| column.width + GAP).sum::<u16>();
        let width = last.width;
        let height = usize::from(inner.height.saturating_sub(1));
        for (line, &row) in self.rows.iter().skip(self.cursor.first).take(height).enumerate() {
            let Some((own, span)) = self.span(row) else {
                continue;
            };
            let cells = f64::from(width);
            let start = ((own.start * cells) as u16).min(width.saturating_sub(1));
            let end = ((own.end * cells).ceil() as u16).clamp(start + 1, width);
            let tone = if has_failed(span) { Tone::Bad } else { Tone::Active };
            let bar = if end - start == 1 && own.end - own.start < 0.5 / cells {
                "▏"
            } else {
                "█"
            };
            let text = bar.repeat(usize::from(end - start));
            put(
                buf,
                x + start,
                inner.y + 1 + line as u16,
                &text,
                usize::from(end - start),
                look.theme.tone(tone),
            );
        }
    }
}

/// The columns that there is room for: name, duration, type, tokens, bar.
fn columns(room: u16) -> Vec<TableColumn<'static>> {
    const TOOK: u16 = 9;
    const TYPE: u16 = 11;
    const TOKENS: u16 = 7;
    let titled = |title: &'static str, width: u16, is_right: bool| TableColumn {
        title: title.into(),
        width,
        is_right,
        ..TableColumn::default()
    };
    let mut shown = vec![titled("Took", TOOK, true)];
    let mut taken = TOOK + GAP;
    if room >= 66 {
        shown.push(titled("Type", TYPE, false));
        taken += TYPE + GAP;
    }
    if room >= 80 {
        shown.push(titled("Tokens", TOKENS, true));
        taken += TOKENS + GAP;
    }
    let rest = room.saturating_sub(taken + GAP);
    let bar = (rest * 2 / 5).max(6);
    shown.insert(0, titled("Span", rest.saturating_sub(bar).max(6), false));
    shown.push(titled("When", bar, false));
    shown
}

/// Attributes as labels and texts, but for some.
fn attributes(attributes: &[(String, String)], but: &[&str]) -> Block {
    let told = attributes
        .iter()
        .filter(|(key, _)| !but.contains(&key.as_str()))
        .map(|(key, value)| Fact::new(key.as_str(), unquoted(value)));
    Block::Facts(told.collect())
}

fn within(frame: Rect) -> Rect {
    frame.inner(Margin::new(1, 1))
}

impl Screen for TracePage {
    fn crumb(&self) -> String {
        match self.info.name() {
            Some(name) if !name.is_empty() => name.to_owned(),
            _ => self.info.id.to_string(),
        }
    }

    fn scopes(&self) -> &'static [Scope] {
        match self.focus {
            Focus::Tree => &[Scope::Trace, Scope::List, Scope::Everywhere],
            Focus::Span | Focus::Full => &[Scope::Viewer, Scope::Trace, Scope::List, Scope::Everywhere],
        }
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        self.arrange(cx);
        if self.trace.shown().is_none() {
            self.refresh(cx);
        }
    }

    fn cover(&mut self, _cx: &mut Cx<'_>) {}

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.trace.give_up(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        match self.focus {
            Focus::Tree => self.act_in_tree(action, cx),
            Focus::Span | Focus::Full => self.act_in_viewer(action, cx),
        }
    }

    fn arrangement(&self) -> Option<Arrangement> {
        Some(Arrangement::of((self.find.clone(), self.folded.clone())))
    }

    fn put_back(&mut self, arrangement: &Arrangement, cx: &mut Cx<'_>) {
        if let Some((words, folded)) = arrangement.get::<(String, HashSet<usize>)>() {
            self.find.clone_from(words);
            self.folded.clone_from(folded);
            self.arrange(cx);
        }
    }

    fn prompt(&self) -> Option<&Prompt> {
        self.prompt.as_ref()
    }

    fn press(&mut self, key: &Key, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.prompt else { return };
        let typed = prompt.press(key);
        let text = prompt.text().to_owned();
        match typed {
            Typed::Changed => self.find_words(text, cx),
            Typed::Done => self.prompt = None,
            Typed::Cancelled => {
                self.prompt = None;
                self.find_words(String::new(), cx);
            }
            Typed::Nothing | Typed::Passed => {}
        }
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.prompt else { return };
        prompt.paste(text);
        let words = prompt.text().to_owned();
        self.find_words(words, cx);
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        use crate::app::message::MouseKind;
        let (_, span) = self.frames(cx.body);
        let is_on_span = span.is_some_and(|frame| frame.contains((mouse.column, mouse.row).into()));
        if !is_on_span {
            if mouse.kind == MouseKind::Press {
                self.focus = Focus::Tree;
            }
            if self.cursor.point(&mouse, self.rows.len(), self.height(cx)) == Pointed::Opened {
                self.focus = Focus::Full;
            }
            return self.show_span();
        }
        let area = self.viewer_area(cx);
        if mouse.kind == MouseKind::Press && self.focus == Focus::Tree {
            self.focus = Focus::Span;
        }
        let Some((_, viewer)) = &mut self.viewer else {
            return;
        };
        match mouse.kind {
            MouseKind::ScrollDown => viewer.wheel(WHEEL, area),
            MouseKind::ScrollUp => viewer.wheel(-WHEEL, area),
            _ => {}
        }
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        self.trace.awaits(ticket)
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        match reply.answer {
            Ok(Answer::Detail(Told::Trace(trace))) => {
                self.info = trace.info.clone();
                self.spans = timeline::rows(&trace.spans);
                self.trace.show(*trace, reply.at);
                self.viewer = None;
            }
            Ok(_) => {}
            Err(failure) => self.trace.fail(failure),
        }
        self.arrange(cx);
    }

    fn woken(&mut self, _ticket: Ticket, _cx: &mut Cx<'_>) {}

    fn resize(&mut self, cx: &mut Cx<'_>) {
        self.cursor.keep_in_view(self.rows.len(), self.height(cx));
        let area = self.viewer_area(cx);
        if let Some((_, viewer)) = &mut self.viewer {
            viewer.wheel(0, area);
        }
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            as_of: self.trace.as_of(),
            is_reading: self.trace.as_of().is_none() && self.trace.is_asking(),
            is_over: false,
            failure: self.trace.failure(),
        }
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let line = Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(2),
            height: area.height.min(1),
            ..area
        };
        self.summary(look).draw(line, buf);
        let (tree, span) = self.frames(area);
        if let Some(frame) = tree {
            self.draw_tree(frame, buf, look);
        }
        if let Some(frame) = span {
            let name = self
                .span(self.selected())
                .map_or("Trace", |(_, span)| span.name.as_str());
            let mut title = Pieces::new();
            title.add(format!(" {name} "), look.theme.heading());
            let has_focus = self.focus != Focus::Tree;
            let inner = draw_frame(frame, &title, has_focus, buf, look);
            if let Some((_, viewer)) = &self.viewer {
                viewer.draw(inner, has_focus, buf, look);
                draw_foot(viewer, frame, inner, "", buf, look);
            }
        }
    }
}

#[cfg(test)]
mod tests;
