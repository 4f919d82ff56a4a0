//! How far a history was read from a server.
//!
//! Servers of 3.x cut a history by offset, in the order timestamp, step, value of their database. A point that was logged
//! late but belongs before others moves those behind it: then the last known point is not found at its offset, and
//! everything is read anew. Source: MLflow `SqlAlchemyStore.get_metric_history`, `SearchUtils.create_page_token`, 3.18.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flowdeck_domain::Timestamp;
use flowdeck_domain::port::HistoryMark;
use flowdeck_domain::tracking::MetricPoint;

/// How far a history was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    n_points: usize,
    first: MetricPoint,
    last: MetricPoint,
}

/// What is counted while points come.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Progress {
    n_points: usize,
    ends: Option<(MetricPoint, MetricPoint)>,
}

impl Progress {
    /// Goes on behind a mark.
    pub(super) fn after(mark: &Mark) -> Self {
        Self {
            n_points: mark.n_points,
            ends: Some((mark.first, mark.last)),
        }
    }

    /// Counts some points.
    pub(super) fn count(&mut self, points: &[MetricPoint]) {
        let (Some(first), Some(last)) = (points.first(), points.last()) else {
            return;
        };
        self.n_points += points.len();
        self.ends = Some((self.ends.map_or(*first, |(first, _)| first), *last));
    }

    /// The mark behind what was counted; none where the last point could be taken for the first.
    pub(super) fn mark(&self) -> Option<Mark> {
        let (first, last) = self.ends?;
        let is_told_apart = self.n_points == 1 || !is_same(&first, &last);
        is_told_apart.then_some(Mark {
            n_points: self.n_points,
            first,
            last,
        })
    }
}

impl Mark {
    /// The token of the page that begins with the last known point.
    pub(super) fn token(&self) -> String {
        BASE64_STANDARD.encode(format!("{{\"offset\": {}}}", self.n_points - 1))
    }

    /// Whether this is the last known point.
    pub(super) fn is_last(&self, point: &MetricPoint) -> bool {
        is_same(&self.last, point)
    }

    /// Whether this is the first known point.
    pub(super) fn is_first(&self, point: &MetricPoint) -> bool {
        is_same(&self.first, point)
    }

    /// As text.
    pub(super) fn written(&self) -> HistoryMark {
        let words = |point: &MetricPoint| {
            let (timestamp, bits) = (point.timestamp.as_millis(), point.value.to_bits());
            format!("{timestamp} {} {bits}", point.step)
        };
        let text = format!(
            "rest {} {} {}",
            self.n_points,
            words(&self.first),
            words(&self.last)
        );
        HistoryMark(text.into())
    }

    /// From text; none where it is no mark of this kind.
    pub(super) fn read(mark: &HistoryMark) -> Option<Self> {
        let mut words = mark.0.split(' ');
        if words.next() != Some("rest") {
            return None;
        }
        let n_points = words.next()?.parse().ok().filter(|&n_points| n_points > 0)?;
        let mut point = || {
            Some(MetricPoint {
                timestamp: Timestamp(words.next()?.parse().ok()?),
                step: words.next()?.parse().ok()?,
                value: f64::from_bits(words.next()?.parse().ok()?),
            })
        };
        Some(Self {
            n_points,
            first: point()?,
            last: point()?,
        })
    }
}

fn is_same(one: &MetricPoint, other: &MetricPoint) -> bool {
    (one.timestamp, one.step) == (other.timestamp, other.step) && one.value.to_bits() == other.value.to_bits()
}
