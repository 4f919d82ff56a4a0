//! Parts of an area, taken from its edges.

use ratatui::layout::Rect;

/// Takes rows from the top, as many as there are.
pub(crate) fn take_top(left: &mut Rect, height: u16) -> Rect {
    let height = height.min(left.height);
    let taken = Rect { height, ..*left };
    left.y += height;
    left.height -= height;
    taken
}

/// Takes rows from the bottom, as many as there are.
pub(crate) fn take_bottom(left: &mut Rect, height: u16) -> Rect {
    let height = height.min(left.height);
    left.height -= height;
    Rect {
        y: left.bottom(),
        height,
        ..*left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_and_what_is_left_are_the_whole() {
        let mut left = Rect::new(2, 3, 10, 5);
        assert_eq!(take_top(&mut left, 2), Rect::new(2, 3, 10, 2));
        assert_eq!(take_bottom(&mut left, 1), Rect::new(2, 7, 10, 1));
        assert_eq!(left, Rect::new(2, 5, 10, 2));
        assert_eq!(take_bottom(&mut left, 9), Rect::new(2, 5, 10, 2));
        assert_eq!(take_top(&mut left, 9).height, 0);
    }
}
