//! Keys by the names that the action list uses.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// A key that was pressed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Key {
    /// `j`, `G`, `ctrl-d`, `shift-left`, `enter`.
    pub(crate) name: String,
    /// The letter it types, if it types one.
    pub(crate) letter: Option<char>,
}

impl Key {
    /// A key by its name.
    #[cfg(test)]
    pub(crate) fn named(name: &str) -> Self {
        let mut letters = name.chars();
        let letter = match (letters.next(), letters.next()) {
            (Some(letter), None) => Some(letter),
            _ if name == "space" => Some(' '),
            _ => None,
        };
        Self {
            name: name.to_owned(),
            letter,
        }
    }

    /// The key of a terminal's event; none for a release and for keys that nothing is bound to.
    pub(crate) fn of_event(event: &KeyEvent) -> Option<Self> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let with = |modifier| event.modifiers.contains(modifier);
        let (name, letter) = match event.code {
            KeyCode::Char(' ') => ("space".to_owned(), Some(' ')),
            KeyCode::Char(letter) => (letter.to_string(), Some(letter)),
            code => (name_of(code)?, None),
        };
        let mut prefix = String::new();
        if with(KeyModifiers::CONTROL) {
            prefix.push_str("ctrl-");
        }
        if with(KeyModifiers::ALT) {
            prefix.push_str("alt-");
        }
        // Of a letter, shift is in the letter itself.
        if with(KeyModifiers::SHIFT) && letter.is_none() && event.code != KeyCode::BackTab {
            prefix.push_str("shift-");
        }
        let held = with(KeyModifiers::CONTROL) || with(KeyModifiers::ALT);
        Some(Self {
            name: prefix + &name,
            letter: letter.filter(|_| !held),
        })
    }
}

fn name_of(code: KeyCode) -> Option<String> {
    let name = match code {
        KeyCode::Enter => "enter",
        KeyCode::Esc => "esc",
        KeyCode::Backspace => "backspace",
        KeyCode::Delete => "delete",
        KeyCode::Insert => "insert",
        KeyCode::Left => "left",
        KeyCode::Right => "right",
        KeyCode::Up => "up",
        KeyCode::Down => "down",
        KeyCode::Home => "home",
        KeyCode::End => "end",
        KeyCode::PageUp => "pgup",
        KeyCode::PageDown => "pgdn",
        KeyCode::Tab => "tab",
        KeyCode::BackTab => "shift-tab",
        KeyCode::F(number) => return Some(format!("f{number}")),
        _ => return None,
    };
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_the_names_that_the_action_list_uses() {
        let name = |code, modifiers| Key::of_event(&KeyEvent::new(code, modifiers)).map(|key| key.name);
        let named = [
            (KeyCode::Char('j'), KeyModifiers::NONE, "j"),
            (KeyCode::Char('G'), KeyModifiers::SHIFT, "G"),
            (KeyCode::Char('d'), KeyModifiers::CONTROL, "ctrl-d"),
            (KeyCode::Left, KeyModifiers::SHIFT, "shift-left"),
            (KeyCode::BackTab, KeyModifiers::SHIFT, "shift-tab"),
            (KeyCode::PageDown, KeyModifiers::NONE, "pgdn"),
            (KeyCode::F(1), KeyModifiers::NONE, "f1"),
        ];
        for (code, modifiers, expected) in named {
            assert_eq!(name(code, modifiers).as_deref(), Some(expected));
        }
        assert_eq!(name(KeyCode::CapsLock, KeyModifiers::NONE), None);
    }

    #[test]
    fn a_key_held_with_control_types_no_letter() {
        let event = KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL);
        assert_eq!(Key::of_event(&event).and_then(|key| key.letter), None);
    }
}
