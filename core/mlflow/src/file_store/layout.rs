//! Where things lie in a store: experiments below its root or in its trash.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use flowdeck_domain::port::View;
use flowdeck_domain::{Failure, FailureKind, Result, Warning};

use super::failures::unreadable;
use super::fs::{Dir, Kind};
use super::names::{is_entry, is_experiment_id};

pub(super) const META: &str = "meta.yaml";
pub(super) const TRASH: &str = ".trash";

/// The directory of a store.
#[derive(Clone, Debug)]
pub(super) struct Root {
    pub(super) path: PathBuf,
    /// Nanoseconds since the Unix epoch; how far times of files are trusted depends on it.
    pub(super) clock: fn() -> i64,
}

/// Where one experiment lies.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Place {
    /// The name of its directory, which is its id.
    pub(super) id: String,
    pub(super) in_trash: bool,
}

impl Place {
    /// Its path below the root.
    pub(super) fn below_root(&self) -> String {
        if self.in_trash {
            format!("{TRASH}/{}", self.id)
        } else {
            self.id.clone()
        }
    }
}

impl Root {
    /// The root of a store that is there.
    ///
    /// # Errors
    /// There is nothing at the path, or no directory.
    pub(super) fn new(path: &Path) -> Result<Self> {
        let absolute = std::path::absolute(path).map_err(|error| unreadable(path, error))?;
        let root = Self {
            path: absolute,
            clock: now_ns,
        };
        root.open()?;
        Ok(root)
    }

    /// Opens the directory.
    pub(super) fn open(&self) -> Result<Dir> {
        Dir::open(&self.path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Failure::new(
                FailureKind::NotFound,
                format!("there is no directory {}", self.path.display()),
            )
            .with_hint("give the path of an mlruns directory"),
            _ => unreadable(&self.path, error),
        })
    }

    /// Nanoseconds since the Unix epoch.
    pub(super) fn now_ns(&self) -> i64 {
        (self.clock)()
    }

    /// The path of something, for people.
    pub(super) fn at(&self, below: &str) -> PathBuf {
        self.path.join(below)
    }

    /// Where the experiment lies, below the root or else in the trash.
    pub(super) fn place(&self, root: &Dir, id: &str) -> Option<Place> {
        if !is_entry(id) || !is_experiment_id(id) {
            return None;
        }
        [false, true].into_iter().find_map(|in_trash| {
            let place = Place {
                id: id.to_owned(),
                in_trash,
            };
            let stat = root.stat(&place.below_root()).ok()?;
            (stat.kind == Kind::Directory).then_some(place)
        })
    }

    /// All directories that may be experiments, in the order of their names; what cannot be one is reported.
    ///
    /// # Errors
    /// The root cannot be listed.
    pub(super) fn places(&self, root: &Dir, view: View, warnings: &mut Vec<Warning>) -> Result<Vec<Place>> {
        let mut places = Vec::new();
        if view != View::Deleted {
            let entries = root.entries().map_err(|error| unreadable(&self.path, error))?;
            self.sort_out(entries, false, &mut places, warnings);
        }
        if view != View::Active {
            // A store that never deleted anything may have no trash.
            match root.dir(TRASH).and_then(|trash| trash.entries()) {
                Ok(entries) => self.sort_out(entries, true, &mut places, warnings),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(unreadable(&self.at(TRASH), error)),
            }
        }
        places.sort_by(|one, other| (one.in_trash, &one.id).cmp(&(other.in_trash, &other.id)));
        Ok(places)
    }

    fn sort_out(
        &self,
        entries: Vec<super::fs::Entry>,
        in_trash: bool,
        places: &mut Vec<Place>,
        warnings: &mut Vec<Warning>,
    ) {
        for entry in entries {
            let place = Place {
                id: entry.name,
                in_trash,
            };
            let path = || self.at(&place.below_root()).display().to_string();
            match entry.kind {
                Kind::Directory if is_experiment_id(&place.id) => places.push(place),
                // Version control and notebooks leave hidden directories; the registry lies here too.
                Kind::Directory if place.id.starts_with('.') || place.id == "models" => {}
                Kind::Directory => {
                    warnings.push(Warning::new(format!(
                        "{}: no experiment has such an id, skipped",
                        path()
                    )));
                }
                Kind::Symlink if is_experiment_id(&place.id) => {
                    warnings.push(Warning::new(format!(
                        "{}: symbolic links are not followed, skipped",
                        path()
                    )));
                }
                Kind::Symlink | Kind::File | Kind::Other => {}
            }
        }
    }
}

/// Nanoseconds since the Unix epoch, by the clock of this machine.
fn now_ns() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_nanos()).ok())
        .unwrap_or(0)
}
