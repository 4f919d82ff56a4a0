//! Whether a metric of which less is better runs away, by its whole history.

use std::collections::{BTreeMap, VecDeque};

use flowdeck_client::{MetricKey, RunId};

/// Points that are taken together: one spike is no divergence, and one lucky step no best.
const TOGETHER: usize = 5;

/// A loss diverges when its last points are this many times its best ones.
pub const DIVERGED_BY: f64 = 10.0;

/// It diverges even so when it is this many times its best, and worse than at its start.
pub const WORSE_BY: f64 = 3.0;

/// The histories that a look read, by run and metric.
pub type Trends = BTreeMap<(RunId, MetricKey), Trend>;

/// What a history has told so far, in flat memory. Values that are not finite or not above zero are passed over.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trend {
    start: Option<f64>,
    best: Option<f64>,
    last: VecDeque<f64>,
}

impl Trend {
    /// What these values tell, in the order they were logged.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut trend = Self::default();
        values.into_iter().for_each(|value| trend.push(value));
        trend
    }

    /// Takes the next value.
    pub fn push(&mut self, value: f64) {
        if !value.is_finite() || value <= 0.0 {
            return;
        }
        self.last.push_back(value);
        if self.last.len() > TOGETHER {
            self.last.pop_front();
        }
        if let Some(level) = self.level() {
            self.start = self.start.or(Some(level));
            self.best = Some(self.best.map_or(level, |best| best.min(level)));
        }
    }

    /// The median of the last points; none before there are enough.
    fn level(&self) -> Option<f64> {
        let mut last: Vec<f64> = self.last.iter().copied().collect();
        last.sort_by(f64::total_cmp);
        (last.len() == TOGETHER).then(|| last[TOGETHER / 2])
    }

    /// The best that was seen.
    pub fn best(&self) -> Option<f64> {
        self.best
    }

    /// Its best and where it is now, where it runs away.
    pub fn runaway(&self) -> Option<(f64, f64)> {
        let (start, best, level) = (self.start?, self.best?, self.level()?);
        let is_runaway = level >= best * DIVERGED_BY || (level >= best * WORSE_BY && level > start);
        is_runaway.then_some((best, level))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn falling(from: f64, n_points: usize) -> impl Iterator<Item = f64> {
        (0..n_points).map(move |step| from / (1.0 + step as f64))
    }

    #[test]
    fn a_loss_that_falls_is_none_and_neither_is_one_spike() {
        assert_eq!(Trend::of(falling(2.0, 50)).runaway(), None);
        let spike = falling(2.0, 50).chain([90.0]).chain([0.04; 4]);
        assert_eq!(Trend::of(spike).runaway(), None);
        assert_eq!(Trend::of([0.1, 5.0, 5.0]).runaway(), None, "too little is known");
    }

    #[test]
    fn a_loss_that_is_worse_than_at_its_start_or_far_above_its_best_runs_away() {
        let worse = falling(2.0, 4).chain([0.5; 5]).chain([2.5; 5]);
        assert_eq!(Trend::of(worse).runaway(), Some((0.5, 2.5)));
        let far = falling(2.0, 50).chain([0.9; 5]);
        assert!(Trend::of(far).runaway().is_some_and(|(_, level)| level == 0.9));
        // Three times its best is no more than a bad stretch while it is still better than at its start.
        let bad_stretch = [2.0; 5].into_iter().chain([0.2; 5]).chain([0.7; 5]);
        assert_eq!(Trend::of(bad_stretch).runaway(), None);
    }

    #[test]
    fn values_that_are_no_loss_are_passed_over() {
        let values = [1.0, f64::NAN, f64::INFINITY, -3.0, 0.0, 1.0, 1.0, 1.0, 1.0];
        assert_eq!(Trend::of(values).best(), Some(1.0));
    }
}
