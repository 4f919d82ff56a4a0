//! What was read of runs, column by column.
//!
//! A run keeps its slot as long as the table lives, so marks and cells outlive every filter, order and refresh. An
//! answer that tells some columns in full takes the place of what was known of them once it is whole.

use std::borrow::Cow;

use flowdeck_client::RunId;
use flowdeck_client::tracking::{Run, RunInfo};
use rustc_hash::{FxHashMap, FxHashSet};

use super::catalog::{Catalog, ColumnId};
use super::cells::{Cells, Numbers, Slot, Texts};
use crate::run_column::{RunAttribute, RunColumn, Value};

/// Cells that are held at most, about forty megabytes; beyond, only the columns that are looked at are kept.
const MOST_CELLS: usize = 4_000_000;

/// What was read of runs.
#[derive(Debug, Default)]
pub(super) struct RunData {
    pub(super) catalog: Catalog,
    infos: Vec<RunInfo>,
    slots: FxHashMap<RunId, Slot>,
    /// The runs that are listed, in the store's order.
    pub(super) order: Vec<Slot>,
    columns: FxHashMap<ColumnId, Column>,
    /// How many whole answers there were.
    epoch: u32,
    /// The answer as of which every column is known.
    all_known: u32,
    /// Whether the list is that of a whole answer to what is asked now.
    is_whole: bool,
    listing: Option<Reading>,
    survey: Option<Reading>,
}

/// A column as it was last read.
#[derive(Debug)]
struct Column {
    cells: Cells,
    epoch: u32,
}

/// An answer that is not whole yet.
#[derive(Debug, Default)]
struct Reading {
    /// The columns that it tells in full; all of them where there is no list.
    columns: Option<FxHashSet<ColumnId>>,
    order: Vec<Slot>,
    /// The runs in that order: what moves between two pages while they are read comes twice.
    listed: FxHashSet<Slot>,
    cells: FxHashMap<ColumnId, Cells>,
    n_cells: usize,
    /// The answer that it began after.
    epoch: u32,
    /// Whether it had to leave cells out.
    is_cut: bool,
    /// Whether it only adds columns to the list that is there.
    is_more: bool,
}

impl RunData {
    /// Learns which columns there are from some runs, and shows them until a list begins to come.
    pub(super) fn learn(&mut self, runs: &[Run]) {
        self.catalog.learn(runs);
        if !self.order.is_empty() || self.is_whole {
            return;
        }
        let mut seen = Reading::default();
        for run in runs {
            let slot = self.absorb(run, &mut seen);
            self.order.push(slot);
        }
        self.put(seen.cells, 0);
    }

    /// What is listed no longer answers what is asked: nothing is listed until an answer comes.
    pub(super) fn forget_list(&mut self) {
        self.order.clear();
        self.is_whole = false;
        (self.listing, self.survey) = (None, None);
        // What was read of runs that were not listed is as old as that list.
        self.epoch += 1;
    }

    /// A list is being read that tells these columns in full, or all of them.
    pub(super) fn begin_list(&mut self, columns: Option<&[ColumnId]>) {
        self.listing = Some(Reading {
            columns: columns.map(|columns| columns.iter().copied().collect()),
            epoch: self.epoch,
            ..Reading::default()
        });
    }

    /// More columns of the list that is there are being read: the others stay as good as they are.
    pub(super) fn begin_columns(&mut self, columns: &[ColumnId]) {
        self.begin_list(Some(columns));
        if let Some(reading) = &mut self.listing {
            reading.is_more = self.is_whole;
        }
    }

    /// Some runs of the list. `looked_at` are the columns to keep where all would be too many.
    pub(super) fn take(&mut self, runs: Vec<Run>, looked_at: &[ColumnId]) {
        let Some(mut reading) = self.listing.take() else {
            return;
        };
        for run in &runs {
            let slot = self.absorb(run, &mut reading);
            if reading.listed.insert(slot) {
                reading.order.push(slot);
            }
        }
        if reading.n_cells > MOST_CELLS && reading.columns.is_none() {
            let kept: FxHashSet<_> = looked_at.iter().copied().collect();
            reading.cells.retain(|id, _| kept.contains(id));
            reading.n_cells = reading.cells.values().map(Cells::len).sum();
            reading.columns = Some(kept);
        }
        if !self.is_whole {
            // Of a first answer, what is here is shown.
            self.order.clone_from(&reading.order);
        }
        self.listing = Some(reading);
    }

