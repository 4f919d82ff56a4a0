//! Which runs a search looks at: the experiments asked for, with their run directories and datasets.

use std::collections::HashSet;

use flowdeck_domain::{ExperimentId, Warning};

use super::fs::{Dir, Kind};
use super::index::{Changes, Index};
use super::inputs::{DATASETS, Datasets, datasets};
use super::layout::{Place, Root};
use super::names::is_run_id;
use super::section::{Checked, check, items, why};

/// One experiment whose runs are looked at.
pub(super) struct Scope {
    pub(super) place: Place,
    pub(super) id: ExperimentId,
    pub(super) datasets: Datasets,
    /// The names of all directories that may be its runs.
    pub(super) runs: Vec<String>,
    /// What was passed over while listing them.
    pub(super) warnings: Vec<Warning>,
    /// What was read anew of it.
    pub(super) changes: Changes,
}

impl Scope {
    /// Those of the experiments asked for that there are, each once, in the order asked.
    pub(super) fn of_all(
        root: &Root,
        directory: &Dir,
        experiments: &[ExperimentId],
        index: &Index,
        with_datasets: bool,
    ) -> Vec<Self> {
        let mut seen = HashSet::new();
        experiments
            .iter()
            .filter(|id| seen.insert(id.as_str()))
            .filter_map(|id| Some((id, root.place(directory, id.as_str())?)))
            .map(|(id, place)| Self::of(root, directory, id, place, index, with_datasets))
            .collect()
    }

    fn of(
        root: &Root,
        directory: &Dir,
        id: &ExperimentId,
        place: Place,
        index: &Index,
        with_datasets: bool,
    ) -> Self {
        let mut scope = Self {
            place,
            id: id.clone(),
            datasets: Datasets::default(),
            runs: Vec::new(),
            warnings: Vec::new(),
            changes: Changes::default(),
        };
        let Ok(experiment) = directory.dir(&scope.place.below_root()) else {
            // The search finds out again, and says why.
            return scope;
        };
        let path = root.at(&scope.place.below_root());
        match experiment.entries() {
            Ok(entries) => {
                for entry in entries.into_iter().filter(|entry| is_run_id(&entry.name)) {
                    match entry.kind {
                        Kind::Directory => scope.runs.push(entry.name),
                        Kind::Symlink => scope.warnings.push(Warning::new(format!(
                            "{}: symbolic links are not followed, skipped",
                            path.join(&entry.name).display()
                        ))),
                        Kind::File | Kind::Other => {}
                    }
                }
            }
            Err(error) => {
                scope
                    .warnings
                    .push(Warning::new(format!("{} {}", path.display(), why(&error))));
            }
        }
        scope.runs.sort_unstable();
        if with_datasets {
            scope.read_datasets(&experiment, index, &path, root.now_ns());
        }
        scope
    }

    fn read_datasets(&mut self, experiment: &Dir, index: &Index, path: &std::path::Path, now_ns: i64) {
        let kept = index.recall(&self.place.id, &[]).1;
        let mut warn = |warning| {
            self.warnings
                .push(Warning::new(format!("{}: {warning}", path.display())));
        };
        match check(experiment, DATASETS, kept.as_deref(), now_ns) {
            Ok(Checked::Still) => {
                self.datasets = kept.map_or_else(Datasets::default, |kept| datasets(&items(&kept), warn));
            }
            Ok(Checked::Changed(section)) => {
                self.datasets = datasets(&items(&section), warn);
                self.changes.datasets = Some(section);
            }
            Err(error) => warn(format!("folder datasets {}", why(&error))),
        }
    }
}
