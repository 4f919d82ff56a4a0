//! Draws the tasks as boxes with lines between them.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use flowdeck_surface::client::pipelines::{Task, TaskState};
use flowdeck_surface::format;
use flowdeck_surface::pipelines::graph::{Area, BoxKind, TaskBox};
use flowdeck_surface::pipelines::took_ms;
use flowdeck_surface::status::of_task;
use flowdeck_surface::text::{fitted, width_cells};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::{Focus, PipelineRunPage};
use crate::app::context::Look;
use crate::app::widgets::text::put;

/// The sides that a line leaves a cell on.
const UP: u8 = 1;
const DOWN: u8 = 2;
const LEFT: u8 = 4;
const RIGHT: u8 = 8;

impl PipelineRunPage {
    pub(super) fn draw_graph(&self, pane: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let view = View {
            pane,
            offset: self.offset,
        };
        self.draw_lines(&view, buf, look);
        for one in &self.graph.boxes {
            if view.shows(one.area) {
                self.draw_box(one, &view, buf, look);
            }
        }
        self.draw_edges(&view, buf, look);
    }

    fn draw_lines(&self, view: &View, buf: &mut Buffer, look: &Look<'_>) {
        let mut cells: HashMap<(u16, u16), u8> = HashMap::new();
        let mut ends = Vec::new();
        for edge in &self.graph.edges {
            for pair in edge.points.windows(2) {
                view.trace(pair[0], pair[1], &mut cells);
            }
            // The cell above the box is its arrow.
            if let [.., before, last] = edge.points.as_slice()
                && last.1 > before.1
            {
                ends.extend(view.cell(last.0, last.1 - 1));
            }
        }
        let style = look.theme.tone(Tone::Muted);
        for ((x, y), sides) in cells {
            put(buf, x, y, glyph(sides), 1, style);
        }
        for (x, y) in ends {
            put(buf, x, y, "▼", 1, style);
        }
    }

    fn draw_box(&self, one: &TaskBox, view: &View, buf: &mut Buffer, look: &Look<'_>) {
        let Some(task) = self.tree.tasks.get(one.task) else {
            return;
        };
        let is_in_hand = one.kind != BoxKind::Round && self.selected.as_ref() == Some(&task.id);
        let has_focus = self.focus == Focus::Tasks;
        let badge = of_task(task.state);
        let tone = if self.is_plan() || one.kind == BoxKind::Round {
            Tone::Muted
        } else {
            badge.tone
        };
        let edge = match is_in_hand {
            true => look.theme.frame(has_focus).add_modifier(Modifier::BOLD),
            false if one.kind == BoxKind::Closed => look.theme.tone(Tone::Accent),
            false => look.theme.tone(tone),
        };
        if matches!(one.kind, BoxKind::Task | BoxKind::Closed) {
            view.clear(one.area, buf);
        }
        view.draw_frame(one.area, edge, buf);
        let symbol = if self.is_plan() {
            String::new()
        } else {
            format!("{} ", badge.symbol)
        };
        let found =
            !self.find.is_empty() && self.shown.iter().any(|&row| self.rows.rows[row].task == one.task);
        let name = match (is_in_hand, found) {
            (true, _) => look.theme.heading(),
            (false, true) => look.theme.tone(Tone::Warning),
            (false, false) => look.theme.tone(Tone::Plain),
        };
        match one.kind {
            BoxKind::Round => view.text(
                one.area.x + 2,
                one.area.y,
                &format!(" {} ", one.title),
                look.theme.tone(Tone::Muted),
                buf,
            ),
            BoxKind::Open => {
                let room = one.area.width.saturating_sub(6) as usize;
                let title = fitted(&one.title, room.saturating_sub(width_cells(&symbol)));
                view.text(
                    one.area.x + 2,
                    one.area.y,
                    &format!(" {symbol}"),
                    look.theme.tone(tone),
                    buf,
                );
                let x = one.area.x + 3 + width_cells(&symbol) as u32;
                view.text(x, one.area.y, &format!("{title} "), name, buf);
            }
            BoxKind::Task | BoxKind::Closed => {
                let note = self.note(task, one.kind, look);
                let room = one.area.width.saturating_sub(4) as usize;
                let used = width_cells(&symbol) + width_cells(&note) + usize::from(!note.is_empty());
                let title = fitted(&one.title, room.saturating_sub(used).max(4));
                let (x, y) = (one.area.x + 2, one.area.y + 1);
                view.text(x, y, &symbol, look.theme.tone(tone), buf);
                view.text(x + width_cells(&symbol) as u32, y, &title, name, buf);
                let behind = one.area.right().saturating_sub(2 + width_cells(&note) as u32);
                view.text(behind, y, &note, look.theme.tone(Tone::Muted), buf);
                if is_in_hand {
                    view.select(one.area, look.theme.selected(has_focus), buf);
                }
            }
        }
    }

