//! Draws the tasks as rows: a tree with why each waits or died, or bars along the time.

use flowdeck_surface::format;
use flowdeck_surface::pipelines::{TaskRow, TaskSpan, task_summary};
use flowdeck_surface::status::of_task;
use flowdeck_surface::text::width_cells;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Focus, PipelineRunPage, Shape};
use crate::app::context::Look;
use crate::app::widgets::message::Message;
use crate::app::widgets::table::{GAP, Table, TableCell, TableColumn};
use crate::app::widgets::text::{Pieces, put};

/// Cells of the columns behind the name.
const STATE: u16 = 11;
const TOOK: u16 = 8;
/// From this width on there is room for the word of a state.
const WIDE: u16 = 64;

impl PipelineRunPage {
    pub(super) fn draw_rows(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        if self.shown.is_empty() {
            return Message::quiet("No task has these words.", Some("Esc shows all of them."))
                .draw(area, buf, look);
        }
        let columns = self.columns(area.width);
        let cell = |row: usize, column: usize| self.cell(row, columns[column].0, look);
        let titled: Vec<TableColumn<'_>> = columns.iter().map(|(_, column)| column.clone()).collect();
        let table = Table {
            columns: &titled,
            n_rows: self.shown.len(),
            cursor: self.cursor,
            has_focus: self.focus == Focus::Tasks,
            cell: &cell,
        };
        table.draw(area, buf, look);
        if self.shape == Shape::Bars {
            self.draw_bars(area, &titled, buf, look);
        }
    }

    /// The columns that there is room for, each with what it is.
    fn columns(&self, width: u16) -> Vec<(Column, TableColumn<'static>)> {
        let room = width.saturating_sub(2);
        let names = self
            .shown
            .iter()
            .take(500)
            .map(|&row| width_cells(&self.name(row)));
        let widest = names.max().unwrap_or(0).clamp(8, 60) as u16;
        let mut behind = vec![(Column::Took, "Took", TOOK, true)];
        if self.shape == Shape::Tree && width >= WIDE {
            behind.insert(0, (Column::State, "State", STATE, false));
        }
        let taken: u16 = behind.iter().map(|(_, _, width, _)| width + GAP).sum();
        let left = room.saturating_sub(taken + GAP);
        let name = widest.min(left / 2).max(8);
        let last = left.saturating_sub(name);
        let (kind, title) = match self.shape {
            Shape::Bars => (Column::Bar, self.axis_title(last)),
            _ => (Column::Why, "Why".to_owned()),
        };
        let titled = |title: String, width: u16, is_right: bool| TableColumn {
            title: title.into(),
            width,
            is_right,
            ..TableColumn::default()
        };
        let mut columns = vec![(Column::Name, titled("Task".to_owned(), name, false))];
        columns.extend(
            behind
                .into_iter()
                .map(|(kind, title, width, is_right)| (kind, titled(title.to_owned(), width, is_right))),
        );
        columns.push((kind, titled(title, last, false)));
        columns
    }

    /// From when to when the bars reach.
    fn axis_title(&self, width: u16) -> String {
        let (Some(from), Some(to)) = (self.rows.from, self.rows.to) else {
            return String::new();
        };
        let length = format::duration(to.millis_since(from));
        let blank = usize::from(width).saturating_sub(1 + width_cells(&length));
        format!("0{}{length}", " ".repeat(blank))
    }

    fn name(&self, row: usize) -> String {
        let TaskRow {
            task, depth, n_below, ..
        } = &self.rows.rows[row];
        let task = &self.tree.tasks[*task];
        let is_closed = self
            .closed
            .as_ref()
            .is_some_and(|closed| closed.contains(&task.id));
        let fold = match (*n_below > 0 && self.find.is_empty(), is_closed) {
            (true, true) => "▸ ",
            (true, false) => "▾ ",
            (false, _) => "  ",
        };
        let depth = if self.find.is_empty() { (*depth).min(12) } else { 0 };
        let symbol = match (self.is_plan(), self.shape) {
            (true, _) => String::new(),
            (false, _) => format!("{} ", of_task(task.state).symbol),
        };
        format!("{}{fold}{symbol}{}", "  ".repeat(depth), task.title())
    }

    fn cell(&self, shown: usize, column: Column, look: &Look<'_>) -> TableCell<'static> {
        let place = self.shown[shown];
        let row = &self.rows.rows[place];
        let task = &self.tree.tasks[row.task];
        let badge = of_task(task.state);
        match column {
            Column::Name => {
                let is_quiet = self.is_plan() || badge.tone == Tone::Good;
                TableCell::new(self.name(place), if is_quiet { Tone::Plain } else { badge.tone })
            }
            Column::State if self.is_plan() => TableCell::new(task.kind.word().to_lowercase(), Tone::Muted),
            Column::State => TableCell::new(badge.word, badge.tone),
            Column::Took => {
                let took = flowdeck_surface::pipelines::took_ms(task, look.now).map(format::duration);
                TableCell::new(took.unwrap_or_default(), Tone::Plain)
            }
            Column::Why if self.is_plan() => TableCell::new(task.depends_on.join(", "), Tone::Muted),
            Column::Why => TableCell::new(task_summary(task), Tone::Muted),
            Column::Bar => TableCell::default(),
        }
    }

    fn draw_bars(&self, area: Rect, columns: &[TableColumn<'_>], buf: &mut Buffer, look: &Look<'_>) {
        let Some((last, before)) = columns.split_last() else {
            return;
        };
        let x = area.x + 1 + before.iter().map(|column| column.width + GAP).sum::<u16>();
        let height = usize::from(area.height.saturating_sub(1));
        let in_view = self.shown.iter().skip(self.cursor.first).take(height);
        for (line, &row) in in_view.enumerate() {
            let y = area.y + 1 + line as u16;
            for span in &self.rows.rows[row].spans {
                draw_bar(span, x, y, last.width, buf, look);
            }
            let task = &self.tree.tasks[self.rows.rows[row].task];
            if self.rows.rows[row].spans.is_empty() && !self.is_plan() {
                let mut why = Pieces::new();
                why.add(task_summary(task), look.theme.tone(Tone::Muted));
                why.draw(Rect::new(x, y, last.width, 1), buf);
            }
        }
    }
}

/// What a column shows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Column {
    Name,
    State,
    Took,
    Why,
    Bar,
}

/// A stretch of time; at least one cell wide, and an old try thinner than the one that counts.
fn draw_bar(span: &TaskSpan, x: u16, y: u16, width: u16, buf: &mut Buffer, look: &Look<'_>) {
    let cells = f64::from(width);
    let start = ((span.start * cells) as u16).min(width.saturating_sub(1));
    let end = ((span.end * cells).round() as u16).clamp(start + 1, width.max(start + 1));
    let is_short = (span.end - span.start) * cells < 0.5;
    let letter = match (span.is_old, is_short) {
        (true, _) => "▒",
        (false, true) => "▌",
        (false, false) => "█",
    };
    let style = look.theme.tone(of_task(span.state).tone);
    let text = letter.repeat(usize::from(end - start));
    put(buf, x + start, y, &text, usize::from(end - start), style);
}
