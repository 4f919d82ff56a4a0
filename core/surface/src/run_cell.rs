//! What stands in a cell of a table of runs, and which of two cells comes first.

use std::borrow::Cow;
use std::cmp::Ordering;

use flowdeck_client::tracking::{Lifecycle, Run};
use flowdeck_client::{Timestamp, format};

use crate::clock::Clock;
use crate::run_column::{RunAttribute, RunColumn, Value};
use crate::status;
use crate::tone::Tone;

/// Characters that a metric's value takes at most.
pub const NUMBER_WIDTH: usize = 10;

/// A cell as people read it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunCell<'a> {
    /// Its text; empty where the run has no such thing.
    pub text: Cow<'a, str>,
    /// What it means.
    pub tone: Tone,
}

/// The cell of a run in a column. `now` decides how much of a moment is written.
pub fn run_cell<'a>(run: &'a Run, column: &RunColumn, clock: &Clock, now: Timestamp) -> RunCell<'a> {
    if *column == RunColumn::Attribute(RunAttribute::Status) {
        let badge = status::of_run(&run.info.status);
        return RunCell {
            text: format!("{} {}", badge.symbol, badge.word).into(),
            tone: badge.tone,
        };
    }
    let (text, tone) = match column.value(run) {
        Value::Unset => (Cow::Borrowed(""), Tone::Plain),
        Value::Text(text) => (text, text_tone(run, column)),
        Value::Number(number) => {
            let tone = if number.is_finite() {
                Tone::Plain
            } else {
                Tone::Warning
            };
            (format::number(number, NUMBER_WIDTH).into(), tone)
        }
        Value::Time(time) => (clock.compact(time, now).into(), Tone::Muted),
        Value::Millis(millis) => (format::duration(millis).into(), Tone::Muted),
    };
    RunCell { text, tone }
}

fn text_tone(run: &Run, column: &RunColumn) -> Tone {
    match column {
        RunColumn::Attribute(RunAttribute::RunName) if run.info.lifecycle == Lifecycle::Active => Tone::Plain,
        RunColumn::Attribute(_) => Tone::Muted,
        _ => Tone::Plain,
    }
}

/// Which way a column is sorted.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum Direction {
    /// The least first.
    Ascending,
    /// The greatest first.
    Descending,
}

/// A column that a table is sorted by.
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub struct RunSort {
    /// The column.
    pub column: RunColumn,
    /// Which way.
    pub direction: Direction,
}

impl RunSort {
    /// What pressing the sort key on a column does to how it is sorted: numbers and times begin with the greatest, text
    /// with the least; then the other way; then not at all.
    pub fn next(column: &RunColumn, now: Option<Direction>) -> Option<Self> {
        let first = match column {
            RunColumn::Metric(_)
            | RunColumn::Attribute(
                RunAttribute::StartTime | RunAttribute::EndTime | RunAttribute::Duration,
            ) => Direction::Descending,
            _ => Direction::Ascending,
        };
        let direction = match now {
            None => Some(first),
            Some(direction) if direction == first => Some(match first {
                Direction::Ascending => Direction::Descending,
                Direction::Descending => Direction::Ascending,
            }),
            Some(_) => None,
        };
        direction.map(|direction| Self {
            column: column.clone(),
            direction,
        })
    }
}

/// Sorts rows, which are indices into `runs`, by some columns; rows that are equal in all keep their order.
///
/// NaN stands behind every number, and what is unset behind everything, whichever way a column is sorted. Params that
/// are numbers are sorted as numbers.
pub fn sort_rows(rows: &mut [usize], runs: &[Run], by: &[RunSort]) {
    for sort in by.iter().rev() {
        let keys: Vec<Key<'_>> = runs.iter().map(|run| Key::of(sort.column.value(run))).collect();
        rows.sort_by(|&one, &other| keys[one].compare(&keys[other], sort.direction));
    }
}

/// What a cell is sorted by.
enum Key<'a> {
    Number(f64),
    Text(Cow<'a, str>),
    NotANumber,
    Unset,
}

impl<'a> Key<'a> {
    fn of(value: Value<'a>) -> Self {
        let number = |number: f64| {
            if number.is_nan() {
                Self::NotANumber
            } else {
                Self::Number(number)
            }
        };
        match value {
            Value::Unset => Self::Unset,
            Value::Number(value) => number(value),
            Value::Time(time) => Self::Number(time.as_millis() as f64),
            Value::Millis(millis) => Self::Number(millis as f64),
            Value::Text(text) => match text.parse::<f64>() {
                Ok(value) if value.is_finite() => Self::Number(value),
                _ => Self::Text(text),
            },
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Number(_) => 0,
            Self::Text(_) => 1,
            Self::NotANumber => 2,
            Self::Unset => 3,
        }
    }

