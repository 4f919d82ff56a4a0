//! The store that is open, with what was read of it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use flowdeck_client::{Chosen, Environment, Flags, Result, Session, discover};

use super::Changes;
use super::compare::Compared;
use super::histories::Histories;
use super::inbox::InboxState;
use super::registry_changes::Pending;
use super::tables::Tables;
use crate::chart::RunColours;

/// The store that is open.
pub(super) struct Open {
    pub(super) chosen: Chosen,
    pub(super) session: Session,
    pub(super) tables: Tables,
    pub(super) histories: Histories,
    pub(super) compared: Mutex<Option<Arc<Compared>>>,
    /// The change to the registry that was looked at last.
    pub(super) pending: Mutex<Option<Pending>>,
    pub(super) inbox: Mutex<InboxState>,
    /// Whether its server was out of reach at the last answer.
    pub(super) was_out_of_reach: AtomicBool,
    /// Which run has which colour, on whichever page it is.
    pub(super) colours: Mutex<RunColours>,
    pub(super) changes: Changes,
}

impl Open {
    /// Finds the store that is meant and opens it.
    ///
    /// # Errors
    /// Where there is none, or it cannot be opened.
    pub(super) fn find(flags: &Flags, environment: &Environment, changes: Changes) -> Result<Self> {
        let discovery = discover(flags, environment)?;
        Self::of(discovery.required()?.clone(), environment, changes)
    }

    /// Opens a store.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub(super) fn of(chosen: Chosen, environment: &Environment, changes: Changes) -> Result<Self> {
        let session = Session::open(&chosen, environment)?;
        Ok(Self {
            chosen,
            session,
            tables: Tables::default(),
            histories: Histories::default(),
            compared: Mutex::default(),
            pending: Mutex::default(),
            inbox: Mutex::default(),
            was_out_of_reach: AtomicBool::default(),
            colours: Mutex::default(),
            changes,
        })
    }

    /// What was read may have changed: it is read anew when it is asked for.
    pub(super) fn grow_stale(&self) {
        self.tables.grow_stale();
        self.histories.grow_stale();
        *self.compared.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Tells everybody who follows where its server went out of reach, or came back.
    pub(super) fn tell_of_reach(&self) {
        let is_out_of_reach = self.session.is_out_of_reach();
        if self.was_out_of_reach.swap(is_out_of_reach, Ordering::Relaxed) != is_out_of_reach {
            self.tell(&[crate::contract::Topic::Store]);
        }
    }

    /// Tells everybody who follows that this has changed.
    pub(super) fn tell(&self, topics: &[crate::contract::Topic]) {
        // Nobody follows: nobody is told.
        let _ = self.changes.send(topics.to_vec());
    }
}
