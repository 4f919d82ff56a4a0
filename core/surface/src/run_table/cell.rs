//! What stands in one cell: a value, what it is beside the baseline's, what a group says.

use std::borrow::Cow;

use flowdeck_client::tracking::RunStatus;
use flowdeck_client::{Timestamp, format};

use super::best::best;
use super::group::common_text;
use super::settings::{Delta, Statistic};
use super::{ColumnId, Line, RunTable, Slot};
use crate::clock::Clock;
use crate::run_cell::{Direction, NUMBER_WIDTH, RunCell, cell_of};
use crate::run_column::{RunAttribute, RunColumn, Value};
use crate::status;
use crate::tone::Tone;

/// What stands in a cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown<'a> {
    /// Its text.
    pub text: Cow<'a, str>,
    /// What it means.
    pub tone: Tone,
    /// Whether it is the best value of its column.
    pub is_best: bool,
}

/// Stands for the best value, so that its colour is not its only sign.
const BEST: char = '★';

impl RunTable {
    /// What stands in a cell. `now` decides how much of a moment is written.
    pub fn cell(&self, line: usize, id: ColumnId, clock: &Clock, now: Timestamp) -> Shown<'_> {
        match self.line(line) {
            Some(Line::Run { slot, .. }) => self.run_cell(line, slot, id, clock, now),
            Some(Line::Group { group, is_folded }) => self.group_cell(group, is_folded, id, clock, now),
            None => Shown::default(),
        }
    }

    fn run_cell(&self, line: usize, slot: Slot, id: ColumnId, clock: &Clock, now: Timestamp) -> Shown<'_> {
        let (column, value) = (self.catalog().column(id), self.value(slot, id));
        if value == Value::Unset && !self.is_known(id) {
            return Shown {
                text: "…".into(),
                tone: Tone::Muted,
                is_best: false,
            };
        }
        let RunCell { text, tone } = cell_of(self.info(slot), column, value.clone(), clock, now);
        let mut shown = Shown {
            text,
            tone,
            is_best: false,
        };
        if super::layout::is_name(column) {
            shown.text = format!("{}{}", self.branch(line), shown.text).into();
            return shown;
        }
        if let Value::Number(number) = value {
            shown.is_best = self.best(id) == Some(number);
        }
        self.hold_against_baseline(slot, id, &value, &mut shown);
        if shown.is_best {
            shown.text = format!("{BEST}{}", shown.text).into();
            shown.tone = Tone::Good;
        }
        shown
    }

    /// The indentation of a nested run, and whether what stands below it is folded.
    fn branch(&self, line: usize) -> String {
        let Some(Line::Run {
            depth,
            n_children,
            is_folded,
            ..
        }) = self.line(line)
        else {
            return String::new();
        };
        let fold = match (self.is_tree, n_children, is_folded) {
            (false, ..) => "",
            (true, 0, _) => "  ",
            (true, _, true) => "▸ ",
            (true, _, false) => "▾ ",
        };
        "  ".repeat(usize::from(depth)) + fold
    }

    /// The best value of a column over the runs that are listed.
    pub fn best(&self, id: ColumnId) -> Option<f64> {
        let goal = self.judged(id)?.goal();
        let mut known = self.known.borrow_mut();
        *known.best.entry(id).or_insert_with(|| {
            let is_listed = |slot: Slot| self.is_listed.get(slot as usize).copied().unwrap_or(false);
            best(self.data.cells(id)?, goal, is_listed)
        })
    }

    /// The run that others are held against, where it was seen.
    pub fn baseline(&self) -> Option<Slot> {
        self.slot(self.settings.baseline.as_ref()?)
    }

    fn hold_against_baseline(&self, slot: Slot, id: ColumnId, value: &Value<'_>, shown: &mut Shown<'_>) {
        let Some(baseline) = self.baseline().filter(|baseline| *baseline != slot) else {
            return;
        };
        let of_baseline = self.value(baseline, id);
        match (value, &of_baseline) {
            (Value::Number(one), Value::Number(other)) if one.is_finite() && other.is_finite() => {
                if let Some(text) = beside(*one, *other, self.settings.delta) {
                    shown.text = text.into();
                }
                let goal = self.judged(id).map(super::Judged::goal);
                shown.tone = match goal {
                    Some(goal) if goal.is_better(*one, *other) => Tone::Good,
                    Some(goal) if goal.is_better(*other, *one) => Tone::Bad,
                    _ => shown.tone,
                };
            }
            (Value::Text(one), Value::Text(other)) if is_logged(self.catalog().column(id)) => {
                shown.tone = if one == other { Tone::Muted } else { Tone::Accent };
            }
            _ => {}
        }
    }

    fn group_cell(
        &self,
        group: usize,
        is_folded: bool,
        id: ColumnId,
        clock: &Clock,
        now: Timestamp,
    ) -> Shown<'_> {
        let column = self.catalog().column(id);
        let plain = |text: String, tone| Shown {
            text: text.into(),
            tone,
            is_best: false,
        };
        match column {
            _ if super::layout::is_name(column) => {
                let mark = if is_folded { '▸' } else { '▾' };
                let size = format::count(self.group_size(group));
                plain(
                    format!("{mark} {} ({size})", self.group_title(group)),
                    Tone::Accent,
                )
            }
            RunColumn::Metric(_) | RunColumn::Attribute(RunAttribute::Duration) => {
                let summary = self.summary(group, id).unwrap_or_default();
                let is_time = !matches!(column, RunColumn::Metric(_));
                plain(
                    summarised(&summary, self.settings.statistic, is_time),
                    Tone::Accent,
                )
            }
            RunColumn::Attribute(RunAttribute::Status) => plain(self.statuses(group), Tone::Muted),
            _ => match common_text(&self.groups[group], &self.data, id) {
                Some(value) => {
                    let first = self.groups[group].rows[0];
                    let cell = cell_of(self.info(first), column, value, clock, now);
                    plain(cell.text.into_owned(), Tone::Muted)
                }
                None => Shown::default(),
            },
        }
    }

    /// How the runs of a group stand: `3 ✓ 1 ✗`.
    fn statuses(&self, group: usize) -> String {
        let mut counts: Vec<(&RunStatus, usize)> = Vec::new();
        for &slot in &self.groups[group].rows {
            let status = &self.info(slot).status;
            match counts.iter_mut().find(|(known, _)| *known == status) {
                Some((_, count)) => *count += 1,
                None => counts.push((status, 1)),
            }
        }
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let parts = counts
            .iter()
            .map(|(status, count)| format!("{count} {}", status::of_run(status).symbol));
        parts.collect::<Vec<_>>().join(" ")
    }

    /// The marks behind the title of a column: how it is sorted, and which values are good.
    pub fn title_marks(&self, id: ColumnId) -> String {
        let column = self.catalog().column(id);
        let mut marks = String::new();
        let sort = self.settings.sort.iter().position(|sort| sort.column == *column);
        if let Some(place) = sort {
            marks.push(match self.settings.sort[place].direction {
                Direction::Ascending => '▲',
                Direction::Descending => '▼',
            });
            if self.settings.sort.len() > 1 {
                marks.push_str(&(place + 1).to_string());
            }
        }
        if let Some(judged) = self.judged(id) {
            marks.push_str(judged.mark());
        }
        marks
    }
}

