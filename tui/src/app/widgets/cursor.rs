//! Which row is selected and which rows are in view.

use flowdeck_surface::action::Action;

use crate::app::mouse::{Mouse, MouseKind, Target};

/// Rows that one notch of the wheel turns.
pub(crate) const WHEEL: isize = 3;

/// What the mouse did to a list, beyond moving in it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Pointed {
    /// Nothing that a list knows.
    Elsewhere,
    /// The view or the selection moved.
    Moved,
    /// The selected row is to be opened: a double click.
    Opened,
    /// The title of a column was clicked, by its place in the table.
    Title(usize),
}

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

    /// Does what the mouse does on every list: a click selects, a double click opens, the wheel and the scroll bar move
    /// the view.
    pub(crate) fn point(&mut self, mouse: &Mouse, n_rows: usize, height: usize) -> Pointed {
        match (mouse.kind, mouse.target) {
            (MouseKind::ScrollDown, _) => self.scroll(WHEEL, n_rows, height),
            (MouseKind::ScrollUp, _) => self.scroll(-WHEEL, n_rows, height),
            (MouseKind::Press, Some(Target::Row(row))) if mouse.is_double && row == self.selected => {
                return Pointed::Opened;
            }
            (MouseKind::Press, Some(Target::Row(row))) => self.select(row, n_rows, height),
            (MouseKind::Press, Some(Target::Title(column))) => return Pointed::Title(column),
            (MouseKind::Press | MouseKind::Drag, Some(Target::ScrollBar(line))) => {
                let moved = isize::from(mouse.row as i16 - mouse.from.1 as i16);
                let line = line.saturating_add_signed(moved).min(height.saturating_sub(1));
                let first = line * n_rows.saturating_sub(height) / height.saturating_sub(1).max(1);
                self.scroll(first as isize - self.first as isize, n_rows, height);
            }
            _ => return Pointed::Elsewhere,
        }
        Pointed::Moved
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
    fn a_click_selects_and_a_double_click_opens() {
        let mut cursor = Cursor::default();
        let press = |row, is_double| Mouse {
            target: Some(Target::Row(row)),
            is_double,
            ..Mouse::at(MouseKind::Press, 4, 9)
        };
        assert_eq!(cursor.point(&press(7, false), 100, 10), Pointed::Moved);
        assert_eq!(cursor.selected, 7);
        assert_eq!(cursor.point(&press(7, false), 100, 10), Pointed::Moved);
        assert_eq!(cursor.point(&press(7, true), 100, 10), Pointed::Opened);
        assert_eq!(
            cursor.point(&Mouse::at(MouseKind::Press, 4, 9), 100, 10),
            Pointed::Elsewhere
        );
    }

    #[test]
    fn the_scroll_bar_is_dragged_from_the_first_row_to_the_last() {
        let mut cursor = Cursor::default();
        let drag = |row| Mouse {
            target: Some(Target::ScrollBar(0)),
            from: (79, 2),
            ..Mouse::at(MouseKind::Drag, 60, row)
        };
        for (row, first) in [(11, 90), (2, 0), (0, 0), (40, 90)] {
            cursor.point(&drag(row), 100, 10);
            assert_eq!(cursor.first, first, "{row}");
        }
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
