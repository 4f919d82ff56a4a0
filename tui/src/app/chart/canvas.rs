//! Dots in braille cells, in layers. Source: Unicode, block "Braille Patterns": U+2800 and one bit for each of eight dots.

/// Dots of a cell, by column and row.
const DOTS: [[u8; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

/// Dots on a grid of cells, each two dots wide and four dots high.
///
/// In a cell, curves of one layer share their dots and the colour of the last of them; a higher layer takes the cell.
#[derive(Clone, Debug)]
pub(crate) struct Canvas {
    width_cells: usize,
    cells: Vec<Dots>,
    width: i64,
    height: i64,
    pen: Pen,
}

/// What one cell holds.
#[derive(Clone, Copy, Debug, Default)]
struct Dots {
    bits: u8,
    pen: Pen,
}

/// Who draws.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Pen {
    /// Which curve, as a number that means something to the caller.
    pub(crate) owner: u16,
    /// What is above what.
    pub(crate) layer: u8,
}

impl Canvas {
    /// A grid without a dot.
    pub(crate) fn new(width_cells: u16, height_cells: u16) -> Self {
        let (width, height) = (usize::from(width_cells), usize::from(height_cells));
        Self {
            width_cells: width,
            cells: vec![Dots::default(); width * height],
            width: width as i64 * 2,
            height: height as i64 * 4,
            pen: Pen::default(),
        }
    }

    /// Takes another pen for what is drawn next.
    pub(crate) fn take(&mut self, pen: Pen) {
        self.pen = pen;
    }

    /// Sets a dot, counted from the upper left; one beyond the grid is left out.
    pub(crate) fn set(&mut self, x: i64, y: i64) {
        if !(0..self.width).contains(&x) || !(0..self.height).contains(&y) {
            return;
        }
        let (x, y) = (x as usize, y as usize);
        let cell = &mut self.cells[y / 4 * self.width_cells + x / 2];
        if cell.bits != 0 && cell.pen.layer > self.pen.layer {
            return;
        }
        if cell.pen.layer < self.pen.layer {
            cell.bits = 0;
        }
        cell.bits |= DOTS[x % 2][y % 4];
        cell.pen = self.pen;
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

    /// The letter of a cell and who drew it; none where it has no dot.
    pub(crate) fn letter(&self, column: u16, row: u16) -> Option<(char, Pen)> {
        let cell = self
            .cells
            .get(usize::from(row) * self.width_cells + usize::from(column))?;
        let letter = || char::from_u32(0x2800 + u32::from(cell.bits)).unwrap_or(' ');
        (cell.bits != 0).then(|| (letter(), cell.pen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(canvas: &Canvas, width: u16, height: u16) -> Vec<String> {
        (0..height)
            .map(|row| {
                (0..width)
                    .map(|column| canvas.letter(column, row).map_or(' ', |(letter, _)| letter))
                    .collect()
            })
            .collect()
    }

    fn is_set(canvas: &Canvas, x: i64, y: i64) -> bool {
        let (column, row) = ((x / 2) as u16, (y / 4) as u16);
        let bits = canvas
            .letter(column, row)
            .map_or(0, |(letter, _)| u32::from(letter) - 0x2800);
        bits & u32::from(DOTS[(x % 2) as usize][(y % 4) as usize]) != 0
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
            assert!((0..12).any(|y| is_set(&canvas, x, y)), "column {x}");
        }
        for y in 0..12 {
            assert!((0..6).any(|x| is_set(&canvas, x, y)), "row {y}");
        }
    }

    #[test]
    fn a_line_that_leaves_the_grid_costs_no_more_than_the_grid() {
        let mut canvas = Canvas::new(2, 1);
        canvas.line((i64::from(i32::MIN), 0), (i64::from(i32::MAX), 0));
        assert_eq!(lines(&canvas, 2, 1), ["⠉⠉"]);
        canvas.bar(0, i64::MIN / 2, i64::MAX / 2);
        assert_eq!(canvas.letter(0, 0).map(|(letter, _)| letter), Some('⡏'));
    }

    #[test]
    fn a_higher_layer_takes_a_cell_and_curves_of_one_layer_share_it() {
        let pen = |owner, layer| Pen { owner, layer };
        let mut canvas = Canvas::new(1, 1);
        canvas.take(pen(1, 1));
        canvas.set(0, 0);
        canvas.take(pen(2, 1));
        canvas.set(1, 0);
        assert_eq!(canvas.letter(0, 0), Some(('⠉', pen(2, 1))));
        canvas.take(pen(3, 2));
        canvas.set(0, 3);
        canvas.take(pen(1, 1));
        canvas.set(0, 0);
        assert_eq!(canvas.letter(0, 0), Some(('⡀', pen(3, 2))));
    }
}
