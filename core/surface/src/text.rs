//! Text from a store, made fit for one line of a screen.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Text without anything that could steer a terminal or turn a line around.
///
/// Control characters become their pictures (`␛`), line breaks `↵`, tabs blanks; marks that reverse the writing
/// direction or take no room become `�`.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_harmful) {
        Cow::Owned(text.chars().map(picture).collect())
    } else {
        Cow::Borrowed(text)
    }
}

fn is_harmful(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn picture(letter: char) -> char {
    match letter {
        '\n' | '\u{2028}' | '\u{2029}' => '↵',
        '\t' => ' ',
        '\u{7f}' => '␡',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(letter)).unwrap_or('�'),
        other if is_harmful(other) => '�',
        other => other,
    }
}

/// How many cells a text takes in a terminal.
pub fn width_cells(text: &str) -> usize {
    text.width()
}

/// A text in at most so many cells: what is too long ends in `…`.
pub fn fitted(text: &str, cells: usize) -> Cow<'_, str> {
    if text.width() <= cells {
        return Cow::Borrowed(text);
    }
    let mut kept = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let wide = grapheme.width();
        if used + wide + 1 > cells {
            break;
        }
        kept.push_str(grapheme);
        used += wide;
    }
    if cells > 0 {
        kept.push('…');
    }
    Cow::Owned(kept)
}

/// A key in at most so many cells: of a path such as `val/top5/accuracy`, what stands last tells most, so it is kept.
pub fn fitted_key(key: &str, cells: usize) -> Cow<'_, str> {
    if key.width() <= cells || !key.contains('/') {
        return fitted(key, cells);
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut used = 1;
    for grapheme in key.graphemes(true).rev() {
        used += grapheme.width();
        if used > cells {
            break;
        }
        kept.push(grapheme);
    }
    let tail: String = kept.into_iter().rev().collect();
    Cow::Owned(if cells > 0 { format!("…{tail}") } else { tail })
}

/// Whether every word of `wanted` stands somewhere in the texts, capitals aside unless `wanted` has some.
pub fn has_words<'a>(wanted: &str, texts: impl Iterator<Item = &'a str> + Clone) -> bool {
    let exact = has_capitals(wanted);
    wanted
        .split_whitespace()
        .map(|word| Word { word, exact })
        .all(|word| texts.clone().any(|text| word.is_in(text)))
}

/// A word to be looked for in many texts, capitals aside unless it has some.
#[derive(Clone, Copy, Debug)]
pub struct Word<'a> {
    word: &'a str,
    exact: bool,
}

impl<'a> Word<'a> {
    /// A word as it is typed.
    pub fn new(word: &'a str) -> Self {
        Self {
            word,
            exact: has_capitals(word),
        }
    }

    /// Whether it stands in a text.
    pub fn is_in(self, text: &str) -> bool {
        if self.exact {
            return text.contains(self.word);
        }
        if !self.word.is_ascii() {
            return text.to_lowercase().contains(self.word);
        }
        // A hundred thousand texts are looked through with each letter that is typed: no copy, and mostly one look at a byte.
        let (text, word) = (text.as_bytes(), self.word.as_bytes());
        let Some(first) = word.first() else { return true };
        let begins = text
            .len()
            .checked_sub(word.len())
            .map_or(&text[..0], |last| &text[..=last]);
        begins.iter().enumerate().any(|(place, byte)| {
            byte.eq_ignore_ascii_case(first) && text[place..place + word.len()].eq_ignore_ascii_case(word)
        })
    }
}

fn has_capitals(text: &str) -> bool {
    text.chars().any(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        assert_eq!(harmless("plain über 猫"), "plain über 猫");
        assert_eq!(harmless("a\x1b[2Jb\nc\td\u{9b}e"), "a␛[2Jb↵c d�e");
        assert_eq!(harmless("x\u{202e}y\u{200b}"), "x�y�");
    }

    #[test]
    fn a_long_text_is_cut_between_letters_that_belong_together() {
        for (text, cells, kept) in [
            ("short", 9, "short"),
            ("lengthy", 4, "len…"),
            ("猫猫猫", 6, "猫猫猫"),
            ("猫猫猫", 5, "猫猫…"),
            ("猫猫猫", 4, "猫…"),
            ("ab", 0, ""),
            ("ab", 1, "…"),
        ] {
            assert_eq!(fitted(text, cells), kept);
        }
    }

    #[test]
    fn of_a_long_key_the_end_is_kept_where_it_is_a_path() {
        assert_eq!(fitted_key("val/top5/accuracy", 12), "…p5/accuracy");
        assert_eq!(fitted_key("learning_rate", 8), "learnin…");
        assert_eq!(fitted_key("a/b", 3), "a/b");
        assert_eq!(fitted_key("a/bcd", 1), "…");
        assert_eq!(fitted_key("a/bcd", 0), "");
    }

    #[test]
    fn words_are_found_in_any_order_and_case() {
        let texts = ["Vision-ResNet", "FINISHED"];
        let found = |wanted: &str| has_words(wanted, texts.iter().copied());
        assert!(found("resnet fin"));
        assert!(found(""));
        assert!(found("ResNet"));
        assert!(!found("RESNET"));
        assert!(!found("resnet failed"));
        assert!(has_words("über", std::iter::once("ÜBER")));
        assert!(has_words("xyz", std::iter::once("ÜXYZ")));
        assert!(!has_words("xyz", std::iter::once("xy")) && !has_words("a", std::iter::once("")));
    }
}
