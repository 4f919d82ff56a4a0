use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::{Entry, Kind, Stat};

/// A directory, by its path.
#[derive(Debug)]
pub(in crate::file_store) struct Dir(PathBuf);

impl Dir {
    /// Opens a directory by its path, which may be a symbolic link.
    pub(in crate::file_store) fn open(path: &Path) -> io::Result<Self> {
        if fs::metadata(path)?.is_dir() {
            Ok(Self(path.to_owned()))
        } else {
            Err(io::ErrorKind::NotADirectory.into())
        }
    }

    /// Opens a directory below this one.
    pub(in crate::file_store) fn dir(&self, name: &str) -> io::Result<Self> {
        match self.stat(name)?.kind {
            Kind::Directory => Ok(Self(self.0.join(name))),
            _ => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    /// Opens a file below this one for reading.
    pub(in crate::file_store) fn file(&self, name: &str) -> io::Result<File> {
        match self.stat(name)?.kind {
            Kind::File => File::open(self.0.join(name)),
            Kind::Directory => Err(io::ErrorKind::IsADirectory.into()),
            _ => Err(io::ErrorKind::InvalidInput.into()),
        }
    }

    /// What a name below this directory stands for.
    pub(in crate::file_store) fn stat(&self, name: &str) -> io::Result<Stat> {
        Ok(stat_of(&fs::symlink_metadata(self.0.join(name))?))
    }

    /// What this directory itself is.
    pub(in crate::file_store) fn own_stat(&self) -> io::Result<Stat> {
        Ok(stat_of(&fs::metadata(&self.0)?))
    }

    /// The names in this directory, in the order the file system gives them.
    pub(in crate::file_store) fn entries(&self) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            entries.push(Entry {
                name: entry.file_name().to_string_lossy().into_owned(),
                kind: kind_of(entry.file_type()?),
            });
        }
        Ok(entries)
    }
}

/// What an open file is.
pub(in crate::file_store) fn stat_of_file(file: &File) -> io::Result<Stat> {
    Ok(stat_of(&file.metadata()?))
}

/// Whether opening failed because the name is a symbolic link.
pub(in crate::file_store) fn is_symlink(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::InvalidInput
}

fn kind_of(kind: fs::FileType) -> Kind {
    if kind.is_dir() {
        Kind::Directory
    } else if kind.is_file() {
        Kind::File
    } else if kind.is_symlink() {
        Kind::Symlink
    } else {
        Kind::Other
    }
}

fn stat_of(metadata: &Metadata) -> Stat {
    let modified_ns = metadata
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .and_then(|since| i64::try_from(since.as_nanos()).ok())
        .unwrap_or(0);
    Stat {
        kind: kind_of(metadata.file_type()),
        size_bytes: metadata.len(),
        modified_ns,
        changed_ns: modified_ns,
        inode: 0,
    }
}
