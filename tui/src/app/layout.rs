//! Where the parts of the screen stand.

use ratatui::layout::Rect;

use super::widgets::area::{take_bottom, take_top};

/// The parts of the screen, from top to bottom.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Layout {
    /// Path, store, and how old the data is.
    pub(crate) header: Rect,
    /// The screen itself.
    pub(crate) body: Rect,
    /// A word for the person; no row where there is none.
    pub(crate) notice: Rect,
    /// The line that is typed in; no row where none is open.
    pub(crate) prompt: Rect,
    /// The keys that matter here.
    pub(crate) hints: Rect,
}

impl Layout {
    /// Parts the screen; what is lowest gives way last.
    pub(crate) fn of(screen: Rect, notice_height: u16, prompt_height: u16) -> Self {
        let mut left = screen;
        let hints = take_bottom(&mut left, 1);
        let header = take_top(&mut left, 1);
        let prompt = take_bottom(&mut left, prompt_height);
        let notice = take_bottom(&mut left, notice_height);
        Self {
            header,
            body: left,
            notice,
            prompt,
            hints,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_fill_the_screen_without_overlap_at_any_height() {
        for height in 0..12 {
            let layout = Layout::of(Rect::new(0, 0, 80, height), 1, 3);
            let parts = [
                layout.header,
                layout.body,
                layout.notice,
                layout.prompt,
                layout.hints,
            ];
            assert_eq!(parts.iter().map(|part| part.height).sum::<u16>(), height);
            assert!(parts.windows(2).all(|pair| pair[0].bottom() == pair[1].y));
        }
    }
}
