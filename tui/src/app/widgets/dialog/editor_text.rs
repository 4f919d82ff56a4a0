//! A text of several lines with a caret in it.

use std::ops::Range;

use flowdeck_surface::text::{harmless, width_cells};
use unicode_segmentation::UnicodeSegmentation;

/// A text of several lines with a caret in it.
#[derive(Clone, Debug)]
pub(super) struct EditorText {
    /// Never empty; without line ends.
    lines: Vec<String>,
    /// The line of the caret.
    row: usize,
    /// Its place in the line, in bytes; always between two letters.
    byte: usize,
}

/// A part of a line that fits the width: the line, and the bytes of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Strip {
    pub(super) row: usize,
    pub(super) bytes: Range<usize>,
}

impl EditorText {
    /// A text with the caret at its start.
    pub(super) fn new(text: &str) -> Self {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        if lines.is_empty() {
            lines.push(String::new());
        }
        Self {
            lines,
            row: 0,
            byte: 0,
        }
    }

    /// The text with its line ends.
    pub(super) fn text(&self) -> String {
        self.lines.join("\n")
    }

    /// A line without its end.
    pub(super) fn line(&self, row: usize) -> &str {
        &self.lines[row]
    }

    /// Puts text in at the caret. Control characters but line ends and tabs are left out.
    pub(super) fn insert(&mut self, text: &str) {
        for letter in text.replace("\r\n", "\n").chars() {
            match letter {
                '\n' | '\r' => self.break_line(),
                '\t' => self.insert_letter('\t'),
                letter if letter.is_control() => {}
                letter => self.insert_letter(letter),
            }
        }
    }

    fn insert_letter(&mut self, letter: char) {
        self.lines[self.row].insert(self.byte, letter);
        self.byte += letter.len_utf8();
    }

    fn break_line(&mut self) {
        let rest = self.lines[self.row].split_off(self.byte);
        self.row += 1;
        self.byte = 0;
        self.lines.insert(self.row, rest);
    }

    /// Takes away the letter before the caret, or the line end.
    pub(super) fn remove_before(&mut self) {
        if self.byte == 0 {
            if self.row > 0 {
                let line = self.lines.remove(self.row);
                self.row -= 1;
                self.byte = self.lines[self.row].len();
                self.lines[self.row].push_str(&line);
            }
            return;
        }
        let end = self.byte;
        self.left();
        self.lines[self.row].drain(self.byte..end);
    }

    /// Takes away the letter behind the caret, or the line end.
    pub(super) fn remove_behind(&mut self) {
        let (row, byte) = (self.row, self.byte);
        self.right();
        if (self.row, self.byte) != (row, byte) {
            self.remove_before();
        }
    }

    /// Takes away the word before the caret.
    pub(super) fn remove_word(&mut self) {
        let kept = self.lines[self.row][..self.byte].trim_end();
        let start = kept
            .rfind(char::is_whitespace)
            .map_or(0, |at| at + kept[at..].chars().next().map_or(1, char::len_utf8));
        if self.byte == 0 {
            return self.remove_before();
        }
        self.lines[self.row].drain(start..self.byte);
        self.byte = start;
    }

    /// Takes away what stands before the caret in its line.
    pub(super) fn remove_to_start(&mut self) {
        self.lines[self.row].drain(..self.byte);
        self.byte = 0;
    }

    /// Takes away what stands behind the caret in its line.
    pub(super) fn remove_to_end(&mut self) {
        self.lines[self.row].truncate(self.byte);
    }

    pub(super) fn left(&mut self) {
        match self.lines[self.row][..self.byte]
            .grapheme_indices(true)
            .next_back()
        {
            Some((at, _)) => self.byte = at,
            None if self.row > 0 => {
                self.row -= 1;
                self.byte = self.lines[self.row].len();
            }
            None => {}
        }
    }

    pub(super) fn right(&mut self) {
        match self.lines[self.row][self.byte..].graphemes(true).next() {
            Some(letter) => self.byte += letter.len(),
            None if self.row + 1 < self.lines.len() => {
                self.row += 1;
                self.byte = 0;
            }
            None => {}
        }
    }

    pub(super) fn begin_line(&mut self) {
        self.byte = 0;
    }

    pub(super) fn end_line(&mut self) {
        self.byte = self.lines[self.row].len();
    }

    /// Moves by strips of this width, up where it is less than nothing; at most to the first or the last.
    pub(super) fn move_by(&mut self, by: isize, width: usize) {
        let strips = self.strips(width);
        let (place, column) = self.caret_in(&strips);
        let wanted = place.saturating_add_signed(by).min(strips.len() - 1);
        if wanted != place {
            self.put_caret(&strips[wanted], column);
        }
    }

