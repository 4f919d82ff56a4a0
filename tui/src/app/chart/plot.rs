//! Curves between their axes, in cells: what the app and `metrics plot` draw alike.
//!
//! ```text
//!    2.0┤⣇      │
//!    1.0┤⠘⢆⡀    │
//!    0.0┤  ⠉⠒⠤⠤⠤●⠤⠤⠤⠤⠤⠤a
//!       └┬──────┴─┬──────
//!        0       500       step
//! ```

use flowdeck_surface::chart::{Drawn, Scale, XFrame};
use flowdeck_surface::client::series::{Column, Reduced, Span};
use flowdeck_surface::clock::Clock;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::axes::draw_y_axis;
use super::canvas::{Canvas, Pen};
use crate::app::theme::Theme;
use crate::app::widgets::text::put;

/// Cells for the numbers at the y axis and the axis itself.
pub(crate) const GUTTER: u16 = 8;
/// Rows below the curves: the axis and its numbers.
pub(crate) const AXIS_ROWS: u16 = 2;
/// The smallest plot that shows anything.
const LEAST: (u16, u16) = (4, 2);

/// Curves between their axes.
pub(crate) struct Plot<'a> {
    /// The x axis.
    pub(crate) x: XFrame,
    /// The y axis; none where there is no finite value.
    pub(crate) y: Option<Scale>,
    /// The curves, the first in the back.
    pub(crate) lines: Vec<PlotLine<'a>>,
    /// Columns that the curves are reduced to: two for each cell where they are drawn in dots.
    pub(crate) n_columns: usize,
    /// Where the cursor is.
    pub(crate) cursor: Option<f64>,
    /// A stretch that is marked.
    pub(crate) brush: Option<Span>,
}

/// One curve of a plot.
pub(crate) struct PlotLine<'a> {
    /// Reduced to the columns of the plot.
    pub(crate) drawn: &'a Drawn,
    /// The place of its colour in the order of colours.
    pub(crate) colour: usize,
    /// How much it stands out.
    pub(crate) stress: Stress,
    /// The letter that stands at its end.
    pub(crate) symbol: Option<char>,
    /// Its point at the cursor, as `[x, y]`.
    pub(crate) at_cursor: Option<[f64; 2]>,
}

/// How much a curve stands out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Stress {
    /// Another one is in focus.
    Dimmed,
    /// None is in focus.
    Usual,
    /// It is.
    Focused,
}

/// Where the curves themselves stand within an area that has the axes around them.
pub(crate) fn canvas_of(area: Rect) -> Rect {
    Rect {
        x: area.x + GUTTER.min(area.width),
        width: area.width.saturating_sub(GUTTER + 1),
        height: area.height.saturating_sub(AXIS_ROWS),
        ..area
    }
}

/// Whether an area has room for a plot.
pub(crate) fn has_room(area: Rect) -> bool {
    let canvas = canvas_of(area);
    canvas.width >= LEAST.0 && canvas.height >= LEAST.1
}

