//! What a screen is handed: to act with, and to draw with.

use std::time::Duration;

use flowdeck_surface::client::port::StoreKind;
use flowdeck_surface::client::{Policy, Timestamp};
use flowdeck_surface::clock::Clock;
use flowdeck_surface::notice::Notice;
use ratatui::layout::Rect;

use super::basket::Basket;
use super::effect::{Effect, Question};
use super::histories::{Histories, Want};
use super::mouse::Targets;
use super::screens::Screen;
use super::theme::Theme;
use super::ticket::{Ticket, Tickets};
use super::widgets::dialog::Dialog;
use super::widgets::picture::Pictures;

/// What a screen acts with: it puts down what it wants done.
pub(crate) struct Cx<'a> {
    /// What is to be done, in order.
    pub(crate) effects: Vec<Effect>,
    /// The screen to go to next.
    pub(crate) go: Option<Go>,
    /// A word for the person.
    pub(crate) said: Option<String>,
    /// What the person wanted and was not done.
    pub(crate) complaint: Option<Notice>,
    /// What becomes of the dialog.
    pub(crate) dialog: Option<Dialogue>,
    /// Where the screen is drawn.
    pub(crate) body: Rect,
    /// What kind of store answers.
    pub(crate) store: StoreKind,
    /// Metric histories that were read.
    pub(crate) histories: &'a mut Histories,
    /// Marked runs.
    pub(crate) basket: Basket,
    /// Writes times.
    pub(crate) clock: &'a Clock,
    /// How often the time between two looks at the store is doubled, for nobody attends.
    pub(crate) doublings: u32,
    /// What may be done in the store.
    pub(crate) policy: &'a Policy,
    tickets: &'a mut Tickets,
}

/// Where to go.
pub(crate) enum Go {
    /// To a screen on top of this one.
    To(Box<dyn Screen>),
    /// To the screen below.
    Back,
    /// To the screen at this place, from the first.
    BackTo(usize),
}

/// What becomes of a dialog.
pub(crate) enum Dialogue {
    /// This one is opened.
    Open(Ticket, Box<dyn Dialog>),
    /// It stays while what was decided is done.
    Keep,
    /// It stays, because what was decided cannot be done.
    KeepRefusing(Notice),
    /// What was decided is done.
    Close(Ticket),
    /// What was decided cannot be done.
    Refuse(Ticket, Notice),
}

impl<'a> Cx<'a> {
    /// A context in which nothing was wanted yet.
    pub(crate) fn new(
        tickets: &'a mut Tickets,
        histories: &'a mut Histories,
        clock: &'a Clock,
        body: Rect,
        store: StoreKind,
        policy: &'a Policy,
    ) -> Self {
        Self {
            effects: Vec::new(),
            go: None,
            said: None,
            complaint: None,
            dialog: None,
            body,
            store,
            histories,
            basket: Basket::default(),
            clock,
            doublings: 0,
            policy,
            tickets,
        }
    }

    /// Asks the store.
    pub(crate) fn ask(&mut self, question: Question) -> Ticket {
        let ticket = self.tickets.next();
        self.effects.push(Effect::Ask(ticket, question));
        ticket
    }

    /// Asks the store for something of which nothing is shown yet: what was kept of it will do until the store answers.
    pub(crate) fn ask_kept_first(&mut self, question: Question) -> Ticket {
        let ticket = self.tickets.next();
        if question.may_be_kept() {
            self.effects.push(Effect::KeptFirst(ticket));
        }
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

    /// Asks the person; what they decide comes as [`Screen::decided`] with this ticket.
    pub(crate) fn open_dialog(&mut self, dialog: impl Dialog + 'static) -> Ticket {
        let ticket = self.tickets.next();
        self.dialog = Some(Dialogue::Open(ticket, Box::new(dialog)));
        ticket
    }

    /// The dialog that was just decided stays until [`Cx::close_dialog`] or [`Cx::refuse_dialog`].
    pub(crate) fn keep_dialog(&mut self) {
        self.dialog = Some(Dialogue::Keep);
    }

    /// What was decided in a dialog is done: it goes away, if it has not gone yet.
    pub(crate) fn close_dialog(&mut self, ticket: Ticket) {
        self.dialog = Some(Dialogue::Close(ticket));
    }

    /// What was decided in the dialog that was just decided cannot be done: it stays and says why.
    pub(crate) fn keep_dialog_refusing(&mut self, fault: Notice) {
        self.dialog = Some(Dialogue::KeepRefusing(fault));
    }

    /// What was decided in a dialog cannot be done: it says why, if it is still there.
    pub(crate) fn refuse_dialog(&mut self, ticket: Ticket, fault: Notice) {
        self.dialog = Some(Dialogue::Refuse(ticket, fault));
    }

    /// Hands a text over to the person's own editor; what they make of it comes as [`Screen::decided`].
    pub(crate) fn edit(&mut self, text: String) -> Ticket {
        let ticket = self.tickets.next();
        self.effects.push(Effect::Edit(ticket, text));
        ticket
    }

    /// Puts text on the clipboard and says so.
    pub(crate) fn copy(&mut self, what: &str, text: &str) {
        self.effects.push(Effect::Copy(text.to_owned()));
        self.say(format!("Copied {what} {text}."));
    }

    /// Whether the store may be changed; where it may not, the person is told so at once.
    pub(crate) fn may_change(&mut self) -> bool {
        match self.policy.confirmation() {
            Ok(_) => true,
            Err(failure) => {
                self.complain(Notice::of(&failure));
                false
            }
        }
    }

    /// A word for the person: something was done.
    pub(crate) fn say(&mut self, text: impl Into<String>) {
        self.said = Some(text.into());
    }

    /// A word for the person: something that they wanted was not done.
    pub(crate) fn complain(&mut self, notice: Notice) {
        self.complaint = Some(notice);
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
    /// Where what is drawn says what it is, for the mouse.
    pub(crate) targets: &'a Targets,
    /// Where what is drawn leaves its pixels.
    pub(crate) pictures: &'a Pictures,
}
