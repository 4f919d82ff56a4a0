use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use flowdeck_domain::kubernetes::{LogLine, LogTime};

use super::file::{LogFile, LogWriter, NewLine, nanos_of};

/// Goes up with every spool of this process.
static N_SPOOLS: AtomicU32 = AtomicU32::new(0);

/// One log being kept. What is there already is left out, however often it is read again.
///
/// One process writes a log at a time. Another one that reads the same log meanwhile writes a spool beside it, which the
/// next one that opens the log takes in, even where its writer was killed.
#[derive(Debug)]
pub struct Keeping {
    dir: PathBuf,
    /// What is written: the log itself, or a spool.
    written: PathBuf,
    writer: LogWriter,
    known: Known,
    /// Whether what comes now stands behind all that was there.
    is_beyond: bool,
    /// Held until this is dropped; the system lets go of it where the process dies.
    lock: File,
    is_spool: bool,
}

/// What is there already of a log that is read once more.
#[derive(Debug, Default)]
pub struct Known {
    latest: Option<LogTime>,
    /// Lines of the last two seconds, and how often each is there: they may come again in part.
    left: HashMap<(i64, Vec<u8>), u32>,
}

impl Known {
    /// What a log holds.
    ///
    /// # Errors
    /// What the system met.
    pub fn of(file: &LogFile) -> io::Result<Self> {
        let Some(latest) = file.last_time()? else {
            return Ok(Self::default());
        };
        let from = file.line_at(second_before(latest))?;
        let mut left = HashMap::new();
        file.for_each(from..u64::MAX, usize::MAX, |entry| {
            if let Some(time) = entry.time.filter(|_| !entry.is_note) {
                *left.entry((nanos_of(time), entry.bytes.to_vec())).or_insert(0) += 1;
            }
            ControlFlow::Continue(())
        })?;
        Ok(Self {
            latest: Some(latest),
            left,
        })
    }

    /// From when on a log has to be read to go on behind what is there.
    pub fn since(&self) -> Option<LogTime> {
        self.latest.map(second_before)
    }

    /// Whether a line is there already. Lines are to be asked for once each, in order.
    pub fn has(&mut self, line: &LogLine) -> bool {
        let (Some(latest), Some(time)) = (self.latest, line.time) else {
            return false;
        };
        if time < second_before(latest) {
            return true;
        }
        if self.left.is_empty() {
            return false;
        }
        let key = (nanos_of(time), line.bytes.to_vec());
        if let Some(count) = self.left.get_mut(&key) {
            *count -= 1;
            if *count == 0 {
                self.left.remove(&key);
            }
            return true;
        }
        if time.seconds > latest.seconds + 1 {
            // What has not come again by now does not come.
            self.left.clear();
        }
        false
    }
}

fn second_before(time: LogTime) -> LogTime {
    LogTime {
        seconds: time.seconds - 1,
        nanos: 0,
    }
}

