//! A chart in the terminal: braille dots, two across and four down in each cell.
//!
//! ```text
//! loss of run-7
//!  0.91 ┤⢣
//!       │ ⠣⡀
//!  0.11 ┤   ⠉⠒⠤⣀⡀
//!       └─────────
//!       0      900
//! ```

use std::io::Write;

use flowdeck_surface::client::Timestamp;
use flowdeck_surface::client::series::{Span, XAxis};
use flowdeck_surface::clock::Clock;
use flowdeck_surface::format;
use flowdeck_surface::ticks::{Tick, log_ticks, number_ticks};
use flowdeck_surface::tone::Tone;
use unicode_width::UnicodeWidthStr;

use super::plot::{Chart, Curve};
use crate::cli::exit::Outcome;
use crate::cli::output::paint::painted;
use crate::cli::output::table::Style;
use flowdeck_surface::text::fitted;
use flowdeck_surface::text::harmless;

/// Width where the output is no terminal.
const USUAL_WIDTH: usize = 80;
/// Rows of dots' cells; with title, axis and legend it fits a terminal of 24 lines.
const ROWS: usize = 16;
/// Rows where each curve has a chart of its own.
const ROWS_OF_SEVERAL: usize = 8;
/// Rows from one number beside the y axis to the next, at least.
const ROWS_PER_LABEL: usize = 3;
/// Cells for the numbers beside the y axis.
const LABEL_WIDTH: usize = 8;
/// Characters of a number beside the y axis: more digits would say nothing at this size.
const NUMBER_WIDTH: usize = 6;
/// Colours of curves, as parameters of the escape sequence; the first is repeated after the last.
const COLOURS: [&str; 6] = ["36", "33", "35", "32", "31", "34"];
/// Dots of a cell by row and column, as bits above U+2800.
const DOTS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// Draws a chart. Without colours every curve has a chart of its own, as nothing else would tell them apart.
pub(super) fn write(mut out: impl Write, chart: &Chart, style: &Style) -> Outcome {
    let title = harmless(&chart.title);
    writeln!(out, "{}", painted(&title, Tone::Accent, style.colour))?;
    if style.colour || chart.curves.len() == 1 {
        write_panel(
            &mut out,
            chart,
            &chart.curves.iter().collect::<Vec<_>>(),
            ROWS,
            style,
        )?;
        if chart.curves.len() > 1 {
            write_legend(&mut out, chart)?;
        }
    } else {
        for curve in &chart.curves {
            writeln!(out, "{}", harmless(&curve.name))?;
            write_panel(&mut out, chart, &[curve], ROWS_OF_SEVERAL, style)?;
        }
    }
    Ok(out.flush()?)
}

fn write_legend(out: &mut impl Write, chart: &Chart) -> Outcome {
    for (place, curve) in chart.curves.iter().enumerate() {
        writeln!(out, "{} {}", coloured("━━", place), harmless(&curve.name))?;
    }
    Ok(())
}

fn coloured(text: &str, place: usize) -> String {
    format!("\u{1b}[{}m{text}\u{1b}[0m", COLOURS[place % COLOURS.len()])
}

fn write_panel(
    out: &mut impl Write,
    chart: &Chart,
    curves: &[&Curve],
    n_rows: usize,
    style: &Style,
) -> Outcome {
    let width = style.width.unwrap_or(USUAL_WIDTH);
    let n_columns = width.saturating_sub(LABEL_WIDTH + 3).max(10);
    let mut canvas = Canvas::new(n_columns, n_rows);
    for (place, curve) in curves.iter().enumerate() {
        canvas.draw(curve, chart, place);
    }
    let labels = y_labels(chart, n_rows);
    for (row, label) in labels.iter().enumerate() {
        let tick = if label.is_some() { '┤' } else { '│' };
        writeln!(
            out,
            "{:>LABEL_WIDTH$} {tick}{}",
            label.as_deref().unwrap_or_default(),
            canvas.row(row, style.colour)
        )?;
    }
    writeln!(out, "{:LABEL_WIDTH$} └{}", "", canvas.axis())?;
    writeln!(
        out,
        "{:LABEL_WIDTH$}  {}",
        "",
        x_labels(chart, n_columns, &style.clock)
    )?;
    Ok(())
}

/// What stands beside each row, from the top: round numbers, a few rows apart.
fn y_labels(chart: &Chart, n_rows: usize) -> Vec<Option<String>> {
    let mut labels = vec![None; n_rows];
    let y = padded(chart.y);
    let n_most = n_rows / ROWS_PER_LABEL;
    let ticks = if chart.log {
        let values = Span {
            min: 10_f64.powf(y.min),
            max: 10_f64.powf(y.max),
        };
        log_ticks(values, n_most)
    } else {
        number_ticks(y, n_most)
    };
    for Tick { at, label } in ticks {
        let along = if chart.log { at.log10() } else { at };
        let dot = dot_of(along, y, n_rows * 4);
        let row = n_rows - 1 - dot / 4;
        labels[row] = Some(if label.width() <= LABEL_WIDTH {
            label
        } else {
            format::number(at, NUMBER_WIDTH)
        });
    }
    labels
}

/// The dot a value falls on, of so many along the span, counted from its lower end.
fn dot_of(value: f64, span: Span, n_dots: usize) -> usize {
    let last = n_dots as f64 - 1.0;
    ((value - span.min) / span.length() * last)
        .round()
        .clamp(0.0, last) as usize
}

/// A stretch that has a length.
pub(super) fn padded(span: Span) -> Span {
    if span.length() > 0.0 {
        return span;
    }
    let by = if span.min == 0.0 {
        1.0
    } else {
        span.min.abs() * 0.1
    };
    Span {
        min: span.min - by,
        max: span.max + by,
    }
}