    /// The list is whole.
    pub(super) fn finish_list(&mut self) {
        let Some(mut reading) = self.listing.take() else {
            return;
        };
        reading.cells.values_mut().for_each(Cells::settle);
        self.epoch += u32::from(!reading.is_more);
        self.is_whole = true;
        self.order = reading.order;
        match reading.columns {
            Some(columns) => {
                for id in columns {
                    let cells = reading.cells.remove(&id);
                    let cells = cells.unwrap_or_else(|| empty(self.catalog.column(id)));
                    let epoch = self.epoch;
                    self.columns.insert(id, Column { cells, epoch });
                }
            }
            None => {
                self.columns.clear();
                self.all_known = self.epoch;
                self.put(reading.cells, self.epoch);
            }
        }
    }

    /// Everything of the runs that are listed is being read.
    pub(super) fn begin_survey(&mut self) {
        self.survey = Some(Reading {
            epoch: self.epoch,
            ..Reading::default()
        });
    }

    /// Some runs with all that was logged of them.
    pub(super) fn take_survey(&mut self, runs: &[Run]) {
        let Some(mut survey) = self.survey.take() else {
            return;
        };
        for run in runs {
            self.absorb(run, &mut survey);
        }
        if survey.n_cells > MOST_CELLS {
            survey.cells.clear();
            survey.n_cells = 0;
            survey.is_cut = true;
            // From here on only keys are learnt.
            survey.columns = Some(FxHashSet::default());
        }
        self.survey = Some(survey);
    }

    /// All was read.
    pub(super) fn finish_survey(&mut self) {
        let Some(mut survey) = self.survey.take() else {
            return;
        };
        survey.cells.values_mut().for_each(Cells::settle);
        if survey.is_cut {
            return;
        }
        let as_of = survey.epoch;
        // What was read meanwhile is newer.
        self.columns.retain(|_, column| column.epoch >= as_of);
        self.all_known = as_of;
        self.put(survey.cells, as_of);
    }

    fn put(&mut self, cells: FxHashMap<ColumnId, Cells>, epoch: u32) {
        for (id, cells) in cells {
            let column = self.columns.entry(id);
            column.or_insert(Column { cells, epoch });
        }
    }

    /// Takes in what a run has, as far as the reading wants it.
    fn absorb(&mut self, run: &Run, reading: &mut Reading) -> Slot {
        let slot = self.slot_of(run);
        let mut is_new = false;
        let catalog = &self.catalog;
        let metrics = run.metrics.iter().map(|metric| {
            let column = RunColumn::Metric(metric.key.shared());
            (column, Cell::Number(metric.value))
        });
        let params = run.params.iter().map(|param| {
            let column = RunColumn::Param(param.key.shared());
            (column, Cell::Text(Cow::Borrowed(param.value.as_str())))
        });
        let tags = run.tags.iter().map(|tag| {
            let column = RunColumn::Tag(tag.key.shared());
            (column, Cell::Text(Cow::Borrowed(tag.value.as_str())))
        });
        let datasets = datasets(run).map(|names| {
            let column = RunColumn::Attribute(RunAttribute::Datasets);
            (column, Cell::Text(Cow::Owned(names)))
        });
        for (column, cell) in metrics.chain(params).chain(tags).chain(datasets) {
            match catalog.id(&column) {
                Some(id) => reading.set(id, slot, &cell),
                None => is_new = true,
            }
        }
        if is_new {
            self.catalog.learn(std::slice::from_ref(run));
            return self.absorb(run, reading);
        }
        slot
    }

