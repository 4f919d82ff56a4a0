use super::Series;

impl Series {
    /// The exponential moving average with debiasing, as MLflow's and TensorBoard's web UIs draw it.
    ///
    /// `weight` is the share of the past, from 0 (the curve itself) up to but not 1. NaN and infinities stay
    /// where they are and do not count; a curve of one value stays as it is, since rounding would bend it.
    /// Source: TensorBoard, `line_chart_v2` `resmooth`; MLflow, `MetricsPlotView` `EMA`.
    #[must_use]
    pub fn smoothed(&self, weight: f64) -> Self {
        let weight = weight.clamp(0.0, 0.999_999);
        let constant = self.y.iter().all(|&value| value == self.y[0]);
        if weight == 0.0 || constant {
            return self.clone();
        }
        let (mut biased, mut remaining) = (0.0_f64, 1.0_f64);
        let y = self
            .y
            .iter()
            .map(|&value| {
                if !value.is_finite() {
                    return value;
                }
                biased = biased * weight + (1.0 - weight) * value;
                remaining *= weight;
                biased / (1.0 - remaining)
            })
            .collect();
        Self { x: self.x.clone(), y }
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
