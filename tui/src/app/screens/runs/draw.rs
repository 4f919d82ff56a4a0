use flowdeck_surface::client::port::View;
use flowdeck_surface::client::tracking::Run;
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::run_cell::{Direction, run_cell};
use flowdeck_surface::run_column::RunColumn;
use flowdeck_surface::text::{fitted_key, harmless};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Runs;
use super::columns::{InView, decimals_of};
use super::load::N_HELD;
use crate::app::context::Look;
use crate::app::widgets::message::Message;
use crate::app::widgets::table::{Table, TableCell, TableColumn};
use crate::app::widgets::text::Pieces;

impl Runs {
    pub(super) fn draw_runs(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        self.draw_summary(area, buf, look);
        let below = Self::table_area(area);
        let failure = self.runs.failure().or_else(|| self.sample.failure());
        match (self.runs.shown(), failure) {
            (None, Some(failure)) => Message::failed(&Notice::of(failure)).draw(below, buf, look),
            (None, None) => Message::quiet("Reading runs …", None).draw(below, buf, look),
            (Some(runs), _) if runs.is_empty() => self.draw_empty(below, buf, look),
            (Some(_), _) if self.rows.is_empty() => {
                Message::quiet("No run has these words.", Some("Esc shows all runs again."))
                    .draw(below, buf, look);
            }
            (Some(runs), _) => self.draw_table(runs, below, buf, look),
        }
    }

    fn draw_summary(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let line = Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(2),
            ..area
        };
        let column = self.column_in_hand(look);
        let left = self.summary(look);
        if left.width() + column.width() + 2 <= usize::from(line.width) {
            column.draw_right(line, buf);
        }
        left.draw(line, buf);
    }

    fn summary(&self, look: &Look<'_>) -> Pieces<'_> {
        let (muted, accent) = (look.theme.tone(Tone::Muted), look.theme.tone(Tone::Accent));
        let mut line = Pieces::new();
        if let Some(runs) = self.runs.shown() {
            line.add(self.counted(runs.len()), look.theme.heading())
                .add(" · ", muted);
        }
        let view = match self.view {
            View::Active => "active",
            View::Deleted => "deleted",
            View::All => "active and deleted",
        };
        line.add(view, muted);
        if self.n_running > 0 {
            line.add(" · ", muted).add(
                format!("{} running", format::count(self.n_running)),
                look.theme.tone(Tone::Active),
            );
        }
        if !self.filter.is_empty() {
            line.add(" · filter ", muted).add(&self.filter, accent);
        }
        if !self.find.is_empty() {
            line.add(" · with ", muted).add(&self.find, accent);
        }
        if let Some(first) = self.skipped.first() {
            let skipped = format!(" · {} skipped: {}", self.skipped.len(), first.0);
            line.add(skipped, look.theme.tone(Tone::Warning));
        }
        line
    }

    fn counted(&self, n_all: usize) -> String {
        let noun = if n_all == 1 { "run" } else { "runs" };
        let is_whole = self.runs.as_of().is_some();
        match self.rows.len() {
            _ if !is_whole => format!("{} {noun} so far …", format::count(n_all)),
            n_rows if n_rows < n_all => {
                format!("{} of {} {noun}", format::count(n_rows), format::count(n_all))
            }
            _ if n_all == N_HELD => format!("the first {} {noun}", format::count(n_all)),
            _ => format!("{} {noun}", format::count(n_all)),
        }
    }

    /// The whole name of the column in hand, which its title may have no room for.
    fn column_in_hand(&self, look: &Look<'_>) -> Pieces<'_> {
        let mut line = Pieces::new();
        if let Some(column) = self.columns.in_hand() {
            let (place, n_columns) = self.columns.place();
            line.add(column.to_string(), look.theme.tone(Tone::Accent))
                .add(format!("  {place}/{n_columns}"), look.theme.tone(Tone::Muted));
        }
        line
    }

    fn draw_empty(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let message = match (self.filter.is_empty(), self.view) {
            (false, _) => Message::quiet(
                "No run passes this filter.",
                Some("f changes it, Esc takes it back."),
            ),
            (_, View::Deleted) => Message::quiet(
                "No run of this experiment was deleted.",
                Some("v goes on to all."),
            ),
            _ => Message::quiet(
                "This experiment has no run yet.",
                Some("The first that is logged will appear here."),
            ),
        };
        message.draw(area, buf, look);
    }

    fn draw_table(&self, runs: &[Run], area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let in_view = self.columns.in_view(area.width);
        let columns: Vec<_> = in_view.iter().map(|column| self.table_column(column)).collect();
        let cell = |row: usize, column: usize| {
            let (run, column) = (&runs[self.rows[row]], &in_view[column]);
            if !column.is_loaded {
                return TableCell::new("…", Tone::Muted);
            }
            let cell = run_cell(run, column.column, look.clock, look.now);
            let mut text = cell.text;
            if column.is_decimal() {
                let missing = column.width.decimals.saturating_sub(decimals_of(&text));
                let room = usize::from(column.width.cells).saturating_sub(text.len());
                text.to_mut().extend(std::iter::repeat_n(' ', missing.min(room)));
            }
            TableCell::new(text, cell.tone)
        };
        let table = Table {
            columns: &columns,
            n_rows: self.rows.len(),
            cursor: self.cursor,
            has_focus: true,
            cell: &cell,
        };
        table.draw(area, buf, look);
    }

    fn table_column<'a>(&self, column: &InView<'a>) -> TableColumn<'a> {
        let sort = self.sort.iter().find(|sort| sort.column == *column.column);
        let mark = match sort.map(|sort| sort.direction) {
            Some(Direction::Ascending) => " ▲",
            Some(Direction::Descending) => " ▼",
            None => "",
        };
        let room = usize::from(column.width.cells).saturating_sub(mark.chars().count());
        let safe = harmless(column.column.title());
        let title = fitted_key(&safe, room).into_owned();
        TableColumn {
            title: (title + mark).into(),
            width: column.width.cells,
            is_right: column.column.is_numeric(),
            is_in_hand: column.is_in_hand,
        }
    }
}

impl InView<'_> {
    /// Whether its numbers stand with their points below each other.
    fn is_decimal(&self) -> bool {
        matches!(self.column, RunColumn::Metric(_))
    }
}
