//! Comparisons that tests of its views stand on.

use flowdeck_client::Timestamp;
use flowdeck_client::tracking::{Lifecycle, Metric, Param, Run, RunInfo, RunStatus};

use super::RunComparison;
use crate::run_column::RunColumn;
use crate::run_table::ColumnId;

/// Runs `r0`, `r1`, … with these params and metrics.
pub(super) fn comparison(params: &[Vec<(&str, &str)>], metrics: &[Vec<(&str, f64)>]) -> RunComparison {
    let run = |place: usize| {
        let mut run = Run::bare(RunInfo {
            id: format!("r{place}").as_str().into(),
            experiment_id: "1".into(),
            name: format!("run-{place}"),
            user_id: "ada".into(),
            status: RunStatus::Finished,
            start_time: None,
            end_time: None,
            artifact_uri: String::new(),
            lifecycle: Lifecycle::Active,
        });
        let param = |(key, value): &(&str, &str)| Param {
            key: (*key).into(),
            value: (*value).to_owned(),
        };
        let metric = |(key, value): &(&str, f64)| Metric {
            key: (*key).into(),
            value: *value,
            timestamp: Timestamp(0),
            step: 0,
            origin: None,
        };
        run.params = params[place].iter().map(param).collect();
        run.metrics = metrics[place].iter().map(metric).collect();
        run
    };
    let mut comparison = RunComparison::default();
    comparison.show((0..params.len()).map(run).collect());
    comparison
}

/// The column of this name.
pub(super) fn column(comparison: &RunComparison, name: &str) -> ColumnId {
    let column = RunColumn::parse(name).expect("a column");
    comparison.table().catalog().id(&column).expect("runs have it")
}
