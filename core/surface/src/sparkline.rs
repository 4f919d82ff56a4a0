//! A metric's curve in a few cells, in braille dots: two across and four down in each.
//!
//! Every column of dots goes from the least to the greatest value in its stretch, so a spike of one step is seen; where
//! there is no finite value, there is a gap.

/// The extremes of a curve in each of some stretches of equal length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sparkline {
    columns: Vec<Option<(f64, f64)>>,
}

/// Dots in a cell, from top to bottom: of the left column and of the right.
const DOTS: [[u32; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

impl Sparkline {
    /// The curve of points given by `x` (step or time) and value, in any order, over `cells` cells.
    pub fn of(points: &[(f64, f64)], cells: usize) -> Self {
        let x = points.iter().map(|(x, _)| *x).filter(|x| x.is_finite());
        let (from, to) = x.fold((f64::INFINITY, f64::NEG_INFINITY), |(from, to), x| {
            (from.min(x), to.max(x))
        });
        let n_columns = cells * 2;
        let mut columns = vec![None; n_columns];
        for &(x, value) in points
            .iter()
            .filter(|(x, value)| x.is_finite() && value.is_finite())
        {
            let share = if to > from { (x - from) / (to - from) } else { 0.0 };
            let place = ((share * n_columns as f64) as usize).min(n_columns.saturating_sub(1));
            if let Some(column) = columns.get_mut(place) {
                let (min, max) = column.unwrap_or((value, value));
                *column = Some((value.min(min), value.max(max)));
            }
        }
        Self { columns }
    }

    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.columns.iter().all(Option::is_none)
    }

    /// The curve as text.
    pub fn text(&self) -> String {
        let known = self.columns.iter().flatten();
        let (low, high) = known.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (min, max)| {
            (low.min(*min), high.max(*max))
        });
        let level = |value: f64| {
            // Half the span at a time, so that the span of the greatest numbers is finite.
            let span = high / 2.0 - low / 2.0;
            let share = if span > 0.0 {
                (value / 2.0 - low / 2.0) / span
            } else {
                0.0
            };
            3 - ((share * 4.0) as usize).min(3)
        };
        let filled = self.filled();
        let cell = |pair: &[Option<(f64, f64)>]| {
            let mut dots = 0x2800;
            for (side, column) in pair.iter().enumerate() {
                if let Some((min, max)) = column {
                    (level(*max)..=level(*min)).for_each(|row| dots |= DOTS[side][row]);
                }
            }
            char::from_u32(dots).unwrap_or(' ')
        };
        let text: String = filled.chunks(2).map(cell).collect();
        text.trim_end_matches('\u{2800}').to_owned()
    }

    /// Columns without a point between two with some are drawn as the one before, where the points are fewer than the
    /// columns: a curve of five points is no row of five dots.
    fn filled(&self) -> Vec<Option<(f64, f64)>> {
        let n_known = self.columns.iter().flatten().count();
        if n_known * 2 > self.columns.len() {
            return self.columns.clone();
        }
        let last = self.columns.iter().rposition(Option::is_some).unwrap_or(0);
        let mut before = None;
        let fill = |(place, column): (usize, &Option<(f64, f64)>)| {
            before = column
                .or(before.map(|(min, max): (f64, f64)| (f64::midpoint(min, max), f64::midpoint(min, max))));
            before.filter(|_| place <= last)
        };
        self.columns.iter().enumerate().map(fill).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(values: &[f64], cells: usize) -> String {
        let points: Vec<_> = values
            .iter()
            .enumerate()
            .map(|(x, value)| (x as f64, *value))
            .collect();
        Sparkline::of(&points, cells).text()
    }

    #[test]
    fn a_curve_rises_and_falls_in_dots() {
        assert_eq!(text(&[0.0, 1.0, 2.0, 3.0, 3.0, 2.0, 1.0, 0.0], 4), "⡠⠊⠑⢄");
        assert_eq!(text(&[5.0; 8], 4), "⣀⣀⣀⣀");
    }

    #[test]
    fn a_spike_of_one_step_among_many_is_seen() {
        let mut values = vec![0.0; 10_000];
        values[5_000] = 100.0;
        let text = text(&values, 8);
        assert!(
            text.contains('⡇') || text.contains('⢸') || text.contains('⣸') || text.contains('⣇'),
            "{text}"
        );
    }

    #[test]
    fn what_is_no_number_is_a_gap_and_nothing_is_drawn_of_nothing() {
        assert_eq!(text(&[0.0, 0.0, f64::NAN, f64::NAN, 0.0, 0.0], 3), "⣀⠀⣀");
        assert!(Sparkline::of(&[], 4).is_empty());
        assert_eq!(text(&[f64::NAN], 4), "");
        assert_eq!(text(&[f64::MAX, f64::MIN], 1), "⢁");
    }

    #[test]
    fn a_few_points_are_a_line_and_no_row_of_dots() {
        assert_eq!(text(&[0.0, 1.0, 1.0], 4), "⣀⣀⠉⠉");
    }
}