impl Plot<'_> {
    /// Draws it; in too little room, nothing.
    pub(crate) fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme, clock: &Clock) {
        if !has_room(area) {
            return;
        }
        let canvas = canvas_of(area);
        if let Some(scale) = &self.y {
            draw_y_axis(scale, canvas, true, buf, theme);
        }
        self.draw_brush(canvas, buf, theme);
        if let Some(scale) = &self.y {
            self.draw_lines(scale, canvas, buf, theme);
            self.draw_beyond(scale, canvas, buf, theme);
        }
        self.draw_marks(canvas, buf, theme);
        self.draw_x_axis(canvas, area, buf, theme, clock);
        self.draw_cursor(canvas, buf, theme);
    }

    /// The column of cells that a column of the curves falls into.
    fn cell_column(&self, index: usize, canvas: Rect) -> u16 {
        let column = index * usize::from(canvas.width) / self.n_columns.max(1);
        canvas.x + (column as u16).min(canvas.width.saturating_sub(1))
    }

    /// Dots for every curve: those that stand back first, then the logged curve behind the smoothed one, then the line.
    fn draw_lines(&self, scale: &Scale, canvas: Rect, buf: &mut Buffer, theme: &Theme) {
        let mut dots = Canvas::new(canvas.width, canvas.height);
        for (owner, line) in self.lines.iter().enumerate() {
            let owner = owner as u16 * 2;
            let layer = line.stress as u8 * 2;
            if line.drawn.smooth.is_some() {
                dots.take(Pen { owner, layer });
                self.put_dots(&line.drawn.raw, scale, canvas, &mut dots);
            }
            let (owner, layer) = (owner + 1, layer + 1);
            dots.take(Pen { owner, layer });
            self.put_dots(line.drawn.line(), scale, canvas, &mut dots);
        }
        for row in 0..canvas.height {
            for column in 0..canvas.width {
                let Some((letter, pen)) = dots.letter(column, row) else {
                    continue;
                };
                let Some(line) = self.lines.get(usize::from(pen.owner / 2)) else {
                    continue;
                };
                if let Some(cell) = buf.cell_mut((canvas.x + column, canvas.y + row)) {
                    let is_line = pen.owner % 2 == 1;
                    let background = cell.style().bg;
                    let style = line.style(is_line, theme);
                    cell.set_char(letter);
                    cell.set_style(Style::reset().patch(Style {
                        bg: background,
                        ..style
                    }));
                }
            }
        }
        self.draw_symbols(scale, canvas, buf, theme);
    }

    /// In each column a bar from the lowest to the highest point, joined to the column before unless a gap lies between.
    fn put_dots(&self, curve: &Reduced, scale: &Scale, canvas: Rect, dots: &mut Canvas) {
        let n_rows = f64::from(canvas.height) * 4.0 - 1.0;
        let row = |value: f64| (n_rows - (scale.share(value) * n_rows).round()).clamp(-1e9, 1e9) as i64;
        let mut before: Option<(i64, i64)> = None;
        for column in &curve.columns {
            let Some(extremes) = column.extremes else { continue };
            let x = column.index as i64;
            if let Some(before) = before.filter(|_| column.joined) {
                dots.line(before, (x, row(extremes.first[1])));
            }
            dots.bar(x, row(extremes.min[1]), row(extremes.max[1]));
            before = Some((x, row(extremes.last[1])));
        }
        // A single point would be lost among the lines of the grid.
        if let ([column], Some((x, y))) = (curve.columns.as_slice(), before) {
            let beside = if column.index % 2 == 0 { x + 1 } else { x - 1 };
            dots.bar(x, y - 1, y + 1);
            dots.bar(beside, y - 1, y + 1);
        }
    }

    /// The letter of each curve at the end of what is in view of it, where several are to be told apart.
    pub(super) fn draw_symbols(&self, scale: &Scale, canvas: Rect, buf: &mut Buffer, theme: &Theme) {
        let mut taken: Vec<(u16, u16)> = Vec::new();
        for line in self.lines.iter().rev() {
            let (Some(symbol), Some((x, y))) = (line.symbol, self.end_of(line, scale, canvas)) else {
                continue;
            };
            // Curves mostly end together: a letter moves to the left until it stands alone.
            let free = (canvas.x..=x).rev().take(12).find(|&x| !taken.contains(&(x, y)));
            let Some(x) = free else { continue };
            taken.push((x, y));
            let mut letter = [0; 4];
            let style = line.style(true, theme);
            put(buf, x, y, symbol.encode_utf8(&mut letter), 1, style);
        }
    }

    /// Arrows where a curve goes on beyond the limits of the y axis.
    pub(super) fn draw_beyond(&self, scale: &Scale, canvas: Rect, buf: &mut Buffer, theme: &Theme) {
        for line in &self.lines {
            for column in &line.drawn.raw.columns {
                let Some(extremes) = column.extremes else { continue };
                let x = self.cell_column(column.index, canvas);
                let style = line.style(true, theme);
                if extremes.max[1] > scale.span().max {
                    put(buf, x, canvas.y, "▴", 1, style);
                }
                if extremes.min[1] < scale.span().min {
                    put(buf, x, canvas.bottom() - 1, "▾", 1, style);
                }
            }
        }
    }

    /// Marks the columns that hold points which no dot can show: `×` for NaN below, `∞` for infinities above.
    pub(super) fn draw_marks(&self, canvas: Rect, buf: &mut Buffer, theme: &Theme) {
        let style = theme.tone(Tone::Warning);
        let columns = self.lines.iter().flat_map(|line| &line.drawn.raw.columns);
        for Column {
            index,
            n_nan,
            n_infinite,
            ..
        } in columns
        {
            let x = self.cell_column(*index, canvas);
            if *n_nan > 0 {
                put(buf, x, canvas.bottom() - 1, "×", 1, style);
            }
            if *n_infinite > 0 {
                put(buf, x, canvas.y, "∞", 1, style);
            }
        }
    }

    fn draw_brush(&self, canvas: Rect, buf: &mut Buffer, theme: &Theme) {
        let Some(brush) = self.brush else { return };
        let columns = self.columns_of(brush, canvas);
        let (first, last) = (*columns.start(), *columns.end());
        let has_shade = theme.brushed().bg.is_some();
        for x in columns {
            for y in canvas.y..canvas.bottom() {
                if let Some(cell) = buf.cell_mut((x, y)) {
                    cell.set_style(theme.brushed());
                }
                // Where few colours give no shade, the ends of the stretch are drawn.
                if !has_shade && (x == first || x == last) {
                    put(buf, x, y, "┊", 1, theme.tone(Tone::Warning));
                }
            }
        }
    }

    /// A line through the place of the cursor, and a dot on every curve there.
    fn draw_cursor(&self, canvas: Rect, buf: &mut Buffer, theme: &Theme) {
        let Some(x) = self.cursor.and_then(|at| self.column_of(at, canvas)) else {
            return;
        };
        let style = theme.tone(Tone::Warning);
        for y in canvas.y..canvas.bottom() {
            let Some(cell) = buf.cell_mut((x, y)) else {
                continue;
            };
            if matches!(cell.symbol(), " " | "┈" | "┊") {
                cell.set_symbol("│");
                cell.set_style(style);
            }
        }
        self.draw_cursor_foot(canvas, buf, theme);
        let Some(scale) = &self.y else { return };
        for line in &self.lines {
            let Some([x, y]) = line.at_cursor.filter(|_| line.stress != Stress::Dimmed) else {
                continue;
            };
            let place = self.column_of(x, canvas).zip(row_of(y, scale, canvas));
            if let Some((x, y)) = place {
                let style = if self.lines.len() == 1 {
                    style
                } else {
                    line.style(true, theme)
                };
                put(buf, x, y, "●", 1, style);
            }
        }
    }

    /// The mark of the cursor on the x axis.
    pub(super) fn draw_cursor_foot(&self, canvas: Rect, buf: &mut Buffer, theme: &Theme) {
        if let Some(x) = self.cursor.and_then(|at| self.column_of(at, canvas)) {
            put(buf, x, canvas.bottom(), "┴", 1, theme.tone(Tone::Warning));
        }
    }

    /// The marked stretch, where any of it is in view.
    pub(super) fn brush_in_view(&self) -> Option<Span> {
        let span = self.x.span;
        self.brush
            .filter(|brush| brush.max >= span.min && brush.min <= span.max)
    }

    /// The cell behind the last finite point of a curve in view.
    fn end_of(&self, line: &PlotLine<'_>, scale: &Scale, canvas: Rect) -> Option<(u16, u16)> {
        let last = line.drawn.line().columns.iter().rev();
        let (index, value) = last
            .filter_map(|column| Some((column.index, column.extremes?.last[1])))
            .next()?;
        let y = row_of(value, scale, canvas)?;
        Some(((self.cell_column(index, canvas) + 1).min(canvas.right() - 1), y))
    }

    /// The cell column of an x, where it is in view.
    pub(super) fn column_of(&self, x: f64, canvas: Rect) -> Option<u16> {
        if !self.x.span.contains(x) || canvas.width == 0 {
            return None;
        }
        let column = (self.x.share(x) * f64::from(canvas.width)) as u16;
        Some(canvas.x + column.min(canvas.width - 1))
    }

    pub(super) fn columns_of(&self, span: Span, canvas: Rect) -> std::ops::RangeInclusive<u16> {
        let within = |x: f64| x.clamp(self.x.span.min, self.x.span.max);
        let is_in_view = self.brush_in_view().is_some();
        let ends = self
            .column_of(within(span.min), canvas)
            .zip(self.column_of(within(span.max), canvas));
        match ends.filter(|_| is_in_view) {
            Some((first, last)) => first..=last,
            #[allow(clippy::reversed_empty_ranges)]
            None => 1..=0,
        }
    }
}

impl PlotLine<'_> {
    fn style(&self, is_line: bool, theme: &Theme) -> Style {
        match (self.stress, is_line) {
            (Stress::Dimmed, _) => theme.faint_curve(self.colour),
            (_, false) => theme.faint_curve(self.colour),
            (Stress::Usual, true) => theme.curve(self.colour),
            (Stress::Focused, true) => theme.focused_curve(self.colour),
        }
    }
}

/// The cell row of a value, where it is in view.
pub(super) fn row_of(value: f64, scale: &Scale, canvas: Rect) -> Option<u16> {
    let share = Some(scale.share(value)).filter(|share| (0.0..=1.0).contains(share))?;
    let n_rows = f64::from(canvas.height) * 4.0 - 1.0;
    let row = (n_rows - (share * n_rows).round()) as u16 / 4;
    Some(canvas.y + row.min(canvas.height.saturating_sub(1)))
}
