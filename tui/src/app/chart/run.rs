use std::collections::HashMap;

use flowdeck_surface::client::tracking::{MetricPoint, Run};
use flowdeck_surface::client::{MetricKey, RunId};

use crate::app::histories::{HistoryId, Want};

/// A run as a chart knows it.
#[derive(Clone, Debug)]
pub(crate) struct ChartRun {
    /// Its id.
    pub(crate) id: RunId,
    /// What it is called; nothing where it has no name.
    pub(crate) name: String,
    /// Whether nothing more is to come.
    pub(crate) is_over: bool,
    /// The latest values that are known.
    pub(crate) latest: HashMap<MetricKey, MetricPoint>,
    /// Whether those are all metrics that it has.
    knows_all: bool,
}

impl ChartRun {
    /// A run with all its metrics.
    pub(crate) fn whole(run: &Run) -> Self {
        Self {
            knows_all: true,
            ..Self::part_of(run)
        }
    }

    /// A run of which only some metrics were read.
    pub(crate) fn part_of(run: &Run) -> Self {
        let latest = run.metrics.iter().map(|metric| {
            let point = MetricPoint {
                step: metric.step,
                timestamp: metric.timestamp,
                value: metric.value,
            };
            (metric.key.clone(), point)
        });
        Self {
            id: run.info.id.clone(),
            name: run.name().to_owned(),
            is_over: run.info.status.is_terminal(),
            latest: latest.collect(),
            knows_all: false,
        }
    }

    /// The history of one of its metrics, as it is wanted on the screen.
    pub(crate) fn want(&self, key: &MetricKey) -> Want {
        Want {
            id: HistoryId {
                run: self.id.clone(),
                key: key.clone(),
            },
            latest: self.latest.get(key).copied(),
            is_over: self.is_over,
        }
    }

    /// Whether it has such a metric, as far as is known.
    pub(crate) fn may_have(&self, key: &MetricKey) -> bool {
        !self.knows_all || self.latest.contains_key(key)
    }
}
