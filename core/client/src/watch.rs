//! Says when the files of a local store may have changed, without asking again and again.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use flowdeck_domain::port::{StoreKind, StoreOrigin};
use futures::FutureExt;
use futures::future::BoxFuture;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;

/// Something that says when a store may have changed.
pub trait StoreChanges: Send + Sync {
    /// Waits until it may have changed since this was last asked.
    fn changed(&self) -> BoxFuture<'_, ()>;
}

/// The files of a store, watched by the system.
///
/// Of an `mlflow.db` the file and its `-wal` are watched, by way of their directory: SQLite replaces them. An `mlruns/`
/// may hold a hundred thousand directories, so only its own and those of its experiments are, up to a limit: a new
/// experiment or run is seen at once, what a run logs at the next look.
pub struct FileChanges {
    changed: Arc<Notify>,
    /// Watches until it is dropped.
    _watcher: RecommendedWatcher,
}

/// Experiments of an `mlruns/` that are watched; a system gives each process some thousand watches.
const N_EXPERIMENTS: usize = 500;

impl FileChanges {
    /// Watches a local store; none of a server, nor where the system watches nothing.
    pub fn of(origin: &StoreOrigin) -> Option<Self> {
        let path = PathBuf::from(origin.uri.trim_start_matches("sqlite:///"));
        match origin.kind {
            StoreKind::Server => None,
            StoreKind::Sqlite => Self::of_database(&path),
            StoreKind::FileStore => Self::of_directory(&path),
        }
    }

    fn of_database(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().into_owned();
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let directory = directory.unwrap_or(Path::new("."));
        // Beside the database lie its log and its shared memory; that one changes with every reader, ours too.
        let names = [name.clone(), format!("{name}-wal"), format!("{name}-journal")];
        Self::watch([directory.to_owned()], move |path| {
            let found = path.file_name().map(|name| name.to_string_lossy());
            found.is_some_and(|found| names.iter().any(|name| *name == found))
        })
    }

    fn of_directory(root: &Path) -> Option<Self> {
        let experiments = std::fs::read_dir(root).ok()?;
        let experiments = experiments
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.is_dir())
            .take(N_EXPERIMENTS);
        Self::watch(std::iter::once(root.to_owned()).chain(experiments), |_| true)
    }

    fn watch(
        directories: impl IntoIterator<Item = PathBuf>,
        is_ours: impl Fn(&Path) -> bool + Send + 'static,
    ) -> Option<Self> {
        let changed = Arc::new(Notify::new());
        let told = Arc::clone(&changed);
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let is_change = event.is_ok_and(|event| {
                !matches!(event.kind, EventKind::Access(_)) && event.paths.iter().any(|path| is_ours(path))
            });
            if is_change {
                told.notify_one();
            }
        })
        .ok()?;
        let mut n_watched = 0;
        for directory in directories {
            // One that went away meanwhile, or is one too many for the system, is looked at now and then all the same.
            n_watched += usize::from(watcher.watch(&directory, RecursiveMode::NonRecursive).is_ok());
        }
        (n_watched > 0).then_some(Self {
            changed,
            _watcher: watcher,
        })
    }
}

impl StoreChanges for FileChanges {
    fn changed(&self) -> BoxFuture<'_, ()> {
        self.changed.notified().boxed()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// The longest that the system may take; a test that waits this long has failed.
    const PATIENCE: Duration = Duration::from_secs(60);

    fn origin(kind: StoreKind, path: &Path) -> StoreOrigin {
        StoreOrigin {
            kind,
            uri: path.display().to_string(),
            version: None,
        }
    }

    async fn is_told(changes: &FileChanges) -> bool {
        tokio::time::timeout(PATIENCE, changes.changed()).await.is_ok()
    }

    #[tokio::test]
    async fn a_write_to_a_database_or_its_log_is_told() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let database = dir.path().join("mlflow.db");
        std::fs::write(&database, "one").expect("writable");
        let changes = FileChanges::of(&origin(StoreKind::Sqlite, &database)).expect("the system watches");
        std::fs::write(&database, "two").expect("writable");
        assert!(is_told(&changes).await);
        std::fs::write(dir.path().join("mlflow.db-wal"), "three").expect("writable");
        assert!(is_told(&changes).await);
    }

    #[tokio::test]
    async fn a_new_run_of_a_file_store_is_told() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        std::fs::create_dir(dir.path().join("1")).expect("writable");
        let changes = FileChanges::of(&origin(StoreKind::FileStore, dir.path())).expect("the system watches");
        std::fs::create_dir(dir.path().join("1/a1b2")).expect("writable");
        assert!(is_told(&changes).await);
    }

    #[test]
    fn a_server_and_a_place_that_is_not_there_are_not_watched() {
        let nowhere = Path::new("/nowhere/at/all/mlflow.db");
        assert!(FileChanges::of(&origin(StoreKind::Server, nowhere)).is_none());
        assert!(FileChanges::of(&origin(StoreKind::Sqlite, nowhere)).is_none());
        assert!(FileChanges::of(&origin(StoreKind::FileStore, nowhere)).is_none());
    }
}
