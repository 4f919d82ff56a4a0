//! Tables: columns as wide as their cells, or as there is room for; a cell that is too wide flows.

use pulldown_cmark::Alignment;

use super::flow::{Line, Piece, flow, sign};
use super::plain;
use crate::text::width_cells;

/// Blank cells between two columns.
const GAP: usize = 2;

/// A table as it is read.
#[derive(Default)]
pub(super) struct Grid {
    pub(super) alignments: Vec<Alignment>,
    pub(super) rows: Vec<Vec<Vec<Piece>>>,
}

impl Grid {
    /// Its lines; the first row is the head.
    pub(super) fn lines(&self, width: usize) -> Vec<Line> {
        let widths = self.widths(width);
        let mut lines = Vec::new();
        for (place, row) in self.rows.iter().enumerate() {
            lines.extend(self.row(row, &widths));
            if place == 0 {
                let rules: Vec<String> = widths.iter().map(|&width| "─".repeat(width)).collect();
                lines.push(vec![sign(rules.join(&" ".repeat(GAP)))]);
            }
        }
        lines
    }

    /// The widest column gives way first, until all fit.
    fn widths(&self, width: usize) -> Vec<usize> {
        let n_columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let mut widths = vec![1; n_columns];
        for row in &self.rows {
            for (place, cell) in row.iter().enumerate() {
                widths[place] = widths[place].max(width_cells(&plain(cell)));
            }
        }
        let room = width.saturating_sub(GAP * n_columns.saturating_sub(1));
        while widths.iter().sum::<usize>() > room {
            let Some(widest) = widths.iter_mut().max() else {
                break;
            };
            if *widest <= 3 {
                break;
            }
            *widest -= 1;
        }
        widths
    }

    fn row(&self, row: &[Vec<Piece>], widths: &[usize]) -> Vec<Line> {
        let cells: Vec<Vec<Line>> = row
            .iter()
            .zip(widths)
            .map(|(cell, &width)| flow(cell, width))
            .collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        (0..height).map(|line| self.line(&cells, line, widths)).collect()
    }

    fn line(&self, cells: &[Vec<Line>], line: usize, widths: &[usize]) -> Line {
        let mut whole = Line::new();
        let mut behind = 0;
        for (place, &width) in widths.iter().enumerate() {
            let pieces = cells.get(place).and_then(|cell| cell.get(line));
            let used = pieces.map_or(0, |pieces| width_cells(&plain(pieces)));
            let free = width.saturating_sub(used);
            let before = match self.alignments.get(place) {
                Some(Alignment::Right) => free,
                Some(Alignment::Center) => free / 2,
                _ => 0,
            };
            if let Some(pieces) = pieces.filter(|pieces| !pieces.is_empty()) {
                whole.push(sign(" ".repeat(behind + before)));
                whole.extend(pieces.iter().cloned());
                behind = free - before;
            } else {
                behind += width;
            }
            behind += GAP;
        }
        whole.retain(|piece| !piece.text.is_empty());
        whole
    }
}
