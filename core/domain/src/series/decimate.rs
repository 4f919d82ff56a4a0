use std::ops::Range;

use super::{Curve, Raster, Span};

/// A curve reduced to the columns of a chart, without losing an extreme or a gap.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reduced {
    /// The columns that hold points, from left to right.
    pub columns: Vec<Column>,
}

/// What one column of a chart shows of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Which column, from 0.
    pub index: usize,
    /// Its finite points; none where all are gaps.
    pub extremes: Option<Extremes>,
    /// Whether no gap lies between its first point and the last finite point to its left.
    pub joined: bool,
    /// NaN points in it.
    pub n_nan: usize,
    /// Infinite points in it.
    pub n_infinite: usize,
}

/// The points of a column that a line through it must touch, each as `[x, y]`, all finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extremes {
    /// The first in order of `x`.
    pub first: [f64; 2],
    /// The first of the lowest.
    pub min: [f64; 2],
    /// The first of the highest.
    pub max: [f64; 2],
    /// The last in order of `x`.
    pub last: [f64; 2],
}

/// Reduces the points of a curve within the stretch of a raster to its columns.
pub fn reduced(curve: &impl Curve, raster: &Raster) -> Reduced {
    let within = curve.indices_within(raster.span());
    let mut columns = Vec::with_capacity(raster.n_columns().min(within.len()));
    let mut start = within.start;
    let mut gap_since_finite = false;
    while start < within.end && raster.n_columns() > 0 {
        let index = raster.column_of(curve.x_at(start));
        let end = gallop(start..within.end, |at| raster.column_of(curve.x_at(at)) <= index);
        columns.push(column(curve, index, start..end, &mut gap_since_finite));
        start = end;
    }
    Reduced { columns }
}

fn column(curve: &impl Curve, index: usize, range: Range<usize>, gap_since_finite: &mut bool) -> Column {
    let start = range.start;
    let y = &curve.values()[range];
    let n_nan = y.iter().map(|value| usize::from(value.is_nan())).sum();
    let n_finite: usize = y.iter().map(|value| usize::from(value.is_finite())).sum();
    let n_infinite = y.len() - n_nan - n_finite;
    let Some(bounds) = Span::of(y) else {
        *gap_since_finite = true;
        return Column {
            index,
            extremes: None,
            joined: false,
            n_nan,
            n_infinite,
        };
    };
    let first = position(y, f64::is_finite);
    let last = y.iter().rposition(|value| value.is_finite()).unwrap_or(first);
    let at = |place: usize| [curve.x_at(start + place), y[place]];
    let joined = !*gap_since_finite && first == 0;
    *gap_since_finite = last + 1 < y.len();
    let extremes = Extremes {
        first: at(first),
        min: at(position(y, |value| value == bounds.min)),
        max: at(position(y, |value| value == bounds.max)),
        last: at(last),
    };
    Column {
        index,
        extremes: Some(extremes),
        joined,
        n_nan,
        n_infinite,
    }
}

/// Columns that are filled point after point, in order of `x`.
pub(super) struct Filling<'a> {
    raster: &'a Raster,
    gap_since_finite: bool,
    columns: Vec<Column>,
}

impl<'a> Filling<'a> {
    /// The columns of a raster, nothing in them.
    pub(super) fn of(raster: &'a Raster) -> Self {
        Self {
            raster,
            gap_since_finite: false,
            columns: Vec::with_capacity(raster.n_columns()),
        }
    }

    /// Adds a point within the stretch.
    pub(super) fn add(&mut self, x: f64, y: f64) {
        let index = self.raster.column_of(x);
        if self.columns.last().is_none_or(|column| column.index != index) {
            self.columns.push(Column {
                index,
                extremes: None,
                joined: false,
                n_nan: 0,
                n_infinite: 0,
            });
        }
        let Some(column) = self.columns.last_mut() else {
            return;
        };
        if !y.is_finite() {
            column.n_nan += usize::from(y.is_nan());
            column.n_infinite += usize::from(y.is_infinite());
            self.gap_since_finite = true;
            return;
        }
        let point = [x, y];
        match &mut column.extremes {
            Some(extremes) => {
                if y < extremes.min[1] {
                    extremes.min = point;
                }
                if y > extremes.max[1] {
                    extremes.max = point;
                }
                extremes.last = point;
            }
            none => {
                column.joined = !self.gap_since_finite;
                *none = Some(Extremes {
                    first: point,
                    min: point,
                    max: point,
                    last: point,
                });
            }
        }
        self.gap_since_finite = false;
    }

    /// The columns that hold points.
    pub(super) fn reduced(self) -> Reduced {
        Reduced {
            columns: self.columns,
        }
    }
}

/// The index of the first value that is as asked, which one of them is.
fn position(values: &[f64], asked: impl Fn(f64) -> bool) -> usize {
    values.iter().position(|&value| asked(value)).unwrap_or(0)
}

