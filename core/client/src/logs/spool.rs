//! A log on disk while it is read, for a screen that looks into it: by number, by time, by pattern.

use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flowdeck_cache::logs::{Keeping, LogWriter, NewLine};
use flowdeck_domain::kubernetes::{LogChunk, LogNote, LogTime};
use flowdeck_domain::{Failure, FailureKind, Result};
use futures::StreamExt;
use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::source::Source;
use super::target::Found;
use super::{
    Direction, Entry, LineFilter, LineSet, LogEvent, LogFile, LogOrigin, LogPart, LogRequest, Logs, Pattern,
};

/// Parts that are told apart: a record has two bytes for it.
const N_SOURCES: usize = 1 << 16;

/// A log on disk while it is read. Clones are the same log; when the last one goes, the reading stops.
#[derive(Clone)]
pub struct LogSpool {
    shared: Arc<Shared>,
    _reading: Arc<Reading>,
}

/// Stops the reading when it is dropped.
struct Reading(AbortHandle);

impl Drop for Reading {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl std::fmt::Debug for LogSpool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LogSpool")
    }
}

struct Shared {
    state: Mutex<State>,
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct State {
    file: Option<LogFile>,
    status: SpoolStatus,
    /// Goes away with the log.
    _directory: Option<tempfile::TempDir>,
}

/// How far a log is read.
#[derive(Clone, Debug, Default)]
pub struct SpoolStatus {
    /// Lines, our own words among them.
    pub n_lines: u64,
    /// Bytes of text.
    pub n_bytes: u64,
    /// The pods it is of.
    pub parts: Vec<SpoolPart>,
    /// Why nothing comes, for now.
    pub waiting: Option<String>,
    /// Whether nothing more comes.
    pub is_over: bool,
    /// Why it could not be read at all, or not to its end.
    pub failure: Option<Failure>,
}

/// One pod of it.
#[derive(Clone, Debug)]
pub struct SpoolPart {
    /// Which.
    pub part: LogPart,
    /// Where its lines are from, once that is known.
    pub origin: Option<LogOrigin>,
    /// The container, once it is known.
    pub container: Option<String>,
    /// Whether it came to its end.
    pub is_over: bool,
    /// Why it could not be read.
    pub failure: Option<Failure>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state();
        change(&mut state);
        if let Some(file) = &state.file {
            (state.status.n_lines, state.status.n_bytes) = (file.n_lines(), file.n_bytes());
        }
        drop(state);
        self.changed.send_replace(());
    }
}

