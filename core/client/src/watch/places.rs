//! Which directories of a store are watched, and which of their files count.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use flowdeck_domain::RunId;
use flowdeck_domain::port::{StoreKind, StoreOrigin};

/// Experiments of an `mlruns/` that are watched; a system gives each person some thousand watches.
const N_EXPERIMENTS: usize = 500;

/// Runs of which the metric files are watched: those that were asked for last.
const N_RUNS: usize = 64;

/// Directories of metrics of one run that are watched: a key with `/` lies in one of its own.
const N_METRIC_DIRECTORIES: usize = 32;

/// The places of a store.
///
/// Of an `mlflow.db` the file, its `-wal` and its journal count, by way of their directory: SQLite replaces them. An
/// `mlruns/` may hold a hundred thousand directories, so its own and those of its experiments are watched, and of the
/// runs that somebody looks at those with their metrics. The directory above tells when all of that is replaced.
#[derive(Clone, Debug)]
pub(super) struct Places {
    kind: StoreKind,
    /// The directory of an `mlruns/`, or the one that an `mlflow.db` lies in.
    root: PathBuf,
    /// Names of the files that count; empty where all do.
    names: Vec<String>,
    /// The directories of runs, the one that was asked for last at the end.
    runs: VecDeque<PathBuf>,
}

impl Places {
    /// The places of a local store; none of a server.
    pub(super) fn of(origin: &StoreOrigin) -> Option<Self> {
        let path = PathBuf::from(origin.uri.trim_start_matches("sqlite:///"));
        // Links are followed once: the system names what it watches by the name it was given.
        let path = std::path::absolute(path.canonicalize().unwrap_or(path)).ok()?;
        let (root, names) = match origin.kind {
            StoreKind::Server => return None,
            StoreKind::FileStore => (path, Vec::new()),
            StoreKind::Sqlite => {
                let name = path.file_name()?.to_string_lossy().into_owned();
                // Beside the database lies its shared memory, too: that changes with every reader, ours included.
                let names = vec![name.clone(), format!("{name}-wal"), format!("{name}-journal")];
                (path.parent()?.to_owned(), names)
            }
        };
        Some(Self {
            kind: origin.kind,
            root,
            names,
            runs: VecDeque::new(),
        })
    }

    /// Adds a run that somebody looks at; answers whether there is more to watch.
    pub(super) fn follow(&mut self, run: &RunId) -> bool {
        let is_known = |place: &PathBuf| place.file_name().is_some_and(|name| name == run.as_str());
        if self.kind != StoreKind::FileStore || self.runs.iter().any(is_known) {
            return false;
        }
        let found = directories_in(&self.root)
            .map(|experiment| experiment.join(run.as_str()))
            .find(|place| place.is_dir());
        let Some(found) = found else { return false };
        if self.runs.len() >= N_RUNS {
            self.runs.pop_front();
        }
        self.runs.push_back(found);
        true
    }

    /// The directory that holds all of it.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Whether a file or directory counts.
    pub(super) fn has(&self, path: &Path) -> bool {
        if self.names.is_empty() || path == self.root {
            return path.starts_with(&self.root);
        }
        let name = path.file_name().map(|name| name.to_string_lossy());
        path.parent() == Some(&self.root)
            && name.is_some_and(|name| self.names.iter().any(|own| *own == name))
    }

    /// Whether the store stands on it: were it replaced, nothing of what is watched would be the store any more.
    pub(super) fn is_foundation(&self, path: &Path) -> bool {
        path == self.root()
    }

    /// The directories to watch, as they are there now.
    pub(super) fn directories(&self) -> Vec<PathBuf> {
        let mut all: Vec<PathBuf> = self.root.parent().map(Path::to_owned).into_iter().collect();
        all.push(self.root.clone());
        if self.kind == StoreKind::FileStore {
            all.extend(directories_in(&self.root).take(N_EXPERIMENTS));
            for run in &self.runs {
                all.push(run.clone());
                all.extend(metrics_of(run));
            }
        }
        all.retain(|directory| directory.is_dir());
        all
    }
}

/// The directory of a run's metrics, and those below it.
fn metrics_of(run: &Path) -> Vec<PathBuf> {
    let mut found = vec![run.join("metrics")];
    let mut place = 0;
    while place < found.len() && found.len() < N_METRIC_DIRECTORIES {
        let below: Vec<PathBuf> = directories_in(&found[place]).collect();
        found.extend(below);
        place += 1;
    }
    found.truncate(N_METRIC_DIRECTORIES);
    found
}

fn directories_in(directory: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_file()))
        .map(|entry| entry.path())
}
