//! What the app knows of the inbox, whatever screen is in view.

use std::time::Duration;

use flowdeck_surface::client::Timestamp;
use flowdeck_surface::client::port::StoreKind;
use flowdeck_surface::clock::Clock;
use flowdeck_surface::inbox::{Item, Memory, Seen};

use super::ticket::Ticket;

/// Time between two looks at a local store, and at a server.
const PAUSE_LOCAL: Duration = Duration::from_secs(15);
const PAUSE_SERVER: Duration = Duration::from_secs(60);

/// Time spent on looking is at most this part of all time.
const SHARE: u32 = 50;

/// The longest pause.
const LONGEST: Duration = Duration::from_secs(600);

/// How long to wait for the next look.
pub(crate) fn pause(store: StoreKind, took: Duration, has_failed: bool) -> Duration {
    let least = match store {
        StoreKind::Server => PAUSE_SERVER,
        StoreKind::FileStore | StoreKind::Sqlite => PAUSE_LOCAL,
    };
    let factor = if has_failed { 4 } else { 1 };
    (least * factor).max(took * SHARE).min(LONGEST)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_takes_a_small_part_of_the_time() {
        let pause = |store, took, has_failed| pause(store, Duration::from_millis(took), has_failed).as_secs();
        assert_eq!(pause(StoreKind::Sqlite, 10, false), 15);
        assert_eq!(pause(StoreKind::Sqlite, 2_000, false), 100);
        assert_eq!(pause(StoreKind::Server, 100, false), 60);
        assert_eq!(pause(StoreKind::Server, 100, true), 240);
        assert_eq!(pause(StoreKind::Server, 60_000, true), 600);
    }
}
