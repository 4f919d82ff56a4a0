//! What of a run is worth telling. Pure.

use std::collections::BTreeMap;

use flowdeck_client::Timestamp;
use flowdeck_client::tracking::{Metric, Run, RunStatus};

use super::item::Matter;

/// A run that has logged metrics is stalled when the last is this old, in milliseconds: a quarter of an hour.
pub const STALLED_AFTER_MS: i64 = 15 * 60 * 1_000;

/// A run that has logged no metric yet is stalled when it began this long ago, in milliseconds: an hour.
pub const UNBORN_AFTER_MS: i64 = 60 * 60 * 1_000;

/// A metric of which less is better diverges when it is this many times the least value that was seen.
pub const DIVERGED_BY: f64 = 10.0;

/// Words in the keys of metrics of which less is better. Source: the usual names of losses and errors.
const LESS_IS_BETTER: [&str; 8] = [
    "loss",
    "error",
    "mse",
    "rmse",
    "mae",
    "perplexity",
    "nll",
    "cross_entropy",
];

/// Metrics of the machine, which say nothing about the training. Source: MLflow's `system/` metrics.
const OF_THE_MACHINE: &str = "system/";

/// How a run ended, if it did.
pub(super) fn ended(status: &RunStatus) -> Option<Matter> {
    match status {
        RunStatus::Finished => Some(Matter::Finished),
        RunStatus::Failed => Some(Matter::Failed),
        RunStatus::Killed => Some(Matter::Killed),
        _ => None,
    }
}

/// What is the matter with a run that goes on; `best` remembers the least value of each metric.
pub(super) fn going_on(run: &Run, best: &mut BTreeMap<String, f64>, now: Timestamp) -> Vec<Matter> {
    let own: Vec<&Metric> = run
        .metrics
        .iter()
        .filter(|metric| !metric.key.as_str().starts_with(OF_THE_MACHINE))
        .collect();
    let found = [stalled(run, now), not_a_number(&own), diverging(&own, best)];
    found.into_iter().flatten().collect()
}

fn stalled(run: &Run, now: Timestamp) -> Option<Matter> {
    // The metrics of the machine go on while the process lives, whatever became of the training in it.
    let last = run.metrics.iter().map(|metric| metric.timestamp.0).max();
    let (since, limit) = match last {
        Some(last) => (last, STALLED_AFTER_MS),
        None => (run.info.start_time?.0, UNBORN_AFTER_MS),
    };
    (now.0.saturating_sub(since) >= limit).then_some(Matter::Stalled { since })
}

fn not_a_number(own: &[&Metric]) -> Option<Matter> {
    let mut keys = own.iter().filter(|metric| !metric.value.is_finite());
    let first = keys.next()?;
    Some(Matter::NotANumber {
        key: first.key.as_str().to_owned(),
        n_more: keys.count(),
    })
}

fn diverging(own: &[&Metric], best: &mut BTreeMap<String, f64>) -> Option<Matter> {
    let mut found = None;
    for metric in own {
        let key = metric.key.as_str();
        let is_loss = LESS_IS_BETTER
            .iter()
            .any(|word| key.to_lowercase().contains(word));
        if !is_loss || !metric.value.is_finite() || metric.value <= 0.0 {
            continue;
        }
        let least = best.entry(key.to_owned()).or_insert(metric.value);
        *least = least.min(metric.value);
        if metric.value >= *least * DIVERGED_BY {
            found = found.or(Some(Matter::Diverging {
                key: key.to_owned(),
                best: *least,
                last: metric.value,
            }));
        }
    }
    found
}
