//! Views of an experiment's table that people save, kept in the state directory for both screens.
//!
//! One JSON file for each experiment of each store. It is written beside itself and moved into place, so it is never
//! half a file; one that cannot be read is set aside under another name, and that is said.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use flowdeck_domain::{ExperimentId, Failure, FailureKind, Result, Warning};
use serde::{Deserialize, Serialize};

use crate::stores::fnv1a;

/// A saved view: how the table is shown, by the names of columns (`metrics.loss`).
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct SavedView {
    /// What it is called; unique in its experiment.
    pub name: String,
    /// `active`, `deleted` or `all`.
    pub view: String,
    /// MLflow's search language.
    pub filter: String,
    /// Words that runs must have.
    pub find: String,
    /// The columns that are shown, in order.
    pub columns: Vec<String>,
    /// Those that stay at the left.
    pub pinned: Vec<String>,
    /// Widths that were chosen, in characters.
    pub widths: BTreeMap<String, u16>,
    /// What it is sorted by, the first first.
    pub sort: Vec<SavedSort>,
    /// What it is grouped by.
    pub group_by: Vec<String>,
    /// What a group says of a metric: `mean`, `min`, `max`, `count`, `min mean max`.
    pub statistic: String,
    /// `in_store_order`, `always` or `never`.
    pub nesting: String,
    /// Whether columns in which all runs are the same are left out.
    pub only_differing: bool,
    /// Which values are good, `min` or `max`, by metric.
    pub goals: BTreeMap<String, String>,
    /// Metrics whose curve is shown.
    pub sparklines: Vec<String>,
    /// Id of the run that others are held against.
    pub baseline: Option<String>,
    /// `both`, `percent` or `none`.
    pub delta: String,
}

/// A column that a saved view is sorted by.
#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]
pub struct SavedSort {
    /// Its name.
    pub column: String,
    /// Whether the greatest stands first.
    pub descending: bool,
}

/// The saved views of one experiment.
#[derive(Clone, Debug)]
pub struct SavedViews {
    file: PathBuf,
}

/// What lies in the file.
#[derive(Default, Deserialize, Serialize)]
struct File {
    views: Vec<SavedView>,
}

impl SavedViews {
    /// The views of an experiment of the store with this URI, below the state directory.
    pub fn of(state_dir: &Path, store: &str, experiment: &ExperimentId) -> Self {
        let store = fnv1a(store.as_bytes());
        // An id is digits in every store, but nothing keeps a server from sending a path.
        let safe = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
        let id = experiment.as_str();
        let name = if !id.is_empty() && id.chars().all(safe) {
            id.to_owned()
        } else {
            format!("{:016x}", fnv1a(id.as_bytes()))
        };
        let file = state_dir
            .join("views")
            .join(format!("{store:016x}"))
            .join(format!("{name}.json"));
        Self { file }
    }

    /// All views, by name, and a word where the file had to be set aside.
    ///
    /// # Errors
    /// A file that is there and may not be read.
    pub fn list(&self) -> Result<(Vec<SavedView>, Option<Warning>)> {
        let text = match fs::read_to_string(&self.file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok((Vec::new(), None)),
            Err(error) if error.kind() == ErrorKind::InvalidData => return self.set_aside("it is no text"),
            Err(error) => return Err(self.failure("read", error)),
        };
        match serde_json::from_str::<File>(&text) {
            Ok(file) => Ok((file.views, None)),
            Err(error) => self.set_aside(&error.to_string()),
        }
    }

    /// Saves a view; one of the same name is replaced.
    ///
    /// # Errors
    /// A directory that may not be written to.
    pub fn save(&self, view: &SavedView) -> Result<()> {
        let (mut views, _) = self.list()?;
        views.retain(|known| known.name != view.name);
        views.push(view.clone());
        views.sort_by_key(|view| view.name.to_lowercase());
        self.write(views)
    }

