//! Marks, which stay when a person goes elsewhere.

use std::collections::HashMap;

use flowdeck_surface::client::RunId;

use super::Runs;
use crate::app::basket::RunSource;
use crate::app::context::Cx;

impl Runs {
    /// Tells which runs are marked: the marks stay when this table is left.
    pub(super) fn tell_marks(&mut self, cx: &mut Cx<'_>) {
        let (table, experiments) = (&self.table, &self.experiments);
        let name = |id: &RunId| {
            let own = table.slot(id).map(|slot| &table.info(slot).experiment_id);
            let found = experiments.iter().find(|experiment| Some(&experiment.id) == own);
            found
                .map(|experiment| experiment.name.clone())
                .unwrap_or_default()
        };
        cx.basket.follow(table, name);
        self.n_marked_beyond = cx.basket.n_beyond(table);
    }

    /// Marks the runs that were marked before this table was opened, or lost their marks elsewhere.
    pub(super) fn take_marks(&mut self, cx: &mut Cx<'_>) {
        self.table.mark_only(cx.basket.ids_here());
        self.n_marked_beyond = cx.basket.n_beyond(&self.table);
    }

    /// The runs to compare: all that are marked, those of this table first and in its order; where none is, those of
    /// the line.
    pub(super) fn marked_sources(&mut self, cx: &mut Cx<'_>) -> Vec<RunSource> {
        self.tell_marks(cx);
        let mut sources = cx.basket.sources();
        let chosen = self.chosen_ids();
        if sources.is_empty() {
            return chosen.into_iter().map(RunSource::here).collect();
        }
        let places: HashMap<&RunId, usize> =
            chosen.iter().enumerate().map(|(place, id)| (id, place)).collect();
        let place_of = |source: &RunSource| {
            let here = places.get(&source.id).filter(|_| source.place.is_none());
            here.copied().unwrap_or(usize::MAX)
        };
        sources.sort_by_cached_key(place_of);
        sources
    }
}
