//! One log on disk, in a directory of its own.
//!
//! ```text
//! text     the lines, each with its line end
//! records  12 bytes a line: nanoseconds since the epoch, which source it is of, flags
//! index    8 bytes for every 256th line: where it begins
//! ```
//! Text is written before its records: what a process that was killed left behind holds as many lines as both have
//! whole, and the index is worked out anew where it lacks some.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use flowdeck_domain::kubernetes::LogTime;

/// Lines between two entries of the index. A whole number of words of a [`super::LineSet`].
pub(super) const STRIDE: u64 = 256;

/// Bytes of a record.
pub(super) const RECORD: usize = 12;

/// Bytes read at a time where lines are counted.
const SCAN_BYTES: usize = 1 << 20;

/// It is a word of ours rather than a line of the container's.
pub(super) const IS_NOTE: u16 = 1;

/// It came without a time; the record has that of the line before.
pub(super) const IS_UNTIMED: u16 = 2;

/// A log on disk. Cheap to clone; clones see what is written meanwhile.
#[derive(Clone, Debug)]
pub struct LogFile {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    text: File,
    records: File,
    extent: RwLock<Extent>,
}

/// What there is.
#[derive(Clone, Debug, Default)]
pub(super) struct Extent {
    pub(super) n_lines: u64,
    pub(super) n_bytes: u64,
    /// Where every 256th line begins; the last may be the end.
    pub(super) index: Vec<u64>,
}

/// A line to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewLine<'a> {
    /// When it was printed.
    pub time: Option<LogTime>,
    /// Which of several logs it is of.
    pub source: u16,
    /// Whether it is a word of ours on the log.
    pub is_note: bool,
    /// Without a line end.
    pub bytes: &'a [u8],
}

/// Writes a log. There is one for each file.
#[derive(Debug)]
pub struct LogWriter {
    file: LogFile,
    text: File,
    records: File,
    index: File,
    last_nanos: i64,
}

impl Extent {
    /// Where an entry of the index begins; the end where there is none.
    pub(super) fn offset(&self, entry: u64) -> u64 {
        let entry = usize::try_from(entry).unwrap_or(usize::MAX);
        self.index.get(entry).copied().unwrap_or(self.n_bytes)
    }
}

impl LogFile {
    /// Opens a log to be read.
    ///
    /// # Errors
    /// What the system met.
    pub fn open(dir: &Path) -> io::Result<Self> {
        let (text, records) = (File::open(dir.join("text"))?, File::open(dir.join("records"))?);
        let index = std::fs::read(dir.join("index")).unwrap_or_default();
        let extent = extent_of(&text, &records, &index)?;
        Ok(Self {
            inner: Arc::new(Inner {
                text,
                records,
                extent: RwLock::new(extent),
            }),
        })
    }

    /// How many lines there are, ours among them.
    pub fn n_lines(&self) -> u64 {
        self.extent().n_lines
    }

    /// How many bytes of text there are.
    pub fn n_bytes(&self) -> u64 {
        self.extent().n_bytes
    }

    pub(super) fn extent(&self) -> RwLockReadGuard<'_, Extent> {
        self.inner.extent.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn read_text(&self, into: &mut [u8], at: u64) -> io::Result<()> {
        read_exact_at(&self.inner.text, into, at)
    }

    pub(super) fn read_records(&self, into: &mut [u8], at: u64) -> io::Result<()> {
        read_exact_at(&self.inner.records, into, at)
    }
}

impl LogWriter {
    /// Opens a log to be written on, or begins one; what a process that was killed left half is cut off.
    ///
    /// # Errors
    /// What the system met.
    pub fn open(dir: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(dir)?;
        let opened = |name: &str| {
            OpenOptions::new()
                .create(true)
                .truncate(false)
                .read(true)
                .write(true)
                .open(dir.join(name))
        };
        let (mut text, mut records, mut index) = (opened("text")?, opened("records")?, opened("index")?);
        let file = LogFile::open(dir)?;
        let (n_bytes, n_lines, entries) = {
            let extent = file.extent();
            let entries: Vec<u8> = extent
                .index
                .iter()
                .skip(1)
                .flat_map(|offset| offset.to_le_bytes())
                .collect();
            (extent.n_bytes, extent.n_lines, entries)
        };
        text.set_len(n_bytes)?;
        records.set_len(n_lines * RECORD as u64)?;
        if index.metadata()?.len() != entries.len() as u64 {
            index.set_len(0)?;
            index.write_all(&entries)?;
        }
        for file in [&mut text, &mut records, &mut index] {
            file.seek(SeekFrom::End(0))?;
        }
        let last_nanos = match n_lines {
            0 => i64::MIN,
            _ => file.nanos(n_lines - 1)?,
        };
        Ok(Self {
            file,
            text,
            records,
            index,
            last_nanos,
        })
    }

