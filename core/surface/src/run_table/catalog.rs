//! Which columns there are: each key of ten thousand runs once, with a number of its own.

use flowdeck_client::tracking::{Run, SYSTEM_METRICS};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

use crate::run_column::{RunAttribute, RunColumn};

/// Metrics and differing params that stand before all others.
const N_FIRST: usize = 6;

/// Prefix of the tags that MLflow and its tools set.
pub const SYSTEM_TAGS: &str = "mlflow.";

/// A column by its number.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash, Ord, PartialOrd)]
pub struct ColumnId(pub(super) u32);

impl ColumnId {
    pub(super) fn place(self) -> usize {
        self.0 as usize
    }
}

/// The columns that the runs seen so far can fill.
///
/// First what every run has, then the metrics that most runs have, the params in which runs differ, and then the rest:
/// what tells runs apart stands in view. A column keeps its place and its number when more is learnt.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    columns: Vec<RunColumn>,
    ids: FxHashMap<RunColumn, ColumnId>,
}

impl Catalog {
    /// The columns in order; each stands at its number.
    pub fn columns(&self) -> &[RunColumn] {
        &self.columns
    }

    /// All numbers, in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = ColumnId> + ExactSizeIterator + use<> {
        (0..self.columns.len() as u32).map(ColumnId)
    }

    /// A column by its number.
    pub fn column(&self, id: ColumnId) -> &RunColumn {
        &self.columns[id.place()]
    }

    /// The number of a column, where there is such a one.
    pub fn id(&self, column: &RunColumn) -> Option<ColumnId> {
        self.ids.get(column).copied()
    }

    /// The number of a column, which is there from now on.
    pub fn learn_column(&mut self, column: RunColumn) -> ColumnId {
        if let Some(id) = self.id(&column) {
            return id;
        }
        let id = ColumnId(self.columns.len() as u32);
        self.columns.push(column.clone());
        self.ids.insert(column, id);
        id
    }

    /// Adds what these runs have.
    pub fn learn(&mut self, runs: &[Run]) {
        let seen = Seen::of(runs);
        let metrics = seen.metrics();
        let (differing, same) = seen.params(runs.len());
        let (first_metrics, more_metrics) = metrics.split_at(metrics.len().min(N_FIRST));
        let (first_params, more_params) = differing.split_at(differing.len().min(N_FIRST));
        let (own_tags, system_tags) = seen.tags();
        let datasets: &[RunAttribute] = if seen.any_dataset {
            &[RunAttribute::Datasets]
        } else {
            &[]
        };
        let in_order = [
            attributes(&[
                RunAttribute::RunName,
                RunAttribute::Status,
                RunAttribute::StartTime,
                RunAttribute::Duration,
            ]),
            first_metrics.to_vec(),
            first_params.to_vec(),
            more_metrics.to_vec(),
            more_params.to_vec(),
            same,
            own_tags,
            attributes(datasets),
            attributes(&[
                RunAttribute::UserId,
                RunAttribute::RunId,
                RunAttribute::EndTime,
                RunAttribute::ExperimentId,
                RunAttribute::ArtifactUri,
                RunAttribute::LifecycleStage,
            ]),
            system_tags,
        ];
        for column in in_order.into_iter().flatten() {
            self.learn_column(column);
        }
    }
}

/// Whether a column stands in a table as long as nobody chose.
pub(super) fn is_shown_at_first(column: &RunColumn) -> bool {
    match column {
        RunColumn::Tag(key) => !key.starts_with(SYSTEM_TAGS),
        RunColumn::Attribute(attribute) => !matches!(
            attribute,
            RunAttribute::EndTime
                | RunAttribute::ExperimentId
                | RunAttribute::ArtifactUri
                | RunAttribute::LifecycleStage
        ),
        RunColumn::Metric(_) | RunColumn::Param(_) => true,
    }
}

fn attributes(wanted: &[RunAttribute]) -> Vec<RunColumn> {
    wanted.iter().copied().map(RunColumn::Attribute).collect()
}

/// Keys with how many runs have them; params also with whether they differ.
#[derive(Default)]
struct Seen<'a> {
    metrics: FxHashMap<Arc<str>, usize>,
    params: FxHashMap<Arc<str>, SeenParam<'a>>,
    tags: FxHashSet<Arc<str>>,
    any_dataset: bool,
}

/// A param over some runs.
struct SeenParam<'a> {
    n_runs: usize,
    differs: bool,
    first: &'a str,
}

