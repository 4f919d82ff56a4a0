//! What the app knows of the inbox, whatever screen is in view.

use flowdeck_surface::client::Timestamp;
use flowdeck_surface::clock::Clock;
use flowdeck_surface::inbox::{Item, Memory, Seen};

use super::ticket::Ticket;

/// What the app knows of the inbox.
#[derive(Debug, Default)]
pub(crate) struct InboxState {
    memory: Option<Memory>,
    asked: Option<Ticket>,
    alarm: Option<Ticket>,
}

impl InboxState {
    /// Another store is open.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// What is remembered; none before the first look.
    pub(crate) fn memory(&self) -> Option<&Memory> {
        self.memory.as_ref()
    }

    /// A look is asked for, unless one is under way.
    pub(crate) fn ask(&mut self, ticket: Ticket) -> bool {
        let is_free = self.asked.is_none();
        if is_free {
            self.asked = Some(ticket);
            self.alarm = None;
        }
        is_free
    }

    /// Whether this look is waited for.
    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        self.asked == Some(ticket)
    }

    /// The next look comes with this ticket.
    pub(crate) fn set_alarm(&mut self, ticket: Ticket) {
        self.asked = None;
        self.alarm = Some(ticket);
    }

    /// Whether the next look comes with this ticket.
    pub(crate) fn is_alarm(&self, ticket: Ticket) -> bool {
        self.alarm == Some(ticket)
    }

    /// Takes what a look saw; answers with how much is new. A person may have read items while it was under way.
    pub(crate) fn look(&mut self, read: Option<Box<Memory>>, seen: &Seen, at: Timestamp) -> usize {
        let memory = self
            .memory
            .get_or_insert_with(|| read.map_or_else(Memory::default, |read| *read));
        memory.look(seen, at)
    }

    /// What happened, the latest first.
    pub(crate) fn items(&self) -> Vec<Item> {
        self.memory
            .as_ref()
            .map_or_else(Vec::new, |memory| memory.items().to_vec())
    }

    /// The first items in words.
    pub(crate) fn texts(&self, n_items: usize, clock: &Clock) -> Vec<String> {
        let items = self.memory.iter().flat_map(Memory::items).take(n_items.min(3));
        items
            .map(|item| format!("{} {}", item.name, item.sentence(clock)))
            .collect()
    }

    /// How many items nobody has read.
    pub(crate) fn n_unread(&self) -> usize {
        self.memory.as_ref().map_or(0, Memory::n_unread)
    }

    /// A person has read the items.
    pub(crate) fn read(&mut self) {
        if let Some(memory) = &mut self.memory {
            memory.read();
        }
    }
}
