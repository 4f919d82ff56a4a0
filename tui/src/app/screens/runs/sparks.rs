//! Curves beside values: histories are read for the runs on the screen alone, and kept for those that are over.

use flowdeck_surface::client::tracking::RunStatus;
use flowdeck_surface::client::{MetricKey, RunId, Timestamp};
use flowdeck_surface::run_column::RunColumn;
use flowdeck_surface::run_table::{ColumnId, Slot};
use flowdeck_surface::sparkline::Sparkline;
use rustc_hash::FxHashMap;

use super::Runs;
use crate::app::context::Cx;
use crate::app::effect::Question;
use crate::app::ticket::Ticket;

/// Cells that a curve takes.
pub(super) const CELLS: usize = 8;

/// The curves that were read.
#[derive(Debug, Default)]
pub(super) struct Sparks {
    known: FxHashMap<(Slot, ColumnId), Spark>,
    asked: Option<(Ticket, ColumnId)>,
}

#[derive(Debug)]
struct Spark {
    text: String,
    /// The answer that the run stood in when it was read; none where nothing more comes.
    as_of: Option<Timestamp>,
}

impl Sparks {
    /// The curve of a run, where it was read.
    pub(super) fn text(&self, slot: Slot, id: ColumnId) -> Option<&str> {
        self.known.get(&(slot, id)).map(|spark| spark.text.as_str())
    }

    /// Whether the answer to this ticket is waited for.
    pub(super) fn awaits(&self, ticket: Ticket) -> bool {
        self.asked.is_some_and(|(asked, _)| asked == ticket)
    }

    /// Waits for nothing any more.
    pub(super) fn give_up(&mut self, cx: &mut Cx<'_>) {
        if let Some((ticket, _)) = self.asked.take() {
            cx.give_up(ticket);
        }
    }
}

impl Runs {
    /// Asks for the curves of one column on the screen that are not known.
    pub(super) fn load_sparklines(&mut self, cx: &mut Cx<'_>) {
        if self.table.settings().sparklines.is_empty() || self.sparks.asked.is_some() {
            return;
        }
        let height = Self::height(cx);
        let lines = self.cursor.first..(self.cursor.first + height).min(self.table.n_lines());
        let slots: Vec<Slot> = lines.filter_map(|line| self.table.run_at(line)).collect();
        for column in self.columns.in_view(&self.table, cx.body.width) {
            let RunColumn::Metric(key) = self.table.catalog().column(column.id).clone() else {
                continue;
            };
            if !self
                .table
                .settings()
                .sparklines
                .contains(&RunColumn::Metric(key.clone()))
            {
                continue;
            }
            let missing = slots.iter().filter(|slot| self.lacks_spark(**slot, column.id));
            let runs: Vec<RunId> = missing.map(|slot| self.table.info(*slot).id.clone()).collect();
            if !runs.is_empty() {
                let ticket = cx.ask(Question::Sparklines(runs, MetricKey::from(key), CELLS));
                self.sparks.asked = Some((ticket, column.id));
                return;
            }
        }
    }

    fn lacks_spark(&self, slot: Slot, id: ColumnId) -> bool {
        match self.sparks.known.get(&(slot, id)) {
            None => true,
            Some(spark) => spark.as_of.is_some() && spark.as_of < self.list.as_of(),
        }
    }

    /// Takes a curve; asks for the next where these were the last.
    pub(super) fn take_sparkline(&mut self, run: &RunId, curve: &Sparkline, is_last: bool, cx: &mut Cx<'_>) {
        let Some((_, id)) = self.sparks.asked else { return };
        if let Some(slot) = self.table.slot(run) {
            let is_over = self.table.info(slot).status != RunStatus::Running;
            let spark = Spark {
                text: curve.text(),
                as_of: self.list.as_of().filter(|_| !is_over),
            };
            self.sparks.known.insert((slot, id), spark);
        }
        if is_last {
            self.sparks.asked = None;
            self.load_sparklines(cx);
        }
    }

    /// Curves that could not be read are left out until the next answer.
    pub(super) fn fail_sparklines(&mut self) {
        self.sparks.asked = None;
        let height = self.table.n_lines();
        let Some(at) = self.list.as_of() else { return };
        let columns: Vec<ColumnId> = self.table.shown().to_vec();
        for column in columns {
            if !self
                .table
                .settings()
                .sparklines
                .contains(self.table.catalog().column(column))
            {
                continue;
            }
            let lines = self.cursor.first..(self.cursor.first + 100).min(height);
            for slot in lines.filter_map(|line| self.table.run_at(line)) {
                self.sparks.known.entry((slot, column)).or_insert(Spark {
                    text: String::new(),
                    as_of: Some(at),
                });
            }
        }
    }
}
