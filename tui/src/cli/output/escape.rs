//! Text from stores, made safe for a terminal.

use std::borrow::Cow;
use std::fmt::Write;

/// The text on one line, with characters that a terminal would act on spelled out: `\n`, `\u{1b}`.
///
/// A run's name may come from anybody; it must not move the cursor or turn the text around.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(escape_where(text, acts))
}

/// The same for text of several lines, which stay lines.
pub(crate) fn escaped_lines(text: &str) -> String {
    escape_where(text, |letter| acts(letter) && !matches!(letter, '\n' | '\t'))
}

fn escape_where(text: &str, acts: impl Fn(char) -> bool) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            _ if !acts(letter) => safe.push(letter),
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            '\t' => safe.push_str("\\t"),
            // Writing to a string cannot fail.
            other => drop(write!(safe, "\\u{{{:x}}}", u32::from(other))),
        }
    }
    safe
}

/// Control characters, and those that change the direction of the text around them.
fn acts(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_act_on_a_terminal() {
        assert_eq!(escaped("a\u{1b}[31mb\n\u{9b}c"), "a\\u{1b}[31mb\\n\\u{9b}c");
        assert_eq!(escaped("x\u{202e}y"), "x\\u{202e}y");
        assert!(matches!(escaped("größe 名 👍🏽"), Cow::Borrowed(_)));
        assert_eq!(escaped_lines("a\nb\u{7}"), "a\nb\\u{7}");
    }
}
