use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use flowdeck_domain::{Failure, FailureKind, Result, Warning};

use super::record::{AuditEntry, EntryState, Record};
use crate::environment::Environment;

/// The log of changes to registries, JSON lines in the state directory. Lines are only ever added.
#[derive(Clone, Debug)]
pub struct AuditLog {
    path: PathBuf,
}

/// Held while a change is applied: one at a time, and what has no end in the log then is being done.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl AuditLog {
    /// The log of this person; none where the platform names no place for it.
    pub fn of(environment: &Environment) -> Option<Self> {
        let state_dir = environment.state_dir.as_ref()?;
        Some(Self::at(&state_dir.join("audit.jsonl")))
    }

    /// The log in this file, which need not be there yet.
    pub fn at(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
        }
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a line; it is on the disk when this returns.
    pub(super) fn append(&self, record: &Record) -> Result<()> {
        self.try_append(record)
            .map_err(|error| self.failure("write", error))
    }

    fn try_append(&self, record: &Record) -> io::Result<()> {
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        let mut file = open_private(&self.path)?;
        // A line that a crash cut off must not swallow the next one.
        if !ends_its_line(&mut file)? {
            line.insert(0, b'\n');
        }
        file.write_all(&line)?;
        file.sync_all()?;
        // The name of a file that is new is on the disk with its directory alone.
        if let (true, Some(directory)) = (cfg!(unix), self.path.parent()) {
            File::open(directory)?.sync_all()?;
        }
        Ok(())
    }

    /// All changes, the oldest first, and what could not be read as one.
    ///
    /// # Errors
    /// A log that is there and cannot be read.
    pub fn entries(&self) -> Result<(Vec<AuditEntry>, Vec<Warning>)> {
        let text = match fs::read(&self.path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok((Vec::new(), Vec::new())),
            Err(error) => return Err(self.failure("read", error)),
        };
        let (mut entries, mut warnings) = (Vec::<AuditEntry>::new(), Vec::new());
        for (at, line) in text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
        {
            match serde_json::from_str::<Record>(line) {
                Ok(Record::Intent(intent)) => entries.push(AuditEntry::of(*intent)),
                Ok(record) => {
                    let about = entries.iter_mut().rev().find(|entry| entry.id == record.id());
                    if let Some(entry) = about {
                        entry.take(&record);
                    }
                }
                Err(_) => warnings.push(Warning::new(format!(
                    "{}: line {} is no record, passed over",
                    self.path.display(),
                    at + 1
                ))),
            }
        }
        settle(&mut entries);
        Ok((entries, warnings))
    }

    /// Changes that broke off half-way and that nobody has finished or taken back. None while one is being applied:
    /// that one is no wreck.
    ///
    /// # Errors
    /// A log that is there and cannot be read.
    pub fn unfinished(&self) -> Result<Vec<AuditEntry>> {
        // The lock is taken only where there is a wreck to be told from a change that goes on: who merely reads must not
        // keep another flowdeck from changing something.
        if !self.entries()?.0.iter().any(AuditEntry::is_unfinished) {
            return Ok(Vec::new());
        }
        let Ok(_lock) = self.lock() else {
            return Ok(Vec::new());
        };
        let (mut entries, _) = self.entries()?;
        entries.retain(AuditEntry::is_unfinished);
        Ok(entries)
    }

    /// The right to change something.
    ///
    /// # Errors
    /// Another flowdeck that has it.
    pub(super) fn lock(&self) -> Result<Lock> {
        let path = self.path.with_extension("lock");
        let file = open_private(&path).map_err(|error| self.failure("write", error))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Failure::new(
                FailureKind::Refused,
                "another flowdeck is changing a registry right now",
            )
            .with_hint("look again when it has finished")),
            Err(TryLockError::Error(error)) => Err(self.failure("lock", error)),
        }
    }

    fn failure(&self, act: &str, error: io::Error) -> Failure {
        let message = format!("cannot {act} the audit log {}: {error}", self.path.display());
        Failure::new(FailureKind::System, message)
            .with_hint("nothing is changed without it; FLOWDECK_STATE_DIR names another place")
            .caused_by(error)
    }
}

/// Notes with each change which later one settled it: an undo names what it takes back, and a later change of the same
/// model that was done leaves the registry in a state of its own, whatever an earlier one left.
fn settle(entries: &mut [AuditEntry]) {
    for at in 0..entries.len() {
        let (earlier, later) = entries.split_at_mut(at);
        let later = &later[0];
        if later.state != EntryState::Done {
            continue;
        }
        for entry in earlier.iter_mut().filter(|entry| entry.settled_by.is_none()) {
            let same = entry.model == later.model && entry.store == later.store;
            let is_undone = later.undoes.as_deref() == Some(entry.id.as_str());
            let is_finished =
                entry.state != EntryState::Done && same && !later.is_edit() && later.target == entry.target;
            if is_undone || is_finished {
                entry.settled_by = Some(later.id.clone());
            }
        }
    }
}

/// Opens a file that nobody else may read, with its directories.
fn open_private(path: &Path) -> io::Result<File> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    let mut options = OpenOptions::new();
    // Two programs may write at once: each line goes behind what is there by then.
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

fn ends_its_line(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}
