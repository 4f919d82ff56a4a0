//! From values to rows of dots.

use flowdeck_surface::client::series::{Reduced, Span};

/// How values stand on the y axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    /// The values at the bottom and at the top, both above 0 where it is logarithmic.
    pub(crate) span: Span,
    /// Whether equal factors rather than equal differences are equally far apart.
    pub(crate) is_log: bool,
}

impl Scale {
    /// A scale that shows all of some curves, with a little room.
    ///
    /// A logarithmic one needs a value above 0; without one it is linear.
    pub(crate) fn fitting(curves: &[&Reduced], is_log: bool) -> Option<Self> {
        let values = || {
            curves
                .iter()
                .flat_map(|curve| &curve.columns)
                .filter_map(|column| column.extremes)
                .flat_map(|extremes| {
                    [
                        extremes.first[1],
                        extremes.min[1],
                        extremes.max[1],
                        extremes.last[1],
                    ]
                })
        };
        let positive: Vec<f64> = values().filter(|value| *value > 0.0).collect();
        if is_log && !positive.is_empty() {
            let span = Span::of(&positive)?;
            let factor = (span.max / span.min).powf(0.03).max(1.05);
            return Some(Self {
                span: Span {
                    min: (span.min / factor).max(f64::MIN_POSITIVE),
                    max: (span.max * factor).min(f64::MAX),
                },
                is_log: true,
            });
        }
        let span = Span::of(&values().collect::<Vec<_>>())?;
        Some(Self {
            span: with_room(span),
            is_log: false,
        })
    }

    /// The row of a value among so many, counted from the top. What is not above 0 stands at the bottom of a
    /// logarithmic scale.
    pub(crate) fn row(&self, value: f64, n_rows: i64) -> i64 {
        let share = if self.is_log {
            let floor = self.span.min;
            let (low, high) = (floor.ln(), self.span.max.ln());
            (value.max(floor).ln() - low) / (high - low)
        } else {
            // Halves, as the difference of two great numbers may be infinite.
            (value / 2.0 - self.span.min / 2.0) / (self.span.max / 2.0 - self.span.min / 2.0)
        };
        let last = (n_rows - 1) as f64;
        (last - (share * last).round()).clamp(-1e9, 1e9) as i64
    }
}

fn with_room(span: Span) -> Span {
    let length = span.max / 2.0 - span.min / 2.0;
    let room = if length > 0.0 {
        length * 0.06
    } else if span.min == 0.0 {
        1.0
    } else {
        span.min.abs() * 0.1
    };
    Span {
        min: (span.min - room).max(f64::MIN),
        max: (span.max + room).min(f64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use flowdeck_surface::client::series::Series;

    use super::*;

    fn reduced(values: &[f64]) -> Reduced {
        let x = (0..values.len()).map(|step| step as f64).collect();
        let span = Span {
            min: 0.0,
            max: values.len() as f64,
        };
        Series::from_unsorted(x, values.to_vec()).reduced(span, 100)
    }

    #[test]
    fn the_greatest_value_stands_near_the_top_and_the_least_near_the_bottom() {
        for values in [
            [0.0, 1.0],
            [-5.0, 5.0],
            [1e-9, 2e-9],
            [f64::MIN, f64::MAX],
            [7.0, 7.0],
            [0.0, 0.0],
        ] {
            let scale = Scale::fitting(&[&reduced(&values)], false).expect("finite values");
            let rows = values.map(|value| scale.row(value, 40));
            assert!(
                rows.iter().all(|row| (0..40).contains(row)),
                "{values:?}: {rows:?}"
            );
            assert!(rows[0] >= rows[1]);
        }
    }

    #[test]
    fn a_logarithmic_scale_puts_equal_factors_equally_far_apart() {
        let scale =
            Scale::fitting(&[&reduced(&[0.001, 1.0, 1000.0, 0.0, -3.0])], true).expect("finite values");
        let rows = [0.001, 1.0, 1000.0].map(|value| scale.row(value, 101));
        assert!((rows[0] - rows[1] - (rows[1] - rows[2])).abs() <= 1);
        assert_eq!(scale.row(-3.0, 101), 100);
        let without = Scale::fitting(&[&reduced(&[-1.0, 0.0])], true).expect("finite values");
        assert!(!without.is_log);
        assert_eq!(Scale::fitting(&[&reduced(&[f64::NAN])], false), None);
    }
}