/// Whether a column is of what was logged.
fn is_logged(column: &RunColumn) -> bool {
    matches!(column, RunColumn::Param(_) | RunColumn::Tag(_))
}

/// A number beside the baseline's.
fn beside(one: f64, other: f64, delta: Delta) -> Option<String> {
    let difference = one - other;
    let percent = (other != 0.0).then(|| percent(difference / other.abs() * 100.0));
    let percent = percent.unwrap_or_default();
    let text = match delta {
        Delta::Both => format!("{} {percent:>7}", signed(difference)),
        Delta::Percent => format!("{} {percent:>7}", format::number(one, NUMBER_WIDTH)),
        Delta::None => return None,
    };
    Some(text.trim_end().to_owned())
}

fn signed(number: f64) -> String {
    let sign = if number > 0.0 { "+" } else { "" };
    format!("{sign}{}", format::number(number, NUMBER_WIDTH - 1))
}

fn percent(number: f64) -> String {
    if number.abs() >= 10_000.0 {
        return if number > 0.0 { ">+9999%" } else { "<-9999%" }.to_owned();
    }
    let decimals = usize::from(number.abs() < 100.0);
    let text = format!("{number:+.decimals$}%");
    // What rounds to nothing has no sign.
    if text == "-0.0%" { "+0.0%".to_owned() } else { text }
}

