//! How far a metric file was read, and how to tell whether what was read still stands there.

use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, Seek, SeekFrom};

use flowdeck_domain::port::HistoryMark;

use super::super::fs::Stat;
use super::super::metric_file::Walk;

/// Bytes before the mark that must still be the same: some hundred lines.
const REMEMBERED: u64 = 4_096;

/// How far a metric file was read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Mark {
    inode: u64,
    /// Bytes that were read, all of them in whole lines.
    pub(super) bytes: u64,
    lines: usize,
    has_no_steps: bool,
    /// Of the first bytes of the file and of those before the mark.
    digest: u64,
}

impl Mark {
    /// The mark behind the last line of a walk; none where that line may still grow.
    pub(super) fn of(walk: &Walk, file: &mut File, stat: &Stat) -> io::Result<Option<Self>> {
        let Some((lines, bytes, has_no_steps)) = walk.place() else {
            return Ok(None);
        };
        Ok(Some(Self {
            inode: stat.inode,
            bytes,
            lines,
            has_no_steps,
            digest: digest(file, bytes)?,
        }))
    }

    /// Whether the file is the one that was read, has not lost a line, and holds before the mark what it held.
    pub(super) fn still_holds(&self, file: &mut File, stat: &Stat) -> io::Result<bool> {
        let may_hold = stat.inode == self.inode && stat.size_bytes >= self.bytes;
        Ok(may_hold && digest(file, self.bytes)? == self.digest)
    }

    /// The walk to go on with.
    pub(super) fn walk(&self) -> Walk {
        Walk::after(self.lines, self.bytes, self.has_no_steps)
    }

    /// As text.
    pub(super) fn written(&self) -> HistoryMark {
        let Self {
            inode,
            bytes,
            lines,
            has_no_steps,
            digest,
        } = self;
        let text = format!(
            "file {inode} {bytes} {lines} {} {digest}",
            u8::from(*has_no_steps)
        );
        HistoryMark(text.into())
    }

    /// From text; none where it is no mark of this kind.
    pub(super) fn read(mark: &HistoryMark) -> Option<Self> {
        let mut words = mark.0.split(' ');
        if words.next() != Some("file") {
            return None;
        }
        let mut number = || words.next()?.parse::<u64>().ok();
        Some(Self {
            inode: number()?,
            bytes: number()?,
            lines: usize::try_from(number()?).ok()?,
            has_no_steps: number()? == 1,
            digest: number()?,
        })
    }
}

fn digest(file: &mut File, end: u64) -> io::Result<u64> {
    let mut hasher = DefaultHasher::new();
    let length = end.min(REMEMBERED);
    for start in [0, end - length] {
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        file.by_ref().take(length).read_to_end(&mut bytes)?;
        bytes.hash(&mut hasher);
    }
    Ok(hasher.finish())
}