    /// What stands behind the name: how long it took, or what it holds.
    fn note(&self, task: &Task, kind: BoxKind, look: &Look<'_>) -> String {
        if kind == BoxKind::Closed {
            let n_below = self
                .rows
                .rows
                .iter()
                .find(|row| self.tree.tasks[row.task].id == task.id);
            return format!("▸ {}", n_below.map_or(0, |row| row.n_below));
        }
        if self.is_plan() {
            return String::new();
        }
        match (task.state, task.attempts.len()) {
            (TaskState::Pending, _) if task.cause.is_some() => "waits".to_owned(),
            (TaskState::Cached, _) => "cached".to_owned(),
            (TaskState::Skipped, _) => "skipped".to_owned(),
            (TaskState::Running, tries) if tries > 1 => format!("try {tries}"),
            _ => took_ms(task, look.now).map(format::duration).unwrap_or_default(),
        }
    }

    /// Says in the frame around the pane that there is more.
    fn draw_edges(&self, view: &View, buf: &mut Buffer, look: &Look<'_>) {
        let pane = view.pane;
        if pane.width < 3 || pane.height < 3 || pane.x == 0 || pane.y == 0 {
            return;
        }
        let style = look.theme.tone(Tone::Accent);
        let (x, y) = self.offset;
        let middle = (pane.x + pane.width / 2, pane.y + pane.height / 2);
        if x > 0 {
            put(buf, pane.x - 1, middle.1, "‹", 1, style);
        }
        if x + u32::from(pane.width) < self.graph.width {
            put(buf, pane.right(), middle.1, "›", 1, style);
        }
        if y > 0 {
            put(buf, middle.0, pane.y - 1, " ▲ ", 3, style);
        }
        if y + u32::from(pane.height) < self.graph.height {
            put(buf, middle.0, pane.bottom(), " ▼ ", 3, style);
        }
    }
}

/// The part of the graph that is in view.
struct View {
    pane: Rect,
    offset: (u32, u32),
}

impl View {
    fn shows(&self, area: Area) -> bool {
        let seen = Area {
            x: self.offset.0,
            y: self.offset.1,
            width: u32::from(self.pane.width),
            height: u32::from(self.pane.height),
        };
        seen.meets(area)
    }

    /// The cell of a unit, where it is in view.
    fn cell(&self, x: u32, y: u32) -> Option<(u16, u16)> {
        let column = u16::try_from(x.checked_sub(self.offset.0)?).ok()?;
        let row = u16::try_from(y.checked_sub(self.offset.1)?).ok()?;
        (column < self.pane.width && row < self.pane.height)
            .then(|| (self.pane.x + column, self.pane.y + row))
    }

    /// Marks the cells of a straight stretch with the sides that it leaves them on.
    fn trace(&self, a: (u32, u32), b: (u32, u32), cells: &mut HashMap<(u16, u16), u8>) {
        let mut mark = |x: u32, y: u32, sides: u8| {
            if let Some(cell) = self.cell(x, y) {
                *cells.entry(cell).or_default() |= sides;
            }
        };
        if a.0 == b.0 {
            let (top, bottom) = (a.1.min(b.1), a.1.max(b.1));
            for y in self.rows(top, bottom) {
                let sides = if y > top { UP } else { 0 } | if y < bottom { DOWN } else { 0 };
                mark(a.0, y, sides);
            }
        } else {
            let (left, right) = (a.0.min(b.0), a.0.max(b.0));
            for x in self.columns(left, right) {
                let sides = if x > left { LEFT } else { 0 } | if x < right { RIGHT } else { 0 };
                mark(x, a.1, sides);
            }
        }
    }

