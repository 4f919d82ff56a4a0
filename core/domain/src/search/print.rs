//! Writes filters, so that reading what was written gives the same filter.

use std::fmt;

use super::clause::Clause;
use super::group::{PieceKind, pieces};
use super::lexer::tokens;
use super::{Search, Searchable};

/// The key of a clause, in back-ticks where it needs them: ``metrics.`val acc` ``.
///
/// Nothing where no spelling reads back as this key: one that holds a back-tick.
pub fn write_key(kind: &str, key: &str) -> Option<String> {
    let bare = format!("{kind}.{key}");
    if stands_alone(&bare) && !key.starts_with(['`', '"', '\'']) {
        return Some(bare);
    }
    let ticked = format!("{kind}.`{key}`");
    (!key.contains('`')).then_some(ticked)
}

/// A text as a value of a clause. Nothing where it holds both quotes, since there is no escape.
pub fn write_text(text: &str) -> Option<String> {
    // A backslash before the quote that closes would hide it.
    let quote = ['\'', '"']
        .into_iter()
        .find(|quote| !text.contains(*quote) && !text.ends_with('\\'))?;
    Some(format!("{quote}{text}{quote}"))
}

/// Whether all of a text is read as one key.
fn stands_alone(text: &str) -> bool {
    let probe = format!("{text} = 0");
    let pieces = pieces(&probe, &tokens(&probe)).unwrap_or_default();
    match &pieces[..] {
        [only] if only.kind == PieceKind::Comparison => only
            .parts
            .first()
            .is_some_and(|left| left.kind == PieceKind::Identifier && left.text(&probe) == text),
        _ => false,
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.source.left, self.source.operator)?;
        match &self.source.value {
            Some(value) => write!(f, " {value}"),
            None => Ok(()),
        }
    }
}

/// The filter.
impl<T: Searchable> fmt::Display for Search<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, clause) in self.clauses().iter().enumerate() {
            let and = if n == 0 { "" } else { " AND " };
            write!(f, "{and}{clause}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::{Dialect, Field};
    use crate::tracking::Run;

    #[test]
    fn a_key_is_written_bare_only_where_that_reads_back() {
        let cases = [
            ("loss", "metrics.loss"),
            ("m.dotted", "metrics.m.dotted"),
            ("val/acc", "metrics.`val/acc`"),
            ("in", "metrics.`in`"),
            ("1st", "metrics.1st"),
            ("a b", "metrics.`a b`"),
            ("метрика", "metrics.метрика"),
            ("select", "metrics.select"),
            ("'q'", "metrics.`'q'`"),
        ];
        for (key, expected) in cases {
            assert_eq!(write_key("metrics", key).as_deref(), Some(expected));
            let search =
                Search::<Run>::parse(&format!("{expected} > 0"), &[], Dialect::File).expect("a filter");
            assert!(
                matches!(&search.clauses()[0].field, Field::Metric(read) if read.as_str() == key),
                "{key}"
            );
        }
        assert_eq!(write_key("tags", "a`b"), None);
    }

    #[test]
    fn a_text_takes_the_quote_it_does_not_hold() {
        assert_eq!(write_text("abc").as_deref(), Some("'abc'"));
        assert_eq!(write_text("it's").as_deref(), Some("\"it's\""));
        assert_eq!(write_text("it's \"x\""), None);
    }
}
