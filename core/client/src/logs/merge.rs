//! Several logs read at once and given in order of time.
//!
//! A part whose next line is not known yet is waited for, but not for long: one that prints nothing holds nobody up. So what
//! is there already comes out in order, and what is printed now comes out at once.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use flowdeck_cache::logs::Keeping;
use flowdeck_domain::kubernetes::{LogChunk, LogLine, LogNote, LogTime};
use flowdeck_domain::pipelines::PipelineRun;
use flowdeck_domain::{Failure, Result};
use futures::StreamExt;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::target::Found;
use super::{LogEvent, LogOrigin, LogPart, LogRequest, Logs};

/// Events that wait for a reader.
const QUEUE: usize = 8;

/// Batches of a part that wait to be merged.
const PART_QUEUE: usize = 2;

/// Lines of a part that are held at most.
const ROOM: usize = 8192;

/// Lines that are given at a time.
const BATCH: usize = 4096;

/// How long a part is waited for: before its first word, and between two lines.
const PATIENCE: (Duration, Duration) = (Duration::from_secs(2), Duration::from_millis(150));

/// The pause between two looks for pods that came up.
const LOOK: Duration = Duration::from_secs(2);

/// A log being read. Dropping it gives up the reading.
pub struct LogEvents {
    events: mpsc::Receiver<LogEvent>,
    _tasks: JoinSet<()>,
}

impl LogEvents {
    /// What is told next; nothing at the end.
    pub async fn next(&mut self) -> Option<LogEvent> {
        self.events.recv().await
    }

    /// What has been told and not been taken, without waiting.
    pub fn try_next(&mut self) -> Option<LogEvent> {
        self.events.try_recv().ok()
    }
}

/// What a part says.
enum Said {
    From(LogOrigin, String),
    Lines(Vec<LogLine>),
    Note(LogNote),
    Over(Option<Failure>),
}

/// What waits to be given of a part.
enum Item {
    Line(LogLine),
    Note(LogNote),
}

struct Part {
    said: mpsc::Receiver<Said>,
    waiting: VecDeque<Item>,
    /// The time of its last line that had one.
    time: Option<LogTime>,
    has_begun: bool,
    is_over: bool,
    /// Whether it is not waited for, as it said nothing for a while.
    is_idle: bool,
    quiet_since: Instant,
    end: Option<Option<Failure>>,
}

/// What happened while waiting.
enum Step {
    Said(usize, Said),
    Gone(usize),
    New(LogPart),
    NoMore,
    Late,
}

struct Merger {
    logs: Logs,
    request: LogRequest,
    run: Option<Arc<PipelineRun>>,
    parts: Vec<Part>,
    new: Option<mpsc::Receiver<LogPart>>,
    pumps: JoinSet<()>,
    turn: usize,
    out: mpsc::Sender<LogEvent>,
}

/// Nobody listens any more.
struct Unheard;

impl Logs {
    /// Reads what is asked for, each pod's log from wherever it is found; what is read live is kept.
    ///
    /// # Errors
    /// Nothing has such a log: no such run, task or pod. What befalls a single pod later is told as an event.
    pub async fn read(&self, request: LogRequest) -> Result<LogEvents> {
        let found = match self.parts(&request.target).await {
            Ok(found) => found,
            Err(failure) if request.follow && self.may_come(&request).await => {
                tracing::debug!(%failure, "waiting for it");
                Found {
                    parts: Vec::new(),
                    run: None,
                    goes_on: true,
                }
            }
            Err(failure) => return Err(failure),
        };
        let (out, events) = mpsc::channel(QUEUE);
        let mut tasks = JoinSet::new();
        let new = (request.follow && found.goes_on).then(|| {
            let (told, new) = mpsc::channel(1);
            let known: Vec<_> = found.parts.iter().map(|part| part.pod.clone()).collect();
            tasks.spawn(self.clone().look_for_more(request.target.clone(), known, told));
            new
        });
        let mut merger = Merger {
            logs: self.clone(),
            request,
            run: found.run.map(Arc::new),
            parts: Vec::new(),
            new,
            pumps: JoinSet::new(),
            turn: 0,
            out,
        };
        tasks.spawn(async move {
            for part in found.parts {
                if merger.add(part).await.is_err() {
                    return;
                }
            }
            // The listener has gone where this stops early.
            let _ = merger.go().await;
        });
        Ok(LogEvents {
            events,
            _tasks: tasks,
        })
    }