impl Keeping {
    /// Keeps the log of this directory on. `is_whole` says that it is going to be read from its first line.
    ///
    /// # Errors
    /// What the system met.
    pub fn open(dir: &Path, is_whole: bool) -> io::Result<Self> {
        std::fs::create_dir_all(dir)?;
        if let Some(lock) = locked(&dir.join("lock"))? {
            take_in_spools(dir)?;
            let whole = dir.join("whole");
            let is_new = LogWriter::open(&dir.join("main"))?.file().n_lines() == 0;
            if is_new && is_whole {
                File::create(&whole)?;
            }
            if is_new || !is_whole || whole.exists() {
                return Self::begin(dir, dir.join("main"), lock, false);
            }
            // What is there lacks its beginning, which comes now: it takes the place of what is there at the end.
        }
        let n = N_SPOOLS.fetch_add(1, Ordering::Relaxed);
        let spool = dir.join(format!("spool-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&spool)?;
        let lock = locked(&spool.join("lock"))?.ok_or(io::ErrorKind::WouldBlock)?;
        if is_whole {
            File::create(spool.join("whole"))?;
        }
        Self::begin(dir, spool, lock, true)
    }

    fn begin(dir: &Path, written: PathBuf, lock: File, is_spool: bool) -> io::Result<Self> {
        let writer = LogWriter::open(&written)?;
        Ok(Self {
            known: Known::of(writer.file())?,
            is_beyond: writer.file().n_lines() == 0,
            dir: dir.to_owned(),
            written,
            writer,
            lock,
            is_spool,
        })
    }

    /// From when on the log has to be read to go on behind what is kept.
    pub fn since(&self) -> Option<LogTime> {
        self.known.since()
    }

    /// What is kept, to be read.
    pub fn file(&self) -> &LogFile {
        self.writer.file()
    }

    /// Keeps those of these lines that are not there yet.
    ///
    /// # Errors
    /// What the system met: a full disk.
    pub fn append(&mut self, lines: &[LogLine]) -> io::Result<()> {
        let (known, is_beyond) = (&mut self.known, &mut self.is_beyond);
        let new = lines.iter().filter(|line| !known.has(line));
        self.writer.append(new.map(|line| {
            *is_beyond = true;
            NewLine {
                time: line.time,
                source: 0,
                is_note: false,
                bytes: &line.bytes,
            }
        }))
    }

    /// Keeps a word on the log itself; one that stands among lines which were there already is, too.
    ///
    /// # Errors
    /// What the system met.
    pub fn note(&mut self, words: &str) -> io::Result<()> {
        if !self.is_beyond {
            return Ok(());
        }
        self.writer.append([NewLine {
            time: None,
            source: 0,
            is_note: true,
            bytes: words.as_bytes(),
        }])
    }

    /// Ends it: a spool goes into the log where nobody else writes that.
    ///
    /// # Errors
    /// What the system met; what was kept is not lost by it.
    pub fn close(self) -> io::Result<()> {
        let Self {
            dir,
            writer,
            lock,
            is_spool,
            ..
        } = self;
        drop((writer, lock));
        if is_spool && let Some(_lock) = locked(&dir.join("lock"))? {
            take_in_spools(&dir)?;
        }
        Ok(())
    }

    /// The directory that is written.
    pub fn written(&self) -> &Path {
        &self.written
    }
}

/// A lock of this file; nothing where another process has it.
fn locked(path: &Path) -> io::Result<Option<File>> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        // Some network file systems lock nothing: one process at a time is all that can be had there.
        Err(std::fs::TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
            Ok(Some(file))
        }
        Err(std::fs::TryLockError::Error(error)) => Err(error),
    }
}

/// Takes in the spools that nobody writes any more.
fn take_in_spools(dir: &Path) -> io::Result<()> {
    take_back(dir)?;
    for entry in std::fs::read_dir(dir)? {
        let spool = entry?.path();
        let name = spool.file_name().unwrap_or_default().to_string_lossy();
        if !name.starts_with("spool-") {
            continue;
        }
        if let Some(_lock) = locked(&spool.join("lock"))? {
            take_in(dir, &spool)?;
            std::fs::remove_dir_all(&spool).or_else(unless_missing)?;
        }
    }
    Ok(())
}

fn take_in(dir: &Path, spool: &Path) -> io::Result<()> {
    let Ok(of_spool) = LogFile::open(spool) else {
        return Ok(());
    };
    let mut writer = LogWriter::open(&dir.join("main"))?;
    let (is_whole, has_whole) = (spool.join("whole").exists(), dir.join("whole").exists());
    let reaches = of_spool.last_time()? >= writer.file().last_time()?;
    if writer.file().n_lines() == 0 || is_whole && !has_whole && reaches {
        drop(writer);
        return replace(dir, spool, is_whole);
    }
    let mut known = Known::of(writer.file())?;
    let mut failed = None;
    of_spool.for_each(0..u64::MAX, usize::MAX, |entry| {
        let line = LogLine {
            time: entry.time,
            bytes: entry.bytes,
        };
        if entry.is_note || line.time.is_none() || known.has(&line) {
            return ControlFlow::Continue(());
        }
        let line = NewLine {
            time: line.time,
            source: 0,
            is_note: false,
            bytes: &line.bytes,
        };
        match writer.append([line]) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        }
    })?;
    failed.map_or(Ok(()), Err)
}

/// Puts a spool in the place of the log. Broken off in between, [`take_back`] undoes it.
fn replace(dir: &Path, spool: &Path, is_whole: bool) -> io::Result<()> {
    let (main, old) = (dir.join("main"), dir.join("old"));
    if main.exists() {
        std::fs::rename(&main, &old)?;
    }
    std::fs::rename(spool, &main)?;
    if is_whole {
        File::create(dir.join("whole"))?;
    }
    std::fs::remove_dir_all(&old).or_else(unless_missing)
}

/// Brings back what was about to be replaced when the process was killed.
fn take_back(dir: &Path) -> io::Result<()> {
    let (main, old) = (dir.join("main"), dir.join("old"));
    if !old.exists() {
        return Ok(());
    }
    if main.exists() {
        return std::fs::remove_dir_all(&old);
    }
    std::fs::rename(&old, &main)
}

fn unless_missing(error: io::Error) -> io::Result<()> {
    match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    }
}
