//! The frame of a pane, with a title in its upper edge.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::symbols::border;
use ratatui::widgets::{Block, Widget};

use super::text::Pieces;
use crate::app::context::Look;

/// Draws a frame and answers with the area in it.
pub(crate) fn draw_frame(
    area: Rect,
    title: &Pieces<'_>,
    has_focus: bool,
    buf: &mut Buffer,
    look: &Look<'_>,
) -> Rect {
    let block = Block::bordered()
        .border_set(border::ROUNDED)
        .border_style(look.theme.frame(has_focus));
    let inner = block.inner(area);
    block.render(area, buf);
    if area.width > 4 {
        let room = Rect::new(area.x + 2, area.y, area.width - 4, 1);
        title.draw(room, buf);
    }
    inner
}