    fn slot_of(&mut self, run: &Run) -> Slot {
        let mut info = run.info.clone();
        if info.name.is_empty() {
            run.name().clone_into(&mut info.name);
        }
        if let Some(&slot) = self.slots.get(&info.id) {
            self.infos[slot as usize] = info;
            return slot;
        }
        let slot = self.infos.len() as Slot;
        self.slots.insert(info.id.clone(), slot);
        self.infos.push(info);
        slot
    }

    /// What every run has, of one.
    pub(super) fn info(&self, slot: Slot) -> &RunInfo {
        &self.infos[slot as usize]
    }

    /// How many runs were ever seen.
    pub(super) fn n_slots(&self) -> usize {
        self.infos.len()
    }

    /// The slot of a run that was seen.
    pub(super) fn slot(&self, id: &RunId) -> Option<Slot> {
        self.slots.get(id).copied()
    }

    /// Whether a column was read as of the list in view.
    pub(super) fn is_known(&self, id: ColumnId) -> bool {
        let is_info = matches!(self.catalog.column(id),
            RunColumn::Attribute(attribute) if *attribute != RunAttribute::Datasets);
        let read = self.columns.get(&id).map_or(0, |column| column.epoch);
        is_info || read.max(self.all_known) >= self.epoch.max(1)
    }

    /// Whether a column was read at all since other runs were asked for.
    pub(super) fn was_read(&self, id: ColumnId) -> bool {
        self.all_known > 0 || self.columns.contains_key(&id)
    }

    /// The cells of a column, as far as they were read.
    pub(super) fn cells(&self, id: ColumnId) -> Option<&Cells> {
        let first_answer = self.listing.as_ref().filter(|_| !self.is_whole);
        first_answer
            .and_then(|reading| reading.cells.get(&id))
            .or_else(|| self.columns.get(&id).map(|column| &column.cells))
    }

    /// What a run has in a column.
    pub(super) fn value(&self, slot: Slot, id: ColumnId) -> Value<'_> {
        let column = self.catalog.column(id);
        if let RunColumn::Attribute(attribute) = column
            && *attribute != RunAttribute::Datasets
        {
            return attribute.value_of(self.info(slot));
        }
        match self.cells(id) {
            Some(Cells::Numbers(numbers)) => numbers.get(slot).map_or(Value::Unset, Value::Number),
            Some(Cells::Texts(texts)) => texts
                .get(slot)
                .map_or(Value::Unset, |text| Value::Text(Cow::Borrowed(text))),
            None => Value::Unset,
        }
    }

    /// Whether a list was read in full.
    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Whether all columns of all runs that are listed are known.
    pub(super) fn is_all_known(&self) -> bool {
        self.is_whole && self.all_known >= self.epoch
    }
}

enum Cell<'a> {
    Number(f64),
    Text(Cow<'a, str>),
}

impl Reading {
    fn set(&mut self, id: ColumnId, slot: Slot, cell: &Cell<'_>) {
        if self.columns.as_ref().is_some_and(|wanted| !wanted.contains(&id)) {
            return;
        }
        self.n_cells += 1;
        let cells = self.cells.entry(id).or_insert_with(|| match cell {
            Cell::Number(_) => Cells::Numbers(Numbers::default()),
            Cell::Text(_) => Cells::Texts(Texts::default()),
        });
        match (cells, cell) {
            (Cells::Numbers(numbers), Cell::Number(value)) => numbers.set(slot, *value),
            (Cells::Texts(texts), Cell::Text(text)) => texts.set(slot, text),
            // A column is of one family, and each family of one kind.
            _ => {}
        }
    }
}

fn empty(column: &RunColumn) -> Cells {
    match column {
        RunColumn::Metric(_) => Cells::Numbers(Numbers::default()),
        _ => Cells::Texts(Texts::default()),
    }
}

