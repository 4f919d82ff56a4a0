//! Words of SQL that are several words, and the comparisons that are words.

use super::{Lexer, TokenKind, is_initial, is_letter, is_word};

impl Lexer<'_> {
    /// Keywords of several words, and the comparisons that are words.
    pub(super) fn phrase(&self, first: char, at: usize) -> Option<(TokenKind, usize)> {
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

    /// The end of these words in any case, with blanks between them and no word character behind them.
    pub(super) fn phrase_end(&self, at: usize, words: &[&str]) -> Option<usize> {
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
