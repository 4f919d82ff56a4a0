//! Points on their way from disk to who listens: brought into order, in memory as long as they are few.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};

use flowdeck_domain::tracking::MetricPoint;
use flowdeck_domain::{Failure, FailureKind, Result, Timestamp};

/// Points kept in memory, 24 bytes each: 24 MiB. Longer histories go through a temporary file.
const IN_MEMORY: usize = 1 << 20;
/// Points that are kept together. They are handed on as they lie, and given back one lot after the other: of one lot of
/// 24 MiB, the system's allocator would keep as much for itself.
const LOT: usize = 4_096;
/// Bytes of a point in the file.
const POINT_BYTES: usize = 24;
/// Bytes read ahead from each sorted part of the file.
const READ_AHEAD: usize = 1 << 16;

/// Takes points in any order.
#[derive(Debug)]
pub(super) struct Spool {
    lots: VecDeque<Vec<MetricPoint>>,
    n_in_memory: usize,
    /// Whether the points in memory came in order.
    is_sorted: bool,
    limit: usize,
    parts: Vec<usize>,
    file: Option<BufWriter<File>>,
    len: usize,
    /// The first and the last point in order.
    ends: Option<(MetricPoint, MetricPoint)>,
}

impl Default for Spool {
    fn default() -> Self {
        Self::with_limit(IN_MEMORY)
    }
}

impl Spool {
    /// A spool that keeps this many points in memory.
    fn with_limit(limit: usize) -> Self {
        Self {
            lots: VecDeque::new(),
            n_in_memory: 0,
            is_sorted: true,
            limit,
            parts: Vec::new(),
            file: None,
            len: 0,
            ends: None,
        }
    }

    /// The first point in order.
    pub(super) fn first(&self) -> Option<MetricPoint> {
        self.ends.map(|(first, _)| first)
    }

    /// The last point in order.
    pub(super) fn last(&self) -> Option<MetricPoint> {
        self.ends.map(|(_, last)| last)
    }

    /// Points taken so far.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn push(&mut self, point: MetricPoint) -> Result<()> {
        if self.n_in_memory == self.limit {
            self.spill().map_err(told)?;
        }
        let (first, last) = self.ends.unwrap_or((point, point));
        let is_behind = compare(&last, &point).is_le();
        let is_before = compare(&point, &first).is_lt();
        self.ends = Some((
            if is_before { point } else { first },
            if is_behind { point } else { last },
        ));
        self.is_sorted &= is_behind;
        match self.lots.back_mut().filter(|lot| lot.len() < LOT) {
            Some(lot) => lot.push(point),
            None => {
                let mut lot = Vec::with_capacity(LOT.min(self.limit));
                lot.push(point);
                self.lots.push_back(lot);
            }
        }
        self.n_in_memory += 1;
        self.len += 1;
        Ok(())
    }

    /// The points in order: timestamp, step, value. NaN counts as the zero that a SQL store writes for it, and
    /// comes after it.
    pub(super) fn finish(mut self) -> Result<Points> {
        if self.file.is_none() {
            return Ok(Points::InMemory(self.take_sorted()));
        }
        self.spill().map_err(told)?;
        self.merge().map(Points::Merged).map_err(told)
    }

    /// The points in memory, in order.
    fn take_sorted(&mut self) -> VecDeque<Vec<MetricPoint>> {
        let lots = std::mem::take(&mut self.lots);
        self.n_in_memory = 0;
        if std::mem::replace(&mut self.is_sorted, true) {
            return lots;
        }
        let mut points: Vec<MetricPoint> = lots.into_iter().flatten().collect();
        points.sort_by(compare);
        points.chunks(LOT).map(<[_]>::to_vec).collect()
    }

    fn spill(&mut self) -> io::Result<()> {
        let count = self.n_in_memory;
        let lots = self.take_sorted();
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(BufWriter::with_capacity(READ_AHEAD, tempfile::tempfile()?)),
        };
        for point in lots.iter().flatten() {
            file.write_all(&bytes_of(*point))?;
        }
        self.parts.push(count);
        Ok(())
    }

    fn merge(self) -> io::Result<Vec<Part>> {
        let Some(file) = self.file else {
            return Ok(Vec::new());
        };
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        let mut begin = 0;
        let mut parts = Vec::new();
        for len in self.parts {
            let mut part = Part {
                file: file.try_clone()?,
                next_byte: begin,
                left: len,
                ahead: VecDeque::new(),
                head: None,
            };
            begin += (len * POINT_BYTES) as u64;
            part.advance()?;
            parts.push(part);
        }
        Ok(parts)
    }
}

/// Points in order.
pub(super) enum Points {
    /// All of them, in lots.
    InMemory(VecDeque<Vec<MetricPoint>>),
    /// Parts of a file, each in order.
    Merged(Vec<Part>),
}

impl Points {
    /// The next points, at most `limit`; none after the last.
    pub(super) fn next_batch(&mut self, limit: usize) -> Result<Vec<MetricPoint>> {
        match self {
            Self::InMemory(lots) => {
                let mut lot = lots.pop_front().unwrap_or_default();
                if lot.len() > limit {
                    lots.push_front(lot.split_off(limit));
                }
                Ok(lot)
            }
            Self::Merged(parts) => {
                let mut batch = Vec::with_capacity(limit);
                while batch.len() < limit {
                    let Some(point) = least(parts).map_err(told)? else {
                        break;
                    };
                    batch.push(point);
                }
                Ok(batch)
            }
        }
    }
}

