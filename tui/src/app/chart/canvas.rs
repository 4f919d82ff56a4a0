//! Dots in braille cells. Source: Unicode, block "Braille Patterns": U+2800 and one bit for each of eight dots.

/// Dots of a cell, by column and row.
const DOTS: [[u8; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

/// Dots on a grid of cells, each two dots wide and four dots high.
#[derive(Clone, Debug)]
pub(crate) struct Canvas {
    width_cells: usize,
    cells: Vec<u8>,
    width: i64,
    height: i64,
}

impl Canvas {
    /// A grid without a dot.
    pub(crate) fn new(width_cells: u16, height_cells: u16) -> Self {
        let (width, height) = (usize::from(width_cells), usize::from(height_cells));
        Self {
            width_cells: width,
            cells: vec![0; width * height],
            width: width as i64 * 2,
            height: height as i64 * 4,
        }
    }

    /// Sets a dot, counted from the upper left; one beyond the grid is left out.
    pub(crate) fn set(&mut self, x: i64, y: i64) {
        if (0..self.width).contains(&x) && (0..self.height).contains(&y) {
            let (x, y) = (x as usize, y as usize);
            self.cells[y / 4 * self.width_cells + x / 2] |= DOTS[x % 2][y % 4];
        }
    }

    /// Sets the dots of a column between two rows.
    pub(crate) fn bar(&mut self, x: i64, from: i64, to: i64) {
        let (top, bottom) = (from.min(to).max(0), from.max(to).min(self.height - 1));
        for y in top..=bottom {
            self.set(x, y);
        }
    }

    /// Sets the dots of a line, in each column without a gap.
    pub(crate) fn line(&mut self, from: (i64, i64), to: (i64, i64)) {
        let ((x0, y0), (x1, y1)) = if from.0 <= to.0 { (from, to) } else { (to, from) };
        let length = x1 - x0;
        if length == 0 {
            return self.bar(x0, y0, y1);
        }
        let at = |x: i64| y0 as f64 + (y1 - y0) as f64 * (x - x0) as f64 / length as f64;
        for x in x0.max(-1)..=x1.min(self.width) {
            // Each column holds its half of the way to both neighbours.
            let before = if x == x0 {
                at(x)
            } else {
                at(x) - (at(x) - at(x - 1)) / 2.0
            };
            let behind = if x == x1 {
                at(x)
            } else {
                at(x) + (at(x + 1) - at(x)) / 2.0
            };
            self.bar(x, before.round() as i64, behind.round() as i64);
        }
    }

    /// The letter of a cell; none where it has no dot.
    pub(crate) fn letter(&self, column: u16, row: u16) -> Option<char> {
        let bits = *self
            .cells
            .get(usize::from(row) * self.width_cells + usize::from(column))?;
        (bits != 0).then(|| char::from_u32(0x2800 + u32::from(bits)).unwrap_or(' '))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(canvas: &Canvas, width: u16, height: u16) -> Vec<String> {
        (0..height)
            .map(|row| {
                (0..width)
                    .map(|column| canvas.letter(column, row).unwrap_or(' '))
                    .collect()
            })
            .collect()
    }

    #[test]
    fn dots_make_the_letters_of_their_cells() {
        let mut canvas = Canvas::new(2, 1);
        canvas.set(0, 0);
        canvas.set(1, 3);
        canvas.bar(2, 3, 0);
        canvas.set(9, 9);
        canvas.set(-1, 0);
        assert_eq!(lines(&canvas, 2, 1), ["⢁⡇"]);
    }

    #[test]
    fn a_line_has_no_gap_however_steep() {
        let mut canvas = Canvas::new(3, 3);
        canvas.line((0, 11), (5, 0));
        for x in 0..6 {
            let has_dot = (0..12).any(|y| {
                let mut probe = canvas.clone();
                let before = probe.cells.clone();
                probe.set(x, y);
                probe.cells == before
            });
            assert!(has_dot, "column {x}");
        }
        let mut all: Vec<i64> = Vec::new();
        for y in 0..12 {
            if (0..6).any(|x| {
                let mut probe = canvas.clone();
                probe.set(x, y);
                probe.cells == canvas.cells
            }) {
                all.push(y);
            }
        }
        assert_eq!(all, (0..12).collect::<Vec<_>>());
    }

    #[test]
    fn a_line_that_leaves_the_grid_costs_no_more_than_the_grid() {
        let mut canvas = Canvas::new(2, 1);
        canvas.line((i64::from(i32::MIN), 0), (i64::from(i32::MAX), 0));
        assert_eq!(lines(&canvas, 2, 1), ["⠉⠉"]);
        canvas.bar(0, i64::MIN / 2, i64::MAX / 2);
        assert_eq!(canvas.letter(0, 0), Some('⡏'));
    }
}
