//! The `meta.yaml` files.
//!
//! Nearly all of them are flat: one `key: value` a line, as PyYAML prints it. Those are read by hand, some hundred
//! times faster than by a YAML parser, which reads whatever looks different: values over several lines, escapes,
//! nesting.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

/// Scalars of a mapping as text, by their keys; null is none. Nested values are not among them.
#[derive(Debug, Default)]
pub(super) struct Fields<'a>(Vec<(Cow<'a, str>, Option<Cow<'a, str>>)>);

impl<'a> Fields<'a> {
    /// Reads a mapping; of `wanted` keys only where a parser is needed.
    ///
    /// # Errors
    /// Why it is no mapping, in a few words.
    pub(super) fn read(text: &'a str, wanted: &'static [&'static str]) -> Result<Self, String> {
        if let Some(flat) = flat(text) {
            return Ok(Self(flat));
        }
        serde_saphyr::with_deserializer_from_str(&without_indent_after_separators(text), |deserializer| {
            deserializer.deserialize_map(Wanted(wanted))
        })
        .map(|fields| Self(fields.into_iter().map(owned).collect()))
        .map_err(|error| first_line(&error.to_string()))
    }

    /// The text of one value; nothing where it is absent or null.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(name, _)| name == key)?;
        value.as_deref()
    }

    /// The text of one value that must be there.
    pub(super) fn need(&self, key: &str) -> Result<&str, String> {
        self.get(key).ok_or_else(|| format!("has no {key}"))
    }

    /// An integer, if there is one.
    pub(super) fn integer(&self, key: &str) -> Result<Option<i64>, String> {
        match self.get(key) {
            None => Ok(None),
            Some(text) => match text.parse() {
                Ok(value) => Ok(Some(value)),
                Err(_) => Err(format!("has a {key} that is no number: `{text}`")),
            },
        }
    }
}

/// YAML 1.1, which PyYAML writes, breaks lines at U+2028 and U+2029 too and indents what follows; for YAML 1.2, which
/// is read here, they are characters like others.
fn without_indent_after_separators(text: &str) -> Cow<'_, str> {
    if !has_separator(text) {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split_inclusive(['\u{2028}', '\u{2029}']);
    let first = parts.next().unwrap_or_default().to_owned();
    Cow::Owned(parts.fold(first, |joined, part| joined + part.trim_start_matches(' ')))
}

fn has_separator(text: &str) -> bool {
    text.contains(['\u{2028}', '\u{2029}'])
}

fn owned(pair: (String, Option<String>)) -> (Cow<'static, str>, Option<Cow<'static, str>>) {
    (Cow::Owned(pair.0), pair.1.map(Cow::Owned))
}

/// The first line of a parser's message, which goes on with a drawing of the place.
pub(super) fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().to_owned()
}

type Pair<'a> = (Cow<'a, str>, Option<Cow<'a, str>>);

/// Reads what is flat; nothing where any line is not.
fn flat(text: &str) -> Option<Vec<Pair<'_>>> {
    if has_separator(text) {
        return None;
    }
    let mut pairs = Vec::with_capacity(16);
    for line in text.lines() {
        let (key, value) = line.split_once(':')?;
        let plain_key = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !plain_key {
            return None;
        }
        match value {
            " []" | " {}" => {}
            _ => pairs.push((Cow::Borrowed(key), scalar(value.strip_prefix(' ')?)?)),
        }
    }
    Some(pairs)
}

/// One scalar on its line: none within is null; nothing where it needs a parser.
fn scalar(text: &str) -> Option<Option<Cow<'_, str>>> {
    let (&first, _) = text.as_bytes().split_first()?;
    match first {
        b'\'' => {
            let inner = text
                .get(1..text.len().max(2) - 1)
                .filter(|_| text.len() > 1 && text.ends_with('\''))?;
            let quotes = inner.matches('\'').count();
            if quotes != 2 * inner.matches("''").count() {
                return None;
            }
            let inner = if quotes == 0 {
                Cow::Borrowed(inner)
            } else {
                inner.replace("''", "'").into()
            };
            Some(Some(inner))
        }
        b'"' => {
            let inner = text
                .get(1..text.len().max(2) - 1)
                .filter(|_| text.len() > 1 && text.ends_with('"'))?;
            (!inner.contains(['"', '\\'])).then_some(Some(Cow::Borrowed(inner)))
        }
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | 0x80.. => {
            let unsafe_inside = text.contains(": ") || text.contains(" #") || text.ends_with([':', ' ']);
            let sequence = text.starts_with("- ") || text == "-" || text.starts_with("---");
            if unsafe_inside || sequence || text.contains('\t') {
                return None;
            }
            match text {
                "null" | "Null" | "NULL" => Some(None),
                _ => Some(Some(Cow::Borrowed(text))),
            }
        }
        _ => None,
    }
}

/// Picks the scalars out of a mapping, as the text they were written as.
struct Wanted(&'static [&'static str]);

impl<'de> Visitor<'de> for Wanted {
    type Value = Vec<(String, Option<String>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if self.0.contains(&key.as_str()) {
                fields.push((key, map.next_value()?));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: &[&str] = &["a", "b", "c"];

    fn read(text: &str) -> Result<Vec<Option<String>>, String> {
        let fields = Fields::read(text, WANTED)?;
        Ok(WANTED
            .iter()
            .map(|key| fields.get(key).map(str::to_owned))
            .collect())
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn flat_files_are_read_by_hand_as_a_parser_reads_them() {
        for (text, expected) in [
            (
                "a: plain\nb: null\nc: 'null'\n",
                vec![some("plain"), None, some("null")],
            ),
            (
                "a: 'it''s'\nb: ''\nc: \"x y\"\n",
                vec![some("it's"), some(""), some("x y")],
            ),
            (
                "a: 1e3\nb: file:///x#y\ntags: []\nc: ünï\n",
                vec![some("1e3"), some("file:///x#y"), some("ünï")],
            ),
        ] {
            assert!(flat(text).is_some(), "{text}");
            assert_eq!(read(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_flat_goes_to_the_parser() {
        for (text, expected) in [
            (
                "a: 'two\n\n  lines'\nb: 1\n",
                vec![some("two\nlines"), some("1"), None],
            ),
            (
                "a: long\n  text\ntags:\n  b: 2\nc: 3\n",
                vec![some("long text"), None, some("3")],
            ),
            (
                "a: \"\\a \\U0001F388\"\nb: ~\nc:\n",
                vec![some("\u{7} 🎈"), None, None],
            ),
            (
                "# comment\na: x # comment\nb: {c: d}\n".trim_end_matches("b: {c: d}\n"),
                vec![some("x"), None, None],
            ),
        ] {
            assert!(flat(text).is_none(), "{text}");
            assert_eq!(read(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn garbage_is_an_error_of_one_line() {
        for text in [
            "\0\0\0",
            "a: [",
            "- a\n- b",
            "just text",
            "a: x: y",
            "{",
            "'",
            "a: '",
        ] {
            let error = read(text).expect_err(text);
            assert!(!error.contains('\n') && !error.is_empty(), "{error}");
        }
    }
}
