//! A table of a file, of which only the cells in view are ever written.

use flowdeck_surface::preview::Table;
use flowdeck_surface::text::{harmless, width_cells};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Viewer;
use super::block::Told;
use crate::app::context::Look;
use crate::app::widgets::table::{Table as TableWidget, TableCell, TableColumn};

/// Cells of a column at most; what is longer is shown whole by Enter.
const WIDEST: usize = 40;
/// Cells that widths are taken from: of a large table, those of rows all over it.
const LOOKED_AT: usize = 200_000;

/// How wide each column is.
pub(super) fn widths(table: &Table) -> Vec<u16> {
    let step = 1 + table.n_rows() * table.columns().len() / LOOKED_AT;
    let width_of = |column: usize| {
        let title = title(table, column);
        let cells = (0..table.n_rows())
            .step_by(step)
            .filter_map(|row| table.cell(row, column));
        let widest = cells.map(|cell| width_cells(&harmless(cell))).max().unwrap_or(0);
        widest.max(width_cells(&title)).clamp(1, WIDEST) as u16
    };
    (0..table.columns().len()).map(width_of).collect()
}

fn title(table: &Table, column: usize) -> String {
    let own = &table.columns()[column];
    match &own.kind {
        Some(kind) => format!("{} {kind}", own.name),
        None => own.name.clone(),
    }
}

/// A row as labels and texts.
pub(super) fn record(table: &Table, row: usize) -> Vec<Told> {
    let n_cells = (0..)
        .take_while(|&column| table.cell(row, column).is_some())
        .count();
    (0..n_cells.max(table.columns().len()))
        .map(|column| {
            let label = table
                .columns()
                .get(column)
                .map_or_else(|| format!("column {}", column + 1), |own| own.name.clone());
            match table.cell(row, column) {
                Some(cell) => Told::new(label, cell),
                None => Told::new(label, "not there").toned(Tone::Muted),
            }
        })
        .collect()
}

impl Viewer {
    pub(super) fn draw_table(
        &self,
        table: &Table,
        widths: &[u16],
        area: Rect,
        has_focus: bool,
        buf: &mut Buffer,
        look: &Look<'_>,
    ) {
        let left = self.left.min(widths.len().saturating_sub(1));
        let column = |index: usize| TableColumn {
            title: title(table, index).into(),
            width: widths[index],
            is_right: table.columns()[index].is_numeric,
            is_in_hand: index == left && has_focus,
        };
        // No more columns than there are cells are ever in view.
        let columns: Vec<TableColumn<'_>> = (left..widths.len())
            .take(usize::from(area.width))
            .map(column)
            .collect();
        let cell = |row: usize, column: usize| match table.cell(row, left + column) {
            Some(cell) => TableCell::new(cell, Tone::Plain),
            None => TableCell::new("", Tone::Muted),
        };
        let widget = TableWidget {
            columns: &columns,
            n_rows: table.n_rows(),
            cursor: self.cursor,
            has_focus,
            cell: &cell,
        };
        widget.draw(area, buf, look);
    }
}
