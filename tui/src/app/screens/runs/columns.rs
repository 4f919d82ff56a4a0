//! The columns: which there are, which are in view, and which of them were read.

use flowdeck_surface::client::Timestamp;
use flowdeck_surface::client::tracking::Run;
use flowdeck_surface::clock::Clock;
use flowdeck_surface::run_catalog::RunCatalog;
use flowdeck_surface::run_cell::{RunSort, run_cell};
use flowdeck_surface::run_column::{RunAttribute, RunColumn};
use flowdeck_surface::text::{harmless, width_cells};
use ratatui::layout::Rect;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::app::widgets::table::GAP;

/// The least and the greatest width of a column, in cells.
const NARROWEST: u16 = 5;
const WIDEST: u16 = 26;
/// The greatest width of the runs' names.
const WIDEST_NAME: u16 = 36;
/// Cells that a title takes at most; behind it stands the mark of the sort.
const WIDEST_TITLE: u16 = 20;

/// Runs that decide how wide a column is.
const N_MEASURED: usize = 200;

/// Columns that are read beyond those in view on each side, so that a step to the side needs no reading.
const MARGIN: usize = 16;

/// The columns of the table.
#[derive(Default)]
pub(super) struct Columns {
    catalog: RunCatalog,
    widths: FxHashMap<RunColumn, Width>,
    /// The column in hand.
    in_hand: usize,
    /// The first column in view behind the names, which always are.
    first: usize,
    /// What the runs that are shown were read with.
    loaded: FxHashSet<RunColumn>,
}

/// How wide a column is, and how many of its digits stand behind the point.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Width {
    pub(super) cells: u16,
    pub(super) decimals: usize,
}

/// A column in view.
#[derive(Clone, Copy)]
pub(super) struct InView<'a> {
    pub(super) column: &'a RunColumn,
    pub(super) width: Width,
    pub(super) is_in_hand: bool,
    pub(super) is_loaded: bool,
}

impl Columns {
    /// The column in hand.
    pub(super) fn in_hand(&self) -> Option<&RunColumn> {
        self.catalog.columns().get(self.in_hand)
    }

    /// How many there are in all, and the place of the one in hand.
    pub(super) fn place(&self) -> (usize, usize) {
        (self.in_hand + 1, self.catalog.columns().len())
    }

    /// Learns which columns there are from runs of which everything was read.
    pub(super) fn learn(&mut self, runs: &[Run]) {
        self.catalog.learn(runs);
    }

    /// Takes note of what the shown runs were read with, and how wide it is.
    pub(super) fn loaded_with(&mut self, loaded: &[RunColumn], runs: &[Run], now: Timestamp) {
        self.loaded = loaded.iter().cloned().collect();
        let clock = Clock::utc();
        for column in loaded {
            let width = measured(column, runs, &clock, now);
            let entry = self.widths.entry(column.clone()).or_default();
            // A column that grows and shrinks with every answer would make the table jump.
            entry.cells = entry.cells.max(width.cells);
            entry.decimals = width.decimals;
        }
    }

    /// All columns, as of runs of which everything was read.
    pub(super) fn all(&self) -> Vec<RunColumn> {
        self.catalog.columns().to_vec()
    }

    /// The columns that should be read now: those in view and some to each side, and those that it is sorted by.
    pub(super) fn wanted(&self, table_width: u16, sort: &[RunSort]) -> Vec<RunColumn> {
        let columns = self.catalog.columns();
        let end = self.first + 1 + self.n_in_view(table_width);
        let near = self.first.saturating_sub(MARGIN)..(end + MARGIN).min(columns.len());
        let is_wanted = |(index, column): &(usize, &RunColumn)| {
            *index == 0 || near.contains(index) || sort.iter().any(|sort| sort.column == **column)
        };
        let wanted = columns.iter().enumerate().filter(is_wanted);
        wanted.map(|(_, column)| column.clone()).collect()
    }

    /// Whether a column in view was not read.
    pub(super) fn lacks(&self, table_width: u16) -> bool {
        self.in_view(table_width).iter().any(|column| !column.is_loaded)
    }

    /// Takes another column in hand and brings it into view.
    pub(super) fn step(&mut self, by: isize, table_width: u16) {
        let last = self.catalog.columns().len().saturating_sub(1);
        self.in_hand = self.in_hand.saturating_add_signed(by).min(last);
        if self.in_hand == 0 {
            self.first = 0;
            return;
        }
        self.first = self.first.min(self.in_hand - 1);
        while self.first + 1 < self.in_hand && !self.is_whole_in_view(self.in_hand, table_width) {
            self.first += 1;
        }
    }

