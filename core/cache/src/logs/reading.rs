use std::io;
use std::ops::{ControlFlow, Range};

use bytes::Bytes;
use flowdeck_domain::kubernetes::LogTime;
use memchr::memchr;

use super::file::{IS_NOTE, IS_UNTIMED, LogFile, RECORD, STRIDE, nanos_of, time_of};

/// The most bytes of a line that a screen is given.
pub const LONGEST_SHOWN: usize = 64 << 10;

/// Bytes read at a time.
const BLOCK: usize = 256 << 10;

/// Records read at a time.
const RECORDS: u64 = 8192;

/// A line of a log on disk.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// Which, from 0.
    pub number: u64,
    /// When it was printed.
    pub time: Option<LogTime>,
    /// Which of several logs it is of.
    pub source: u16,
    /// Whether it is a word of ours on the log.
    pub is_note: bool,
    /// Whether only its beginning is given.
    pub is_cut: bool,
    /// Without its line end.
    pub bytes: Bytes,
}

/// What a record says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    nanos: i64,
    source: u16,
    flags: u16,
}

impl Record {
    fn read(bytes: &[u8; RECORD]) -> Self {
        let [a, b, c, d, e, f, g, h, s0, s1, f0, f1] = *bytes;
        Self {
            nanos: i64::from_le_bytes([a, b, c, d, e, f, g, h]),
            source: u16::from_le_bytes([s0, s1]),
            flags: u16::from_le_bytes([f0, f1]),
        }
    }

    fn time(self) -> Option<LogTime> {
        (self.flags & IS_UNTIMED == 0 && self.nanos != i64::MIN).then(|| time_of(self.nanos))
    }
}

impl LogFile {
    /// Some lines, each cut to so many bytes; fewer where there are fewer.
    ///
    /// # Errors
    /// What the system met.
    pub fn entries(&self, range: Range<u64>, longest: usize) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        self.for_each(range, longest, |entry| {
            entries.push(entry);
            ControlFlow::Continue(())
        })?;
        Ok(entries)
    }

    /// Gives some lines one after the other, each cut to so many bytes, until one is enough.
    ///
    /// # Errors
    /// What the system met.
    pub fn for_each(
        &self,
        range: Range<u64>,
        longest: usize,
        mut give: impl FnMut(Entry) -> ControlFlow<()>,
    ) -> io::Result<()> {
        let (end, from, to) = {
            let extent = self.extent();
            let end = range.end.min(extent.n_lines);
            (
                end,
                extent.offset(range.start / STRIDE),
                extent.offset(end.div_ceil(STRIDE)),
            )
        };
        if range.start >= end {
            return Ok(());
        }
        let mut records = Records::new(self, range.start..end);
        let mut number = range.start / STRIDE * STRIDE;
        let (mut line, mut is_cut) = (Vec::new(), false);
        let mut block = vec![0; BLOCK.min(usize::try_from(to - from).unwrap_or(BLOCK))];
        let mut at = from;
        while at < to {
            let length = block.len().min(usize::try_from(to - at).unwrap_or(BLOCK));
            self.read_text(&mut block[..length], at)?;
            at += length as u64;
            let mut rest = &block[..length];
            while !rest.is_empty() {
                let line_end = memchr(b'\n', rest);
                let part = &rest[..line_end.unwrap_or(rest.len())];
                if number >= range.start {
                    let room = longest.saturating_sub(line.len());
                    is_cut |= part.len() > room;
                    line.extend_from_slice(&part[..part.len().min(room)]);
                }
                let Some(line_end) = line_end else { break };
                rest = &rest[line_end + 1..];
                if number >= range.start {
                    let record = records.next()?;
                    let entry = Entry {
                        number,
                        time: record.time(),
                        source: record.source,
                        is_note: record.flags & IS_NOTE != 0,
                        is_cut: std::mem::take(&mut is_cut),
                        bytes: std::mem::take(&mut line).into(),
                    };
                    if give(entry).is_break() {
                        return Ok(());
                    }
                }
                number += 1;
                if number >= end {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The first line of this time or later; that behind the last where there is none. Lines count as in order.
    ///
    /// # Errors
    /// What the system met.
    pub fn line_at(&self, time: LogTime) -> io::Result<u64> {
        let nanos = nanos_of(time);
        let (mut low, mut high) = (0, self.n_lines());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.nanos(middle)? < nanos {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// When the last line with a time was printed.
    ///
    /// # Errors
    /// What the system met.
    pub fn last_time(&self) -> io::Result<Option<LogTime>> {
        let n_lines = self.n_lines();
        if n_lines == 0 {
            return Ok(None);
        }
        let nanos = self.nanos(n_lines - 1)?;
        Ok((nanos != i64::MIN).then(|| time_of(nanos)))
    }

    /// When the first line was printed, as far as it has a time.
    ///
    /// # Errors
    /// What the system met.
    pub fn first_time(&self) -> io::Result<Option<LogTime>> {
        let first = self.entries(0..16, 0)?;
        Ok(first.iter().find_map(|entry| entry.time))
    }

    /// The time in a line's record.
    pub(super) fn nanos(&self, line: u64) -> io::Result<i64> {
        let mut bytes = [0; 8];
        self.read_records(&mut bytes, line * RECORD as u64)?;
        Ok(i64::from_le_bytes(bytes))
    }
}

/// Records one after the other, read by pages.
struct Records<'a> {
    file: &'a LogFile,
    range: Range<u64>,
    page: Vec<u8>,
    at: usize,
}

impl<'a> Records<'a> {
    fn new(file: &'a LogFile, range: Range<u64>) -> Self {
        Self {
            file,
            range,
            page: Vec::new(),
            at: 0,
        }
    }

    fn next(&mut self) -> io::Result<Record> {
        if self.at >= self.page.len() {
            let n_records = (self.range.end - self.range.start).min(RECORDS);
            self.page.resize(n_records as usize * RECORD, 0);
            self.file
                .read_records(&mut self.page, self.range.start * RECORD as u64)?;
            self.range.start += n_records;
            self.at = 0;
        }
        let record = self.page[self.at..].first_chunk().map(Record::read);
        self.at += RECORD;
        record.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}
