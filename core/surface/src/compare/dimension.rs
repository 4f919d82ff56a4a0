//! What runs have in one column, as places along an axis: numbers as they are, anything else as categories.

use std::collections::BTreeSet;

use flowdeck_client::Timestamp;
use flowdeck_client::series::Span;

use super::RunComparison;
use crate::chart::{Scale, ScaleKind, with_room};
use crate::clock::Clock;
use crate::run_column::{RunAttribute, RunColumn, Value};
use crate::run_table::ColumnId;
use crate::ticks::{Tick, duration_ticks, time_ticks};

/// Texts that stand for a number that is not there, beside texts that are numbers.
const NO_NUMBER: [&str; 6] = ["", "none", "null", "nan", "na", "n/a"];

/// What runs have in one column, as places along an axis.
#[derive(Clone, Debug)]
pub struct Dimension {
    id: ColumnId,
    column: RunColumn,
    readings: Vec<Reading>,
    /// Its categories in order; none where it has numbers.
    categories: Vec<String>,
    unit: Unit,
    is_log: bool,
}

/// What one run has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reading {
    /// Nothing.
    Unset,
    /// NaN, or a word for no number among numbers.
    NotANumber,
    /// An infinity.
    Infinite,
    /// This number, or the category of this number.
    At(f64),
}

/// What is counted along an axis.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Unit {
    Number,
    Category,
    Millis,
    Moment,
}

/// How many runs have no place on an axis, by why.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Missing {
    /// Nothing was logged.
    pub n_unset: usize,
    /// It is no number.
    pub n_nan: usize,
    /// It is infinite.
    pub n_infinite: usize,
    /// It is not above 0, and the axis is logarithmic.
    pub n_not_positive: usize,
}

impl Dimension {
    /// What the compared runs have in a column. Texts that are all numbers are taken as such, `None` among them as none.
    pub fn of(comparison: &RunComparison, id: ColumnId) -> Self {
        let table = comparison.table();
        let column = table.catalog().column(id).clone();
        let values: Vec<Value<'_>> = table.listed().iter().map(|slot| table.value(*slot, id)).collect();
        let unit = match &column {
            RunColumn::Attribute(RunAttribute::StartTime | RunAttribute::EndTime) => Unit::Moment,
            RunColumn::Attribute(RunAttribute::Duration) => Unit::Millis,
            _ if are_numbers(&values) => Unit::Number,
            _ => Unit::Category,
        };
        let mut categories = Vec::new();
        if unit == Unit::Category {
            let texts: BTreeSet<&str> = values.iter().filter_map(text_of).collect();
            categories.extend(texts.into_iter().map(str::to_owned));
        }
        let readings = values.iter().map(|value| reading(value, &categories)).collect();
        Self {
            id,
            column,
            readings,
            categories,
            unit,
            is_log: false,
        }
    }

    /// Its column.
    pub fn id(&self) -> ColumnId {
        self.id
    }

    /// Its column, by family and key.
    pub fn column(&self) -> &RunColumn {
        &self.column
    }

    /// Its name, without the family.
    pub fn title(&self) -> &str {
        self.column.title()
    }

    /// Its categories in order; none where it has numbers.
    pub fn categories(&self) -> &[String] {
        &self.categories
    }

    /// Whether its values are categories.
    pub fn is_categorical(&self) -> bool {
        self.unit == Unit::Category
    }

    /// Whether it is logarithmic.
    pub fn is_log(&self) -> bool {
        self.is_log
    }

    /// Makes it logarithmic or linear; answers whether it can be: it needs numbers, and one above 0.
    pub fn toggle_log(&mut self) -> bool {
        let can_be = self.unit != Unit::Category
            && self.unit != Unit::Moment
            && self
                .readings
                .iter()
                .any(|reading| matches!(reading, Reading::At(value) if *value > 0.0));
        self.is_log = can_be && !self.is_log;
        can_be
    }

