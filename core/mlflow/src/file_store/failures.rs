//! What fails, in words.

use std::io::{self, ErrorKind};
use std::path::Path;

use flowdeck_domain::{Failure, FailureKind};

use super::fs::is_symlink;

/// A file or directory that cannot be read.
pub(super) fn unreadable(path: &Path, error: io::Error) -> Failure {
    cannot("read", path, error)
}

/// A file or directory that cannot be written.
pub(super) fn unwritable(path: &Path, error: io::Error) -> Failure {
    cannot("write", path, error)
}

fn cannot(act: &str, path: &Path, error: io::Error) -> Failure {
    let path = path.display();
    let (kind, why, hint) = match error.kind() {
        ErrorKind::NotFound => (
            FailureKind::NotFound,
            "there is no such file or directory".into(),
            "check the path",
        ),
        ErrorKind::PermissionDenied => (
            FailureKind::System,
            "permission denied".into(),
            "ask the owner of the directory for the right",
        ),
        ErrorKind::NotADirectory => (
            FailureKind::Damaged,
            "it is not a directory".into(),
            "give the path of an mlruns directory",
        ),
        _ if is_symlink(&error) => (
            FailureKind::Refused,
            "symbolic links inside a store are not followed".into(),
            "put the directory itself in its place",
        ),
        ErrorKind::ReadOnlyFilesystem => (
            FailureKind::System,
            "the file system is read-only".into(),
            "work on a copy of the store",
        ),
        _ => (
            FailureKind::System,
            error.to_string(),
            "see the log for the cause",
        ),
    };
    Failure::new(kind, format!("cannot {act} {path}: {why}"))
        .with_hint(hint)
        .caused_by(error)
}

/// Something whose own file makes no sense.
pub(super) fn damaged(path: &Path, reason: &str) -> Failure {
    Failure::new(FailureKind::Damaged, format!("{} {reason}", path.display()))
        .with_hint("restore the file from a backup, or move it out of the store")
}

/// Something that was asked for and is not there.
pub(super) fn not_found(what: &str, id: &str) -> Failure {
    Failure::new(
        FailureKind::NotFound,
        format!("there is no {what} `{id}` in this store"),
    )
}
