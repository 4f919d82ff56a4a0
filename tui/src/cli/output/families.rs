//! Tags, params and metrics as families of columns.

use flowdeck_surface::client::tracking::{Metric, Param, Tag};

use super::cell::Cell;

/// The keys of tags.
pub(crate) fn tag_keys(tags: &[Tag]) -> Vec<&str> {
    tags.iter().map(|tag| tag.key.as_str()).collect()
}

/// The value of one tag.
pub(crate) fn tag_value<'a>(tags: &'a [Tag], key: &str) -> Cell<'a> {
    let found = tags.iter().find(|tag| tag.key.as_str() == key);
    Cell::text(found.map(|tag| tag.value.as_str()))
}

/// The keys of params.
pub(crate) fn param_keys(params: &[Param]) -> Vec<&str> {
    params.iter().map(|param| param.key.as_str()).collect()
}

/// The value of one param.
pub(crate) fn param_value<'a>(params: &'a [Param], key: &str) -> Cell<'a> {
    let found = params.iter().find(|param| param.key.as_str() == key);
    Cell::text(found.map(|param| param.value.as_str()))
}

/// The keys of metrics.
pub(crate) fn metric_keys(metrics: &[Metric]) -> Vec<&str> {
    metrics.iter().map(|metric| metric.key.as_str()).collect()
}

/// The latest value of one metric.
pub(crate) fn metric_value(metrics: &[Metric], key: &str) -> Cell<'static> {
    latest(metrics, key).map_or(Cell::Unset, |metric| Cell::Number(metric.value))
}

/// The latest of the values of one metric, which are several where it was measured on several datasets.
pub(crate) fn latest<'a>(metrics: &'a [Metric], key: &str) -> Option<&'a Metric> {
    metrics
        .iter()
        .filter(|metric| metric.key.as_str() == key)
        .max_by(|one, other| {
            (one.step, one.timestamp)
                .cmp(&(other.step, other.timestamp))
                .then(one.value.total_cmp(&other.value))
        })
}
