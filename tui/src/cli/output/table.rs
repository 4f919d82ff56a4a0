//! Tables for people: aligned, and cut to the terminal where there is one.

use std::io::Write;

use flowdeck_surface::clock::Clock;
use flowdeck_surface::text::{fitted, harmless};
use flowdeck_surface::tone::Tone;
use unicode_width::UnicodeWidthStr;

use super::column::{Column, Shape};
use super::paint::painted;
use crate::cli::exit::Outcome;

/// Cells between two columns.
const GAP: usize = 2;
/// A flexible column is not made narrower than this.
const NARROWEST: usize = 8;
/// On a terminal narrower than this, times are written short.
const NARROW: usize = 110;

/// How tables are written.
#[derive(Clone, Debug)]
pub(crate) struct Style {
    /// Width of the terminal; none where the output is no terminal, and nothing is cut.
    pub(crate) width: Option<usize>,
    /// Whether colours are wanted.
    pub(crate) colour: bool,
    /// How times are written.
    pub(crate) clock: Clock,
}

/// One column of a table that is ready to be written.
struct Strip {
    title: String,
    shape: Shape,
    optional: bool,
    cells: Vec<(String, Tone)>,
    width: usize,
}

/// Writes things as rows under the columns' titles.
pub(crate) fn write<T>(out: impl Write, things: &[T], columns: &[Column<T>], style: &Style) -> Outcome {
    let narrow = style.width.is_some_and(|width| width < NARROW);
    let strips = columns.iter().map(|column| {
        let cells: Vec<_> = things
            .iter()
            .map(|thing| {
                let cell = column.cell(thing);
                (cell.for_people(&style.clock, narrow), cell.tone())
            })
            .collect();
        Strip::new(column, cells)
    });
    let mut strips: Vec<_> = strips.collect();
    if let Some(width) = style.width {
        fit(&mut strips, width);
    }
    write_strips(out, &strips, things.len(), style.colour)
}

impl Strip {
    fn new<T>(column: &Column<T>, cells: Vec<(String, Tone)>) -> Self {
        let title = harmless(&column.title).into_owned();
        let widest = cells.iter().map(|(text, _)| text.width()).max().unwrap_or(0);
        Self {
            width: widest.max(title.width()),
            title,
            shape: column.shape,
            optional: column.optional,
            cells,
        }
    }

    fn narrowest(&self) -> usize {
        match self.shape {
            Shape::Flexible => self.width.min(NARROWEST.max(self.title.width().min(16))),
            Shape::Whole | Shape::Number => self.width,
        }
    }
}

/// Narrows the widest flexible columns first, then leaves optional ones out, from the right.
fn fit(strips: &mut Vec<Strip>, width: usize) {
    let total = |widths: &mut dyn Iterator<Item = usize>| widths.map(|width| width + GAP).sum::<usize>();
    while total(&mut strips.iter().map(Strip::narrowest)) > width + GAP {
        let Some(place) = strips.iter().rposition(|strip| strip.optional) else {
            break;
        };
        strips.remove(place);
    }
    let mut over = total(&mut strips.iter().map(|strip| strip.width)).saturating_sub(width + GAP);
    while over > 0 {
        let widest = strips
            .iter_mut()
            .filter(|strip| strip.width > strip.narrowest())
            .max_by_key(|strip| strip.width);
        let Some(widest) = widest else { break };
        widest.width -= 1;
        over -= 1;
    }
}

fn write_strips(mut out: impl Write, strips: &[Strip], n_rows: usize, colour: bool) -> Outcome {
    let mut line = String::new();
    for (place, strip) in strips.iter().enumerate() {
        let last = place + 1 == strips.len();
        push_cell(&mut line, &strip.title, Tone::Accent, strip, last, colour);
    }
    writeln!(out, "{}", line.trim_end())?;
    for row in 0..n_rows {
        line.clear();
        for (place, strip) in strips.iter().enumerate() {
            let (text, tone) = &strip.cells[row];
            push_cell(&mut line, text, *tone, strip, place + 1 == strips.len(), colour);
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(out.flush()?)
}

/// Adds one cell and the gap behind it; colour codes have no width.
fn push_cell(line: &mut String, text: &str, tone: Tone, strip: &Strip, last: bool, colour: bool) {
    let text = fitted(text, strip.width);
    let blanks = strip.width - text.width().min(strip.width);
    let (before, after) = match strip.shape {
        Shape::Number => (blanks, 0),
        Shape::Whole | Shape::Flexible => (0, blanks),
    };
    line.extend(std::iter::repeat_n(' ', before));
    line.push_str(&painted(&text, tone, colour));
    if !last {
        line.extend(std::iter::repeat_n(' ', after + GAP));
    }
}

#[cfg(test)]
mod tests {
    use super::super::cell::Cell;
    use super::*;

    fn columns() -> Vec<Column<(&'static str, f64)>> {
        vec![
            Column::new("name", "Name", Shape::Flexible, |row: &(&str, f64)| {
                Cell::text(Some(row.0))
            }),
            Column::new("loss", "loss", Shape::Number, |row: &(&str, f64)| {
                Cell::Number(row.1)
            }),
            Column::new("more", "more", Shape::Number, |row: &(&str, f64)| {
                Cell::Number(row.1)
            })
            .optional(),
        ]
    }

    fn written(rows: &[(&'static str, f64)], width: Option<usize>) -> String {
        let style = Style {
            width,
            colour: false,
            clock: Clock::utc(),
        };
        let mut out = Vec::new();
        write(&mut out, rows, &columns(), &style).expect("a vector takes it");
        String::from_utf8(out).expect("it is text")
    }

    #[test]
    fn columns_align_by_what_letters_are_wide() {
        let text = written(&[("名名", 1.0), ("b", 0.25)], None);
        assert_eq!(text, "Name  loss  more\n名名     1     1\nb     0.25  0.25\n");
    }

    #[test]
    fn a_narrow_terminal_cuts_what_may_be_cut_and_leaves_out_the_optional() {
        let rows = [("a long name of a run", 0.25)];
        assert_eq!(
            written(&rows, Some(24)),
            "Name          loss  more\na long name…  0.25  0.25\n"
        );
        assert_eq!(written(&rows, Some(16)), "Name        loss\na long na…  0.25\n");
    }

    #[test]
    fn a_name_cannot_act_on_the_terminal() {
        assert!(written(&[("\u{1b}[2J", 0.0)], None).contains("␛[2J"));
    }
}
