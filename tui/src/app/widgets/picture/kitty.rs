//! Kitty's protocol: a file that is sent once, and letters that stand for its parts. What is drawn over such a letter takes
//! its part away, and what is scrolled or cleared takes it along. Source: kitty, "Terminal graphics protocol", Unicode
//! placeholders.

use std::fmt::Write as _;
use std::num::NonZeroU16;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ratatui::buffer::CellDiffOption;
use ratatui::layout::Size;

/// The letter that stands for a part of a picture.
pub(crate) const PLACEHOLDER: char = '\u{10EEEE}';

/// Such a letter, with whatever tells the part, takes one cell.
pub(super) const ONE_CELL: CellDiffOption = CellDiffOption::ForcedWidth(NonZeroU16::MIN);

/// Bytes of one piece of a file.
const PIECE: usize = 4096;

/// A file that was made for some cells.
#[derive(Debug)]
pub(crate) struct File {
    text: String,
    size: Size,
}

impl File {
    pub(super) fn new(png: Vec<u8>, size: Size) -> Self {
        Self {
            text: STANDARD.encode(png),
            size,
        }
    }

    /// Sends it under this number, in place of what had the number before.
    pub(crate) fn send(&self, id: u32, in_tmux: bool, out: &mut String) {
        let Size { width, height } = self.size;
        let bytes = self.text.as_bytes();
        let n_pieces = bytes.len().div_ceil(PIECE);
        for (place, piece) in bytes.chunks(PIECE).enumerate() {
            let more = u8::from(place + 1 < n_pieces);
            let head = if place == 0 {
                format!("a=T,U=1,q=2,f=100,i={id},c={width},r={height},m={more}")
            } else {
                format!("q=2,m={more}")
            };
            // Base64 is plain letters.
            command(
                &format!("{head};{}", String::from_utf8_lossy(piece)),
                in_tmux,
                out,
            );
        }
    }
}

/// Lets the terminal forget what has this number.
pub(crate) fn forget(id: u32, in_tmux: bool, out: &mut String) {
    command(&format!("a=d,d=I,q=2,i={id}"), in_tmux, out);
}

/// A command; tmux hands it on where it is allowed to. Source: tmux(1), `allow-passthrough`.
fn command(text: &str, in_tmux: bool, out: &mut String) {
    let _ = if in_tmux {
        write!(out, "\x1bPtmux;\x1b\x1b_G{text}\x1b\x1b\\\x1b\\")
    } else {
        write!(out, "\x1b_G{text}\x1b\\")
    };
}

/// The number of a picture: that of the process, and the place among the pictures of the frame. It is told by a colour.
pub(crate) fn id(salt: u8, place: usize) -> u32 {
    (u32::from(salt.max(1)) << 16) | (place as u32 & 0xffff)
}

/// The letter for a part, by column and row of the picture; without them, for the part behind the one before.
pub(super) fn placeholder(at: Option<(u16, u16)>) -> String {
    let mut symbol = String::from(PLACEHOLDER);
    if let Some((x, y)) = at {
        symbol.extend(mark(y));
        symbol.extend(mark(x));
    }
    symbol
}

/// Whether a letter stands for a part of a picture.
pub(crate) fn is_placeholder(symbol: &str) -> bool {
    symbol.starts_with(PLACEHOLDER)
}

/// Whether a letter stands for the part behind the one before.
pub(crate) fn counts_on(symbol: &str) -> bool {
    let mut letters = symbol.chars();
    letters.next() == Some(PLACEHOLDER) && letters.next().is_none()
}

/// Cells of a picture in one direction.
pub(crate) fn most_cells() -> u16 {
    MARKS.iter().map(|(_, n)| *n).sum()
}

/// The mark that tells a column or a row.
fn mark(number: u16) -> Option<char> {
    let mut left = number;
    for (first, n) in MARKS {
        if left < *n {
            return char::from_u32(first + u32::from(left));
        }
        left -= n;
    }
    None
}

/// The number that a mark tells.
#[cfg(test)]
pub(super) fn number(mark: char) -> Option<u16> {
    let mut before = 0;
    for (first, n) in MARKS {
        if let Some(offset) = u32::from(mark)
            .checked_sub(*first)
            .filter(|offset| *offset < u32::from(*n))
        {
            return Some(before + offset as u16);
        }
        before += n;
    }
    None
}

