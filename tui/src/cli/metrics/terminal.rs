//! A figure in the terminal: the same cells as in the app, written line by line.

use std::io::Write;

use flowdeck_surface::chart::{Figure, LaidOut, symbol};
use flowdeck_surface::text::{fitted, harmless};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use crate::app::chart::plot::{AXIS_ROWS, Plot, PlotLine, Stress, canvas_of};
use crate::app::theme::{Depth, Theme};
use crate::cli::exit::Outcome;
use crate::cli::output::paint::painted;
use crate::cli::output::table::Style;

/// Width where the output is no terminal.
const USUAL_WIDTH: usize = 80;
/// The narrowest chart.
const LEAST_WIDTH: usize = 24;
/// Rows of dots' cells; with title, axis and legend it fits a terminal of 24 lines.
const ROWS: u16 = 16;
/// Curves that are drawn into one chart without colours: letters at their ends tell few of them apart.
const TOLD_APART: usize = 4;

/// Draws a figure.
pub(super) fn write(mut out: impl Write, figure: &Figure, style: &Style) -> Outcome {
    let width = style.width.unwrap_or(USUAL_WIDTH).clamp(LEAST_WIDTH, 400);
    let title = harmless(&figure.title);
    writeln!(
        out,
        "{}",
        painted(&fitted(&title, width), Tone::Accent, style.colour)
    )?;
    if style.colour || figure.lines.len() <= TOLD_APART {
        write_chart(&mut out, figure, width, style)?;
        if figure.lines.len() > 1 {
            write_legend(&mut out, figure, width, style)?;
        }
        return Ok(out.flush()?);
    }
    for line in &figure.lines {
        writeln!(out, "{}", fitted(&harmless(&line.name), width))?;
        let alone = Figure {
            lines: vec![line.clone()],
            ..figure.clone()
        };
        write_chart(&mut out, &alone, width, style)?;
    }
    Ok(out.flush()?)
}

fn theme(style: &Style) -> Theme {
    Theme::new(if style.colour {
        Depth::Sixteen
    } else {
        Depth::Monochrome
    })
}

fn write_chart(out: &mut impl Write, figure: &Figure, width: usize, style: &Style) -> Outcome {
    let area = Rect::new(0, 0, width as u16, ROWS + AXIS_ROWS);
    let n_columns = usize::from(canvas_of(area).width) * 2;
    // A curve of NaN alone has no scale: `metrics plot` refused it before, and one of several leaves no mark.
    let Some(LaidOut { x, y, drawn }) = figure.laid_out(n_columns) else {
        return Ok(());
    };
    let lines = figure.lines.iter().zip(&drawn).enumerate();
    let lines = lines.map(|(place, (line, drawn))| PlotLine {
        drawn,
        colour: line.colour,
        stress: Stress::Usual,
        symbol: symbol(place).filter(|_| figure.lines.len() > 1),
        at_cursor: None,
    });
    let plot = Plot {
        x,
        y: Some(y),
        lines: lines.collect(),
        n_columns,
        cursor: None,
        brush: None,
    };
    let mut buffer = Buffer::empty(area);
    plot.draw(area, &mut buffer, &theme(style), &style.clock);
    for row in 0..area.height {
        writeln!(out, "{}", written(&buffer, row, style.colour))?;
    }
    Ok(())
}

fn write_legend(out: &mut impl Write, figure: &Figure, width: usize, style: &Style) -> Outcome {
    for (place, line) in figure.lines.iter().enumerate() {
        let mut cell = Cell::default();
        cell.set_style(theme(style).curve(line.colour));
        let letter = symbol(place).unwrap_or('━');
        let name = harmless(&line.name);
        let code = code(&cell).filter(|_| style.colour);
        let letter = code.map_or(letter.to_string(), |code| {
            format!("\u{1b}[{code}m{letter}\u{1b}[0m")
        });
        writeln!(out, "{letter} {}", fitted(&name, width.saturating_sub(2)))?;
    }
    Ok(())
}

/// A row of cells as a line with as few escape sequences as it takes.
fn written(buffer: &Buffer, row: u16, colour: bool) -> String {
    let cells = (0..buffer.area.width).map(|column| &buffer[(column, row)]);
    let cells: Vec<&Cell> = cells.collect();
    let end = cells
        .iter()
        .rposition(|cell| cell.symbol() != " ")
        .map_or(0, |at| at + 1);
    let mut text = String::new();
    let mut now = None;
    for cell in &cells[..end] {
        // A blank has no colour and breaks no stretch of one.
        let wanted = if cell.symbol() == " " {
            now.clone()
        } else {
            code(cell)
        };
        if colour && wanted != now {
            text.push_str("\u{1b}[0m");
            if let Some(code) = &wanted {
                text.push_str(&format!("\u{1b}[{code}m"));
            }
            now = wanted;
        }
        text.push_str(cell.symbol());
    }
    if now.is_some() {
        text.push_str("\u{1b}[0m");
    }
    text
}

/// The parameters of the escape sequence for a cell; none where it is plain.
fn code(cell: &Cell) -> Option<String> {
    let colour = match cell.fg {
        Color::Black => Some(30),
        Color::Red => Some(31),
        Color::Green => Some(32),
        Color::Yellow => Some(33),
        Color::Blue => Some(34),
        Color::Magenta => Some(35),
        Color::Cyan => Some(36),
        Color::DarkGray => Some(90),
        Color::LightRed => Some(91),
        Color::LightGreen => Some(92),
        Color::LightYellow => Some(93),
        Color::LightBlue => Some(94),
        Color::LightMagenta => Some(95),
        Color::LightCyan => Some(96),
        Color::White => Some(97),
        _ => None,
    };
    let dim = cell.modifier.contains(Modifier::DIM).then_some(2);
    let codes: Vec<String> = dim
        .into_iter()
        .chain(colour)
        .map(|code| code.to_string())
        .collect();
    (!codes.is_empty()).then(|| codes.join(";"))
}
