//! Escape sequences within what a container printed: colours are kept apart from text, everything else is left out.
//!
//! Source: ECMA-48, 5th edition, 5.4 and 5.6; xterm's control sequences.

use std::borrow::Cow;

const ESCAPE: u8 = 0x1b;

/// A piece of a line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Piece<'a> {
    /// What is read, without escape sequences; not necessarily UTF-8, and other control characters may be left in it.
    Text(&'a [u8]),
    /// The parameters of a change of colour: `1;31` of `ESC [ 1 ; 31 m`.
    Colour(&'a [u8]),
}

/// The pieces of a line, or of several, as no sequence goes on behind a line's end.
pub fn pieces(bytes: &[u8]) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        while let Some(&first) = rest.first() {
            if first != ESCAPE {
                let end = memchr_escape(rest);
                let (text, behind) = rest.split_at(end);
                rest = behind;
                return Some(Piece::Text(text));
            }
            let (length, colour) = sequence(rest);
            let (taken, behind) = rest.split_at(length);
            rest = behind;
            if colour {
                // `ESC [` before and `m` behind.
                return Some(Piece::Colour(&taken[2..length - 1]));
            }
        }
        None
    })
}

/// Bytes without any escape sequence; line ends stay where they are.
pub fn plain(bytes: &[u8]) -> Cow<'_, [u8]> {
    if memchr_escape(bytes) == bytes.len() {
        return Cow::Borrowed(bytes);
    }
    let mut text = Vec::with_capacity(bytes.len());
    for piece in pieces(bytes) {
        if let Piece::Text(part) = piece {
            text.extend_from_slice(part);
        }
    }
    Cow::Owned(text)
}

/// Where the first escape stands; the end where there is none.
fn memchr_escape(bytes: &[u8]) -> usize {
    memchr::memchr(ESCAPE, bytes).unwrap_or(bytes.len())
}

/// How long the sequence is that begins here, and whether it is a change of colour. One that is broken off ends with its
/// line.
fn sequence(bytes: &[u8]) -> (usize, bool) {
    match bytes.get(1) {
        Some(b'[') => control_sequence(bytes),
        Some(b']' | b'P' | b'X' | b'^' | b'_') => (string(bytes), false),
        Some(0x20..=0x2f) => {
            let n_between = run(&bytes[1..], |byte| (0x20..=0x2f).contains(&byte));
            let has_end = bytes
                .get(1 + n_between)
                .is_some_and(|byte| (0x30..=0x7e).contains(byte));
            (1 + n_between + usize::from(has_end), false)
        }
        Some(0x30..=0x7e) => (2, false),
        _ => (1, false),
    }
}

fn control_sequence(bytes: &[u8]) -> (usize, bool) {
    let n_params = run(&bytes[2..], |byte| (0x30..=0x3f).contains(&byte));
    let n_between = run(&bytes[2 + n_params..], |byte| (0x20..=0x2f).contains(&byte));
    let end = 2 + n_params + n_between;
    match bytes.get(end) {
        Some(b'm') => {
            let params = &bytes[2..2 + n_params];
            let is_colour = n_between == 0
                && params
                    .iter()
                    .all(|byte| byte.is_ascii_digit() || b";:".contains(byte));
            (end + 1, is_colour)
        }
        Some(0x40..=0x7e) => (end + 1, false),
        _ => (end, false),
    }
}

/// A string for the terminal: a title, a link, a picture. It ends at BEL or `ESC \`, else with its line.
fn string(bytes: &[u8]) -> usize {
    let mut at = 2;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            0x07 => return at + 1,
            ESCAPE if bytes.get(at + 1) == Some(&b'\\') => return at + 2,
            b'\n' | ESCAPE => return at,
            _ => at += 1,
        }
    }
    at
}

fn run(bytes: &[u8], is_of_it: impl Fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| is_of_it(**byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        String::from_utf8_lossy(&plain(bytes)).into_owned()
    }

    #[test]
    fn only_colours_and_text_are_left() {
        for (bytes, left) in [
            (&b"plain"[..], "plain"),
            (b"\x1b[31mred\x1b[0m", "red"),
            (b"a\x1b[2Jb\x1b[10;5Hc\x1b[?25ld", "abcd"),
            (b"\x1b]0;title\x07x\x1b]8;;http://e\x1b\\y", "xy"),
            (b"\x1bPq#0\x1b\\z\x1b_Gf=1;AAAA\x1b\\", "z"),
            (b"\x1b(B\x1b=\x1bcx", "x"),
            (b"\x1b]52;c;aGk=", ""),
            (b"cut\x1b[3", "cut"),
            (b"end\x1b", "end"),
            (b"\x1b]0;open\nnext", "\nnext"),
            (b"\x1b[1\nnext", "\nnext"),
        ] {
            assert_eq!(text(bytes), left, "{bytes:?}");
        }
    }

    #[test]
    fn a_colour_is_told_by_its_parameters() {
        let found: Vec<_> = pieces(b"a\x1b[1;31mb\x1b[mc\x1b[>4;2md").collect();
        let (t, c) = (Piece::Text, Piece::Colour);
        assert_eq!(
            found,
            [
                t(&b"a"[..]),
                c(&b"1;31"[..]),
                t(&b"b"[..]),
                c(&b""[..]),
                t(&b"c"[..]),
                t(&b"d"[..]),
            ]
        );
    }

    #[test]
    fn no_bytes_at_all_let_an_escape_through() {
        let mut random = 0x2545_f491_4f6c_dd1d_u64;
        let alphabet = b"\x1b\x1b\x1b[]P^_\\m;:0123?> \n\x07abJH\xff\x9b";
        for _ in 0..2000 {
            let bytes: Vec<u8> = (0..40)
                .map(|_| {
                    random ^= random << 13;
                    random ^= random >> 7;
                    random ^= random << 17;
                    alphabet[(random % alphabet.len() as u64) as usize]
                })
                .collect();
            let left = plain(&bytes);
            assert!(!left.contains(&ESCAPE), "{bytes:?}");
            let lines = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count();
            assert_eq!(lines(&left), lines(&bytes), "{bytes:?}");
        }
    }
}
