//! What has changed, told as long as somebody listens.

use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;

use flowdeck_client::port::StoreKind;
use flowdeck_client::watch::{FileChanges, StoreChanges};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;

use super::open::Open;
use super::{Desk, Shared};
use crate::contract::{ChangeView, Topic};

/// How often a local store is looked at, at the latest; the system mostly tells sooner.
const LOCAL: Duration = Duration::from_secs(3);
/// The shortest pause between two looks: a store that is written all the time is not read all the time.
const SHORTEST: Duration = Duration::from_millis(600);
/// How often a server is asked: it sends all that was logged of every run that is looked at.
const SERVER: Duration = Duration::from_secs(60);

/// What a change of the store may touch.
const OF_STORE: &[Topic] = &[Topic::Experiments, Topic::Runs, Topic::Files, Topic::Registry];

impl Desk {
    /// Tells of changes until it is dropped.
    pub(super) fn follow_changes(&self) -> BoxStream<'static, Value> {
        let receiver = self.0.changes.subscribe();
        let watching = tokio::spawn(watch(Arc::downgrade(&self.0)));
        let stopper = Stopper(watching.abort_handle());
        stream::unfold((receiver, stopper), |(mut receiver, stopper)| async move {
            let topics = match receiver.recv().await {
                Ok(topics) => topics,
                // What was missed may be anything.
                Err(RecvError::Lagged(_)) => OF_STORE.to_vec(),
                Err(RecvError::Closed) => return None,
            };
            Some((json!(ChangeView { topics }), (receiver, stopper)))
        })
        .boxed()
    }
}

/// Stops a task with itself.
struct Stopper(tokio::task::AbortHandle);

impl Drop for Stopper {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Looks at the store that is open for as long as there is a desk.
async fn watch(desk: Weak<Shared>) {
    let mut watched: Option<(Weak<Open>, Option<FileChanges>, Option<u64>)> = None;
    loop {
        let Some(shared) = desk.upgrade() else { return };
        let open = shared.open.lock().unwrap_or_else(PoisonError::into_inner).clone();
        drop(shared);
        let Some(open) = open else {
            tokio::time::sleep(SHORTEST).await;
            continue;
        };
        let is_other = watched
            .as_ref()
            .is_none_or(|(known, _, _)| !known.upgrade().is_some_and(|known| Arc::ptr_eq(&known, &open)));
        if is_other {
            let changes = FileChanges::of(&open.session.origin());
            watched = Some((Arc::downgrade(&open), changes, open.session.change_mark()));
        }
        let Some((_, changes, _)) = &mut watched else {
            continue;
        };
        let is_server = open.session.origin().kind == StoreKind::Server;
        drop(open);
        tokio::time::sleep(SHORTEST).await;
        match changes {
            Some(changes) => drop(tokio::time::timeout(LOCAL, changes.changed()).await),
            None => tokio::time::sleep(if is_server { SERVER } else { LOCAL }).await,
        }
        let Some(open) = watched.as_ref().and_then(|(open, _, _)| open.upgrade()) else {
            watched = None;
            continue;
        };
        let Some((_, _, mark)) = &mut watched else {
            continue;
        };
        let found = open.session.change_mark();
        if found.is_none() || found != *mark {
            *mark = found;
            open.grow_stale();
            open.tell(OF_STORE);
        }
    }
}
