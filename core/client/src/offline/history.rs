//! Histories: handed on part by part, and kept once they are whole.

use std::collections::VecDeque;

use flowdeck_cache::{Cache, HistoryToken};
use flowdeck_domain::port::{HistoryMark, HistoryPart, HistoryPartStream, TrackingReader};
use flowdeck_domain::tracking::MetricPoint;
use flowdeck_domain::{MetricKey, Result, RunId, Timestamp};
use futures::{StreamExt, TryStreamExt, stream};

use super::tracking::Tracking;
use super::{Answered, now};

/// Bytes of a point while it waits to be kept.
const POINT_BYTES: usize = size_of::<MetricPoint>();

/// Points behind a mark that are held until the end of the stream; a server that sends more is kept by the next full
/// reading.
const MOST_APPENDED: usize = 1 << 16;

/// The parts of a history as the server gives them, else as they are kept.
pub(super) fn parts(
    tracking: Tracking,
    run: RunId,
    key: MetricKey,
    mark: Option<HistoryMark>,
) -> HistoryPartStream {
    let opened = async move { tracking.open_history(run, key, mark).await };
    stream::once(opened).try_flatten().boxed()
}

impl Tracking {
    async fn open_history(
        &self,
        run: RunId,
        key: MetricKey,
        mark: Option<HistoryMark>,
    ) -> Result<HistoryPartStream> {
        let live = begun(self.live.history_after(&run, &key, mark.as_ref()));
        let kept = begun(self.offline.history_after(&run, &key, mark.as_ref()));
        match self.answer(live, kept).await? {
            Answered::Kept(parts) => Ok(parts),
            Answered::Live(parts, read_at) => {
                let keeper = Keeper {
                    cache: self.keeping.cache.clone(),
                    run,
                    key,
                    read_at,
                    stage: mark.map_or(Stage::Idle, |mark| Stage::Appending(mark, Vec::new())),
                };
                Ok(
                    stream::unfold((parts, keeper), |(mut parts, mut keeper)| async move {
                        let part = parts.next().await?;
                        if let Ok(part) = &part {
                            keeper.take(part);
                        }
                        Some((part, (parts, keeper)))
                    })
                    .boxed(),
                )
            }
        }
    }
}

/// The stream once its store has said something that it cannot say without having looked.
async fn begun(mut parts: HistoryPartStream) -> Result<HistoryPartStream> {
    let mut first = VecDeque::new();
    while let Some(part) = parts.try_next().await? {
        let is_told_without_looking = part == HistoryPart::Anew;
        first.push_back(Ok(part));
        if !is_told_without_looking {
            break;
        }
    }
    Ok(stream::iter(first).chain(parts).boxed())
}

/// Hands a history to the cache while it is read; what is not read to its end is dropped again.
struct Keeper {
    cache: Cache,
    run: RunId,
    key: MetricKey,
    read_at: Timestamp,
    stage: Stage,
}

enum Stage {
    /// Nothing came yet.
    Idle,
    /// What follows a mark, held until the end.
    Appending(HistoryMark, Vec<MetricPoint>),
    /// All points, handed over as they come.
    Writing(HistoryToken),
    /// It is not kept, or it is already.
    Done,
}

impl Keeper {
    fn take(&mut self, part: &HistoryPart) {
        match part {
            HistoryPart::Anew => self.begin(),
            HistoryPart::Points(points) => self.add(points),
            HistoryPart::End(mark) => self.end(mark.clone()),
        }
    }

    fn begin(&mut self) {
        let token = HistoryToken::new(now());
        let (run, key, read_at) = (self.run.clone(), self.key.clone(), self.read_at);
        let begun = self.cache.keep(0, move |writing| {
            writing.history_begin(token, &run, &key, read_at)
        });
        self.stage = if begun { Stage::Writing(token) } else { Stage::Done };
    }

    fn add(&mut self, points: &[MetricPoint]) {
        match &mut self.stage {
            Stage::Idle => {
                self.begin();
                if !matches!(self.stage, Stage::Done) {
                    self.add(points);
                }
            }
            Stage::Appending(_, held) if held.len() + points.len() <= MOST_APPENDED => held.extend(points),
            Stage::Writing(token) => {
                let (token, points) = (*token, points.to_vec());
                let kept = self.cache.keep(points.len() * POINT_BYTES, move |writing| {
                    writing.history_points(token, &points)
                });
                if !kept {
                    self.drop_begun();
                }
            }
            Stage::Appending(..) | Stage::Done => self.stage = Stage::Done,
        }
    }

    fn end(&mut self, mark: Option<HistoryMark>) {
        let (run, key, read_at) = (self.run.clone(), self.key.clone(), self.read_at);
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Writing(token) => {
                self.cache
                    .keep(0, move |writing| writing.history_end(token, mark.as_ref()));
            }
            Stage::Appending(after, points) => {
                self.cache.keep(points.len() * POINT_BYTES, move |writing| {
                    writing.history_append((&run, &key), &after, &points, mark.as_ref(), read_at)
                });
            }
            Stage::Idle | Stage::Done => {}
        }
    }

    fn drop_begun(&mut self) {
        if let Stage::Writing(token) = std::mem::replace(&mut self.stage, Stage::Done) {
            self.cache.keep(0, move |writing| writing.history_drop(token));
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.drop_begun();
    }
}
