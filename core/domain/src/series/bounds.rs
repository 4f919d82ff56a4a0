use super::Series;

/// A stretch of an axis; `min` is not above `max`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// Its lower end.
    pub min: f64,
    /// Its upper end.
    pub max: f64,
}

impl Span {
    /// How long it is.
    pub fn length(self) -> f64 {
        self.max - self.min
    }

    /// The least stretch that holds both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            min: self.min.min(other.min),
            max: self.max.max(other.max),
        }
    }

    /// Whether `value` lies within, ends included.
    pub fn contains(self, value: f64) -> bool {
        self.min <= value && value <= self.max
    }

    /// The least stretch that holds all finite values; none where there is no such value.
    pub fn of(values: &[f64]) -> Option<Self> {
        let mut span = Self {
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
        };
        for &value in values {
            // An infinity counts as neither end; comparisons with NaN are false. Written so that it vectorises.
            let low = if value.is_finite() { value } else { f64::INFINITY };
            let high = if value.is_finite() {
                value
            } else {
                f64::NEG_INFINITY
            };
            span.min = if low < span.min { low } else { span.min };
            span.max = if high > span.max { high } else { span.max };
        }
        (span.min <= span.max).then_some(span)
    }
}

/// The box that a curve fills.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Along the x axis.
    pub x: Span,
    /// Along the y axis.
    pub y: Span,
}

impl Bounds {
    /// The least box that holds both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            x: self.x.union(other.x),
            y: self.y.union(other.y),
        }
    }
}

impl Series {
    /// The box of all points, NaN and infinities left out; none where no point is finite.
    ///
    /// `x` spans gaps too: a curve that ends in NaN is as wide as it was logged.
    pub fn bounds(&self) -> Option<Bounds> {
        Some(Bounds {
            x: Span::of(&self.x)?,
            y: Span::of(&self.y)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_leave_nan_and_infinities_out() {
        let series = Series::from_unsorted(
            vec![0.0, 1.0, 2.0, 3.0, 4.0],
            vec![f64::NAN, f64::INFINITY, -2.0, 7.0, f64::NEG_INFINITY],
        );
        let bounds = series.bounds().expect("two points are finite");
        assert_eq!(bounds.y, Span { min: -2.0, max: 7.0 });
        assert_eq!(bounds.x, Span { min: 0.0, max: 4.0 });
        assert_eq!(Series::from_unsorted(vec![1.0], vec![f64::NAN]).bounds(), None);
        assert_eq!(Series::default().bounds(), None);
    }
}
