//! What was worked out for a curve, kept until something that it depends on changes.

use flowdeck_client::series::{Curve, Raster, Reduced, Series, XAxis, reduced, sampled, smoothed_reduced};
use flowdeck_client::tracking::MetricPoint;

use crate::history::{History, HistoryCurve};

/// The curve of a history over the axis that was last asked for.
///
/// A million points take a millisecond to reduce, and some more to smooth: nothing that a key should wait for each time.
#[derive(Debug, Default)]
pub struct Line {
    sorted: Option<Sorted>,
    drawn: Option<(Wish, Drawn)>,
}

#[derive(Debug)]
struct Sorted {
    version: u64,
    axis: XAxis,
    series: Series,
}

/// What a drawn curve depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wish {
    /// Grows with every change of the history.
    pub version: u64,
    /// Whether all points of the history are here.
    pub is_whole: bool,
    /// What the x axis counts.
    pub axis: XAxis,
    /// The columns to fill.
    pub raster: Raster,
    /// The share of the past in each smoothed value.
    pub smoothing: f64,
    /// Whether outliers are to be told from the rest.
    pub wants_sample: bool,
}

/// A curve reduced to columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawn {
    /// As it was logged.
    pub raw: Reduced,
    /// Smoothed, where that is wanted.
    pub smooth: Option<Reduced>,
    /// Some values of the stretch in view, where outliers are to be told from the rest.
    pub sample: Vec<f64>,
}

impl Drawn {
    /// What is drawn as the line: the smoothed curve where there is one.
    pub fn line(&self) -> &Reduced {
        self.smooth.as_ref().unwrap_or(&self.raw)
    }
}

/// While points are still read, an unsorted history is sorted anew only when it has grown by this share.
const GROWTH: usize = 2;

impl Line {
    /// The curve reduced as wished; worked out only where something changed.
    pub fn drawn(&mut self, history: &History, wish: Wish) -> &Drawn {
        if self.drawn.as_ref().is_none_or(|(kept, _)| *kept != wish) {
            let drawn = self.curve(history, &wish).drawn(&wish);
            self.drawn = Some((wish, drawn));
        }
        &self.drawn.get_or_insert_with(|| (wish, Drawn::default())).1
    }

    /// What was last worked out.
    pub fn kept(&self) -> Option<&Drawn> {
        self.drawn.as_ref().map(|(_, drawn)| drawn)
    }

    /// The curve itself, for exact values.
    pub fn curve<'a>(&'a mut self, history: &'a History, wish: &Wish) -> AnyCurve<'a> {
        if let Some(curve) = history.curve(wish.axis) {
            self.sorted = None;
            return AnyCurve::InOrder(curve, history);
        }
        let is_kept = self.sorted.as_ref().is_some_and(|sorted| {
            let grew = history.len() >= sorted.series.n_points() * GROWTH;
            sorted.axis == wish.axis
                && (sorted.version == wish.version || !(wish.is_whole || grew || sorted.series.is_empty()))
        });
        if !is_kept {
            // The old curve is gone before the new one is made: a million points are sixteen megabytes.
            self.sorted = None;
        }
        let sorted = self.sorted.get_or_insert_with(|| Sorted {
            version: wish.version,
            axis: wish.axis,
            series: history.sorted(wish.axis),
        });
        AnyCurve::Sorted(&sorted.series, history, wish.axis)
    }
}

/// The curve of a history, wherever its points are kept.
#[derive(Clone, Copy, Debug)]
pub enum AnyCurve<'a> {
    /// The points lie in the order of the axis.
    InOrder(HistoryCurve<'a>, &'a History),
    /// They do not: a copy in order.
    Sorted(&'a Series, &'a History, XAxis),
}

