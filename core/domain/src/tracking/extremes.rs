use super::MetricPoint;
use crate::id::MetricKey;

/// The least and the greatest point of a metric's history.
///
/// NaN is neither. Of equal values the first in step order counts; infinities count as what they are.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricExtremes {
    /// The metric.
    pub key: MetricKey,
    /// All points, NaN among them.
    pub n_points: usize,
    /// Points that are NaN.
    pub n_nan: usize,
    /// The least; none where all points are NaN.
    pub least: Option<MetricPoint>,
    /// The greatest.
    pub greatest: Option<MetricPoint>,
}

impl MetricExtremes {
    /// Of a metric of which no point was seen yet.
    pub fn new(key: MetricKey) -> Self {
        Self {
            key,
            n_points: 0,
            n_nan: 0,
            least: None,
            greatest: None,
        }
    }

    /// Takes one point in.
    pub fn take(&mut self, point: MetricPoint) {
        self.n_points += 1;
        if point.value.is_nan() {
            self.n_nan += 1;
            return;
        }
        let is_before = |known: &MetricPoint| {
            point.value == known.value && (point.step, point.timestamp) < (known.step, known.timestamp)
        };
        if self
            .least
            .is_none_or(|known| point.value < known.value || is_before(&known))
        {
            self.least = Some(point);
        }
        if self
            .greatest
            .is_none_or(|known| point.value > known.value || is_before(&known))
        {
            self.greatest = Some(point);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    #[test]
    fn the_first_of_equals_counts_and_nan_never_does() {
        let mut extremes = MetricExtremes::new("loss".into());
        for (step, value) in [
            (5, 1.0),
            (2, f64::NAN),
            (3, 1.0),
            (1, 4.0),
            (9, f64::NEG_INFINITY),
            (0, 4.0),
        ] {
            extremes.take(MetricPoint {
                step,
                timestamp: Timestamp(0),
                value,
            });
        }
        let step = |point: Option<MetricPoint>| point.map(|point| point.step);
        assert_eq!((extremes.n_points, extremes.n_nan), (6, 1));
        assert_eq!(
            (step(extremes.least), step(extremes.greatest)),
            (Some(9), Some(0))
        );
    }
}
