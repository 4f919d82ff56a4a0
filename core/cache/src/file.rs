//! The file itself: made for its owner alone, set aside where it cannot be read.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use flowdeck_domain::Warning;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::schema::{Unusable, migrate};

/// How long a writer waits for another process.
const BUSY: Duration = Duration::from_secs(5);

/// What SQLite puts beside the file.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// What a file on disk is, without opening it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FileInfo {
    /// Where it lies.
    pub file: PathBuf,
    /// With what SQLite put beside it.
    pub size_bytes: u64,
}

/// The size of a cache; none where there is no file.
pub fn info(file: &Path) -> Option<FileInfo> {
    let size = |path: &Path| path.metadata().map(|metadata| metadata.len());
    let beside = BESIDE.iter().filter_map(|end| size(&with_end(file, end)).ok());
    Some(FileInfo {
        file: file.to_owned(),
        size_bytes: size(file).ok()? + beside.sum::<u64>(),
    })
}

/// Deletes a cache with what SQLite put beside it; answers whether there was one.
///
/// # Errors
/// What the system met.
pub fn remove(file: &Path) -> io::Result<bool> {
    for end in BESIDE.iter().chain(&[".lock"]) {
        gone(fs::remove_file(with_end(file, end)))?;
    }
    gone(fs::remove_file(file))
}

fn gone(removed: io::Result<()>) -> io::Result<bool> {
    match removed {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn with_end(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Opens the file for writing, making it where it is not there. One that cannot be read is set aside and said so.
///
/// # Errors
/// Why there is no cache this time, as one sentence.
pub(crate) fn open(file: &Path) -> Result<(Connection, Option<Warning>), Warning> {
    prepare(file).map_err(|error| without(file, &error))?;
    match attempt(file) {
        Ok(connection) => Ok((connection, None)),
        Err(Unusable::Newer) => Err(without(file, &"a newer flowdeck wrote it")),
        Err(Unusable::Foreign) => renewed(file, "it is a database of something else"),
        Err(Unusable::Sqlite(error)) if is_damaged(&error) => renewed(file, &error.to_string()),
        Err(Unusable::Sqlite(error)) => Err(without(file, &error)),
    }
}

/// A connection that only reads; the writer has made the file.
pub(crate) fn open_for_reading(file: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE | no_mutex())?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// Whether it is the file's fault, so that another one would do.
pub(crate) fn is_damaged(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

/// Moves a file that cannot be read out of the way and begins anew. What is aside is kept for whoever wants to look.
pub(crate) fn renewed(file: &Path, why: &str) -> Result<(Connection, Option<Warning>), Warning> {
    let lock = File::create(with_end(file, ".lock")).and_then(|lock| lock.lock().map(|()| lock));
    let _lock = lock.map_err(|error| without(file, &error))?;
    // Another process may have begun anew while this one waited for the lock.
    if let Ok(connection) = attempt(file).and_then(checked) {
        return Ok((connection, None));
    }
    let aside = free_name(file);
    fs::rename(file, &aside).map_err(|error| without(file, &error))?;
    for end in BESIDE {
        let _ = fs::rename(with_end(file, end), with_end(&aside, end));
    }
    prepare(file).map_err(|error| without(file, &error))?;
    match attempt(file) {
        Ok(connection) => {
            let said = format!(
                "the offline cache {} could not be read ({why}): it was set aside as {} and begun anew",
                file.display(),
                aside.display()
            );
            Ok((connection, Some(Warning::new(said))))
        }
        Err(_) => Err(without(file, &why)),
    }
}

/// That nothing is kept this time.
pub(crate) fn without(file: &Path, why: &dyn std::fmt::Display) -> Warning {
    Warning::new(format!(
        "nothing is kept for offline use, as the cache {} cannot be used: {why}",
        file.display()
    ))
}

fn attempt(file: &Path) -> Result<Connection, Unusable> {
    let mut connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE | no_mutex())?;
    connection.busy_timeout(BUSY)?;
    // Counts before the first table is made only.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    // A power cut may cost the last answers, never the file.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// Reads the whole file once: done only where something was wrong with it before.
fn checked(connection: Connection) -> Result<Connection, Unusable> {
    let said: String = connection.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    if said == "ok" {
        Ok(connection)
    } else {
        Err(Unusable::Foreign)
    }
}

fn no_mutex() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_NO_MUTEX
}

/// A name beside the file that nothing has yet: `lab.db.broken-1`.
fn free_name(file: &Path) -> PathBuf {
    (1..)
        .map(|n| with_end(file, &format!(".broken-{n}")))
        .find(|name| !name.exists())
        .unwrap_or_else(|| with_end(file, ".broken"))
}

/// Makes directory and file where they are not there, both for their owner alone; SQLite gives what it puts beside
/// the file the same mode.
fn prepare(file: &Path) -> io::Result<()> {
    if let Some(directory) = file.parent() {
        fs::create_dir_all(directory)?;
        owner_only(directory, 0o700)?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?;
    owner_only(file, 0o600)
}

#[cfg(unix)]
fn owner_only(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if path.metadata()?.permissions().mode() & 0o777 == mode {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

/// Directories of a person are theirs alone already.
#[cfg(not(unix))]
fn owner_only(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}
