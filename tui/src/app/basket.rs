//! Marked runs, wherever they lie: marks stay when a person goes to another experiment or opens another context.

use std::collections::HashSet;

use flowdeck_surface::client::port::StoreOrigin;
use flowdeck_surface::client::{Policy, RunId};
use flowdeck_surface::run_table::RunTable;

/// Where runs are read: a store, as a context reaches it.
#[derive(Clone, Debug, Default, Eq, PartialEq, Hash)]
pub(crate) struct Place {
    /// The context, where one is used.
    pub(crate) context: Option<String>,
    /// The store.
    pub(crate) uri: String,
}

impl Place {
    /// The store that is open.
    pub(crate) fn of(origin: &StoreOrigin, policy: &Policy) -> Self {
        Self {
            context: policy.context.clone(),
            uri: origin.uri.clone(),
        }
    }

    /// The context's name; without one, the last part of the store's address.
    pub(crate) fn name(&self) -> &str {
        let last = self.uri.rsplit('/').find(|part| !part.is_empty());
        self.context.as_deref().or(last).unwrap_or_default()
    }
}

/// A run with where it is read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct RunSource {
    /// Where; none where it is the store that is open.
    pub(crate) place: Option<Place>,
    /// The run.
    pub(crate) id: RunId,
    /// The name of its experiment; empty where nobody told it.
    pub(crate) experiment: String,
}

impl RunSource {
    /// A run of the store that is open.
    pub(crate) fn here(id: RunId) -> Self {
        Self {
            place: None,
            id,
            experiment: String::new(),
        }
    }
}

/// Marked runs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Basket {
    /// The store that is open.
    pub(crate) here: Place,
    runs: Vec<(Place, RunId, String)>,
}

impl Basket {
    /// Takes the marks of a table over: of the runs that it knows, those that are marked there are marked here.
    pub(crate) fn follow(&mut self, table: &RunTable, experiment: impl Fn(&RunId) -> String) {
        let here = &self.here;
        self.runs.retain(|(place, id, _)| {
            let slot = table.slot(id).filter(|_| place == here);
            slot.is_none_or(|slot| table.is_marked(slot))
        });
        // Ten thousand may be marked at once.
        let known: HashSet<RunId> = self.ids_here().cloned().collect();
        for slot in table.marked() {
            let id = &table.info(slot).id;
            if !known.contains(id) {
                self.runs.push((self.here.clone(), id.clone(), experiment(id)));
            }
        }
    }

    /// The marked runs of the store that is open.
    pub(crate) fn ids_here(&self) -> impl Iterator<Item = &RunId> {
        let here = self.runs.iter().filter(|(place, ..)| *place == self.here);
        here.map(|(_, id, _)| id)
    }

    /// All marked runs, those of other places with them.
    pub(crate) fn sources(&self) -> Vec<RunSource> {
        let source = |(place, id, experiment): &(Place, RunId, String)| RunSource {
            place: (*place != self.here).then(|| place.clone()),
            id: id.clone(),
            experiment: experiment.clone(),
        };
        self.runs.iter().map(source).collect()
    }

    /// How many are marked that a table does not know.
    pub(crate) fn n_beyond(&self, table: &RunTable) -> usize {
        let is_beyond =
            |(place, id, _): &&(Place, RunId, String)| *place != self.here || table.slot(id).is_none();
        self.runs.iter().filter(is_beyond).count()
    }

    /// Takes the mark of a run.
    pub(crate) fn remove(&mut self, source: &RunSource) {
        let place = source.place.clone().unwrap_or_else(|| self.here.clone());
        self.runs.retain(|(own, id, _)| *own != place || *id != source.id);
    }
}

#[cfg(test)]
mod tests {
    use flowdeck_surface::client::tracking::RunStatus;

    use super::*;
    use crate::app::testing::run;

    fn table(ids: &[&str], marked: &[usize]) -> RunTable {
        let mut table = RunTable::default();
        let runs = ids.iter().map(|id| run(id, RunStatus::Finished, &[], &[]));
        table.begin_reading(None);
        table.take(runs.collect());
        table.finish_reading();
        marked.iter().for_each(|line| table.toggle_mark(*line));
        table
    }

    fn ids(basket: &Basket) -> Vec<(bool, String)> {
        let sources = basket.sources().into_iter();
        sources
            .map(|source| (source.place.is_some(), source.id.to_string()))
            .collect()
    }

    #[test]
    fn marks_of_other_tables_and_of_other_contexts_stay() {
        let mut basket = Basket::default();
        basket.here.context = Some("lab".to_owned());
        basket.follow(&table(&["a", "b"], &[0]), |_| "churn".to_owned());
        basket.follow(&table(&["c"], &[0]), |_| "fraud".to_owned());
        assert_eq!(ids(&basket), [(false, "a".to_owned()), (false, "c".to_owned())]);
        basket.here.context = Some("prod".to_owned());
        basket.follow(&table(&["a"], &[0]), |_| "churn".to_owned());
        assert_eq!(
            ids(&basket),
            [
                (true, "a".to_owned()),
                (true, "c".to_owned()),
                (false, "a".to_owned())
            ],
            "the same id in two places is two runs"
        );
        basket.follow(&table(&["a"], &[]), |_| String::new());
        assert_eq!((ids(&basket).len(), basket.n_beyond(&table(&["a"], &[]))), (2, 2));
        let first = basket.sources().remove(0);
        assert_eq!(
            (first.experiment.as_str(), first.place.as_ref().map(Place::name)),
            ("churn", Some("lab"))
        );
        basket.remove(&first);
        assert_eq!(ids(&basket), [(true, "c".to_owned())]);
    }

    #[test]
    fn a_place_without_a_context_is_called_by_the_end_of_its_address() {
        let place = |uri: &str| Place {
            context: None,
            uri: uri.to_owned(),
        };
        assert_eq!(place("sqlite:////home/ada/mlflow.db").name(), "mlflow.db");
        assert_eq!(
            place("http://tracking.example:5000/").name(),
            "tracking.example:5000"
        );
    }
}
