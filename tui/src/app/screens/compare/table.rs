//! Compared runs as a table: a line for each key, a column for each run.

use flowdeck_surface::action::Action;
use flowdeck_surface::compare::CompareRow;
use flowdeck_surface::format;
use flowdeck_surface::run_column::RunColumn;
use flowdeck_surface::text::{fitted_key, harmless, width_cells};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Compare;
use crate::app::context::{Cx, Look};
use crate::app::message::{Mouse, MouseKind};
use crate::app::widgets::cursor::Pointed;
use crate::app::widgets::message::Message;
use crate::app::widgets::prompt::Prompt;
use crate::app::widgets::table::{GAP, Table, TableCell, TableColumn};
use crate::app::widgets::text::{Pieces, put};
use flowdeck_surface::run_table::ColumnId;

/// Width of the column of keys, at least and at most.
const KEY: (u16, u16) = (12, 36);
/// Width of the column of a run; with a baseline there is more to say.
const RUN: u16 = 16;
const RUN_BESIDE: u16 = 22;

impl Compare {
    /// Does what an action means to the table; answers whether it means anything.
    pub(super) fn act_on_table(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        if self
            .cursor
            .act(action, self.comparison.rows().len(), self.height(cx))
        {
            return true;
        }
        match action {
            Action::Left => self.step_run(-1),
            Action::Right => self.step_run(1),
            Action::Find => self.prompt = Some(Prompt::new("find key", self.comparison.words())),
            Action::OnlyDiffering => self.comparison.toggle_all(),
            Action::Baseline => self.comparison.toggle_baseline(self.in_hand),
            Action::Delta => self.comparison.step_delta(),
            Action::Goal => {
                if let Some(id) = self.key_in_hand() {
                    self.comparison.step_goal(id);
                }
            }
            Action::CopyId => self.copy_value(cx),
            _ => return false,
        }
        true
    }

    fn height(&self, cx: &Cx<'_>) -> usize {
        let heads = usize::from(self.has_several_origins());
        Table::height(Self::page_area(cx.body)).saturating_sub(heads)
    }

    fn key_in_hand(&self) -> Option<ColumnId> {
        match self.comparison.rows().get(self.cursor.selected)? {
            CompareRow::Key(id) => Some(*id),
            CompareRow::Title(_) => None,
        }
    }

    /// Takes the run so many columns to the side in hand.
    pub(super) fn step_run(&mut self, by: isize) {
        let place = self.shown.binary_search(&self.in_hand).unwrap_or(0);
        let last = self.shown.len().saturating_sub(1);
        let next = place.saturating_add_signed(by).min(last);
        self.in_hand = self.shown.get(next).copied().unwrap_or(0);
    }

    /// Keeps the cursor in the list and the run in hand in view.
    pub(super) fn settle_table(&mut self, cx: &Cx<'_>) {
        let n_rows = self.comparison.rows().len();
        self.cursor.keep_in_view(n_rows, self.height(cx));
        let place = self.shown.binary_search(&self.in_hand).unwrap_or(0);
        let n_in_view = self.n_in_view(cx.body.width);
        self.first = self.first.clamp((place + 1).saturating_sub(n_in_view), place);
    }

    fn copy_value(&self, cx: &mut Cx<'_>) {
        match (self.key_in_hand(), self.comparison.run(self.in_hand)) {
            (Some(id), Some(_)) => cx.copy("value", &self.comparison.exact_of(self.in_hand, id)),
            (None, Some(info)) => cx.copy("run id", info.id.as_str()),
            _ => {}
        }
    }

    /// Does what the mouse does to the table.
    pub(super) fn mouse_on_table(&mut self, mouse: &Mouse, cx: &mut Cx<'_>) {
        let n_rows = self.comparison.rows().len();
        match mouse.kind {
            MouseKind::ScrollLeft => self.step_run(-1),
            MouseKind::ScrollRight => self.step_run(1),
            _ => match self.cursor.point(mouse, n_rows, self.height(cx)) {
                Pointed::Title(place) if place > 0 => {
                    let run = self.shown.get(self.first + place - 1);
                    self.in_hand = run.copied().unwrap_or(self.in_hand);
                }
                Pointed::Opened => self.open_run(cx),
                _ => {}
            },
        }
    }

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

    pub(super) fn draw_table_page(&self, body: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let below = Self::page_area(body);
        if self.shown.is_empty() {
            let hint = Some("4 shows the brushes, and 0 there takes them away.");
            Message::quiet("No run lies within all brushes.", hint).draw(below, buf, look);
        } else if self.comparison.rows().is_empty() {
            self.draw_empty(below, buf, look);
        } else {
            self.draw_table(below, buf, look);
        }
    }

    pub(super) fn table_summary(&self, look: &Look<'_>) -> Pieces<'_> {
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
        let place = self.shown.binary_search(&self.in_hand).unwrap_or(0);
        line.add(counted, look.theme.heading()).add(
            format!(" · run {} of {}", place + 1, format::count(self.shown.len())),
            muted,
        );
        if self.parallel.is_brushed() {
            line.add(format!(" ({} in all)", format::count(n_runs)), muted)
                .add(" · ", muted)
                .add(self.parallel.words(look.clock), accent);
        }
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

    /// A line over the names that says where runs are from, where they are not all of one experiment; the area below it.
    fn draw_origins(&self, places: &[usize], area: Rect, buf: &mut Buffer, look: &Look<'_>) -> Rect {
        if !self.has_several_origins() || area.height < 3 {
            return area;
        }
        let run_width = self.run_width();
        let mut x = area.x + 1 + self.key_width() + GAP;
        put(buf, area.x + 1, area.y, "From", 4, look.theme.tone(Tone::Muted));
        for place in places {
            let safe = harmless(&self.origin(*place)).into_owned();
            let room = run_width.min(area.right().saturating_sub(x + 1));
            let text = fitted_key(&safe, usize::from(room));
            put(
                buf,
                x,
                area.y,
                &text,
                usize::from(room),
                look.theme.tone(Tone::Accent),
            );
            x = x.saturating_add(run_width + GAP);
        }
        Rect {
            y: area.y + 1,
            height: area.height - 1,
            ..area
        }
    }

    fn draw_table(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let (key_width, run_width) = (self.key_width(), self.run_width());
        let n_in_view = self.n_in_view(area.width) + 1;
        let places = self.shown.iter().skip(self.first).take(n_in_view);
        let places: Vec<usize> = places.copied().collect();
        let mut columns = vec![TableColumn {
            title: "Key".into(),
            width: key_width,
            ..TableColumn::default()
        }];
        columns.extend(places.iter().map(|place| {
            let mark = if self.is_marked(*place) { "◆ " } else { "" };
            let name = format!("{mark}{}", self.comparison.name(*place));
            TableColumn {
                title: fitted_key(&harmless(&name), usize::from(run_width))
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
        let area = self.draw_origins(&places, area, buf, look);
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