fn datasets(run: &Run) -> Option<String> {
    let names: Vec<_> = run
        .datasets
        .iter()
        .map(|input| input.dataset.name.as_str())
        .collect();
    (!names.is_empty()).then(|| names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::testing::run;
    use super::*;

    fn id(data: &RunData, text: &str) -> ColumnId {
        let column = RunColumn::parse(text).expect("a column");
        data.catalog.id(&column).expect("it was learnt")
    }

    fn number(data: &RunData, run: &str, column: &str) -> Option<f64> {
        let slot = data.slot(&run.into())?;
        match data.value(slot, id(data, column)) {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    #[test]
    fn a_refresh_shows_what_was_there_until_it_is_whole_and_keeps_columns_that_it_did_not_read() {
        let mut data = RunData::default();
        let first = vec![
            run("a", &[("x", 1.0), ("y", 1.0)], &[]),
            run("b", &[("x", 2.0)], &[]),
        ];
        data.learn(&first);
        data.begin_list(None);
        data.take(first, &[]);
        data.finish_list();
        let (x, y) = (id(&data, "metrics.x"), id(&data, "metrics.y"));
        assert!(data.is_known(x) && data.is_known(y) && data.is_all_known());
        data.begin_list(Some(&[x]));
        data.take(
            vec![run("c", &[("x", 3.0)], &[]), run("a", &[("x", 9.0)], &[])],
            &[],
        );
        assert_eq!(
            (data.order.len(), number(&data, "a", "metrics.x")),
            (2, Some(1.0))
        );
        data.finish_list();
        let ids: Vec<_> = data
            .order
            .iter()
            .map(|&slot| data.info(slot).id.as_str())
            .collect();
        assert_eq!(ids, ["c", "a"]);
        assert_eq!(number(&data, "a", "metrics.x"), Some(9.0));
        assert_eq!(number(&data, "a", "metrics.y"), Some(1.0));
        assert!(data.is_known(x) && !data.is_known(y));
    }

    #[test]
    fn what_a_whole_answer_no_longer_has_is_gone() {
        let mut data = RunData::default();
        for metrics in [&[("x", 1.0)][..], &[]] {
            data.learn(&[run("a", &[("x", 1.0)], &[])]);
            let x = id(&data, "metrics.x");
            data.begin_list(Some(&[x]));
            data.take(vec![run("a", metrics, &[])], &[]);
            data.finish_list();
        }
        assert_eq!(number(&data, "a", "metrics.x"), None);
    }

    #[test]
    fn a_survey_makes_every_column_known_and_what_was_read_meanwhile_stays() {
        let mut data = RunData::default();
        data.learn(&[run("a", &[("x", 1.0)], &[])]);
        let x = id(&data, "metrics.x");
        let list = |data: &mut RunData, value| {
            data.begin_list(Some(&[x]));
            data.take(vec![run("a", &[("x", value)], &[])], &[]);
            data.finish_list();
        };
        list(&mut data, 1.0);
        data.begin_survey();
        data.take_survey(&[run("a", &[("x", 1.0), ("late", 5.0)], &[("p", "q")])]);
        list(&mut data, 2.0);
        data.finish_survey();
        assert_eq!(number(&data, "a", "metrics.x"), Some(2.0));
        assert_eq!(number(&data, "a", "metrics.late"), Some(5.0));
        assert!(!data.is_all_known(), "a list was read since");
    }

    #[test]
    fn a_run_that_comes_on_two_pages_is_listed_once() {
        let mut data = RunData::default();
        data.begin_list(None);
        data.take(vec![run("a", &[], &[]), run("b", &[], &[])], &[]);
        data.take(vec![run("b", &[], &[]), run("c", &[], &[])], &[]);
        data.finish_list();
        assert_eq!(data.order, [0, 1, 2]);
    }

    #[test]
    fn runs_keep_their_slots_through_another_question() {
        let mut data = RunData::default();
        data.begin_list(None);
        data.take(vec![run("a", &[], &[]), run("b", &[], &[])], &[]);
        data.finish_list();
        data.forget_list();
        assert!(data.order.is_empty());
        data.begin_list(None);
        data.take(vec![run("b", &[], &[])], &[]);
        data.finish_list();
        assert_eq!(data.order, [1]);
        assert_eq!(data.slot(&"a".into()), Some(0));
    }
}
