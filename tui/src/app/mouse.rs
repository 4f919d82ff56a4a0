//! The mouse: what was done with it, where, and on what.
//!
//! What is drawn says what it is ([`Targets`]), so a screen is told that row 7 was clicked rather than a cell. Between
//! press and release the mouse belongs to what the button went down on, wherever it is dragged.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use flowdeck_surface::action::Action;
use ratatui::layout::Rect;

/// Two presses of the same cell within this time are a double click. Source: the usual setting of desktops.
const DOUBLE_CLICK: Duration = Duration::from_millis(400);

/// A use of the mouse.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Mouse {
    /// What was done.
    pub(crate) kind: MouseKind,
    /// From the left edge, in cells.
    pub(crate) column: u16,
    /// From the top edge, in cells.
    pub(crate) row: u16,
    /// Whether it is the second press of a double click.
    pub(crate) is_double: bool,
    /// What stands there; of a drag and of a release, what the button went down on.
    pub(crate) target: Option<Target>,
    /// Column and row where the button went down; where it is now, unless it is dragged or released.
    pub(crate) from: (u16, u16),
}

impl Mouse {
    /// A use of the mouse at a cell of which nothing else is known yet.
    pub(crate) fn at(kind: MouseKind, column: u16, row: u16) -> Self {
        Self {
            kind,
            column,
            row,
            is_double: false,
            target: None,
            from: (column, row),
        }
    }
}

/// What was done with the mouse.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum MouseKind {
    /// The left button went down.
    Press,
    /// It moved with the left button down.
    Drag,
    /// The left button went up.
    Release,
    /// The wheel turned towards the person.
    ScrollDown,
    /// The wheel turned away.
    ScrollUp,
    /// The wheel tilted, or was turned with shift held.
    ScrollLeft,
    /// As for the left.
    ScrollRight,
}

/// What stands at a cell.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Target {
    /// A part of the path at the top: the place of its screen, from the first.
    Crumb(usize),
    /// A hint of the last line.
    Hint(Action),
    /// A button, a field or a choice of a dialog.
    Dialog(usize),
    /// A row of a list or table, counted over all its rows.
    Row(usize),
    /// The title of a column, by its place in the table.
    Title(usize),
    /// The scroll bar of a list: the line of it, from its top.
    ScrollBar(usize),
    /// The title of a list or pane that can be chosen, by its place.
    Tab(usize),
    /// A part of a screen by a name of its own: `("legend", 2)`, `("chart", 0)`.
    Part(&'static str, usize),
}

/// What stands where in the frame that the person sees.
#[derive(Debug, Default)]
pub(crate) struct Targets {
    areas: RefCell<Vec<(Rect, Line)>>,
}

/// One area of a frame.
#[derive(Clone, Copy, Debug)]
enum Line {
    /// The same all over.
    One(Target),
    /// Another row in each line, from this one on.
    Rows(usize),
    /// A scroll bar.
    Bar,
    /// Hides what lies below.
    Nothing,
}

impl Targets {
    /// A new frame is drawn.
    pub(crate) fn clear(&self) {
        self.areas.borrow_mut().clear();
    }

    /// One thing fills an area. What is marked later lies over what was marked before.
    pub(crate) fn mark(&self, area: Rect, target: Target) {
        self.add(area, Line::One(target));
    }

    /// The rows of a list fill an area, each in a line, from row `first` on.
    pub(crate) fn mark_rows(&self, area: Rect, first: usize, n_rows: usize) {
        let n_lines = n_rows.saturating_sub(first).min(usize::from(area.height));
        let height = n_lines as u16;
        self.add(Rect { height, ..area }, Line::Rows(first));
    }

    /// A scroll bar fills an area.
    pub(crate) fn mark_scroll_bar(&self, area: Rect) {
        self.add(area, Line::Bar);
    }

    /// Something that takes no clicks lies over an area.
    pub(crate) fn hide(&self, area: Rect) {
        self.add(area, Line::Nothing);
    }

    fn add(&self, area: Rect, line: Line) {
        if !area.is_empty() {
            self.areas.borrow_mut().push((area, line));
        }
    }