/// The end of the leading indices of a range that are as asked, the first of which is: doubling steps, then halving, as
/// columns are mostly short.
fn gallop(range: Range<usize>, asked: impl Fn(usize) -> bool) -> usize {
    let mut step = 1;
    while step < range.len() && asked(range.start + step) {
        step *= 2;
    }
    let (mut low, mut high) = (range.start + step / 2, range.start + step.min(range.len()));
    while low < high {
        let middle = low + (high - low) / 2;
        if asked(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

impl Reduced {
    /// The reduced curve as a line: at most four points a column in order of `x`, and one NaN for each gap.
    pub fn polyline(&self) -> (Vec<f64>, Vec<f64>) {
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for column in &self.columns {
            let Some(extremes) = column.extremes else { continue };
            if !x.is_empty() && !column.joined {
                x.push(extremes.first[0]);
                y.push(f64::NAN);
            }
            for point in extremes.in_order().into_iter().flatten() {
                x.push(point[0]);
                y.push(point[1]);
            }
        }
        (x, y)
    }
}

impl Extremes {
    /// The four in order of `x`, each point once.
    pub fn in_order(&self) -> [Option<[f64; 2]>; 4] {
        let (left, right) = if self.min[0] <= self.max[0] {
            (self.min, self.max)
        } else {
            (self.max, self.min)
        };
        let mut kept = [None; 4];
        let mut previous = None;
        for (place, point) in kept.iter_mut().zip([self.first, left, right, self.last]) {
            if previous != Some(point) {
                *place = Some(point);
                previous = Some(point);
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Series, Spread, smoothed_reduced};
    use super::*;

    const UNIT: Span = Span { min: 0.0, max: 10.0 };

    fn curve(y: &[f64]) -> Series {
        Series::from_unsorted((0..y.len()).map(|step| step as f64).collect(), y.to_vec())
    }

    #[test]
    fn a_spike_of_one_step_survives_in_its_column() {
        let mut y = vec![1.0; 1_000_000];
        y[777_777] = 6.0;
        let series = curve(&y);
        let whole = Span {
            min: 0.0,
            max: 999_999.0,
        };
        let reduced = reduced(&series, &Raster::even(whole, 320));
        let spike = reduced
            .columns
            .iter()
            .find_map(|column| column.extremes.filter(|e| e.max[1] == 6.0));
        assert_eq!(spike.map(|e| e.max), Some([777_777.0, 6.0]));
        assert_eq!(reduced.columns.len(), 320);
    }

    #[test]
    fn a_gap_parts_the_line_and_is_counted() {
        let y = [
            1.0,
            2.0,
            f64::NAN,
            3.0,
            f64::INFINITY,
            f64::INFINITY,
            4.0,
            5.0,
            6.0,
            7.0,
            8.0,
        ];
        let reduced = reduced(&curve(&y), &Raster::even(UNIT, 5));
        let joined: Vec<_> = reduced
            .columns
            .iter()
            .map(|c| (c.index, c.joined, c.n_nan, c.n_infinite))
            .collect();
        assert_eq!(
            joined,
            [
                (0, true, 0, 0),
                (1, false, 1, 0),
                (2, false, 0, 2),
                (3, false, 0, 0),
                (4, true, 0, 0)
            ]
        );
        assert_eq!(reduced.columns[2].extremes, None);
        let (_, line) = reduced.polyline();
        assert_eq!(line.iter().filter(|y| y.is_nan()).count(), 2);
    }

    #[test]
    fn odd_spans_and_no_columns_are_answered() {
        let over = |y: &[f64], n_columns| reduced(&curve(y), &Raster::even(UNIT, n_columns));
        assert_eq!(over(&[1.0, 2.0], 0), Reduced::default());
        assert_eq!(over(&[], 9), Reduced::default());
        let point = Span { min: 0.0, max: 0.0 };
        let one = reduced(&curve(&[5.0]), &Raster::even(point, 9));
        assert_eq!(one.polyline(), (vec![0.0], vec![5.0]));
    }

    fn value() -> impl Strategy<Value = f64> {
        prop_oneof![8 => -1e6..1e6, 1 => Just(f64::NAN), 1 => Just(f64::INFINITY), 1 => Just(f64::NEG_INFINITY)]
    }

    proptest! {
        #[test]
        fn every_column_keeps_the_extremes_of_its_points(
            points in prop::collection::vec((0.0..10.0, value()), 0..200),
            n_columns in 1_usize..40,
            is_log in any::<bool>(),
        ) {
            let (x, y) = points.into_iter().unzip();
            let series = Series::from_unsorted(x, y);
            let spread = if is_log { Spread::Logarithmic { unit: 1.0 } } else { Spread::Even };
            let raster = Raster::new(UNIT, n_columns, spread);
            prop_assert_eq!(
                smoothed_reduced(&series, 0.9, &raster),
                reduced(&series.smoothed(0.9), &raster)
            );
            let reduced = reduced(&series, &raster);
            let mut n_points = 0;
            for column in &reduced.columns {
                let within: Vec<usize> = (0..series.len())
                    .filter(|&i| raster.column_of(series.x()[i]) == column.index)
                    .collect();
                let finite: Vec<f64> = within.iter().map(|&i| series.y()[i]).filter(|y| y.is_finite()).collect();
                let span = Span::of(&finite);
                prop_assert_eq!(span.map(|s| (s.min, s.max)), column.extremes.map(|e| (e.min[1], e.max[1])));
                prop_assert_eq!(column.extremes.map(|e| e.first[1]), finite.first().copied());
                prop_assert_eq!(column.extremes.map(|e| e.last[1]), finite.last().copied());
                prop_assert_eq!(finite.len() + column.n_nan + column.n_infinite, within.len());
                n_points += within.len();
            }
            prop_assert_eq!(n_points, series.len());
        }
    }
}
