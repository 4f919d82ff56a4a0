//! The files of the store that is open, watched by the system.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use flowdeck_surface::client::RunId;
use flowdeck_surface::client::port::StoreOrigin;
use flowdeck_surface::client::watch::{FileChanges, StoreChanges};

use crate::app::pulse::Watching;

/// The files that are watched: those of the store that is open.
#[derive(Default)]
pub(super) struct Watches(Mutex<Option<Watched>>);

/// What watches a store.
struct Watched {
    uri: String,
    /// None of a server.
    changes: Option<Arc<FileChanges>>,
    /// What the app was told of it last.
    told: Option<Watching>,
}

impl Watches {
    /// What tells of changes of a store; none of a server. Begins to watch it, which takes some milliseconds.
    pub(super) fn of(&self, origin: &StoreOrigin) -> Option<Arc<FileChanges>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.as_ref().is_none_or(|known| known.uri != origin.uri) {
            *known = Some(Watched {
                uri: origin.uri.clone(),
                changes: FileChanges::of(origin).map(Arc::new),
                told: None,
            });
        }
        known.as_ref()?.changes.clone()
    }

    /// Watches also what a run logs, where that is not seen by way of its store.
    pub(super) fn follow(&self, run: &RunId, origin: &StoreOrigin) {
        if let Some(changes) = self.of(origin) {
            changes.follow(run);
        }
    }

    /// How the store is watched, where that is not what was told last.
    pub(super) fn news(&self) -> Option<Watching> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.as_mut()?;
        let now = Watching {
            is_live: known.changes.as_ref().is_some_and(|changes| changes.is_watched()),
            trouble: known.changes.as_ref().and_then(|changes| changes.trouble()),
        };
        let is_news = known.told.as_ref() != Some(&now);
        known.told = Some(now.clone());
        is_news.then_some(now)
    }
}

/// Waits this long, or less where the system says that files changed: a fifth at least, so that a store that changes
/// all the time is not read all the time.
pub(super) async fn wait_for_change(after: Duration, changes: Option<&dyn StoreChanges>) {
    let Some(changes) = changes else {
        return tokio::time::sleep(after).await;
    };
    let told = async {
        tokio::time::sleep(after / 5).await;
        changes.changed().await;
    };
    // Nobody tells of every change: of what others write on a network's file system, for one.
    let _ = tokio::time::timeout(after, told).await;
}

#[cfg(test)]
mod tests {
    use flowdeck_surface::client::port::StoreKind;
    use futures::FutureExt;
    use futures::future::BoxFuture;

    use super::*;

    /// A store that has changed, or one that never does.
    struct Told(bool);

    impl StoreChanges for Told {
        fn changed(&self) -> BoxFuture<'_, ()> {
            if self.0 {
                std::future::ready(()).boxed()
            } else {
                std::future::pending().boxed()
            }
        }
    }

    #[tokio::test]
    async fn a_change_is_taken_sooner_and_never_all_the_time() {
        // Time stands still but for what is waited for.
        tokio::time::pause();
        let after = Duration::from_secs(10);
        for (changes, waited) in [(Some(Told(true)), 2), (Some(Told(false)), 10), (None, 10)] {
            let start = tokio::time::Instant::now();
            let changes = changes.as_ref().map(|changes| changes as &dyn StoreChanges);
            wait_for_change(after, changes).await;
            assert_eq!(start.elapsed().as_secs(), waited);
        }
    }

    #[test]
    fn how_a_store_is_watched_is_told_once() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let origin = |kind| StoreOrigin {
            kind,
            uri: dir.path().join(format!("{kind:?}")).display().to_string(),
            version: None,
        };
        let watches = Watches::default();
        assert_eq!(watches.news(), None);
        assert!(watches.of(&origin(StoreKind::Server)).is_none());
        let told = watches.news().expect("it is news");
        assert!(!told.is_live && told.trouble.is_none());
        assert_eq!(watches.news(), None);
        std::fs::create_dir(dir.path().join("FileStore")).expect("writable");
        watches.follow(&"a1".into(), &origin(StoreKind::FileStore));
        assert!(watches.news().is_some_and(|told| told.is_live));
        assert_eq!(watches.news(), None);
    }
}
