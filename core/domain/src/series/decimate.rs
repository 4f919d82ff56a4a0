use std::ops::Range;

use super::{Series, Span};

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

impl Series {
    /// Reduces the points within `span` to `n_columns` columns of equal width.
    ///
    /// Points on the upper end fall into the last column. A span without length puts all into the first.
    pub fn reduced(&self, span: Span, n_columns: usize) -> Reduced {
        let within = self.indices_within(span);
        let mut columns = Vec::with_capacity(n_columns.min(within.len()));
        let mut start = within.start;
        let mut gap_since_finite = false;
        let scale = if span.length() > 0.0 {
            n_columns as f64 / span.length()
        } else {
            0.0
        };
        while start < within.end && n_columns > 0 {
            // Rounding puts a point on a border into one column or the other; asking for the column of each
            // point, rather than for the border of each column, makes the answer the same wherever it is asked.
            let column_of = |x: f64| (((x - span.min) * scale) as usize).min(n_columns - 1);
            let index = column_of(self.x[start]);
            let end = start + gallop(&self.x[start..within.end], |x| column_of(x) <= index);
            columns.push(self.column(index, start..end, &mut gap_since_finite));
            start = end;
        }
        Reduced { columns }
    }

    fn column(&self, index: usize, range: Range<usize>, gap_since_finite: &mut bool) -> Column {
        let (x, y) = (&self.x[range.clone()], &self.y[range]);
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
        let at = |i: usize| [x[i], y[i]];
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
}

/// Columns that are filled point after point, in order of `x`.
pub(super) struct Columns {
    start: f64,
    scale: f64,
    last: usize,
    gap_since_finite: bool,
    columns: Vec<Column>,
}

impl Columns {
    /// So many columns of equal width over a span; at least one.
    pub(super) fn over(span: Span, n_columns: usize) -> Self {
        let scale = if span.length() > 0.0 {
            n_columns as f64 / span.length()
        } else {
            0.0
        };
        Self {
            start: span.min,
            scale,
            last: n_columns.saturating_sub(1),
            gap_since_finite: false,
            columns: Vec::with_capacity(n_columns),
        }
    }

    /// Adds a point within the span.
    pub(super) fn add(&mut self, x: f64, y: f64) {
        let index = (((x - self.start) * self.scale) as usize).min(self.last);
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

/// How many of the leading elements are as asked: doubling steps, then halving, as columns are mostly short.
fn gallop(values: &[f64], asked: impl Fn(f64) -> bool) -> usize {
    let mut step = 1;
    while step < values.len() && asked(values[step]) {
        step *= 2;
    }
    let low = step / 2;
    let high = (step + 1).min(values.len());
    low + values[low..high].partition_point(|&value| asked(value))
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
        let reduced = series.reduced(
            Span {
                min: 0.0,
                max: 999_999.0,
            },
            320,
        );
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
        let reduced = curve(&y).reduced(UNIT, 5);
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
        assert_eq!(curve(&[1.0, 2.0]).reduced(UNIT, 0), Reduced::default());
        assert_eq!(Series::default().reduced(UNIT, 9), Reduced::default());
        let one = curve(&[5.0]).reduced(Span { min: 0.0, max: 0.0 }, 9);
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
        ) {
            let (x, y) = points.into_iter().unzip();
            let series = Series::from_unsorted(x, y);
            prop_assert_eq!(
                series.smoothed_reduced(0.9, UNIT, n_columns),
                series.smoothed(0.9).reduced(UNIT, n_columns)
            );
            let reduced = series.reduced(UNIT, n_columns);
            let mut n_points = 0;
            for column in &reduced.columns {
                let within: Vec<usize> = (0..series.len())
                    .filter(|&i| ((series.x()[i] / 10.0 * n_columns as f64) as usize).min(n_columns - 1) == column.index)
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