    /// Takes the column in hand whose title stands at this cell; answers whether there is one.
    pub(super) fn select_at(&mut self, column: u16, area: Rect) -> bool {
        let mut x = area.x + 1;
        let found = self.indices_in_view(area.width).find(|&index| {
            let start = x;
            x += self.width(index).cells + GAP;
            (start..x - GAP).contains(&column)
        });
        self.in_hand = found.unwrap_or(self.in_hand);
        found.is_some()
    }

    /// The columns in view: the names, then those from the first on.
    pub(super) fn in_view(&self, table_width: u16) -> Vec<InView<'_>> {
        let columns = self.catalog.columns();
        self.indices_in_view(table_width)
            .map(|index| InView {
                column: &columns[index],
                width: self.width(index),
                is_in_hand: index == self.in_hand,
                is_loaded: needs_no_reading(&columns[index]) || self.loaded.contains(&columns[index]),
            })
            .collect()
    }

    fn indices_in_view(&self, table_width: u16) -> impl Iterator<Item = usize> + '_ {
        let n_columns = self.catalog.columns().len();
        let n_in_view = self.n_in_view(table_width);
        (0..n_columns.min(1)).chain((self.first + 1..n_columns).take(n_in_view))
    }

    /// How many columns fit behind the names, the last perhaps in part.
    fn n_in_view(&self, table_width: u16) -> usize {
        let n_columns = self.catalog.columns().len();
        let mut x = 1 + self.width(0).cells + GAP;
        let mut n_in_view = 0;
        for index in self.first + 1..n_columns {
            let width = self.width(index).cells;
            // Half a number is a wrong one; of a text, less than this tells nothing.
            let least = if self.catalog.columns()[index].is_numeric() {
                width
            } else {
                width.min(NARROWEST)
            };
            if x + least > table_width.saturating_sub(1) {
                break;
            }
            n_in_view += 1;
            x = x.saturating_add(width + GAP);
        }
        n_in_view
    }

    fn is_whole_in_view(&self, wanted: usize, table_width: u16) -> bool {
        let mut x = 1 + self.width(0).cells + GAP;
        for index in self.first + 1..=wanted {
            x = x.saturating_add(self.width(index).cells + GAP);
        }
        x.saturating_sub(GAP) < table_width
    }

    fn width(&self, index: usize) -> Width {
        let Some(column) = self.catalog.columns().get(index) else {
            return Width::default();
        };
        self.widths.get(column).copied().unwrap_or_else(|| Width {
            cells: title_width(column).max(NARROWEST),
            decimals: 0,
        })
    }
}

/// Whether a column is there whatever was asked for.
fn needs_no_reading(column: &RunColumn) -> bool {
    matches!(column, RunColumn::Attribute(attribute) if *attribute != RunAttribute::Datasets)
}

fn title_width(column: &RunColumn) -> u16 {
    // Room for the mark of the sort, where one may come to stand.
    (width_cells(&harmless(column.title())) as u16 + 2).min(WIDEST_TITLE)
}

/// The width that shows the first runs whole, within bounds; numbers stand with their points below each other.
fn measured(column: &RunColumn, runs: &[Run], clock: &Clock, now: Timestamp) -> Width {
    let (mut cells, mut whole, mut decimals) = (0, 0, 0);
    for run in runs.iter().take(N_MEASURED) {
        let cell = run_cell(run, column, clock, now);
        let width = width_cells(&harmless(&cell.text));
        cells = cells.max(width);
        if matches!(column, RunColumn::Metric(_)) {
            let behind = decimals_of(&cell.text);
            decimals = decimals.max(behind);
            whole = whole.max(width - behind);
        }
    }
    let widest = if *column == RunColumn::Attribute(RunAttribute::RunName) {
        WIDEST_NAME
    } else {
        WIDEST
    };
    let cells = cells.max(whole + decimals) as u16;
    Width {
        cells: cells.max(title_width(column)).clamp(NARROWEST, widest),
        decimals,
    }
}

/// Cells from the point of a number on; none where it has no point or is written with an exponent.
pub(super) fn decimals_of(number: &str) -> usize {
    if number.contains('e') {
        return 0;
    }
    number.find('.').map_or(0, |point| number.len() - point)
}
