//! A terminal's screen as an SVG picture, for the user guide.
//!
//! Text stands as text, stretched to the cells it takes, so that it can be read and searched; braille dots are drawn as
//! dots, as many fonts have none. Pictures of iTerm2's protocol, which the emulator passes over, stand on their cells.

mod inline;

use std::fmt::Write;

pub use inline::InlinePicture;
use unicode_width::UnicodeWidthStr;
use vt100::{Cell, Color, Screen};

/// Width and height of a cell, in pixels.
const CELL: (f32, f32) = (8.4, 17.0);
/// Pixels around the screen.
const MARGIN: f32 = 12.0;
/// Pixels from the top of a cell to the line that letters stand on.
const BASELINE: f32 = 13.0;
/// Radius of a braille dot, in pixels.
const DOT: f32 = 1.05;
const BACKGROUND: &str = "#14161b";
const FOREGROUND: &str = "#d6d9e0";
/// The sixteen colours of a terminal, the bright ones last.
const COLOURS: [&str; 16] = [
    "#2a2e37", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#c8ccd4", "#6b7280",
    "#ff8891", "#b5e890", "#ffd68a", "#82c4ff", "#dd9af2", "#7fd6e0", "#ffffff",
];

/// How a stretch of cells looks.
#[derive(Clone, Debug, PartialEq)]
struct Style {
    ink: String,
    paper: Option<String>,
    is_bold: bool,
    is_faint: bool,
    is_italic: bool,
    is_underlined: bool,
}

/// Draws the screen.
pub fn svg(screen: &Screen) -> String {
    svg_with(screen, &[])
}

/// Draws the screen with pictures on some of its cells, behind the letters.
pub fn svg_with(screen: &Screen, inline: &[InlinePicture]) -> String {
    let (n_rows, n_columns) = size(screen);
    let width = f32::from(n_columns).mul_add(CELL.0, 2.0 * MARGIN);
    let height = f32::from(n_rows).mul_add(CELL.1, 2.0 * MARGIN);
    let mut picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.1} {height:.1}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', 'Liberation Mono', Menlo, Consolas, monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n"
    );
    for own in inline {
        own.draw(&mut picture);
    }
    for row in 0..n_rows {
        draw_row(screen, row, &mut picture);
    }
    picture.push_str("</svg>\n");
    picture
}

/// Rows and columns.
fn size(screen: &Screen) -> (u16, u16) {
    let (n_rows, n_columns) = screen.size();
    (n_rows.get(), n_columns.get())
}

fn draw_row(screen: &Screen, row: u16, picture: &mut String) {
    let (_, n_columns) = size(screen);
    let mut column = 0;
    while column < n_columns {
        let Some(style) = screen.cell(row, column).map(style_of) else {
            column += 1;
            continue;
        };
        let start = column;
        let mut text = String::new();
        while let Some(cell) = screen.cell(row, column) {
            // The second cell of a wide letter has no style of its own.
            if !cell.is_wide_continuation() {
                if style_of(cell) != style {
                    break;
                }
                text.push_str(if cell.has_contents() { cell.contents() } else { " " });
            }
            column += 1;
        }
        draw_stretch(row, start, column - start, &text, &style, picture);
    }
}

fn draw_stretch(row: u16, column: u16, n_cells: u16, text: &str, style: &Style, picture: &mut String) {
    let (x, y) = corner(row, column);
    let width = f32::from(n_cells) * CELL.0;
    if let Some(paper) = &style.paper {
        let _ = writeln!(
            picture,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{:.1}\" fill=\"{paper}\" shape-rendering=\"crispEdges\"/>",
            CELL.1
        );
    }
    draw_halves(row, column, text, &style.ink, picture);
    draw_dots(row, column, text, &style.ink, picture);
    // Words stand each in their place: blanks would be drawn together, and braille was drawn already.
    let mut offset = 0_u16;
    for word in text.split_inclusive(' ') {
        let shown: String = word
            .chars()
            .map(|letter| {
                if is_braille(letter) || letter == HALF {
                    ' '
                } else {
                    letter
                }
            })
            .collect();
        let n_cells = width_cells(word);
        let kept = shown.trim_end();
        if !kept.is_empty() {
            let lead = kept.len() - kept.trim_start().len();
            let at = x + f32::from(offset + lead as u16) * CELL.0;
            draw_word(at, y + BASELINE, kept.trim_start(), style, picture);
        }
        offset += n_cells;
    }
}

fn draw_word(x: f32, y: f32, word: &str, style: &Style, picture: &mut String) {
    let mut attributes = String::new();
    for (is_so, attribute) in [
        (style.is_bold, " font-weight=\"bold\""),
        (style.is_faint, " opacity=\"0.6\""),
        (style.is_italic, " font-style=\"italic\""),
        (style.is_underlined, " text-decoration=\"underline\""),
    ] {
        if is_so {
            attributes.push_str(attribute);
        }
    }
    let width = f32::from(width_cells(word)) * CELL.0;
    let _ = writeln!(
        picture,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" fill=\"{}\" textLength=\"{width:.1}\" lengthAdjust=\"spacingAndGlyphs\"{attributes}>{}</text>",
        style.ink,
        escaped(word)
    );
}

