//! Strings and names in brackets.

use super::{Lexer, TokenKind, is_word};

impl Lexer<'_> {
    pub(super) fn string(&self, first: char, at: usize) -> Option<(TokenKind, usize)> {
        match first {
            '\'' => Some((TokenKind::SingleQuoted, self.string_end(at, b'\'')?)),
            '"' => Some((TokenKind::DoubleQuoted, self.string_end(at, b'"')?)),
            '[' if !self
                .before(at)
                .is_some_and(|c| is_word(c) || c == ']' || c == ')') =>
            {
                let end = self.end_while(at + 1, |c| c != '[' && c != ']');
                (end > at + 1 && self.char(end) == Some(']')).then_some((TokenKind::Name, end + 1))
            }
            _ => None,
        }
    }

    /// The end of a string. A doubled quote and a quote behind a backslash do not close it, unless nothing else
    /// does: then the last of them closes it.
    fn string_end(&self, at: usize, quote: u8) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut last_chance = None;
        let mut i = at + 1;
        while let Some(byte) = bytes.get(i) {
            if *byte == quote {
                if bytes.get(i + 1) != Some(&quote) {
                    return Some(i + 1);
                }
                last_chance = Some(i + 1);
                i += 2;
            } else if *byte == b'\\' && bytes.get(i + 1) == Some(&quote) {
                last_chance = Some(i + 2);
                i += 2;
            } else {
                i += 1;
            }
        }
        last_chance
    }
}
