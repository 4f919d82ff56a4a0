//! The arithmetic of curves: from logged points to what a chart of so many columns can show.
//!
//! A reduced curve is never lossy in what counts: it keeps the minimum and maximum of every column, and every gap.

mod align;
mod bounds;
mod curve;
mod decimate;
mod quantile;
mod raster;
mod smooth;
mod statistics;

pub use align::{Aligned, align};
pub use bounds::{Bounds, Span};
pub use curve::Curve;
pub use decimate::{Column, Extremes, Reduced, reduced};
pub use quantile::{between_quantiles, sampled};
pub use raster::{Raster, Spread};
pub use smooth::smoothed_reduced;
pub use statistics::{FiniteStatistics, Statistics};

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

/// A curve that keeps its own points.
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

impl Curve for Series {
    fn x_at(&self, index: usize) -> f64 {
        self.x[index]
    }

    fn values(&self) -> &[f64] {
        &self.y
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
    fn a_span_holds_the_points_on_both_its_ends() {
        let series = Series::from_unsorted(vec![0.0, 1.0, 2.0, 3.0, 4.0], vec![0.0; 5]);
        assert_eq!(series.indices_within(Span { min: 3.0, max: 9.0 }), 3..5);
        assert_eq!(series.indices_within(Span { min: 1.0, max: 2.0 }), 1..3);
        assert_eq!(series.indices_within(Span { min: 1.2, max: 1.8 }), 2..2);
        assert_eq!(series.stretch(), Some(Span { min: 0.0, max: 4.0 }));
        assert_eq!(Series::default().stretch(), None);
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
