//! What can go wrong with a database file, and how a person is told.

use std::io;
use std::path::Path;

use flowdeck_domain::{Failure, FailureKind};
use rusqlite::ErrorCode;

/// Why an operation on the database ended: told already, or SQLite's word, to be told with the file's name.
#[derive(Debug)]
pub(super) enum Fault {
    /// A failure that says what it is about.
    Told(Failure),
    /// What SQLite said.
    Sql(rusqlite::Error),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self::Told(failure)
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

/// What was being done when it went wrong; the start of the sentence.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Act {
    Read,
    Write,
}

impl Act {
    fn verb(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write to",
        }
    }
}

impl Fault {
    /// The failure a person reads, with the file's name in it.
    pub(super) fn tell(self, act: Act, path: &Path) -> Failure {
        match self {
            Self::Told(failure) => failure,
            Self::Sql(error) => {
                let (kind, why, hint) = reading_of(&error, act);
                let verb = act.verb();
                Failure::new(kind, format!("cannot {verb} {}: {why}", path.display()))
                    .with_hint(hint)
                    .caused_by(error)
            }
        }
    }

    /// Whether this file cannot be read where it lies, yet a private copy of it could: a writer died and left a
    /// journal to roll back, or the write-ahead log needs files that cannot be made here.
    pub(super) fn wants_copy(&self) -> bool {
        let Self::Sql(error) = self else { return false };
        matches!(
            error.sqlite_error_code(),
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen)
        )
    }
}

fn reading_of(error: &rusqlite::Error, act: Act) -> (FailureKind, String, &'static str) {
    let Some(code) = error.sqlite_error_code() else {
        let hint = "see whether MLflow itself can open it";
        return (FailureKind::Damaged, error.to_string(), hint);
    };
    let (kind, why, hint) = match code {
        ErrorCode::NotADatabase => (
            FailureKind::Damaged,
            "it is not a SQLite database",
            "give the path of an mlflow.db, or of an mlruns directory",
        ),
        ErrorCode::DatabaseCorrupt => (
            FailureKind::Damaged,
            "the database is damaged",
            "restore it from a backup, or rescue what is left with `sqlite3 FILE .recover`",
        ),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => (
            FailureKind::Busy,
            "another program is writing to it",
            "try again when that has finished",
        ),
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::AuthorizationForStatementDenied
            if act == Act::Write =>
        {
            (
                FailureKind::System,
                "it is read-only",
                "change the permissions of the file and its directory, or write from an account that may",
            )
        }
        ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly => (
            FailureKind::System,
            "the system does not let us open it",
            "check the permissions of the file and its directory",
        ),
        ErrorCode::DiskFull => (
            FailureKind::System,
            "the disk is full",
            "make room on the disk and try again",
        ),
        ErrorCode::SystemIoFailure => (
            FailureKind::System,
            "the system failed to read or write it",
            "check the disk, and whether the file was cut short",
        ),
        ErrorCode::OutOfMemory => (FailureKind::System, "memory ran out", "ask for less at a time"),
        _ => {
            let hint = "see whether MLflow itself can open it, and report this if it can";
            return (FailureKind::Damaged, error.to_string(), hint);
        }
    };
    (kind, why.to_owned(), hint)
}

/// The failure of a file operation beside SQLite's own.
pub(super) fn tell_io(error: io::Error, path: &Path) -> Failure {
    let (kind, why, hint) = match error.kind() {
        io::ErrorKind::NotFound => (
            FailureKind::NotFound,
            "there is no such file",
            "give the path of an mlflow.db or of an mlruns directory",
        ),
        io::ErrorKind::PermissionDenied => (
            FailureKind::System,
            "permission denied",
            "check the permissions of the file and its directory",
        ),
        io::ErrorKind::StorageFull => (
            FailureKind::System,
            "the disk is full",
            "make room in the directory for temporary files and try again",
        ),
        _ => (
            FailureKind::System,
            "the system failed to read it",
            "check the disk and try again",
        ),
    };
    Failure::new(kind, format!("cannot read {}: {why}", path.display()))
        .with_hint(hint)
        .caused_by(error)
}
