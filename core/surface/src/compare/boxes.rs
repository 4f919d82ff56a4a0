//! A metric of runs that are grouped by another column, as box plots.

use std::cmp::Ordering;

use super::{Dimension, Reading, RunComparison};
use crate::chart::Scale;
use crate::run_table::ColumnId;

/// How far a whisker reaches from its box at most, in heights of the box. Source: Tukey, 1977.
const REACH: f64 = 1.5;

/// A metric by groups of runs.
#[derive(Clone, Debug, Default)]
pub struct BoxPlot {
    of: Option<Dimension>,
    by: Option<Dimension>,
    groups: Vec<BoxGroup>,
    scale: Option<Scale>,
    order: BoxOrder,
}

/// Runs that are the same in what they are grouped by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BoxGroup {
    /// What they have in common; none where they have nothing there.
    pub name: Option<String>,
    /// How many runs it has.
    pub n_runs: usize,
    /// How many of them have no such metric.
    pub n_unset: usize,
    /// How many are NaN.
    pub n_nan: usize,
    /// How many are infinite.
    pub n_infinite: usize,
    /// What is told of the finite values; none where there is none.
    pub five: Option<FiveNumbers>,
    /// Runs beyond the whiskers with their values, the least first.
    pub outliers: Vec<(usize, f64)>,
    /// The place of the group where groups are in the order of their names.
    place: f64,
}

/// What a box shows of some numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FiveNumbers {
    /// How many numbers.
    pub n_values: usize,
    /// The least.
    pub min: f64,
    /// The least that lies within 1.5 heights of the box below it.
    pub lower_whisker: f64,
    /// A quarter lies below.
    pub first_quartile: f64,
    /// A half lies below.
    pub median: f64,
    /// Three quarters lie below.
    pub third_quartile: f64,
    /// The greatest that lies within 1.5 heights of the box above it.
    pub upper_whisker: f64,
    /// The greatest.
    pub max: f64,
    /// Their sum by their count.
    pub mean: f64,
}

/// In which order groups stand.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum BoxOrder {
    /// By name, or by number where names are numbers.
    #[default]
    Name,
    /// By their medians, the least first.
    Median,
    /// By their medians, the greatest first.
    MedianDown,
}

impl BoxOrder {
    /// In a few words.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Name => "by name",
            Self::Median => "by median, least first",
            Self::MedianDown => "by median, greatest first",
        }
    }

    const fn next(self) -> Self {
        match self {
            Self::Name => Self::Median,
            Self::Median => Self::MedianDown,
            Self::MedianDown => Self::Name,
        }
    }
}

impl FiveNumbers {
    /// Of finite numbers in order; none of no number.
    ///
    /// Quartiles lie on the straight line between the two nearest numbers. Source: Hyndman and Fan, 1996, method 7, which
    /// is also what NumPy and pandas take where nothing else is said.
    pub fn of(sorted: &[f64]) -> Option<Self> {
        let (&min, &max) = (sorted.first()?, sorted.last()?);
        let (first, third) = (quantile(sorted, 0.25), quantile(sorted, 0.75));
        let reach = REACH * (third - first);
        let within = |value: &&f64| **value >= first - reach && **value <= third + reach;
        // The box itself may hold no number: of two far apart, both lie beyond it and within the reach.
        let lower = sorted.iter().find(within).copied().unwrap_or(first);
        let upper = sorted.iter().rev().find(within).copied().unwrap_or(third);
        Some(Self {
            n_values: sorted.len(),
            min,
            lower_whisker: lower.min(first),
            first_quartile: first,
            median: quantile(sorted, 0.5),
            third_quartile: third,
            upper_whisker: upper.max(third),
            max,
            // Divided first: the sum of great numbers may be infinite.
            mean: sorted.iter().map(|value| value / sorted.len() as f64).sum(),
        })
    }

    /// Whether a value lies beyond the whiskers.
    pub fn is_outlier(&self, value: f64) -> bool {
        value < self.lower_whisker || value > self.upper_whisker
    }
}

fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = share * (sorted.len() - 1) as f64;
    let (low, part) = (at.floor() as usize, at.fract());
    let (below, above) = (sorted[low], sorted[(low + 1).min(sorted.len() - 1)]);
    // Not `below + (above - below) * part`: the difference of two great numbers may be infinite.
    below * (1.0 - part) + above * part
}

