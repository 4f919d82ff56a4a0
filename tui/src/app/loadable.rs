//! What a screen knows of the thing it shows.

use flowdeck_surface::client::{Failure, Timestamp};

use super::context::Cx;
use super::effect::Question;
use super::message::Came;
use super::ticket::Ticket;

/// A thing that is asked for again and again: the last answer stays until a newer one is here.
///
/// Asking and having failed are not exclusive: while it is asked again, the failure is still said.
#[derive(Debug)]
pub(crate) struct Loadable<T> {
    shown: Option<T>,
    as_of: Option<Timestamp>,
    asked: Option<Ticket>,
    failure: Option<Failure>,
    n_failures: u32,
}

impl<T> Default for Loadable<T> {
    fn default() -> Self {
        Self {
            shown: None,
            as_of: None,
            asked: None,
            failure: None,
            n_failures: 0,
        }
    }
}

impl<T> Loadable<T> {
    /// Asks; an earlier question that is still open is given up.
    pub(crate) fn ask(&mut self, question: Question, cx: &mut Cx<'_>) {
        self.give_up(cx);
        // What is shown without an answer is what another screen knew of it.
        self.asked = Some(match self.as_of {
            Some(_) => cx.ask(question),
            None => cx.ask_kept_first(question),
        });
    }

    /// Waits no longer.
    pub(crate) fn give_up(&mut self, cx: &mut Cx<'_>) {
        if let Some(ticket) = self.asked.take() {
            cx.give_up(ticket);
        }
    }

    /// Whether the answer to this ticket is waited for.
    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        self.asked == Some(ticket)
    }

    /// Whether an answer is waited for.
    pub(crate) fn is_asking(&self) -> bool {
        self.asked.is_some()
    }

    /// Takes an answer in full.
    pub(crate) fn show(&mut self, thing: T, came: impl Into<Came>) {
        self.shown = Some(thing);
        self.settle(came);
    }

    /// Takes a part of an answer of which more is to come.
    pub(crate) fn show_part(&mut self, part: T) {
        self.shown = Some(part);
    }

    /// What is shown is the whole answer; where it was kept, the store's own is still waited for.
    pub(crate) fn settle(&mut self, came: impl Into<Came>) {
        let came = came.into();
        self.as_of = Some(came.at);
        if came.is_kept {
            return;
        }
        self.asked = None;
        self.failure = None;
        self.n_failures = 0;
    }

    /// Takes a failure; what was shown stays.
    pub(crate) fn fail(&mut self, failure: Failure) {
        self.asked = None;
        self.failure = Some(failure);
        self.n_failures += 1;
    }

    /// Forgets what was shown and what failed.
    pub(crate) fn forget(&mut self) {
        self.shown = None;
        self.as_of = None;
        self.failure = None;
        self.n_failures = 0;
    }

    /// The last answer.
    pub(crate) fn shown(&self) -> Option<&T> {
        self.shown.as_ref()
    }

    /// The last answer, to be changed in place.
    pub(crate) fn shown_mut(&mut self) -> Option<&mut T> {
        self.shown.as_mut()
    }

    /// When the last answer came.
    pub(crate) fn as_of(&self) -> Option<Timestamp> {
        self.as_of
    }

    /// Why the last asking failed.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// How often asking failed since it last went well.
    pub(crate) fn n_failures(&self) -> u32 {
        self.n_failures
    }
}

#[cfg(test)]
mod tests {
    use super::super::ticket::Tickets;
    use super::*;

    #[test]
    fn what_was_kept_is_shown_while_the_stores_own_answer_is_waited_for() {
        let ticket = Tickets::default().next();
        let mut list = Loadable {
            asked: Some(ticket),
            ..Loadable::<u8>::default()
        };
        let kept = Came {
            at: Timestamp(5),
            is_kept: true,
        };
        list.show(1, kept);
        assert_eq!((list.shown(), list.as_of()), (Some(&1), Some(Timestamp(5))));
        assert!(list.awaits(ticket));
        list.show(2, Timestamp(9));
        assert_eq!((list.shown(), list.as_of()), (Some(&2), Some(Timestamp(9))));
        assert!(!list.is_asking());
    }
}