    /// Tells of pods that come up until nothing more can.
    async fn look_for_more(
        self,
        target: super::LogTarget,
        mut known: Vec<flowdeck_domain::PodName>,
        told: mpsc::Sender<LogPart>,
    ) {
        loop {
            tokio::time::sleep(LOOK).await;
            let goes_on = match self.parts(&target).await {
                Ok(found) => {
                    for part in found.parts {
                        if known.contains(&part.pod) {
                            continue;
                        }
                        known.push(part.pod.clone());
                        if told.send(part).await.is_err() {
                            return;
                        }
                    }
                    found.goes_on
                }
                Err(_) => self.target_goes_on(&target).await,
            };
            if !goes_on {
                return;
            }
        }
    }

    /// Whether what has no log yet may have one soon.
    async fn may_come(&self, request: &LogRequest) -> bool {
        match request.target {
            super::LogTarget::Pod { .. } => false,
            _ => self.target_goes_on(&request.target).await,
        }
    }

    /// Reads one part to its end and keeps it.
    async fn pump(
        self,
        part: LogPart,
        run: Option<Arc<PipelineRun>>,
        request: LogRequest,
        said: mpsc::Sender<Said>,
    ) {
        // A reader that went away needs no word.
        let _ = self.pumped(&part, run.as_deref(), &request, &said).await;
    }

    async fn pumped(
        &self,
        part: &LogPart,
        run: Option<&PipelineRun>,
        request: &LogRequest,
        said: &mpsc::Sender<Said>,
    ) -> Result<(), mpsc::error::SendError<Said>> {
        let mut source = match self.source(part, run, request, None).await {
            Ok(source) => source,
            Err(failure) => return said.send(Said::Over(Some(failure))).await,
        };
        said.send(Said::From(source.origin, source.container.clone()))
            .await?;
        let key = self.key(part, &source.container);
        let mut keeping = match (source.origin, self.store()) {
            (LogOrigin::Live, Some(store)) => match store.keep(&key, &part.about(), request.is_whole()) {
                Ok(keeping) => Some(keeping),
                Err(error) => {
                    said.send(Said::Note(unkept(&error))).await?;
                    None
                }
            },
            _ => None,
        };
        let mut archived = Vec::new();
        let mut end = None;
        while let Some(chunk) = source.lines.next().await {
            match chunk {
                Ok(LogChunk::Lines(lines)) => {
                    if let Some(error) = keep(&mut keeping, |keeping| keeping.append(&lines)) {
                        said.send(Said::Note(unkept(&error))).await?;
                    }
                    if is_archive(source.origin) && request.is_whole() {
                        archived.extend(lines.iter().cloned());
                    }
                    said.send(Said::Lines(lines)).await?;
                }
                Ok(LogChunk::Note(note)) => {
                    if !matches!(note, LogNote::Waiting { .. }) {
                        let words = note.to_string();
                        if let Some(error) = keep(&mut keeping, |keeping| keeping.note(&words)) {
                            said.send(Said::Note(unkept(&error))).await?;
                        }
                    }
                    said.send(Said::Note(note)).await?;
                }
                Err(failure) => {
                    end = Some(failure);
                    break;
                }
            }
        }
        self.settle(&key, part, request, keeping, &archived, end.is_none());
        said.send(Said::Over(end)).await
    }

