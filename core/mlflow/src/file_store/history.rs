//! Metric histories, streamed: a file of any length takes the memory of a few blocks.

use std::io::ErrorKind;

use flowdeck_domain::port::HistoryStream;
use flowdeck_domain::tracking::MetricPoint;
use flowdeck_domain::{Failure, FailureKind, MetricKey, Result, RunId};
use futures::stream;
use tokio::sync::mpsc;

use super::failures::unreadable;
use super::folders::METRICS;
use super::fs::{Kind, stat_of_file};
use super::layout::Root;
use super::metric_file::for_each_line;
use super::metric_line::Owner;
use super::names::is_key;
use super::run_lookup;

/// Points in one batch.
const BATCH: usize = 8192;

/// Batches read ahead of whoever takes them.
const READ_AHEAD: usize = 4;

type Sender = mpsc::Sender<Result<Vec<MetricPoint>>>;

/// All points of one metric of one run, in the order of the file. Nothing is read before the first is asked for.
pub(super) fn stream(root: Root, run: RunId, key: MetricKey) -> HistoryStream {
    enum State {
        Idle(Root, RunId, MetricKey),
        Reading(mpsc::Receiver<Result<Vec<MetricPoint>>>),
    }
    Box::pin(stream::unfold(State::Idle(root, run, key), async |state| {
        let mut receiver = match state {
            State::Reading(receiver) => receiver,
            State::Idle(root, run, key) => {
                let (sender, receiver) = mpsc::channel(READ_AHEAD);
                tokio::task::spawn_blocking(move || {
                    if let Err(failure) = read(&root, &run, &key, &sender) {
                        let _ = sender.blocking_send(Err(failure));
                    }
                });
                receiver
            }
        };
        let batch = receiver.recv().await?;
        Some((batch, State::Reading(receiver)))
    }))
}

fn read(root: &Root, run: &RunId, key: &MetricKey, sender: &Sender) -> Result<()> {
    let found = run_lookup::find(root, run)?;
    if !is_key(key.as_str()) {
        return Err(Failure::new(
            FailureKind::InvalidInput,
            format!("`{key}` is no name of a metric"),
        )
        .with_hint("names hold letters, digits, _ - . : / and blanks"));
    }
    let below = format!("{run}/{}/{key}", METRICS.name);
    let path = || root.at(&found.place.below_root()).join(&below);
    let mut file = match found.experiment.file(&below) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory) => return Ok(()),
        Err(error) => return Err(unreadable(&path(), error)),
    };
    // A key that others are nested in is none itself.
    if stat_of_file(&file)
        .map_err(|error| unreadable(&path(), error))?
        .kind
        != Kind::File
    {
        return Ok(());
    }
    let mut batch = Vec::with_capacity(BATCH);
    let malformed = for_each_line(&mut file, Owner::Run, |line| {
        batch.push(line.point);
        batch.len() < BATCH
            || sender
                .blocking_send(Ok(std::mem::replace(&mut batch, Vec::with_capacity(BATCH))))
                .is_ok()
    })
    .map_err(|error| unreadable(&path(), error))?;
    if malformed.lines > 0 {
        tracing::warn!(%run, %key, lines = malformed.lines, first = malformed.first, "malformed lines passed over");
    }
    if !batch.is_empty() {
        let _ = sender.blocking_send(Ok(batch));
    }
    Ok(())
}
