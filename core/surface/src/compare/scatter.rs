//! Runs as points between two columns.

use super::{Dimension, Hues, RunComparison};
use crate::chart::Scale;
use crate::run_table::ColumnId;

/// The room that the points of one category take, as a share of what lies between two categories.
const SPREAD: f64 = 0.6;

/// Runs as points between two columns.
#[derive(Clone, Debug, Default)]
pub struct Scatter {
    x: Option<Dimension>,
    y: Option<Dimension>,
    hues: Hues,
    scales: Option<(Scale, Scale)>,
    /// By x, then by y.
    points: Vec<Point>,
}

/// A run as a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The run, by its place in the comparison.
    pub run: usize,
    /// The share of the width, from the left.
    pub x: f64,
    /// The share of the height, from the bottom.
    pub y: f64,
}

/// A way to go from point to point.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Heading {
    /// To smaller x.
    Left,
    /// To greater x.
    Right,
    /// To greater y.
    Up,
    /// To smaller y.
    Down,
}

/// Which axis is meant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Side {
    /// The one from left to right.
    X,
    /// The one from the bottom to the top.
    Y,
}

impl Scatter {
    /// Lays points out for these columns anew: runs were read.
    pub fn follow(&mut self, comparison: &RunComparison) {
        let anew = |own: &Option<Dimension>| {
            let own = own.as_ref()?;
            Some(Dimension::of(comparison, own.id()).with_log(own.is_log()))
        };
        self.x = anew(&self.x);
        self.y = anew(&self.y);
        self.hues = Hues::by(
            self.hues
                .dimension()
                .map(|own| Dimension::of(comparison, own.id())),
        );
        if self.x.is_none() && self.y.is_none() {
            let (x, y) = comparison.telling_pair();
            self.x = x.map(|id| Dimension::of(comparison, id));
            self.y = y.map(|id| Dimension::of(comparison, id));
        }
        self.lay_out();
    }

    /// Puts a column on an axis.
    pub fn put(&mut self, side: Side, id: ColumnId, comparison: &RunComparison) {
        let own = self.side_mut(side);
        let was_log = own.as_ref().is_some_and(Dimension::is_log);
        *own = Some(Dimension::of(comparison, id).with_log(was_log));
        self.lay_out();
    }

    /// Puts what is on the one axis on the other.
    pub fn swap(&mut self) {
        std::mem::swap(&mut self.x, &mut self.y);
        self.lay_out();
    }

    /// Colours points by a column, or not at all.
    pub fn colour_by(&mut self, id: Option<ColumnId>, comparison: &RunComparison) {
        self.hues = Hues::by(id.map(|id| Dimension::of(comparison, id)));
    }

    /// Makes an axis logarithmic or linear; answers whether it can be.
    pub fn toggle_log(&mut self, side: Side) -> bool {
        let can_be = self.side_mut(side).as_mut().is_some_and(Dimension::toggle_log);
        self.lay_out();
        can_be
    }

    fn side_mut(&mut self, side: Side) -> &mut Option<Dimension> {
        match side {
            Side::X => &mut self.x,
            Side::Y => &mut self.y,
        }
    }

    /// What is on an axis.
    pub fn side(&self, side: Side) -> Option<&Dimension> {
        match side {
            Side::X => self.x.as_ref(),
            Side::Y => self.y.as_ref(),
        }
    }

    /// The colours.
    pub fn hues(&self) -> &Hues {
        &self.hues
    }

    /// The axes; none where no run has a place on both.
    pub fn scales(&self) -> Option<&(Scale, Scale)> {
        self.scales.as_ref()
    }

    /// The points, by x and then by y.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The point of a run.
    pub fn point(&self, run: usize) -> Option<&Point> {
        self.points.iter().find(|point| point.run == run)
    }

    fn lay_out(&mut self) {
        self.points.clear();
        self.scales = None;
        let (Some(x), Some(y)) = (&self.x, &self.y) else {
            return;
        };
        let (Some(across), Some(up)) = (x.roomy_scale(), y.roomy_scale()) else {
            return;
        };
        let n_runs = x.n_runs();
        let (aside, above) = (spread(x), spread(y));
        let place = |run: usize| {
            Some(Point {
                run,
                x: across.share(x.value(run)? + aside[run]),
                y: up.share(y.value(run)? + above[run]),
            })
        };
        self.points = (0..n_runs).filter_map(place).collect();
        self.points.sort_by(|one, other| {
            let by_x = one.x.total_cmp(&other.x);
            by_x.then(one.y.total_cmp(&other.y)).then(one.run.cmp(&other.run))
        });
        self.scales = (!self.points.is_empty()).then_some((across, up));
    }

