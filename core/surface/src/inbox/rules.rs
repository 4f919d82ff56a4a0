//! What of a run is worth telling. Pure.

use std::collections::BTreeMap;

use flowdeck_client::Timestamp;
use flowdeck_client::tracking::{Metric, Run, RunStatus};

use super::item::Matter;
use super::trend::{Trends, WORSE_BY};

/// A run that has logged metrics is stalled when the last is this old, in milliseconds: a quarter of an hour.
pub const STALLED_AFTER_MS: i64 = 15 * 60 * 1_000;

/// A run that has logged no metric yet is stalled when it began this long ago, in milliseconds: an hour.
pub const UNBORN_AFTER_MS: i64 = 60 * 60 * 1_000;

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

/// What is the matter with a run that goes on, by its last values and the histories that were read; `best` remembers the
/// least value of each metric.
pub(super) fn going_on(
    run: &Run,
    trends: &Trends,
    best: &mut BTreeMap<String, f64>,
    now: Timestamp,
) -> Vec<Matter> {
    let own: Vec<&Metric> = run
        .metrics
        .iter()
        .filter(|metric| !metric.key.as_str().starts_with(OF_THE_MACHINE))
        .collect();
    let found = [
        stalled(run, now),
        not_a_number(&own),
        diverging(run, trends, best),
    ];
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

/// Whether a metric runs away, by its history; what is best is remembered, so that few histories are read.
fn diverging(run: &Run, trends: &Trends, best: &mut BTreeMap<String, f64>) -> Option<Matter> {
    let mut found = None;
    for metric in losses(run) {
        let trend = trends.get(&(run.info.id.clone(), metric.key.clone()));
        let seen = trend.and_then(super::Trend::best).unwrap_or(metric.value);
        let least = best.entry(metric.key.as_str().to_owned()).or_insert(seen);
        *least = least.min(seen).min(metric.value);
        if let Some((best, last)) = trend.and_then(super::Trend::runaway) {
            found = found.or(Some(Matter::Diverging {
                key: metric.key.as_str().to_owned(),
                best,
                last,
            }));
        }
    }
    found
}

/// The metrics of a run whose histories have to be read to tell whether they run away: their best is not known, or they
/// are far above it.
pub(super) fn suspects<'a>(run: &'a Run, best: Option<&'a BTreeMap<String, f64>>) -> Vec<&'a Metric> {
    let is_suspect = |metric: &&Metric| {
        let best = best.and_then(|best| best.get(metric.key.as_str()));
        best.is_none_or(|best| metric.value >= best * WORSE_BY)
    };
    losses(run).filter(is_suspect).collect()
}

/// The metrics of which less is better, as far as they have a value that can run away.
fn losses(run: &Run) -> impl Iterator<Item = &Metric> {
    let is_loss = |metric: &&Metric| {
        let key = metric.key.as_str().to_lowercase();
        !key.starts_with(OF_THE_MACHINE) && LESS_IS_BETTER.iter().any(|word| key.contains(word))
    };
    let values = run.metrics.iter().filter(is_loss);
    values.filter(|metric| metric.value.is_finite() && metric.value > 0.0)
}
