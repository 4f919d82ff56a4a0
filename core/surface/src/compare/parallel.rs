//! Parallel coordinates: an axis for each column, a line through them for each run, and brushes that choose runs.

use flowdeck_client::series::Span;

use super::{Dimension, Hues, RunComparison};
use crate::chart::Scale;
use crate::clock::Clock;
use crate::run_table::ColumnId;

/// The least that a press moves a bound, as a share of the axis; a long press on `J` and `K` moves ten times as far.
const STEP: f64 = 0.02;

/// Parallel coordinates.
#[derive(Clone, Debug, Default)]
pub struct Parallel {
    axes: Vec<Axis>,
    selected: usize,
    bound: Bound,
    hues: Hues,
    n_runs: usize,
}

/// One axis.
#[derive(Clone, Debug)]
pub struct Axis {
    /// What stands on it.
    pub dimension: Dimension,
    /// From its lower to its upper end; none where no run has a place on it.
    pub scale: Option<Scale>,
    /// The values that runs must have, both ends included.
    pub brush: Option<Span>,
}

/// An end of a brush.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Bound {
    /// The least value.
    #[default]
    Lower,
    /// The greatest value.
    Upper,
}

impl Axis {
    fn of(dimension: Dimension, brush: Option<Span>) -> Self {
        Self {
            scale: dimension.scale(),
            dimension,
            brush,
        }
    }

    /// The share of the height at which a run stands.
    pub fn share(&self, run: usize) -> Option<f64> {
        Some(self.scale?.share(self.dimension.value(run)?))
    }

    /// Whether a run lies within the brush.
    pub fn passes(&self, run: usize) -> bool {
        match (self.brush, self.dimension.value(run)) {
            (None, _) => true,
            (Some(brush), Some(value)) => brush.contains(value),
            (Some(_), None) => false,
        }
    }

    /// The brush in words: `lr 0.001..0.1`.
    fn words(&self, clock: &Clock) -> Option<String> {
        let brush = self.brush?;
        let [low, high] = [brush.min, brush.max].map(|value| self.dimension.written(value, clock));
        let title = self.dimension.title();
        Some(if low == high {
            format!("{title} {low}")
        } else {
            format!("{title} {low}..{high}")
        })
    }

    /// The values of runs in order, each once.
    fn stops(&self) -> Vec<f64> {
        let runs = 0..self.dimension.n_runs();
        let mut stops: Vec<f64> = runs.filter_map(|run| self.dimension.value(run)).collect();
        stops.sort_by(f64::total_cmp);
        stops.dedup();
        stops
    }
}

impl Parallel {
    /// Lays the axes out anew: runs were read. Axes that were chosen stay, with their brushes.
    pub fn follow(&mut self, comparison: &RunComparison) {
        self.n_runs = comparison.n_runs();
        if self.axes.is_empty() {
            return self.choose(&comparison.telling(), comparison);
        }
        let ids: Vec<ColumnId> = self.axes.iter().map(|axis| axis.dimension.id()).collect();
        self.choose(&ids, comparison);
        self.hues = Hues::by(
            self.hues
                .dimension()
                .map(|own| Dimension::of(comparison, own.id())),
        );
    }

    /// Shows these columns. Those that were there keep their order and their brushes.
    pub fn choose(&mut self, ids: &[ColumnId], comparison: &RunComparison) {
        self.n_runs = comparison.n_runs();
        let mut old = std::mem::take(&mut self.axes);
        old.retain(|axis| ids.contains(&axis.dimension.id()));
        let new = ids
            .iter()
            .filter(|id| old.iter().all(|axis| axis.dimension.id() != **id));
        let new: Vec<ColumnId> = new.copied().collect();
        let anew = old.into_iter().map(|axis| {
            let was_log = axis.dimension.is_log();
            let dimension = Dimension::of(comparison, axis.dimension.id()).with_log(was_log);
            Axis::of(dimension, axis.brush)
        });
        self.axes = anew.collect();
        let added = new
            .into_iter()
            .map(|id| Axis::of(Dimension::of(comparison, id), None));
        self.axes.extend(added);
        self.selected = self.selected.min(self.axes.len().saturating_sub(1));
    }

    /// The axes from left to right.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// The axis in hand, by its place.
    pub fn selected(&self) -> usize {
        self.selected
    }

    /// The axis in hand.
    pub fn axis(&self) -> Option<&Axis> {
        self.axes.get(self.selected)
    }

    /// Takes the axis so many places to the side in hand.
    pub fn step(&mut self, by: isize) {
        let last = self.axes.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
    }

    /// Takes this axis in hand.
    pub fn select(&mut self, place: usize) {
        self.selected = place.min(self.axes.len().saturating_sub(1));
    }

    /// Moves the axis in hand one place to the side.
    pub fn shift(&mut self, by: isize) {
        let to = self.selected.saturating_add_signed(by);
        if to < self.axes.len() {
            self.axes.swap(self.selected, to);
            self.selected = to;
        }
    }