impl AnyCurve<'_> {
    fn drawn(&self, wish: &Wish) -> Drawn {
        match self {
            // The kind of curve is known before the points are gone through, not at each of them.
            Self::InOrder(curve, _) => drawn(curve, wish),
            Self::Sorted(curve, _, _) => drawn(*curve, wish),
        }
    }

    /// The point with this index of the curve, as it was logged.
    pub fn point(&self, index: usize) -> Option<MetricPoint> {
        if index >= self.n_points() {
            return None;
        }
        match self {
            Self::InOrder(_, history) => Some(history.point(index)),
            Self::Sorted(series, history, axis) => {
                history.point_at(series.x()[index], series.y()[index], *axis)
            }
        }
    }
}

impl Curve for AnyCurve<'_> {
    fn x_at(&self, index: usize) -> f64 {
        match self {
            Self::InOrder(curve, _) => curve.x_at(index),
            Self::Sorted(curve, _, _) => curve.x_at(index),
        }
    }

    fn values(&self) -> &[f64] {
        match self {
            Self::InOrder(curve, _) => curve.values(),
            Self::Sorted(curve, _, _) => curve.values(),
        }
    }
}

fn drawn(curve: &impl Curve, wish: &Wish) -> Drawn {
    let mut sample = Vec::new();
    if wish.wants_sample {
        sampled(curve, curve.indices_within(wish.raster.span()), &mut sample);
    }
    Drawn {
        raw: reduced(curve, &wish.raster),
        smooth: (wish.smoothing > 0.0).then(|| smoothed_reduced(curve, wish.smoothing, &wish.raster)),
        sample,
    }
}

#[cfg(test)]
mod tests {
    use flowdeck_client::Timestamp;
    use flowdeck_client::series::Span;

    use super::*;

    fn wish(version: u64, is_whole: bool) -> Wish {
        let span = Span { min: 0.0, max: 100.0 };
        Wish {
            version,
            is_whole,
            axis: XAxis::Step,
            raster: Raster::even(span, 10),
            smoothing: 0.0,
            wants_sample: false,
        }
    }

    fn history(steps: &[i64]) -> History {
        let mut history = History::default();
        add(&mut history, steps);
        history
    }

    fn add(history: &mut History, steps: &[i64]) {
        let point = |&step: &i64| MetricPoint {
            step,
            timestamp: Timestamp(1_000 - step),
            value: step as f64,
        };
        history.append(&steps.iter().map(point).collect::<Vec<_>>());
    }

    #[test]
    fn disorder_is_sorted_at_the_end_and_seldom_before() {
        let mut line = Line::default();
        let mut history = history(&[5, 6, 1]);
        assert_eq!(line.curve(&history, &wish(1, false)).n_points(), 3);
        add(&mut history, &[2]);
        assert_eq!(line.curve(&history, &wish(2, false)).n_points(), 3);
        add(&mut history, &[7, 8]);
        assert_eq!(line.curve(&history, &wish(3, false)).n_points(), 6);
        add(&mut history, &[9]);
        let curve = line.curve(&history, &wish(4, true));
        assert_eq!(curve.values(), [1.0, 2.0, 5.0, 6.0, 7.0, 8.0, 9.0]);
        assert_eq!(curve.point(1).map(|point| point.timestamp), Some(Timestamp(998)));
        assert_eq!(curve.point(7), None);
    }

    #[test]
    fn what_was_worked_out_is_kept_until_something_changes() {
        let mut line = Line::default();
        let mut history = history(&[0, 50]);
        assert_eq!(line.drawn(&history, wish(1, true)).raw.columns.len(), 2);
        add(&mut history, &[99]);
        assert_eq!(line.drawn(&history, wish(1, true)).raw.columns.len(), 2);
        assert_eq!(line.drawn(&history, wish(2, true)).raw.columns.len(), 3);
        let smooth = Wish {
            smoothing: 0.6,
            wants_sample: true,
            ..wish(2, true)
        };
        let drawn = line.drawn(&history, smooth);
        assert!(drawn.smooth.is_some() && drawn.line() != &drawn.raw);
        assert_eq!(drawn.sample, [0.0, 50.0, 99.0]);
    }
}
