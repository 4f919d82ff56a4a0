//! Keeps what the inbox remembers in the state directory, a file for each store.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use flowdeck_client::{Environment, Failure, FailureKind, Result};

use super::Memory;

/// The file of one store.
#[derive(Clone, Debug)]
pub struct InboxFile {
    path: Option<PathBuf>,
}

impl InboxFile {
    /// The file of the store at this address; nothing is kept where there is no state directory.
    pub fn of(environment: &Environment, store: &str) -> Self {
        let named = |dir: &PathBuf| dir.join("inbox").join(format!("{}.json", file_name(store)));
        Self {
            path: environment.state_dir.as_ref().map(named),
        }
    }

    /// What is remembered; nothing where the file is not there or not ours.
    pub fn read(&self) -> Memory {
        let text = self
            .path
            .as_ref()
            .and_then(|path| std::fs::read_to_string(path).ok());
        text.map_or_else(Memory::default, |text| Memory::of_text(&text))
    }

    /// Keeps it: another process never sees half a file.
    ///
    /// # Errors
    /// A directory that cannot be written.
    pub fn write(&self, memory: &Memory) -> Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        let dir = path.parent().unwrap_or(Path::new("."));
        let failed = |error: std::io::Error| {
            let message = format!(
                "what the inbox remembers cannot be kept in {}: {error}",
                dir.display()
            );
            Failure::new(FailureKind::System, message).caused_by(error)
        };
        std::fs::create_dir_all(dir).map_err(failed)?;
        let mut file = tempfile::NamedTempFile::new_in(dir).map_err(failed)?;
        file.write_all(memory.to_text().as_bytes()).map_err(failed)?;
        file.persist(path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

/// A name that says which store it is to people, and to us beyond doubt.
fn file_name(store: &str) -> String {
    let tail: String = store
        .chars()
        .rev()
        .take(40)
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '-'
            }
        })
        .collect();
    let tail: String = tail.chars().rev().collect();
    // FNV-1a, 64 bits: the same in every version of ours.
    let hash = store.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{}-{hash:016x}", tail.trim_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_for_one_store_is_not_that_of_another() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let mut environment = Environment::of("/", []);
        environment.state_dir = Some(dir.path().to_owned());
        let (one, other) = ("sqlite:////lab/a/mlflow.db", "sqlite:////lab/b/mlflow.db");
        let mut memory = Memory::default();
        memory.look(&crate::inbox::Seen::default(), flowdeck_client::Timestamp(5));
        InboxFile::of(&environment, one)
            .write(&memory)
            .expect("it is kept");
        assert_eq!(InboxFile::of(&environment, one).read(), memory);
        assert_eq!(InboxFile::of(&environment, other).read(), Memory::default());
    }

    #[test]
    fn without_a_state_directory_nothing_is_kept_and_nothing_fails() {
        let file = InboxFile::of(&Environment::of("/", []), "x");
        assert!(file.write(&Memory::default()).is_ok());
        assert_eq!(file.read(), Memory::default());
    }
}
