//! What differs between runs.

use std::collections::BTreeMap;

use crate::tracking::Run;

/// Several runs side by side: one row for each key that any of them has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Params, by key.
    pub params: Vec<ComparedRow<String>>,
    /// Latest values of metrics, by key.
    pub metrics: Vec<ComparedRow<f64>>,
    /// Tags, by key.
    pub tags: Vec<ComparedRow<String>>,
}

/// One key and its value in each run, in the order the runs were given.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparedRow<T> {
    /// The key.
    pub key: String,
    /// The value in each run; none where the run has not that key.
    pub values: Vec<Option<T>>,
    /// Whether any two runs differ; a run without the key differs from one that has it.
    pub differs: bool,
}

/// Lays runs side by side.
pub fn compare(runs: &[Run]) -> Comparison {
    let per_run = |entries: &dyn Fn(&Run) -> Vec<(String, String)>| rows(runs, entries, |a, b| a == b);
    Comparison {
        params: per_run(&|run| {
            run.params
                .iter()
                .map(|p| (p.key.to_string(), p.value.clone()))
                .collect()
        }),
        metrics: rows(
            runs,
            &|run| run.metrics.iter().map(|m| (m.key.to_string(), m.value)).collect(),
            |a: &f64, b: &f64| a == b || (a.is_nan() && b.is_nan()),
        ),
        tags: per_run(&|run| {
            run.tags
                .iter()
                .map(|t| (t.key.to_string(), t.value.clone()))
                .collect()
        }),
    }
}

impl Comparison {
    /// The same with the rows that differ alone.
    #[must_use]
    pub fn differences(mut self) -> Self {
        self.params.retain(|row| row.differs);
        self.metrics.retain(|row| row.differs);
        self.tags.retain(|row| row.differs);
        self
    }
}

fn rows<T: Clone>(
    runs: &[Run],
    entries: &dyn Fn(&Run) -> Vec<(String, T)>,
    same: impl Fn(&T, &T) -> bool,
) -> Vec<ComparedRow<T>> {
    let mut by_key: BTreeMap<String, Vec<Option<T>>> = BTreeMap::new();
    for (place, run) in runs.iter().enumerate() {
        for (key, value) in entries(run) {
            by_key.entry(key).or_insert_with(|| vec![None; runs.len()])[place] = Some(value);
        }
    }
    let differs = |values: &[Option<T>]| {
        values.windows(2).any(|pair| match (&pair[0], &pair[1]) {
            (Some(a), Some(b)) => !same(a, b),
            (None, None) => false,
            _ => true,
        })
    };
    by_key
        .into_iter()
        .map(|(key, values)| ComparedRow {
            key,
            differs: differs(&values),
            values,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use crate::tracking::{Lifecycle, Metric, Param, RunInfo, RunStatus};

    fn run(params: &[(&str, &str)], metrics: &[(&str, f64)]) -> Run {
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
        run.params = params
            .iter()
            .map(|(key, value)| Param {
                key: (*key).into(),
                value: (*value).into(),
            })
            .collect();
        run.metrics = metrics
            .iter()
            .map(|&(key, value)| Metric {
                key: key.into(),
                value,
                timestamp: Timestamp(0),
                step: 0,
                origin: None,
            })
            .collect();
        run
    }

    #[test]
    fn only_what_differs_is_left_and_nan_equals_nan() {
        let one = run(
            &[("lr", "0.1"), ("opt", "adam")],
            &[("loss", f64::NAN), ("acc", 0.5)],
        );
        let two = run(
            &[("lr", "0.2"), ("opt", "adam")],
            &[("loss", f64::NAN), ("acc", 0.6)],
        );
        let three = run(
            &[("lr", "0.2"), ("opt", "adam"), ("extra", "")],
            &[("loss", f64::NAN), ("acc", 0.6)],
        );
        let all = compare(&[one.clone(), two.clone(), three.clone()]);
        assert_eq!((all.params.len(), all.metrics.len()), (3, 2));
        let different = all.differences();
        let keys: Vec<_> = different.params.iter().map(|row| row.key.as_str()).collect();
        assert_eq!(keys, ["extra", "lr"]);
        assert_eq!(different.params[0].values, [None, None, Some(String::new())]);
        assert_eq!(different.metrics.len(), 1);
    }
}
