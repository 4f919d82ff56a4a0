use std::collections::HashSet;

use flowdeck_surface::client::MetricKey;
use flowdeck_surface::run_table::SYSTEM_METRICS;
use flowdeck_surface::text::has_words;

/// The metrics that there are charts of.
#[derive(Debug, Default)]
pub(super) struct Metrics {
    /// Those that were named, then all others by key, those of the machine last.
    keys: Vec<MetricKey>,
    known: HashSet<MetricKey>,
    n_first: usize,
    words: String,
}

impl Metrics {
    /// Those that were named, in their order.
    pub(super) fn first(keys: Vec<MetricKey>) -> Self {
        Self {
            known: keys.iter().cloned().collect(),
            n_first: keys.len(),
            keys,
            words: String::new(),
        }
    }

    /// Adds those that are not there yet.
    pub(super) fn add<'a>(&mut self, keys: impl Iterator<Item = &'a MetricKey>) {
        let before = self.keys.len();
        for key in keys {
            if self.known.insert(key.clone()) {
                self.keys.push(key.clone());
            }
        }
        if self.keys.len() > before {
            let order = |key: &MetricKey| (key.as_str().starts_with(SYSTEM_METRICS), key.clone());
            self.keys[self.n_first..].sort_by_cached_key(order);
        }
    }

    /// Narrows them to those that have some words.
    pub(super) fn find(&mut self, words: &str) {
        words.clone_into(&mut self.words);
    }

    /// The words that they have to have.
    pub(super) fn words(&self) -> &str {
        &self.words
    }

    /// Those that have the words.
    pub(super) fn found(&self) -> Vec<MetricKey> {
        let has = |key: &&MetricKey| has_words(&self.words, std::iter::once(key.as_str()));
        self.keys.iter().filter(has).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_metrics_come_first_and_those_of_the_machine_last() {
        let keys = |names: &[&str]| {
            names
                .iter()
                .map(|name| MetricKey::from(*name))
                .collect::<Vec<_>>()
        };
        let mut metrics = Metrics::first(keys(&["val/loss"]));
        metrics.add(keys(&["system/gpu_0", "loss", "val/loss", "auc"]).iter());
        metrics.add(keys(&["zeta"]).iter());
        assert_eq!(
            metrics.found(),
            keys(&["val/loss", "auc", "loss", "zeta", "system/gpu_0"])
        );
        metrics.find("loss");
        assert_eq!(metrics.found(), keys(&["val/loss", "loss"]));
    }
}
