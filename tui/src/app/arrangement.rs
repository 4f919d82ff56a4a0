//! How a person arranged a screen, and the way back: sort, columns, words, filter, zoom, marks, smoothing, folds.
//!
//! A screen tells its arrangement as a value and takes an earlier one up again; what changed when is kept here, once for
//! all screens.

use std::any::Any;
use std::rc::Rc;

/// Changes that can be taken back.
const MOST: usize = 50;

/// How a person arranged a screen.
#[derive(Clone)]
pub(crate) struct Arrangement(Rc<dyn Arranged>);

trait Arranged {
    fn is(&self, other: &dyn Arranged) -> bool;
    fn as_any(&self) -> &dyn Any;
}

impl<T: PartialEq + 'static> Arranged for T {
    fn is(&self, other: &dyn Arranged) -> bool {
        other.as_any().downcast_ref::<T>() == Some(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Arrangement {
    /// Of whatever a screen tells.
    pub(crate) fn of<T: PartialEq + 'static>(arranged: T) -> Self {
        Self(Rc::new(arranged))
    }

    /// What the screen told.
    pub(crate) fn get<T: 'static>(&self) -> Option<&T> {
        (*self.0).as_any().downcast_ref()
    }
}

impl PartialEq for Arrangement {
    fn eq(&self, other: &Self) -> bool {
        self.0.is(&*other.0)
    }
}

/// What was changed on one screen.
#[derive(Default)]
pub(crate) struct Changes {
    past: Vec<Arrangement>,
    future: Vec<Arrangement>,
    /// How it was before the line that is open was opened: what is typed is one change.
    open: Option<Arrangement>,
    /// Whether the last change was one of many small ones, which are taken back together.
    was_move: bool,
}

impl Changes {
    /// Takes in how it was before something happened, and how it is now.
    pub(crate) fn take(&mut self, before: Arrangement, now: &Arrangement, is_typing: bool, is_move: bool) {
        let before = self.open.take().unwrap_or(before);
        if is_typing {
            self.open = Some(before);
        } else if before != *now {
            if !(is_move && self.was_move) {
                self.past.push(before);
            }
            if self.past.len() > MOST {
                self.past.remove(0);
            }
            self.future.clear();
            self.was_move = is_move;
        }
    }

    /// Whether a line is open, so that what comes of it may still be a change.
    pub(crate) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// What it was before the last change.
    pub(crate) fn undo(&mut self, now: Arrangement) -> Option<Arrangement> {
        Self::step(&mut self.past, &mut self.future, now)
    }

    /// What it was before the last change was taken back.
    pub(crate) fn redo(&mut self, now: Arrangement) -> Option<Arrangement> {
        Self::step(&mut self.future, &mut self.past, now)
    }

    fn step(from: &mut Vec<Arrangement>, to: &mut Vec<Arrangement>, now: Arrangement) -> Option<Arrangement> {
        let wanted = from.pop()?;
        to.push(now);
        Some(wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(number: i32) -> Arrangement {
        Arrangement::of(number)
    }

    fn number(arrangement: Option<Arrangement>) -> Option<i32> {
        arrangement.and_then(|arrangement| arrangement.get::<i32>().copied())
    }

    #[test]
    fn changes_are_taken_back_one_by_one_and_done_again() {
        let mut changes = Changes::default();
        changes.take(of(1), &of(2), false, false);
        changes.take(of(2), &of(2), false, false);
        changes.take(of(2), &of(3), false, false);
        assert_eq!(number(changes.undo(of(3))), Some(2));
        assert_eq!(number(changes.undo(of(2))), Some(1));
        assert_eq!(number(changes.undo(of(1))), None);
        assert_eq!(number(changes.redo(of(1))), Some(2));
        changes.take(of(2), &of(7), false, false);
        assert_eq!(
            number(changes.redo(of(7))),
            None,
            "what was taken back is another way now"
        );
    }

    #[test]
    fn what_is_typed_is_one_change_and_so_are_moves_one_after_the_other() {
        let mut changes = Changes::default();
        for (before, now, is_typing) in [(1, 1, true), (1, 2, true), (2, 3, true), (3, 3, false)] {
            changes.take(of(before), &of(now), is_typing, false);
        }
        assert_eq!(number(changes.undo(of(3))), Some(1));
        for (before, now, is_move) in [(1, 5, false), (5, 6, true), (6, 7, true)] {
            changes.take(of(before), &of(now), false, is_move);
        }
        assert_eq!(number(changes.undo(of(7))), Some(5));
        assert_eq!(number(changes.undo(of(5))), Some(1));
    }

    #[test]
    fn arrangements_of_another_kind_differ() {
        assert!(of(1) != Arrangement::of("one") && of(1) == of(1));
    }
}
