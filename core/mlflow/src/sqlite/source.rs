//! Where a read is answered from: the file where it lies, or a private copy of it.

use std::fs::{self, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use flowdeck_domain::{Failure, FailureKind};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use super::fault::{Fault, tell_io};

/// How often a copy is begun anew because a writer changed the file meanwhile.
const COPY_ATTEMPTS: usize = 3;

/// What SQLite keeps beside a database.
const COMPANIONS: [&str; 2] = ["-journal", "-wal"];

/// Characters that a path keeps in a `file:` URI.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_');

/// Where a read is answered from.
#[derive(Debug)]
pub(super) enum Source {
    /// The file where it lies, with SQLite's own locks: a writer may go on beside it.
    Live,
    /// The file where it lies, which nobody has open: its write-ahead log is gone. No file is made beside it.
    Quiet,
    /// A copy in a directory of our own, because SQLite cannot read the file without writing to it.
    Copy(TempDir),
}

impl Source {
    /// Opens the database read-only.
    pub(super) fn connect(&self, path: &Path, patience: Duration) -> Result<Connection, Fault> {
        let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
        let connection = match self {
            Self::Live => {
                let uri = uri(path, "mode=ro");
                Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_READ_ONLY)
            }
            Self::Quiet => {
                let uri = uri(path, "mode=ro&immutable=1");
                Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_READ_ONLY)
            }
            Self::Copy(directory) => {
                let uri = uri(&copied_to(directory), "mode=rw");
                Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_READ_WRITE)
            }
        }?;
        connection.busy_timeout(patience)?;
        connection.set_prepared_statement_cache_capacity(64);
        connection.execute_batch("PRAGMA cache_size = -4096; PRAGMA temp_store = MEMORY")?;
        Ok(connection)
    }

    /// Whether what was read is only good while the file stays as it is.
    pub(super) fn is_snapshot(&self) -> bool {
        !matches!(self, Self::Live)
    }

    /// Copies the database and its journals to a directory of our own, all of one moment.
    pub(super) fn copy(path: &Path) -> Result<Self, Failure> {
        for _ in 0..COPY_ATTEMPTS {
            let before = Stamp::of(path)?;
            let directory = tempfile::Builder::new()
                .prefix("flowdeck-store-")
                .tempdir()
                .map_err(|error| tell_io(error, &std::env::temp_dir()))?;
            let target = copied_to(&directory);
            fs::copy(path, &target).map_err(|error| tell_io(error, path))?;
            make_writable(&target).map_err(|error| tell_io(error, &target))?;
            for companion in COMPANIONS {
                match fs::copy(beside(path, companion), beside(&target, companion)) {
                    Ok(_) => make_writable(&beside(&target, companion)).map_err(|e| tell_io(e, &target))?,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(tell_io(error, path)),
                }
            }
            if before == Stamp::of(path)? {
                return Ok(Self::Copy(directory));
            }
        }
        Err(Failure::new(
            FailureKind::Busy,
            format!(
                "cannot read {}: another program keeps writing to it",
                path.display()
            ),
        )
        .with_hint("try again when that has finished"))
    }
}

/// Which file it is and how it stands: what is equal was not written to in between.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Stamp {
    database: FileStamp,
    companions: [Option<FileStamp>; 2],
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct FileStamp {
    identity: (u64, u64),
    size_bytes: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    /// How the file stands now.
    pub(super) fn of(path: &Path) -> Result<Self, Failure> {
        let stamp = |path: &Path| fs::metadata(path).map(|metadata| FileStamp::of(&metadata));
        let database = stamp(path).map_err(|error| tell_io(error, path))?;
        let companions = COMPANIONS.map(|companion| stamp(&beside(path, companion)).ok());
        Ok(Self { database, companions })
    }

    /// Whether it is the same file, changed or not: an open connection still reads what lies there.
    pub(super) fn same_file(&self, other: &Self) -> bool {
        self.database.identity == other.database.identity
    }

    /// Device and number of the file.
    pub(super) fn file(&self) -> (u64, u64) {
        self.database.identity
    }

    fn has_log(&self) -> bool {
        self.companions[1].as_ref().is_some_and(|log| log.size_bytes > 0)
    }
}

impl FileStamp {
    fn of(metadata: &Metadata) -> Self {
        Self {
            identity: identity(metadata),
            size_bytes: metadata.len(),
            modified: metadata.modified().ok(),
        }
    }
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

/// Looks at the file before SQLite does: whether it is one, is not empty, starts as a database does, and where
/// it can be read from.
pub(super) fn inspect(path: &Path) -> Result<Source, Failure> {
    let metadata = fs::metadata(path).map_err(|error| tell_io(error, path))?;
    let damaged = |why: &str| {
        let message = format!("cannot read {}: {why}", path.display());
        Failure::new(FailureKind::Damaged, message)
            .with_hint("give the path of an mlflow.db, or of an mlruns directory")
    };
    if metadata.is_dir() {
        let message = format!("cannot read {}: it is a directory", path.display());
        return Err(Failure::new(FailureKind::InvalidInput, message)
            .with_hint("give the path of the database file in it, or of an mlruns directory"));
    }
    if metadata.len() == 0 {
        return Err(damaged("the file is empty"));
    }
    let mut header = [0; 20];
    let mut file = fs::File::open(path).map_err(|error| tell_io(error, path))?;
    match file.read_exact(&mut header) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            return Err(damaged("it is not a SQLite database"));
        }
        read => read.map_err(|error| tell_io(error, path))?,
    }
    if !header.starts_with(b"SQLite format 3\0") {
        return Err(damaged("it is not a SQLite database"));
    }
    // Bytes 18 and 19 are 2 where a write-ahead log is used. Source: SQLite, "Database File Format", section 1.3.
    let logged = header[19] == 2;
    if logged && !Stamp::of(path)?.has_log() {
        return Ok(Source::Quiet);
    }
    Ok(Source::Live)
}

fn copied_to(directory: &TempDir) -> PathBuf {
    directory.path().join("mlflow.db")
}

fn beside(path: &Path, companion: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(companion);
    PathBuf::from(name)
}

fn make_writable(path: &Path) -> io::Result<()> {
    let mut permissions = fs::metadata(path)?.permissions();
    if permissions.readonly() {
        #[cfg(unix)]
        std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o600);
        #[cfg(not(unix))]
        permissions.set_readonly(false);
        fs::set_permissions(path, permissions)?;
    }
    Ok(())
}

#[cfg(unix)]
fn uri(path: &Path, options: &str) -> String {
    use std::os::unix::ffi::OsStrExt;
    let encoded = percent_encode(path.as_os_str().as_bytes(), IN_PATH);
    format!("file:{encoded}?{options}")
}

#[cfg(not(unix))]
fn uri(path: &Path, options: &str) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let root = if path.is_absolute() { "/" } else { "" };
    let encoded = percent_encode(text.as_bytes(), IN_PATH);
    format!("file:{root}{encoded}?{options}")
}