/// Letters that tell the numbers from 0 on: the first of a row of them, and how many follow one another. Source: kitty,
/// `rowcolumn-diacritics.txt`.
const MARKS: &[(u32, u16)] = &[
    (0x305, 1),
    (0x30d, 2),
    (0x310, 1),
    (0x312, 1),
    (0x33d, 3),
    (0x346, 1),
    (0x34a, 3),
    (0x350, 3),
    (0x357, 1),
    (0x35b, 1),
    (0x363, 13),
    (0x483, 5),
    (0x592, 4),
    (0x597, 3),
    (0x59c, 6),
    (0x5a8, 2),
    (0x5ab, 2),
    (0x5af, 1),
    (0x5c4, 1),
    (0x610, 8),
    (0x657, 5),
    (0x65d, 2),
    (0x6d6, 7),
    (0x6df, 4),
    (0x6e4, 1),
    (0x6e7, 2),
    (0x6eb, 2),
    (0x730, 1),
    (0x732, 2),
    (0x735, 2),
    (0x73a, 1),
    (0x73d, 1),
    (0x73f, 3),
    (0x743, 1),
    (0x745, 1),
    (0x747, 1),
    (0x749, 2),
    (0x7eb, 7),
    (0x7f3, 1),
    (0x816, 4),
    (0x81b, 9),
    (0x825, 3),
    (0x829, 5),
    (0x951, 1),
    (0x953, 2),
    (0xf82, 2),
    (0xf86, 2),
    (0x135d, 3),
    (0x17dd, 1),
    (0x193a, 1),
    (0x1a17, 1),
    (0x1a75, 8),
    (0x1b6b, 1),
    (0x1b6d, 7),
    (0x1cd0, 3),
    (0x1cda, 2),
    (0x1ce0, 1),
    (0x1dc0, 2),
    (0x1dc3, 7),
    (0x1dcb, 2),
    (0x1dd1, 22),
    (0x1dfe, 1),
    (0x20d0, 2),
    (0x20d4, 4),
    (0x20db, 2),
    (0x20e1, 1),
    (0x20e7, 1),
    (0x20e9, 1),
    (0x20f0, 1),
    (0x2cef, 3),
    (0x2de0, 32),
    (0xa66f, 1),
    (0xa67c, 2),
    (0xa6f0, 2),
    (0xa8e0, 18),
    (0xaab0, 1),
    (0xaab2, 2),
    (0xaab7, 2),
    (0xaabe, 2),
    (0xaac1, 1),
    (0xfe20, 7),
    (0x10a0f, 1),
    (0x10a38, 1),
    (0x1d185, 5),
    (0x1d1aa, 4),
    (0x1d242, 3),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_columns_are_told_as_kitty_reads_them() {
        // The first, some and the last line of kitty's own list.
        for (number, letter) in [(0, 0x305), (1, 0x30d), (12, 0x350), (296, 0x1d244)] {
            assert_eq!(mark(number).map(u32::from), Some(letter), "{number}");
        }
        assert_eq!((mark(297), most_cells()), (None, 297));
        assert_eq!(placeholder(Some((0, 1))), "\u{10EEEE}\u{30d}\u{305}");
    }

    #[test]
    fn a_file_is_sent_in_pieces_and_tmux_hands_each_of_them_on() {
        let file = File::new(vec![7; 7_000], Size::new(3, 2));
        let mut sent = String::new();
        file.send(id(9, 4), false, &mut sent);
        let pieces: Vec<&str> = sent.split_terminator("\x1b\\").collect();
        assert_eq!(pieces.len(), 3);
        assert!(pieces[0].starts_with("\x1b_Ga=T,U=1,q=2,f=100,i=589828,c=3,r=2,m=1;"));
        assert!(pieces[1].starts_with("\x1b_Gq=2,m=1;") && pieces[2].starts_with("\x1b_Gq=2,m=0;"));
        let mut through = String::new();
        forget(5, true, &mut through);
        assert_eq!(through, "\x1bPtmux;\x1b\x1b_Ga=d,d=I,q=2,i=5\x1b\x1b\\\x1b\\");
    }
}
