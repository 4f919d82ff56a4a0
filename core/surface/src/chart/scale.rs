use flowdeck_client::series::{Reduced, Span, Spread, between_quantiles};

use super::Limits;
use crate::ticks::{Tick, log_ticks, number_ticks, symmetric_log_ticks};

/// How values stand on the y axis.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Hash)]
pub enum ScaleKind {
    /// Equal differences are equally far apart.
    #[default]
    Linear,
    /// Equal factors are; what is not above 0 stands at the bottom.
    Log,
    /// Equal factors are, above and below zero alike; close to zero equal differences are.
    SymLog,
}

impl ScaleKind {
    /// What the next press of the key for the scale sets.
    pub fn next(self) -> Self {
        match self {
            Self::Linear => Self::Log,
            Self::Log => Self::SymLog,
            Self::SymLog => Self::Linear,
        }
    }
}

/// The values of a y axis and their places on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    kind: ScaleKind,
    span: Span,
    spread: Spread,
}

/// Decades above and below zero that a symmetric logarithmic axis spreads out; what is closer to zero is linear.
const DECADES: f64 = 4.0;

impl Scale {
    /// A scale from one value to another. A logarithmic one needs a greatest value above 0; without one it is linear.
    pub fn over(kind: ScaleKind, span: Span) -> Self {
        let greatest = span.max.abs().max(span.min.abs());
        let (kind, span, spread) = match kind {
            ScaleKind::Log if span.max > 0.0 => {
                let least = if span.min > 0.0 {
                    span.min
                } else {
                    (span.max * 1e-6).max(f64::MIN_POSITIVE)
                };
                (kind, Span { min: least, ..span }, Spread::Even)
            }
            ScaleKind::SymLog if greatest > 0.0 => {
                let unit = (10_f64.powf(greatest.log10().floor() - DECADES)).max(f64::MIN_POSITIVE);
                (kind, span, Spread::Logarithmic { unit })
            }
            _ => (ScaleKind::Linear, span, Spread::Even),
        };
        Self { kind, span, spread }
    }

    /// How values stand on it: what was asked for, as far as the values allow.
    pub fn kind(&self) -> ScaleKind {
        self.kind
    }

    /// The values at the bottom and at the top.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The share of the height at which a value stands: 0 at the bottom, 1 at the top, beyond for values beyond.
    pub fn share(&self, value: f64) -> f64 {
        let (low, high) = (self.placed(self.span.min), self.placed(self.span.max));
        if high <= low {
            return 0.5;
        }
        (self.placed(value) - low) / (high - low)
    }

    /// The value at a share of the height.
    pub fn value_at(&self, share: f64) -> f64 {
        let (low, high) = (self.placed(self.span.min), self.placed(self.span.max));
        let place = low + share * (high - low);
        match self.kind {
            // Halved, as the difference of two great numbers may be infinite.
            ScaleKind::Linear => place * 2.0,
            ScaleKind::Log => place.exp(),
            ScaleKind::SymLog => self.spread.value_at(place),
        }
    }

    fn placed(&self, value: f64) -> f64 {
        match self.kind {
            ScaleKind::Linear => value / 2.0,
            ScaleKind::Log => value.max(self.span.min).ln(),
            ScaleKind::SymLog => self.spread.placed(value),
        }
    }

    /// Marks at round values, some `n_most` at most.
    pub fn ticks(&self, n_most: usize) -> Vec<Tick> {
        match (self.kind, self.spread) {
            (ScaleKind::Log, _) => {
                let ticks = log_ticks(self.span, n_most);
                // Within one decade the powers of ten alone say too little.
                if ticks.len() < 2 {
                    number_ticks(self.span, n_most)
                } else {
                    ticks
                }
            }
            (ScaleKind::SymLog, Spread::Logarithmic { unit }) => symmetric_log_ticks(self.span, unit, n_most),
            _ => number_ticks(self.span, n_most),
        }
    }
}

/// The shares of values that a clipped axis leaves out below and above.
const OUTLIERS: (f64, f64) = (0.02, 0.98);

/// The scale that shows some reduced curves, with a little room above and below; none where no value is finite.
///
/// `clipped` are values to find outliers among, where the axis is to leave them out.
pub fn fitting<'a>(
    kind: ScaleKind,
    limits: Limits,
    curves: impl Iterator<Item = &'a Reduced>,
    clipped: Option<&mut Vec<f64>>,
) -> Option<Scale> {
    let mut found = Found::default();
    for column in curves.flat_map(|curve| &curve.columns) {
        if let Some(extremes) = column.extremes {
            found.take(extremes.min[1]);
            found.take(extremes.max[1]);
        }
    }
    let kind = match kind {
        ScaleKind::Log if found.least_positive.is_none() && limits.max.is_none_or(|max| max <= 0.0) => {
            ScaleKind::Linear
        }
        kind => kind,
    };
    let usual = clipped.and_then(|values| between_quantiles(values, OUTLIERS.0, OUTLIERS.1));
    let whole = usual.filter(|span| span.length() > 0.0).or(found.span());
    let whole = match whole {
        Some(whole) => with_room(kind, whole, found.least_positive),
        None => Span {
            min: limits.min?,
            max: limits.max?,
        },
    };
    let mut span = limits.over(whole);
    if span.length() <= 0.0 {
        span = with_room(ScaleKind::Linear, span, None);
    }
    Some(Scale::over(kind, span))
}

#[derive(Default)]
struct Found {
    min: Option<f64>,
    max: Option<f64>,
    least_positive: Option<f64>,
}

