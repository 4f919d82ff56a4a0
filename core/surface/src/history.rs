//! The points of a metric, kept compactly: sixteen bytes a point, as a million of them may be on a screen.

use flowdeck_client::Timestamp;
use flowdeck_client::series::{Series, XAxis};
use flowdeck_client::tracking::MetricPoint;

/// Points of one metric in the order the store gave them, with what is worth saying of them.
#[derive(Clone, Debug, Default)]
pub struct History {
    steps: Integers,
    times: Integers,
    values: Vec<f64>,
    earliest: Option<Timestamp>,
    summary: HistorySummary,
}

/// What is worth saying of a history.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct HistorySummary {
    /// The greatest by step, then time, then value: what MLflow calls the latest.
    pub last: Option<MetricPoint>,
    /// The first of the lowest, NaN and infinities left out.
    pub min: Option<MetricPoint>,
    /// The first of the highest, NaN and infinities left out.
    pub max: Option<MetricPoint>,
    /// Points that are NaN.
    pub n_nan: usize,
    /// Points that are infinite.
    pub n_infinite: usize,
}

impl History {
    /// Adds points behind those that are there.
    pub fn append(&mut self, points: &[MetricPoint]) {
        for point in points {
            self.steps.push(point.step);
            self.times.push(point.timestamp.as_millis());
            self.values.push(point.value);
            self.earliest = Some(
                self.earliest
                    .map_or(point.timestamp, |earliest| earliest.min(point.timestamp)),
            );
            self.summary.count(point);
        }
    }

    /// How many points it has.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether it has no point.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// What is worth saying of it.
    pub fn summary(&self) -> &HistorySummary {
        &self.summary
    }

    /// The first moment that anything was logged at.
    pub fn earliest(&self) -> Option<Timestamp> {
        self.earliest
    }

    /// The curve of the points from `start` on.
    pub fn series_from(&self, start: usize, axis: XAxis) -> Series {
        let x = match axis {
            XAxis::Step => self.steps.counted_from(start, 0),
            XAxis::WallTime => self.times.counted_from(start, 0),
            XAxis::RelativeTime => self
                .times
                .counted_from(start, self.earliest.map_or(0, Timestamp::as_millis)),
        };
        Series::from_unsorted(x, self.values[start..].to_vec())
    }

    /// The point that a curve shows at `x` with this value; of several the last.
    pub fn point_at(&self, x: f64, value: f64, axis: XAxis) -> Option<MetricPoint> {
        let is_it =
            |&index: &usize| self.values[index].to_bits() == value.to_bits() && self.x(index, axis) == x;
        (0..self.len()).rev().find(is_it).map(|index| self.point(index))
    }

    fn x(&self, index: usize, axis: XAxis) -> f64 {
        match axis {
            XAxis::Step => self.steps.get(index) as f64,
            XAxis::WallTime => self.times.get(index) as f64,
            XAxis::RelativeTime => {
                let start = self.earliest.map_or(0, Timestamp::as_millis);
                self.times.get(index).saturating_sub(start) as f64
            }
        }
    }

    fn point(&self, index: usize) -> MetricPoint {
        MetricPoint {
            step: self.steps.get(index),
            timestamp: Timestamp(self.times.get(index)),
            value: self.values[index],
        }
    }
}

impl HistorySummary {
    fn count(&mut self, point: &MetricPoint) {
        let is_later = |last: &MetricPoint| {
            let order = (point.step, point.timestamp).cmp(&(last.step, last.timestamp));
            order.then(point.value.total_cmp(&last.value)).is_ge()
        };
        if self.last.as_ref().is_none_or(is_later) {
            self.last = Some(*point);
        }
        if point.value.is_nan() {
            self.n_nan += 1;
        } else if point.value.is_infinite() {
            self.n_infinite += 1;
        } else {
            if self.min.is_none_or(|min| point.value < min.value) {
                self.min = Some(*point);
            }
            if self.max.is_none_or(|max| point.value > max.value) {
                self.max = Some(*point);
            }
        }
    }
}