    /// What stands at a cell.
    pub(crate) fn at(&self, column: u16, row: u16) -> Option<Target> {
        let areas = self.areas.borrow();
        let is_here = |(area, _): &&(Rect, Line)| area.contains((column, row).into());
        let (area, line) = areas.iter().rev().find(is_here)?;
        let offset = usize::from(row - area.y);
        match line {
            Line::One(target) => Some(*target),
            Line::Rows(first) => Some(Target::Row(first + offset)),
            Line::Bar => Some(Target::ScrollBar(offset)),
            Line::Nothing => None,
        }
    }
}

/// Knows the button between press and release.
#[derive(Debug, Default)]
pub(crate) struct Button {
    down: Option<(u16, u16, Option<Target>)>,
}

impl Button {
    /// Completes a use of the mouse by what it was done on; none for a drag that began elsewhere.
    pub(crate) fn complete(&mut self, mouse: Mouse, targets: &Targets) -> Option<Mouse> {
        let here = || targets.at(mouse.column, mouse.row);
        match mouse.kind {
            MouseKind::Press => {
                let target = here();
                self.down = Some((mouse.column, mouse.row, target));
                Some(Mouse { target, ..mouse })
            }
            MouseKind::Drag | MouseKind::Release => {
                let (column, row, target) = self.down?;
                if mouse.kind == MouseKind::Release {
                    self.down = None;
                }
                let from = (column, row);
                Some(Mouse {
                    target,
                    from,
                    ..mouse
                })
            }
            _ => Some(Mouse {
                target: here(),
                ..mouse
            }),
        }
    }
}

/// Tells double clicks from two single ones.
#[derive(Debug, Default)]
pub(crate) struct Clicks {
    last: Option<(u16, u16, Instant)>,
}

impl Clicks {
    /// Whether a press is the second of a double click; a third begins anew.
    pub(crate) fn is_double(&mut self, column: u16, row: u16, at: Instant) -> bool {
        let is_double = self.last.is_some_and(|(last_column, last_row, last)| {
            (last_column, last_row) == (column, row) && at.saturating_duration_since(last) <= DOUBLE_CLICK
        });
        self.last = (!is_double).then_some((column, row, at));
        is_double
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_over_another_thing_takes_the_click() {
        let targets = Targets::default();
        targets.mark(Rect::new(0, 0, 40, 20), Target::Part("chart", 0));
        targets.mark_rows(Rect::new(0, 5, 40, 10), 100, 103);
        targets.hide(Rect::new(10, 6, 5, 1));
        assert_eq!(targets.at(3, 2), Some(Target::Part("chart", 0)));
        assert_eq!(targets.at(3, 7), Some(Target::Row(102)));
        assert_eq!(targets.at(3, 8), Some(Target::Part("chart", 0)));
        assert_eq!(targets.at(12, 6), None);
        assert_eq!(targets.at(50, 6), None);
        targets.clear();
        assert_eq!(targets.at(3, 7), None);
    }

    #[test]
    fn a_drag_belongs_to_what_the_button_went_down_on() {
        let targets = Targets::default();
        targets.mark(Rect::new(0, 0, 10, 10), Target::Part("chart", 0));
        let mut button = Button::default();
        let stray = Mouse::at(MouseKind::Drag, 3, 3);
        assert_eq!(button.complete(stray, &targets), None);
        button.complete(Mouse::at(MouseKind::Press, 4, 5), &targets);
        for kind in [MouseKind::Drag, MouseKind::Release] {
            let moved = button.complete(Mouse::at(kind, 60, 20), &targets);
            let moved = moved.expect("the button went down before");
            assert_eq!(moved.target, Some(Target::Part("chart", 0)));
            assert_eq!((moved.from, moved.column), ((4, 5), 60));
        }
        assert_eq!(
            button.complete(Mouse::at(MouseKind::Release, 4, 5), &targets),
            None
        );
    }

    #[test]
    fn two_presses_of_one_cell_in_quick_succession_are_a_double_click() {
        let start = Instant::now();
        let mut clicks = Clicks::default();
        let mut press = |column, after| clicks.is_double(column, 1, start + Duration::from_millis(after));
        assert!(!press(5, 0));
        assert!(press(5, 300));
        assert!(!press(5, 500));
        assert!(!press(6, 600));
        assert!(!press(6, 1_100));
    }
}