    /// Deletes a view; answers whether there was one of this name.
    ///
    /// # Errors
    /// A directory that may not be written to.
    pub fn delete(&self, name: &str) -> Result<bool> {
        let (mut views, _) = self.list()?;
        let before = views.len();
        views.retain(|view| view.name != name);
        let was_there = views.len() < before;
        if was_there {
            self.write(views)?;
        }
        Ok(was_there)
    }

    fn write(&self, views: Vec<SavedView>) -> Result<()> {
        let text = serde_json::to_string_pretty(&File { views })
            .map_err(|error| self.failure("write", error.into()))?;
        let write = || {
            if let Some(directory) = self.file.parent() {
                fs::create_dir_all(directory)?;
            }
            let beside = self.file.with_extension(format!("{}.part", std::process::id()));
            let mut part = fs::File::create(&beside)?;
            part.write_all(text.as_bytes())?;
            part.sync_all()?;
            fs::rename(&beside, &self.file)
        };
        write().map_err(|error| self.failure("write", error))
    }

    /// Moves a file that cannot be read out of the way, so that saving goes on and nothing is lost.
    fn set_aside(&self, why: &str) -> Result<(Vec<SavedView>, Option<Warning>)> {
        let aside = self.file.with_extension("json.broken");
        fs::rename(&self.file, &aside).map_err(|error| self.failure("set aside", error))?;
        let said = format!(
            "the saved views in {} could not be read and were set aside as {}: {why}",
            self.file.display(),
            aside.display()
        );
        Ok((Vec::new(), Some(Warning::new(said))))
    }

    fn failure(&self, what: &str, error: std::io::Error) -> Failure {
        let message = format!(
            "cannot {what} the saved views in {}: {error}",
            self.file.display()
        );
        Failure::new(FailureKind::System, message).caused_by(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(name: &str) -> SavedView {
        SavedView {
            name: name.to_owned(),
            columns: vec!["metrics.loss".to_owned()],
            ..SavedView::default()
        }
    }

    fn names(views: &SavedViews) -> Vec<String> {
        let (views, warning) = views.list().expect("a list");
        assert_eq!(warning, None);
        views.into_iter().map(|view| view.name).collect()
    }

    #[test]
    fn views_are_kept_by_store_and_experiment_and_replaced_by_name() {
        let dir = tempfile::tempdir().expect("a directory");
        let of = |store, id: &str| SavedViews::of(dir.path(), store, &id.into());
        let views = of("sqlite:///a.db", "1");
        views.save(&view("b")).expect("saved");
        views.save(&view("A")).expect("saved");
        let newer = SavedView {
            filter: "metrics.x > 1".to_owned(),
            ..view("b")
        };
        views.save(&newer).expect("saved");
        assert_eq!(names(&views), ["A", "b"]);
        assert_eq!(views.list().expect("a list").0[1], newer);
        assert!(names(&of("sqlite:///a.db", "2")).is_empty());
        assert!(names(&of("sqlite:///b.db", "1")).is_empty());
        assert!(views.delete("b").expect("deleted") && !views.delete("b").expect("gone"));
        assert_eq!(names(&views), ["A"]);
    }

    #[test]
    fn a_broken_file_is_set_aside_and_said_and_saving_goes_on() {
        let dir = tempfile::tempdir().expect("a directory");
        let views = SavedViews::of(dir.path(), "s", &"1".into());
        views.save(&view("a")).expect("saved");
        fs::write(&views.file, "{ half a fi").expect("written");
        let (found, warning) = views.list().expect("a list");
        assert!(found.is_empty() && warning.is_some_and(|warning| warning.0.contains("set aside")));
        views.save(&view("b")).expect("saved");
        assert_eq!(names(&views), ["b"]);
        assert!(views.file.with_extension("json.broken").exists());
    }

    #[test]
    fn an_id_cannot_name_a_file_elsewhere() {
        let dir = tempfile::tempdir().expect("a directory");
        let views = SavedViews::of(dir.path(), "s", &"../../x".into());
        assert!(views.file.starts_with(dir.path()));
        assert!(!views.file.to_string_lossy().contains(".."));
    }
}