    /// Notes what is known of a log at its end. What goes wrong here costs nothing that was shown.
    fn settle(
        &self,
        key: &super::LogKey,
        part: &LogPart,
        request: &LogRequest,
        keeping: Option<Keeping>,
        archived: &[LogLine],
        is_whole: bool,
    ) {
        let Some(store) = self.store() else { return };
        let about = super::LogAbout {
            is_over: is_whole && request.follow || !archived.is_empty(),
            is_elsewhere: !archived.is_empty(),
            ..part.about()
        };
        let settled = match keeping {
            Some(keeping) => keeping.close().and_then(|()| store.tell(key, &about)),
            None if !archived.is_empty() => store.keep_archived(key, &about, archived),
            None => Ok(()),
        };
        if let Err(error) = settled.and_then(|()| store.shrink(super::KEPT_BYTES).map(drop)) {
            tracing::warn!(pod = %part.pod, %error, "its log cannot be kept");
        }
    }
}

fn is_archive(origin: LogOrigin) -> bool {
    matches!(
        origin,
        LogOrigin::Archived | LogOrigin::ExecutorLogs | LogOrigin::ObjectStore
    )
}

/// Keeps something where anything is kept; after a first fault nothing is any more, and the fault is given back.
fn keep(
    keeping: &mut Option<Keeping>,
    what: impl FnOnce(&mut Keeping) -> std::io::Result<()>,
) -> Option<std::io::Error> {
    let kept = keeping.as_mut().map_or(Ok(()), what);
    kept.err().inspect(|_| *keeping = None)
}

fn unkept(error: &std::io::Error) -> LogNote {
    LogNote::Unkept {
        why: error.to_string(),
    }
}

impl Merger {
    async fn add(&mut self, part: LogPart) -> Result<(), Unheard> {
        let (said, heard) = mpsc::channel(PART_QUEUE);
        self.parts.push(Part {
            said: heard,
            waiting: VecDeque::new(),
            time: None,
            has_begun: false,
            is_over: false,
            is_idle: false,
            quiet_since: Instant::now(),
            end: None,
        });
        self.tell(LogEvent::Part(part.clone())).await?;
        let (run, request) = (self.run.clone(), self.request.clone());
        self.pumps.spawn(self.logs.clone().pump(part, run, request, said));
        Ok(())
    }

    async fn tell(&self, event: LogEvent) -> Result<(), Unheard> {
        self.out.send(event).await.map_err(|_| Unheard)
    }

    async fn go(&mut self) -> Result<(), Unheard> {
        loop {
            while self.give().await? {}
            if self.new.is_none() && self.parts.iter().all(|part| part.is_over && part.end.is_none()) {
                return Ok(());
            }
            match self.step().await {
                Step::Said(place, said) => self.hear(place, said).await?,
                Step::Gone(place) => self.hear(place, Said::Over(None)).await?,
                Step::New(part) => self.add(part).await?,
                Step::NoMore => self.new = None,
                Step::Late => {
                    let now = Instant::now();
                    for part in self.parts.iter_mut().filter(|part| part.is_awaited()) {
                        part.is_idle |= part.is_late_at(now);
                    }
                }
            }
        }
    }

    /// Takes what a part said in among what waits.
    async fn hear(&mut self, place: usize, said: Said) -> Result<(), Unheard> {
        let part = &mut self.parts[place];
        match said {
            Said::From(origin, container) => {
                part.has_begun = true;
                part.quiet_since = Instant::now();
                return self.tell(LogEvent::From(place, origin, container)).await;
            }
            Said::Lines(lines) => part.waiting.extend(lines.into_iter().map(Item::Line)),
            // Why none come is told at once: nothing else would be.
            Said::Note(note @ LogNote::Waiting { .. }) if part.waiting.is_empty() => {
                part.is_idle = true;
                return self.tell(LogEvent::Note(place, note)).await;
            }
            Said::Note(note) => part.waiting.push_back(Item::Note(note)),
            Said::Over(failure) => {
                part.is_over = true;
                part.end.get_or_insert(failure);
            }
        }
        part.has_begun = true;
        part.is_idle = false;
        Ok(())
    }

