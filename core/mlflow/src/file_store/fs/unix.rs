use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags};

use super::{Entry, Kind, Stat};

/// An open directory.
#[derive(Debug)]
pub(in crate::file_store) struct Dir(OwnedFd);

const DIRECTORY: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);
// Without NONBLOCK, opening a pipe that took the place of a file would wait for a writer.
const PLAIN_FILE: OFlags = OFlags::RDONLY
    .union(OFlags::CLOEXEC)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::NONBLOCK);

impl Dir {
    /// Opens a directory by its path, which may be a symbolic link.
    pub(in crate::file_store) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self(rustix::fs::openat(CWD, path, DIRECTORY, Mode::empty())?))
    }

    /// Opens a directory below this one.
    pub(in crate::file_store) fn dir(&self, name: &str) -> io::Result<Self> {
        let flags = DIRECTORY | OFlags::NOFOLLOW;
        Ok(Self(rustix::fs::openat(&self.0, name, flags, Mode::empty())?))
    }

    /// Opens a file below this one for reading.
    pub(in crate::file_store) fn file(&self, name: &str) -> io::Result<File> {
        Ok(rustix::fs::openat(&self.0, name, PLAIN_FILE, Mode::empty())?.into())
    }

    /// What a name below this directory stands for.
    pub(in crate::file_store) fn stat(&self, name: &str) -> io::Result<Stat> {
        Ok(stat_of(&rustix::fs::statat(
            &self.0,
            name,
            AtFlags::SYMLINK_NOFOLLOW,
        )?))
    }

    /// What this directory itself is.
    pub(in crate::file_store) fn own_stat(&self) -> io::Result<Stat> {
        Ok(stat_of(&rustix::fs::fstat(&self.0)?))
    }

    /// The names in this directory, in the order the file system gives them.
    #[cfg(target_os = "linux")]
    pub(in crate::file_store) fn entries(&self) -> io::Result<Vec<Entry>> {
        let mut buffer = Vec::with_capacity(32 * 1024);
        let mut listing = rustix::fs::RawDir::new(&self.0, buffer.spare_capacity_mut());
        let mut entries = Vec::new();
        while let Some(entry) = listing.next() {
            let entry = entry?;
            entries.extend(self.entry_of(entry.file_name(), entry.file_type()));
        }
        Ok(entries)
    }

    /// The names in this directory, in the order the file system gives them.
    #[cfg(not(target_os = "linux"))]
    pub(in crate::file_store) fn entries(&self) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in rustix::fs::Dir::read_from(&self.0)? {
            let entry = entry?;
            entries.extend(self.entry_of(entry.file_name(), entry.file_type()));
        }
        Ok(entries)
    }

    fn entry_of(&self, name: &std::ffi::CStr, kind: FileType) -> Option<Entry> {
        let name = name.to_string_lossy();
        if name == "." || name == ".." {
            return None;
        }
        let kind = match kind {
            // Some file systems do not tell in the listing.
            FileType::Unknown => self.stat(&name).map_or(Kind::Other, |stat| stat.kind),
            known => kind_of(known),
        };
        Some(Entry {
            name: name.into_owned(),
            kind,
        })
    }
}

/// What an open file is.
pub(in crate::file_store) fn stat_of_file(file: &File) -> io::Result<Stat> {
    Ok(stat_of(&rustix::fs::fstat(file)?))
}

/// Whether opening failed because the name is a symbolic link.
pub(in crate::file_store) fn is_symlink(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

fn kind_of(kind: FileType) -> Kind {
    match kind {
        FileType::Directory => Kind::Directory,
        FileType::RegularFile => Kind::File,
        FileType::Symlink => Kind::Symlink,
        _ => Kind::Other,
    }
}

// The widths of these fields differ between platforms: some of the casts do nothing on some of them.
#[allow(clippy::unnecessary_cast, clippy::cast_possible_wrap, clippy::cast_sign_loss)]
fn stat_of(stat: &rustix::fs::Stat) -> Stat {
    let nanos = |seconds: i64, nanos: i64| seconds.wrapping_mul(1_000_000_000).wrapping_add(nanos);
    Stat {
        kind: kind_of(FileType::from_raw_mode(stat.st_mode as _)),
        size_bytes: stat.st_size as u64,
        modified_ns: nanos(stat.st_mtime as i64, stat.st_mtime_nsec as i64),
        changed_ns: nanos(stat.st_ctime as i64, stat.st_ctime_nsec as i64),
        inode: stat.st_ino as u64,
    }
}
