use std::ops::Range;

use super::Span;

/// A curve, wherever its points are kept: `x` never falls, and points of equal `x` keep the order they were logged in.
///
/// A value may be NaN or infinite: such points are gaps, and are told apart by their value.
pub trait Curve {
    /// Where a point is.
    fn x_at(&self, index: usize) -> f64;

    /// What all points are, in order of `x`.
    fn values(&self) -> &[f64];

    /// How many points it has.
    fn n_points(&self) -> usize {
        self.values().len()
    }

    /// From the first point to the last, gaps too; none where there is no point.
    fn stretch(&self) -> Option<Span> {
        let last = self.n_points().checked_sub(1)?;
        Some(Span {
            min: self.x_at(0),
            max: self.x_at(last),
        })
    }

    /// The indices of the points within `span`, both ends included.
    fn indices_within(&self, span: Span) -> Range<usize> {
        let all = 0..self.n_points();
        let start = self.first_not(all.clone(), |x| x < span.min);
        let end = self.first_not(all, |x| x <= span.max);
        start..end.max(start)
    }

    /// The index of the point nearest to `x`; of equally near ones the last that was logged.
    fn nearest(&self, x: f64) -> Option<usize> {
        let n_points = self.n_points();
        let after = self.first_not(0..n_points, |own| own <= x);
        let before = after.checked_sub(1);
        match (before, after < n_points) {
            (Some(before), true) if self.x_at(after) - x < x - self.x_at(before) => Some(self.last_of(after)),
            (Some(before), _) => Some(before),
            (None, true) => Some(self.last_of(after)),
            (None, false) => None,
        }
    }

    /// The last index that has the same `x` as `index`.
    fn last_of(&self, index: usize) -> usize {
        let x = self.x_at(index);
        self.first_not(index..self.n_points(), |own| own <= x)
            .max(index + 1)
            - 1
    }

    /// The first index of a range at which `asked` is false; `asked` is true for the beginning of the range only.
    fn first_not(&self, range: Range<usize>, asked: impl Fn(f64) -> bool) -> usize {
        let (mut low, mut high) = (range.start, range.end);
        while low < high {
            let middle = low + (high - low) / 2;
            if asked(self.x_at(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}
