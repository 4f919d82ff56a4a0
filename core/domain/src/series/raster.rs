use super::Span;

/// Columns of equal width over a stretch of an axis.
///
/// Both ends belong to it: what lies on the upper one falls into the last column. A stretch without length puts all
/// into the first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Raster {
    span: Span,
    n_columns: usize,
    spread: Spread,
    start: f64,
    /// Columns to a unit of what [`Spread::placed`] gives.
    scale: f64,
}

/// How an axis is spread out.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Spread {
    /// Equal differences are equally far apart.
    #[default]
    Even,
    /// Far from zero equal factors are equally far apart, below one unit equal differences: zero and what is below it
    /// have a place, too.
    Logarithmic {
        /// Where the one turns into the other; above 0.
        unit: f64,
    },
}

impl Spread {
    /// The place of a value before it is scaled to an axis; rises with the value.
    pub fn placed(self, value: f64) -> f64 {
        match self {
            Self::Even => value,
            Self::Logarithmic { unit } => (value.abs() / unit).ln_1p().copysign(value),
        }
    }

    /// The value at a place: [`Spread::placed`] turned around.
    pub fn value_at(self, place: f64) -> f64 {
        match self {
            Self::Even => place,
            Self::Logarithmic { unit } => (place.abs().exp_m1() * unit).copysign(place),
        }
    }
}

impl Raster {
    /// So many columns over an even stretch.
    pub fn even(span: Span, n_columns: usize) -> Self {
        Self::new(span, n_columns, Spread::Even)
    }

    /// So many columns over a stretch that is spread in this way.
    pub fn new(span: Span, n_columns: usize, spread: Spread) -> Self {
        let (start, end) = (spread.placed(span.min), spread.placed(span.max));
        let length = end - start;
        Self {
            span,
            n_columns,
            spread,
            start,
            scale: if length > 0.0 {
                n_columns as f64 / length
            } else {
                0.0
            },
        }
    }

    /// The stretch.
    pub fn span(&self) -> Span {
        self.span
    }

    /// How many columns.
    pub fn n_columns(&self) -> usize {
        self.n_columns
    }

    /// The column of an `x` within the stretch.
    ///
    /// Rounding puts a point on a border into one column or the other; asking for the column of each point, rather
    /// than for the border of each column, makes the answer the same wherever it is asked.
    pub fn column_of(&self, x: f64) -> usize {
        let column = (self.spread.placed(x) - self.start) * self.scale;
        (column as usize).min(self.n_columns.saturating_sub(1))
    }

    /// The `x` in the middle of a column.
    pub fn middle_of(&self, column: usize) -> f64 {
        if self.scale == 0.0 {
            return self.span.min;
        }
        self.spread
            .value_at(self.start + (column as f64 + 0.5) / self.scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_column_falls_into_it() {
        for spread in [Spread::Even, Spread::Logarithmic { unit: 1.0 }] {
            let raster = Raster::new(Span { min: -3.0, max: 1e6 }, 77, spread);
            for column in 0..77 {
                assert_eq!(raster.column_of(raster.middle_of(column)), column, "{spread:?}");
            }
            assert_eq!(raster.column_of(1e6), 76);
        }
    }

    #[test]
    fn a_logarithmic_axis_has_room_for_zero_and_below() {
        let spread = Spread::Logarithmic { unit: 1.0 };
        for value in [-1e12, -1.0, -1e-9, 0.0, 0.5, 1.0, 1e12] {
            let back = spread.value_at(spread.placed(value));
            assert!(
                (back - value).abs() <= value.abs() * 1e-12,
                "{back} is not {value}"
            );
        }
        let far = spread.placed(1e6) - spread.placed(1e5);
        let near = spread.placed(1e5) - spread.placed(1e4);
        assert!((far - near).abs() < 1e-3);
    }

    #[test]
    fn a_stretch_without_length_is_one_column() {
        let raster = Raster::even(Span { min: 2.0, max: 2.0 }, 9);
        assert_eq!((raster.column_of(2.0), raster.middle_of(5)), (0, 2.0));
        assert_eq!(Raster::even(Span { min: 0.0, max: 1.0 }, 0).column_of(0.5), 0);
    }
}