fn summarised(summary: &super::Summary, statistic: Statistic, is_time: bool) -> String {
    let written = |number: Option<f64>| match number {
        Some(number) if is_time => format::duration(number as i64),
        Some(number) => format::number(number, NUMBER_WIDTH),
        None => String::new(),
    };
    match statistic {
        Statistic::Count => format::count(summary.n),
        // None of them is finite.
        _ if summary.n > 0 && summary.n_finite == 0 => "NaN".to_owned(),
        Statistic::Range if summary.n > 0 => {
            let parts = [summary.min, summary.mean, summary.max].map(written);
            parts.join(" ")
        }
        statistic => written(summary.number(statistic)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, run, table};
    use super::super::{Delta, RunTable, Statistic};
    use super::*;

    fn cell(table: &RunTable, line: usize, name: &str) -> (String, Tone) {
        let id = table.catalog().id(&column(name)).expect("a column");
        let shown = table.cell(line, id, &Clock::utc(), Timestamp(1_700_000_100_000));
        (shown.text.into_owned(), shown.tone)
    }

    fn some() -> RunTable {
        table(vec![
            run("a", &[("loss", 0.5)], &[("lr", "0.1")]),
            run("b", &[("loss", 0.25)], &[("lr", "0.2")]),
            run("c", &[("loss", f64::NAN)], &[("lr", "0.1")]),
            run("d", &[], &[]),
        ])
    }

    #[test]
    fn the_best_value_says_so_by_a_sign_and_what_is_alone_is_not_best() {
        let mut table = some();
        assert_eq!(cell(&table, 1, "metrics.loss"), ("★0.25".to_owned(), Tone::Good));
        assert_eq!(cell(&table, 0, "metrics.loss"), ("0.5".to_owned(), Tone::Plain));
        table.find("run-b");
        assert_eq!(cell(&table, 0, "metrics.loss"), ("0.25".to_owned(), Tone::Plain));
    }

    #[test]
    fn others_are_held_against_the_baseline_in_numbers_and_percent() {
        let mut table = some();
        table.toggle_baseline(0);
        assert_eq!(cell(&table, 0, "metrics.loss"), ("0.5".to_owned(), Tone::Plain));
        assert_eq!(
            cell(&table, 1, "metrics.loss"),
            ("★-0.25  -50.0%".to_owned(), Tone::Good)
        );
        assert_eq!(cell(&table, 2, "metrics.loss"), ("NaN".to_owned(), Tone::Warning));
        assert_eq!(cell(&table, 3, "metrics.loss"), (String::new(), Tone::Plain));
        assert_eq!(cell(&table, 1, "params.lr").1, Tone::Accent);
        assert_eq!(cell(&table, 2, "params.lr").1, Tone::Muted);
        table.change(|settings| settings.delta = Delta::Percent);
        assert_eq!(cell(&table, 1, "metrics.loss").0, "★0.25  -50.0%");
    }

    #[test]
    fn a_percentage_is_never_of_nothing_and_never_wider_than_its_room() {
        assert_eq!(beside(1.0, 0.0, Delta::Both).as_deref(), Some("+1"));
        assert_eq!(beside(1e9, 1e-9, Delta::Both).as_deref(), Some("+1e9 >+9999%"));
        assert_eq!(beside(1.0, 1.0, Delta::Both).as_deref(), Some("0   +0.0%"));
    }

    #[test]
    fn a_group_says_how_its_runs_stand_and_what_they_have_in_common() {
        let mut table = some();
        table.toggle_group_by(&column("params.lr"));
        assert_eq!(cell(&table, 0, "run_name").0, "▾ lr 0.1 (2)");
        assert_eq!(cell(&table, 0, "status").0, "2 ✓");
        assert_eq!(cell(&table, 0, "params.lr").0, "0.1");
        assert_eq!(cell(&table, 0, "metrics.loss").0, "0.5");
        table.change(|settings| settings.statistic = Statistic::Range);
        assert_eq!(cell(&table, 0, "metrics.loss").0, "0.5 0.5 0.5");
        table.change(|settings| settings.statistic = Statistic::Count);
        assert_eq!(cell(&table, 0, "metrics.loss").0, "2");
    }

    #[test]
    fn the_title_says_the_order_of_several_keys_and_that_a_goal_is_guessed() {
        let mut table = some();
        table.sort_by(&column("metrics.loss"));
        table.sort_also_by(&column("params.lr"));
        let marks = |name| table.title_marks(table.catalog().id(&column(name)).expect("a column"));
        assert_eq!(
            (marks("metrics.loss").as_str(), marks("params.lr").as_str()),
            ("▼1↓?", "▲2")
        );
    }
}
