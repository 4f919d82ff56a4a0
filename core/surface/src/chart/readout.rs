use flowdeck_client::Timestamp;
use flowdeck_client::series::{Curve, Span, Statistics};
use flowdeck_client::tracking::MetricPoint;

use super::{AnyCurve, XFrame};
use crate::history::History;

/// The point of a curve that stands for the cursor, exactly as it was logged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Readout {
    /// The logged point nearest to the cursor.
    pub point: MetricPoint,
    /// Where it is on the axis.
    pub x: f64,
    /// Milliseconds since the first point of its history.
    pub since_ms: i64,
    /// Whether it stands right below the cursor, rather than somewhere near.
    pub is_exact: bool,
    /// Points that stand where it stands; it is the last of them.
    pub n_here: usize,
}

impl Readout {
    /// The point of a curve nearest to `x`.
    pub fn at(curve: &AnyCurve<'_>, history: &History, x: f64) -> Option<Self> {
        let index = curve.nearest(x)?;
        let point = curve.point(index)?;
        let found = curve.x_at(index);
        let start = history.earliest().unwrap_or(Timestamp(0));
        Some(Self {
            point,
            x: found,
            since_ms: point.timestamp.millis_since(start),
            is_exact: found == x,
            n_here: index + 1 - curve.first_not(0..index, |own| own < found),
        })
    }
}

/// What is told of a stretch of a curve that was brushed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StretchSummary {
    /// Counts, mean and extremes.
    pub statistics: Statistics,
    /// How much the values rise in a unit of [`XFrame::slope_unit`].
    pub slope: Option<f64>,
}

impl StretchSummary {
    /// Of the points of a curve within a stretch of the axis, both ends included.
    pub fn of(curve: &AnyCurve<'_>, span: Span, frame: &XFrame) -> Self {
        let statistics = Statistics::of(curve, curve.indices_within(span));
        let (_, unit) = frame.slope_unit();
        let slope = statistics.of_finite.and_then(|finite| finite.slope);
        Self {
            statistics,
            slope: slope.map(|slope| slope * unit),
        }
    }
}