    /// Keeps to a logarithmic axis where that was wanted of another column.
    pub fn with_log(mut self, is_log: bool) -> Self {
        if is_log {
            self.toggle_log();
        }
        self
    }

    /// How many runs there are.
    pub fn n_runs(&self) -> usize {
        self.readings.len()
    }

    /// What a run has.
    pub fn reading(&self, run: usize) -> Reading {
        self.readings.get(run).copied().unwrap_or(Reading::Unset)
    }

    /// The number of a run that has a place on the axis.
    pub fn value(&self, run: usize) -> Option<f64> {
        match self.reading(run) {
            Reading::At(value) if !self.is_log || value > 0.0 => Some(value),
            _ => None,
        }
    }

    /// How many runs have no place on it, by why.
    pub fn missing(&self) -> Missing {
        let mut missing = Missing::default();
        for reading in &self.readings {
            match reading {
                Reading::Unset => missing.n_unset += 1,
                Reading::NotANumber => missing.n_nan += 1,
                Reading::Infinite => missing.n_infinite += 1,
                Reading::At(value) => missing.n_not_positive += usize::from(self.is_log && *value <= 0.0),
            }
        }
        missing
    }

    /// The stretch that the values take; none where no run has a place.
    pub fn span(&self) -> Option<Span> {
        let values: Vec<f64> = (0..self.readings.len())
            .filter_map(|run| self.value(run))
            .collect();
        Span::of(&values)
    }

    fn kind(&self) -> ScaleKind {
        if self.is_log {
            ScaleKind::Log
        } else {
            ScaleKind::Linear
        }
    }

    /// The axis from the least value to the greatest.
    pub fn scale(&self) -> Option<Scale> {
        Some(Scale::over(self.kind(), self.span()?))
    }

    /// The axis with a little room at both ends.
    pub fn roomy_scale(&self) -> Option<Scale> {
        let span = self.span()?;
        let span = match self.unit {
            Unit::Category => Span {
                min: span.min - 0.5,
                max: span.max + 0.5,
            },
            _ => with_room(self.kind(), span, Some(span.min).filter(|least| *least > 0.0)),
        };
        Some(Scale::over(self.kind(), span))
    }

    /// Marks of an axis of this scale, some `n_most` at most.
    pub fn ticks(&self, scale: &Scale, n_most: usize, clock: &Clock) -> Vec<Tick> {
        match self.unit {
            Unit::Category => {
                let every = self.categories.len().div_ceil(n_most.max(1)).max(1);
                let named = self.categories.iter().enumerate().step_by(every);
                named
                    .map(|(place, name)| Tick {
                        at: place as f64,
                        label: name.clone(),
                    })
                    .collect()
            }
            Unit::Moment => time_ticks(scale.span(), n_most, clock),
            Unit::Millis if !self.is_log => duration_ticks(scale.span(), n_most),
            _ => scale.ticks(n_most),
        }
    }

    /// A place of the axis as people write it, in about seven characters.
    pub fn written(&self, value: f64, clock: &Clock) -> String {
        match self.unit {
            Unit::Category => {
                let name = self.categories.get(value.round().max(0.0) as usize);
                name.cloned().unwrap_or_default()
            }
            Unit::Moment => clock.minute(Timestamp(value as i64)),
            Unit::Millis => flowdeck_client::format::duration(value as i64),
            Unit::Number => flowdeck_client::format::number(value, 7),
        }
    }
}

impl Missing {
    /// How many in all.
    pub fn total(&self) -> usize {
        self.n_unset + self.n_nan + self.n_infinite + self.n_not_positive
    }

    /// In a few words: `2 without, 1 NaN`; nothing where every run has a place.
    pub fn words(&self) -> String {
        let parts = [
            (self.n_unset, "without"),
            (self.n_nan, "NaN"),
            (self.n_infinite, "infinite"),
            (self.n_not_positive, "not above 0"),
        ];
        let told = parts.iter().filter(|(number, _)| *number > 0);
        let told: Vec<String> = told.map(|(number, word)| format!("{number} {word}")).collect();
        told.join(", ")
    }
}

