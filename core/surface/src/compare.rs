//! Some runs side by side: a line for each key, a column for each run, and what differs among them.
//!
//! It stands on the table of runs turned by a quarter: values, the best of a metric and what is said beside a baseline
//! are the same there and here. [`Scatter`], [`Parallel`] and [`BoxPlot`] draw the same runs by their columns.

mod boxes;
mod dimension;
mod hue;
mod parallel;
mod scatter;
mod telling;
#[cfg(test)]
mod testing;
mod text_diff;

use flowdeck_client::Timestamp;
use flowdeck_client::tracking::{Run, RunInfo};

use crate::clock::Clock;
use crate::fuzzy::Fuzzy;
use crate::run_column::{RunAttribute, RunColumn, Value};
use crate::run_table::{ColumnId, RunTable, SYSTEM_TAGS, Settings, Shown, Slot};

pub use boxes::{BoxGroup, BoxOrder, BoxPlot, FiveNumbers};
pub use dimension::{Dimension, Missing, Reading};
pub use hue::{Hue, Hues};
pub use parallel::{Axis, Bound, Parallel};
pub use scatter::{Heading, Point, Scatter, Side};
pub use text_diff::{DiffForm, DiffLayout, DiffLine, TextDiff};

/// Runs side by side.
#[derive(Debug, Default)]
pub struct RunComparison {
    table: RunTable,
    rows: Vec<CompareRow>,
    words: String,
    shows_all: bool,
    counts: (usize, usize),
}

/// A line of the comparison.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CompareRow {
    /// The title over the keys of a family.
    Title(&'static str),
    /// A key.
    Key(ColumnId),
}

/// The families in the order they are shown, and what they are called.
const FAMILIES: [(&str, &str); 4] = [
    ("Runs", "attributes"),
    ("Params", "params"),
    ("Metrics", "metrics"),
    ("Tags", "tags"),
];

impl RunComparison {
    /// Lays runs side by side, of which everything was read; what was asked of an earlier comparison stays.
    pub fn show(&mut self, runs: Vec<Run>) {
        self.table.learn(&runs);
        self.table.begin_reading(None);
        self.table.take(runs);
        self.table.finish_reading();
        self.list();
    }

    /// How many runs there are.
    pub fn n_runs(&self) -> usize {
        self.table.listed().len()
    }

    /// A run, by its place.
    pub fn run(&self, place: usize) -> Option<&RunInfo> {
        self.table.listed().get(place).map(|slot| self.table.info(*slot))
    }

    /// A run's name, or its id where it has none.
    pub fn name(&self, place: usize) -> &str {
        match self.run(place) {
            Some(info) if info.name.is_empty() => info.id.as_str(),
            Some(info) => &info.name,
            None => "",
        }
    }

    /// What a run has, by its place, exactly as it was logged.
    pub fn exact_of(&self, place: usize, id: ColumnId) -> String {
        let slot = self.table.listed().get(place);
        slot.map(|slot| self.exact(*slot, id)).unwrap_or_default()
    }

    /// The lines.
    pub fn rows(&self) -> &[CompareRow] {
        &self.rows
    }

    /// How many keys are listed, and how many there are.
    pub fn counts(&self) -> (usize, usize) {
        self.counts
    }

    /// The table that it stands on.
    pub fn table(&self) -> &RunTable {
        &self.table
    }

    /// Whether keys in which all runs are the same are listed, too.
    pub fn shows_all(&self) -> bool {
        self.shows_all
    }

    /// Lists keys in which all runs are the same, or leaves them out.
    pub fn toggle_all(&mut self) {
        self.shows_all = !self.shows_all;
        self.list();
    }

    /// The words that keys must have.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// Lists only keys that have these words.
    pub fn find(&mut self, words: &str) {
        words.clone_into(&mut self.words);
        self.list();
    }