    /// Makes the axis in hand logarithmic or linear; answers whether it can be.
    pub fn toggle_log(&mut self) -> bool {
        let Some(axis) = self.axes.get_mut(self.selected) else {
            return false;
        };
        let can_be = axis.dimension.toggle_log();
        axis.scale = axis.dimension.scale();
        can_be
    }

    /// Colours lines by a column, or not at all.
    pub fn colour_by(&mut self, id: Option<ColumnId>, comparison: &RunComparison) {
        self.hues = Hues::by(id.map(|id| Dimension::of(comparison, id)));
    }

    /// The colours.
    pub fn hues(&self) -> &Hues {
        &self.hues
    }

    /// The bound that moves.
    pub fn bound(&self) -> Bound {
        self.bound
    }

    /// Takes the other bound in hand; where there is no brush, begins one over the whole axis.
    pub fn switch_bound(&mut self) {
        let Some(axis) = self.axes.get_mut(self.selected) else {
            return;
        };
        if axis.brush.is_none() {
            axis.brush = axis.dimension.span();
            return;
        }
        self.bound = match self.bound {
            Bound::Lower => Bound::Upper,
            Bound::Upper => Bound::Lower,
        };
    }

    /// Moves the bound in hand up or down, to the next value of a run that is far enough away; `by` counts steps.
    ///
    /// Without a brush, up begins one whose lower bound moves, and down one whose upper bound moves.
    pub fn move_bound(&mut self, by: isize) {
        let Some(axis) = self.axes.get_mut(self.selected) else {
            return;
        };
        let (Some(scale), Some(whole)) = (axis.scale, axis.dimension.span()) else {
            return;
        };
        if axis.brush.is_none() {
            self.bound = if by > 0 { Bound::Lower } else { Bound::Upper };
        }
        let brush = axis.brush.unwrap_or(whole);
        let from = match self.bound {
            Bound::Lower => brush.min,
            Bound::Upper => brush.max,
        };
        let aim = scale.share(from) + by as f64 * STEP;
        let stops = axis.stops();
        let next = if by > 0 {
            let beyond = |stop: &&f64| **stop > from && scale.share(**stop) >= aim - 1e-9;
            stops.iter().find(beyond).or(stops.last())
        } else {
            let beyond = |stop: &&f64| **stop < from && scale.share(**stop) <= aim + 1e-9;
            stops.iter().rev().find(beyond).or(stops.first())
        };
        let Some(&next) = next else { return };
        axis.brush = Some(match self.bound {
            Bound::Lower => Span {
                min: next.min(brush.max),
                ..brush
            },
            Bound::Upper => Span {
                max: next.max(brush.min),
                ..brush
            },
        });
    }

    /// Marks a stretch of the axis in hand.
    pub fn brush(&mut self, one: f64, other: f64) {
        if let Some(axis) = self.axes.get_mut(self.selected) {
            axis.brush = Some(Span {
                min: one.min(other),
                max: one.max(other),
            });
        }
    }

    /// Takes the brush of the axis in hand away; answers whether there was one.
    pub fn drop_brush(&mut self) -> bool {
        let axis = self.axes.get_mut(self.selected);
        axis.is_some_and(|axis| axis.brush.take().is_some())
    }

    /// Takes all brushes away; answers whether there was any.
    pub fn drop_all(&mut self) -> bool {
        let had_any = self.is_brushed();
        self.axes.iter_mut().for_each(|axis| axis.brush = None);
        had_any
    }

    /// Whether any axis has a brush.
    pub fn is_brushed(&self) -> bool {
        self.axes.iter().any(|axis| axis.brush.is_some())
    }

    /// Whether a run lies within all brushes.
    pub fn passes(&self, run: usize) -> bool {
        self.axes.iter().all(|axis| axis.passes(run))
    }

    /// The runs within all brushes.
    pub fn passing(&self) -> Vec<bool> {
        (0..self.n_runs).map(|run| self.passes(run)).collect()
    }

    /// All brushes in words: `lr 0.001..0.1, auc 0.9..0.97`.
    pub fn words(&self, clock: &Clock) -> String {
        let words = self.axes.iter().filter_map(|axis| axis.words(clock));
        words.collect::<Vec<_>>().join(", ")
    }

    /// The run so many places further by its value on the axis in hand, among those that pass; round the ends.
    pub fn step_run(&self, from: usize, by: isize) -> Option<usize> {
        let runs = self.in_order();
        super::step_round(&runs, from, by)
    }

    /// The runs that pass, by their value on the axis in hand, the greatest first; those without one last.
    pub fn in_order(&self) -> Vec<usize> {
        let mut runs: Vec<usize> = (0..self.n_runs).filter(|run| self.passes(*run)).collect();
        if let Some(axis) = self.axis() {
            let value = |run: &usize| axis.dimension.value(*run).unwrap_or(f64::NEG_INFINITY);
            runs.sort_by(|one, other| value(other).total_cmp(&value(one)));
        }
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, comparison};
    use super::*;

