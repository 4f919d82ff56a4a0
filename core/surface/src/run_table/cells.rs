//! The cells of one column, kept for the runs that have one: eight bytes a number, four a text that others have too, and
//! four more where some runs have none.

use super::distinct::Distinct;
use super::slots::{Place, Slots};

pub use super::slots::Slot;

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
    slots: Slots,
    values: Vec<f64>,
}

/// Texts of some runs, each distinct one kept once.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    slots: Slots,
    ids: Vec<u32>,
    distinct: Distinct,
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
                numbers.slots.settle();
                numbers.values.shrink_to_fit();
            }
            Self::Texts(texts) => {
                texts.slots.settle();
                texts.ids.shrink_to_fit();
                texts.distinct.settle();
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
        Some(self.values[self.slots.place(slot)?])
    }

    /// Runs and their numbers, by slot.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Slot, f64)> + '_ {
        self.slots.iter().zip(self.values.iter().copied())
    }
}

impl Texts {
    /// Sets the text of a run.
    pub(super) fn set(&mut self, slot: Slot, text: &str) {
        let id = self.distinct.learn(text);
        put(&mut self.slots, &mut self.ids, slot, id);
    }

    /// The text of a run.
    pub(super) fn get(&self, slot: Slot) -> Option<&str> {
        let id = self.ids[self.slots.place(slot)?];
        Some(self.distinct.get(id))
    }

    /// Runs and the numbers of their texts, by slot.
    pub(super) fn ids(&self) -> impl Iterator<Item = (Slot, u32)> + '_ {
        self.slots.iter().zip(self.ids.iter().copied())
    }

    /// The texts by their numbers; some may be of no run any more.
    pub(super) fn distinct(&self) -> &Distinct {
        &self.distinct
    }
}

/// Puts a value at its slot.
fn put<T>(slots: &mut Slots, values: &mut Vec<T>, slot: Slot, value: T) {
    match slots.take(slot) {
        Place::At(place) => values[place] = value,
        Place::New(place) if place == values.len() => values.push(value),
        Place::New(place) => values.insert(place, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_again_in_whatever_order_they_came() {
        let (mut numbers, mut texts) = (Numbers::default(), Texts::default());
        for slot in [0, 1, 2, 5, 1, 3, 1, 90, 0] {
            numbers.set(slot, f64::from(slot));
            texts.set(slot, &format!("text {}", slot % 2));
        }
        let set: Vec<_> = numbers.iter().collect();
        assert_eq!(set, [0, 1, 2, 3, 5, 90].map(|slot| (slot, f64::from(slot))));
        assert_eq!((numbers.get(3), numbers.get(4)), (Some(3.0), None));
        assert_eq!(texts.get(90), Some("text 0"));
        assert_eq!(texts.distinct().len(), 2);
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
