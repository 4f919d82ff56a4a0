//! Values in values, drawn as lines that fold.

use flowdeck_surface::preview::{TreeLine, TreeView, ValueKind};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Viewer;
use crate::app::context::Look;
use crate::app::widgets::table::select_line;
use crate::app::widgets::text::put;

impl Viewer {
    pub(super) fn draw_tree(
        &self,
        view: &TreeView,
        area: Rect,
        has_focus: bool,
        buf: &mut Buffer,
        look: &Look<'_>,
    ) {
        let height = usize::from(area.height);
        let in_view = view
            .shown()
            .iter()
            .enumerate()
            .skip(self.cursor.first)
            .take(height);
        for (offset, (place, &line)) in in_view.enumerate() {
            let y = area.y + offset as u16;
            let mark = match (view.tree().holds(line), view.is_folded(line)) {
                (true, true) => "▸",
                (true, false) => "▾",
                _ => " ",
            };
            draw_line(&view.tree().lines()[line], mark, area, y, buf, look);
            if !self.find.is_empty() && self.has_match(line, area) {
                put(buf, area.x, y, "▌", 1, look.theme.tone(Tone::Warning));
            }
            if place == self.cursor.selected {
                let row = Rect::new(area.x, y, area.width.saturating_sub(1), 1);
                select_line(buf, row, look.theme.selected(has_focus));
            }
        }
        super::keys::draw_scroll_bar(self.cursor.first, view.shown().len(), height, area, buf, look);
    }
}

fn draw_line(line: &TreeLine, mark: &str, area: Rect, y: u16, buf: &mut Buffer, look: &Look<'_>) {
    let right = area.right().saturating_sub(1);
    // Deeper values stand below each other rather than beyond the edge.
    let indent = (2 * line.depth).min(usize::from(area.width) / 2) as u16;
    let room = |x: u16| usize::from(right.saturating_sub(x));
    let start = area.x + 1 + indent;
    let x = put(buf, start, y, mark, room(start), look.theme.tone(Tone::Muted)) + 1;
    let x = put(buf, x, y, &line.key, room(x), look.theme.tone(Tone::Accent));
    let x = if line.key.is_empty() { x } else { x + 1 };
    put(
        buf,
        x,
        y,
        &line.value,
        room(x),
        look.theme.tone(tone_of(line.kind)),
    );
}

const fn tone_of(kind: ValueKind) -> Tone {
    match kind {
        ValueKind::Holder | ValueKind::Comment => Tone::Muted,
        ValueKind::Number => Tone::Active,
        ValueKind::Word => Tone::Warning,
        ValueKind::Text => Tone::Plain,
    }
}
