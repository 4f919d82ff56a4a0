//! Puts text from a store on the screen: harmless, cut to its room, whole letters only.

use flowdeck_surface::text::{fitted, harmless, width_cells};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Writes text from (`x`, `y`) on in at most `cells` cells; answers with the column behind it.
pub(crate) fn put(buf: &mut Buffer, x: u16, y: u16, text: &str, cells: usize, style: Style) -> u16 {
    if y >= buf.area.bottom() || x >= buf.area.right() {
        return x;
    }
    let cells = cells.min(usize::from(buf.area.right() - x));
    let safe = harmless(text);
    let (end, _) = buf.set_stringn(x, y, fitted(&safe, cells), cells, style);
    end
}

/// Writes text so that it ends at the right edge of its room.
pub(crate) fn put_right(buf: &mut Buffer, x: u16, y: u16, text: &str, cells: usize, style: Style) {
    let width = width_cells(&harmless(text)).min(cells);
    put(buf, x + (cells - width) as u16, y, text, cells, style);
}

/// A line made of pieces, each in its own style.
pub(crate) struct Pieces<'a> {
    pieces: Vec<(std::borrow::Cow<'a, str>, Style)>,
}

impl<'a> Pieces<'a> {
    /// A line with nothing in it.
    pub(crate) fn new() -> Self {
        Self { pieces: Vec::new() }
    }

    /// Adds a piece.
    pub(crate) fn add(&mut self, text: impl Into<std::borrow::Cow<'a, str>>, style: Style) -> &mut Self {
        self.pieces.push((text.into(), style));
        self
    }

    /// Adds the pieces of another line.
    pub(crate) fn append(&mut self, other: &Self) {
        self.pieces.extend(other.pieces.iter().cloned());
    }

    /// How many cells it takes.
    pub(crate) fn width(&self) -> usize {
        self.pieces
            .iter()
            .map(|(text, _)| width_cells(&harmless(text)))
            .sum()
    }

    /// Writes it in the first row of an area; what does not fit is cut.
    pub(crate) fn draw(&self, area: Rect, buf: &mut Buffer) {
        let mut x = area.x;
        for (text, style) in &self.pieces {
            let room = usize::from(area.right().saturating_sub(x));
            if room == 0 || area.height == 0 {
                return;
            }
            x = put(buf, x, area.y, text, room, *style);
        }
    }

    /// Writes it so that it ends at the right edge.
    pub(crate) fn draw_right(&self, area: Rect, buf: &mut Buffer) {
        let width = (self.width() as u16).min(area.width);
        let x = area.right() - width;
        self.draw(Rect { x, width, ..area }, buf);
    }
}

/// Breaks a text into lines of at most so many cells, at blanks where it can.
pub(crate) fn wrapped(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(1);
    let mut lines = Vec::new();
    for line in text.lines() {
        let safe = harmless(line);
        let mut kept = String::new();
        for word in safe.split_inclusive(' ') {
            if width_cells(&kept) + width_cells(word.trim_end()) > cells && !kept.is_empty() {
                lines.push(std::mem::take(&mut kept).trim_end().to_owned());
            }
            let mut rest = word;
            while width_cells(rest.trim_end()) > cells {
                let cut = longest_prefix(rest, cells);
                lines.push(rest[..cut].to_owned());
                rest = &rest[cut..];
            }
            kept.push_str(rest);
        }
        lines.push(kept.trim_end().to_owned());
    }
    lines
}

/// The bytes of the longest beginning that fits; at least one letter.
fn longest_prefix(text: &str, cells: usize) -> usize {
    let mut end = 0;
    for (at, letter) in text.char_indices() {
        let next = at + letter.len_utf8();
        if end > 0 && width_cells(&text[..next]) > cells {
            break;
        }
        end = next;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_breaks_at_blanks_and_a_long_word_where_it_must() {
        assert_eq!(
            wrapped("one two three\n\nfour", 8),
            ["one two", "three", "", "four"]
        );
        assert_eq!(wrapped("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrapped("猫猫猫", 3), ["猫", "猫", "猫"]);
    }

    #[test]
    fn text_beyond_the_screen_is_left_out() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 6, 1));
        assert_eq!(put(&mut buf, 9, 0, "x", 5, Style::new()), 9);
        put(&mut buf, 0, 3, "x", 5, Style::new());
        put_right(&mut buf, 0, 0, "ab", 6, Style::new());
        assert_eq!(buf, Buffer::with_lines(["    ab"]));
    }
}