impl BoxPlot {
    /// Works the groups out anew: runs were read.
    pub fn follow(&mut self, comparison: &RunComparison, is_in: impl Fn(usize) -> bool) {
        let anew = |own: &Option<Dimension>| {
            let own = own.as_ref()?;
            Some(Dimension::of(comparison, own.id()).with_log(own.is_log()))
        };
        self.of = anew(&self.of);
        self.by = anew(&self.by);
        if self.of.is_none() {
            let of = comparison.first_metric();
            self.of = of.map(|id| Dimension::of(comparison, id));
        }
        if self.by.is_none() {
            let by = comparison.grouping();
            self.by = by.map(|id| Dimension::of(comparison, id));
        }
        self.group(is_in);
    }

    /// Shows another column.
    pub fn show(&mut self, id: ColumnId, comparison: &RunComparison, is_in: impl Fn(usize) -> bool) {
        let was_log = self.of.as_ref().is_some_and(Dimension::is_log);
        self.of = Some(Dimension::of(comparison, id).with_log(was_log));
        self.group(is_in);
    }

    /// Groups by another column.
    pub fn group_by(&mut self, id: ColumnId, comparison: &RunComparison, is_in: impl Fn(usize) -> bool) {
        self.by = Some(Dimension::of(comparison, id));
        self.group(is_in);
    }

    /// Makes the axis logarithmic or linear; answers whether it can be.
    pub fn toggle_log(&mut self, is_in: impl Fn(usize) -> bool) -> bool {
        let can_be = self.of.as_mut().is_some_and(Dimension::toggle_log);
        self.group(is_in);
        can_be
    }

    /// Goes round the orders of groups.
    pub fn step_order(&mut self) {
        self.order = self.order.next();
        self.sort();
    }

    /// In which order groups stand.
    pub fn order(&self) -> BoxOrder {
        self.order
    }

    /// What is shown.
    pub fn of(&self) -> Option<&Dimension> {
        self.of.as_ref()
    }

    /// What runs are grouped by.
    pub fn by(&self) -> Option<&Dimension> {
        self.by.as_ref()
    }

    /// The groups in order.
    pub fn groups(&self) -> &[BoxGroup] {
        &self.groups
    }

    /// The axis of the values; none where none is finite.
    pub fn scale(&self) -> Option<&Scale> {
        self.scale.as_ref()
    }

    fn group(&mut self, is_in: impl Fn(usize) -> bool) {
        self.groups.clear();
        self.scale = None;
        let (Some(of), Some(by)) = (&self.of, &self.by) else {
            return;
        };
        let mut members: Vec<(Option<f64>, Vec<usize>)> = Vec::new();
        let mut places = std::collections::HashMap::new();
        for run in (0..of.n_runs()).filter(|run| is_in(*run)) {
            let key = match by.reading(run) {
                Reading::At(value) => Some(value),
                _ => None,
            };
            let place = *places.entry(key.map(f64::to_bits)).or_insert_with(|| {
                members.push((key, Vec::new()));
                members.len() - 1
            });
            members[place].1.push(run);
        }
        self.groups = members
            .iter()
            .map(|(key, runs)| made(of, by, *key, runs))
            .collect();
        self.scale = of.roomy_scale();
        self.sort();
    }

    fn sort(&mut self) {
        let by_name = |one: &BoxGroup, other: &BoxGroup| one.place.total_cmp(&other.place);
        let median = |group: &BoxGroup| group.five.map(|five| five.median);
        let by_median = |one: &BoxGroup, other: &BoxGroup| match (median(one), median(other)) {
            (Some(one), Some(other)) => one.total_cmp(&other),
            (one, other) => other.is_some().cmp(&one.is_some()),
        };
        match self.order {
            BoxOrder::Name => self.groups.sort_by(by_name),
            BoxOrder::Median => self.groups.sort_by(by_median),
            BoxOrder::MedianDown => self.groups.sort_by(|one, other| {
                let is_any_empty = one.five.is_none() || other.five.is_none();
                match by_median(one, other) {
                    found if is_any_empty => found,
                    Ordering::Less => Ordering::Greater,
                    Ordering::Greater => Ordering::Less,
                    Ordering::Equal => Ordering::Equal,
                }
            }),
        }
    }
}

fn made(of: &Dimension, by: &Dimension, key: Option<f64>, runs: &[usize]) -> BoxGroup {
    let mut group = BoxGroup {
        name: key.map(|value| name_of(by, value)),
        n_runs: runs.len(),
        place: key.unwrap_or(f64::INFINITY),
        ..BoxGroup::default()
    };
    let mut values: Vec<(usize, f64)> = Vec::new();
    for &run in runs {
        match of.reading(run) {
            Reading::Unset => group.n_unset += 1,
            Reading::NotANumber => group.n_nan += 1,
            Reading::Infinite => group.n_infinite += 1,
            Reading::At(value) => values.push((run, value)),
        }
    }
    values.sort_by(|one, other| one.1.total_cmp(&other.1));
    let sorted: Vec<f64> = values.iter().map(|(_, value)| *value).collect();
    group.five = FiveNumbers::of(&sorted);
    if let Some(five) = group.five {
        values.retain(|(_, value)| five.is_outlier(*value));
        group.outliers = values;
    }
    group
}

