//! What keys do to the table itself.

use flowdeck_surface::action::Action;
use flowdeck_surface::client::RunId;
use flowdeck_surface::run_column::RunColumn;
use flowdeck_surface::run_table::{ColumnId, Nesting};

use super::Runs;
use crate::app::context::Cx;

/// Cells that a column becomes wider or narrower by.
const STEP: u16 = 2;

impl Runs {
    /// Does what changes the view of the table; the selection stays on what it was on, unless what comes first is wanted.
    pub(super) fn act_on_table(&mut self, action: Action, cx: &mut Cx<'_>) {
        let anchor = self.table.anchor(self.cursor.selected);
        match action {
            Action::Mark => return self.mark(cx),
            Action::MarkAll => self.table.mark_all(),
            Action::InvertMarks => self.table.invert_marks(),
            Action::Fold => self.table.toggle_fold(self.cursor.selected),
            Action::FoldAll => self.table.fold_all(),
            Action::Statistic => self.changes_widths(|runs| {
                runs.table
                    .change(|settings| settings.statistic = settings.statistic.next())
            }),
            Action::OnlyDiffering => self.toggle_only_differing(cx),
            Action::Baseline => {
                let line = self.cursor.selected;
                self.changes_widths(|runs| {
                    runs.table.toggle_baseline(line);
                    true
                });
            }
            Action::Delta => self.changes_widths(|runs| {
                runs.table
                    .change(|settings| settings.delta = settings.delta.next())
            }),
            Action::Nesting => self.step_nesting(cx),
            _ => {
                if let Some(id) = self.columns.in_hand() {
                    return self.change_column(id, action, cx);
                }
            }
        }
        if matches!(action, Action::MarkAll | Action::InvertMarks) {
            self.tell_marks(cx);
        }
        self.settle(anchor, cx);
    }

    fn changes_widths(&mut self, change: impl FnOnce(&mut Self) -> bool) {
        change(self);
        self.columns.forget_widths();
    }

    fn mark(&mut self, cx: &mut Cx<'_>) {
        self.table.toggle_mark(self.cursor.selected);
        self.tell_marks(cx);
        self.is_touched = true;
        self.cursor
            .act(Action::Down, self.table.n_lines(), Self::height(cx));
    }

    fn toggle_only_differing(&mut self, cx: &mut Cx<'_>) {
        // Whether runs differ in a column shows only once it was read.
        self.begin_survey(true, cx);
        self.table
            .change(|settings| settings.only_differing = !settings.only_differing);
    }

    fn step_nesting(&mut self, cx: &mut Cx<'_>) {
        self.table.change(|settings| {
            settings.nesting = match settings.nesting {
                Nesting::InStoreOrder => Nesting::Always,
                Nesting::Always => Nesting::Never,
                Nesting::Never => Nesting::InStoreOrder,
            }
        });
        cx.say(match self.table.settings().nesting {
            Nesting::InStoreOrder => "Nested runs stand below their parents while nothing is sorted.",
            Nesting::Always => "Nested runs stand below their parents.",
            Nesting::Never => "Nested runs stand among the others.",
        });
    }

    /// Does what concerns one column.
    pub(super) fn change_column(&mut self, id: ColumnId, action: Action, cx: &mut Cx<'_>) {
        let column = self.table.catalog().column(id).clone();
        let anchor = self.anchor();
        let mut wants_first = false;
        match action {
            Action::Sort | Action::SortAlso => {
                if action == Action::Sort {
                    self.table.sort_by(&column);
                } else {
                    self.table.sort_also_by(&column);
                }
                // Whoever sorts wants to see what comes first.
                wants_first = true;
            }
            Action::GroupBy if matches!(&column, RunColumn::Attribute(own) if !own.can_group()) => {
                return cx.say(format!(
                    "Runs are grouped by what they share: params, tags, datasets, not by {}.",
                    column.title()
                ));
            }
            Action::GroupBy => {
                self.table.toggle_group_by(&column);
                self.columns.forget_widths();
                wants_first = true;
            }
            Action::HideColumn => self.table.show(&[id], false),
            Action::Pin => self.table.toggle_pin(id),
            Action::ShiftLeft => drop(self.table.shift(id, false)),
            Action::ShiftRight => drop(self.table.shift(id, true)),
            Action::Wider | Action::Narrower => {
                let now = self.columns.width(id, &self.table).cells;
                let width = match action {
                    Action::Wider => now + STEP,
                    _ => now.saturating_sub(STEP),
                };
                self.table.set_width(id, width);
            }
            Action::Goal => {
                self.table.step_goal(id);
                self.columns.forget_widths();
            }
            Action::Sparkline => self.toggle_sparkline(&column, cx),
            _ => return,
        }
        if wants_first {
            self.cursor.select(0, self.table.n_lines(), Self::height(cx));
        }
        self.settle(anchor.filter(|_| !wants_first), cx);
        self.read_what_is_needed(id, cx);
    }

    fn toggle_sparkline(&mut self, column: &RunColumn, cx: &mut Cx<'_>) {
        if !matches!(column, RunColumn::Metric(_)) {
            return cx.say("Only metrics have curves: go to one with h and l.");
        }
        self.table.change(|settings| {
            if !settings.sparklines.remove(column) {
                settings.sparklines.insert(column.clone());
            }
        });
        self.columns.forget_widths();
    }

    /// A column that the table is sorted or grouped by is read, wherever it stands.
    fn read_what_is_needed(&mut self, id: ColumnId, cx: &mut Cx<'_>) {
        let is_missing = self.table.needed().contains(&id) && !self.table.is_known(id);
        if is_missing && self.table.is_whole() && !self.is_asking() {
            self.refresh(cx);
        }
    }

    /// The runs that the next action is for.
    pub(super) fn chosen_ids(&self) -> Vec<RunId> {
        let chosen = self.table.chosen(self.cursor.selected).into_iter();
        chosen.map(|slot| self.table.info(slot).id.clone()).collect()
    }
}