    fn some() -> RunComparison {
        let lrs = ["0.001", "0.01", "0.1", "1"];
        let params = lrs.map(|lr| vec![("lr", lr), ("opt", if lr == "1" { "sgd" } else { "adam" })]);
        let metrics = [0.5, 0.3, 0.1, 0.9].map(|loss| vec![("loss", loss)]);
        comparison(&params, &metrics)
    }

    fn laid_out() -> (RunComparison, Parallel) {
        let own = some();
        let mut parallel = Parallel::default();
        let ids = ["params.lr", "params.opt", "metrics.loss"].map(|name| column(&own, name));
        parallel.choose(&ids, &own);
        (own, parallel)
    }

    fn passing(parallel: &Parallel) -> Vec<usize> {
        let passing = parallel.passing();
        (0..passing.len()).filter(|run| passing[*run]).collect()
    }

    #[test]
    fn up_raises_the_lower_bound_and_down_lowers_the_upper_one() {
        let (_, mut parallel) = laid_out();
        parallel.step(2);
        assert_eq!(passing(&parallel), [0, 1, 2, 3]);
        parallel.move_bound(1);
        assert_eq!(
            (parallel.bound(), passing(&parallel)),
            (Bound::Lower, vec![0, 1, 3])
        );
        parallel.switch_bound();
        parallel.move_bound(-1);
        assert_eq!(passing(&parallel), [0, 1]);
        assert_eq!(parallel.words(&Clock::utc()), "loss 0.3..0.5");
        for _ in 0..9 {
            parallel.move_bound(-1);
        }
        assert_eq!(passing(&parallel), [1], "the bounds meet and do not cross");
        assert!(parallel.drop_brush() && !parallel.drop_brush());
        parallel.move_bound(-1);
        assert_eq!(
            (parallel.bound(), passing(&parallel)),
            (Bound::Upper, vec![0, 1, 2])
        );
    }

    #[test]
    fn several_brushes_hold_at_once_and_categories_are_brushed_too() {
        let (_, mut parallel) = laid_out();
        parallel.toggle_log();
        parallel.move_bound(1);
        assert_eq!(passing(&parallel), [1, 2, 3]);
        parallel.step(1);
        parallel.move_bound(-1);
        assert_eq!(passing(&parallel), [1, 2], "adam alone");
        assert_eq!(parallel.words(&Clock::utc()), "lr 0.01..1, opt adam");
        assert!(parallel.drop_all() && !parallel.is_brushed());
        assert_eq!(passing(&parallel).len(), 4);
    }

    #[test]
    fn a_bound_moves_at_least_a_step_and_at_least_to_the_next_run() {
        let metrics: Vec<_> = (0..1_000).map(|n| vec![("x", f64::from(n))]).collect();
        let own = comparison(&vec![vec![]; 1_000], &metrics);
        let mut parallel = Parallel::default();
        parallel.choose(&[column(&own, "metrics.x")], &own);
        parallel.move_bound(1);
        let low = |parallel: &Parallel| parallel.axis().and_then(|axis| axis.brush).map(|brush| brush.min);
        assert_eq!(low(&parallel), Some(20.0));
        parallel.move_bound(10);
        assert_eq!(low(&parallel), Some(220.0));
        parallel.move_bound(-1);
        assert_eq!(low(&parallel), Some(200.0));
    }

    #[test]
    fn axes_are_moved_and_keep_their_brushes_when_others_are_chosen() {
        let (own, mut parallel) = laid_out();
        parallel.move_bound(1);
        parallel.shift(1);
        parallel.shift(1);
        parallel.shift(1);
        let titles = |parallel: &Parallel| -> Vec<String> {
            let axes = parallel.axes().iter();
            axes.map(|axis| axis.dimension.title().to_owned()).collect()
        };
        assert_eq!(titles(&parallel), ["opt", "loss", "lr"]);
        parallel.choose(
            &["metrics.loss", "params.lr"].map(|name| column(&own, name)),
            &own,
        );
        assert_eq!(
            (titles(&parallel), parallel.selected()),
            (vec!["loss".to_owned(), "lr".to_owned()], 1)
        );
        assert!(parallel.axis().is_some_and(|axis| axis.brush.is_some()));
    }

    #[test]
    fn a_run_without_a_value_fails_a_brush_and_runs_are_walked_by_the_axis() {
        let own = comparison(
            &[vec![], vec![], vec![]],
            &[vec![("x", 1.0)], vec![], vec![("x", 3.0)]],
        );
        let mut parallel = Parallel::default();
        parallel.choose(&[column(&own, "metrics.x")], &own);
        assert_eq!(parallel.in_order(), [2, 0, 1]);
        assert_eq!(parallel.step_run(2, 1), Some(0));
        parallel.switch_bound();
        assert_eq!(passing(&parallel), [0, 2]);
    }
}
