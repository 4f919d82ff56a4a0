//! The table of runs: what is read of them, how a person wants it, and the lines that follow from both.
//!
//! Nothing here knows a screen. A screen hands over what a store answers ([`RunTable::take`]), tells what a person wants
//! ([`RunTable::change`], [`RunTable::find`], marks and folds), and asks for the cells that are in view
//! ([`RunTable::cell`]): others are never written. Ten thousand runs are sorted, grouped and found in some
//! milliseconds, whichever of twelve thousand columns is meant.

mod arrange;
mod arrangement;
mod best;
mod catalog;
mod cell;
mod cells;
pub mod chooser;
mod data;
mod distinct;
mod export;
mod find;
mod group;
mod layout;
mod marks;
mod reading;
mod saved;
mod settings;
mod slots;
mod sort;
#[cfg(test)]
mod testing;
mod tree;
mod wish;

use std::cell::RefCell;

use flowdeck_client::RunId;
use flowdeck_client::tracking::RunInfo;

use rustc_hash::{FxHashMap, FxHashSet};

pub use arrangement::Arrangement;
pub use best::Judged;
pub use catalog::{Catalog, ColumnId, SYSTEM_TAGS};
pub use cell::Shown;
pub use cells::Slot;
pub use export::ExportFormat;
pub use flowdeck_client::tracking::{Goal, SYSTEM_METRICS};
pub use group::Summary;
pub use layout::Layout;
pub use settings::{Delta, Nesting, Settings, Statistic};
pub(crate) use wish::delta_of;
pub use wish::{TableWish, WishedSort};

use crate::run_column::{RunColumn, Value};
use data::RunData;
use find::Finder;
use group::Group;

/// The table of runs.
#[derive(Debug, Default)]
pub struct RunTable {
    data: RunData,
    settings: Settings,
    find: String,
    finder: Finder,
    folded_runs: FxHashSet<Slot>,
    folded_groups: FxHashSet<Vec<String>>,
    marked: FxHashSet<Slot>,
    /// The runs that are listed, sorted.
    rows: Vec<Slot>,
    is_listed: Vec<bool>,
    groups: Vec<Group>,
    lines: Vec<Line>,
    /// Whether any run stands below another.
    is_tree: bool,
    shown: Vec<ColumnId>,
    known: RefCell<Known>,
}

/// What was worked out for columns in view since the lines last changed.
#[derive(Debug, Default)]
struct Known {
    best: FxHashMap<ColumnId, Option<f64>>,
    summaries: FxHashMap<ColumnId, Vec<Summary>>,
}

/// One line of the table.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Line {
    /// A run.
    Run {
        /// Which.
        slot: Slot,
        /// How deep it is nested.
        depth: u16,
        /// Runs right below it.
        n_children: u32,
        /// Whether they are left out.
        is_folded: bool,
    },
    /// Runs that are the same in what they are grouped by.
    Group {
        /// Which, by its place.
        group: usize,
        /// Whether its runs are left out.
        is_folded: bool,
    },
}

/// What a line is of, so that it is found again after the lines have changed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Anchor {
    /// A run.
    Run(Slot),
    /// What the runs of a group have in common.
    Group(Vec<String>),
}

impl RunTable {
    /// How many lines it has.
    pub fn n_lines(&self) -> usize {
        self.lines.len()
    }

    /// One line.
    pub fn line(&self, line: usize) -> Option<Line> {
        self.lines.get(line).copied()
    }

    /// The run of a line; none where it is a group's.
    pub fn run_at(&self, line: usize) -> Option<Slot> {
        match self.line(line)? {
            Line::Run { slot, .. } => Some(slot),
            Line::Group { .. } => None,
        }
    }

    /// What a line is of.
    pub fn anchor(&self, line: usize) -> Option<Anchor> {
        Some(match self.line(line)? {
            Line::Run { slot, .. } => Anchor::Run(slot),
            Line::Group { group, .. } => Anchor::Group(self.groups[group].key.clone()),
        })
    }

    /// The line of something, where it is listed.
    pub fn line_of(&self, anchor: &Anchor) -> Option<usize> {
        self.lines.iter().position(|line| match (line, anchor) {
            (Line::Run { slot, .. }, Anchor::Run(wanted)) => slot == wanted,
            (Line::Group { group, .. }, Anchor::Group(key)) => self.groups[*group].key == *key,
            _ => false,
        })
    }

    /// What every run has, of one.
    pub fn info(&self, slot: Slot) -> &RunInfo {
        self.data.info(slot)
    }

