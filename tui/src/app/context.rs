//! What a screen is handed: to act with, and to draw with.

use std::time::Duration;

use flowdeck_surface::client::Timestamp;
use flowdeck_surface::client::port::StoreKind;
use flowdeck_surface::clock::Clock;
use ratatui::layout::Rect;

use super::effect::{Effect, Question};
use super::histories::{Histories, Want};
use super::screens::Screen;
use super::theme::Theme;
use super::ticket::{Ticket, Tickets};

/// What a screen acts with: it puts down what it wants done.
pub(crate) struct Cx<'a> {
    /// What is to be done, in order.
    pub(crate) effects: Vec<Effect>,
    /// The screen to go to next.
    pub(crate) go: Option<Go>,
    /// A word for the person.
    pub(crate) said: Option<String>,
    /// Where the screen is drawn.
    pub(crate) body: Rect,
    /// What kind of store answers.
    pub(crate) store: StoreKind,
    /// Metric histories that were read.
    pub(crate) histories: &'a mut Histories,
    /// Writes times.
    pub(crate) clock: &'a Clock,
    tickets: &'a mut Tickets,
}

/// Where to go.
pub(crate) enum Go {
    /// To a screen on top of this one.
    To(Box<dyn Screen>),
    /// To the screen below.
    Back,
}

impl<'a> Cx<'a> {
    /// A context in which nothing was wanted yet.
    pub(crate) fn new(
        tickets: &'a mut Tickets,
        histories: &'a mut Histories,
        clock: &'a Clock,
        body: Rect,
        store: StoreKind,
    ) -> Self {
        Self {
            effects: Vec::new(),
            go: None,
            said: None,
            body,
            store,
            histories,
            clock,
            tickets,
        }
    }

    /// Asks the store.
    pub(crate) fn ask(&mut self, question: Question) -> Ticket {
        let ticket = self.tickets.next();
        self.effects.push(Effect::Ask(ticket, question));
        ticket
    }

    /// Says which metric histories are shown now: see [`Histories::want`].
    pub(crate) fn show_histories(&mut self, wants: &[Want], again: bool) {
        let effects = self.histories.want(wants, again, self.tickets);
        self.effects.extend(effects);
    }

    /// Waits no longer for an answer or a time.
    pub(crate) fn give_up(&mut self, ticket: Ticket) {
        self.effects.push(Effect::GiveUp(ticket));
    }

    /// Wants to be woken.
    pub(crate) fn wake(&mut self, after: Duration) -> Ticket {
        let ticket = self.tickets.next();
        self.effects.push(Effect::Wake(ticket, after));
        ticket
    }

    /// Wants to be woken when the store may have changed.
    pub(crate) fn watch(&mut self, after: Duration) -> Ticket {
        let ticket = self.tickets.next();
        self.effects.push(Effect::Watch(ticket, after));
        ticket
    }

    /// Puts text on the clipboard and says so.
    pub(crate) fn copy(&mut self, what: &str, text: &str) {
        self.effects.push(Effect::Copy(text.to_owned()));
        self.said = Some(format!("Copied {what} {text}."));
    }
}

/// What a screen draws with.
#[derive(Clone, Copy)]
pub(crate) struct Look<'a> {
    /// Colours.
    pub(crate) theme: &'a Theme,
    /// Writes times.
    pub(crate) clock: &'a Clock,
    /// Metric histories that were read.
    pub(crate) histories: &'a Histories,
    /// About when it is: the time of the last answer.
    pub(crate) now: Timestamp,
}
