//! Blocks laid out as lines of so many cells.

use flowdeck_surface::markdown::{self, Mark};
use flowdeck_surface::preview::{Text, hex_line};
use flowdeck_surface::text::{harmless, width_cells};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::Viewer;
use super::block::{Block, Told};
use crate::app::context::Look;
use crate::app::widgets::text::{put, wrapped};

/// How a piece of a line looks.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Ink {
    tone: Tone,
    modifier: Modifier,
}

/// Pieces from left to right.
pub(super) type StyledLine = Vec<(String, Ink)>;

/// Cells of the label of a fact at most.
const WIDEST_LABEL: usize = 28;

/// Blank cells between two columns.
const GAP: usize = 2;

const fn toned(tone: Tone) -> Ink {
    Ink {
        tone,
        modifier: Modifier::empty(),
    }
}

/// The lines of blocks; long ones are broken, or left whole to be scrolled.
pub(super) fn lay_out(blocks: &[Block], width: usize, wraps: bool) -> Vec<StyledLine> {
    let mut lines = Vec::new();
    for block in blocks {
        match block {
            Block::Heading(text) => heading(text, &mut lines),
            Block::Facts(facts) => add_facts(facts, width, &mut lines),
            Block::Text(text, tone) => add_text(text, *tone, width, wraps, &mut lines),
            Block::Markdown(text) => {
                lines.extend(markdown::lay_out(text, width).iter().map(|line| marked(line)));
            }
            Block::Rows(titles, rows) => add_rows(titles, rows, width, &mut lines),
            Block::Bytes(bytes) => {
                let rows = (0..).map_while(|line| hex_line(bytes, line));
                lines.extend(rows.map(|row| vec![(row, toned(Tone::Plain))]));
            }
        }
    }
    lines
}

fn heading(text: &str, lines: &mut Vec<StyledLine>) {
    if !lines.is_empty() {
        lines.push(Vec::new());
    }
    let ink = Ink {
        tone: Tone::Accent,
        modifier: Modifier::BOLD,
    };
    lines.push(vec![(text.to_owned(), ink)]);
}

fn add_facts(facts: &[Told], width: usize, lines: &mut Vec<StyledLine>) {
    let label_width = |fact: &Told| width_cells(&harmless(&fact.label));
    let widest = facts.iter().map(label_width).max().unwrap_or(0);
    let column = widest.min(WIDEST_LABEL).min(width / 2);
    for fact in facts {
        let mut label = vec![(harmless(&fact.label).into_owned(), toned(Tone::Muted))];
        let wide = label_width(fact);
        if wide > column {
            // A label that is too long has a line of its own.
            lines.extend(
                wrapped(&fact.label, width)
                    .into_iter()
                    .map(|line| vec![(line, toned(Tone::Muted))]),
            );
            label = vec![(" ".repeat(column), toned(Tone::Plain))];
        } else {
            label.push((" ".repeat(column - wide), toned(Tone::Plain)));
        }
        let texts = wrapped(&fact.text, width.saturating_sub(column + GAP).max(1));
        for (place, text) in texts
            .iter()
            .map(String::as_str)
            .chain(texts.is_empty().then_some(""))
            .enumerate()
        {
            let mut line = if place == 0 {
                label.clone()
            } else {
                vec![(" ".repeat(column), toned(Tone::Plain))]
            };
            line.push((" ".repeat(GAP), toned(Tone::Plain)));
            line.push((text.to_owned(), toned(fact.tone)));
            lines.push(line);
        }
    }
}

fn add_text(text: &Text, tone: Tone, width: usize, wraps: bool, lines: &mut Vec<StyledLine>) {
    for index in 0..text.n_lines() {
        let line = text.line(index).unwrap_or_default();
        let line = expanded(line);
        if !wraps || line.len() <= width {
            lines.push(vec![(harmless(&line).into_owned(), toned(tone))]);
            continue;
        }
        let parts = wrapped(&line, width);
        if parts.is_empty() {
            lines.push(Vec::new());
        }
        lines.extend(parts.into_iter().map(|part| vec![(part, toned(tone))]));
    }
}

/// Tabs as blanks up to the next eighth cell, as terminals show them; carriage returns of progress bars end a line.
fn expanded(line: &str) -> std::borrow::Cow<'_, str> {
    if !line.contains(['\t', '\r']) {
        return line.into();
    }
    let last = line.trim_end_matches('\r').rsplit('\r').next().unwrap_or(line);
    let mut text = String::new();
    for letter in last.chars() {
        if letter == '\t' {
            let blanks = 8 - width_cells(&text) % 8;
            text.extend(std::iter::repeat_n(' ', blanks));
        } else {
            text.push(letter);
        }
    }
    text.into()
}

