//! Which row is selected and which rows are in view.

use flowdeck_surface::action::Action;

/// The selected row of a list and the first row in view.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Cursor {
    /// The selected row.
    pub(crate) selected: usize,
    /// The first row in view.
    pub(crate) first: usize,
}

impl Cursor {
    /// Moves as the action says; answers whether it is one that moves.
    pub(crate) fn act(&mut self, action: Action, n_rows: usize, height: usize) -> bool {
        let page = height.saturating_sub(1).max(1);
        let last = n_rows.saturating_sub(1);
        let selected = match action {
            Action::Up => self.selected.saturating_sub(1),
            Action::Down => self.selected + 1,
            Action::PageUp => self.selected.saturating_sub(page),
            Action::PageDown => self.selected + page,
            Action::First => 0,
            Action::Last => last,
            _ => return false,
        };
        self.select(selected, n_rows, height);
        true
    }

    /// Selects a row and brings it into view.
    pub(crate) fn select(&mut self, row: usize, n_rows: usize, height: usize) {
        self.selected = row.min(n_rows.saturating_sub(1));
        self.keep_in_view(n_rows, height);
    }

    /// Turns the wheel by some rows: the view moves, and the selection only as far as it must.
    pub(crate) fn scroll(&mut self, by: isize, n_rows: usize, height: usize) {
        let last_first = n_rows.saturating_sub(height);
        self.first = self.first.saturating_add_signed(by).min(last_first);
        let end = (self.first + height).min(n_rows).max(self.first + 1);
        self.selected = self.selected.clamp(self.first, end - 1);
    }

    /// Brings the selection into view after rows or the height have changed.
    pub(crate) fn keep_in_view(&mut self, n_rows: usize, height: usize) {
        let height = height.max(1);
        self.selected = self.selected.min(n_rows.saturating_sub(1));
        self.first = self
            .first
            .clamp((self.selected + 1).saturating_sub(height), self.selected)
            .min(n_rows.saturating_sub(height));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selection_stays_in_view_wherever_it_goes() {
        let mut cursor = Cursor::default();
        for (action, expected) in [
            (Action::Up, (0, 0)),
            (Action::Down, (1, 0)),
            (Action::PageDown, (10, 1)),
            (Action::Last, (99, 90)),
            (Action::Down, (99, 90)),
            (Action::Up, (98, 90)),
            (Action::PageUp, (89, 89)),
            (Action::First, (0, 0)),
        ] {
            assert!(cursor.act(action, 100, 10));
            assert_eq!((cursor.selected, cursor.first), expected, "{action:?}");
        }
        assert!(!cursor.act(Action::Quit, 100, 10));
    }

    #[test]
    fn a_list_that_shrinks_or_is_empty_keeps_a_valid_selection() {
        let mut cursor = Cursor {
            selected: 80,
            first: 75,
        };
        cursor.keep_in_view(3, 10);
        assert_eq!((cursor.selected, cursor.first), (2, 0));
        cursor.keep_in_view(0, 10);
        assert_eq!((cursor.selected, cursor.first), (0, 0));
        cursor.act(Action::Down, 0, 0);
        assert_eq!((cursor.selected, cursor.first), (0, 0));
        cursor.scroll(3, 0, 10);
        assert_eq!((cursor.selected, cursor.first), (0, 0));
    }

    #[test]
    fn the_wheel_moves_the_view_and_drags_the_selection_along() {
        let mut cursor = Cursor::default();
        cursor.scroll(3, 100, 10);
        assert_eq!((cursor.selected, cursor.first), (3, 3));
        cursor.scroll(-2, 100, 10);
        assert_eq!((cursor.selected, cursor.first), (3, 1));
        cursor.scroll(1000, 100, 10);
        assert_eq!((cursor.selected, cursor.first), (90, 90));
    }
}
