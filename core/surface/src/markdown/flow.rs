//! Text that flows into lines.

use unicode_segmentation::UnicodeSegmentation;

use crate::text::width_cells;

/// How a piece of text is marked.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Mark {
    /// Bold.
    pub is_strong: bool,
    /// Italic.
    pub is_emphasis: bool,
    /// Struck out.
    pub is_struck: bool,
    /// Code, word for word.
    pub is_code: bool,
    /// A link's text or address.
    pub is_link: bool,
    /// A heading.
    pub is_heading: bool,
    /// A sign of the layout, or something that is not for reading: a rule, a bullet, HTML.
    pub is_muted: bool,
}

/// Text in one style.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Piece {
    /// Its text.
    pub text: String,
    /// How it is marked.
    pub mark: Mark,
}

/// One line, from left to right.
pub type Line = Vec<Piece>;

/// A piece of the layout's own.
pub(super) fn sign(text: impl Into<String>) -> Piece {
    Piece {
        text: text.into(),
        mark: Mark {
            is_muted: true,
            ..Mark::default()
        },
    }
}

/// Breaks pieces into lines of so many cells, at blanks where it can; a line break within a piece is kept.
pub(super) fn flow(pieces: &[Piece], width: usize) -> Vec<Line> {
    let mut lines = vec![Line::new()];
    let mut used = 0;
    for piece in pieces {
        for (place, part) in piece.text.split('\n').enumerate() {
            if place > 0 {
                lines.push(Line::new());
                used = 0;
            }
            for word in part.split_inclusive(' ') {
                let wide = width_cells(word.trim_end());
                if used > 0 && used + wide > width && width_cells(trailing(&lines)) > 0 {
                    lines.push(Line::new());
                    used = 0;
                }
                for bit in bits(word, width) {
                    let wide = width_cells(bit.trim_end());
                    if used > 0 && used + wide > width {
                        lines.push(Line::new());
                        used = 0;
                    }
                    append(&mut lines, bit, piece.mark);
                    used += width_cells(bit);
                }
            }
        }
    }
    for line in &mut lines {
        trim_end(line);
    }
    lines
}

/// What stands in the last line so far; a line that holds nothing is not broken once more.
fn trailing(lines: &[Line]) -> &str {
    lines
        .last()
        .and_then(|line| line.iter().find(|piece| !piece.text.is_empty()))
        .map_or("", |piece| piece.text.as_str())
}

/// A word in bits that fit a line each.
fn bits(word: &str, width: usize) -> Vec<&str> {
    let mut bits = Vec::new();
    let (mut start, mut used) = (0, 0);
    for (at, letter) in word.grapheme_indices(true) {
        let wide = width_cells(letter);
        if used + wide > width && at > start && letter != " " {
            bits.push(&word[start..at]);
            (start, used) = (at, 0);
        }
        used += wide;
    }
    bits.push(&word[start..]);
    bits
}

fn append(lines: &mut [Line], text: &str, mark: Mark) {
    let Some(line) = lines.last_mut() else { return };
    match line.last_mut() {
        Some(last) if last.mark == mark => last.text.push_str(text),
        _ => line.push(Piece {
            text: text.to_owned(),
            mark,
        }),
    }
}

fn trim_end(line: &mut Line) {
    while let Some(last) = line.last_mut() {
        let kept = last.text.trim_end().len();
        last.text.truncate(kept);
        if kept > 0 {
            return;
        }
        line.pop();
    }
}
