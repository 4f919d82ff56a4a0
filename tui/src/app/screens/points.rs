//! The points of a metric as a table, in the order in which MLflow's client gives them.
//!
//! ```text
//! ╭ loss of blue-fox ───────────────────────────────────────────────────╮
//! │      Step  Value                        Change  Time                │
//! │       510  0.1234567890123            -0.00012  2026-03-14 15:09:26 │
//! │       511  nan                                  2026-03-14 15:09:27 │
//! ╰───────────────────────────────────────────────────────── 512/1,000 ─╯
//! ```
//!
//! However many there are, only those in view are written.

#[cfg(test)]
mod tests;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::format;
use flowdeck_surface::client::series::XAxis;
use flowdeck_surface::client::tracking::MetricPoint;
use flowdeck_surface::history::History;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};

use super::{Freshness, Screen};
use crate::app::context::{Cx, Go, Look};
use crate::app::histories::{Entry, Histories, Want};
use crate::app::key::Key;
use crate::app::message::{Mouse, Reply};
use crate::app::ticket::Ticket;
use crate::app::widgets::cursor::Cursor;
use crate::app::widgets::frame::draw_frame;
use crate::app::widgets::message::Message;
use crate::app::widgets::prompt::{Prompt, Typed};
use crate::app::widgets::table::{Table, TableCell, TableColumn};
use crate::app::widgets::text::Pieces;

/// The columns, with their widths in cells; steps take what the longest needs. The longest value that Python prints has 22.
const COLUMNS: [(&str, u16); 6] = [
    ("Step", 4),
    ("Value", 22),
    ("", 4),
    ("Change", 11),
    ("Time", 19),
    ("Since the first", 16),
];

/// The points of one metric of one run.
pub(crate) struct PointsPage {
    run_name: String,
    want: Want,
    cursor: Cursor,
    /// A point to be selected once it is here.
    at: Option<MetricPoint>,
    prompt: Option<Prompt>,
}

impl PointsPage {
    /// The points of a history, one of them selected.
    pub(crate) fn of(run_name: String, want: Want, at: Option<MetricPoint>) -> Self {
        Self {
            run_name,
            want,
            cursor: Cursor::default(),
            at,
            prompt: None,
        }
    }

    fn area(body: Rect) -> Rect {
        body.inner(Margin::new(1, 1))
    }

    fn history<'a>(&self, histories: &'a Histories) -> Option<&'a History> {
        histories.get(&self.want.id).map(|entry| &*entry.history)
    }

    fn select(&mut self, place: usize, cx: &Cx<'_>) {
        let n_rows = self.history(cx.histories).map_or(0, History::len);
        self.cursor
            .select(place, n_rows, Table::height(Self::area(cx.body)));
    }

    /// Selects the point that was asked for, as soon as it is here.
    fn settle(&mut self, cx: &Cx<'_>) {
        let Some((at, history)) = self.at.zip(self.history(cx.histories)) else {
            return;
        };
        let is_it = |&place: &usize| {
            let point = history.point(place);
            (point.step, point.timestamp) == (at.step, at.timestamp)
                && point.value.to_bits() == at.value.to_bits()
        };
        if let Some(place) = (0..history.len()).find(is_it) {
            self.at = None;
            self.select(place, cx);
        }
    }

    /// Selects the first point that is nearest to a step.
    fn go_to(&mut self, step: i64, cx: &Cx<'_>) {
        let Some(history) = self.history(cx.histories) else {
            return;
        };
        let places = 0..history.len();
        let nearest = places.min_by_key(|&place| history.point(place).step.abs_diff(step));
        self.select(nearest.unwrap_or(0), cx);
    }

    /// Goes on to the next point that is no finite number, or back to the one before.
    fn go_to_odd(&mut self, is_forward: bool, cx: &mut Cx<'_>) {
        let Some(history) = self.history(cx.histories) else {
            return;
        };
        let is_odd = |&place: &usize| !history.point(place).value.is_finite();
        let here = self.cursor.selected;
        let found = if is_forward {
            (here + 1..history.len()).find(is_odd)
        } else {
            (0..here.min(history.len())).rev().find(is_odd)
        };
        match found {
            Some(place) => self.select(place, cx),
            None => cx.said = Some("No other point there is NaN or infinite.".to_owned()),
        }
    }

    fn go_to_typed(&mut self, cx: &Cx<'_>) {
        let Some(prompt) = &mut self.prompt else { return };
        let text = prompt.text().replace([',', '_', ' '], "");
        match text.parse() {
            Ok(step) => {
                prompt.fault = None;
                self.go_to(step, cx);
            }
            Err(_) if text.is_empty() || text == "-" => prompt.fault = None,
            Err(_) => prompt.fault = Some(Notice::saying("A step is a whole number.".to_owned())),
        }
    }

    fn title(&self) -> String {
        let key = &self.want.id.key;
        match self.run_name.as_str() {
            "" => key.to_string(),
            name => format!("{key} of {name}"),
        }
    }

    fn draw_table(&self, history: &History, inner: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let steps = history.stretch(XAxis::Step);
        let longest = steps.map_or(0, |steps| {
            let width = |step: f64| format!("{step:.0}").len();
            width(steps.min).max(width(steps.max))
        });
        let columns = COLUMNS.map(|(title, width)| TableColumn {
            title: title.into(),
            width: if title == "Step" {
                width.max(longest as u16)
            } else {
                width
            },
            is_right: matches!(title, "Step" | "Change" | "Since the first"),
            is_in_hand: false,
        });
        Table {
            columns: &columns,
            n_rows: history.len(),
            cursor: self.cursor,
            has_focus: true,
            cell: &|row, column| cell(history, row, column, look),
        }
        .draw(inner, buf, look);
    }
}

