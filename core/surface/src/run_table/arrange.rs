//! From what is known and what is wanted to the lines.

use flowdeck_client::RunId;
use flowdeck_client::tracking::PARENT_RUN_TAG;
use rustc_hash::FxHashMap;

use super::cells::Slot;
use super::group::groups;
use super::settings::Nesting;
use super::sort::{keys, number_key, sort};
use super::{ColumnId, Line, RunTable, tree};
use crate::run_cell::{Direction, RunSort};
use crate::run_column::{RunAttribute, RunColumn};

impl RunTable {
    /// Makes the lines anew.
    pub(super) fn arrange(&mut self) {
        self.known.take();
        self.list();
        self.show_columns();
        self.groups.clear();
        self.lines.clear();
        self.is_tree = false;
        if !self.settings.group_by.is_empty() {
            self.arrange_groups();
        } else if self.is_nested() {
            let parents = self.parents();
            self.lines = tree::lines(&self.rows, &parents, &self.folded_runs);
            let is_below = |line: &Line| matches!(line, Line::Run { n_children, .. } if *n_children > 0);
            self.is_tree = self.lines.iter().any(is_below);
        } else {
            self.lines.extend(self.rows.iter().map(|&slot| at_root(slot)));
        }
    }

    /// Finds and sorts the runs.
    fn list(&mut self) {
        self.rows = if self.find.trim().is_empty() {
            self.data.order.clone()
        } else {
            self.finder.find(&self.find, &self.data)
        };
        let by = self
            .settings
            .sort
            .iter()
            .filter_map(|by| Some(keys(&self.data, self.id_of(by)?, by.direction)));
        let by: Vec<_> = by.collect();
        sort(&mut self.rows, &by);
        self.is_listed.clear();
        self.is_listed.resize(self.data.n_slots(), false);
        for &slot in &self.rows {
            self.is_listed[slot as usize] = true;
        }
    }

    /// Decides which columns to show.
    pub(super) fn show_columns(&mut self) {
        let catalog = &self.data.catalog;
        self.shown = self.settings.layout.shown(catalog).collect();
        if self.settings.only_differing {
            let n_listed = self.data.order.len();
            let mut is_there = vec![false; self.data.n_slots()];
            self.data
                .order
                .iter()
                .for_each(|&slot| is_there[slot as usize] = true);
            let differs = |id: ColumnId| {
                let column = catalog.column(id);
                let is_own =
                    matches!(column, RunColumn::Attribute(attribute) if *attribute != RunAttribute::Datasets);
                // What was not read may differ.
                is_own
                    || !self.data.was_read(id)
                    || self
                        .data
                        .cells(id)
                        .is_some_and(|cells| cells.differs(&|slot| is_there[slot as usize], n_listed))
            };
            let differing: Vec<_> = self.shown.iter().copied().filter(|id| differs(*id)).collect();
            self.shown = differing;
        }
    }

    fn id_of(&self, by: &RunSort) -> Option<ColumnId> {
        self.data.catalog.id(&by.column)
    }

    fn is_nested(&self) -> bool {
        match self.settings.nesting {
            Nesting::Always => true,
            Nesting::Never => false,
            Nesting::InStoreOrder => self.settings.sort.is_empty() && self.find.trim().is_empty(),
        }
    }

    /// The run that each run is nested in, where that one was seen.
    fn parents(&self) -> FxHashMap<Slot, Slot> {
        let tag = RunColumn::Tag(PARENT_RUN_TAG.into());
        let cells = self.data.catalog.id(&tag).and_then(|id| self.data.cells(id));
        let Some(texts) = cells.and_then(|cells| cells.texts()) else {
            return FxHashMap::default();
        };
        let parents = texts.distinct().iter().map(|id| self.data.slot(&RunId::from(id)));
        let parents: Vec<Option<Slot>> = parents.collect();
        let of_run = texts
            .ids()
            .filter_map(|(slot, parent)| Some((slot, parents[parent as usize]?)));
        of_run.collect()
    }

