use std::ops::Range;

use super::Curve;

/// What is worth knowing of a stretch of a curve. NaN and infinities are counted and left out of all else.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Statistics {
    /// Points that are finite.
    pub n_finite: usize,
    /// Points that are NaN.
    pub n_nan: usize,
    /// Points that are infinite.
    pub n_infinite: usize,
    /// What is known of the finite points; none where there is none.
    pub of_finite: Option<FiniteStatistics>,
}

/// What is worth knowing of some finite points, each as `[x, y]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FiniteStatistics {
    /// The mean of the values, each point counting alike.
    pub mean: f64,
    /// The first of the lowest.
    pub min: [f64; 2],
    /// The first of the highest.
    pub max: [f64; 2],
    /// The slope of the line of least squares, in units of `y` to one of `x`; none where all points have one `x`.
    pub slope: Option<f64>,
}

impl Statistics {
    /// Of the points of a curve with these indices.
    pub fn of(curve: &impl Curve, indices: Range<usize>) -> Self {
        let mut found = Self::default();
        let mut sums = Sums::default();
        for index in indices {
            let y = curve.values()[index];
            if y.is_nan() {
                found.n_nan += 1;
            } else if y.is_infinite() {
                found.n_infinite += 1;
            } else {
                sums.add(curve.x_at(index), y);
            }
        }
        found.n_finite = sums.n;
        found.of_finite = sums.told();
        found
    }
}

/// Running means and sums of squares. Source: Welford, "Note on a Method for Calculating Corrected Sums of Squares and
/// Products", 1962: steps and times are great numbers close together, whose plain sums of squares would cancel out.
#[derive(Default)]
struct Sums {
    n: usize,
    mean_x: f64,
    mean_y: f64,
    squares_x: f64,
    products: f64,
    min: Option<[f64; 2]>,
    max: Option<[f64; 2]>,
}

impl Sums {
    fn add(&mut self, x: f64, y: f64) {
        self.n += 1;
        let share = 1.0 / self.n as f64;
        let from_x = x - self.mean_x;
        self.mean_x += from_x * share;
        // Halves of a difference that may be greater than any number.
        self.mean_y += y * share - self.mean_y * share;
        self.squares_x += from_x * (x - self.mean_x);
        self.products += from_x * (y - self.mean_y);
        if self.min.is_none_or(|min| y < min[1]) {
            self.min = Some([x, y]);
        }
        if self.max.is_none_or(|max| y > max[1]) {
            self.max = Some([x, y]);
        }
    }

    fn told(self) -> Option<FiniteStatistics> {
        let slope = self.products / self.squares_x;
        Some(FiniteStatistics {
            mean: self.mean_y,
            min: self.min?,
            max: self.max?,
            slope: (self.squares_x > 0.0 && slope.is_finite()).then_some(slope),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Series;
    use super::*;

    fn of(x: &[f64], y: &[f64]) -> Statistics {
        Statistics::of(&Series::from_unsorted(x.to_vec(), y.to_vec()), 0..x.len())
    }

    #[test]
    fn the_slope_is_that_of_the_line_of_least_squares_however_far_the_axis_is_from_zero() {
        let start = 1_700_000_000_000.0;
        let x: Vec<f64> = (0..1000).map(|n| start + f64::from(n) * 10.0).collect();
        let y: Vec<f64> = (0..1000).map(|n| 3.0 - f64::from(n) * 0.5).collect();
        let found = of(&x, &y).of_finite.expect("finite points");
        assert!((found.slope.expect("a slope") + 0.05).abs() < 1e-9);
        assert!((found.mean - (3.0 - 0.5 * 499.5)).abs() < 1e-9);
        assert_eq!(found.min, [start + 9990.0, 3.0 - 0.5 * 999.0]);
        assert_eq!(found.max, [start, 3.0]);
    }

    #[test]
    fn what_is_no_number_is_counted_and_left_out() {
        let found = of(&[0.0, 1.0, 2.0, 3.0], &[1.0, f64::NAN, f64::INFINITY, 3.0]);
        assert_eq!((found.n_finite, found.n_nan, found.n_infinite), (2, 1, 1));
        assert_eq!(found.of_finite.map(|finite| finite.mean), Some(2.0));
        assert_eq!(of(&[0.0], &[f64::NAN]).of_finite, None);
    }

    #[test]
    fn points_of_one_step_have_no_slope_and_great_numbers_a_mean() {
        assert_eq!(of(&[5.0, 5.0], &[1.0, 2.0]).of_finite.and_then(|f| f.slope), None);
        let great = of(&[0.0, 1.0], &[f64::MAX, -f64::MAX]).of_finite;
        assert_eq!(great.map(|finite| finite.mean), Some(0.0));
    }
}