    /// The columns of a stretch that are in view.
    fn columns(&self, from: u32, to: u32) -> RangeInclusive<u32> {
        from.max(self.offset.0)..=to.min(self.offset.0 + u32::from(self.pane.width))
    }

    /// The rows of a stretch that are in view.
    fn rows(&self, from: u32, to: u32) -> RangeInclusive<u32> {
        from.max(self.offset.1)..=to.min(self.offset.1 + u32::from(self.pane.height))
    }

    fn text(&self, x: u32, y: u32, text: &str, style: Style, buf: &mut Buffer) {
        let mut at = x;
        for letter in unicode_segmentation::UnicodeSegmentation::graphemes(text, true) {
            let width = width_cells(letter);
            if let Some((column, row)) = self.cell(at, y) {
                let room = usize::from(self.pane.right() - column);
                put(buf, column, row, letter, width.min(room), style);
            }
            at += width as u32;
        }
    }

    fn clear(&self, area: Area, buf: &mut Buffer) {
        for y in self.rows(area.y, area.bottom() - 1) {
            for x in self.columns(area.x, area.right() - 1) {
                if let Some(cell) = self.cell(x, y).and_then(|place| buf.cell_mut(place)) {
                    cell.reset();
                }
            }
        }
    }

    fn draw_frame(&self, area: Area, style: Style, buf: &mut Buffer) {
        let (right, bottom) = (area.right() - 1, area.bottom() - 1);
        for x in self.columns(area.x + 1, right.saturating_sub(1)) {
            self.text(x, area.y, "─", style, buf);
            self.text(x, bottom, "─", style, buf);
        }
        for y in self.rows(area.y + 1, bottom.saturating_sub(1)) {
            self.text(area.x, y, "│", style, buf);
            self.text(right, y, "│", style, buf);
        }
        for (x, y, corner) in [
            (area.x, area.y, "╭"),
            (right, area.y, "╮"),
            (area.x, bottom, "╰"),
            (right, bottom, "╯"),
        ] {
            self.text(x, y, corner, style, buf);
        }
    }

    /// Lays the style of what is in hand over the line of a box.
    fn select(&self, area: Area, over: Style, buf: &mut Buffer) {
        let y = area.y + 1;
        let cells = self
            .columns(area.x + 1, area.right() - 2)
            .filter_map(|x| self.cell(x, y));
        let cells: Vec<(u16, u16)> = cells.collect();
        if let (Some(first), Some(last)) = (cells.first(), cells.last()) {
            let line = Rect::new(first.0, first.1, last.0 - first.0 + 1, 1);
            crate::app::widgets::table::select_line(buf, line, over);
        }
    }
}

/// A cell of lines, by the sides that they leave it on.
const fn glyph(sides: u8) -> &'static str {
    const ALL: u8 = UP | DOWN | LEFT | RIGHT;
    const NO_UP: u8 = ALL & !UP;
    const NO_DOWN: u8 = ALL & !DOWN;
    const NO_LEFT: u8 = ALL & !LEFT;
    const NO_RIGHT: u8 = ALL & !RIGHT;
    const RIGHT_DOWN: u8 = RIGHT | DOWN;
    const LEFT_DOWN: u8 = LEFT | DOWN;
    const RIGHT_UP: u8 = RIGHT | UP;
    const LEFT_UP: u8 = LEFT | UP;
    match sides {
        ALL => "┼",
        NO_UP => "┬",
        NO_DOWN => "┴",
        NO_LEFT => "├",
        NO_RIGHT => "┤",
        RIGHT_DOWN => "╭",
        LEFT_DOWN => "╮",
        RIGHT_UP => "╰",
        LEFT_UP => "╯",
        _ if sides & (LEFT | RIGHT) != 0 => "─",
        _ => "│",
    }
}