    fn arrange_groups(&mut self) {
        let by = self.settings.group_by.iter();
        let by: Vec<_> = by.filter_map(|column| self.data.catalog.id(column)).collect();
        self.groups = groups(&self.rows, &by, &self.data);
        self.sort_groups();
        for (group, what) in self.groups.iter().enumerate() {
            let is_folded = self.folded_groups.contains(&what.key);
            self.lines.push(Line::Group { group, is_folded });
            if !is_folded {
                let below = what.rows.iter().map(|&slot| Line::Run {
                    slot,
                    depth: 1,
                    n_children: 0,
                    is_folded: false,
                });
                self.lines.extend(below);
            }
        }
    }

    /// Groups stand in the order of what they say of the metrics that the table is sorted by; of anything else, in the
    /// order of their first runs.
    fn sort_groups(&mut self) {
        let statistic = self.settings.statistic;
        for by in self.settings.sort.clone().iter().rev() {
            let Some(id) = self.id_of(by).filter(|_| by.column.is_numeric()) else {
                continue;
            };
            let summaries = super::group::summaries(&self.groups, &self.data, id);
            let key = |place: usize| number_key(summaries[place].number(statistic), by.direction);
            let mut places: Vec<usize> = (0..self.groups.len()).collect();
            places.sort_by_key(|&place| key(place));
            let mut left: Vec<_> = std::mem::take(&mut self.groups).into_iter().map(Some).collect();
            self.groups = places
                .into_iter()
                .filter_map(|place| left[place].take())
                .collect();
        }
    }

    /// Sorts by a column alone: first the way that suits it, then the other way, then not at all.
    pub fn sort_by(&mut self, column: &RunColumn) {
        let now = self
            .direction_of(column)
            .filter(|_| self.settings.sort.len() == 1);
        let next = RunSort::next(column, now);
        self.change(|settings| settings.sort = next.into_iter().collect());
    }

    /// Sorts by a column where those before it are equal; one that it is sorted by already goes the other way, then out.
    pub fn sort_also_by(&mut self, column: &RunColumn) {
        let next = RunSort::next(column, self.direction_of(column));
        self.change(|settings| {
            let place = settings.sort.iter().position(|sort| sort.column == *column);
            match (place, next) {
                (Some(place), Some(next)) => settings.sort[place] = next,
                (Some(place), None) => drop(settings.sort.remove(place)),
                (None, Some(next)) => settings.sort.push(next),
                (None, None) => {}
            }
        });
    }

    fn direction_of(&self, column: &RunColumn) -> Option<Direction> {
        let sort = self.settings.sort.iter().find(|sort| sort.column == *column);
        sort.map(|sort| sort.direction)
    }

    /// Groups by a column too, or no longer.
    pub fn toggle_group_by(&mut self, column: &RunColumn) {
        self.change(|settings| {
            if settings.group_by.contains(column) {
                settings.group_by.retain(|by| by != column);
            } else {
                settings.group_by.push(column.clone());
            }
        });
    }

    /// Declares which values of a metric are good: as guessed or high ones, then the others, then nothing.
    pub fn step_goal(&mut self, id: ColumnId) {
        use super::{Goal, Judged};
        let column = self.data.catalog.column(id).clone();
        if !matches!(column, RunColumn::Metric(_)) {
            return;
        }
        let first = Goal::guessed(column.title()).unwrap_or(Goal::Max);
        let next = match self.judged(id) {
            None | Some(Judged::Guessed(_)) => Some(first),
            Some(Judged::Declared(goal)) if goal == first => Some(first.other()),
            Some(Judged::Declared(_)) => None,
        };
        self.change(|settings| match next {
            Some(goal) => drop(settings.goals.insert(column, goal)),
            None => drop(settings.goals.remove(&column)),
        });
    }

    /// Holds others against the run of a line, or against none where it is that one already.
    pub fn toggle_baseline(&mut self, line: usize) {
        let Some(slot) = self.run_at(line) else { return };
        let id = self.info(slot).id.clone();
        self.change(|settings| {
            let is_it = settings.baseline.as_ref() == Some(&id);
            settings.baseline = (!is_it).then_some(id);
        });
    }

