//! Runs for tests of the table.

use flowdeck_client::Timestamp;
use flowdeck_client::tracking::{Lifecycle, Metric, Param, Run, RunInfo, RunStatus, Tag};

use super::RunTable;
use crate::run_column::RunColumn;

/// A run of this id and name with these metrics and params.
pub(super) fn run(id: &str, metrics: &[(&str, f64)], params: &[(&str, &str)]) -> Run {
    let mut run = Run::bare(RunInfo {
        id: id.into(),
        experiment_id: "1".into(),
        name: format!("run-{id}"),
        user_id: "ada".into(),
        status: RunStatus::Finished,
        start_time: Some(Timestamp(1_700_000_000_000)),
        end_time: Some(Timestamp(1_700_000_012_500)),
        artifact_uri: String::new(),
        lifecycle: Lifecycle::Active,
    });
    let metric = |&(key, value): &(&str, f64)| Metric {
        key: key.into(),
        value,
        timestamp: Timestamp(0),
        step: 0,
        origin: None,
    };
    run.metrics = metrics.iter().map(metric).collect();
    let param = |&(key, value): &(&str, &str)| Param {
        key: key.into(),
        value: value.to_owned(),
    };
    run.params = params.iter().map(param).collect();
    run
}

/// The same nested in another.
pub(super) fn child(id: &str, parent: &str, metrics: &[(&str, f64)]) -> Run {
    let mut run = run(id, metrics, &[]);
    run.tags.push(Tag {
        key: "mlflow.parentRunId".into(),
        value: parent.to_owned(),
    });
    run
}

/// A table of runs of which everything was read.
pub(super) fn table(runs: Vec<Run>) -> RunTable {
    let mut table = RunTable::default();
    table.learn(&runs);
    table.begin_reading(None);
    table.take(runs);
    table.finish_reading();
    table
}

/// A column by its name.
pub(super) fn column(text: &str) -> RunColumn {
    RunColumn::parse(text).expect("a column")
}

/// The ids of the runs that are listed, nested ones with a `>` for each level, groups in brackets.
pub(super) fn listed(table: &RunTable) -> Vec<String> {
    (0..table.n_lines())
        .map(|line| match table.line(line) {
            Some(super::Line::Run { slot, depth, .. }) => {
                let id = table.info(slot).id.as_str().to_owned();
                ">".repeat(usize::from(depth)) + &id
            }
            Some(super::Line::Group { group, .. }) => format!("[{}]", table.group_title(group)),
            None => String::new(),
        })
        .collect()
}