/// The upper half of a cell, of which pictures are made.
const HALF: char = '▀';

/// Draws the upper halves of cells; as letters they would leave gaps.
fn draw_halves(row: u16, column: u16, text: &str, ink: &str, picture: &mut String) {
    let mut at = column;
    let mut path = String::new();
    for letter in text.chars() {
        if letter == HALF {
            let (x, y) = corner(row, at);
            let _ = write!(path, "M{x:.1} {y:.1}h{:.1}v{:.1}h-{0:.1}z", CELL.0, CELL.1 / 2.0);
        }
        at += width_cells(letter.encode_utf8(&mut [0; 4]));
    }
    if !path.is_empty() {
        let _ = writeln!(
            picture,
            "<path fill=\"{ink}\" shape-rendering=\"crispEdges\" d=\"{path}\"/>"
        );
    }
}

/// Draws the dots of braille letters, two across and four down in a cell.
fn draw_dots(row: u16, column: u16, text: &str, ink: &str, picture: &mut String) {
    const PLACES: [(f32, f32); 8] = [
        (0.25, 0.125),
        (0.25, 0.375),
        (0.25, 0.625),
        (0.75, 0.125),
        (0.75, 0.375),
        (0.75, 0.625),
        (0.25, 0.875),
        (0.75, 0.875),
    ];
    let mut path = String::new();
    let mut at = column;
    for letter in text.chars() {
        let (x, y) = corner(row, at);
        let bits = (letter as u32).wrapping_sub(0x2800);
        for (bit, (across, down)) in PLACES.iter().enumerate() {
            if bits < 256 && bits & (1 << bit) != 0 {
                let (x, y) = (x + across * CELL.0 - DOT, y + down * CELL.1);
                let _ = write!(
                    path,
                    "M{x:.1} {y:.1}a{DOT} {DOT} 0 1 0 {0} 0a{DOT} {DOT} 0 1 0 -{0} 0",
                    2.0 * DOT
                );
            }
        }
        at += width_cells(letter.encode_utf8(&mut [0; 4]));
    }
    if !path.is_empty() {
        let _ = writeln!(picture, "<path fill=\"{ink}\" d=\"{path}\"/>");
    }
}

fn corner(row: u16, column: u16) -> (f32, f32) {
    (
        f32::from(column).mul_add(CELL.0, MARGIN),
        f32::from(row).mul_add(CELL.1, MARGIN),
    )
}

fn is_braille(letter: char) -> bool {
    ('\u{2800}'..='\u{28ff}').contains(&letter)
}

fn width_cells(text: &str) -> u16 {
    text.width().try_into().unwrap_or(u16::MAX)
}

fn style_of(cell: &Cell) -> Style {
    let (mut ink, mut paper) = (colour(cell.fgcolor()), colour(cell.bgcolor()));
    if cell.inverse() {
        ink = Some(paper.unwrap_or_else(|| BACKGROUND.to_owned()));
        paper = Some(colour(cell.fgcolor()).unwrap_or_else(|| FOREGROUND.to_owned()));
    }
    Style {
        ink: ink.unwrap_or_else(|| FOREGROUND.to_owned()),
        paper,
        is_bold: cell.bold(),
        is_faint: cell.dim(),
        is_italic: cell.italic(),
        is_underlined: cell.underline(),
    }
}

/// A colour as SVG writes it; none for the terminal's own.
fn colour(colour: Color) -> Option<String> {
    match colour {
        Color::Default => None,
        Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
        Color::Idx(index) => Some(indexed(index)),
    }
}

/// A colour of the palette of 256: sixteen named ones, a cube of six steps a side, and greys.
fn indexed(index: u8) -> String {
    if let Some(named) = COLOURS.get(usize::from(index)) {
        return (*named).to_owned();
    }
    if index >= 232 {
        let grey = 8 + 10 * (index - 232);
        return format!("#{grey:02x}{grey:02x}{grey:02x}");
    }
    let place = index - 16;
    let step = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
    let (red, green, blue) = (step(place / 36), step(place / 6 % 6), step(place % 6));
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;

    use super::*;

    fn drawn(written: &str) -> String {
        let size = |n| NonZero::new(n).expect("not 0");
        let mut parser = vt100::Parser::new(size(2), size(20), 0);
        parser.process(written.as_bytes());
        svg(parser.screen())
    }

    #[test]
    fn words_stand_in_their_cells_in_their_colours() {
        let picture = drawn("\x1b[1;31mlow\x1b[0m  a<b");
        assert!(picture.contains("<text x=\"12.0\" y=\"25.0\" fill=\"#e06c75\" textLength=\"25.2\" lengthAdjust=\"spacingAndGlyphs\" font-weight=\"bold\">low</text>"), "{picture}");
        assert!(picture.contains("<text x=\"54.0\""), "{picture}");
        assert!(picture.contains(">a&lt;b</text>"), "{picture}");
    }

    #[test]
    fn braille_is_drawn_as_its_dots() {
        let picture = drawn("\u{28ff}x");
        let dots = picture
            .split("<path")
            .nth(1)
            .map(|path| path.matches('M').count());
        assert_eq!(dots, Some(8), "{picture}");
        assert!(picture.contains(">x</text>"), "{picture}");
    }
}
