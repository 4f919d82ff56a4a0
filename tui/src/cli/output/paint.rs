//! Colours of a terminal for what text means.

use std::borrow::Cow;

use flowdeck_surface::tone::Tone;

/// The text in the colour of its meaning, or as it is where colours are not wanted.
pub(crate) fn painted(text: &str, tone: Tone, colour: bool) -> Cow<'_, str> {
    match code(tone) {
        Some(code) if colour && !text.is_empty() => Cow::Owned(format!("\u{1b}[{code}m{text}\u{1b}[0m")),
        _ => Cow::Borrowed(text),
    }
}

/// The parameter of the escape sequence; the sixteen colours follow the person's own theme.
const fn code(tone: Tone) -> Option<&'static str> {
    match tone {
        Tone::Plain => None,
        Tone::Muted => Some("2"),
        Tone::Accent => Some("1"),
        Tone::Good => Some("32"),
        Tone::Active => Some("36"),
        Tone::Warning => Some("33"),
        Tone::Bad => Some("31"),
    }
}
