//! A word in the middle of an area that has nothing else to show.

use flowdeck_surface::notice::Notice;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::text::{put, wrapped};
use crate::app::context::Look;

/// A sentence and what to do about it.
pub(crate) struct Message<'a> {
    /// The sentence.
    pub(crate) sentence: &'a str,
    /// What it means.
    pub(crate) tone: Tone,
    /// What to do.
    pub(crate) hint: Option<&'a str>,
}

impl<'a> Message<'a> {
    /// Nothing is there, or nothing yet.
    pub(crate) fn quiet(sentence: &'a str, hint: Option<&'a str>) -> Self {
        Self {
            sentence,
            tone: Tone::Muted,
            hint,
        }
    }

    /// Something failed.
    pub(crate) fn failed(notice: &'a Notice) -> Self {
        Self {
            sentence: &notice.sentence,
            tone: Tone::Bad,
            hint: notice.hint.as_deref(),
        }
    }

    /// Draws it in the upper middle.
    pub(crate) fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let width = area.width.saturating_sub(8).clamp(1, 72);
        let x = area.x + (area.width.saturating_sub(width)) / 2;
        let mut y = area.y + area.height / 3;
        let mut write = |text: &str, style: Style| {
            for line in wrapped(text, usize::from(width)) {
                if y < area.bottom() {
                    put(buf, x, y, &line, usize::from(width), style);
                }
                y += 1;
            }
        };
        write(self.sentence, look.theme.tone(self.tone));
        if let Some(hint) = self.hint {
            write(hint, look.theme.tone(Tone::Muted));
        }
    }
}
