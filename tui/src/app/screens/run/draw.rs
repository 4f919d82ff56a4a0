use flowdeck_surface::client::tracking::Run;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::tone::Tone;
use flowdeck_surface::{format, status};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::lists::List;
use super::places::Places;
use super::{Focus, RunPage};
use crate::app::context::Look;
use crate::app::widgets::frame::draw_frame;
use crate::app::widgets::message::Message;
use crate::app::widgets::table::{GAP, Table, TableColumn};
use crate::app::widgets::text::{Pieces, put, wrapped};

/// Width of the numbers in the list of metrics, and of their steps.
const NUMBER: u16 = 10;
const STEP: u16 = 6;

impl RunPage {
    pub(super) fn draw_page(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let places = Places::of(area, self.focus);
        let line = Rect {
            x: places.summary.x + 1,
            width: places.summary.width.saturating_sub(2),
            ..places.summary
        };
        summary(self.known(), look).draw(line, buf);
        if let Some(frame) = places.list {
            self.draw_list(frame, &places, buf, look);
        }
        if let Some(frame) = places.chart {
            self.draw_chart(frame, buf, look);
        }
    }

    fn draw_chart(&self, frame: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let has_focus = self.focus != Focus::List;
        let mut title = Pieces::new();
        let drawn = self.chart.title();
        if !drawn.is_empty() {
            title.add(format!(" {drawn} "), look.theme.heading());
        }
        let inner = draw_frame(frame, &title, has_focus, buf, look);
        let mut settings = Pieces::new();
        settings.add(
            format!(" {} ", self.chart.settings()),
            look.theme.tone(Tone::Muted),
        );
        if title.width() + settings.width() + 6 < usize::from(frame.width) {
            let edge = Rect::new(frame.x + 2, frame.y, frame.width.saturating_sub(4), 1);
            settings.draw_right(edge, buf);
        }
        self.chart.draw(inner, has_focus, buf, look);
    }

    fn draw_list(&self, frame: Rect, places: &Places, buf: &mut Buffer, look: &Look<'_>) {
        let title = self.tabs(places, look);
        draw_frame(frame, &title, self.focus == Focus::List, buf, look);
        let Some(rows) = places.list_rows() else { return };
        if self.rows.is_empty() {
            return self.draw_empty(rows, buf, look);
        }
        let columns = self.columns(rows.width, look);
        let cell =
            |row: usize, column: usize| self.cell(self.rows[row], column, columns[column].width, look.clock);
        let table = Table {
            columns: &columns,
            n_rows: self.rows.len(),
            cursor: self.cursor(),
            has_focus: self.focus == Focus::List,
            cell: &cell,
        };
        table.draw_rows(rows, buf, look);
        self.draw_detail(places, buf, look);
    }

    fn tabs(&self, places: &Places, look: &Look<'_>) -> Pieces<'static> {
        let mut tabs = Pieces::new();
        tabs.add(" ", look.theme.tone(Tone::Plain));
        for (place, list) in List::ALL.into_iter().enumerate() {
            let style = if list == self.list {
                look.theme.tone(Tone::Accent).add_modifier(Modifier::BOLD)
            } else {
                look.theme.tone(Tone::Muted)
            };
            if place > 0 {
                tabs.add(" ", look.theme.tone(Tone::Plain));
            }
            tabs.add(self.tab(list, places), style);
        }
        tabs.add(" ", look.theme.tone(Tone::Plain));
        tabs
    }

    fn columns(&self, width: u16, look: &Look<'_>) -> Vec<TableColumn<'static>> {
        let column = |width, is_right| TableColumn {
            width,
            is_right,
            ..TableColumn::default()
        };
        let inner = width.saturating_sub(2);
        if self.list == List::Metrics {
            let has_room = width >= 44;
            let behind = NUMBER + GAP + if has_room { STEP + GAP } else { 0 };
            let mut columns = vec![column(inner.saturating_sub(behind), false), column(NUMBER, true)];
            if has_room {
                columns.push(column(STEP, true));
            }
            return columns;
        }
        let most = match self.list {
            List::Files => inner.saturating_sub(8 + GAP),
            _ => inner * 3 / 5,
        };
        let label = (self.widest_label(look.clock) as u16).min(most);
        let is_files = self.list == List::Files;
        let label = if is_files { most } else { label };
        vec![
            column(label, false),
            column(inner.saturating_sub(label + GAP), is_files),
        ]
    }

    fn draw_empty(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let failure = match self.list {
            List::Files => self.files.failure(),
            _ => self.run.failure().filter(|_| self.run.as_of().is_none()),
        };
        if let Some(failure) = failure {
            return Message::failed(&Notice::of(failure)).draw(area, buf, look);
        }
        let is_reading = match self.list {
            List::Files => self.files.is_reading(),
            _ => self.run.as_of().is_none(),
        };
        let sentence = match self.list {
            _ if !self.find.is_empty() => "Nothing here has these words.",
            _ if is_reading => "Reading …",
            List::Metrics => "No metric was logged.",
            List::Params => "No param was logged.",
            List::Tags => "There is no tag.",
            List::Info => "Nothing is known.",
            List::Files => "No artifact was logged.",
        };
        Message::quiet(sentence, None).draw(area, buf, look);
    }

    /// The selected entry whole, as the list has no room for long ones.
    fn draw_detail(&self, places: &Places, buf: &mut Buffer, look: &Look<'_>) {
        let Some(area) = places.detail().filter(|area| area.height > 1) else {
            return;
        };
        let Some(&entry) = self.rows.get(self.cursor().selected) else {
            return;
        };
        let Some(row) = self.entry(entry, look.clock) else {
            return;
        };
        for x in area.x..area.right() {
            put(buf, x, area.y, "─", 1, look.theme.frame(false));
        }
        let label = match self.list {
            List::Files if self.files.can_go_up() => format!("{}/{}", self.files.path(), row.label),
            _ => row.label.into_owned(),
        };
        let text = if row.text.is_empty() {
            label
        } else {
            format!("{label} = {}", row.text)
        };
        let width = usize::from(area.width.saturating_sub(2));
        for (line, text) in wrapped(&text, width)
            .iter()
            .take(usize::from(area.height) - 1)
            .enumerate()
        {
            put(
                buf,
                area.x + 1,
                area.y + 1 + line as u16,
                text,
                width,
                look.theme.tone(Tone::Muted),
            );
        }
    }
}

/// How the run stands, when it ran and who ran it.
fn summary(run: &Run, look: &Look<'_>) -> Pieces<'static> {
    let muted = look.theme.tone(Tone::Muted);
    let badge = status::of_run(&run.info.status);
    let mut line = Pieces::new();
    line.add(
        format!("{} {}", badge.symbol, badge.word),
        look.theme.tone(badge.tone),
    );
    if let Some(start) = run.info.start_time {
        line.add(format!("  {}", look.clock.compact(start, look.now)), muted);
        if let Some(end) = run.info.end_time {
            line.add(format!(" – {}", look.clock.compact(end, look.now)), muted);
        }
    }
    if let Some(millis) = run.info.duration_ms() {
        line.add(format!("  {}", format::duration(millis)), muted);
    }
    line.add(format!("  {}", run.info.user_id), muted);
    let note = run
        .note()
        .and_then(|note| note.lines().find(|line| !line.trim().is_empty()));
    if let Some(note) = note {
        line.add(
            format!("  {}", note.trim_start_matches(['#', ' '])),
            look.theme.tone(Tone::Plain),
        );
    }
    line
}