impl LogSpool {
    /// Begins to read what is asked for. To be called within a runtime of tokio.
    pub fn open(logs: &Logs, request: LogRequest) -> Self {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            changed: watch::Sender::new(()),
        });
        let (logs, telling) = (logs.clone(), Arc::clone(&shared));
        let task = tokio::spawn(async move {
            let failure = logs.spool(request, &telling).await.err();
            telling.change(|state| {
                state.status.is_over = true;
                state.status.waiting = None;
                state.status.failure = failure.or(state.status.failure.take());
            });
        });
        Self {
            shared,
            _reading: Arc::new(Reading(task.abort_handle())),
        }
    }

    /// How far it is read.
    pub fn status(&self) -> SpoolStatus {
        self.shared.state().status.clone()
    }

    /// What tells that there is more, or that something else changed.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.shared.changed.subscribe()
    }

    /// Some lines, each cut to what a screen shows.
    ///
    /// # Errors
    /// What the system met.
    pub fn entries(&self, range: Range<u64>) -> Result<Vec<Entry>> {
        let read = |file: &LogFile| file.entries(range, flowdeck_cache::logs::LONGEST_SHOWN);
        self.file()
            .map_or(Ok(Vec::new()), |file| read(&file).map_err(unreadable))
    }

    /// The lines at some places of what a filter left.
    ///
    /// # Errors
    /// What the system met.
    pub fn chosen(&self, set: &LineSet, places: Range<u64>) -> Result<Vec<Entry>> {
        let Some(file) = self.file() else {
            return Ok(Vec::new());
        };
        let mut entries = Vec::new();
        for line in places.map_while(|place| set.nth(place)) {
            let longest = flowdeck_cache::logs::LONGEST_SHOWN;
            entries.extend(file.entries(line..line + 1, longest).map_err(unreadable)?);
        }
        Ok(entries)
    }

    /// The next line that has a pattern, from `from` on and with it.
    ///
    /// # Errors
    /// What the system met.
    pub fn find(
        &self,
        pattern: &Pattern,
        from: u64,
        direction: Direction,
        within: Option<&LineSet>,
        is_given_up: &AtomicBool,
    ) -> Result<Option<u64>> {
        self.file().map_or(Ok(None), |file| {
            file.find(pattern, from, direction, within, is_given_up)
                .map_err(unreadable)
        })
    }

    /// Takes what a filter wants into a set, up to a line; what the set knows already is not looked at again.
    ///
    /// # Errors
    /// What the system met.
    pub fn select(
        &self,
        filter: &LineFilter,
        set: &mut LineSet,
        up_to: u64,
        is_given_up: &AtomicBool,
    ) -> Result<()> {
        match self.file() {
            Some(file) => match file.select(filter, set, up_to, is_given_up) {
                Err(_) if is_given_up.load(Ordering::Relaxed) => Ok(()),
                selected => selected.map_err(unreadable),
            },
            None => Ok(()),
        }
    }

    /// The first line of this time or later.
    ///
    /// # Errors
    /// What the system met.
    pub fn line_at(&self, time: LogTime) -> Result<u64> {
        self.file()
            .map_or(Ok(0), |file| file.line_at(time).map_err(unreadable))
    }

    /// Writes lines as they were printed into a new file: all, or those of a set. Gives how many there were.
    ///
    /// # Errors
    /// A file that is there already, and what the system met.
    pub fn save(&self, path: &Path, set: Option<&LineSet>, has_times: bool) -> Result<u64> {
        use std::io::Write;
        let unwritable = |error: io::Error| {
            let why = match error.kind() {
                io::ErrorKind::AlreadyExists => "it is there already".to_owned(),
                _ => error.to_string(),
            };
            Failure::new(
                FailureKind::System,
                format!("cannot write {}: {why}", path.display()),
            )
        };
        let mut out = io::BufWriter::new(std::fs::File::create_new(path).map_err(unwritable)?);
        let Some(file) = self.file() else { return Ok(0) };
        let (mut n_lines, mut failed) = (0, None);
        let read = file.for_each(0..u64::MAX, usize::MAX, |entry| {
            if entry.is_note || set.is_some_and(|set| !set.contains(entry.number)) {
                return std::ops::ControlFlow::Continue(());
            }
            n_lines += 1;
            let stamp = entry.time.filter(|_| has_times);
            let written = stamp
                .map_or(Ok(()), |time| write!(out, "{time} "))
                .and_then(|()| out.write_all(&entry.bytes))
                .and_then(|()| out.write_all(b"\n"));
            match written {
                Ok(()) => std::ops::ControlFlow::Continue(()),
                Err(error) => {
                    failed = Some(error);
                    std::ops::ControlFlow::Break(())
                }
            }
        });
        read.map_err(unreadable)?;
        failed.map_or_else(|| out.flush(), Err).map_err(unwritable)?;
        Ok(n_lines)
    }

    fn file(&self) -> Option<LogFile> {
        self.shared.state().file.clone()
    }
}

fn unreadable(error: io::Error) -> Failure {
    Failure::new(
        FailureKind::System,
        format!("cannot read the log from disk: {error}"),
    )
}

fn unwritable(error: io::Error) -> Failure {
    Failure::new(
        FailureKind::System,
        format!("cannot put the log on disk: {error}"),
    )
}

impl Logs {
    /// Reads a log onto disk until it ends.
    async fn spool(&self, request: LogRequest, told: &Shared) -> Result<()> {
        let single = match self.parts(&request.target).await {
            Ok(Found { parts, run, goes_on }) if parts.len() == 1 && !goes_on => {
                parts.into_iter().next().map(|part| (part, run))
            }
            _ => None,
        };
        match single {
            Some((part, run)) => self.spool_one(part, run, request, told).await,
            None => self.spool_merged(request, told).await,
        }
    }

    /// One pod: what is kept of it is shown at once, and it is read on from there.
    async fn spool_one(
        &self,
        part: LogPart,
        run: Option<flowdeck_domain::pipelines::PipelineRun>,
        request: LogRequest,
        told: &Shared,
    ) -> Result<()> {
        told.change(|state| state.status.parts.push(SpoolPart::new(part.clone())));
        let keeping = match (self.container(&part, &request).await, self.store()) {
            (Ok(container), Some(store)) if request.is_whole() => {
                let kept = store.keep(&self.key(&part, &container), &part.about(), true);
                kept.inspect_err(|error| tracing::warn!(%error, "the log is not kept"))
                    .ok()
            }
            _ => None,
        };
        if let Some(keeping) = &keeping {
            let file = keeping.file().clone();
            told.change(|state| state.file = Some(file));
        }
        let since = keeping.as_ref().and_then(Keeping::since);
        let source = self.source(&part, run.as_ref(), &request, since).await?;
        told.change(|state| {
            let part = &mut state.status.parts[0];
            (part.origin, part.container) = (Some(source.origin), Some(source.container.clone()));
        });
        match (source.origin, keeping, source.kept.clone()) {
            (LogOrigin::Live, Some(keeping), _) => {
                self.spool_kept(part, source, keeping, request, told).await
            }
            (LogOrigin::Kept(_), _, Some(kept)) => {
                let file = kept.file().map_err(unreadable)?;
                told.change(|state| {
                    state.file = Some(file);
                    state.status.parts[0].is_over = true;
                });
                Ok(())
            }
            _ => spool_aside(source, told).await,
        }
    }