    /// Gives the earliest of what waits, as far as no part that is waited for may have something earlier; whether it gave
    /// anything.
    async fn give(&mut self) -> Result<bool, Unheard> {
        if let Some(place) = self.parts.iter().position(Part::has_ended) {
            let failure = self.parts[place].end.take().flatten();
            self.tell(LogEvent::Over(place, failure)).await?;
            return Ok(true);
        }
        if self.parts.iter().any(Part::is_awaited) {
            return Ok(false);
        }
        let heads = self.parts.iter().enumerate();
        let earliest = heads
            .filter(|(_, part)| !part.waiting.is_empty())
            .min_by_key(|(place, part)| (part.head(), *place));
        let Some((place, _)) = earliest else {
            return Ok(false);
        };
        let others = self.parts.iter().enumerate();
        let limit = others
            .filter(|(other, part)| *other != place && !part.waiting.is_empty())
            .map(|(other, part)| (part.head(), other))
            .min();
        let event = self.parts[place].taken(place, limit);
        self.tell(event).await?;
        Ok(true)
    }

    /// Waits for anything to happen, no longer than a part is worth waiting for.
    async fn step(&mut self) -> Step {
        let awaited = self.parts.iter().filter(|part| part.is_awaited());
        let has_lines = self.parts.iter().any(|part| !part.waiting.is_empty());
        let deadline = awaited.map(Part::deadline).min().filter(|_| has_lines);
        let (parts, new, turn) = (&mut self.parts, &mut self.new, &mut self.turn);
        *turn += 1;
        let happening = poll_fn(|cx| {
            if let Some(new) = new
                && let Poll::Ready(part) = new.poll_recv(cx)
            {
                return Poll::Ready(part.map_or(Step::NoMore, Step::New));
            }
            let n_parts = parts.len();
            for offset in 0..n_parts {
                let place = (offset + *turn) % n_parts;
                let part = &mut parts[place];
                if part.is_over || part.waiting.len() >= ROOM {
                    continue;
                }
                match part.said.poll_recv(cx) {
                    Poll::Ready(Some(said)) => return Poll::Ready(Step::Said(place, said)),
                    Poll::Ready(None) => return Poll::Ready(Step::Gone(place)),
                    Poll::Pending => {}
                }
            }
            Poll::Pending
        });
        match deadline {
            Some(deadline) => tokio::time::timeout_at(deadline, happening)
                .await
                .unwrap_or(Step::Late),
            None => happening.await,
        }
    }
}

impl Part {
    /// The time of what waits first: that of the line before where it has none.
    fn head(&self) -> Option<LogTime> {
        match self.waiting.front() {
            Some(Item::Line(line)) => line.time.or(self.time),
            _ => self.time,
        }
    }

    fn is_awaited(&self) -> bool {
        !self.is_over && !self.is_idle && self.waiting.is_empty()
    }

    fn has_ended(&self) -> bool {
        self.is_over && self.waiting.is_empty() && self.end.is_some()
    }

    fn deadline(&self) -> Instant {
        self.quiet_since + if self.has_begun { PATIENCE.1 } else { PATIENCE.0 }
    }

    fn is_late_at(&self, now: Instant) -> bool {
        now >= self.deadline()
    }

    /// Takes what waits up to what another part has first.
    fn taken(&mut self, place: usize, limit: Option<(Option<LogTime>, usize)>) -> LogEvent {
        let mut lines = Vec::new();
        while lines.len() < BATCH {
            let is_due = limit.is_none_or(|limit| (self.head(), place) <= limit);
            match self.waiting.front() {
                Some(Item::Line(_)) if is_due => {}
                Some(Item::Note(_)) if lines.is_empty() => {
                    if let Some(Item::Note(note)) = self.waiting.pop_front() {
                        self.quiet_since = Instant::now();
                        return LogEvent::Note(place, note);
                    }
                }
                _ => break,
            }
            if let Some(Item::Line(line)) = self.waiting.pop_front() {
                self.time = self.time.max(line.time);
                lines.push(line);
            }
        }
        self.quiet_since = Instant::now();
        LogEvent::Lines(place, lines)
    }
}
