//! Says when the files of a local store may have changed, without asking again and again.
//!
//! The system tells of directories that are watched (`Places`). Whatever it does not tell, and on a network's file
//! system it tells nothing of others' writes, is seen by whoever looks now and then all the same.

mod places;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flowdeck_domain::port::StoreOrigin;
use flowdeck_domain::{RunId, Warning};
use futures::FutureExt;
use futures::future::BoxFuture;
use notify::event::{CreateKind, ModifyKind};
use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;

use places::Places;

/// Something that says when a store may have changed.
pub trait StoreChanges: Send + Sync {
    /// Waits until it may have changed since this was last asked.
    fn changed(&self) -> BoxFuture<'_, ()>;
}

/// The files of a store, watched by the system.
pub struct FileChanges {
    heard: Arc<Heard>,
    watched: Mutex<Watched>,
    make: MakeWatcher,
}

/// What the system told.
struct Heard {
    changed: Notify,
    /// Whether there are directories that are not watched yet.
    is_wider: AtomicBool,
    /// Whether a directory that was watched is no longer where it was.
    is_torn: AtomicBool,
}

/// What is watched.
struct Watched {
    places: Places,
    /// Watches until it is dropped; none where the system gives none.
    watcher: Option<Box<dyn Watcher + Send>>,
    directories: BTreeSet<PathBuf>,
    is_full: bool,
}

type Told = Box<dyn Fn(notify::Result<Event>) + Send>;
type MakeWatcher = fn(Told) -> notify::Result<Box<dyn Watcher + Send>>;

impl FileChanges {
    /// Watches a local store; none of a server.
    pub fn of(origin: &StoreOrigin) -> Option<Self> {
        Self::with(origin, |told| {
            Ok(Box::new(RecommendedWatcher::new(
                told,
                notify::Config::default(),
            )?))
        })
    }

    fn with(origin: &StoreOrigin, make: MakeWatcher) -> Option<Self> {
        let changes = Self {
            heard: Arc::new(Heard {
                changed: Notify::new(),
                is_wider: AtomicBool::new(false),
                is_torn: AtomicBool::new(false),
            }),
            watched: Mutex::new(Watched {
                places: Places::of(origin)?,
                watcher: None,
                directories: BTreeSet::new(),
                is_full: false,
            }),
            make,
        };
        changes.begin();
        Some(changes)
    }

    /// Whether the system watches the store.
    pub fn is_watched(&self) -> bool {
        let watched = self.lock();
        watched.directories.contains(watched.places.root())
    }

    /// Why some of the store is not watched.
    pub fn trouble(&self) -> Option<Warning> {
        let is_full = self.lock().is_full;
        is_full.then(|| Warning::new("The system watches no more files: they are looked at now and then."))
    }

    /// Watches also what a run of an `mlruns/` logs, as long as it is among the latest that were asked for.
    pub fn follow(&self, run: &RunId) {
        let mut watched = self.lock();
        if watched.places.follow(run) {
            watched.watch_all();
        }
    }

    fn begin(&self) {
        let (mut watched, heard) = (self.lock(), Arc::clone(&self.heard));
        let places = watched.places.clone();
        watched.directories.clear();
        // The one before ends first: a system gives each person only so many.
        watched.watcher = None;
        let made = (self.make)(Box::new(move |event| {
            if let Ok(event) = event {
                heard.take(&event, &places);
            }
        }));
        match made {
            Ok(watcher) => {
                watched.watcher = Some(watcher);
                watched.is_full = false;
                watched.watch_all();
            }
            Err(_) => watched.is_full = true,
        }
    }

    fn keep_up(&self) {
        if self.heard.is_torn.swap(false, Ordering::AcqRel) {
            self.begin();
        } else if self.heard.is_wider.swap(false, Ordering::AcqRel) {
            self.lock().watch_all();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Watched> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StoreChanges for FileChanges {
    fn changed(&self) -> BoxFuture<'_, ()> {
        async {
            self.heard.changed.notified().await;
            self.keep_up();
        }
        .boxed()
    }
}

impl Heard {
    fn take(&self, event: &Event, places: &Places) {
        let is_ours = event.need_rescan() || event.paths.iter().any(|path| places.has(path));
        if matches!(event.kind, EventKind::Access(_)) || !is_ours {
            return;
        }
        if event.need_rescan() || event.paths.iter().any(|path| places.is_foundation(path)) {
            self.is_torn.store(true, Ordering::Release);
        }
        let is_directory = matches!(
            event.kind,
            EventKind::Create(CreateKind::Folder)
                | EventKind::Modify(ModifyKind::Name(_))
                | EventKind::Remove(_)
        );
        if is_directory {
            self.is_wider.store(true, Ordering::Release);
        }
        self.changed.notify_one();
    }
}

impl Watched {
    /// Watches what is there and is not watched yet; lets go of what is no longer wanted.
    fn watch_all(&mut self) {
        let Some(watcher) = &mut self.watcher else { return };
        let wanted: BTreeSet<PathBuf> = self.places.directories().into_iter().collect();
        for gone in self.directories.difference(&wanted) {
            let _ = watcher.unwatch(gone);
        }
        self.directories.retain(|directory| wanted.contains(directory));
        for directory in wanted {
            if self.directories.contains(&directory) {
                continue;
            }
            match watcher.watch(&directory, RecursiveMode::NonRecursive) {
                Ok(()) => drop(self.directories.insert(directory)),
                Err(error) if is_full(&error) => self.is_full = true,
                // It went away meanwhile, or is not ours to read.
                Err(_) => {}
            }
        }
    }
}

/// Whether the system watches no more. Source: inotify(7), ENOSPC; notify gives it as either of these.
fn is_full(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::MaxFilesWatch => true,
        ErrorKind::Io(error) => error.kind() == std::io::ErrorKind::StorageFull,
        _ => false,
    }
}