    async fn spool_kept(
        &self,
        part: LogPart,
        mut source: Source,
        mut keeping: Keeping,
        request: LogRequest,
        told: &Shared,
    ) -> Result<()> {
        while let Some(chunk) = source.lines.next().await {
            match chunk? {
                LogChunk::Lines(lines) => {
                    keeping.append(&lines).map_err(unwritable)?;
                    told.change(|state| state.status.waiting = None);
                }
                LogChunk::Note(LogNote::Waiting { why }) => {
                    told.change(|state| state.status.waiting = Some(why));
                }
                LogChunk::Note(note) => {
                    keeping.note(&note.to_string()).map_err(unwritable)?;
                    told.change(|_| {});
                }
            }
        }
        let key = self.key(&part, &source.container);
        let about = super::LogAbout {
            is_over: request.follow,
            ..part.about()
        };
        let closed = keeping.close();
        let store = self.store();
        let settled = closed.and_then(|()| store.map_or(Ok(()), |store| store.tell(&key, &about)));
        if let Err(error) = settled {
            tracing::warn!(pod = %part.pod, %error, "its log cannot be kept");
        }
        told.change(|state| state.status.parts[0].is_over = true);
        Ok(())
    }

    /// Several pods in order of time; each is kept by itself, and all of it lies aside for as long as it is shown.
    async fn spool_merged(&self, request: LogRequest, told: &Shared) -> Result<()> {
        let mut events = self.read(request).await?;
        let mut writer = spool_writer(told)?;
        let mut failure = None;
        while let Some(event) = events.next().await {
            match event {
                LogEvent::Part(part) => told.change(|state| state.status.parts.push(SpoolPart::new(part))),
                LogEvent::From(place, origin, container) => told.change(|state| {
                    if let Some(part) = state.status.parts.get_mut(place) {
                        (part.origin, part.container) = (Some(origin), Some(container));
                    }
                }),
                LogEvent::Lines(place, lines) => {
                    let source = place.min(N_SOURCES - 1) as u16;
                    let new = lines.iter().map(|line| NewLine {
                        time: line.time,
                        source,
                        is_note: false,
                        bytes: &line.bytes,
                    });
                    writer.append(new).map_err(unwritable)?;
                    told.change(|state| state.status.waiting = None);
                }
                LogEvent::Note(place, note) => write_note(&mut writer, place, &note, told)?,
                LogEvent::Over(place, why) => {
                    failure = failure.or(why.clone());
                    told.change(|state| {
                        if let Some(part) = state.status.parts.get_mut(place) {
                            part.is_over = true;
                            part.failure = why;
                        }
                    });
                }
            }
        }
        // What some pods gave is shown; only where none gave anything is that a failure of the whole.
        match failure {
            Some(failure) if writer.file().n_lines() == 0 => Err(failure),
            _ => Ok(()),
        }
    }
}

/// What an archive or a container before gave, aside for as long as it is shown.
async fn spool_aside(mut source: Source, told: &Shared) -> Result<()> {
    let mut writer = spool_writer(told)?;
    while let Some(chunk) = source.lines.next().await {
        match chunk? {
            LogChunk::Lines(lines) => {
                let new = lines.iter().map(|line| NewLine {
                    time: line.time,
                    source: 0,
                    is_note: false,
                    bytes: &line.bytes,
                });
                writer.append(new).map_err(unwritable)?;
                told.change(|state| state.status.waiting = None);
            }
            LogChunk::Note(note) => write_note(&mut writer, 0, &note, told)?,
        }
    }
    told.change(|state| state.status.parts[0].is_over = true);
    Ok(())
}

fn spool_writer(told: &Shared) -> Result<LogWriter> {
    let directory = tempfile::Builder::new()
        .prefix("flowdeck-log-")
        .tempdir()
        .map_err(unwritable)?;
    let writer = LogWriter::open(directory.path()).map_err(unwritable)?;
    let file = writer.file().clone();
    told.change(|state| {
        state.file = Some(file);
        state._directory = Some(directory);
    });
    Ok(writer)
}

fn write_note(writer: &mut LogWriter, place: usize, note: &LogNote, told: &Shared) -> Result<()> {
    if let LogNote::Waiting { why } = note {
        told.change(|state| state.status.waiting = Some(why.clone()));
        return Ok(());
    }
    let words = note.to_string();
    let new = NewLine {
        time: None,
        source: place.min(N_SOURCES - 1) as u16,
        is_note: true,
        bytes: words.as_bytes(),
    };
    writer.append([new]).map_err(unwritable)?;
    told.change(|_| {});
    Ok(())
}

impl SpoolPart {
    fn new(part: LogPart) -> Self {
        Self {
            part,
            origin: None,
            container: None,
            is_over: false,
            failure: None,
        }
    }
}
