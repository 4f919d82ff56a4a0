//! The columns on the screen: which is in hand, which are in view, and how wide they are.

use flowdeck_surface::client::Timestamp;
use flowdeck_surface::clock::Clock;
use flowdeck_surface::run_column::{RunAttribute, RunColumn};
use flowdeck_surface::run_table::{ColumnId, RunTable};
use flowdeck_surface::text::{harmless, width_cells};
use rustc_hash::FxHashMap;

use super::sparks::CELLS;
use crate::app::widgets::table::GAP;

/// The least and the greatest width of a column that nobody made wider, in cells: the id of a run has 32 letters.
const NARROWEST: u16 = 5;
const WIDEST: u16 = 32;
/// Bounds of the width of the runs' names, which are at most a third of the table; groups may go beyond.
const NARROWEST_NAME: u16 = 12;
const WIDEST_NAME: u16 = 36;
const WIDEST_GROUP: u16 = 60;
/// Cells that a title takes at most; behind it stand its marks.
const WIDEST_TITLE: u16 = 20;

/// Lines that decide how wide a column is.
const N_MEASURED: usize = 100;

/// Columns that are read beyond those in view on each side, so that a step to the side needs no reading.
const MARGIN: usize = 16;

/// The columns on the screen.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// The column in hand, and where it stands among those that are shown.
    in_hand: Option<ColumnId>,
    place: usize,
    /// The first column in view behind those that are pinned.
    first: usize,
    widths: FxHashMap<ColumnId, Width>,
    table_width: u16,
}

/// How wide a column is, and how many of its digits stand behind the point.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Width {
    pub(super) cells: u16,
    pub(super) decimals: usize,
}

/// A column in view.
#[derive(Clone, Copy, Debug)]
pub(super) struct InView {
    pub(super) id: ColumnId,
    pub(super) width: Width,
    pub(super) is_in_hand: bool,
}

impl Columns {
    /// The column in hand.
    pub(super) fn in_hand(&self) -> Option<ColumnId> {
        self.in_hand
    }

    /// Where the column in hand stands among those that are shown.
    pub(super) fn place(&self) -> usize {
        self.place
    }

    /// Forgets how wide columns are, as other things stand in them now.
    pub(super) fn forget_widths(&mut self) {
        self.widths.clear();
    }

    /// Follows the table: the column in hand stays in hand where it is still shown, and what is in view is measured.
    pub(super) fn follow(&mut self, table: &RunTable, table_width: u16, now: Timestamp) {
        if self.table_width != table_width {
            self.table_width = table_width;
            self.widths.clear();
        }
        let shown = table.shown();
        match self
            .in_hand
            .and_then(|id| shown.iter().position(|shown| *shown == id))
        {
            Some(place) => self.place = place,
            None => self.place = self.place.min(shown.len().saturating_sub(1)),
        }
        self.in_hand = shown.get(self.place).copied();
        let n_pinned = table.n_pinned();
        self.first = self.first.min(shown.len().saturating_sub(n_pinned + 1));
        self.measure(table, table_width, now);
        self.bring_into_view(table, table_width, now);
    }

    /// Takes another column in hand.
    pub(super) fn step(&mut self, by: isize, table: &RunTable, table_width: u16, now: Timestamp) {
        let last = table.shown().len().saturating_sub(1);
        self.place = self.place.saturating_add_signed(by).min(last);
        self.in_hand = table.shown().get(self.place).copied();
        self.bring_into_view(table, table_width, now);
    }

    /// Takes this column in hand.
    pub(super) fn go_to(&mut self, id: ColumnId, table: &RunTable, table_width: u16, now: Timestamp) {
        self.in_hand = Some(id);
        self.follow(table, table_width, now);
    }

    fn bring_into_view(&mut self, table: &RunTable, table_width: u16, now: Timestamp) {
        let n_pinned = table.n_pinned();
        let Some(place) = self.place.checked_sub(n_pinned) else {
            self.first = 0;
            return self.measure(table, table_width, now);
        };
        if place <= self.first {
            self.first = place;
            return self.measure(table, table_width, now);
        }
        // From the column in hand to the left, as many as fit.
        let shown = table.shown();
        let pinned = shown[..n_pinned].to_vec();
        let taken: u16 = pinned
            .iter()
            .map(|id| self.measured(*id, table, now).cells + GAP)
            .sum();
        // A cell is left blank at each edge.
        let mut room = table_width.saturating_sub(taken + 2);
        let mut least = place;
        for candidate in (0..=place).rev() {
            let cells = self.measured(shown[n_pinned + candidate], table, now).cells;
            if cells > room {
                break;
            }
            least = candidate;
            room = room.saturating_sub(cells + GAP);
        }
        self.first = self.first.max(least);
        self.measure(table, table_width, now);
    }

    /// Measures the columns in view that were not measured yet.
    fn measure(&mut self, table: &RunTable, table_width: u16, now: Timestamp) {
        let mut x = 0;
        let n_pinned = table.n_pinned();
        for (place, &id) in table.shown().iter().enumerate() {
            if place >= n_pinned && place < n_pinned + self.first {
                continue;
            }
            x += self.measured(id, table, now).cells + GAP;
            if x > table_width.saturating_add(GAP) {
                return;
            }
        }
    }

