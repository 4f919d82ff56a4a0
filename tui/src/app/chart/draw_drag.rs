//! The box that is being drawn with the mouse.

use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::ChartPane;
use super::mouse::Drag;
use crate::app::context::Look;
use crate::app::widgets::text::put;

impl ChartPane {
    /// Lays a shade over the box; where pixels or few colours have none, its edges.
    pub(super) fn draw_drag(&self, buf: &mut Buffer, look: &Look<'_>) {
        let Some(drag) = self.drag else { return };
        let area = area_of(drag).intersection(buf.area);
        let has_shade = look.theme.brushed().bg.is_some() && !look.theme.graphics().charts;
        if !has_shade {
            return draw_edges(area, buf, look);
        }
        for position in area.positions() {
            if let Some(cell) = buf.cell_mut(position) {
                cell.set_style(look.theme.brushed());
            }
        }
    }
}

/// The cells between where the button went down and where the mouse is.
fn area_of(drag: Drag) -> Rect {
    let (left, right) = (drag.from.0.min(drag.to.0), drag.from.0.max(drag.to.0));
    let (top, bottom) = (drag.from.1.min(drag.to.1), drag.from.1.max(drag.to.1));
    Rect::new(left, top, right - left + 1, bottom - top + 1)
}

fn draw_edges(area: Rect, buf: &mut Buffer, look: &Look<'_>) {
    let style = look.theme.tone(Tone::Warning);
    let (last_x, last_y) = (area.right().saturating_sub(1), area.bottom().saturating_sub(1));
    for position in area.positions() {
        let (is_left, is_right) = (position.x == area.x, position.x == last_x);
        let (is_top, is_bottom) = (position.y == area.y, position.y == last_y);
        let letter = match (is_left, is_right, is_top, is_bottom) {
            (true, _, true, _) => "┌",
            (_, true, true, _) => "┐",
            (true, _, _, true) => "└",
            (_, true, _, true) => "┘",
            (true, ..) | (_, true, ..) => "│",
            (_, _, true, _) | (.., true) => "─",
            _ => continue,
        };
        put(buf, position.x, position.y, letter, 1, style);
    }
}