fn marked(line: &[markdown::Piece]) -> StyledLine {
    line.iter()
        .map(|piece| (harmless(&piece.text).into_owned(), ink_of(piece.mark)))
        .collect()
}

fn ink_of(mark: Mark) -> Ink {
    let tone = match mark {
        Mark { is_muted: true, .. } | Mark { is_struck: true, .. } => Tone::Muted,
        Mark { is_heading: true, .. } | Mark { is_link: true, .. } => Tone::Accent,
        Mark { is_code: true, .. } => Tone::Active,
        _ => Tone::Plain,
    };
    let mut modifier = Modifier::empty();
    modifier.set(Modifier::BOLD, mark.is_strong || mark.is_heading);
    modifier.set(Modifier::ITALIC, mark.is_emphasis);
    modifier.set(Modifier::UNDERLINED, mark.is_link);
    Ink { tone, modifier }
}

/// Rows below their titles; the widest column gives way first, and a cell that does not fit takes more lines.
fn add_rows(titles: &[String], rows: &[Vec<String>], width: usize, lines: &mut Vec<StyledLine>) {
    let n_columns = titles.len();
    let mut widths: Vec<usize> = titles.iter().map(|title| width_cells(title)).collect();
    for row in rows {
        for (place, cell) in row.iter().take(n_columns).enumerate() {
            widths[place] = widths[place].max(width_cells(&harmless(cell)));
        }
    }
    let room = width.saturating_sub(GAP * n_columns.saturating_sub(1));
    while widths.iter().sum::<usize>() > room {
        match widths.iter_mut().max() {
            Some(widest) if *widest > 4 => *widest -= 1,
            _ => break,
        }
    }
    add_row(titles, &widths, toned(Tone::Muted), lines);
    for row in rows {
        add_row(row, &widths, toned(Tone::Plain), lines);
    }
}

fn add_row(row: &[String], widths: &[usize], ink: Ink, lines: &mut Vec<StyledLine>) {
    let cells: Vec<Vec<String>> = row
        .iter()
        .zip(widths)
        .map(|(cell, &width)| wrapped(cell, width))
        .collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
    for index in 0..height {
        let mut text = String::new();
        for (place, &width) in widths.iter().enumerate() {
            let cell = cells
                .get(place)
                .and_then(|cell| cell.get(index))
                .map_or("", String::as_str);
            text.push_str(cell);
            let is_last = place + 1 == widths.len();
            let blanks = if is_last {
                0
            } else {
                width.saturating_sub(width_cells(cell)) + GAP
            };
            text.extend(std::iter::repeat_n(' ', blanks));
        }
        lines.push(vec![(text, ink)]);
    }
}

impl Viewer {
    pub(super) fn draw_flow(&self, lines: &[StyledLine], area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let height = usize::from(area.height);
        for (offset, line) in lines.iter().skip(self.cursor.first).take(height).enumerate() {
            let y = area.y + offset as u16;
            self.draw_line(line, area, y, buf, look);
            if !self.find.is_empty() && self.has_match(self.cursor.first + offset, area) {
                put(buf, area.x, y, "▌", 1, look.theme.tone(Tone::Warning));
            }
        }
        super::keys::draw_scroll_bar(self.cursor.first, lines.len(), height, area, buf, look);
    }

    fn draw_line(&self, line: &StyledLine, area: Rect, y: u16, buf: &mut Buffer, look: &Look<'_>) {
        let (mut x, right) = (area.x + 1, area.right().saturating_sub(1));
        let mut skipped = if self.wraps { 0 } else { self.left };
        for (text, ink) in line {
            let wide = width_cells(text);
            if skipped >= wide && skipped > 0 {
                skipped -= wide;
                continue;
            }
            let shown = behind(text, skipped);
            skipped = 0;
            let room = usize::from(right.saturating_sub(x));
            if room == 0 {
                return;
            }
            let style = look.theme.tone(ink.tone).add_modifier(ink.modifier);
            x = put(buf, x, y, shown, room, style);
        }
    }
}

/// A text without so many cells in front.
fn behind(text: &str, cells: usize) -> &str {
    let mut used = 0;
    for (at, letter) in text.char_indices() {
        if used >= cells {
            return &text[at..];
        }
        used += width_cells(letter.encode_utf8(&mut [0; 4]));
    }
    if cells == 0 { text } else { "" }
}
