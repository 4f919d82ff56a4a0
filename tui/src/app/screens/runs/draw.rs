use flowdeck_surface::client::port::View;
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::run_column::RunColumn;
use flowdeck_surface::run_reading::N_HELD;
use flowdeck_surface::run_table::Line;
use flowdeck_surface::text::{fitted_key, harmless};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Runs;
use super::columns::{InView, decimals_of, is_decimal, is_number};
use super::sparks::CELLS;
use crate::app::context::Look;
use crate::app::widgets::message::Message;
use crate::app::widgets::table::{Table, TableCell, TableColumn};
use crate::app::widgets::text::{Pieces, put};

impl Runs {
    pub(super) fn draw_runs(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        self.draw_summary(area, buf, look);
        let below = Self::table_area(area);
        let failure = self.list.failure().or_else(|| self.sample.failure());
        let (n_listed, n_all) = self.table.counts();
        match failure {
            Some(failure) if n_all == 0 && !self.table.is_whole() => {
                Message::failed(&Notice::of(failure)).draw(below, buf, look);
            }
            _ if n_all == 0 && !self.table.is_whole() => {
                Message::quiet("Reading runs …", None).draw(below, buf, look);
            }
            _ if n_all == 0 => self.draw_empty(below, buf, look),
            _ if n_listed == 0 => {
                Message::quiet("No run has these words.", Some("Esc shows all runs again."))
                    .draw(below, buf, look);
            }
            _ => self.draw_table(below, buf, look),
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
        let (n_listed, n_all) = self.table.counts();
        if n_all > 0 || self.table.is_whole() {
            line.add(self.counted(n_listed, n_all), look.theme.heading())
                .add(" · ", muted);
        }
        match self.table.n_marked() {
            (0, _) => {}
            (n_marked, n_shown) => {
                let hidden = match n_marked - n_shown {
                    0 => String::new(),
                    n_hidden => format!(" ({} not listed)", format::count(n_hidden)),
                };
                line.add(format!("{} marked{hidden}", format::count(n_marked)), accent)
                    .add(" · ", muted);
            }
        }
        if self.n_marked_beyond > 0 {
            let beyond = format!("{} marked elsewhere", format::count(self.n_marked_beyond));
            line.add(beyond, accent).add(" · ", muted);
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
        if !self.table.found_by().is_empty() {
            line.add(" · with ", muted).add(self.table.found_by(), accent);
        }
        self.add_settings(&mut line, look);
        if let Some(first) = self.skipped.first() {
            let skipped = format!(" · {} skipped: {}", self.skipped.len(), first.0);
            line.add(skipped, look.theme.tone(Tone::Warning));
        }
        line
    }

    fn add_settings(&self, line: &mut Pieces<'_>, look: &Look<'_>) {
        let (muted, accent) = (look.theme.tone(Tone::Muted), look.theme.tone(Tone::Accent));
        let settings = self.table.settings();
        if !settings.group_by.is_empty() {
            let by: Vec<_> = settings.group_by.iter().map(RunColumn::title).collect();
            line.add(" · by ", muted).add(by.join(", "), accent);
            line.add(format!(" ({})", settings.statistic.word()), muted);
        }
        if settings.only_differing {
            line.add(" · differing columns", accent);
        }
        if let Some(slot) = self.table.baseline() {
            line.add(" · against ", muted)
                .add(self.table.info(slot).name.clone(), accent);
        }
    }

    fn counted(&self, n_listed: usize, n_all: usize) -> String {
        let noun = if n_all == 1 { "run" } else { "runs" };
        let groups = match self.table.n_groups() {
            0 => String::new(),
            1 => " in 1 group".to_owned(),
            n_groups => format!(" in {} groups", format::count(n_groups)),
        };
        let runs = match n_listed {
            _ if !self.table.is_whole() => format!("{} {noun} so far …", format::count(n_all)),
            _ if n_listed < n_all => {
                format!("{} of {} {noun}", format::count(n_listed), format::count(n_all))
            }
            _ if n_all == N_HELD => format!("the first {} {noun}", format::count(n_all)),
            _ => format!("{} {noun}", format::count(n_all)),
        };
        runs + &groups
    }

    /// The whole name of the column in hand, which its title may have no room for.
    fn column_in_hand(&self, look: &Look<'_>) -> Pieces<'_> {
        let mut line = Pieces::new();
        if let Some(id) = self.columns.in_hand() {
            let name = self.table.catalog().column(id).to_string();
            let place = format!("  {}/{}", self.columns.place() + 1, self.table.shown().len());
            line.add(name, look.theme.tone(Tone::Accent))
                .add(place, look.theme.tone(Tone::Muted));
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

    fn draw_table(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let in_view = self.columns.in_view(&self.table, area.width);
        let columns: Vec<_> = in_view.iter().map(|column| self.table_column(column)).collect();
        let cell = |line: usize, column: usize| self.table_cell(line, &in_view[column], look);
        let table = Table {
            columns: &columns,
            n_rows: self.table.n_lines(),
            cursor: self.cursor,
            has_focus: self.chooser.is_none(),
            cell: &cell,
        };
        table.draw(area, buf, look);
        self.draw_marks(area, buf, look);
    }

    /// A dot before each line that is marked, a ring before the one that others are held against.
    fn draw_marks(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let height = Table::height(area);
        let lines = self.cursor.first..(self.cursor.first + height).min(self.table.n_lines());
        let baseline = self.table.baseline();
        for (offset, line) in lines.enumerate() {
            let y = area.y + 1 + offset as u16;
            let is_baseline = baseline.is_some() && self.table.run_at(line) == baseline;
            if self.table.is_line_marked(line) {
                put(buf, area.x, y, "●", 1, look.theme.tone(Tone::Accent));
            } else if is_baseline {
                put(buf, area.x, y, "○", 1, look.theme.tone(Tone::Accent));
            }
        }
    }

    fn table_cell(&self, line: usize, column: &InView, look: &Look<'_>) -> TableCell<'_> {
        let shown = self.table.cell(line, column.id, look.clock, look.now);
        let mut text = shown.text;
        let kind = self.table.catalog().column(column.id);
        if is_decimal(kind) && is_number(&text) {
            let missing = column.width.decimals.saturating_sub(decimals_of(&text));
            let room = usize::from(column.width.cells).saturating_sub(text.chars().count());
            text.to_mut().extend(std::iter::repeat_n(' ', missing.min(room)));
        }
        if self.table.settings().sparklines.contains(kind)
            && let Some(Line::Run { slot, .. }) = self.table.line(line)
        {
            let curve = self.sparks.text(slot, column.id).unwrap_or("");
            let blanks = CELLS.saturating_sub(curve.chars().count());
            let text = text.to_mut();
            text.push(' ');
            text.push_str(curve);
            text.extend(std::iter::repeat_n(' ', blanks));
        }
        TableCell::new(text, shown.tone)
    }

    fn table_column<'a>(&'a self, column: &InView) -> TableColumn<'a> {
        let kind = self.table.catalog().column(column.id);
        let mut marks = self.table.title_marks(column.id);
        if !marks.is_empty() {
            marks.insert(0, ' ');
        }
        let room = usize::from(column.width.cells).saturating_sub(marks.chars().count());
        let safe = harmless(kind.title());
        let title = fitted_key(&safe, room).into_owned();
        TableColumn {
            title: (title + &marks).into(),
            width: column.width.cells,
            is_right: kind.is_numeric(),
            is_in_hand: column.is_in_hand,
        }
    }
}
