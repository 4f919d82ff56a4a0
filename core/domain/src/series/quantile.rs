use std::ops::Range;

use super::{Curve, Span};

/// Values that are looked at of one curve: more would not move a percentile that a chart could show.
const SAMPLE: usize = 1_024;

/// Some of the finite values of a stretch of a curve, one out of each of many equal parts of it.
///
/// Which one changes from part to part, so that a curve that swings in time with the parts is not seen at one of its
/// phases alone; it is the same at every call.
pub fn sampled(curve: &impl Curve, indices: Range<usize>, into: &mut Vec<f64>) {
    let every = indices.len().div_ceil(SAMPLE).max(1);
    let values = &curve.values()[indices];
    let picked = values.chunks(every).enumerate().map(|(part, values)| {
        // The golden ratio of 2^32: its multiples are spread evenly.
        let spread = (part as u32).wrapping_mul(0x9e37_79b9) as usize;
        values[spread % values.len()]
    });
    into.extend(picked.filter(|value| value.is_finite()));
}

/// The stretch between two quantiles of some finite values, `low` and `high` from 0 to 1; none of no value.
///
/// Both ends are values that are there.
pub fn between_quantiles(values: &mut [f64], low: f64, high: f64) -> Option<Span> {
    let last = values.len().checked_sub(1)?;
    let place = |share: f64| ((share * last as f64).round() as usize).min(last);
    let (_, &mut min, above) = values.select_nth_unstable_by(place(low), f64::total_cmp);
    let max = match place(high) - place(low) {
        0 => min,
        further => *above.select_nth_unstable_by(further - 1, f64::total_cmp).1,
    };
    Some(Span { min, max })
}

#[cfg(test)]
mod tests {
    use super::super::Series;
    use super::*;

    #[test]
    fn a_few_spikes_lie_beyond_the_quantiles() {
        let y: Vec<f64> = (0..20_000)
            .map(|n| if n % 5_000 == 77 { 1e9 } else { f64::from(n % 100) })
            .collect();
        let series = Series::from_unsorted((0..20_000).map(f64::from).collect(), y);
        let mut values = Vec::new();
        sampled(&series, 0..series.n_points(), &mut values);
        assert!(values.len() <= SAMPLE);
        let span = between_quantiles(&mut values, 0.05, 0.95).expect("there are values");
        assert!(
            span.min >= 0.0 && span.max < 100.0 && span.length() > 80.0,
            "{span:?}"
        );
    }

    #[test]
    fn few_values_and_none_have_quantiles_too() {
        assert_eq!(between_quantiles(&mut [], 0.05, 0.95), None);
        assert_eq!(
            between_quantiles(&mut [3.0], 0.05, 0.95),
            Some(Span { min: 3.0, max: 3.0 })
        );
        assert_eq!(
            between_quantiles(&mut [3.0, 1.0, 2.0], 0.0, 1.0),
            Some(Span { min: 1.0, max: 3.0 })
        );
    }
}
