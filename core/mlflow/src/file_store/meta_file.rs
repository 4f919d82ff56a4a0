//! Reading a `meta.yaml` while somebody may be rewriting it.

use std::io::{ErrorKind, Read};
use std::time::Duration;

use super::fs::{Dir, Kind, Stat, stat_of_file};
use super::section::why;
use super::stamp::Stamp;

/// Longest file of this kind that is read; real ones hold some hundred bytes, a dataset's profile some more.
const LIMIT_BYTES: u64 = 64 << 20;

/// MLflow empties the file before it writes it anew: how long to wait for the rest, three times.
const RETRY_AFTER: [Duration; 3] = [
    Duration::from_millis(5),
    Duration::from_millis(20),
    Duration::from_millis(100),
];

/// Why there is no meta.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum NoMeta {
    /// The file is not there.
    Missing,
    /// It is there and cannot be read, for this reason.
    Unreadable(String),
}

/// Reads a file of the directory as text, with what it was just before.
///
/// # Errors
/// Why that is impossible.
pub(super) fn read(directory: &Dir, name: &str, now_ns: i64) -> Result<(Stat, String), NoMeta> {
    let mut waits = RETRY_AFTER.iter();
    loop {
        let (stat, text) = read_once(directory, name)?;
        let being_written = text.is_empty() && !Stamp::of(&stat).still(Stamp::trusted(&stat, now_ns));
        match waits.next() {
            Some(wait) if being_written => std::thread::sleep(*wait),
            _ => return Ok((stat, text)),
        }
    }
}

fn read_once(directory: &Dir, name: &str) -> Result<(Stat, String), NoMeta> {
    let unreadable = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => NoMeta::Missing,
        _ => NoMeta::Unreadable(why(&error)),
    };
    let mut file = directory.file(name).map_err(unreadable)?;
    let stat = stat_of_file(&file).map_err(unreadable)?;
    if stat.kind != Kind::File {
        return Err(NoMeta::Unreadable("is no file".to_owned()));
    }
    if stat.size_bytes > LIMIT_BYTES {
        return Err(NoMeta::Unreadable(format!(
            "is {} bytes long, too long for a meta",
            stat.size_bytes
        )));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(stat.size_bytes).unwrap_or(0) + 1);
    (&mut file)
        .take(LIMIT_BYTES)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    let text = String::from_utf8(bytes).map_err(|_| NoMeta::Unreadable("is not UTF-8 text".to_owned()))?;
    Ok((stat, text))
}
