//! A line to type in.

use flowdeck_surface::notice::Notice;
use flowdeck_surface::text::{harmless, width_cells};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use unicode_segmentation::UnicodeSegmentation;

use super::text::put;
use crate::app::context::Look;
use crate::app::key::Key;

/// What a line to type in holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prompt {
    /// What stands before it.
    pub(crate) label: &'static str,
    text: String,
    /// In bytes; always between two letters.
    caret: usize,
    /// What is wrong with the text.
    pub(crate) fault: Option<Notice>,
    /// Ways to go on, shown below the text; `Tab` takes the chosen one.
    pub(crate) choices: Vec<String>,
    /// The way that is chosen.
    pub(crate) chosen: usize,
    /// Whether a dot stands for each letter.
    is_hidden: bool,
}

/// What a key did.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Typed {
    /// The text changed.
    Changed,
    /// The caret moved, or nothing happened.
    Nothing,
    /// The person is done.
    Done,
    /// The person wants it gone.
    Cancelled,
    /// A key that does not belong here, such as an arrow down.
    Passed,
}

impl Prompt {
    /// A line with a text in it and the caret behind.
    pub(crate) fn new(label: &'static str, text: &str) -> Self {
        Self {
            label,
            text: text.to_owned(),
            caret: text.len(),
            fault: None,
            choices: Vec::new(),
            chosen: 0,
            is_hidden: false,
        }
    }

    /// An empty line that shows a dot for each letter.
    pub(crate) fn hidden() -> Self {
        Self {
            is_hidden: true,
            ..Self::new("", "")
        }
    }

    /// Puts another text in its place; the caret stands behind it.
    #[allow(dead_code, reason = "completion replaces words")]
    pub(crate) fn set(&mut self, text: &str) {
        text.clone_into(&mut self.text);
        self.caret = self.text.len();
    }

    /// What was typed.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Where the caret stands, in bytes.
    pub(crate) fn caret(&self) -> usize {
        self.caret
    }

    /// Puts a text in the place of a part of the line, and the caret behind it.
    pub(crate) fn replace(&mut self, range: std::ops::Range<usize>, text: &str) {
        self.caret = range.start + text.len();
        self.text.replace_range(range, text);
    }

    /// Takes a key.
    pub(crate) fn press(&mut self, key: &Key) -> Typed {
        if let Some(letter) = key.letter {
            let mut bytes = [0; 4];
            return self.paste(letter.encode_utf8(&mut bytes));
        }
        match key.name.as_str() {
            "enter" => return Typed::Done,
            "esc" | "ctrl-c" | "ctrl-g" => return Typed::Cancelled,
            "left" | "ctrl-b" => self.caret = self.before(),
            "right" | "ctrl-f" => self.caret = self.behind(),
            "home" | "ctrl-a" => self.caret = 0,
            "end" | "ctrl-e" => self.caret = self.text.len(),
            "backspace" | "ctrl-h" => return self.remove(self.before()..self.caret),
            "delete" | "ctrl-d" => return self.remove(self.caret..self.behind()),
            "ctrl-u" => return self.remove(0..self.caret),
            "ctrl-k" => return self.remove(self.caret..self.text.len()),
            "ctrl-w" | "alt-backspace" => return self.remove(self.word_start()..self.caret),
            _ => return Typed::Passed,
        }
        Typed::Nothing
    }

    /// Takes a text at the caret; control characters are left out.
    pub(crate) fn paste(&mut self, text: &str) -> Typed {
        let plain: String = text
            .chars()
            .map(|letter| if letter == '\n' { ' ' } else { letter })
            .filter(|letter| !letter.is_control())
            .collect();
        self.text.insert_str(self.caret, &plain);
        self.caret += plain.len();
        Typed::Changed
    }

    fn remove(&mut self, range: std::ops::Range<usize>) -> Typed {
        if range.is_empty() {
            return Typed::Nothing;
        }
        self.caret = range.start;
        self.text.drain(range);
        Typed::Changed
    }

    fn before(&self) -> usize {
        let mut letters = self.text[..self.caret].grapheme_indices(true);
        letters.next_back().map_or(0, |(at, _)| at)
    }

    fn behind(&self) -> usize {
        let next = self.text[self.caret..].graphemes(true).next();
        self.caret + next.map_or(0, str::len)
    }

    fn word_start(&self) -> usize {
        let kept = self.text[..self.caret].trim_end();
        kept.rfind(char::is_whitespace)
            .map_or(0, |at| at + kept[at..].chars().next().map_or(1, char::len_utf8))
    }

    /// Rows it takes: the line, and below it what is wrong.
    pub(crate) fn height(&self) -> u16 {
        match (&self.fault, self.choices.is_empty()) {
            (Some(_), _) => 3,
            (None, false) => 2,
            (None, true) => 1,
        }
    }

