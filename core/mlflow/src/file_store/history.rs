//! Metric histories, streamed: a file of any length takes the memory of a few blocks.

mod mark;

use std::fs::File;
use std::io::{self, ErrorKind, Seek, SeekFrom};

use flowdeck_domain::port::{HistoryMark, HistoryPart, HistoryPartStream};
use flowdeck_domain::{Failure, FailureKind, MetricKey, Result, RunId};
use futures::stream;
use tokio::sync::mpsc;

use super::failures::unreadable;
use super::folders::METRICS;
use super::fs::{Kind, stat_of_file};
use super::layout::Root;
use super::metric_file::{Walk, walk_on};
use super::metric_line::Owner;
use super::names::is_key;
use super::run_lookup;
use mark::Mark;

/// Points in one batch.
const BATCH: usize = 8192;

/// Batches read ahead of whoever takes them.
const READ_AHEAD: usize = 4;

type Sender = mpsc::Sender<Result<HistoryPart>>;

/// What is asked for.
struct Wanted {
    root: Root,
    run: RunId,
    key: MetricKey,
    mark: Option<HistoryMark>,
}

/// The points of one metric of one run behind a mark, in the order of the file. Nothing is read before the first is asked
/// for.
pub(super) fn parts(root: Root, run: RunId, key: MetricKey, mark: Option<HistoryMark>) -> HistoryPartStream {
    enum State {
        Idle(Wanted),
        Reading(mpsc::Receiver<Result<HistoryPart>>),
    }
    let wanted = Wanted { root, run, key, mark };
    Box::pin(stream::unfold(State::Idle(wanted), async |state| {
        let mut receiver = match state {
            State::Reading(receiver) => receiver,
            State::Idle(wanted) => {
                let (sender, receiver) = mpsc::channel(READ_AHEAD);
                tokio::task::spawn_blocking(move || {
                    if let Err(failure) = wanted.read(&sender) {
                        let _ = sender.blocking_send(Err(failure));
                    }
                });
                receiver
            }
        };
        let part = receiver.recv().await?;
        Some((part, State::Reading(receiver)))
    }))
}

impl Wanted {
    fn read(&self, sender: &Sender) -> Result<()> {
        let found = run_lookup::find(&self.root, &self.run)?;
        let Self { run, key, .. } = self;
        if !is_key(key.as_str()) {
            return Err(Failure::new(
                FailureKind::InvalidInput,
                format!("`{key}` is no name of a metric"),
            )
            .with_hint("names hold letters, digits, _ - . : / and blanks"));
        }
        let below = format!("{run}/{}/{key}", METRICS.name);
        let path = || self.root.at(&found.place.below_root()).join(&below);
        let file = match found.experiment.file(&below) {
            Ok(file) => file,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory) => {
                tell_nothing(sender);
                return Ok(());
            }
            Err(error) => return Err(unreadable(&path(), error)),
        };
        self.tell(file, sender)
            .map_err(|error| unreadable(&path(), error))
    }

    fn tell(&self, mut file: File, sender: &Sender) -> io::Result<()> {
        let stat = stat_of_file(&file)?;
        // A key that others are nested in is none itself.
        if stat.kind != Kind::File {
            tell_nothing(sender);
            return Ok(());
        }
        let mark = self.mark.as_ref().and_then(Mark::read);
        let walk = match mark {
            Some(mark) if mark.still_holds(&mut file, &stat)? => {
                file.seek(SeekFrom::Start(mark.bytes))?;
                mark.walk()
            }
            _ => {
                file.seek(SeekFrom::Start(0))?;
                if sender.blocking_send(Ok(HistoryPart::Anew)).is_err() {
                    return Ok(());
                }
                Walk::default()
            }
        };
        let mut batch = Vec::with_capacity(BATCH);
        let mut is_heard = true;
        let walk = walk_on(&mut file, Owner::Run, walk, |line| {
            batch.push(line.point);
            if batch.len() == BATCH {
                let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
                is_heard = sender.blocking_send(Ok(HistoryPart::Points(full))).is_ok();
            }
            is_heard
        })?;
        if !is_heard {
            return Ok(());
        }
        if walk.malformed.lines > 0 {
            let (run, key, malformed) = (&self.run, &self.key, walk.malformed);
            tracing::warn!(%run, %key, lines = malformed.lines, first = malformed.first, "malformed lines passed over");
        }
        if !batch.is_empty() {
            let _ = sender.blocking_send(Ok(HistoryPart::Points(batch)));
        }
        let mark = Mark::of(&walk, &mut file, &stat)?;
        let end = HistoryPart::End(mark.map(|mark| mark.written()));
        let _ = sender.blocking_send(Ok(end));
        Ok(())
    }
}

/// There is no such metric: whatever was read before is gone.
fn tell_nothing(sender: &Sender) {
    for part in [HistoryPart::Anew, HistoryPart::End(None)] {
        // Nobody listens any more where this cannot be sent.
        let _ = sender.blocking_send(Ok(part));
    }
}
