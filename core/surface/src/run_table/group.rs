//! Runs that have the same params, tags or datasets, as one line each, and what can be said of their numbers.

use rustc_hash::FxHashMap;

use super::catalog::ColumnId;
use super::cells::{Cells, Slot};
use super::data::RunData;
use super::settings::Statistic;
use crate::run_column::Value;

/// Runs that are the same in what they are grouped by.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    /// What they have in each column of the grouping.
    pub(super) key: Vec<String>,
    /// The runs, in the order of the table.
    pub(super) rows: Vec<Slot>,
}

/// What can be said of a metric over some runs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    /// Runs that have a value, NaN and infinities among them.
    pub n: usize,
    /// Values that are finite: the others are left out of what follows.
    pub n_finite: usize,
    /// The mean of what is finite.
    pub mean: Option<f64>,
    /// The least.
    pub min: Option<f64>,
    /// The greatest.
    pub max: Option<f64>,
}

impl Summary {
    fn add(&mut self, value: f64) {
        self.n += 1;
        if !value.is_finite() {
            return;
        }
        self.n_finite += 1;
        self.min = Some(self.min.map_or(value, |min| min.min(value)));
        self.max = Some(self.max.map_or(value, |max| max.max(value)));
        // The running mean of many large numbers does not overflow, as their sum would.
        let mean = self.mean.unwrap_or(0.0);
        self.mean = Some(mean + (value / self.n_finite as f64 - mean / self.n_finite as f64));
    }

    /// The number that is asked for; that of a range is its mean.
    pub fn number(&self, statistic: Statistic) -> Option<f64> {
        match statistic {
            Statistic::Mean | Statistic::Range => self.mean,
            Statistic::Min => self.min,
            Statistic::Max => self.max,
            Statistic::Count => (self.n > 0).then_some(self.n as f64),
        }
    }
}

/// Puts runs into groups, which come in the order of their first run.
pub(super) fn groups(rows: &[Slot], by: &[ColumnId], data: &RunData) -> Vec<Group> {
    let parts: Vec<Parts> = by.iter().map(|&id| Parts::of(data, id)).collect();
    let mut places: FxHashMap<Vec<u32>, usize> = FxHashMap::default();
    let mut groups: Vec<Group> = Vec::new();
    let mut key = Vec::with_capacity(parts.len());
    for &slot in rows {
        key.clear();
        key.extend(parts.iter().map(|part| part.of_slot[slot as usize]));
        let place = match places.get(&key) {
            Some(&place) => place,
            None => {
                let texts = key
                    .iter()
                    .zip(&parts)
                    .map(|(&n, part)| part.texts[n as usize].clone());
                groups.push(Group {
                    key: texts.collect(),
                    rows: Vec::new(),
                });
                places.insert(key.clone(), groups.len() - 1);
                groups.len() - 1
            }
        };
        groups[place].rows.push(slot);
    }
    groups
}

/// One column of the grouping: what each run has in it, by number.
struct Parts {
    of_slot: Vec<u32>,
    texts: Vec<String>,
}

/// What stands for a run that has nothing in a column.
pub(super) const NONE: &str = "none";

impl Parts {
    fn of(data: &RunData, id: ColumnId) -> Self {
        let mut parts = Self {
            of_slot: vec![0; data.n_slots()],
            texts: vec![NONE.to_owned()],
        };
        if let Some(Cells::Texts(texts)) = data.cells(id) {
            parts.texts.extend(texts.distinct().iter().map(str::to_owned));
            for (slot, text) in texts.ids() {
                parts.of_slot[slot as usize] = text + 1;
            }
            return parts;
        }
        let mut known: FxHashMap<String, u32> = FxHashMap::default();
        for &slot in &data.order {
            let text = match data.value(slot, id) {
                Value::Unset => continue,
                Value::Text(text) => text.into_owned(),
                Value::Number(number) => flowdeck_client::format::exact(number),
                Value::Time(time) => time.to_string(),
                Value::Millis(millis) => flowdeck_client::format::duration(millis),
            };
            parts.of_slot[slot as usize] = *known.entry(text).or_insert_with_key(|text| {
                parts.texts.push(text.clone());
                parts.texts.len() as u32 - 1
            });
        }
        parts
    }
}

