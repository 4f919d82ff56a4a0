//! Which columns a table of runs has, and in which order they stand before anybody chose.

use std::sync::Arc;

use flowdeck_client::tracking::Run;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::run_column::{RunAttribute, RunColumn};

/// Metrics and differing params that stand before all others.
const N_FIRST: usize = 6;

/// Prefix of the metrics that MLflow itself logs of the machine.
pub const SYSTEM_METRICS: &str = "system/";

/// Prefix of the tags that MLflow and its tools set.
const SYSTEM_TAGS: &str = "mlflow.";

/// The columns that the runs seen so far can fill.
///
/// First what every run has, then the metrics that most runs have, the params in which runs differ, and then the rest:
/// what tells runs apart stands in view. A column keeps its place when more is learnt.
#[derive(Clone, Debug, Default)]
pub struct RunCatalog {
    columns: Vec<RunColumn>,
    known: FxHashSet<RunColumn>,
}

impl RunCatalog {
    /// The columns in order.
    pub fn columns(&self) -> &[RunColumn] {
        &self.columns
    }

    /// Adds what these runs have, of which all params, metrics and tags must have been read.
    pub fn learn(&mut self, runs: &[Run]) {
        let seen = Seen::of(runs);
        let metrics = seen.metrics();
        let (differing, same) = seen.params(runs.len());
        let (first_metrics, more_metrics) = metrics.split_at(metrics.len().min(N_FIRST));
        let (first_params, more_params) = differing.split_at(differing.len().min(N_FIRST));
        let attributes = |wanted: &[RunAttribute]| -> Vec<RunColumn> {
            wanted.iter().copied().map(RunColumn::Attribute).collect()
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
            seen.tags(),
            attributes(if seen.any_dataset {
                &[RunAttribute::Datasets]
            } else {
                &[]
            }),
            attributes(&[RunAttribute::UserId, RunAttribute::RunId]),
        ];
        for column in in_order.into_iter().flatten() {
            if self.known.insert(column.clone()) {
                self.columns.push(column);
            }
        }
    }
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
            let own = run
                .tags
                .iter()
                .filter(|tag| !tag.key.as_str().starts_with(SYSTEM_TAGS));
            seen.tags.extend(own.map(|tag| tag.key.shared()));
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

    fn tags(&self) -> Vec<RunColumn> {
        let mut keys: Vec<_> = self.tags.iter().cloned().collect();
        keys.sort();
        keys.into_iter().map(RunColumn::Tag).collect()
    }
}

#[cfg(test)]
mod tests {
    use flowdeck_client::Timestamp;
    use flowdeck_client::tracking::{Lifecycle, Metric, Param, RunInfo, RunStatus};

    use super::*;

    fn run(metrics: &[&str], params: &[(&str, &str)]) -> Run {
        let mut run = Run::bare(RunInfo {
            id: "r".into(),
            experiment_id: "1".into(),
            name: String::new(),
            user_id: "".into(),
            status: RunStatus::Finished,
            start_time: None,
            end_time: None,
            artifact_uri: String::new(),
            lifecycle: Lifecycle::Active,
        });
        let metric = |key: &&str| Metric {
            key: (*key).into(),
            value: 1.0,
            timestamp: Timestamp(0),
            step: 0,
            origin: None,
        };
        run.metrics = metrics.iter().map(metric).collect();
        let param = |(key, value): &(&str, &str)| Param {
            key: (*key).into(),
            value: (*value).to_owned(),
        };
        run.params = params.iter().map(param).collect();
        run
    }

    fn names(catalog: &RunCatalog) -> Vec<String> {
        catalog.columns().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_tells_runs_apart_stands_first() {
        let runs = [
            run(&["system/cpu", "loss", "acc"], &[("seed", "1"), ("lr", "0.1")]),
            run(&["system/cpu", "loss"], &[("seed", "1"), ("lr", "0.2")]),
        ];
        let mut catalog = RunCatalog::default();
        catalog.learn(&runs);
        assert_eq!(
            names(&catalog),
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
                "user_id",
                "run_id"
            ]
        );
    }

    #[test]
    fn a_column_keeps_its_place_when_more_is_learnt() {
        let mut catalog = RunCatalog::default();
        catalog.learn(&[run(&["b"], &[])]);
        let before = names(&catalog);
        catalog.learn(&[run(&["a", "b"], &[])]);
        let after = names(&catalog);
        assert_eq!(after[..before.len()], before);
        assert_eq!(after.last().map(String::as_str), Some("metrics.a"));
    }
}
