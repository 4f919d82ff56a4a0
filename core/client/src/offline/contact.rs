use std::sync::{Mutex, MutexGuard, PoisonError};

use flowdeck_domain::Timestamp;

/// How a server stands, and how old the answers are that were given in its place. Front ends look at it after each answer.
#[derive(Debug)]
pub(crate) struct Contact {
    is_offline: bool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Whether it was out of reach when it was asked last.
    is_lost: bool,
    /// Whether it ever answered.
    was_reached: bool,
    /// Whether somebody is looking for it just now.
    is_looked_for: bool,
    /// When the latest answer was read from the server, where it came from the cache.
    latest: Option<Timestamp>,
    /// The same of the oldest answer there was.
    oldest: Option<Timestamp>,
}

impl Contact {
    /// A server that was not asked yet; with `is_offline` it never will be.
    pub(super) fn new(is_offline: bool) -> Self {
        Self {
            is_offline,
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the person wants the server left alone.
    pub(super) fn is_offline(&self) -> bool {
        self.is_offline
    }

    /// Whether it was out of reach when it was asked last.
    pub(crate) fn is_lost(&self) -> bool {
        self.state().is_lost
    }

    /// Whether it answered when it was asked last.
    pub(super) fn is_reached(&self) -> bool {
        let state = self.state();
        state.was_reached && !state.is_lost
    }

    /// It answered.
    pub(super) fn reached(&self) {
        let mut state = self.state();
        (state.is_lost, state.was_reached) = (false, true);
        state.latest = None;
    }

    /// It did not answer.
    pub(super) fn lost(&self) {
        self.state().is_lost = true;
    }

    /// The cache answered with what was read then.
    pub(super) fn answered_from_cache(&self, read_at: Timestamp) {
        let mut state = self.state();
        state.latest = Some(read_at);
        state.oldest = Some(state.oldest.map_or(read_at, |oldest| oldest.min(read_at)));
    }

    /// Begins to look for it; answers whether nobody does already.
    pub(super) fn look_for(&self) -> bool {
        !std::mem::replace(&mut self.state().is_looked_for, true)
    }

    /// Ends to look for it.
    pub(super) fn looked_for(&self) {
        self.state().is_looked_for = false;
    }

    /// When the latest answer was read from the server; none where it came from there just now.
    pub(crate) fn latest(&self) -> Option<Timestamp> {
        self.state().latest
    }

    /// When the oldest answer was read from the server; none where all came from there just now.
    pub(crate) fn oldest(&self) -> Option<Timestamp> {
        self.state().oldest
    }
}
