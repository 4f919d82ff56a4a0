//! Cuts text into tokens where sqlparse does.
//!
//! sqlparse tries some fifty patterns at each place and takes the first that fits, however short. So `12abc` is a
//! number and a name, `1.5x` is `1.` and `5x`, and a backslash hides a quote only if another quote follows. The
//! functions here are in the order of its patterns, since the order decides.

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
            end = self.word_end(end);
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
            let end = self.word_end(start);
            return (is_initial(initial) && end > start + initial.len_utf8())
                .then_some((TokenKind::Name, end));
        }
        if !is_initial(first) {
            return None;
        }
        let end = self.word_end(at);
        (self.dot_follows(end) || self.before(at) == Some('.') || self.char(end) == Some('('))
            .then_some((TokenKind::Name, end))
    }

    /// Whether a dot comes next, after blanks or not, that does not begin a number like `.5`.
    fn dot_follows(&self, at: usize) -> bool {
        let dot = self.blanks_end(at);
        self.char(dot) == Some('.') && self.char(dot + 1).is_none_or(|c| digit(c).is_none())
    }

    fn number(&self, first: char, at: usize) -> Option<(TokenKind, usize)> {
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

    fn string(&self, first: char, at: usize) -> Option<(TokenKind, usize)> {
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

    /// Keywords of several words, and the comparisons that are words.
    fn phrase(&self, first: char, at: usize) -> Option<(TokenKind, usize)> {
        if !is_initial(first) {
            return None;
        }
        for (kind, words) in PHRASES {
            if let Some(end) = self.phrase_end(at, words) {
                return Some((*kind, end));
            }
        }
        self.time_zone_end(at).map(|end| (TokenKind::TimeZone, end))
    }

    /// `AT TIME ZONE '…'`.
    fn time_zone_end(&self, at: usize) -> Option<usize> {
        let zone = self.phrase_end(at, &["at", "time", "zone"]).or_else(|| {
            let with = self.letters_end(at, "with")?;
            if self.char(with) != Some('\'') {
                return None;
            }
            let time = self.blanks_end(with + 1);
            (time > with + 1)
                .then(|| self.phrase_end(time, &["time", "zone"]))
                .flatten()
        })?;
        let quote = self.blanks_end(zone);
        if quote == zone || self.char(quote) != Some('\'') {
            return None;
        }
        let close = self.text.get(quote + 1..)?.find('\'')?;
        (close > 0).then_some(quote + 1 + close + 1)
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

    /// The end of these words in any case, with blanks between them and no word character behind them.
    fn phrase_end(&self, at: usize, words: &[&str]) -> Option<usize> {
        let mut end = at;
        for (n, word) in words.iter().enumerate() {
            if n > 0 {
                let start = self.blanks_end(end);
                if start == end {
                    return None;
                }
                end = start;
            }
            end = self.letters_end(end, word)?;
        }
        (!self.char(end).is_some_and(is_word)).then_some(end)
    }

    fn letters_end(&self, at: usize, word: &str) -> Option<usize> {
        let mut end = at;
        for letter in word.bytes() {
            let c = self.char(end)?;
            if !is_letter(c, letter) {
                return None;
            }
            end += c.len_utf8();
        }
        Some(end)
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

/// Phrases in sqlparse's order; where an ending is optional, the longer stands first.
#[rustfmt::skip]
const PHRASES: &[(TokenKind, &[&str])] = &[
    (TokenKind::Keyword, &["left", "inner", "join"]),
    (TokenKind::Keyword, &["left", "outer", "join"]),
    (TokenKind::Keyword, &["left", "straight", "join"]),
    (TokenKind::Keyword, &["left", "join"]),
    (TokenKind::Keyword, &["right", "inner", "join"]),
    (TokenKind::Keyword, &["right", "outer", "join"]),
    (TokenKind::Keyword, &["right", "straight", "join"]),
    (TokenKind::Keyword, &["right", "join"]),
    (TokenKind::Keyword, &["full", "inner", "join"]),
    (TokenKind::Keyword, &["full", "outer", "join"]),
    (TokenKind::Keyword, &["full", "straight", "join"]),
    (TokenKind::Keyword, &["full", "join"]),
    (TokenKind::Keyword, &["inner", "join"]),
    (TokenKind::Keyword, &["outer", "join"]),
    (TokenKind::Keyword, &["straight", "join"]),
    (TokenKind::Keyword, &["cross", "join"]),
    (TokenKind::Keyword, &["natural", "join"]),
    (TokenKind::Keyword, &["join"]),
    (TokenKind::Keyword, &["end", "if"]),
    (TokenKind::Keyword, &["end", "loop"]),
    (TokenKind::Keyword, &["end", "while"]),
    (TokenKind::Keyword, &["end", "for"]),
    (TokenKind::Keyword, &["end", "case"]),
    (TokenKind::Keyword, &["end"]),
    (TokenKind::Keyword, &["if", "not", "exists"]),
    (TokenKind::Keyword, &["if", "exists"]),
    (TokenKind::Keyword, &["not", "null"]),
    (TokenKind::Order, &["asc", "nulls", "first"]),
    (TokenKind::Order, &["asc", "nulls", "last"]),
    (TokenKind::Order, &["desc", "nulls", "first"]),
    (TokenKind::Order, &["desc", "nulls", "last"]),
    (TokenKind::Order, &["asc"]),
    (TokenKind::Order, &["desc"]),
    (TokenKind::Order, &["nulls", "first"]),
    (TokenKind::Order, &["nulls", "last"]),
    (TokenKind::Keyword, &["union", "all"]),
    (TokenKind::Statement, &["create", "or", "replace"]),
    (TokenKind::Statement, &["create"]),
    (TokenKind::Builtin, &["double", "precision"]),
    (TokenKind::Keyword, &["group", "by"]),
    (TokenKind::Keyword, &["order", "by"]),
    (TokenKind::Keyword, &["primary", "key"]),
    (TokenKind::Keyword, &["handler", "for"]),
    (TokenKind::Keyword, &["lateral", "view", "explode"]),
    (TokenKind::Keyword, &["lateral", "view", "inline"]),
    (TokenKind::Keyword, &["lateral", "view", "parse_url_tuple"]),
    (TokenKind::Keyword, &["lateral", "view", "posexplode"]),
    (TokenKind::Keyword, &["lateral", "view", "stack"]),
    (TokenKind::Comparison, &["not", "like"]),
    (TokenKind::Comparison, &["not", "ilike"]),
    (TokenKind::Comparison, &["not", "rlike"]),
    (TokenKind::Comparison, &["like"]),
    (TokenKind::Comparison, &["ilike"]),
    (TokenKind::Comparison, &["rlike"]),
    (TokenKind::Comparison, &["not", "regexp", "binary"]),
    (TokenKind::Comparison, &["not", "regexp"]),
    (TokenKind::Comparison, &["regexp", "binary"]),
    (TokenKind::Comparison, &["regexp"]),
];
