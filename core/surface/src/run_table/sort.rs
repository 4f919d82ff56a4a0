//! Which of two runs comes first.

use std::cmp::Ordering;

use super::catalog::ColumnId;
use super::cells::{Cells, Slot};
use super::data::RunData;
use crate::run_cell::Direction;
use crate::run_column::Value;

/// What a cell is sorted by. NaN stands behind every number, and what is unset behind everything, whichever way a
/// column is sorted.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub(super) struct SortKey {
    class: Class,
    place: u64,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
enum Class {
    Number,
    Text,
    NotANumber,
    Unset,
}

const UNSET: SortKey = SortKey {
    class: Class::Unset,
    place: 0,
};

impl SortKey {
    fn of_number(number: f64) -> Self {
        if number.is_nan() {
            return Self {
                class: Class::NotANumber,
                place: 0,
            };
        }
        // Zero has two signs and is one number.
        let bits = (number + 0.0).to_bits();
        // Numbers in the order of their bits: negative ones turned around, positive ones behind them.
        let place = if bits >> 63 == 1 { !bits } else { bits | 1 << 63 };
        Self {
            class: Class::Number,
            place,
        }
    }

    fn directed(self, direction: Direction) -> Self {
        match (self.class, direction) {
            (Class::Number | Class::Text, Direction::Descending) => Self {
                place: !self.place,
                ..self
            },
            _ => self,
        }
    }
}

/// The number behind an optional value, for things that are sorted beside runs.
pub(super) fn number_key(number: Option<f64>, direction: Direction) -> SortKey {
    number.map_or(UNSET, SortKey::of_number).directed(direction)
}

/// What each run is sorted by in a column, by slot. Params that are numbers are sorted as numbers, texts without regard
/// to capitals.
pub(super) fn keys(data: &RunData, id: ColumnId, direction: Direction) -> Vec<SortKey> {
    let mut keys = vec![UNSET; data.n_slots()];
    match data.cells(id) {
        Some(Cells::Numbers(numbers)) => {
            for (slot, value) in numbers.iter() {
                keys[slot as usize] = SortKey::of_number(value).directed(direction);
            }
        }
        Some(Cells::Texts(texts)) => {
            let places = ranked(texts.distinct().iter());
            for (slot, text) in texts.ids() {
                keys[slot as usize] = places[text as usize].directed(direction);
            }
        }
        None => of_infos(data, id, direction, &mut keys),
    }
    keys
}

fn of_infos(data: &RunData, id: ColumnId, direction: Direction, keys: &mut [SortKey]) {
    let values: Vec<_> = data.order.iter().map(|&slot| data.value(slot, id)).collect();
    let texts = values.iter().map(|value| match value {
        Value::Text(text) => &**text,
        _ => "",
    });
    let is_text = values.iter().any(|value| matches!(value, Value::Text(_)));
    let ranked = if is_text { ranked(texts) } else { Vec::new() };
    for (place, (&slot, value)) in data.order.iter().zip(&values).enumerate() {
        let key = match value {
            Value::Unset => UNSET,
            Value::Text(_) => ranked[place],
            Value::Number(number) => SortKey::of_number(*number),
            Value::Time(time) => SortKey::of_number(time.as_millis() as f64),
            Value::Millis(millis) => SortKey::of_number(*millis as f64),
        };
        keys[slot as usize] = key.directed(direction);
    }
}

/// The key of each of some texts: equal ones have the same.
fn ranked<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<SortKey> {
    let mut keys: Vec<SortKey> = Vec::new();
    let mut words: Vec<(String, usize)> = Vec::new();
    for (place, text) in texts.enumerate() {
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => keys.push(SortKey::of_number(number)),
            _ => {
                words.push((text.to_lowercase(), place));
                keys.push(UNSET);
            }
        }
    }
    words.sort_unstable();
    let mut rank = 0;
    let mut before: Option<&str> = None;
    for (word, place) in &words {
        rank += u64::from(before.is_some_and(|before| before != word));
        before = Some(word);
        keys[*place] = SortKey {
            class: Class::Text,
            place: rank,
        };
    }
    keys
}

/// Sorts runs by some keys, the first of them first; runs that are equal in all keep their order.
pub(super) fn sort(rows: &mut [Slot], by: &[Vec<SortKey>]) {
    match by {
        [] => {}
        [keys] => rows.sort_by_key(|&slot| keys[slot as usize]),
        _ => rows.sort_by(|&one, &other| {
            by.iter()
                .map(|keys| keys[one as usize].cmp(&keys[other as usize]))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, listed, run, table};
    use crate::run_cell::{Direction, RunSort};

    fn sorted(by: &[(&str, Direction)]) -> Vec<String> {
        let mut table = table(vec![
            run("b", &[("acc", 0.5)], &[("batch", "16")]),
            run("A", &[], &[("batch", "128")]),
            run("c", &[("acc", f64::NAN)], &[("batch", "auto")]),
            run("d", &[("acc", 0.9)], &[("batch", "16")]),
            run("e", &[("acc", f64::NEG_INFINITY)], &[]),
        ]);
        let sort = by.iter().map(|(name, direction)| RunSort {
            column: column(name),
            direction: *direction,
        });
        let sort = sort.collect();
        table.change(|settings| settings.sort = sort);
        listed(&table)
    }

    #[test]
    fn nan_and_what_is_missing_stand_last_whichever_way_it_is_sorted() {
        use Direction::{Ascending, Descending};
        for (by, expected) in [
            (vec![("metrics.acc", Ascending)], ["e", "b", "d", "c", "A"]),
            (vec![("metrics.acc", Descending)], ["d", "b", "e", "c", "A"]),
            (vec![("params.batch", Ascending)], ["b", "d", "A", "c", "e"]),
            (vec![("params.batch", Descending)], ["A", "b", "d", "c", "e"]),
            (
                vec![("params.batch", Ascending), ("metrics.acc", Descending)],
                ["d", "b", "A", "c", "e"],
            ),
            (vec![("run_name", Ascending)], ["A", "b", "c", "d", "e"]),
            (vec![("run_name", Descending)], ["e", "d", "c", "b", "A"]),
        ] {
            assert_eq!(sorted(&by), expected, "{by:?}");
        }
    }
}
