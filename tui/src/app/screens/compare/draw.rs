use flowdeck_surface::compare::CompareRow;
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::run_column::RunColumn;
use flowdeck_surface::text::{fitted_key, harmless, width_cells};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Compare;
use crate::app::context::Look;
use crate::app::widgets::message::Message;
use crate::app::widgets::table::{GAP, Table, TableCell, TableColumn};
use crate::app::widgets::text::Pieces;

/// Width of the column of keys, at least and at most.
const KEY: (u16, u16) = (12, 36);
/// Width of the column of a run; with a baseline there is more to say.
const RUN: u16 = 16;
const RUN_BESIDE: u16 = 22;

impl Compare {
    fn key_width(&self) -> u16 {
        let widths = self.comparison.rows().iter().map(|row| match row {
            CompareRow::Title(title) => title.len(),
            CompareRow::Key(id) => {
                let marks = width_cells(&self.comparison.table().title_marks(*id));
                width_cells(self.comparison.table().catalog().column(*id).title()) + 2 + marks
            }
        });
        (widths.max().unwrap_or(0) as u16).clamp(KEY.0, KEY.1)
    }

    fn run_width(&self) -> u16 {
        if self.comparison.table().baseline().is_some() {
            RUN_BESIDE
        } else {
            RUN
        }
    }

    /// How many runs are in view, at least one.
    pub(super) fn n_in_view(&self, width: u16) -> usize {
        let room = width.saturating_sub(self.key_width() + GAP + 2);
        usize::from(room / (self.run_width() + GAP)).max(1)
    }

    pub(super) fn draw_comparison(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let line = Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(2),
            ..area
        };
        self.summary(look).draw(line, buf);
        let below = Self::table_area(area);
        match (self.comparison.n_runs(), self.asked.failure()) {
            (0, Some(failure)) => Message::failed(&Notice::of(failure)).draw(below, buf, look),
            (0, None) => Message::quiet("Reading runs …", None).draw(below, buf, look),
            _ if self.comparison.rows().is_empty() => self.draw_empty(below, buf, look),
            _ => self.draw_table(below, buf, look),
        }
    }

    fn summary(&self, look: &Look<'_>) -> Pieces<'_> {
        let (muted, accent) = (look.theme.tone(Tone::Muted), look.theme.tone(Tone::Accent));
        let mut line = Pieces::new();
        let n_runs = self.comparison.n_runs();
        if n_runs == 0 {
            return line;
        }
        let (n_listed, n_all) = self.comparison.counts();
        let what = if self.comparison.shows_all() {
            "keys"
        } else {
            "keys differ"
        };
        let counted = format!("{} of {} {what}", format::count(n_listed), format::count(n_all));
        line.add(counted, look.theme.heading()).add(
            format!(" · run {} of {}", self.in_hand + 1, format::count(n_runs)),
            muted,
        );
        if !self.comparison.words().is_empty() {
            line.add(" · with ", muted).add(self.comparison.words(), accent);
        }
        if let Some(slot) = self.comparison.table().baseline() {
            let name = self.comparison.table().info(slot).name.clone();
            line.add(" · against ", muted).add(name, accent);
        }
        line
    }

    fn draw_empty(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let message = if self.comparison.words().is_empty() {
            Message::quiet(
                "These runs differ in nothing that was logged.",
                Some("d lists all keys."),
            )
        } else {
            Message::quiet(
                "No key has these words.",
                Some("Esc lists the others again, d also those that do not differ."),
            )
        };
        message.draw(area, buf, look);
    }

    fn draw_table(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let (key_width, run_width) = (self.key_width(), self.run_width());
        let n_in_view = self.n_in_view(area.width) + 1;
        let places: Vec<usize> = (self.first..self.comparison.n_runs()).take(n_in_view).collect();
        let mut columns = vec![TableColumn {
            title: "Key".into(),
            width: key_width,
            ..TableColumn::default()
        }];
        columns.extend(places.iter().map(|place| {
            let name = self.comparison.run(*place).map_or("", |info| info.name.as_str());
            TableColumn {
                title: fitted_key(&harmless(name), usize::from(run_width))
                    .into_owned()
                    .into(),
                width: run_width,
                is_right: false,
                is_in_hand: *place == self.in_hand,
            }
        }));
        let rows = self.comparison.rows();
        let cell = |row: usize, column: usize| match (rows[row], column.checked_sub(1)) {
            (CompareRow::Title(title), None) => TableCell::new(title, Tone::Accent),
            (CompareRow::Title(_), Some(_)) => TableCell::default(),
            (CompareRow::Key(id), None) => {
                let kind = self.comparison.table().catalog().column(id);
                let marks = self.comparison.table().title_marks(id);
                let room = usize::from(key_width).saturating_sub(2 + width_cells(&marks));
                let safe = harmless(kind.title());
                let title = fitted_key(&safe, room);
                TableCell::new(format!(" {title} {marks}"), Tone::Muted)
            }
            (CompareRow::Key(id), Some(place)) => {
                let shown = self.comparison.cell(places[place], id, look.clock, look.now);
                let is_number = matches!(self.comparison.table().catalog().column(id), RunColumn::Metric(_));
                if shown.text.is_empty() {
                    return TableCell::new("–", Tone::Muted);
                }
                // Where one value has the mark of the best, the others stand below its digits.
                if is_number && !shown.is_best {
                    return TableCell::new(format!(" {}", shown.text), shown.tone);
                }
                TableCell::new(shown.text, shown.tone)
            }
        };
        let table = Table {
            columns: &columns,
            n_rows: rows.len(),
            cursor: self.cursor,
            has_focus: true,
            cell: &cell,
        };
        table.draw(area, buf, look);
    }
}