/// A value of the y axis as people read it.
pub(super) fn written_y(value: f64, log: bool) -> String {
    format::number(if log { 10_f64.powf(value) } else { value }, NUMBER_WIDTH)
}

/// A place on the x axis as people read it.
pub(super) fn written_x(value: f64, axis: XAxis, clock: &Clock) -> String {
    match axis {
        XAxis::Step => format::number(value.round(), 12),
        XAxis::WallTime => clock.date_time(Timestamp(value as i64)),
        XAxis::RelativeTime => format::duration(value as i64),
    }
}

/// The ends of the x axis at its ends, and what it counts between them.
fn x_labels(chart: &Chart, width: usize, clock: &Clock) -> String {
    let (left, right) = (
        written_x(chart.x.min, chart.axis, clock),
        written_x(chart.x.max, chart.axis, clock),
    );
    let counted = match chart.axis {
        XAxis::Step => "step",
        XAxis::WallTime => "time",
        XAxis::RelativeTime => "since the first point",
    };
    let room = width.saturating_sub(left.width() + right.width());
    let middle = if room >= counted.width() + 2 { counted } else { "" };
    fitted(&format!("{left}{middle:^room$}{right}"), width).into_owned()
}

/// Dots to draw on.
struct Canvas {
    n_columns: usize,
    n_rows: usize,
    /// Bits of each cell, row by row.
    dots: Vec<u8>,
    /// The curve that was drawn last in each cell.
    owners: Vec<usize>,
    /// Whether a curve has a value in this column that is no number.
    holes: Vec<bool>,
}

impl Canvas {
    fn new(n_columns: usize, n_rows: usize) -> Self {
        Self {
            n_columns,
            n_rows,
            dots: vec![0; n_columns * n_rows],
            owners: vec![0; n_columns * n_rows],
            holes: vec![false; n_columns],
        }
    }

    fn draw(&mut self, curve: &Curve, chart: &Chart, owner: usize) {
        let (x_span, y_span) = (padded(chart.x), padded(chart.y));
        let reduced = curve.line().reduced(x_span, self.n_columns * 2);
        for column in &reduced.columns {
            if column.n_nan + column.n_infinite > 0 {
                self.holes[(column.index / 2).min(self.n_columns - 1)] = true;
            }
        }
        let place = |value: f64, span: Span, n_dots: usize| dot_of(value, span, n_dots) as i64;
        let (x, y) = reduced.polyline();
        let mut pen: Option<(i64, i64)> = None;
        for (&x, &y) in x.iter().zip(&y) {
            if !y.is_finite() {
                pen = None;
                continue;
            }
            let across = place(x, x_span, self.n_columns * 2);
            let down = (self.n_rows as i64 * 4 - 1) - place(y, y_span, self.n_rows * 4);
            self.line(pen.unwrap_or((across, down)), (across, down), owner);
            pen = Some((across, down));
        }
    }

    /// Sets the dots between two, ends included.
    fn line(&mut self, from: (i64, i64), to: (i64, i64), owner: usize) {
        let steps = (to.0 - from.0).abs().max((to.1 - from.1).abs());
        for step in 0..=steps {
            let part = if steps == 0 {
                0.0
            } else {
                step as f64 / steps as f64
            };
            let between = |from: i64, to: i64| from + ((to - from) as f64 * part).round() as i64;
            self.dot(between(from.0, to.0), between(from.1, to.1), owner);
        }
    }

    fn dot(&mut self, across: i64, down: i64, owner: usize) {
        let (Ok(across), Ok(down)) = (usize::try_from(across), usize::try_from(down)) else {
            return;
        };
        let (column, row) = (across / 2, down / 4);
        if column < self.n_columns && row < self.n_rows {
            let cell = row * self.n_columns + column;
            self.dots[cell] |= DOTS[down % 4][across % 2];
            self.owners[cell] = owner;
        }
    }

    fn row(&self, row: usize, colour: bool) -> String {
        let cells = row * self.n_columns..(row + 1) * self.n_columns;
        let end = cells.clone().rev().find(|&cell| self.dots[cell] != 0);
        let mut text = String::new();
        let mut inked = None;
        for cell in cells.start..end.map_or(cells.start, |last| last + 1) {
            let owner = Some(self.owners[cell]).filter(|_| colour && self.dots[cell] != 0);
            // A blank has no colour and breaks no stretch of one.
            if let Some(owner) = owner.filter(|&owner| inked != Some(owner)) {
                text.push_str(&format!("\u{1b}[{}m", COLOURS[owner % COLOURS.len()]));
                inked = Some(owner);
            }
            text.push(self.letter(cell));
        }
        if inked.is_some() {
            text.push_str("\u{1b}[0m");
        }
        text
    }

    fn letter(&self, cell: usize) -> char {
        match self.dots[cell] {
            0 => ' ',
            dots => char::from_u32(0x2800 + u32::from(dots)).unwrap_or(' '),
        }
    }

    /// The x axis, with a cross below values that are no numbers.
    fn axis(&self) -> String {
        let mark = |&hole: &bool| if hole { '×' } else { '─' };
        self.holes.iter().map(mark).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_sets_every_dot_between_its_ends() {
        let mut canvas = Canvas::new(2, 1);
        canvas.line((0, 3), (3, 0), 0);
        assert_eq!(canvas.row(0, false), "⡠⠊");
        canvas.dot(99, -1, 0);
        canvas.dot(0, 99, 0);
    }

    #[test]
    fn a_stretch_without_length_gets_one() {
        let flat = padded(Span { min: 2.0, max: 2.0 });
        assert!(flat.min < 2.0 && flat.max > 2.0);
        assert_eq!(padded(Span { min: 0.0, max: 0.0 }), Span { min: -1.0, max: 1.0 });
    }
}
