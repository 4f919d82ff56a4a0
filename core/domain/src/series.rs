//! The arithmetic of curves: from logged points to what a chart of so many columns can show.
//!
//! A reduced curve is never lossy in what counts: it keeps the minimum and maximum of every column, and every gap.

mod align;
mod bounds;
mod decimate;
mod smooth;

use std::ops::Range;

pub use align::{Aligned, align};
pub use bounds::{Bounds, Span};
pub use decimate::{Column, Extremes, Reduced};

use crate::time::Timestamp;
use crate::tracking::MetricPoint;

/// What a chart counts along its x axis.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Hash)]
pub enum XAxis {
    /// The step a point was logged at.
    #[default]
    Step,
    /// Milliseconds since the Unix epoch.
    WallTime,
    /// Milliseconds since the run's first point.
    RelativeTime,
}

/// A curve: `x` never falls, and points of equal `x` keep the order they were logged in.
///
/// `y` may be NaN or infinite: such points are gaps, and are told apart by their value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    x: Vec<f64>,
    y: Vec<f64>,
}

impl Series {
    /// The curve of a history. Sorts where the store's order is not that of `axis`.
    pub fn from_history(points: &[MetricPoint], axis: XAxis) -> Self {
        let start = points
            .iter()
            .map(|point| point.timestamp)
            .min()
            .unwrap_or(Timestamp(0));
        let x = points
            .iter()
            .map(|point| match axis {
                XAxis::Step => point.step as f64,
                XAxis::WallTime => point.timestamp.as_millis() as f64,
                XAxis::RelativeTime => point.timestamp.millis_since(start) as f64,
            })
            .collect();
        Self::from_unsorted(x, points.iter().map(|point| point.value).collect())
    }

    /// The curve of some points in any order; points whose `x` is NaN are left out.
    ///
    /// # Panics
    /// Where the two differ in length.
    pub fn from_unsorted(x: Vec<f64>, y: Vec<f64>) -> Self {
        assert_eq!(x.len(), y.len(), "a curve has as many x as y");
        if x.is_sorted() {
            return Self { x, y };
        }
        let mut points: Vec<(f64, f64)> = x.into_iter().zip(y).filter(|(x, _)| !x.is_nan()).collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (x, y) = points.into_iter().unzip();
        Self { x, y }
    }

    /// Where the points are, never falling.
    pub fn x(&self) -> &[f64] {
        &self.x
    }

    /// What the points are, as long as [`Series::x`].
    pub fn y(&self) -> &[f64] {
        &self.y
    }

    /// How many points it has.
    pub fn len(&self) -> usize {
        self.x.len()
    }

    /// Whether it has no point.
    pub fn is_empty(&self) -> bool {
        self.x.is_empty()
    }

    /// The indices of the points within `span`, both ends included.
    pub fn indices_within(&self, span: Span) -> Range<usize> {
        let start = self.x.partition_point(|&x| x < span.min);
        let end = self.x.partition_point(|&x| x <= span.max);
        start..end.max(start)
    }

    /// The points within `span` and, where there is one, the neighbour on each side, so that lines run to the edge.
    pub fn window(&self, span: Span) -> Self {
        let within = self.indices_within(span);
        let wider = within.start.saturating_sub(1)..(within.end + 1).min(self.len());
        Self {
            x: self.x[wider.clone()].to_vec(),
            y: self.y[wider].to_vec(),
        }
    }

    /// The index of the point nearest to `x`; of equally near ones the last that was logged.
    pub fn nearest(&self, x: f64) -> Option<usize> {
        let after = self.x.partition_point(|&own| own <= x);
        let before = after.checked_sub(1);
        match (before, after < self.len()) {
            (Some(before), true) if self.x[after] - x < x - self.x[before] => Some(self.last_of(after)),
            (Some(before), _) => Some(before),
            (None, true) => Some(self.last_of(after)),
            (None, false) => None,
        }
    }

    /// The last index that has the same `x` as `index`.
    fn last_of(&self, index: usize) -> usize {
        let x = self.x[index];
        index + self.x[index..].partition_point(|&own| own <= x) - 1
    }

    /// Adds points that were logged since; sorts only where they fall behind the end.
    pub fn append(&mut self, other: &Self) {
        let in_order = match (self.x.last(), other.x.first()) {
            (Some(last), Some(first)) => last <= first,
            _ => true,
        };
        self.x.extend_from_slice(&other.x);
        self.y.extend_from_slice(&other.y);
        if !in_order {
            *self = Self::from_unsorted(std::mem::take(&mut self.x), std::mem::take(&mut self.y));
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
    fn unsorted_and_repeated_steps_become_a_curve_in_logged_order() {
        let history = [
            point(3, 40, 0.3),
            point(1, 10, 0.1),
            point(3, 30, 0.4),
            point(2, 20, f64::NAN),
        ];
        let series = Series::from_history(&history, XAxis::Step);
        assert_eq!(series.x(), [1.0, 2.0, 3.0, 3.0]);
        assert_eq!((series.y()[2], series.y()[3]), (0.3, 0.4));
        let relative = Series::from_history(&history, XAxis::RelativeTime);
        assert_eq!(relative.x(), [0.0, 10.0, 20.0, 30.0]);
        let wall = Series::from_history(&history, XAxis::WallTime);
        assert_eq!(wall.x(), [10.0, 20.0, 30.0, 40.0]);
    }

    #[test]
    fn a_window_keeps_the_neighbours_that_its_edges_need() {
        let series = Series::from_unsorted(vec![0.0, 1.0, 2.0, 3.0, 4.0], vec![0.0; 5]);
        assert_eq!(series.window(Span { min: 1.5, max: 2.5 }).x(), [1.0, 2.0, 3.0]);
        assert_eq!(series.window(Span { min: -9.0, max: -8.0 }).x(), [0.0]);
        assert_eq!(series.indices_within(Span { min: 3.0, max: 9.0 }), 3..5);
    }

    #[test]
    fn the_nearest_point_of_equal_steps_is_the_last_logged() {
        let series = Series::from_unsorted(vec![0.0, 2.0, 2.0, 5.0], vec![0.0, 1.0, 2.0, 3.0]);
        let nearest: Vec<_> = [-1.0, 0.9, 1.9, 2.0, 3.4, 3.6, 99.0]
            .map(|x| series.nearest(x))
            .into();
        assert_eq!(
            nearest,
            [Some(0), Some(0), Some(2), Some(2), Some(2), Some(3), Some(3)]
        );
        assert_eq!(Series::default().nearest(1.0), None);
    }

    #[test]
    fn appended_points_that_fall_behind_are_sorted_in() {
        let mut series = Series::from_unsorted(vec![1.0, 3.0], vec![1.0, 3.0]);
        series.append(&Series::from_unsorted(vec![2.0, 4.0], vec![2.0, 4.0]));
        assert_eq!(series.y(), [1.0, 2.0, 3.0, 4.0]);
    }
}
