//! Patterns of LIKE and ILIKE. `%` is any run, `_` any one character, and there is no escape.

use super::Dialect;
use super::unicode::fold;

/// A pattern, ready to be held against texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Like {
    text: String,
    any_case: bool,
    dialect: Dialect,
    pieces: Vec<Wild>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Wild {
    One,
    Run,
    Char(char),
}

impl Like {
    /// A pattern that minds the case or not.
    ///
    /// In a file store a pattern is a regular expression of Python: `%` and `_` stop at a line break, a line break
    /// may follow the end, and the case of all scripts is folded. SQLite folds ASCII alone.
    pub fn new(text: &str, any_case: bool, dialect: Dialect) -> Self {
        let mut like = Self {
            text: text.to_owned(),
            any_case,
            dialect,
            pieces: Vec::new(),
        };
        like.pieces = text
            .chars()
            .map(|c| match c {
                '%' => Wild::Run,
                '_' => Wild::One,
                c => Wild::Char(like.plain(c)),
            })
            .collect();
        like
    }

    /// The pattern as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it folds the case.
    pub fn is_any_case(&self) -> bool {
        self.any_case
    }

    /// Whether a text has this form.
    pub fn matches(&self, text: &str) -> bool {
        if self.dialect == Dialect::Sql {
            return self.covers(text);
        }
        let open_end = self.pieces.last() == Some(&Wild::Run);
        if open_end {
            return self.covers_start(text);
        }
        self.covers(text) || text.strip_suffix('\n').is_some_and(|line| self.covers(line))
    }

    /// The pattern but its last `%`, which lets anything follow, even line breaks.
    fn covers_start(&self, text: &str) -> bool {
        self.walk(text, true)
    }

    fn covers(&self, text: &str) -> bool {
        self.walk(text, false)
    }

    fn walk(&self, text: &str, open_end: bool) -> bool {
        let pieces = if open_end {
            &self.pieces[..self.pieces.len() - 1]
        } else {
            &self.pieces[..]
        };
        let (mut at, mut rest) = (0, text);
        // Where the last run began: the piece behind it, and the text it has not taken yet.
        let mut retry: Option<(usize, &str)> = None;
        loop {
            match pieces.get(at) {
                None if open_end || rest.is_empty() => return true,
                Some(Wild::Run) => {
                    at += 1;
                    retry = Some((at, rest));
                    continue;
                }
                piece => {
                    let mut chars = rest.chars();
                    let next = chars.next();
                    if let (Some(piece), Some(c)) = (piece, next)
                        && self.fits(*piece, c)
                    {
                        at += 1;
                        rest = chars.as_str();
                        continue;
                    }
                }
            }
            let Some((piece, from)) = retry else { return false };
            let mut chars = from.chars();
            match chars.next() {
                Some(c) if self.crosses(c) => {}
                _ => return false,
            }
            retry = Some((piece, chars.as_str()));
            (at, rest) = (piece, chars.as_str());
        }
    }

    fn fits(&self, piece: Wild, c: char) -> bool {
        match piece {
            Wild::Char(wanted) => wanted == self.plain(c),
            Wild::One => self.crosses(c),
            Wild::Run => false,
        }
    }

    /// Whether a wildcard takes this character.
    fn crosses(&self, c: char) -> bool {
        self.dialect == Dialect::Sql || c != '\n'
    }

    fn plain(&self, c: char) -> char {
        match (self.any_case, self.dialect) {
            (false, _) => c,
            (true, Dialect::Sql) => c.to_ascii_lowercase(),
            (true, Dialect::File) => fold(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_takes_what_its_store_takes() {
        let cases = [
            ("a%c", "abc", true, true),
            ("a%c", "abcd", false, false),
            ("%b%", "abc", true, true),
            ("a_c", "a\nc", false, true),
            ("a%c", "a\nc", false, true),
            ("a%", "a\nc", true, true),
            ("abc", "abc\n", true, false),
            ("", "", true, true),
            ("", "a", false, false),
            ("%", "", true, true),
            (r"a\%", r"a\b", true, true),
            ("%aab", "aaab", true, true),
            ("a%b%c", "a1b2b3c", true, true),
        ];
        for (pattern, text, file, sql) in cases {
            for (dialect, expected) in [(Dialect::File, file), (Dialect::Sql, sql)] {
                let like = Like::new(pattern, false, dialect);
                assert_eq!(
                    like.matches(text),
                    expected,
                    "{pattern:?} on {text:?} in {dialect:?}"
                );
            }
        }
    }

    #[test]
    fn sqlite_folds_the_case_of_ascii_alone() {
        assert!(Like::new("über%", true, Dialect::File).matches("ÜBERMUT"));
        assert!(!Like::new("über%", true, Dialect::Sql).matches("ÜBERMUT"));
        assert!(Like::new("abc", true, Dialect::Sql).matches("ABC"));
        assert!(Like::new("K", true, Dialect::File).matches("\u{212a}"));
    }
}
