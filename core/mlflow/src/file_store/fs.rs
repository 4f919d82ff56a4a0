//! The few calls on files that the reader is made of.
//!
//! A listing makes some forty of them for each run, so on Unix they are relative to an open directory: the kernel
//! then walks one or two names instead of a whole path. No call follows a symbolic link at the end of a name.

use std::io;

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(super) use unix::{Dir, is_symlink, stat_of_file};

#[cfg(not(unix))]
mod portable;
#[cfg(not(unix))]
pub(super) use portable::{Dir, is_symlink, stat_of_file};

/// What a name in a directory stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Directory,
    File,
    Symlink,
    /// A pipe, a socket, a device: never opened.
    Other,
}

/// One name in a directory. A name that is no UTF-8 is spelled with replacement characters, and so not found.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// What tells one state of a file from another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stat {
    pub(super) kind: Kind,
    pub(super) size_bytes: u64,
    /// Nanoseconds since the Unix epoch at which contents last changed.
    pub(super) modified_ns: i64,
    /// The same for contents or metadata; it cannot be set by hand.
    pub(super) changed_ns: i64,
    pub(super) inode: u64,
}

/// Reads until the end, or until `limit_bytes` and one more.
pub(super) fn read_up_to(
    file: &mut impl io::Read,
    expected: u64,
    limit_bytes: u64,
    into: &mut Vec<u8>,
) -> io::Result<()> {
    let expected = usize::try_from(expected.min(limit_bytes)).unwrap_or(usize::MAX);
    into.clear();
    into.resize(expected, 0);
    let mut filled = 0;
    while filled < expected {
        match file.read(&mut into[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    into.truncate(filled);
    Ok(())
}