/// What can be said of a metric over each group.
pub(super) fn summaries(groups: &[Group], data: &RunData, id: ColumnId) -> Vec<Summary> {
    let mut summaries = vec![Summary::default(); groups.len()];
    let mut values = vec![None; data.n_slots()];
    match data.cells(id) {
        Some(Cells::Numbers(numbers)) => {
            numbers
                .iter()
                .for_each(|(slot, value)| values[slot as usize] = Some(value));
        }
        _ => {
            for &slot in &data.order {
                values[slot as usize] = match data.value(slot, id) {
                    Value::Millis(millis) => Some(millis as f64),
                    _ => None,
                };
            }
        }
    }
    for (group, summary) in groups.iter().zip(&mut summaries) {
        let values = group.rows.iter().filter_map(|&slot| values[slot as usize]);
        values.for_each(|value| summary.add(value));
    }
    summaries
}

/// What all runs of each group have in a column of texts, where they are the same.
pub(super) fn common_text<'a>(group: &Group, data: &'a RunData, id: ColumnId) -> Option<Value<'a>> {
    let mut values = group.rows.iter().map(|&slot| data.value(slot, id));
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, listed, run, table};
    use super::super::{RunTable, Statistic};
    use super::*;
    use crate::run_cell::{Direction, RunSort};

    fn sweep() -> RunTable {
        let mut table = table(vec![
            run("a", &[("acc", 0.5)], &[("model", "gb"), ("lr", "1")]),
            run("b", &[("acc", 0.9)], &[("model", "nn"), ("lr", "1")]),
            run("c", &[("acc", 0.7)], &[("model", "gb"), ("lr", "2")]),
            run("d", &[("acc", f64::NAN)], &[("model", "gb"), ("lr", "2")]),
            run("e", &[], &[]),
        ]);
        table.change(|settings| settings.group_by = vec![column("params.model")]);
        table
    }

    #[test]
    fn groups_fold_and_say_how_many_runs_they_have() {
        let mut table = sweep();
        assert_eq!(
            listed(&table),
            [
                "[model gb]",
                ">a",
                ">c",
                ">d",
                "[model nn]",
                ">b",
                "[model none]",
                ">e"
            ]
        );
        table.toggle_fold(0);
        assert_eq!(
            listed(&table),
            ["[model gb]", "[model nn]", ">b", "[model none]", ">e"]
        );
        table.change(|settings| settings.group_by.push(column("params.lr")));
        assert_eq!(listed(&table)[0], "[model gb · lr 1]");
    }

    #[test]
    fn a_group_says_the_mean_the_extremes_and_the_count_of_a_metric() {
        let table = sweep();
        let id = table.catalog().id(&column("metrics.acc")).expect("a column");
        let summary = table.summary(0, id).expect("the first group");
        assert_eq!((summary.n, summary.n_finite), (3, 2));
        assert_eq!((summary.min, summary.max), (Some(0.5), Some(0.7)));
        assert!(summary.mean.is_some_and(|mean| (mean - 0.6).abs() < 1e-12));
        assert_eq!(summary.number(Statistic::Count), Some(3.0));
        assert_eq!(table.summary(2, id), Some(Summary::default()));
    }

    #[test]
    fn groups_are_sorted_by_what_they_say_and_their_runs_by_what_they_have() {
        let mut table = sweep();
        let sort = vec![RunSort {
            column: column("metrics.acc"),
            direction: Direction::Descending,
        }];
        table.change(|settings| settings.sort = sort);
        assert_eq!(
            listed(&table),
            [
                "[model nn]",
                ">b",
                "[model gb]",
                ">c",
                ">a",
                ">d",
                "[model none]",
                ">e"
            ]
        );
    }

    #[test]
    fn the_mean_of_great_numbers_does_not_overflow() {
        let mut summary = Summary::default();
        (0..10).for_each(|_| summary.add(f64::MAX));
        assert!(summary.mean.is_some_and(f64::is_finite));
    }
}
