//! Reads keys and the mouse on a thread of its own, so that nothing else keeps them waiting.

use std::sync::Arc;
use std::thread;

use crossterm::event::{self, Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::inbox::{Happening, Inbox};
use crate::app::key::Key;
use crate::app::message::{Mouse, MouseKind, Msg};

/// Starts reading. The thread ends with the process, or when the terminal is gone.
///
/// # Errors
/// The system gives no thread.
pub(crate) fn read(inbox: Arc<Inbox>) -> std::io::Result<()> {
    let reading = thread::Builder::new().name("input".to_owned());
    reading.spawn(move || {
        loop {
            match event::read() {
                Ok(event) => {
                    if let Some(msg) = message_of(event) {
                        inbox.happen(Happening::Input(msg));
                    }
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => return inbox.happen(Happening::Gone),
            }
        }
    })?;
    Ok(())
}

fn message_of(event: Event) -> Option<Msg> {
    match event {
        Event::Key(key) => Key::of_event(&key).map(Msg::Key),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(width, height) => Some(Msg::Resize { width, height }),
        Event::Mouse(mouse) => mouse_of(mouse).map(Msg::Mouse),
        Event::FocusGained | Event::FocusLost => None,
    }
}

fn mouse_of(event: MouseEvent) -> Option<Mouse> {
    let is_shifted = event.modifiers.contains(KeyModifiers::SHIFT);
    let kind = match event.kind {
        MouseEventKind::Down(MouseButton::Left) => MouseKind::Press,
        MouseEventKind::ScrollDown if is_shifted => MouseKind::ScrollRight,
        MouseEventKind::ScrollUp if is_shifted => MouseKind::ScrollLeft,
        MouseEventKind::ScrollDown => MouseKind::ScrollDown,
        MouseEventKind::ScrollUp => MouseKind::ScrollUp,
        MouseEventKind::ScrollLeft => MouseKind::ScrollLeft,
        MouseEventKind::ScrollRight => MouseKind::ScrollRight,
        _ => return None,
    };
    Some(Mouse {
        kind,
        column: event.column,
        row: event.row,
    })
}
