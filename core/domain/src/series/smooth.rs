use super::decimate::{Filling, reduced};
use super::{Curve, Raster, Reduced, Series};

/// The greatest share of the past: with all of it, no value would count.
const HEAVIEST: f64 = 0.999_999;

impl Series {
    /// The exponential moving average with debiasing, as MLflow's and TensorBoard's web UIs draw it.
    ///
    /// `weight` is the share of the past, from 0 (the curve itself) up to but not 1. NaN and infinities stay
    /// where they are and do not count; a curve of one value stays as it is, since rounding would bend it.
    /// Source: TensorBoard, `line_chart_v2` `resmooth`; MLflow, `MetricsPlotView` `EMA`.
    #[must_use]
    pub fn smoothed(&self, weight: f64) -> Self {
        let weight = weight.clamp(0.0, HEAVIEST);
        if weight == 0.0 || is_constant(&self.y) {
            return self.clone();
        }
        let mut average = Average::of(weight);
        let y = self.y.iter().map(|&value| average.next(value)).collect();
        Self { x: self.x.clone(), y }
    }
}

/// What [`Series::smoothed`] and then [`super::reduced`] give, without a smoothed curve in between: of a million points
/// that would be sixteen megabytes for each key that zooms.
pub fn smoothed_reduced(curve: &impl Curve, weight: f64, raster: &Raster) -> Reduced {
    let weight = weight.clamp(0.0, HEAVIEST);
    let values = curve.values();
    if weight == 0.0 || is_constant(values) || raster.n_columns() == 0 {
        return reduced(curve, raster);
    }
    let within = curve.indices_within(raster.span());
    let mut average = Average::of(weight);
    for &value in &values[..within.start] {
        average.next(value);
    }
    let mut columns = Filling::of(raster);
    for index in within {
        columns.add(curve.x_at(index), average.next(values[index]));
    }
    columns.reduced()
}

/// A curve of one value stays as it is, since rounding would bend it.
fn is_constant(values: &[f64]) -> bool {
    values.iter().all(|&value| value == values[0])
}

/// A moving average with debiasing, one value after the other.
struct Average {
    weight: f64,
    biased: f64,
    /// The share of the average that no value has had yet.
    remaining: f64,
}

impl Average {
    fn of(weight: f64) -> Self {
        Self {
            weight,
            biased: 0.0,
            remaining: 1.0,
        }
    }

    fn next(&mut self, value: f64) -> f64 {
        if !value.is_finite() {
            return value;
        }
        self.biased = self.biased * self.weight + (1.0 - self.weight) * value;
        self.remaining *= self.weight;
        self.biased / (1.0 - self.remaining)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smoothing_is_debiased_from_the_first_point_on() {
        let series = Series::from_unsorted(vec![0.0, 1.0, 2.0], vec![10.0, 0.0, 10.0]);
        let smoothed = series.smoothed(0.5);
        let expected = [10.0, 10.0 * 0.25 / 0.75, (10.0 * 0.125 + 5.0) / 0.875];
        for (got, expected) in smoothed.y().iter().zip(expected) {
            assert!((got - expected).abs() < 1e-12, "{got} is not {expected}");
        }
    }

    #[test]
    fn gaps_stay_and_do_not_count() {
        let gap = Series::from_unsorted(vec![0.0, 1.0, 2.0, 3.0], vec![1.0, f64::NAN, f64::INFINITY, 3.0]);
        let whole = Series::from_unsorted(vec![0.0, 3.0], vec![1.0, 3.0]);
        let (gap, whole) = (gap.smoothed(0.9), whole.smoothed(0.9));
        assert!(gap.y()[1].is_nan());
        assert_eq!(gap.y()[2], f64::INFINITY);
        assert_eq!(gap.y()[3], whole.y()[1]);
    }

    #[test]
    fn no_weight_and_a_flat_curve_change_nothing() {
        let series = Series::from_unsorted(vec![0.0, 1.0], vec![0.1, 0.7]);
        assert_eq!(series.smoothed(0.0), series);
        let flat = Series::from_unsorted(vec![0.0, 1.0, 2.0], vec![0.1; 3]);
        assert_eq!(flat.smoothed(0.97), flat);
    }
}