    fn compare(&self, other: &Self, direction: Direction) -> Ordering {
        let in_order = match (self, other) {
            (Self::Number(one), Self::Number(other)) => one.total_cmp(other),
            (Self::Text(one), Self::Text(other)) => caseless(one).cmp(caseless(other)),
            _ => return self.rank().cmp(&other.rank()),
        };
        match direction {
            Direction::Ascending => in_order,
            Direction::Descending => in_order.reverse(),
        }
    }
}

fn caseless(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use flowdeck_client::tracking::{Metric, Param, RunInfo, RunStatus};

    use super::*;

    fn run(name: &str, acc: Option<f64>, batch: &str) -> Run {
        let mut run = Run::bare(RunInfo {
            id: name.into(),
            experiment_id: "1".into(),
            name: name.to_owned(),
            user_id: "".into(),
            status: RunStatus::Failed,
            start_time: Some(Timestamp(1_700_000_000_000)),
            end_time: Some(Timestamp(1_700_000_012_500)),
            artifact_uri: String::new(),
            lifecycle: Lifecycle::Active,
        });
        run.metrics.extend(acc.map(|value| Metric {
            key: "acc".into(),
            value,
            timestamp: Timestamp(0),
            step: 0,
            origin: None,
        }));
        run.params.push(Param {
            key: "batch".into(),
            value: batch.to_owned(),
        });
        run
    }

    fn runs() -> Vec<Run> {
        vec![
            run("b", Some(0.5), "16"),
            run("A", None, "128"),
            run("c", Some(f64::NAN), "auto"),
            run("d", Some(0.9), "16"),
        ]
    }

    fn sorted(by: &[(&str, Direction)]) -> Vec<usize> {
        let by: Vec<_> = by
            .iter()
            .map(|(column, direction)| RunSort {
                column: RunColumn::parse(column).expect("a column"),
                direction: *direction,
            })
            .collect();
        let mut rows: Vec<usize> = (0..4).collect();
        sort_rows(&mut rows, &runs(), &by);
        rows
    }

    #[test]
    fn what_is_no_number_stands_last_whichever_way_it_is_sorted() {
        assert_eq!(sorted(&[("metrics.acc", Direction::Descending)]), [3, 0, 2, 1]);
        assert_eq!(sorted(&[("metrics.acc", Direction::Ascending)]), [0, 3, 2, 1]);
        assert_eq!(sorted(&[("params.batch", Direction::Ascending)]), [0, 3, 1, 2]);
        assert_eq!(sorted(&[("run_name", Direction::Ascending)]), [1, 0, 2, 3]);
        assert_eq!(
            sorted(&[
                ("params.batch", Direction::Ascending),
                ("metrics.acc", Direction::Descending)
            ]),
            [3, 0, 1, 2]
        );
    }

    #[test]
    fn the_sort_key_goes_round_three_states() {
        let column = RunColumn::parse("metrics.acc").expect("a column");
        let direction = |now| RunSort::next(&column, now).map(|sort| sort.direction);
        assert_eq!(direction(None), Some(Direction::Descending));
        assert_eq!(direction(Some(Direction::Descending)), Some(Direction::Ascending));
        assert_eq!(direction(Some(Direction::Ascending)), None);
    }

    #[test]
    fn cells_read_as_people_write_them_and_a_failure_says_so_in_words() {
        let runs = runs();
        let cell = |run: usize, column: &str| {
            let column = RunColumn::parse(column).expect("a column");
            let cell = run_cell(&runs[run], &column, &Clock::utc(), Timestamp(1_700_000_100_000));
            (cell.text.into_owned(), cell.tone)
        };
        assert_eq!(cell(0, "status"), ("✗ FAILED".to_owned(), Tone::Bad));
        assert_eq!(cell(0, "start_time"), ("22:13:20".to_owned(), Tone::Muted));
        assert_eq!(cell(0, "duration"), ("12.5 s".to_owned(), Tone::Muted));
        assert_eq!(cell(2, "metrics.acc"), ("NaN".to_owned(), Tone::Warning));
        assert_eq!(cell(1, "metrics.acc"), (String::new(), Tone::Plain));
    }
}