/// What stands in one cell.
fn cell(history: &History, row: usize, column: usize, look: &Look<'_>) -> TableCell<'static> {
    let point = history.point(row);
    match COLUMNS[column].0 {
        "Step" => TableCell::new(point.step.to_string(), Tone::Plain),
        "Value" => {
            let tone = if point.value.is_finite() {
                Tone::Plain
            } else {
                Tone::Warning
            };
            TableCell::new(format::exact(point.value), tone)
        }
        "Change" => {
            let before = row.checked_sub(1).map(|before| history.point(before).value);
            let change = before
                .map(|before| point.value - before)
                .filter(|change| change.is_finite());
            TableCell::new(change.map_or(String::new(), signed), Tone::Muted)
        }
        "Time" => TableCell::new(look.clock.date_time(point.timestamp), Tone::Muted),
        "Since the first" => {
            let since = history
                .earliest()
                .map(|first| point.timestamp.millis_since(first));
            let text = since.map_or(String::new(), |millis| format!("+{}", format::duration(millis)));
            TableCell::new(text, Tone::Muted)
        }
        _ => TableCell::new(mark(history, &point), Tone::Accent),
    }
}

fn signed(change: f64) -> String {
    let plus = if change > 0.0 { "+" } else { "" };
    format!("{plus}{}", format::number(change, 10))
}

/// Whether a point is the least, the greatest or the latest of all.
fn mark(history: &History, point: &MetricPoint) -> &'static str {
    let summary = history.summary();
    let is = |told: Option<MetricPoint>| told.is_some_and(|told| told == *point);
    match (is(summary.min), is(summary.max), is(summary.last)) {
        (true, ..) => "min",
        (_, true, _) => "max",
        (.., true) => "last",
        _ => "",
    }
}

impl Screen for PointsPage {
    fn crumb(&self) -> String {
        self.want.id.key.to_string()
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Points, Scope::List, Scope::Everywhere]
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        cx.show_histories(std::slice::from_ref(&self.want), false);
        self.settle(cx);
    }

    fn cover(&mut self, _: &mut Cx<'_>) {}

    fn close(&mut self, _: &mut Cx<'_>) {}

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        let n_rows = self.history(cx.histories).map_or(0, History::len);
        if self
            .cursor
            .act(action, n_rows, Table::height(Self::area(cx.body)))
        {
            self.at = None;
            return;
        }
        match action {
            Action::Back => cx.go = Some(Go::Back),
            Action::Find => self.prompt = Some(Prompt::new("step", "")),
            Action::NextMatch => self.go_to_odd(true, cx),
            Action::PreviousMatch => self.go_to_odd(false, cx),
            Action::Refresh => cx.show_histories(std::slice::from_ref(&self.want), true),
            Action::CopyValue => {
                let selected = self.cursor.selected;
                let history = self.history(cx.histories);
                if let Some(history) = history.filter(|history| selected < history.len()) {
                    let value = format::exact(history.point(selected).value);
                    cx.copy("value", &value);
                }
            }
            _ => {}
        }
    }

    fn prompt(&self) -> Option<&Prompt> {
        self.prompt.as_ref()
    }

    fn press(&mut self, key: &Key, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.prompt else { return };
        match prompt.press(key) {
            Typed::Changed => self.go_to_typed(cx),
            Typed::Done | Typed::Cancelled => self.prompt = None,
            Typed::Nothing | Typed::Passed => {}
        }
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        if let Some(prompt) = &mut self.prompt {
            prompt.paste(text);
            self.go_to_typed(cx);
        }
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let n_rows = self.history(cx.histories).map_or(0, History::len);
        let height = Table::height(Self::area(cx.body));
        self.cursor.point(&mouse, n_rows, height);
    }

    fn awaits(&self, _: Ticket) -> bool {
        false
    }

    fn reply(&mut self, _: Reply, _: &mut Cx<'_>) {}

    fn woken(&mut self, _: Ticket, _: &mut Cx<'_>) {}

    fn resize(&mut self, cx: &mut Cx<'_>) {
        let n_rows = self.history(cx.histories).map_or(0, History::len);
        self.cursor
            .keep_in_view(n_rows, Table::height(Self::area(cx.body)));
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            is_over: self.want.is_over,
            ..Freshness::default()
        }
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let mut title = Pieces::new();
        title.add(format!(" {} ", self.title()), look.theme.heading());
        let inner = draw_frame(area, &title, true, buf, look);
        let entry = look.histories.get(&self.want.id);
        let history = entry
            .map(|entry| &*entry.history)
            .filter(|history| !history.is_empty());
        match (history, entry.and_then(|entry| entry.failure.as_ref())) {
            (Some(history), _) => {
                self.draw_table(history, inner, buf, look);
                let mut foot = Pieces::new();
                let selected = format::count(self.cursor.selected.min(history.len() - 1) + 1);
                let text = format!(" {selected}/{} ", format::count(history.len()));
                foot.add(text, look.theme.tone(Tone::Muted));
                let edge = Rect::new(area.x + 2, area.bottom() - 1, area.width.saturating_sub(4), 1);
                foot.draw_right(edge, buf);
            }
            (None, Some(failure)) => Message::failed(&Notice::of(failure)).draw(inner, buf, look),
            (None, None) if entry.is_some_and(Entry::is_whole) => {
                Message::quiet("This metric has no points.", None).draw(inner, buf, look);
            }
            (None, None) => Message::quiet("Reading points …", None).draw(inner, buf, look),
        }
    }
}