impl<'a> Seen<'a> {
    fn of(runs: &'a [Run]) -> Self {
        let mut seen = Self::default();
        for run in runs {
            seen.any_dataset |= !run.datasets.is_empty();
            for metric in &run.metrics {
                *seen.metrics.entry(metric.key.shared()).or_default() += 1;
            }
            for param in &run.params {
                let first = SeenParam {
                    n_runs: 0,
                    differs: false,
                    first: &param.value,
                };
                let entry = seen.params.entry(param.key.shared()).or_insert(first);
                entry.n_runs += 1;
                entry.differs |= entry.first != param.value;
            }
            seen.tags.extend(run.tags.iter().map(|tag| tag.key.shared()));
        }
        seen
    }

    /// Metrics: those of the machine last, those that most runs have first.
    fn metrics(&self) -> Vec<RunColumn> {
        let mut keys: Vec<_> = self.metrics.iter().collect();
        keys.sort_by_key(|(key, n_runs)| {
            (
                key.starts_with(SYSTEM_METRICS),
                std::cmp::Reverse(**n_runs),
                Arc::clone(key),
            )
        });
        keys.into_iter()
            .map(|(key, _)| RunColumn::Metric(Arc::clone(key)))
            .collect()
    }

    /// Params in which runs differ, and those that are the same in all.
    fn params(&self, n_runs: usize) -> (Vec<RunColumn>, Vec<RunColumn>) {
        let mut keys: Vec<_> = self.params.iter().collect();
        keys.sort_by_key(|(key, param)| (std::cmp::Reverse(param.n_runs), Arc::clone(key)));
        let column = |(key, _): (&Arc<str>, _)| RunColumn::Param(Arc::clone(key));
        let (differing, same): (Vec<_>, Vec<_>) = keys
            .into_iter()
            .partition(|(_, param)| param.differs || param.n_runs < n_runs);
        (
            differing.into_iter().map(column).collect(),
            same.into_iter().map(column).collect(),
        )
    }

    /// Tags of people, and those of MLflow.
    fn tags(&self) -> (Vec<RunColumn>, Vec<RunColumn>) {
        let mut keys: Vec<_> = self.tags.iter().cloned().collect();
        keys.sort();
        keys.into_iter().map(RunColumn::Tag).partition(is_shown_at_first)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::run;
    use super::*;

    fn names(catalog: &Catalog) -> Vec<String> {
        catalog.columns().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_tells_runs_apart_stands_first_and_what_mlflow_says_last() {
        let mut runs = [
            run(
                "a",
                &[("system/cpu", 1.0), ("loss", 1.0), ("acc", 1.0)],
                &[("seed", "1"), ("lr", "0.1")],
            ),
            run(
                "b",
                &[("system/cpu", 1.0), ("loss", 1.0)],
                &[("seed", "1"), ("lr", "0.2")],
            ),
        ];
        runs[0].tags = vec![tag("mlflow.user"), tag("team")];
        let mut catalog = Catalog::default();
        catalog.learn(&runs);
        let shown: Vec<_> = catalog
            .columns()
            .iter()
            .filter(|column| is_shown_at_first(column))
            .collect();
        let shown: Vec<_> = shown.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "run_name",
                "status",
                "start_time",
                "duration",
                "metrics.loss",
                "metrics.acc",
                "metrics.system/cpu",
                "params.lr",
                "params.seed",
                "tags.team",
                "user_id",
                "run_id"
            ]
        );
        assert_eq!(
            names(&catalog).last().map(String::as_str),
            Some("tags.mlflow.user")
        );
    }

    fn tag(key: &str) -> flowdeck_client::tracking::Tag {
        flowdeck_client::tracking::Tag {
            key: key.into(),
            value: "x".to_owned(),
        }
    }

    #[test]
    fn a_column_keeps_its_place_and_its_number_when_more_is_learnt() {
        let mut catalog = Catalog::default();
        catalog.learn(&[run("a", &[("b", 1.0)], &[])]);
        let before = names(&catalog);
        let id = catalog.id(&RunColumn::Metric("b".into()));
        catalog.learn(&[run("a", &[("a", 1.0), ("b", 1.0)], &[])]);
        let after = names(&catalog);
        assert_eq!(after[..before.len()], before);
        assert_eq!(after.last().map(String::as_str), Some("metrics.a"));
        assert_eq!(catalog.id(&RunColumn::Metric("b".into())), id);
    }
}
