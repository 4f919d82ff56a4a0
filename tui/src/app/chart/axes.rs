//! The axes of a plot, with their numbers.

use flowdeck_surface::chart::{Scale, ScaleKind};
use flowdeck_surface::client::format;
use flowdeck_surface::clock::Clock;
use flowdeck_surface::text::width_cells;
use flowdeck_surface::ticks::Tick;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::plot::{GUTTER, Plot, row_of};
use crate::app::theme::Theme;
use crate::app::widgets::text::{put, put_right};

impl Plot<'_> {
    /// The y axis and its numbers, without lines across.
    pub(super) fn draw_y_labels(&self, scale: &Scale, canvas: Rect, buf: &mut Buffer, theme: &Theme) {
        draw_y_axis(scale, canvas, false, buf, theme);
    }

    /// The x axis, its numbers, and where the marked stretch is.
    pub(super) fn draw_x_axis(
        &self,
        canvas: Rect,
        area: Rect,
        buf: &mut Buffer,
        theme: &Theme,
        clock: &Clock,
    ) {
        let frame = theme.frame(false);
        let y = canvas.bottom();
        put(buf, canvas.x - 1, y, "└", 1, frame);
        for x in canvas.x..canvas.right() {
            put(buf, x, y, "─", 1, frame);
        }
        let n_most = usize::from(canvas.width / 9).max(2);
        let mut free_from = area.x;
        for tick in self.x.ticks(n_most, clock) {
            let Some(x) = self.column_of(tick.at, canvas) else {
                continue;
            };
            put(buf, x, y, "┬", 1, frame);
            let width = width_cells(&tick.label) as u16;
            let start = x.saturating_sub(width / 2).max(canvas.x.saturating_sub(2));
            if start >= free_from && start + width <= canvas.right() + 1 {
                let style = theme.tone(Tone::Muted);
                put(buf, start, y + 1, &tick.label, usize::from(width), style);
                free_from = start + width + 2;
            }
        }
        let word = self.x.word();
        let start = canvas.right().saturating_sub(width_cells(word) as u16);
        if start > free_from {
            put(buf, start, y + 1, word, word.len(), theme.grid());
        }
        let Some(brush) = self.brush else { return };
        for x in self.columns_of(brush, canvas) {
            put(buf, x, y, "━", 1, theme.tone(Tone::Warning));
        }
    }
}

/// Marks of the y axis at most.
pub(super) fn n_ticks(canvas: Rect) -> usize {
    usize::from(canvas.height / 3).max(2)
}

/// The y axis and its numbers; with lines across the plot where it has a grid.
pub(super) fn draw_y_axis(scale: &Scale, canvas: Rect, has_grid: bool, buf: &mut Buffer, theme: &Theme) {
    let frame = theme.frame(false);
    for y in canvas.y..canvas.bottom() {
        put(buf, canvas.x - 1, y, "│", 1, frame);
    }
    let mut taken = None;
    for Tick { at, label } in scale.ticks(n_ticks(canvas)) {
        let Some(y) = row_of(at, scale, canvas).filter(|y| taken != Some(*y)) else {
            continue;
        };
        taken = Some(y);
        let label = if width_cells(&label) < usize::from(GUTTER) {
            label
        } else {
            format::number(at, 7)
        };
        let room = usize::from(GUTTER - 1);
        put_right(buf, canvas.x - GUTTER, y, &label, room, theme.tone(Tone::Muted));
        let is_zero = at == 0.0 && scale.kind() != ScaleKind::Log && scale.span().min < 0.0;
        put(buf, canvas.x - 1, y, "┤", 1, frame);
        if !has_grid {
            continue;
        }
        let (line, style) = if is_zero {
            ("┄", theme.frame(false))
        } else {
            ("┈", theme.grid())
        };
        for x in canvas.x..canvas.right() {
            put(buf, x, y, line, 1, style);
        }
    }
}