fn name_of(by: &Dimension, value: f64) -> String {
    if by.is_categorical() {
        return by.categories().get(value as usize).cloned().unwrap_or_default();
    }
    flowdeck_client::format::exact(value)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, comparison};
    use super::*;

    #[test]
    fn quartiles_are_those_of_numpy() {
        // numpy.percentile([1, 2, 3, 4, 10], [25, 50, 75]) and of the others.
        for (values, expected) in [
            (vec![1.0, 2.0, 3.0, 4.0, 10.0], [2.0, 3.0, 4.0]),
            (vec![1.0, 2.0, 3.0, 4.0], [1.75, 2.5, 3.25]),
            (vec![7.0, 9.0], [7.5, 8.0, 8.5]),
            (vec![5.0], [5.0, 5.0, 5.0]),
        ] {
            let five = FiveNumbers::of(&values).expect("there are values");
            assert_eq!([five.first_quartile, five.median, five.third_quartile], expected);
        }
        assert_eq!(FiveNumbers::of(&[]), None);
    }

    #[test]
    fn whiskers_end_at_the_last_value_within_reach() {
        let five = FiveNumbers::of(&[1.0, 2.0, 3.0, 4.0, 10.0]).expect("there are values");
        assert_eq!((five.lower_whisker, five.upper_whisker), (1.0, 4.0));
        assert!(five.is_outlier(10.0) && !five.is_outlier(1.0));
        let great = FiveNumbers::of(&[f64::MIN, f64::MAX]).expect("there are values");
        assert!(great.median.is_finite() && great.mean.is_finite());
    }

    fn plotted() -> (RunComparison, BoxPlot) {
        let params = ["a", "a", "a", "a", "a", "b", "b"].map(|group| vec![("g", group)]);
        let mut params = params.to_vec();
        params.push(vec![]);
        let values = [1.0, 2.0, 3.0, 4.0, 100.0, f64::NAN, f64::INFINITY, -5.0];
        let metrics: Vec<_> = values.iter().map(|value| vec![("x", *value)]).collect();
        let own = comparison(&params, &metrics);
        let mut plot = BoxPlot::default();
        plot.show(column(&own, "metrics.x"), &own, |_| true);
        plot.group_by(column(&own, "params.g"), &own, |_| true);
        (own, plot)
    }

    #[test]
    fn what_is_no_number_is_counted_apart_and_outliers_name_their_runs() {
        let (_, plot) = plotted();
        let names: Vec<_> = plot.groups().iter().map(|group| group.name.as_deref()).collect();
        assert_eq!(names, [Some("a"), Some("b"), None]);
        let [a, b, rest] = plot.groups() else {
            panic!("three groups")
        };
        assert_eq!(a.outliers, [(4, 100.0)]);
        assert_eq!((b.n_nan, b.n_infinite, b.five), (1, 1, None));
        assert_eq!(rest.five.map(|five| five.median), Some(-5.0));
    }

    #[test]
    fn groups_without_a_number_come_last_by_median_either_way() {
        let (own, mut plot) = plotted();
        let names = |plot: &BoxPlot| -> Vec<Option<String>> {
            plot.groups().iter().map(|group| group.name.clone()).collect()
        };
        plot.step_order();
        assert_eq!(names(&plot), [None, Some("a".to_owned()), Some("b".to_owned())]);
        plot.step_order();
        assert_eq!(names(&plot), [Some("a".to_owned()), None, Some("b".to_owned())]);
        plot.follow(&own, |run| run > 4);
        assert_eq!(names(&plot), [None, Some("b".to_owned())]);
    }

    #[test]
    fn groups_by_numbers_stand_in_their_order() {
        let params = ["10", "9", "2"].map(|group| vec![("g", group)]);
        let own = comparison(&params, &[1.0, 2.0, 3.0].map(|value| vec![("x", value)]));
        let mut plot = BoxPlot::default();
        plot.follow(&own, |_| true);
        let names: Vec<_> = plot
            .groups()
            .iter()
            .filter_map(|group| group.name.clone())
            .collect();
        assert_eq!(names, ["2", "9", "10"]);
    }
}