    /// What is written, to be read.
    pub fn file(&self) -> &LogFile {
        &self.file
    }

    /// Writes lines.
    ///
    /// # Errors
    /// What the system met: a full disk. Then nothing more is to be written.
    pub fn append<'a>(&mut self, lines: impl IntoIterator<Item = NewLine<'a>>) -> io::Result<()> {
        let (mut n_lines, mut n_bytes) = {
            let extent = self.file.extent();
            (extent.n_lines, extent.n_bytes)
        };
        let (mut text, mut records, mut entries) = (Vec::new(), Vec::new(), Vec::new());
        for line in lines {
            let begun = text.len();
            text.extend_from_slice(line.bytes);
            // A line end within would make two lines of it.
            while let Some(end) = memchr::memchr(b'\n', &text[begun..]) {
                text[begun + end] = b'\r';
            }
            text.push(b'\n');
            n_bytes += (text.len() - begun) as u64;
            n_lines += 1;
            records.extend_from_slice(&self.record(&line));
            if n_lines.is_multiple_of(STRIDE) {
                entries.push(n_bytes);
            }
        }
        self.text.write_all(&text)?;
        self.records.write_all(&records)?;
        if !entries.is_empty() {
            let bytes: Vec<u8> = entries.iter().flat_map(|offset| offset.to_le_bytes()).collect();
            self.index.write_all(&bytes)?;
        }
        let mut extent = self
            .file
            .inner
            .extent
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        (extent.n_lines, extent.n_bytes) = (n_lines, n_bytes);
        extent.index.extend(entries);
        Ok(())
    }

    fn record(&mut self, line: &NewLine<'_>) -> [u8; RECORD] {
        let mut flags = if line.is_note { IS_NOTE } else { 0 };
        match line.time {
            Some(time) => self.last_nanos = nanos_of(time),
            None => flags |= IS_UNTIMED,
        }
        let mut record = [0; RECORD];
        record[..8].copy_from_slice(&self.last_nanos.to_le_bytes());
        record[8..10].copy_from_slice(&line.source.to_le_bytes());
        record[10..].copy_from_slice(&flags.to_le_bytes());
        record
    }
}

/// Nanoseconds since the epoch; what lies beyond the year 2262 is cut to it.
pub(super) fn nanos_of(time: LogTime) -> i64 {
    time.seconds
        .saturating_mul(1_000_000_000)
        .saturating_add(i64::from(time.nanos))
}

/// The moment so many nanoseconds after the epoch.
pub(super) fn time_of(nanos: i64) -> LogTime {
    LogTime {
        seconds: nanos.div_euclid(1_000_000_000),
        nanos: nanos.rem_euclid(1_000_000_000) as u32,
    }
}

/// What the files hold whole; lines behind what the index knows are counted.
fn extent_of(text: &File, records: &File, index: &[u8]) -> io::Result<Extent> {
    let n_records = records.metadata()?.len() / RECORD as u64;
    let text_bytes = text.metadata()?.len();
    let mut extent = Extent {
        index: vec![0],
        ..Extent::default()
    };
    for entry in index.as_chunks::<8>().0 {
        let offset = u64::from_le_bytes(*entry);
        let line = extent.n_lines + STRIDE;
        if line > n_records || offset <= extent.n_bytes || !ends_a_line(text, offset, text_bytes)? {
            break;
        }
        extent.index.push(offset);
        (extent.n_lines, extent.n_bytes) = (line, offset);
    }
    let mut block = vec![0; SCAN_BYTES];
    let mut at = extent.n_bytes;
    while extent.n_lines < n_records && at < text_bytes {
        let length = SCAN_BYTES.min(usize::try_from(text_bytes - at).unwrap_or(SCAN_BYTES));
        read_exact_at(text, &mut block[..length], at)?;
        for end in memchr::memchr_iter(b'\n', &block[..length]) {
            extent.n_lines += 1;
            extent.n_bytes = at + end as u64 + 1;
            if extent.n_lines.is_multiple_of(STRIDE) {
                extent.index.push(extent.n_bytes);
            }
            if extent.n_lines == n_records {
                break;
            }
        }
        at += length as u64;
    }
    Ok(extent)
}

fn ends_a_line(text: &File, offset: u64, text_bytes: u64) -> io::Result<bool> {
    if offset > text_bytes {
        return Ok(false);
    }
    let mut byte = [0];
    read_exact_at(text, &mut byte, offset - 1)?;
    Ok(byte == *b"\n")
}

#[cfg(unix)]
fn read_exact_at(file: &File, into: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, at)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut into: &mut [u8], mut at: u64) -> io::Result<()> {
    while !into.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, into, at)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            n => {
                into = &mut into[n..];
                at += n as u64;
            }
        }
    }
    Ok(())
}