    /// Shows or hides columns.
    pub fn show(&mut self, ids: &[ColumnId], is_shown: bool) {
        self.change(|settings| settings.layout.show(ids, is_shown));
    }

    /// Lets a column stay at the left, or no longer.
    pub fn toggle_pin(&mut self, id: ColumnId) {
        self.change(|settings| settings.layout.toggle_pin(id));
    }

    /// Makes a column this wide, in characters.
    pub fn set_width(&mut self, id: ColumnId, width: u16) {
        self.change(|settings| settings.layout.set_width(id, width));
    }

    /// Moves a column past its neighbour; answers whether it moved.
    pub fn shift(&mut self, id: ColumnId, to_the_right: bool) -> bool {
        let shown = std::mem::take(&mut self.shown);
        let moved = self.change(|settings| {
            settings.layout.shift(id, to_the_right, &shown);
        });
        if !moved {
            self.shown = shown;
        }
        moved
    }
}

const fn at_root(slot: Slot) -> Line {
    Line::Run {
        slot,
        depth: 0,
        n_children: 0,
        is_folded: false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, listed, run, table};
    use super::super::{Goal, Judged, RunTable};

    fn some() -> RunTable {
        table(vec![
            run("a", &[("loss", 0.3), ("n", 1.0)], &[("seed", "1"), ("lr", "0.1")]),
            run("b", &[("loss", 0.1), ("n", 1.0)], &[("seed", "1"), ("lr", "0.2")]),
            run("c", &[("loss", 0.2), ("n", 1.0)], &[("seed", "1")]),
        ])
    }

    fn titles(table: &RunTable) -> Vec<&str> {
        let shown = table.shown().iter();
        shown.map(|id| table.catalog().column(*id).title()).collect()
    }

    #[test]
    fn only_columns_in_which_runs_differ_are_left_when_asked_for() {
        let mut table = some();
        assert!(titles(&table).contains(&"seed"));
        table.change(|settings| settings.only_differing = true);
        assert!(titles(&table).contains(&"loss") && titles(&table).contains(&"lr"));
        assert!(!titles(&table).contains(&"seed") && !titles(&table).contains(&"n"));
    }

    #[test]
    fn every_change_of_the_view_can_be_taken_back_and_done_again() {
        let mut table = some();
        let in_order = table.arrangement();
        table.sort_by(&column("metrics.loss"));
        let sorted = table.arrangement();
        table.toggle_group_by(&column("params.seed"));
        assert_eq!(listed(&table), ["[seed 1]", ">a", ">c", ">b"]);
        let grouped = table.arrangement();
        table.put_back(&sorted);
        assert_eq!(listed(&table), ["a", "c", "b"]);
        table.put_back(&in_order);
        assert_eq!(listed(&table), ["a", "b", "c"]);
        table.put_back(&grouped);
        assert_eq!(listed(&table)[0], "[seed 1]");
    }

    #[test]
    fn a_goal_is_a_guess_until_somebody_declares_it() {
        let mut table = some();
        let id = table.catalog().id(&column("metrics.loss")).expect("a column");
        assert_eq!(table.judged(id), Some(Judged::Guessed(Goal::Min)));
        table.step_goal(id);
        assert_eq!(table.judged(id), Some(Judged::Declared(Goal::Min)));
        table.step_goal(id);
        assert_eq!(table.judged(id), Some(Judged::Declared(Goal::Max)));
        table.step_goal(id);
        assert_eq!(table.judged(id), Some(Judged::Guessed(Goal::Min)));
        let unknown = table.catalog().id(&column("metrics.n")).expect("a column");
        assert_eq!(table.judged(unknown), None);
    }

    #[test]
    fn a_second_key_decides_where_the_first_is_equal() {
        let mut table = some();
        table.sort_by(&column("params.seed"));
        table.sort_also_by(&column("metrics.loss"));
        assert_eq!(listed(&table), ["a", "c", "b"]);
        table.sort_also_by(&column("metrics.loss"));
        assert_eq!(listed(&table), ["b", "c", "a"]);
        table.sort_also_by(&column("metrics.loss"));
        assert_eq!(table.settings().sort.len(), 1);
    }
}