impl Found {
    fn take(&mut self, value: f64) {
        self.min = Some(self.min.map_or(value, |min| min.min(value)));
        self.max = Some(self.max.map_or(value, |max| max.max(value)));
        if value > 0.0 {
            self.least_positive = Some(self.least_positive.map_or(value, |least| least.min(value)));
        }
    }

    fn span(&self) -> Option<Span> {
        Some(Span {
            min: self.min?,
            max: self.max?,
        })
    }
}

/// A stretch with a little room at both ends. A logarithmic one begins no lower than `least_positive`.
pub(crate) fn with_room(kind: ScaleKind, span: Span, least_positive: Option<f64>) -> Span {
    if let (ScaleKind::Log, Some(least)) = (kind, least_positive.filter(|_| span.max > 0.0)) {
        let min = if span.min > 0.0 { span.min } else { least };
        let factor = (span.max / min).powf(0.03).max(1.05);
        return Span {
            min: (min / factor).max(f64::MIN_POSITIVE),
            max: (span.max * factor).min(f64::MAX),
        };
    }
    if kind == ScaleKind::SymLog && span.length() > 0.0 {
        let tight = Scale::over(kind, span);
        return Span {
            min: tight.value_at(-0.03).max(f64::MIN),
            max: tight.value_at(1.03).min(f64::MAX),
        };
    }
    let half = span.max / 2.0 - span.min / 2.0;
    let room = if half > 0.0 {
        half * 0.06
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
    use flowdeck_client::series::{Raster, Series, reduced};

    use super::*;

    fn fitted(kind: ScaleKind, values: &[f64]) -> Option<Scale> {
        let x: Vec<f64> = (0..values.len()).map(|step| step as f64).collect();
        let raster = Raster::even(
            Span {
                min: 0.0,
                max: values.len() as f64,
            },
            100,
        );
        let reduced = reduced(&Series::from_unsorted(x, values.to_vec()), &raster);
        fitting(kind, Limits::FREE, std::iter::once(&reduced), None)
    }

    #[test]
    fn every_finite_value_stands_within_the_scale_that_fits_it() {
        for kind in [ScaleKind::Linear, ScaleKind::Log, ScaleKind::SymLog] {
            for values in [
                [0.0, 1.0],
                [-5.0, 5.0],
                [1e-9, 2e-9],
                [f64::MIN, f64::MAX],
                [7.0, 7.0],
                [0.0, 0.0],
                [-1e300, -1e-300],
            ] {
                let scale = fitted(kind, &values).expect("finite values");
                let shares = values.map(|value| scale.share(value));
                assert!(
                    shares.iter().all(|share| (0.0..=1.0).contains(share)),
                    "{kind:?} {values:?}: {shares:?}"
                );
                assert!(shares[0] <= shares[1]);
            }
        }
        assert_eq!(fitted(ScaleKind::Linear, &[f64::NAN]), None);
    }

    #[test]
    fn a_logarithmic_scale_puts_equal_factors_equally_far_apart() {
        let scale = fitted(ScaleKind::Log, &[0.001, 1.0, 1000.0, 0.0, -3.0]).expect("finite values");
        let [low, middle, high] = [0.001, 1.0, 1000.0].map(|value| scale.share(value));
        assert!((middle - low - (high - middle)).abs() < 1e-9);
        assert_eq!(scale.share(-3.0), 0.0);
        let without = fitted(ScaleKind::Log, &[-1.0, 0.0]).expect("finite values");
        assert_eq!(without.kind(), ScaleKind::Linear);
    }

    #[test]
    fn a_symmetric_scale_is_its_own_mirror() {
        let scale = Scale::over(ScaleKind::SymLog, Span { min: -1e3, max: 1e3 });
        assert_eq!(scale.share(0.0), 0.5);
        for value in [1e-3, 1.0, 37.0, 1e3] {
            assert!((scale.share(value) + scale.share(-value) - 1.0).abs() < 1e-12);
            assert!((scale.value_at(scale.share(value)) - value).abs() < value * 1e-9);
        }
    }

    #[test]
    fn a_value_is_found_again_at_its_place() {
        for kind in [ScaleKind::Linear, ScaleKind::Log] {
            let scale = Scale::over(kind, Span { min: 0.5, max: 80.0 });
            for value in [0.5, 1.0, 33.0, 80.0] {
                let back = scale.value_at(scale.share(value));
                assert!((back - value).abs() < 1e-9, "{kind:?}: {back} is not {value}");
            }
        }
    }

    #[test]
    fn outliers_are_left_out_and_typed_limits_win() {
        let mut values: Vec<f64> = (0..1_000).map(|n| f64::from(n % 10)).collect();
        values[500] = 1e9;
        let x = (0..1_000).map(f64::from).collect();
        let raster = Raster::even(Span { min: 0.0, max: 999.0 }, 50);
        let reduced = reduced(&Series::from_unsorted(x, values.clone()), &raster);
        let fit = |limits, clipped: Option<&mut Vec<f64>>| {
            let scale = fitting(ScaleKind::Linear, limits, std::iter::once(&reduced), clipped);
            scale.expect("finite values").span()
        };
        assert!(fit(Limits::FREE, None).max > 1e8);
        assert!(fit(Limits::FREE, Some(&mut values)).max < 20.0);
        let typed = Limits {
            min: Some(2.0),
            max: None,
        };
        assert_eq!(fit(typed, Some(&mut values)).min, 2.0);
    }
}