    /// Holds the others against a run, or against none.
    pub fn toggle_baseline(&mut self, place: usize) {
        self.table.toggle_baseline(place);
    }

    /// Changes how values are judged and held against each other.
    pub fn change(&mut self, change: impl FnOnce(&mut Settings)) {
        self.table.change(change);
    }

    /// Goes round what is said beside the baseline.
    pub fn step_delta(&mut self) {
        self.table
            .change(|settings| settings.delta = settings.delta.next());
    }

    /// Declares which values of a metric are good.
    pub fn step_goal(&mut self, id: ColumnId) {
        self.table.step_goal(id);
    }

    /// What stands in a cell.
    pub fn cell(&self, place: usize, id: ColumnId, clock: &Clock, now: Timestamp) -> Shown<'_> {
        self.table.cell(place, id, clock, now)
    }

    /// Whether two runs differ in a key.
    pub fn differs(&self, id: ColumnId) -> bool {
        let values = || self.table.listed().iter().map(|slot| self.table.value(*slot, id));
        let Some(first) = values().next() else {
            return false;
        };
        let is_same = |one: &Value<'_>, other: &Value<'_>| match (one, other) {
            (Value::Number(one), Value::Number(other)) => one == other || (one.is_nan() && other.is_nan()),
            _ => one == other,
        };
        values().any(|value| !is_same(&first, &value))
    }

    /// The comparison as CSV: a line for each key that is listed, a column for each of these runs.
    pub fn csv(&self, places: &[usize]) -> String {
        let mut text = String::from("key");
        for place in places {
            text.push(',');
            text.push_str(&quoted(self.run(*place).map_or("", |info| info.id.as_str())));
        }
        text.push('\n');
        for row in &self.rows {
            let CompareRow::Key(id) = row else { continue };
            text.push_str(&quoted(&self.table.catalog().column(*id).to_string()));
            for place in places {
                text.push(',');
                text.push_str(&quoted(&self.exact_of(*place, *id)));
            }
            text.push('\n');
        }
        text
    }

    /// Some columns as CSV: a line for each of these runs.
    pub fn csv_of(&self, places: &[usize], columns: &[ColumnId]) -> String {
        let mut text = String::from("run_id,run_name");
        for id in columns {
            text.push(',');
            text.push_str(&quoted(&self.table.catalog().column(*id).to_string()));
        }
        text.push('\n');
        for place in places {
            let id = self.run(*place).map_or("", |info| info.id.as_str());
            text.push_str(&quoted(id));
            text.push(',');
            text.push_str(&quoted(self.name(*place)));
            for id in columns {
                text.push(',');
                text.push_str(&quoted(&self.exact_of(*place, *id)));
            }
            text.push('\n');
        }
        text
    }

    /// What a run has, exactly as it was logged.
    pub fn exact(&self, slot: Slot, id: ColumnId) -> String {
        match self.table.value(slot, id) {
            Value::Unset => String::new(),
            Value::Text(text) => text.into_owned(),
            Value::Number(number) => flowdeck_client::format::exact(number),
            Value::Time(time) => time.as_millis().to_string(),
            Value::Millis(millis) => millis.to_string(),
        }
    }

    fn list(&mut self) {
        self.rows.clear();
        self.counts = (0, 0);
        let mut fuzzy = Fuzzy::of_paths(&self.words);
        for (title, family) in FAMILIES {
            let mut keys: Vec<ColumnId> = Vec::new();
            for id in self.table.catalog().ids() {
                let column = self.table.catalog().column(id);
                if crate::run_table::chooser::family_of(column) != family || !is_compared(column) {
                    continue;
                }
                self.counts.1 += 1;
                let is_wanted = self.shows_all || self.differs(id);
                if is_wanted && fuzzy.score(column.title()).is_some() {
                    keys.push(id);
                }
            }
            if family != "attributes" {
                keys.sort_by_key(|id| self.table.catalog().column(*id).title().to_owned());
            }
            self.counts.0 += keys.len();
            if !keys.is_empty() {
                self.rows.push(CompareRow::Title(title));
                self.rows.extend(keys.into_iter().map(CompareRow::Key));
            }
        }
    }
}