    /// Puts the caret into a strip, so many cells from its start.
    pub(super) fn put_caret(&mut self, strip: &Strip, column: usize) {
        self.row = strip.row;
        let text = &self.lines[strip.row][strip.bytes.clone()];
        let is_end = strip.bytes.end == self.lines[strip.row].len();
        let mut byte = 0;
        for (at, letter) in text.grapheme_indices(true) {
            let next = at + letter.len();
            // The end of a strip that goes on is the start of the next.
            if shown_width(&text[..next]) > column || (next == text.len() && !is_end) {
                break;
            }
            byte = next;
        }
        self.byte = strip.bytes.start + byte;
    }

    /// The text in strips of at most so many cells, broken at blanks where that goes.
    pub(super) fn strips(&self, width: usize) -> Vec<Strip> {
        let of_line = |(row, line): (usize, &String)| {
            let parts = parts(line, width.max(1));
            parts.into_iter().map(move |bytes| Strip { row, bytes })
        };
        self.lines.iter().enumerate().flat_map(of_line).collect()
    }

    /// The strip that holds the caret, and how many cells from its start.
    pub(super) fn caret_in(&self, strips: &[Strip]) -> (usize, usize) {
        let holds = |strip: &Strip| strip.row == self.row && strip.bytes.start <= self.byte;
        let place = strips.iter().rposition(holds).unwrap_or(0);
        let before = &self.lines[self.row][strips[place].bytes.start..self.byte];
        (place, shown_width(before))
    }
}

fn shown_width(text: &str) -> usize {
    width_cells(&harmless(text))
}

/// Parts of a line, each of at most so many cells and ending behind a blank if one is near; one, if it is empty.
fn parts(line: &str, width: usize) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut blank, mut used) = (0, None, 0);
    for (at, letter) in line.grapheme_indices(true) {
        let wide = shown_width(letter);
        if used + wide > width && at > start {
            let end = blank.unwrap_or(at);
            parts.push(start..end);
            (start, blank) = (end, None);
            used = shown_width(&line[start..at]);
        }
        used += wide;
        if letter.chars().all(char::is_whitespace) {
            blank = Some(at + letter.len());
        }
    }
    parts.push(start..line.len());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strips_of(text: &str, width: usize) -> Vec<String> {
        let text = EditorText::new(text);
        let strips = text.strips(width);
        strips
            .into_iter()
            .map(|strip| text.line(strip.row)[strip.bytes].to_owned())
            .collect()
    }

    #[test]
    fn long_lines_break_behind_blanks_and_lose_no_letter() {
        assert_eq!(
            strips_of("one two three\n\nfour", 8),
            ["one two ", "three", "", "four"]
        );
        assert_eq!(strips_of("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(strips_of("猫猫猫", 3), ["猫", "猫", "猫"]);
        assert_eq!(strips_of("", 5), [""]);
    }

    #[test]
    fn lines_are_joined_and_parted() {
        let mut text = EditorText::new("one\ntwo");
        text.end_line();
        text.insert(" and\na half\x1b");
        assert_eq!(text.text(), "one and\na half\ntwo");
        text.remove_to_start();
        text.remove_before();
        assert_eq!(text.text(), "one and\ntwo");
        text.remove_behind();
        assert_eq!(text.text(), "one andtwo");
        text.remove_word();
        assert_eq!(text.text(), "one two");
        text.remove_to_end();
        assert_eq!(text.text(), "one ");
    }

    #[test]
    fn the_caret_keeps_its_column_where_it_can() {
        let mut text = EditorText::new("long line\nab\nlong line");
        for _ in 0..6 {
            text.right();
        }
        text.move_by(1, 40);
        assert_eq!(text.caret_in(&text.strips(40)), (1, 2));
        text.move_by(9, 40);
        assert_eq!(text.caret_in(&text.strips(40)), (2, 2));
        text.move_by(-9, 40);
        assert_eq!(text.caret_in(&text.strips(40)), (0, 2));
    }

    #[test]
    fn the_caret_crosses_the_ends_of_strips_and_lines() {
        let mut text = EditorText::new("ab cd\ne");
        for (n_right, expected) in [(3, (1, 0)), (5, (1, 2)), (6, (2, 0)), (9, (2, 1))] {
            text = EditorText::new("ab cd\ne");
            for _ in 0..n_right {
                text.right();
            }
            assert_eq!(text.caret_in(&text.strips(3)), expected, "{n_right}");
        }
        for _ in 0..20 {
            text.left();
        }
        assert_eq!(text.caret_in(&text.strips(3)), (0, 0));
    }
}
