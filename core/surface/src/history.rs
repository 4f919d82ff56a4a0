//! The points of a metric, kept compactly: sixteen bytes a point, as a million of them may be on a screen.
//!
//! A history that lies in the order of an axis is its own curve: nothing is copied to draw it.

use flowdeck_client::Timestamp;
use flowdeck_client::series::{Curve, Series, Span, XAxis};
use flowdeck_client::tracking::MetricPoint;

/// Points of one metric in the order the store gave them, with what is worth saying of them.
#[derive(Clone, Debug, Default)]
pub struct History {
    steps: Integers,
    times: Integers,
    values: Vec<f64>,
    step_order: Order,
    time_order: Order,
    summary: HistorySummary,
}

/// Whether numbers came one not below the other.
#[derive(Clone, Copy, Debug, Default)]
struct Order {
    last: Option<i64>,
    ends: Option<(i64, i64)>,
    is_broken: bool,
}

impl Order {
    fn take(&mut self, number: i64) {
        self.is_broken |= self.last.is_some_and(|last| number < last);
        self.last = Some(number);
        let (least, greatest) = self.ends.unwrap_or((number, number));
        self.ends = Some((least.min(number), greatest.max(number)));
    }
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
            self.step_order.take(point.step);
            self.time_order.take(point.timestamp.as_millis());
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
        self.time_order.ends.map(|(least, _)| Timestamp(least))
    }

    /// The last point in the store's order.
    pub fn newest(&self) -> Option<MetricPoint> {
        self.len().checked_sub(1).map(|last| self.point(last))
    }

    /// The memory that its points take.
    pub fn size_bytes(&self) -> usize {
        self.values.capacity() * size_of::<f64>() + self.steps.size_bytes() + self.times.size_bytes()
    }

    /// Gives back memory that was taken for points that did not come.
    pub fn shrink(&mut self) {
        self.values.shrink_to_fit();
        self.steps.shrink();
        self.times.shrink();
    }

    /// The stretch of an axis that its points take, in whichever order they lie.
    pub fn stretch(&self, axis: XAxis) -> Option<Span> {
        let (least, greatest) = self.order(axis).ends?;
        let zero = match axis {
            XAxis::RelativeTime => least,
            XAxis::Step | XAxis::WallTime => 0,
        };
        Some(Span {
            min: least.saturating_sub(zero) as f64,
            max: greatest.saturating_sub(zero) as f64,
        })
    }

    fn order(&self, axis: XAxis) -> Order {
        match axis {
            XAxis::Step => self.step_order,
            XAxis::WallTime | XAxis::RelativeTime => self.time_order,
        }
    }

    /// The curve over an axis, in place; none where the points do not lie in the order of the axis.
    pub fn curve(&self, axis: XAxis) -> Option<HistoryCurve<'_>> {
        (!self.order(axis).is_broken).then(|| HistoryCurve {
            x: self.axis(axis),
            history: self,
        })
    }

    /// The curve over an axis, copied and sorted.
    pub fn sorted(&self, axis: XAxis) -> Series {
        let x = self.axis(axis);
        Series::from_unsorted(
            (0..self.len()).map(|index| x.get(index)).collect(),
            self.values.clone(),
        )
    }

    fn axis(&self, axis: XAxis) -> Counted<'_> {
        match axis {
            XAxis::Step => self.steps.counted_from(0),
            XAxis::WallTime => self.times.counted_from(0),
            XAxis::RelativeTime => {
                let start = self.earliest().map_or(0, Timestamp::as_millis);
                self.times.counted_from(start)
            }
        }
    }

    /// The point that a curve shows at `x` with this value; of several the last.
    pub fn point_at(&self, x: f64, value: f64, axis: XAxis) -> Option<MetricPoint> {
        let own = self.axis(axis);
        let is_it = |&index: &usize| self.values[index].to_bits() == value.to_bits() && own.get(index) == x;
        (0..self.len()).rev().find(is_it).map(|index| self.point(index))
    }

    /// The point at this place in the store's order.
    ///
    /// # Panics
    /// Where there are not so many.
    pub fn point(&self, index: usize) -> MetricPoint {
        MetricPoint {
            step: self.steps.get(index),
            timestamp: Timestamp(self.times.get(index)),
            value: self.values[index],
        }
    }
}

/// A history as a curve over an axis.
#[derive(Clone, Copy, Debug)]
pub struct HistoryCurve<'a> {
    history: &'a History,
    x: Counted<'a>,
}

impl Curve for HistoryCurve<'_> {
    fn x_at(&self, index: usize) -> f64 {
        self.x.get(index)
    }

    fn values(&self) -> &[f64] {
        &self.history.values
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

    /// The numbers as distances from `zero`.
    fn counted_from(&self, zero: i64) -> Counted<'_> {
        match self {
            Self::Near { base, offsets } => Counted::Near {
                from: base.unwrap_or(0).saturating_sub(zero),
                offsets,
            },
            Self::Far(numbers) => Counted::Far { zero, numbers },
        }
    }

    fn size_bytes(&self) -> usize {
        match self {
            Self::Near { offsets, .. } => offsets.capacity() * size_of::<i32>(),
            Self::Far(numbers) => numbers.capacity() * size_of::<i64>(),
        }
    }

    fn shrink(&mut self) {
        match self {
            Self::Near { offsets, .. } => offsets.shrink_to_fit(),
            Self::Far(numbers) => numbers.shrink_to_fit(),
        }
    }

    fn get(&self, index: usize) -> i64 {
        match self {
            Self::Near { base, offsets } => base.unwrap_or(0) + i64::from(offsets[index]),
            Self::Far(numbers) => numbers[index],
        }
    }
}

/// Whole numbers as distances from a point.
#[derive(Clone, Copy, Debug)]
enum Counted<'a> {
    Near { from: i64, offsets: &'a [i32] },
    Far { zero: i64, numbers: &'a [i64] },
}

impl Counted<'_> {
    fn get(&self, index: usize) -> f64 {
        match self {
            Self::Near { from, offsets } => from.saturating_add(i64::from(offsets[index])) as f64,
            Self::Far { zero, numbers } => numbers[index].saturating_sub(*zero) as f64,
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
        let curve = history.curve(XAxis::RelativeTime).expect("times are in order");
        assert_eq!([0, 1, 2].map(|index| curve.x_at(index)), [0.0, 10.0, 20.0]);
        assert_eq!(history.point_at(2.0, 1.0, XAxis::Step), Some(point(2, 30, 1.0)));
        let gap = history.point_at(10.0, f64::NAN, XAxis::RelativeTime);
        assert_eq!(gap.map(|point| point.timestamp), Some(Timestamp(20)));
        assert_eq!(history.point_at(3.0, 1.0, XAxis::Step), None);
    }

    #[test]
    fn points_out_of_order_are_no_curve_until_they_are_sorted() {
        let mut history = History::default();
        history.append(&[point(5, 10, 1.0), point(6, 20, 2.0)]);
        assert!(history.curve(XAxis::Step).is_some());
        history.append(&[point(1, 30, 3.0)]);
        assert!(history.curve(XAxis::Step).is_none());
        assert!(history.curve(XAxis::WallTime).is_some());
        let sorted = history.sorted(XAxis::Step);
        assert_eq!(
            (sorted.x(), sorted.y()),
            (&[1.0, 5.0, 6.0][..], &[3.0, 1.0, 2.0][..])
        );
    }
}