/// Whether a key tells something of a run: its name stands over it, and MLflow's own tags repeat what is there.
fn is_compared(column: &RunColumn) -> bool {
    match column {
        RunColumn::Attribute(attribute) => matches!(
            attribute,
            RunAttribute::Status
                | RunAttribute::StartTime
                | RunAttribute::Duration
                | RunAttribute::UserId
                | RunAttribute::Datasets
                | RunAttribute::ExperimentId
        ),
        RunColumn::Tag(key) => !key.starts_with(SYSTEM_TAGS),
        RunColumn::Metric(_) | RunColumn::Param(_) => true,
    }
}

/// What stands so many places further in a list, round its ends; the first where `from` is not in it.
fn step_round(list: &[usize], from: usize, by: isize) -> Option<usize> {
    let n_all = list.len() as isize;
    let next = match list.iter().position(|own| *own == from) {
        Some(place) => (place as isize + by).rem_euclid(n_all.max(1)),
        None => 0,
    };
    list.get(next as usize).copied()
}

fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use flowdeck_client::tracking::{Lifecycle, Metric, Param, RunStatus};

    use super::*;

    fn run(id: &str, loss: f64, lr: &str) -> Run {
        let mut run = Run::bare(RunInfo {
            id: id.into(),
            experiment_id: "1".into(),
            name: id.to_owned(),
            user_id: "ada".into(),
            status: RunStatus::Finished,
            start_time: None,
            end_time: None,
            artifact_uri: String::new(),
            lifecycle: Lifecycle::Active,
        });
        run.metrics = vec![metric("loss", loss), metric("same", f64::NAN)];
        run.params = vec![param("lr", lr), param("seed", "1")];
        run
    }

    fn metric(key: &str, value: f64) -> Metric {
        Metric {
            key: key.into(),
            value,
            timestamp: Timestamp(0),
            step: 0,
            origin: None,
        }
    }

    fn param(key: &str, value: &str) -> Param {
        Param {
            key: key.into(),
            value: value.to_owned(),
        }
    }

    fn listed(comparison: &RunComparison) -> Vec<String> {
        let name = |row: &CompareRow| match row {
            CompareRow::Title(title) => format!("[{title}]"),
            CompareRow::Key(id) => comparison.table().catalog().column(*id).title().to_owned(),
        };
        comparison.rows().iter().map(name).collect()
    }

    #[test]
    fn only_keys_in_which_runs_differ_are_listed_until_all_are_wanted() {
        let mut comparison = RunComparison::default();
        comparison.show(vec![
            run("a", 0.1, "0.1"),
            run("b", 0.2, "0.2"),
            run("c", 0.1, "0.1"),
        ]);
        assert_eq!(listed(&comparison), ["[Params]", "lr", "[Metrics]", "loss"]);
        comparison.toggle_all();
        assert!(listed(&comparison).contains(&"seed".to_owned()));
        assert!(listed(&comparison).contains(&"same".to_owned()));
        comparison.find("los");
        assert_eq!(listed(&comparison), ["[Metrics]", "loss"]);
    }

    #[test]
    fn the_comparison_is_written_as_it_is_listed() {
        let mut comparison = RunComparison::default();
        comparison.show(vec![run("a", 0.1, "x,y"), run("b", 0.2, "z")]);
        assert_eq!(
            comparison.csv(&[0, 1]),
            "key,a,b\nparams.lr,\"x,y\",z\nmetrics.loss,0.1,0.2\n"
        );
        let loss = comparison.metrics()[0];
        assert_eq!(
            comparison.csv_of(&[1], &[loss]),
            "run_id,run_name,metrics.loss\nb,b,0.2\n"
        );
    }
}