    /// The run of the nearest point in a direction; points straight ahead come before those aside.
    pub fn next(&self, from: usize, heading: Heading, is_here: impl Fn(usize) -> bool) -> Option<usize> {
        let start = self.point(from)?;
        let ahead = |point: &Point| {
            let (dx, dy) = (point.x - start.x, point.y - start.y);
            let (along, aside) = match heading {
                Heading::Left => (-dx, dy),
                Heading::Right => (dx, dy),
                Heading::Up => (dy, dx),
                Heading::Down => (-dy, dx),
            };
            (along > 1e-9).then_some(along + 2.0 * aside.abs())
        };
        let others = self.points.iter().filter(|point| is_here(point.run));
        let scored = others.filter_map(|point| Some((ahead(point)?, point.run)));
        scored
            .min_by(|one, other| one.0.total_cmp(&other.0))
            .map(|(_, run)| run)
    }

    /// The run so many points further by x, round the ends.
    pub fn step(&self, from: usize, by: isize, is_here: impl Fn(usize) -> bool) -> Option<usize> {
        let runs = self.points.iter().map(|point| point.run);
        let runs: Vec<usize> = runs.filter(|run| is_here(*run)).collect();
        super::step_round(&runs, from, by)
    }
}

/// How far each run stands aside from its category, so that runs of one category are told apart.
fn spread(dimension: &Dimension) -> Vec<f64> {
    let mut aside = vec![0.0; dimension.n_runs()];
    if !dimension.is_categorical() {
        return aside;
    }
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); dimension.categories().len()];
    for run in 0..dimension.n_runs() {
        if let Some(value) = dimension.value(run) {
            members[value as usize].push(run);
        }
    }
    for own in members {
        let n_own = own.len() as f64;
        for (place, run) in own.into_iter().enumerate() {
            aside[run] = ((place as f64 + 0.5) / n_own - 0.5) * SPREAD;
        }
    }
    aside
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, comparison};
    use super::*;

    fn some() -> RunComparison {
        let params = [
            vec![("lr", "0.001"), ("opt", "sgd")],
            vec![("lr", "0.1"), ("opt", "sgd")],
            vec![("lr", "10"), ("opt", "adam")],
            vec![("opt", "adam")],
        ];
        let metrics = [
            vec![("loss", 0.5)],
            vec![("loss", 0.1)],
            vec![("loss", 0.9)],
            vec![("loss", f64::NAN)],
        ];
        comparison(&params, &metrics)
    }

    fn laid_out(x: &str, y: &str) -> Scatter {
        let own = some();
        let mut scatter = Scatter::default();
        scatter.put(Side::X, column(&own, x), &own);
        scatter.put(Side::Y, column(&own, y), &own);
        scatter
    }

    #[test]
    fn it_begins_with_a_param_that_differs_against_a_metric() {
        let mut scatter = Scatter::default();
        scatter.follow(&some());
        let title = |side| scatter.side(side).map(Dimension::title);
        assert_eq!((title(Side::X), title(Side::Y)), (Some("lr"), Some("loss")));
    }

    #[test]
    fn runs_without_a_place_on_both_axes_are_no_points() {
        let mut scatter = laid_out("params.lr", "metrics.loss");
        let runs = |scatter: &Scatter| scatter.points().iter().map(|point| point.run).collect::<Vec<_>>();
        assert_eq!(runs(&scatter), [0, 1, 2]);
        assert!(scatter.toggle_log(Side::X));
        let [first, middle, last] = [0, 1, 2].map(|run| scatter.point(run).expect("a point").x);
        assert!((middle - first - (last - middle)).abs() < 1e-9, "powers of ten");
        assert!(
            scatter
                .points()
                .iter()
                .all(|point| (0.0..=1.0).contains(&point.y))
        );
    }

    #[test]
    fn runs_of_one_category_stand_beside_each_other() {
        let scatter = laid_out("params.opt", "metrics.loss");
        let x = |run| scatter.point(run).expect("a point").x;
        assert!(x(0) < x(1), "both sgd");
        assert!(x(2) < x(0), "adam comes before sgd");
    }

    #[test]
    fn arrows_go_to_the_nearest_point_that_way() {
        let scatter = laid_out("params.lr", "metrics.loss");
        let all = |_: usize| true;
        assert_eq!(scatter.next(0, Heading::Down, all), Some(1));
        assert_eq!(scatter.next(1, Heading::Down, all), None);
        assert_eq!(scatter.next(1, Heading::Up, |run| run == 2), Some(2));
        assert_eq!(scatter.step(2, 1, all), Some(0), "round the end");
        assert_eq!(scatter.step(3, 1, all), Some(0), "from nowhere to the first");
        assert_eq!(scatter.step(3, 1, |_| false), None);
    }
}
