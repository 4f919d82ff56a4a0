//! What a container printed, as text and colours.

use flowdeck_domain::kubernetes::escapes::{Piece, pieces};

use crate::text::harmless;

/// A colour that a container asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Colour {
    /// One of the 256 of xterm; the first sixteen are the terminal's own.
    Indexed(u8),
    /// Red, green and blue.
    Rgb(u8, u8, u8),
}

/// How a piece of text is printed. Source: ECMA-48, 8.3.117, Select Graphic Rendition; xterm for 256 colours and more.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Ink {
    /// Letters; none means the terminal's own.
    pub letters: Option<Colour>,
    /// What lies behind them.
    pub ground: Option<Colour>,
    /// Bold.
    pub is_bold: bool,
    /// Faint.
    pub is_faint: bool,
    /// Italic.
    pub is_italic: bool,
    /// Underlined.
    pub is_underlined: bool,
    /// Letters and what lies behind them are swapped.
    pub is_reversed: bool,
    /// Struck out.
    pub is_struck: bool,
}

/// A piece of a line in one ink. Its text is harmless.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Span {
    /// The text.
    pub text: String,
    /// How it is printed.
    pub ink: Ink,
}

impl Ink {
    /// Changes as the parameters of a sequence say; what is not known is passed over.
    fn change(&mut self, parameters: &[u8]) {
        let text = std::str::from_utf8(parameters).unwrap_or_default();
        let numbers: Vec<Option<u16>> = text
            .split([';', ':'])
            .map(|number| {
                if number.is_empty() {
                    Some(0)
                } else {
                    number.parse().ok()
                }
            })
            .collect();
        let mut rest = &numbers[..];
        while let Some((&number, behind)) = rest.split_first() {
            rest = behind;
            let Some(number) = number else { continue };
            match number {
                0 => *self = Self::default(),
                1 => self.is_bold = true,
                2 => self.is_faint = true,
                3 => self.is_italic = true,
                4 | 21 => self.is_underlined = true,
                7 => self.is_reversed = true,
                9 => self.is_struck = true,
                22 => (self.is_bold, self.is_faint) = (false, false),
                23 => self.is_italic = false,
                24 => self.is_underlined = false,
                27 => self.is_reversed = false,
                29 => self.is_struck = false,
                30..=37 => self.letters = Some(Colour::Indexed((number - 30) as u8)),
                38 => self.letters = extended(&mut rest).or(self.letters),
                39 => self.letters = None,
                40..=47 => self.ground = Some(Colour::Indexed((number - 40) as u8)),
                48 => self.ground = extended(&mut rest).or(self.ground),
                49 => self.ground = None,
                90..=97 => self.letters = Some(Colour::Indexed((number - 90 + 8) as u8)),
                100..=107 => self.ground = Some(Colour::Indexed((number - 100 + 8) as u8)),
                _ => {}
            }
        }
    }

    /// The sequence that sets it, from scratch.
    fn sequence(self) -> String {
        let mut numbers = vec!["0".to_owned()];
        let flags = [
            (self.is_bold, "1"),
            (self.is_faint, "2"),
            (self.is_italic, "3"),
            (self.is_underlined, "4"),
            (self.is_reversed, "7"),
            (self.is_struck, "9"),
        ];
        numbers.extend(
            flags
                .iter()
                .filter(|(is_on, _)| *is_on)
                .map(|(_, n)| (*n).to_owned()),
        );
        for (colour, base) in [(self.letters, 38), (self.ground, 48)] {
            match colour {
                Some(Colour::Indexed(index)) => numbers.push(format!("{base};5;{index}")),
                Some(Colour::Rgb(red, green, blue)) => {
                    numbers.push(format!("{base};2;{red};{green};{blue}"));
                }
                None => {}
            }
        }
        format!("\x1b[{}m", numbers.join(";"))
    }
}

/// `5;N` or `2;R;G;B` behind a 38 or a 48.
fn extended<'a>(rest: &mut &'a [Option<u16>]) -> Option<Colour> {
    let small = |number: Option<u16>| number.and_then(|number| u8::try_from(number).ok());
    let numbers: &'a [Option<u16>] = rest;
    match numbers {
        [Some(5), index, behind @ ..] => {
            *rest = behind;
            small(*index).map(Colour::Indexed)
        }
        [Some(2), red, green, blue, behind @ ..] => {
            *rest = behind;
            Some(Colour::Rgb(small(*red)?, small(*green)?, small(*blue)?))
        }
        _ => None,
    }
}

/// What a line shows last: of a progress bar that writes over itself, what stands behind its last carriage return.
fn last_state(line: &[u8]) -> &[u8] {
    let line = line.trim_ascii_end();
    match line.iter().rposition(|byte| *byte == b'\r') {
        Some(at) => &line[at + 1..],
        None => line,
    }
}