/// Whole numbers that mostly lie near the first: four bytes each, eight once one lies too far.
#[derive(Clone, Debug)]
enum Integers {
    Near { base: Option<i64>, offsets: Vec<i32> },
    Far(Vec<i64>),
}

impl Default for Integers {
    fn default() -> Self {
        Self::Near {
            base: None,
            offsets: Vec::new(),
        }
    }
}

impl Integers {
    fn push(&mut self, number: i64) {
        match self {
            Self::Far(numbers) => numbers.push(number),
            Self::Near { base, offsets } => {
                let from = *base.get_or_insert(number);
                match number
                    .checked_sub(from)
                    .and_then(|offset| i32::try_from(offset).ok())
                {
                    Some(offset) => offsets.push(offset),
                    None => {
                        let mut numbers: Vec<i64> =
                            offsets.iter().map(|&offset| from + i64::from(offset)).collect();
                        numbers.push(number);
                        *self = Self::Far(numbers);
                    }
                }
            }
        }
    }

    /// The numbers from `start` on, counted from `zero`.
    fn counted_from(&self, start: usize, zero: i64) -> Vec<f64> {
        match self {
            Self::Near { base, offsets } => {
                let base = base.unwrap_or(0);
                let number = |&offset: &i32| (base + i64::from(offset)).saturating_sub(zero) as f64;
                offsets[start..].iter().map(number).collect()
            }
            Self::Far(numbers) => numbers[start..]
                .iter()
                .map(|&number| number.saturating_sub(zero) as f64)
                .collect(),
        }
    }

    fn get(&self, index: usize) -> i64 {
        match self {
            Self::Near { base, offsets } => base.unwrap_or(0) + i64::from(offsets[index]),
            Self::Far(numbers) => numbers[index],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(step: i64, millis: i64, value: f64) -> MetricPoint {
        MetricPoint {
            step,
            timestamp: Timestamp(millis),
            value,
        }
    }

    #[test]
    fn points_come_back_as_they_were_put_in_however_far_apart() {
        let points = [
            point(0, 1_700_000_000_000, 1.0),
            point(-5, 1_699_999_999_000, -2.0),
            point(i64::MAX, 0, 3.0),
            point(i64::MIN, 9_000_000_000_000, 4.0),
        ];
        let mut history = History::default();
        history.append(&points[..2]);
        history.append(&points[2..]);
        let back: Vec<_> = (0..4).map(|index| history.point(index)).collect();
        assert_eq!(back, points);
        assert_eq!(history.earliest(), Some(Timestamp(0)));
    }

    #[test]
    fn the_summary_tells_the_extremes_the_latest_and_what_is_no_number() {
        let mut history = History::default();
        history.append(&[
            point(2, 10, 5.0),
            point(1, 20, f64::NAN),
            point(3, 30, f64::INFINITY),
            point(0, 40, -1.0),
            point(2, 50, -1.0),
        ]);
        let summary = history.summary();
        assert_eq!(summary.last.map(|point| point.step), Some(3));
        assert_eq!(summary.min.map(|point| point.step), Some(0));
        assert_eq!(summary.max.map(|point| point.value), Some(5.0));
        assert_eq!((summary.n_nan, summary.n_infinite), (1, 1));
    }

    #[test]
    fn the_point_below_the_cursor_is_found_again() {
        let mut history = History::default();
        history.append(&[point(1, 10, 1.0), point(2, 20, f64::NAN), point(2, 30, 1.0)]);
        let series = history.series_from(0, XAxis::RelativeTime);
        assert_eq!(series.x(), [0.0, 10.0, 20.0]);
        assert_eq!(history.point_at(2.0, 1.0, XAxis::Step), Some(point(2, 30, 1.0)));
        let gap = history.point_at(10.0, f64::NAN, XAxis::RelativeTime);
        assert_eq!(gap.map(|point| point.timestamp), Some(Timestamp(20)));
        assert_eq!(history.point_at(3.0, 1.0, XAxis::Step), None);
    }
}