/// The least head of all parts; of equal ones that of the earlier part.
fn least(parts: &mut [Part]) -> io::Result<Option<MetricPoint>> {
    let mut found: Option<(usize, MetricPoint)> = None;
    for (place, part) in parts.iter().enumerate() {
        let Some(head) = part.head else { continue };
        if found.is_none_or(|(_, least)| compare(&head, &least).is_lt()) {
            found = Some((place, head));
        }
    }
    let Some((place, point)) = found else {
        return Ok(None);
    };
    parts[place].advance()?;
    Ok(Some(point))
}

/// A stretch of the file that is in order.
pub(super) struct Part {
    file: File,
    next_byte: u64,
    left: usize,
    ahead: VecDeque<MetricPoint>,
    head: Option<MetricPoint>,
}

impl Part {
    fn advance(&mut self) -> io::Result<()> {
        if self.ahead.is_empty() && self.left > 0 {
            self.read_ahead()?;
        }
        self.head = self.ahead.pop_front();
        Ok(())
    }

    fn read_ahead(&mut self) -> io::Result<()> {
        let count = self.left.min(READ_AHEAD / POINT_BYTES);
        let mut bytes = vec![0; count * POINT_BYTES];
        // All parts share one file and its place in it, so each goes to its own place first.
        self.file.seek(SeekFrom::Start(self.next_byte))?;
        self.file.read_exact(&mut bytes)?;
        self.next_byte += bytes.len() as u64;
        self.left -= count;
        let (points, _) = bytes.as_chunks::<POINT_BYTES>();
        self.ahead.extend(points.iter().map(|bytes| point_of(*bytes)));
        Ok(())
    }
}

/// The order of a history: timestamp, step, value.
pub(super) fn compare(one: &MetricPoint, other: &MetricPoint) -> Ordering {
    let stored = |value: f64| if value.is_nan() { 0.0 } else { value };
    one.timestamp
        .cmp(&other.timestamp)
        .then(one.step.cmp(&other.step))
        .then_with(|| {
            let order = stored(one.value).partial_cmp(&stored(other.value));
            order.unwrap_or(Ordering::Equal)
        })
        .then_with(|| one.value.is_nan().cmp(&other.value.is_nan()))
}

fn bytes_of(point: MetricPoint) -> [u8; POINT_BYTES] {
    let mut bytes = [0; POINT_BYTES];
    bytes[..8].copy_from_slice(&point.timestamp.0.to_ne_bytes());
    bytes[8..16].copy_from_slice(&point.step.to_ne_bytes());
    bytes[16..].copy_from_slice(&point.value.to_ne_bytes());
    bytes
}

fn point_of(bytes: [u8; POINT_BYTES]) -> MetricPoint {
    let word = |at: usize| std::array::from_fn(|place| bytes[at + place]);
    MetricPoint {
        timestamp: Timestamp(i64::from_ne_bytes(word(0))),
        step: i64::from_ne_bytes(word(8)),
        value: f64::from_ne_bytes(word(16)),
    }
}

fn told(error: io::Error) -> Failure {
    Failure::new(
        FailureKind::System,
        "cannot sort a long metric history: the temporary file failed",
    )
    .with_hint("make room in the directory for temporary files and try again")
    .caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(timestamp: i64, step: i64, value: f64) -> MetricPoint {
        MetricPoint {
            timestamp: Timestamp(timestamp),
            step,
            value,
        }
    }

    fn through(points: &[MetricPoint], limit: usize) -> Vec<MetricPoint> {
        let mut spool = Spool::with_limit(limit);
        for point in points {
            spool.push(*point).expect("room for a few points");
        }
        let mut points = spool.finish().expect("room for a few points");
        let mut all = Vec::new();
        loop {
            let batch = points.next_batch(7).expect("the file is there");
            if batch.is_empty() {
                return all;
            }
            all.extend(batch);
        }
    }

    #[test]
    fn points_come_out_alike_whether_they_went_through_memory_or_a_file() {
        let mixed: Vec<MetricPoint> = (0..10_000_i64)
            .map(|n| {
                point(
                    n * 7_919 % 101,
                    n % 13,
                    f64::from(i32::try_from(n % 5).unwrap_or(0)),
                )
            })
            .collect();
        let in_memory = through(&mixed, usize::MAX);
        assert_eq!(in_memory.len(), mixed.len());
        assert!(in_memory.is_sorted_by(|one, other| compare(one, other).is_le()));
        for limit in [1, 3, 999, 9_999, 10_000] {
            assert_eq!(through(&mixed, limit), in_memory, "{limit} points in memory");
        }
    }

    #[test]
    fn not_a_number_sorts_as_the_zero_it_is_stored_as() {
        let points = [point(1, 1, 0.5), point(1, 1, f64::NAN), point(1, 1, -0.5)];
        let sorted = through(&points, 2);
        assert_eq!(sorted[0].value, -0.5);
        assert!(sorted[1].value.is_nan());
        assert_eq!(sorted[2].value, 0.5);
    }
}
