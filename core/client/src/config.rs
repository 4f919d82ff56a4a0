//! `config.toml`: read with the place of every entry, so that what is wrong is told by file, line and key; changed with
//! comments and order kept.
//!
//! Each section is read by whom it concerns, through [`Section`] and [`Entry`]. What is wrong in it is a [`Remark`],
//! which its reader turns into a warning, or into a failure where it cannot do without the entry.

mod change;
mod entry;
mod file;
mod nearest;
mod remark;
mod section;

use std::path::Path;
use std::sync::Arc;

use flowdeck_domain::{Result, Warning};

pub use change::change;
pub use entry::Entry;
pub(crate) use nearest::nearest;
pub use remark::Remark;
pub use section::Section;
pub use toml_edit;

use crate::environment::Environment;
use file::ConfigFile;

/// The name of the file in the config directory.
pub const FILE_NAME: &str = "config.toml";

/// What may stand at the top of the file.
const SECTIONS: [&str; 7] = ["current", "contexts", "keys", "theme", "chart", "notify", "cache"];

/// What the configuration says; empty where there is no file. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Config {
    file: Arc<ConfigFile>,
}

impl Config {
    /// Reads the file of the config directory. One that is not there counts as empty.
    ///
    /// # Errors
    /// A file that cannot be read, or is no TOML, with the line.
    pub fn load(environment: &Environment) -> Result<Self> {
        let Some(path) = environment.config_file() else {
            return Ok(Self::default());
        };
        let file = ConfigFile::read(&path)?;
        Ok(Self { file: Arc::new(file) })
    }

    /// What this text says, as if it stood in the file at `path`.
    ///
    /// # Errors
    /// Text that is no TOML.
    pub fn parse(path: &Path, text: &str) -> Result<Self> {
        let file = ConfigFile::parse(path, text.to_owned())?;
        Ok(Self { file: Arc::new(file) })
    }

    /// Where the file is, or would be; none where the platform has no place for it.
    pub fn path(&self) -> Option<&Path> {
        self.file.path.as_deref()
    }

    /// A section of the file; one that is not there is empty.
    ///
    /// # Errors
    /// Something of that name which is no table.
    pub fn section(&self, name: &'static str) -> Result<Section<'_>, Remark> {
        let root = Section::root(&self.file);
        match root.entry(name) {
            Some(entry) => entry.section(),
            None => Ok(Section::empty(&self.file, name)),
        }
    }

    /// The name of the context that is used where none is named.
    ///
    /// # Errors
    /// Something that is no text.
    pub fn current(&self) -> Result<Option<&str>, Remark> {
        let root = Section::root(&self.file);
        root.entry("current").map(|entry| entry.text()).transpose()
    }

    /// What stands at the top of the file and is not known there.
    pub fn warnings(&self) -> Vec<Warning> {
        let unknown = Section::root(&self.file).unknown(&SECTIONS);
        unknown.into_iter().map(Warning::from).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Config {
        Config::parse(Path::new("/c/config.toml"), text).expect("it is TOML")
    }

    #[test]
    fn what_is_not_there_is_empty_and_what_is_no_table_is_told() {
        let config = config("current = 'lab'\nkeys = 3\n");
        assert_eq!(config.current().ok().flatten(), Some("lab"));
        let theme = config.section("theme").expect("it is not there");
        assert_eq!(theme.entries().count(), 0);
        let remark = config.section("keys").expect_err("it is a number");
        assert_eq!(
            remark.to_string(),
            "/c/config.toml, line 2: `keys` must be a table, not a whole number"
        );
    }

    #[test]
    fn a_section_that_is_not_known_is_warned_of_with_the_nearest_name() {
        let warnings = config("[contxts.lab]\ntracking = 'x'\n[other]\n").warnings();
        let texts: Vec<_> = warnings.iter().map(|warning| warning.0.to_string()).collect();
        assert_eq!(
            texts,
            [
                "/c/config.toml, line 1: there is no key `contxts`; did you mean `contexts`?",
                "/c/config.toml, line 3: there is no key `other`; known are `current`, `contexts`, `keys`, `theme`, `chart`, `notify`, `cache`",
            ]
        );
    }

    #[test]
    fn text_that_is_no_toml_is_told_by_line_and_never_repeated() {
        let text = "current = 'lab'\n[contexts.lab]\ntoken = \"hunter2\n";
        let failure = Config::parse(Path::new("/c/config.toml"), text).expect_err("a quote is missing");
        assert!(
            failure.message().starts_with("/c/config.toml, line 3: "),
            "{failure}"
        );
        let whole = format!("{failure:?} {failure}");
        assert!(!whole.contains("hunter2"), "{whole}");
    }

    #[test]
    fn no_directory_is_no_configuration() {
        let config = Config::load(&Environment::of("/nowhere", [])).expect("nothing is read");
        assert!(config.path().is_none() && config.warnings().is_empty());
    }
}
