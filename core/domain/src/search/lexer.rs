//! Cuts text into tokens where sqlparse does.
//!
//! sqlparse tries some fifty patterns at each place and takes the first that fits, however short. So `12abc` is a
//! number and a name, `1.5x` is `1.` and `5x`, and a backslash hides a quote only if another quote follows. The
//! functions here are in the order of its patterns, since the order decides.

mod number;
mod phrase;
mod string;

use super::keywords::classify;
use super::token::{Token, TokenKind};
use super::unicode::{digit, is_blank, is_initial, is_letter, is_word};

/// All tokens of a text; together they are the whole text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let lexer = Lexer { text };
    let mut found = Vec::with_capacity(text.len() / 3 + 1);
    let mut at = 0;
    while at < text.len() {
        let (kind, end) = lexer.token(at);
        found.push(Token { kind, span: at..end });
        at = end;
    }
    found
}

struct Lexer<'a> {
    text: &'a str,
}

impl Lexer<'_> {
    fn token(&self, at: usize) -> (TokenKind, usize) {
        let Some(first) = self.char(at) else {
            return (TokenKind::Error, at + 1);
        };
        self.delimited(first, at)
            .or_else(|| self.layout(first, at))
            .or_else(|| self.quoted_name(first, at))
            .or_else(|| self.placeholder(first, at))
            .or_else(|| self.name(first, at))
            .or_else(|| self.number(first, at))
            .or_else(|| self.string(first, at))
            .or_else(|| self.phrase(first, at))
            .or_else(|| self.word(first, at))
            .or_else(|| self.symbol(first, at))
            .filter(|(_, end)| *end > at)
            .unwrap_or((TokenKind::Error, at + first.len_utf8()))
    }

    /// `$tag$…$tag$` and `/*…*/`, where they are closed.
    fn delimited(&self, first: char, at: usize) -> Option<(TokenKind, usize)> {
        let rest = self.text.get(at..)?;
        if first == '/' && rest.starts_with("/*") {
            // The plus of a hint belongs to its opening.
            let inner = if rest.starts_with("/*+") { 3 } else { 2 };
            let close = rest.get(inner..)?.find("*/")?;
            return Some((TokenKind::Comment, at + inner + close + 2));
        }
        if first != '$'
            || self
                .before(at)
                .is_some_and(|c| is_word(c) || c == '"' || c == '$')
        {
            return None;
        }
        let tag_end = self.dollar_tag(at)?;
        let tag = self.text.get(at..tag_end)?;
        let close = self.text.get(tag_end..)?.find(tag)?;
        Some((TokenKind::Dollar, tag_end + close + tag.len()))
    }

    /// The end of `$` or `$tag$` that begins here.
    fn dollar_tag(&self, at: usize) -> Option<usize> {
        let mut end = at + 1;
        let first = self.char(end)?;
        if first == '_' || is_initial(first) {
            end = self.word_end(end + first.len_utf8());
        }
        (self.char(end)? == '$').then_some(end + 1)
    }

    /// Comments to the end of the line, line breaks, blanks, `:=`, `::`, `*`.
    fn layout(&self, first: char, at: usize) -> Option<(TokenKind, usize)> {
        let rest = self.text.get(at..)?;
        if rest.starts_with("--") || rest.starts_with("# ") {
            let end = rest.find(['\n', '\r']).map_or(self.text.len(), |line| at + line);
            return Some((TokenKind::Comment, self.line_break(end).unwrap_or(end)));
        }
        if let Some(end) = self.line_break(at) {
            return Some((TokenKind::Newline, end));
        }
        if is_blank(first) {
            return Some((TokenKind::Blank, at + first.len_utf8()));
        }
        if rest.starts_with(":=") {
            return Some((TokenKind::Assignment, at + 2));
        }
        if rest.starts_with("::") {
            return Some((TokenKind::Punctuation, at + 2));
        }
        (first == '*').then_some((TokenKind::Wildcard, at + 1))
    }

    fn line_break(&self, at: usize) -> Option<usize> {
        match self.text.as_bytes().get(at)? {
            b'\r' if self.text.as_bytes().get(at + 1) == Some(&b'\n') => Some(at + 2),
            b'\r' | b'\n' => Some(at + 1),
            _ => None,
        }
    }

    /// Names in back-ticks or acute accents; a doubled one inside does not close it, if another does.
    fn quoted_name(&self, first: char, at: usize) -> Option<(TokenKind, usize)> {
        if first != '`' && first != '´' {
            return None;
        }
        let width = first.len_utf8();
        let mut last_chance = None;
        let mut i = at + width;
        while let Some(c) = self.char(i) {
            i += c.len_utf8();
            if c == first {
                if self.char(i) != Some(first) {
                    return Some((TokenKind::Name, i));
                }
                last_chance = Some(i);
                i += width;
            }
        }
        last_chance.map(|end| (TokenKind::Name, end))
    }

    /// `?`, `%s`, `%(name)s`, `$1`, `:name` and `\name`.
    fn placeholder(&self, first: char, at: usize) -> Option<(TokenKind, usize)> {
        match first {
            '?' => Some((TokenKind::Placeholder, at + 1)),
            '%' => self.percent_end(at + 1).map(|end| (TokenKind::Placeholder, end)),
            '$' | ':' if !self.before(at).is_some_and(is_word) => {
                let end = self.word_end(at + 1);
                (end > at + 1).then_some((TokenKind::Placeholder, end))
            }
            '\\' => {
                let end = self.word_end(at + 1);
                (end > at + 1).then_some((TokenKind::Command, end))
            }
            _ => None,
        }
    }

    fn percent_end(&self, at: usize) -> Option<usize> {
        let mut end = at;
        if self.char(at) == Some('(') {
            let close = self.word_end(at + 1);
            if close > at + 1 && self.char(close) == Some(')') {
                end = close + 1;
            }
        }
        let s = self.char(end)?;
        is_letter(s, b's').then(|| end + s.len_utf8())
    }

    /// Words that are keywords even before a parenthesis, then names by their neighbours: before or after a dot,
    /// before a parenthesis.
    fn name(&self, first: char, at: usize) -> Option<(TokenKind, usize)> {
        for word in ["case", "in", "values", "using", "from", "as"] {
            if let Some(end) = self.phrase_end(at, &[word]) {
                return Some((TokenKind::Keyword, end));
            }
        }
        if first == '@' || first == '#' {
            let start = at
                + if self.text.get(at..)?.starts_with("##") {
                    2
                } else {
                    1
                };
            let initial = self.char(start)?;
            let least = start + initial.len_utf8();
            let end = self.word_end(least);
            return (is_initial(initial) && end > least).then_some((TokenKind::Name, end));
        }
        if !is_initial(first) {
            return None;
        }
        // What begins a name need not be part of a word: `×` is not.
        let end = self.word_end(at + first.len_utf8());
        (self.dot_follows(end) || self.before(at) == Some('.') || self.char(end) == Some('('))
            .then_some((TokenKind::Name, end))
    }

    /// Whether a dot comes next, after blanks or not, that does not begin a number like `.5`.
    fn dot_follows(&self, at: usize) -> bool {
        let dot = self.blanks_end(at);
        self.char(dot) == Some('.') && self.char(dot + 1).is_none_or(|c| digit(c).is_none())
    }

    /// A word: one of SQL or a name.
    fn word(&self, first: char, at: usize) -> Option<(TokenKind, usize)> {
        if !is_word(first) {
            return None;
        }
        let end = self.end_while(at + first.len_utf8(), |c| is_word(c) || c == '$' || c == '#');
        Some((classify(self.text.get(at..end)?), end))
    }

    fn symbol(&self, first: char, at: usize) -> Option<(TokenKind, usize)> {
        if matches!(first, ';' | ':' | '(' | ')' | '[' | ']' | ',' | '.') {
            return Some((TokenKind::Punctuation, at + 1));
        }
        let rest = self.text.get(at..)?;
        for symbol in ["->>", "->", "#>>", "#>", "@>", "<@", "-", "#-"] {
            if rest.starts_with(symbol) {
                return Some((TokenKind::Operator, at + symbol.len()));
            }
        }
        let comparison = self.end_while(at, |c| matches!(c, '<' | '>' | '=' | '~' | '!'));
        if comparison > at {
            return Some((TokenKind::Comparison, comparison));
        }
        let end = self.end_while(at, |c| {
            matches!(c, '+' | '/' | '@' | '#' | '%' | '^' | '&' | '|' | '-')
        });
        (end > at).then_some((TokenKind::Operator, end))
    }

    fn word_end(&self, at: usize) -> usize {
        self.end_while(at, is_word)
    }

    fn digits_end(&self, at: usize) -> usize {
        self.end_while(at, |c| digit(c).is_some())
    }

    fn blanks_end(&self, at: usize) -> usize {
        self.end_while(at, is_blank)
    }

    fn end_while(&self, at: usize, wanted: impl Fn(char) -> bool) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        rest.find(|c| !wanted(c))
            .map_or(self.text.len().max(at), |n| at + n)
    }

    fn char(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    fn before(&self, at: usize) -> Option<char> {
        self.text.get(..at)?.chars().next_back()
    }
}