fn text_of<'a>(value: &'a Value<'_>) -> Option<&'a str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn is_no_number(text: &str) -> bool {
    NO_NUMBER
        .iter()
        .any(|word| text.trim().eq_ignore_ascii_case(word))
}

/// Whether all values are numbers, and one is.
fn are_numbers(values: &[Value<'_>]) -> bool {
    let mut any = false;
    values.iter().all(|value| match value {
        Value::Unset => true,
        Value::Text(text) => match text.trim().parse::<f64>() {
            Ok(_) => {
                any = true;
                true
            }
            Err(_) => is_no_number(text),
        },
        _ => {
            any = true;
            true
        }
    }) && any
}

fn reading(value: &Value<'_>, categories: &[String]) -> Reading {
    let number = |number: f64| match number {
        _ if number.is_nan() => Reading::NotANumber,
        _ if number.is_infinite() => Reading::Infinite,
        _ => Reading::At(number),
    };
    match value {
        Value::Unset => Reading::Unset,
        Value::Number(value) => number(*value),
        Value::Time(time) => Reading::At(time.as_millis() as f64),
        Value::Millis(millis) => Reading::At(*millis as f64),
        Value::Text(text) if categories.is_empty() => {
            text.trim().parse::<f64>().map_or(Reading::NotANumber, number)
        }
        Value::Text(text) => {
            let found = categories.binary_search_by(|category| category.as_str().cmp(text));
            found.map_or(Reading::Unset, |place| Reading::At(place as f64))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, comparison};
    use super::*;

    fn dimension(values: &[&str]) -> Dimension {
        let runs = values.iter().map(|value| vec![("p", *value)]);
        let comparison = comparison(&runs.collect::<Vec<_>>(), &vec![vec![]; values.len()]);
        Dimension::of(&comparison, column(&comparison, "params.p"))
    }

    #[test]
    fn texts_that_are_numbers_stand_as_numbers_and_none_among_them_is_counted_apart() {
        let own = dimension(&["0.1", "1e-3", "None", "10"]);
        assert!(!own.is_categorical());
        assert_eq!(own.value(1), Some(0.001));
        assert_eq!((own.value(2), own.missing().words()), (None, "1 NaN".to_owned()));
        assert_eq!(
            own.span(),
            Some(Span {
                min: 0.001,
                max: 10.0
            })
        );
    }

    #[test]
    fn other_texts_are_categories_in_order() {
        let own = dimension(&["sgd", "adam", "sgd", "10"]);
        assert_eq!(own.categories(), ["10", "adam", "sgd"]);
        assert_eq!((own.value(0), own.value(1)), (Some(2.0), Some(1.0)));
        let scale = own.roomy_scale().expect("there are runs");
        assert_eq!(scale.span(), Span { min: -0.5, max: 2.5 });
        let ticks = own.ticks(&scale, 9, &Clock::utc());
        let labels: Vec<_> = ticks.iter().map(|tick| tick.label.as_str()).collect();
        assert_eq!(labels, ["10", "adam", "sgd"]);
    }

    #[test]
    fn a_logarithmic_axis_leaves_out_what_is_not_above_zero_and_says_so() {
        let mut own = dimension(&["0", "-1", "10", "1000"]);
        assert!(own.toggle_log());
        assert_eq!((own.value(0), own.value(2)), (None, Some(10.0)));
        assert_eq!(own.missing().words(), "2 not above 0");
        let scale = own.scale().expect("two have a place");
        assert!((scale.share(100.0) - 0.5).abs() < 1e-9);
        assert!(!dimension(&["a", "b"]).toggle_log());
        assert!(!dimension(&["0", "-1"]).toggle_log());
    }

    #[test]
    fn runs_without_any_value_leave_no_axis() {
        let own = dimension(&["nan", "inf"]);
        assert_eq!(own.missing().words(), "1 NaN, 1 infinite");
        assert!(own.scale().is_none() && own.roomy_scale().is_none());
    }
}
