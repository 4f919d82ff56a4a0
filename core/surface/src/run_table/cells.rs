//! The cells of one column, kept for the runs that have one: twelve bytes a number, eight a text that others have too.

use std::sync::Arc;

use rustc_hash::FxHashMap;

/// A run by its place in the table's memory. It keeps it as long as the table lives, whatever is listed.
pub type Slot = u32;

/// Distinct texts of a column from which on they are looked up by a map rather than one after the other.
const FEW: usize = 8;

/// The cells of one column.
#[derive(Clone, Debug)]
pub(super) enum Cells {
    /// Values of a metric.
    Numbers(Numbers),
    /// Params, tags, names of datasets.
    Texts(Texts),
}

/// Numbers of some runs.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers {
    slots: Vec<Slot>,
    values: Vec<f64>,
}

/// Texts of some runs, each distinct one kept once.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    slots: Vec<Slot>,
    ids: Vec<u32>,
    distinct: Vec<Arc<str>>,
    known: FxHashMap<Arc<str>, u32>,
}

impl Cells {
    /// How many runs have one.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.slots.len(),
            Self::Texts(texts) => texts.slots.len(),
        }
    }

    /// Gives back the room that was kept for more: nothing is set from here on.
    pub(super) fn settle(&mut self) {
        match self {
            Self::Numbers(numbers) => {
                numbers.slots.shrink_to_fit();
                numbers.values.shrink_to_fit();
            }
            Self::Texts(texts) => {
                texts.known = FxHashMap::default();
                texts.slots.shrink_to_fit();
                texts.ids.shrink_to_fit();
                texts.distinct.shrink_to_fit();
            }
        }
    }

    /// The numbers, where it holds numbers.
    pub(super) fn numbers(&self) -> Option<&Numbers> {
        match self {
            Self::Numbers(numbers) => Some(numbers),
            Self::Texts(_) => None,
        }
    }

    /// The texts, where it holds texts.
    pub(super) fn texts(&self) -> Option<&Texts> {
        match self {
            Self::Texts(texts) => Some(texts),
            Self::Numbers(_) => None,
        }
    }

    /// Whether any two of some runs differ; one without a cell differs from one that has it.
    pub(super) fn differs(&self, is_listed: &dyn Fn(Slot) -> bool, n_listed: usize) -> bool {
        match self {
            Self::Numbers(numbers) => {
                let values = numbers.iter().filter(|(slot, _)| is_listed(*slot));
                let bits = |value: f64| if value.is_nan() { f64::NAN } else { value + 0.0 }.to_bits();
                any_differs(values.map(|(_, value)| bits(value)), n_listed)
            }
            Self::Texts(texts) => {
                let ids = texts.ids().filter(|(slot, _)| is_listed(*slot));
                any_differs(ids.map(|(_, id)| id), n_listed)
            }
        }
    }
}

/// Whether values differ, or fewer than all have one.
fn any_differs<T: PartialEq>(mut values: impl Iterator<Item = T>, n_all: usize) -> bool {
    let Some(first) = values.next() else {
        return false;
    };
    let mut n_same = 1;
    for value in values {
        if value != first {
            return true;
        }
        n_same += 1;
    }
    n_same < n_all
}

impl Numbers {
    /// Sets the number of a run.
    pub(super) fn set(&mut self, slot: Slot, value: f64) {
        put(&mut self.slots, &mut self.values, slot, value);
    }

    /// The number of a run.
    pub(super) fn get(&self, slot: Slot) -> Option<f64> {
        let place = self.slots.binary_search(&slot).ok()?;
        Some(self.values[place])
    }

    /// Runs and their numbers, by slot.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Slot, f64)> + '_ {
        self.slots.iter().copied().zip(self.values.iter().copied())
    }
}

impl Texts {
    /// Sets the text of a run.
    pub(super) fn set(&mut self, slot: Slot, text: &str) {
        let id = self.id_of(text).unwrap_or_else(|| self.learn(text));
        put(&mut self.slots, &mut self.ids, slot, id);
    }

    /// The text of a run.
    pub(super) fn get(&self, slot: Slot) -> Option<&str> {
        let place = self.slots.binary_search(&slot).ok()?;
        Some(&self.distinct[self.ids[place] as usize])
    }

    /// Runs and the numbers of their texts, by slot.
    pub(super) fn ids(&self) -> impl Iterator<Item = (Slot, u32)> + '_ {
        self.slots.iter().copied().zip(self.ids.iter().copied())
    }

    /// The texts by their numbers; some may be of no run any more.
    pub(super) fn distinct(&self) -> &[Arc<str>] {
        &self.distinct
    }

    fn id_of(&self, text: &str) -> Option<u32> {
        if self.known.is_empty() {
            let place = self.distinct.iter().position(|known| **known == *text);
            return place.map(|place| place as u32);
        }
        self.known.get(text).copied()
    }

    fn learn(&mut self, text: &str) -> u32 {
        let (id, text): (_, Arc<str>) = (self.distinct.len() as u32, text.into());
        self.distinct.push(Arc::clone(&text));
        if !self.known.is_empty() {
            self.known.insert(text, id);
        } else if self.distinct.len() > FEW {
            self.known = self.distinct.iter().cloned().zip(0..).collect();
        }
        id
    }
}

/// Puts a value at its slot; slots mostly come in order.
fn put<T>(slots: &mut Vec<Slot>, values: &mut Vec<T>, slot: Slot, value: T) {
    if slots.last().is_none_or(|last| *last < slot) {
        slots.push(slot);
        values.push(value);
        return;
    }
    match slots.binary_search(&slot) {
        Ok(place) => values[place] = value,
        Err(place) => {
            slots.insert(place, slot);
            values.insert(place, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_again_in_whatever_order_they_came() {
        let (mut numbers, mut texts) = (Numbers::default(), Texts::default());
        for slot in [5, 1, 3, 1, 90, 0] {
            numbers.set(slot, f64::from(slot));
            texts.set(slot, &format!("text {}", slot % 2));
        }
        assert_eq!(numbers.get(3), Some(3.0));
        assert_eq!(numbers.get(2), None);
        assert_eq!(texts.get(90), Some("text 0"));
        assert_eq!(texts.distinct().len(), 2);
        assert!(numbers.iter().is_sorted_by_key(|(slot, _)| slot));
    }

    #[test]
    fn many_distinct_texts_are_each_kept_once() {
        let mut texts = Texts::default();
        for slot in 0..100 {
            texts.set(slot, &format!("{}", slot % 40));
        }
        assert_eq!(texts.distinct().len(), 40);
        assert_eq!(texts.get(85), Some("5"));
    }

    #[test]
    fn a_run_without_a_cell_differs_from_one_that_has_it_and_nan_equals_nan() {
        let of = |values: &[(Slot, f64)]| {
            let mut numbers = Numbers::default();
            for &(slot, value) in values {
                numbers.set(slot, value);
            }
            Cells::Numbers(numbers)
        };
        let all = |_: Slot| true;
        assert!(!of(&[(0, f64::NAN), (1, f64::NAN)]).differs(&all, 2));
        assert!(!of(&[(0, 0.0), (1, -0.0)]).differs(&all, 2));
        assert!(of(&[(0, 1.0), (1, 2.0)]).differs(&all, 2));
        assert!(of(&[(0, 1.0)]).differs(&all, 2));
        assert!(!of(&[(0, 1.0), (1, 2.0)]).differs(&|slot| slot == 0, 1));
    }
}