/// A line in its own colours. Tabs are blanks up to the next eighth letter; everything else that could steer a terminal is
/// made harmless.
pub fn inked(line: &[u8]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut ink = Ink::default();
    let mut n_letters = 0;
    for piece in pieces(last_state(line)) {
        match piece {
            Piece::Colour(parameters) => ink.change(parameters),
            Piece::Text(bytes) => {
                let text = String::from_utf8_lossy(bytes);
                let text = expanded(&text, &mut n_letters);
                match spans.last_mut().filter(|last| last.ink == ink) {
                    Some(last) => last.text.push_str(&text),
                    None => spans.push(Span { text, ink }),
                }
            }
        }
    }
    spans
}

/// A line without its colours.
pub fn text_of(line: &[u8]) -> String {
    inked(line).into_iter().map(|span| span.text).collect()
}

/// A line for a terminal: with its colours and nothing else of what could steer it, or without.
pub fn coloured(line: &[u8], has_colours: bool) -> String {
    if !has_colours {
        return text_of(line);
    }
    let spans = inked(line);
    let mut text = String::new();
    let mut is_set = false;
    for span in spans {
        if span.ink != Ink::default() || is_set {
            text.push_str(&span.ink.sequence());
            is_set = span.ink != Ink::default();
        }
        text.push_str(&span.text);
    }
    if is_set {
        text.push_str("\x1b[0m");
    }
    text
}

fn expanded(text: &str, n_letters: &mut usize) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter == '\t' {
            let n_blanks = 8 - *n_letters % 8;
            out.extend(std::iter::repeat_n(' ', n_blanks));
            *n_letters += n_blanks;
        } else {
            out.push(letter);
            *n_letters += 1;
        }
    }
    harmless(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_kept_and_nothing_else_reaches_a_terminal() {
        let line = b"\x1b[1;31mred\x1b[0m \x1b[2Jplain\x1b]0;title\x07\x1b[38;5;200mpink\x1b[48;2;1;2;3mon\x1b[m\x07\xff";
        let spans = inked(line);
        let told: Vec<(&str, Option<Colour>)> = spans
            .iter()
            .map(|span| (span.text.as_str(), span.ink.letters))
            .collect();
        assert_eq!(
            told,
            [
                ("red", Some(Colour::Indexed(1))),
                (" plain", None),
                ("pink", Some(Colour::Indexed(200))),
                ("on", Some(Colour::Indexed(200))),
                ("␇\u{fffd}", None),
            ]
        );
        assert!(spans[0].ink.is_bold && spans[3].ink.ground == Some(Colour::Rgb(1, 2, 3)));
        assert_eq!(text_of(line), "red plainpinkon␇\u{fffd}");
        assert_eq!(coloured(b"plain\x1b[2J", true), "plain");
        assert_eq!(coloured(b"\x1b[31ma\x1b[0mb", true), "\x1b[0;38;5;1ma\x1b[0mb");
        assert_eq!(coloured(b"\x1b[31ma", false), "a");
    }

    #[test]
    fn whatever_is_printed_only_our_own_colour_sequences_come_out() {
        let mut random = 0x9e37_79b9_7f4a_7c15_u64;
        let alphabet = b"\x1b\x1b[]P^_\\m;:0123489?> \r\x07\x08abJH\xc2\x9b\x9d\xe2\x80\xae\x00";
        for _ in 0..3000 {
            let bytes: Vec<u8> = (0..48)
                .map(|_| {
                    random ^= random << 13;
                    random ^= random >> 7;
                    random ^= random << 17;
                    alphabet[(random % alphabet.len() as u64) as usize]
                })
                .collect();
            let text = coloured(&bytes, true);
            let mut rest = text.as_str();
            while let Some(at) = rest.find('\x1b') {
                let behind = rest[at + 1..].strip_prefix('[').expect("a sequence of ours");
                let end = behind.find('m').expect("it ends");
                let parameters = &behind[..end];
                assert!(
                    parameters
                        .bytes()
                        .all(|byte| byte.is_ascii_digit() || byte == b';'),
                    "{bytes:?}"
                );
                rest = &behind[end + 1..];
            }
            let plain = text_of(&bytes);
            assert!(!plain.chars().any(char::is_control), "{bytes:?}: {plain:?}");
        }
    }

    #[test]
    fn a_progress_bar_shows_where_it_stands_and_tabs_are_blanks() {
        assert_eq!(text_of(b" 10%|#   |\r 50%|##  |\r100%|####|\r\n"), "100%|####|");
        assert_eq!(text_of(b"a\tb\t\tc"), "a       b               c");
        assert_eq!(text_of(b""), "");
    }
}
