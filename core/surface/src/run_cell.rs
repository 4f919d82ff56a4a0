//! What stands in a cell of a table of runs, and which way a column is sorted.

use std::borrow::Cow;

use flowdeck_client::tracking::{Lifecycle, RunInfo};
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

/// The cell of a run that has this value in a column. `now` decides how much of a moment is written.
pub fn cell_of<'a>(
    info: &RunInfo,
    column: &RunColumn,
    value: Value<'a>,
    clock: &Clock,
    now: Timestamp,
) -> RunCell<'a> {
    if *column == RunColumn::Attribute(RunAttribute::Status) {
        let badge = status::of_run(&info.status);
        return RunCell {
            text: format!("{} {}", badge.symbol, badge.word).into(),
            tone: badge.tone,
        };
    }
    let (text, tone) = match value {
        Value::Unset => (Cow::Borrowed(""), Tone::Plain),
        Value::Text(text) => (text, text_tone(info, column)),
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

fn text_tone(info: &RunInfo, column: &RunColumn) -> Tone {
    match column {
        RunColumn::Attribute(RunAttribute::RunName) if info.lifecycle == Lifecycle::Active => Tone::Plain,
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

#[cfg(test)]
mod tests {
    use flowdeck_client::tracking::{Metric, Param, Run, RunStatus};

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
        let runs = [
            run("b", Some(0.5), "16"),
            run("A", None, "128"),
            run("c", Some(f64::NAN), "auto"),
        ];
        let cell = |run: usize, column: &str| {
            let (run, column) = (&runs[run], RunColumn::parse(column).expect("a column"));
            let now = Timestamp(1_700_000_100_000);
            let cell = cell_of(&run.info, &column, column.value(run), &Clock::utc(), now);
            (cell.text.into_owned(), cell.tone)
        };
        assert_eq!(cell(0, "status"), ("✗ FAILED".to_owned(), Tone::Bad));
        assert_eq!(cell(0, "start_time"), ("22:13:20".to_owned(), Tone::Muted));
        assert_eq!(cell(0, "duration"), ("12.5 s".to_owned(), Tone::Muted));
        assert_eq!(cell(2, "metrics.acc"), ("NaN".to_owned(), Tone::Warning));
        assert_eq!(cell(1, "metrics.acc"), (String::new(), Tone::Plain));
    }
}
