//! Asks for a text of several lines; the person's own editor is one key away.

use flowdeck_surface::notice::Notice;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::editor_text::EditorText;
use super::{Decision, Dialog, Pressed, fault_text, n_lines, put_wrapped};
use crate::app::context::Look;
use crate::app::key::Key;
use crate::app::mouse::{Mouse, MouseKind, Target};
use crate::app::widgets::cursor::WHEEL;
use crate::app::widgets::text::put;

/// A text of several lines to be edited.
pub(crate) struct Editor {
    title: String,
    text: EditorText,
    before: String,
    /// The first strip in view.
    first: usize,
    /// Whether Esc was pressed while there were changes: the next one drops them.
    is_leaving: bool,
    fault: Option<Notice>,
}

impl Editor {
    /// A text to be edited.
    pub(crate) fn new(title: impl Into<String>, text: &str) -> Self {
        let text = EditorText::new(text);
        Self {
            title: title.into(),
            before: text.text(),
            text,
            first: 0,
            is_leaving: false,
            fault: None,
        }
    }

    fn is_changed(&self) -> bool {
        self.text.text() != self.before
    }

    /// Where the text stands: above what is wrong.
    fn text_area(&self, area: Rect) -> Rect {
        let fault = self
            .fault
            .as_ref()
            .map_or(0, |fault| n_lines(&fault_text(fault), area.width));
        Rect {
            height: area.height.saturating_sub(fault),
            ..area
        }
    }

    fn leave(&mut self) -> Pressed {
        if self.is_leaving || !self.is_changed() {
            return Pressed::Cancelled;
        }
        self.is_leaving = true;
        Pressed::Nothing
    }

    fn keep_in_view(&mut self, area: Rect) {
        let strips = self.text.strips(usize::from(area.width));
        let (place, _) = self.text.caret_in(&strips);
        let height = usize::from(area.height).max(1);
        self.first = self
            .first
            .clamp((place + 1).saturating_sub(height), place)
            .min(strips.len().saturating_sub(height));
    }

    fn edit(&mut self, key: &Key, area: Rect) {
        if let Some(letter) = key.letter {
            return self.text.insert(letter.encode_utf8(&mut [0; 4]));
        }
        let (width, page) = (usize::from(area.width), area.height.saturating_sub(1).max(1));
        match key.name.as_str() {
            "enter" => self.text.insert("\n"),
            "tab" => self.text.insert("    "),
            "backspace" | "ctrl-h" => self.text.remove_before(),
            "delete" | "ctrl-d" => self.text.remove_behind(),
            "ctrl-w" | "alt-backspace" => self.text.remove_word(),
            "ctrl-u" => self.text.remove_to_start(),
            "ctrl-k" => self.text.remove_to_end(),
            "left" | "ctrl-b" => self.text.left(),
            "right" | "ctrl-f" => self.text.right(),
            "home" | "ctrl-a" => self.text.begin_line(),
            "end" | "ctrl-e" => self.text.end_line(),
            "up" | "ctrl-p" => self.text.move_by(-1, width),
            "down" | "ctrl-n" => self.text.move_by(1, width),
            "pgup" => self.text.move_by(-isize::from(page as i16), width),
            "pgdn" => self.text.move_by(isize::from(page as i16), width),
            _ => {}
        }
    }
}

impl Dialog for Editor {
    fn title(&self) -> &str {
        &self.title
    }

    fn size(&self, columns: u16, rows: u16) -> (u16, u16) {
        (columns.min(96), rows.min(24).max(rows * 2 / 3))
    }

    fn press(&mut self, key: &Key, area: Rect) -> Pressed {
        match key.name.as_str() {
            "esc" | "ctrl-c" | "ctrl-g" => return self.leave(),
            "ctrl-s" => return Pressed::Decided(Decision::Text(self.text.text())),
            "ctrl-o" => return Pressed::HandOver(self.text.text()),
            _ => {}
        }
        self.is_leaving = false;
        self.fault = None;
        self.edit(key, area);
        self.keep_in_view(self.text_area(area));
        Pressed::Nothing
    }

    fn paste(&mut self, text: &str) {
        self.text.insert(text);
    }

    fn point(&mut self, mouse: &Mouse, area: Rect) -> Pressed {
        let strips = self.text.strips(usize::from(area.width));
        let height = usize::from(self.text_area(area).height);
        let last = strips.len().saturating_sub(height);
        match (mouse.kind, mouse.target) {
            (MouseKind::ScrollDown, _) => self.first = self.first.saturating_add_signed(WHEEL).min(last),
            (MouseKind::ScrollUp, _) => self.first = self.first.saturating_add_signed(-WHEEL),
            (MouseKind::Press, Some(Target::Row(row))) if row < strips.len() => {
                let column = usize::from(mouse.column.saturating_sub(area.x));
                self.text.put_caret(&strips[row], column);
            }
            _ => {}
        }
        Pressed::Nothing
    }

    fn edited(&mut self, text: String) {
        self.text = EditorText::new(&text);
        self.first = 0;
    }

    fn refuse(&mut self, fault: Notice) {
        self.fault = Some(fault);
    }

    fn keys(&self) -> Vec<(&'static str, String)> {
        if self.is_leaving {
            return vec![("Esc", "drop the changes".to_owned()), ("^s", "save".to_owned())];
        }
        vec![
            ("^o", "your editor".to_owned()),
            ("^s", "save".to_owned()),
            ("Esc", "back".to_owned()),
        ]
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let text_area = self.text_area(area);
        let strips = self.text.strips(usize::from(area.width));
        let (caret_row, caret_column) = self.text.caret_in(&strips);
        let height = usize::from(text_area.height);
        for (line, strip) in strips.iter().skip(self.first).take(height).enumerate() {
            let shown = &self.text.line(strip.row)[strip.bytes.clone()];
            let y = text_area.y + line as u16;
            put(
                buf,
                area.x,
                y,
                shown.trim_end(),
                usize::from(area.width),
                look.theme.tone(Tone::Plain),
            );
            if self.first + line == caret_row {
                let column = (caret_column as u16).min(area.width.saturating_sub(1));
                if let Some(cell) = buf.cell_mut((area.x + column, y)) {
                    cell.modifier.insert(Modifier::REVERSED);
                }
            }
        }
        look.targets.mark_rows(text_area, self.first, strips.len());
        if let Some(fault) = &self.fault {
            let below = Rect {
                y: text_area.bottom(),
                height: area.height - text_area.height,
                ..area
            };
            put_wrapped(&fault_text(fault), below, Tone::Bad, buf, look);
        }
    }
}