    fn measured(&mut self, id: ColumnId, table: &RunTable, now: Timestamp) -> Width {
        if !self.widths.contains_key(&id) {
            let width = measured(id, table, self.table_width, now);
            // Where nothing is there yet, it is measured again.
            if table.n_lines() > 0 && table.is_known(id) {
                self.widths.insert(id, width);
            } else {
                return chosen(width, id, table);
            }
        }
        self.width(id, table)
    }

    /// Measures what is in view again after an answer: a column that shrinks with every answer would make the table jump.
    pub(super) fn remeasure(&mut self, table: &RunTable, table_width: u16, now: Timestamp) {
        for column in self.in_view(table, table_width) {
            let new = measured(column.id, table, self.table_width, now);
            if let Some(width) = self.widths.get_mut(&column.id) {
                width.cells = width.cells.max(new.cells);
                width.decimals = new.decimals;
            }
        }
    }

    /// The columns in view: those that are pinned, then those from the first on, the last perhaps in part.
    pub(super) fn in_view(&self, table: &RunTable, table_width: u16) -> Vec<InView> {
        let n_pinned = table.n_pinned();
        let mut x: u16 = 0;
        let mut in_view = Vec::new();
        for (place, &id) in table.shown().iter().enumerate() {
            if place >= n_pinned && place < n_pinned + self.first {
                continue;
            }
            if x.saturating_add(2) >= table_width {
                break;
            }
            let width = self.width(id, table);
            x = x.saturating_add(width.cells + GAP);
            in_view.push(InView {
                id,
                width,
                is_in_hand: place == self.place,
            });
        }
        in_view
    }

    /// How wide a column is.
    pub(super) fn width(&self, id: ColumnId, table: &RunTable) -> Width {
        let mut width = self.widths.get(&id).copied().unwrap_or_default();
        // Marks come to stand behind the title and go.
        width.cells = width.cells.max(title_width(id, table)).max(NARROWEST);
        chosen(width, id, table)
    }

    /// The columns that should be read now: those in view and some to each side.
    pub(super) fn wanted(&self, table: &RunTable, table_width: u16) -> Vec<ColumnId> {
        let (shown, n_pinned) = (table.shown(), table.n_pinned());
        let n_in_view = self.in_view(table, table_width).len();
        let from = (n_pinned + self.first.saturating_sub(MARGIN)).min(shown.len());
        let to = (n_pinned + self.first + n_in_view + MARGIN).min(shown.len());
        let pinned = shown[..n_pinned].iter();
        pinned.chain(&shown[from..to]).copied().collect()
    }

    /// Whether a column in view was not read.
    pub(super) fn lacks(&self, table: &RunTable, table_width: u16) -> bool {
        self.in_view(table, table_width)
            .iter()
            .any(|column| !table.is_known(column.id))
    }
}

/// The width that somebody chose, else the one that suits.
fn chosen(width: Width, id: ColumnId, table: &RunTable) -> Width {
    Width {
        cells: table.settings().layout.width(id).unwrap_or(width.cells),
        ..width
    }
}

fn title_width(id: ColumnId, table: &RunTable) -> u16 {
    let title = width_cells(&harmless(table.catalog().column(id).title())) as u16;
    let marks = width_cells(&table.title_marks(id)) as u16;
    // Room for the mark of the sort, where one may come to stand.
    title.min(WIDEST_TITLE) + (marks + 1).max(2)
}

/// The width that shows the first lines whole, within bounds; numbers stand with their points below each other.
fn measured(id: ColumnId, table: &RunTable, table_width: u16, now: Timestamp) -> Width {
    let clock = Clock::utc();
    let column = table.catalog().column(id);
    let is_decimal = is_decimal(column);
    let (mut cells, mut whole, mut decimals) = (0, 0, 0);
    for line in 0..table.n_lines().min(N_MEASURED) {
        let shown = table.cell(line, id, &clock, now);
        let width = width_cells(&harmless(&shown.text));
        cells = cells.max(width);
        if is_decimal && is_number(&shown.text) {
            let behind = decimals_of(&shown.text);
            decimals = decimals.max(behind);
            whole = whole.max(width - behind);
        }
    }
    let is_name = *column == RunColumn::Attribute(RunAttribute::RunName);
    let widest = match (is_name, table.n_groups()) {
        (true, 0) => (table_width / 3).clamp(NARROWEST_NAME, WIDEST_NAME),
        (true, _) => (table_width / 2).clamp(NARROWEST_NAME, WIDEST_GROUP),
        _ => WIDEST,
    };
    let mut cells = (cells.max(whole + decimals) as u16).clamp(NARROWEST, widest);
    if table.settings().sparklines.contains(column) {
        cells += 1 + CELLS as u16;
    }
    Width {
        cells: cells.max(title_width(id, table)),
        decimals,
    }
}

/// Whether the numbers of a column stand with their points below each other.
pub(super) fn is_decimal(column: &RunColumn) -> bool {
    matches!(column, RunColumn::Metric(_))
}

/// Whether a cell holds one number that has digits: infinity and NaN stand at the right edge.
pub(super) fn is_number(text: &str) -> bool {
    text.ends_with(|letter: char| letter.is_ascii_digit()) && !text.contains(' ')
}

/// Cells from the point of a number on; none where it has no point or is written with an exponent.
pub(super) fn decimals_of(number: &str) -> usize {
    if number.contains('e') {
        return 0;
    }
    number.find('.').map_or(0, |point| number.len() - point)
}