    /// Draws the line and, under the letters that are wrong, why they are.
    pub(crate) fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let label = look.theme.tone(Tone::Accent).add_modifier(Modifier::BOLD);
        let x = put(buf, area.x + 1, area.y, self.label, 20, label) + 1;
        let line = Rect {
            x,
            width: area.right().saturating_sub(x),
            ..area
        };
        self.draw_line(line, look.theme.heading(), true, buf);
        if let Some(fault) = &self.fault {
            self.draw_fault(fault, area, line, buf, look);
        } else if area.height > 1 {
            self.draw_choices(area, buf, look);
        }
    }

    /// The ways to go on in one line; the chosen one stands first once it would fall out of view.
    fn draw_choices(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let mut x = area.x + 1;
        let width: usize = self
            .choices
            .iter()
            .take(self.chosen + 1)
            .map(|text| width_cells(text) + 2)
            .sum();
        let skipped = if width > usize::from(area.width) {
            self.chosen
        } else {
            0
        };
        for (place, choice) in self.choices.iter().enumerate().skip(skipped) {
            let room = usize::from(area.right().saturating_sub(x + 1));
            if room < 3 {
                return;
            }
            let style = match place == self.chosen {
                true => look.theme.selected(true),
                false => look.theme.tone(Tone::Muted),
            };
            x = put(buf, x, area.y + 1, choice, room, style) + 2;
        }
    }

    /// Draws the text in one line, of which the last cell is kept for the caret.
    pub(crate) fn draw_line(&self, line: Rect, style: Style, has_caret: bool, buf: &mut Buffer) {
        if self.is_hidden {
            return self.in_dots().draw_line(line, style, has_caret, buf);
        }
        let room = usize::from(line.width);
        let shown = &self.text[self.skipped(room.saturating_sub(1).max(1))..];
        put(buf, line.x, line.y, shown, room, style);
        let caret = (self.column(self.caret, line), line.y);
        if let Some(cell) = buf.cell_mut(caret).filter(|_| has_caret) {
            cell.modifier.insert(Modifier::REVERSED);
        }
    }

    /// The same line with a dot for each letter.
    fn in_dots(&self) -> Self {
        let dots = |text: &str| "•".repeat(text.graphemes(true).count());
        Self {
            caret: dots(&self.text[..self.caret]).len(),
            ..Self::new("", &dots(&self.text))
        }
    }

    /// Where a byte of the text stands.
    fn column(&self, byte: usize, line: Rect) -> u16 {
        let room = usize::from(line.width).saturating_sub(1).max(1);
        let skipped = self.skipped(room);
        let byte = floor_boundary(&self.text, byte.clamp(skipped, self.text.len()));
        line.x + width_cells(&harmless(&self.text[skipped..byte])).min(room) as u16
    }

    fn draw_fault(&self, fault: &Notice, area: Rect, line: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let bad = look.theme.tone(Tone::Bad);
        if let Some(span) = &fault.span {
            let (from, to) = (self.column(span.start, line), self.column(span.end, line));
            for x in from..to.max(from + 1) {
                put(buf, x, area.y + 1, "^", 1, bad);
            }
        }
        let width = usize::from(area.width.saturating_sub(2));
        let x = put(buf, area.x + 1, area.y + 2, &fault.sentence, width, bad);
        if let Some(hint) = &fault.hint {
            let room = usize::from(area.right().saturating_sub(x + 2));
            put(buf, x + 1, area.y + 2, hint, room, look.theme.tone(Tone::Muted));
        }
    }

    /// Bytes left out in front so that the caret stays in view.
    fn skipped(&self, room: usize) -> usize {
        let mut skipped = 0;
        for (at, _) in self.text.grapheme_indices(true) {
            if at > self.caret || width_cells(&harmless(&self.text[at..self.caret])) < room {
                return at.min(self.caret);
            }
            skipped = at;
        }
        if width_cells(&harmless(&self.text[skipped..self.caret])) < room {
            skipped
        } else {
            self.caret
        }
    }
}

fn floor_boundary(text: &str, mut byte: usize) -> usize {
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    byte
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[&str]) -> Prompt {
        let mut prompt = Prompt::new("/", "");
        for key in keys {
            prompt.press(&Key::named(key));
        }
        prompt
    }

    #[test]
    fn a_line_is_edited_by_letters_and_words() {
        assert_eq!(typed(&["a", "b", "left", "c"]).text(), "acb");
        assert_eq!(
            typed(&["a", "b", "backspace", "é", "backspace", "c"]).text(),
            "ac"
        );
        assert_eq!(typed(&["a", "space", "b", "c", "ctrl-w", "d"]).text(), "a d");
        assert_eq!(typed(&["a", "b", "home", "delete", "end", "c"]).text(), "bc");
        assert_eq!(typed(&["a", "b", "left", "ctrl-u"]).text(), "b");
        assert_eq!(
            typed(&["backspace", "delete", "ctrl-w", "left", "right"]).text(),
            ""
        );
    }

    #[test]
    fn pasted_lines_become_one_line() {
        let mut prompt = Prompt::new("/", "x");
        prompt.paste("a\nb\x1bc");
        assert_eq!(prompt.text(), "xa bc");
    }

    #[test]
    fn a_hidden_line_shows_its_length_and_its_caret_alone() {
        let mut prompt = Prompt::hidden();
        prompt.paste("hunter2é");
        prompt.press(&Key::named("left"));
        let area = Rect::new(0, 0, 20, 1);
        let mut buf = Buffer::empty(area);
        prompt.draw_line(area, Style::default(), true, &mut buf);
        let text: String = (0..20).map(|x| buf[(x, 0)].symbol().to_owned()).collect();
        assert_eq!(text.trim_end(), "••••••••");
        assert!(buf[(7, 0)].modifier.contains(Modifier::REVERSED));
        assert_eq!(prompt.text(), "hunter2é");
    }

    #[test]
    fn keys_that_do_not_type_are_told_apart() {
        let mut prompt = Prompt::new("/", "");
        for (key, typed) in [
            ("enter", Typed::Done),
            ("esc", Typed::Cancelled),
            ("down", Typed::Passed),
            ("left", Typed::Nothing),
            ("a", Typed::Changed),
        ] {
            assert_eq!(prompt.press(&Key::named(key)), typed, "{key}");
        }
    }
}