    /// The slot of a run that was seen.
    pub fn slot(&self, id: &RunId) -> Option<Slot> {
        self.data.slot(id)
    }

    /// What a run has in a column, as far as it was read.
    pub fn value(&self, slot: Slot, id: ColumnId) -> Value<'_> {
        self.data.value(slot, id)
    }

    /// The columns that there are.
    pub fn catalog(&self) -> &Catalog {
        &self.data.catalog
    }

    /// The columns to show, in order.
    pub fn shown(&self) -> &[ColumnId] {
        &self.shown
    }

    /// How many of them stay at the left.
    pub fn n_pinned(&self) -> usize {
        self.settings.layout.n_pinned().min(self.shown.len())
    }

    /// How a person wants it.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Changes how a person wants it. Answers whether anything changed.
    pub fn change(&mut self, change: impl FnOnce(&mut Settings)) -> bool {
        let before = self.settings.clone();
        change(&mut self.settings);
        if self.settings == before {
            return false;
        }
        self.arrange();
        true
    }

    /// Lists only runs that have these words.
    pub fn find(&mut self, words: &str) {
        words.clone_into(&mut self.find);
        self.arrange();
    }

    /// The words that runs must have.
    pub fn found_by(&self) -> &str {
        &self.find
    }

    /// Folds or unfolds what stands below a line.
    pub fn toggle_fold(&mut self, line: usize) {
        match self.line(line) {
            Some(Line::Run { slot, n_children, .. }) if n_children > 0 => {
                if !self.folded_runs.remove(&slot) {
                    self.folded_runs.insert(slot);
                }
            }
            Some(Line::Group { group, .. }) => {
                let key = &self.groups[group].key;
                if !self.folded_groups.remove(key) {
                    self.folded_groups.insert(key.clone());
                }
            }
            _ => return,
        }
        self.arrange();
    }

    /// Folds everything, or unfolds it where everything is folded.
    pub fn fold_all(&mut self) {
        let is_any_open = self.lines.iter().any(|line| match line {
            Line::Run {
                n_children,
                is_folded,
                ..
            } => *n_children > 0 && !is_folded && self.is_tree,
            Line::Group { is_folded, .. } => !is_folded,
        });
        if !is_any_open {
            self.folded_runs.clear();
            self.folded_groups.clear();
        } else if self.groups.is_empty() {
            let parents = self.lines.iter().filter_map(|line| match line {
                Line::Run { slot, n_children, .. } => (*n_children > 0).then_some(*slot),
                Line::Group { .. } => None,
            });
            self.folded_runs.extend(parents);
        } else {
            self.folded_groups
                .extend(self.groups.iter().map(|group| group.key.clone()));
        }
        self.arrange();
    }

    /// How many runs are listed, and how many there are before words are looked for.
    pub fn counts(&self) -> (usize, usize) {
        (self.rows.len(), self.data.order.len())
    }

    /// The runs that are listed, in the order of the table.
    pub fn listed(&self) -> &[Slot] {
        &self.rows
    }

    /// How many groups there are; none where runs are not grouped.
    pub fn n_groups(&self) -> usize {
        self.groups.len()
    }

    /// What the runs of a group have in common: `model gb · lr 0.1`.
    pub fn group_title(&self, group: usize) -> String {
        let parts = self.settings.group_by.iter().zip(&self.groups[group].key);
        let parts: Vec<_> = parts
            .map(|(column, value)| format!("{} {value}", column.title()))
            .collect();
        parts.join(" · ")
    }

    /// How many runs a group has.
    pub fn group_size(&self, group: usize) -> usize {
        self.groups[group].rows.len()
    }

    /// What can be said of a metric over a group.
    pub fn summary(&self, group: usize, id: ColumnId) -> Option<Summary> {
        let mut known = self.known.borrow_mut();
        let summaries = known
            .summaries
            .entry(id)
            .or_insert_with(|| group::summaries(&self.groups, &self.data, id));
        summaries.get(group).copied()
    }

    /// Which values of a metric are good: as declared, else as its name lets one guess.
    pub fn judged(&self, id: ColumnId) -> Option<Judged> {
        let column = self.data.catalog.column(id);
        if let Some(goal) = self.settings.goals.get(column) {
            return Some(Judged::Declared(*goal));
        }
        match column {
            RunColumn::Metric(key) => Goal::guessed(key).map(Judged::Guessed),
            _ => None,
        }
    }

    /// Whether a column stands in the table as it was last read of the runs that are listed.
    pub fn is_known(&self, id: ColumnId) -> bool {
        self.data.is_known(id)
    }
}
