//! Which columns tell compared runs apart: what plots show until somebody chooses.

use super::{RunComparison, is_compared};
use crate::run_column::{RunAttribute, RunColumn};
use crate::run_table::{ColumnId, SYSTEM_METRICS};

/// Params and metrics that parallel coordinates begin with.
const N_PARAMS: usize = 4;
const N_METRICS: usize = 2;

/// Groups of a box plot, at most, that it begins with.
const MOST_GROUPS: usize = 12;

impl RunComparison {
    /// Every column that a plot can show, in the order of the comparison: params, metrics, tags, what every run has.
    pub fn plottable(&self) -> Vec<ColumnId> {
        let catalog = self.table.catalog();
        let ids = catalog.ids().filter(|id| is_compared(catalog.column(*id)));
        let mut ids: Vec<ColumnId> = ids.collect();
        ids.sort_by_key(|id| match catalog.column(*id) {
            RunColumn::Param(_) => 0,
            RunColumn::Metric(key) => 1 + u8::from(key.starts_with(SYSTEM_METRICS)),
            RunColumn::Tag(_) => 3,
            RunColumn::Attribute(_) => 4,
        });
        ids
    }

    /// The metrics that runs differ in, the machine's own last.
    pub fn metrics(&self) -> Vec<ColumnId> {
        let catalog = self.table.catalog();
        let is_metric = |id: &ColumnId| matches!(catalog.column(*id), RunColumn::Metric(_));
        self.plottable().into_iter().filter(is_metric).collect()
    }

    /// The first metric, one that differs before the others.
    pub(super) fn first_metric(&self) -> Option<ColumnId> {
        let metrics = self.metrics();
        let differing = metrics.iter().find(|id| self.differs(**id));
        differing.or(metrics.first()).copied()
    }

    fn differing_params(&self) -> impl Iterator<Item = ColumnId> + '_ {
        let catalog = self.table.catalog();
        let is_param = move |id: &ColumnId| matches!(catalog.column(*id), RunColumn::Param(_));
        catalog.ids().filter(is_param).filter(|id| self.differs(*id))
    }

    /// What parallel coordinates begin with: some params and then some metrics that differ.
    pub(super) fn telling(&self) -> Vec<ColumnId> {
        let mut ids: Vec<ColumnId> = self.differing_params().take(N_PARAMS).collect();
        let metrics = self.metrics().into_iter().filter(|id| self.differs(*id));
        ids.extend(metrics.take(N_METRICS));
        ids
    }

    /// What a scatter plot begins with: a param against a metric, where runs differ in both; else two metrics.
    pub(super) fn telling_pair(&self) -> (Option<ColumnId>, Option<ColumnId>) {
        let y = self.first_metric();
        let mut params: Vec<ColumnId> = self.differing_params().collect();
        params.sort_by_key(|id| super::Dimension::of(self, *id).is_categorical());
        let other = || self.metrics().into_iter().find(|id| Some(*id) != y);
        (params.first().copied().or_else(other), y)
    }

    /// What a box plot groups by at first: the param that parts the runs into the fewest groups, else the status.
    pub(super) fn grouping(&self) -> Option<ColumnId> {
        let n_groups = |id: &ColumnId| {
            let listed = self.table.listed().iter();
            let texts: std::collections::HashSet<String> =
                listed.map(|slot| self.exact(*slot, *id)).collect();
            texts.len()
        };
        let params = self.differing_params().map(|id| (n_groups(&id), id));
        let few = params.filter(|(n_own, _)| *n_own <= MOST_GROUPS);
        let status = RunColumn::Attribute(RunAttribute::Status);
        few.min_by_key(|(n_own, _)| *n_own)
            .map(|(_, id)| id)
            .or_else(|| self.differing_params().next())
            .or_else(|| self.table.catalog().id(&status))
    }
}
