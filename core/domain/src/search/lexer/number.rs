//! Numbers. One that touches a letter gives its last digit to the name behind it.

use super::{Lexer, TokenKind, digit, is_initial};

impl Lexer<'_> {
    pub(super) fn number(&self, first: char, at: usize) -> Option<(TokenKind, usize)> {
        let start = if first == '-' { at + 1 } else { at };
        let lead = self.char(start)?;
        if digit(lead).is_none() && lead != '.' {
            return None;
        }
        self.hexadecimal_end(start)
            .map(|end| (TokenKind::Hexadecimal, end))
            .or_else(|| self.exponent_end(start).map(|end| (TokenKind::Float, end)))
            .or_else(|| self.decimal_end(start).map(|end| (TokenKind::Float, end)))
            .or_else(|| {
                let digits = self.digits_end(start);
                self.number_end(start, digits, 1)
                    .map(|end| (TokenKind::Integer, end))
            })
    }

    fn hexadecimal_end(&self, at: usize) -> Option<usize> {
        let start = at + 2;
        if self.char(at) != Some('0') || !matches!(self.char(at + 1), Some('x' | 'X')) {
            return None;
        }
        let end = self.end_while(start, |c| c.is_ascii_hexdigit() || digit(c).is_some());
        (end > start).then_some(end)
    }

    /// `1e5`, `1.5E-3`: whatever follows it.
    fn exponent_end(&self, at: usize) -> Option<usize> {
        let mut end = self.digits_end(at);
        if end == at {
            return None;
        }
        if self.char(end) == Some('.') {
            let fraction = self.digits_end(end + 1);
            if fraction > end + 1 {
                end = fraction;
            }
        }
        if !matches!(self.char(end), Some('e' | 'E')) {
            return None;
        }
        let start = end + if self.char(end + 1) == Some('-') { 2 } else { 1 };
        let end = self.digits_end(start);
        (end > start).then_some(end)
    }

    /// `1.`, `1.5`, `.5`.
    fn decimal_end(&self, at: usize) -> Option<usize> {
        let whole = self.digits_end(at);
        if self.char(whole) != Some('.') {
            return None;
        }
        let fraction = whole + 1;
        let least = usize::from(whole == at);
        self.number_end(fraction, self.digits_end(fraction), least)
    }

    /// The end of as many of these digits, at least so many, as do not touch a letter.
    fn number_end(&self, start: usize, digits: usize, least: usize) -> Option<usize> {
        let count = self.text.get(start..digits)?.chars().count();
        if count < least {
            return None;
        }
        let touches = self.char(digits).is_some_and(|c| c == '_' || is_initial(c));
        if !touches {
            return Some(digits);
        }
        // The number gives its last digit to the name behind it.
        let last = self.text.get(start..digits)?.chars().next_back()?;
        (count > least).then(|| digits - last.len_utf8())
    }
}
