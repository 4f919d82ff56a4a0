//! A table of which only the rows in view are ever written.
//!
//! ```text
//!   Run           Status      accuracy ▼
//!   blue-fox      ✓ FINISHED     0.971  ▐
//!   calm-owl      ✗ FAILED       0.1     
//! ```

use std::borrow::Cow;

use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use super::cursor::Cursor;
use super::text::{put, put_right};
use crate::app::context::Look;
use crate::app::contrast::is_legible;
use crate::app::mouse::Target;

/// Blank cells between two columns.
pub(crate) const GAP: u16 = 2;

/// A column as it stands on the screen.
#[derive(Clone, Debug, Default)]
pub(crate) struct TableColumn<'a> {
    /// What stands over it.
    pub(crate) title: Cow<'a, str>,
    /// In cells.
    pub(crate) width: u16,
    /// Whether its cells stand at the right edge.
    pub(crate) is_right: bool,
    /// Whether it is the column in hand.
    pub(crate) is_in_hand: bool,
}

/// What stands in one cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct TableCell<'a> {
    /// Its text.
    pub(crate) text: Cow<'a, str>,
    /// What it means.
    pub(crate) tone: Tone,
}

impl<'a> TableCell<'a> {
    /// A cell with a meaning.
    pub(crate) fn new(text: impl Into<Cow<'a, str>>, tone: Tone) -> Self {
        Self {
            text: text.into(),
            tone,
        }
    }
}

/// Rows of cells under their titles.
pub(crate) struct Table<'a> {
    /// The columns in view, from left to right.
    pub(crate) columns: &'a [TableColumn<'a>],
    /// How many rows there are in all.
    pub(crate) n_rows: usize,
    /// Which are in view.
    pub(crate) cursor: Cursor,
    /// Whether keys go here.
    pub(crate) has_focus: bool,
    /// What stands in a row and column.
    pub(crate) cell: &'a dyn Fn(usize, usize) -> TableCell<'a>,
}

impl Table<'_> {
    /// Rows that fit below the titles.
    pub(crate) fn height(area: Rect) -> usize {
        usize::from(area.height.saturating_sub(1))
    }

    /// Draws it.
    pub(crate) fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        if area.height == 0 || area.width < 4 {
            return;
        }
        self.draw_titles(area, buf, look);
        let rows = Rect {
            y: area.y + 1,
            height: area.height - 1,
            ..area
        };
        self.draw_rows(rows, buf, look);
    }

    /// Draws the rows without their titles.
    pub(crate) fn draw_rows(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        look.targets.mark_rows(area, self.cursor.first, self.n_rows);
        let height = usize::from(area.height);
        let in_view = height.min(self.n_rows.saturating_sub(self.cursor.first));
        for line in 0..in_view {
            self.draw_row(self.cursor.first + line, area, area.y + line as u16, buf, look);
        }
        self.draw_scroll_bar(area, height, buf, look);
    }

    /// Where each column begins and how much of it fits, within the margins. Half a number is none: one that does not
    /// fit is left out, unless it is in hand.
    fn places(&self, area: Rect) -> impl Iterator<Item = (usize, u16, u16)> + '_ {
        let right = area.right().saturating_sub(1);
        let mut x = area.x + 1;
        self.columns.iter().enumerate().map_while(move |(index, column)| {
            let room = right.saturating_sub(x);
            let place = (index, x, column.width.min(room));
            x = x.saturating_add(column.width + GAP);
            let is_half = column.is_right && column.width > room && !column.is_in_hand;
            (place.2 > 0 && !is_half).then_some(place)
        })
    }

    /// Says in the last cell of the titles that a column was left out, where there is room.
    fn draw_more(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let Some((last, x, width)) = self.places(area).last() else {
            return;
        };
        let right = area.right().saturating_sub(1);
        if last + 1 < self.columns.len() && x + width < right {
            put(buf, right - 1, area.y, "…", 1, look.theme.tone(Tone::Muted));
        }
    }

    fn draw_titles(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        for (index, x, width) in self.places(area) {
            let column = &self.columns[index];
            let style = if column.is_in_hand {
                look.theme.tone(Tone::Accent).add_modifier(Modifier::BOLD)
            } else {
                look.theme.tone(Tone::Muted)
            };
            put_aligned(buf, (x, area.y), &column.title, width, column.is_right, style);
            let title = Rect::new(x, area.y, width, 1);
            look.targets.mark(title, Target::Title(index));
        }
        self.draw_more(area, buf, look);
    }

    fn draw_row(&self, row: usize, area: Rect, y: u16, buf: &mut Buffer, look: &Look<'_>) {
        let is_selected = row == self.cursor.selected;
        for (index, x, width) in self.places(area) {
            let cell = (self.cell)(row, index);
            let style = look.theme.tone(cell.tone);
            put_aligned(
                buf,
                (x, y),
                &cell.text,
                width,
                self.columns[index].is_right,
                style,
            );
        }
        if is_selected {
            let line = Rect::new(area.x, y, area.width.saturating_sub(1), 1);
            let over = look.theme.selected(self.has_focus);
            select_line(buf, line, over);
        }
    }

    fn draw_scroll_bar(&self, area: Rect, height: usize, buf: &mut Buffer, look: &Look<'_>) {
        if self.n_rows <= height || height == 0 {
            return;
        }
        let bar = Rect {
            x: area.right() - 1,
            width: 1,
            ..area
        };
        look.targets.mark_scroll_bar(bar);
        let length = (height * height / self.n_rows).max(1);
        let room = height - length;
        let start = self.cursor.first * room / (self.n_rows - height).max(1);
        for line in start..(start + length).min(height) {
            let y = area.y + line as u16;
            put(buf, bar.x, y, "▐", 1, look.theme.frame(false));
        }
    }
}

/// Lays the style of a selected row over a line; on a background of its own, letters keep their colour as far as it can
/// be read there, while a row that is reversed is of one colour.
pub(crate) fn select_line(buf: &mut Buffer, line: Rect, over: Style) {
    for position in line.positions() {
        let Some(cell) = buf.cell_mut(position) else {
            continue;
        };
        let own = cell.fg;
        if over.bg.is_none() {
            cell.set_fg(Color::Reset);
            cell.modifier.remove(Modifier::DIM);
        }
        cell.set_style(over);
        if over.bg.is_some_and(|background| is_legible(own, background)) {
            cell.set_fg(own);
        }
    }
}

fn put_aligned(buf: &mut Buffer, (x, y): (u16, u16), text: &str, width: u16, is_right: bool, style: Style) {
    if is_right {
        put_right(buf, x, y, text, usize::from(width), style);
    } else {
        put(buf, x, y, text, usize::from(width), style);
    }
}
