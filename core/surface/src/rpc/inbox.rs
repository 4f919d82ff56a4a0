//! The inbox, and how the store stands.
//!
//! A page that asks how the store stands sets a look going, where one is due; the page is told once something is new.

use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Instant;

use flowdeck_client::Result;

use super::open::Open;
use super::{Desk, now};
use crate::clock::Clock;
use crate::contract::{InboxItem, InboxView, SaidView, StandingView, Topic};
use crate::inbox::{InboxFile, Item, Memory, gather, pause};

/// What is known of the inbox of the open store.
#[derive(Default)]
pub(super) struct InboxState {
    memory: Option<Memory>,
    is_looking: bool,
    /// When the next look is due; at once where there was none.
    next: Option<Instant>,
}

impl Desk {
    /// How the store stands.
    pub(super) fn standing(&self) -> Result<StandingView> {
        let open = self.opened()?;
        self.look_into_inbox(&open);
        let session = &open.session;
        let offline = session.is_out_of_reach().then(|| match session.as_of() {
            Some(at) => format!("offline · data of {}", Clock::local().compact(at, now())),
            None => "offline".to_owned(),
        });
        Ok(StandingView {
            offline,
            n_new: state(&open).memory.as_ref().map_or(0, Memory::n_unread),
        })
    }

    /// What happened to runs.
    pub(super) fn inbox(&self) -> Result<InboxView> {
        let open = self.opened()?;
        self.look_into_inbox(&open);
        let state = state(&open);
        let (clock, now) = (Clock::local(), now());
        let n_new = state.memory.as_ref().map_or(0, Memory::n_unread);
        let view = |(place, item): (usize, &Item)| InboxItem {
            run: item.run().to_string(),
            name: item.name.clone(),
            word: item.matter.word().to_owned(),
            tone: item.matter.tone(),
            sentence: item.sentence(&clock),
            at: clock.compact(item.at(), now),
            is_new: place < n_new,
        };
        let items = state.memory.iter().flat_map(Memory::items);
        Ok(InboxView {
            items: items.enumerate().map(view).collect(),
            n_new,
            is_looking: state.memory.is_none(),
        })
    }

    /// A person has read what happened.
    pub(super) fn read_inbox(&self) -> Result<SaidView> {
        let open = self.opened()?;
        if let Some(memory) = &mut state(&open).memory {
            memory.read();
            self.keep_inbox(&open, memory.clone());
        }
        Ok(SaidView {
            said: "Everything is read.".to_owned(),
        })
    }

    /// Looks at the runs behind, where that is due.
    fn look_into_inbox(&self, open: &Arc<Open>) {
        {
            let mut state = state(open);
            let is_due = state.next.is_none_or(|next| next <= Instant::now());
            if state.is_looking || !is_due {
                return;
            }
            state.is_looking = true;
        }
        let (desk, open) = (self.clone(), Arc::clone(open));
        tokio::spawn(async move {
            let began = Instant::now();
            let has_failed = desk.look(&open).await.is_err();
            let kind = open.session.origin().kind;
            let mut state = state(&open);
            state.is_looking = false;
            state.next = Some(Instant::now() + pause(kind, began.elapsed(), has_failed));
        });
    }

    async fn look(&self, open: &Arc<Open>) -> Result<()> {
        let known = state(open).memory.clone();
        let is_first = known.is_none();
        let mut memory = match known {
            Some(memory) => memory,
            None => {
                let file = self.inbox_file(open);
                let read = tokio::task::spawn_blocking(move || file.read()).await;
                read.unwrap_or_default()
            }
        };
        let seen = gather(&open.session, &memory).await?;
        // A person may have read items while the runs were looked at.
        let n_new = {
            let mut state = state(open);
            let memory = state.memory.get_or_insert_with(|| std::mem::take(&mut memory));
            let n_new = memory.look(&seen, now());
            self.keep_inbox(open, memory.clone());
            n_new
        };
        if n_new > 0 || is_first {
            open.tell(&[Topic::Inbox]);
        }
        Ok(())
    }

    fn inbox_file(&self, open: &Open) -> InboxFile {
        InboxFile::of(&self.0.environment, &open.session.origin().uri)
    }

    /// Keeps what is remembered; where that goes wrong, the same is told again after the next start.
    fn keep_inbox(&self, open: &Open, memory: Memory) {
        let file = self.inbox_file(open);
        tokio::task::spawn_blocking(move || drop(file.write(&memory)));
    }
}

fn state(open: &Open) -> MutexGuard<'_, InboxState> {
    open.inbox.lock().unwrap_or_else(PoisonError::into_inner)
}
