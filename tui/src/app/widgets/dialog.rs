//! Dialogs: what a person is asked before something is done, drawn over the screen.
//!
//! ```text
//!    ╭ Rename run ──────────────────────────╮
//!    │ Name                                 │
//!    │ blue-fox▏                            │
//!    ╰─────────────── Enter rename  Esc back ╯
//! ```
//!
//! A screen opens one with [`Cx::open_dialog`](crate::app::context::Cx::open_dialog) and gets a ticket; what the person
//! decides comes back to it as [`Screen::decided`](crate::app::screens::Screen::decided) with that ticket. A dialog goes
//! away then, unless the screen keeps it until the store has answered: it may be refused, and then shows why.

pub(crate) mod confirm;
pub(crate) mod editor;
mod editor_text;
pub(crate) mod form;
pub(crate) mod picker;
#[cfg(test)]
mod tests;

use flowdeck_surface::client::{Policy, Result};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use super::frame::draw_frame;
use super::text::{Pieces, put, wrapped};
use crate::app::context::Look;
use crate::app::key::Key;
use crate::app::mouse::{Mouse, Target};
use crate::app::ticket::Ticket;

/// Cells between the frame and what stands in it.
const MARGIN: u16 = 1;

/// One kind of dialog. It knows nothing of what it is for.
pub(crate) trait Dialog {
    /// What stands in the upper edge.
    fn title(&self) -> &str;

    /// The columns and rows it would like to have within its frame, of those there are.
    fn size(&self, columns: u16, rows: u16) -> (u16, u16);

    /// Takes a key; `area` is where it is drawn.
    fn press(&mut self, key: &Key, area: Rect) -> Pressed;

    /// Takes a text that was pasted.
    fn paste(&mut self, text: &str);

    /// Takes the mouse on what it drew: a [`Target::Dialog`], a [`Target::Row`], a scroll bar.
    fn point(&mut self, mouse: &Mouse, area: Rect) -> Pressed {
        let _ = (mouse, area);
        Pressed::Nothing
    }

    /// Takes a text that was edited by the person's own editor.
    fn edited(&mut self, text: String) {
        let _ = text;
    }

    /// Asks for what the context in use wants before something is destroyed.
    ///
    /// # Errors
    /// A context in which nothing is: nobody is asked then.
    fn guard(&mut self, policy: &Policy) -> Result<()> {
        let _ = policy;
        Ok(())
    }

    /// What was decided cannot be done: it shows why and can be changed.
    fn refuse(&mut self, fault: Notice);

    /// The keys that matter, with what they do.
    fn keys(&self) -> Vec<(&'static str, String)>;

    /// Draws what stands within the frame.
    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>);
}

/// What a key or a click did to a dialog.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Pressed {
    /// It is as before, or it changed.
    Nothing,
    /// The person decided.
    Decided(Decision),
    /// The person wants it gone.
    Cancelled,
    /// The person wants to edit this text with their own editor.
    HandOver(String),
}

/// What a person decided.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Decision {
    /// To do it.
    Yes,
    /// What stands in the fields of a form, in their order.
    Fields(Vec<String>),
    /// A text of several lines.
    Text(String),
    /// The entries of a list, by their places; one unless several may be chosen.
    Picked(Vec<usize>),
}

/// A dialog that is open.
pub(crate) struct OpenDialog {
    /// Which one.
    pub(crate) ticket: Ticket,
    dialog: Box<dyn Dialog>,
    /// Whether what was decided is being done: it takes no keys but Esc then.
    is_waiting: bool,
}

impl OpenDialog {
    /// A dialog that was just opened.
    pub(crate) fn new(ticket: Ticket, dialog: Box<dyn Dialog>) -> Self {
        Self {
            ticket,
            dialog,
            is_waiting: false,
        }
    }

    /// Takes a key.
    pub(crate) fn press(&mut self, key: &Key, screen: Rect) -> Pressed {
        if self.is_waiting {
            let is_over = matches!(key.name.as_str(), "esc" | "ctrl-c" | "ctrl-g");
            return if is_over {
                Pressed::Cancelled
            } else {
                Pressed::Nothing
            };
        }
        let area = self.inner(screen);
        self.dialog.press(key, area)
    }

    /// Takes a text that was pasted.
    pub(crate) fn paste(&mut self, text: &str) {
        if !self.is_waiting {
            self.dialog.paste(text);
        }
    }

    /// Takes the mouse.
    pub(crate) fn point(&mut self, mouse: &Mouse, screen: Rect) -> Pressed {
        if self.is_waiting {
            return Pressed::Nothing;
        }
        let area = self.inner(screen);
        self.dialog.point(mouse, area)
    }

    /// Takes a text from the person's own editor.
    pub(crate) fn edited(&mut self, text: String) {
        self.dialog.edited(text);
    }

    /// It stays while what was decided is done.
    pub(crate) fn wait(&mut self) {
        self.is_waiting = true;
    }

    /// What was decided cannot be done.
    pub(crate) fn refuse(&mut self, fault: Notice) {
        self.is_waiting = false;
        self.dialog.refuse(fault);
    }

    /// Draws it over the screen.
    pub(crate) fn draw(&self, screen: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let area = self.area(screen);
        if area.width < 6 || area.height < 3 {
            return;
        }
        Clear.render(area, buf);
        look.targets.hide(area);
        let mut title = Pieces::new();
        title.add(format!(" {} ", self.dialog.title()), look.theme.heading());
        draw_frame(area, &title, true, buf, look);
        let edge = Rect::new(area.x + 2, area.bottom() - 1, area.width - 4, 1);
        self.foot(look).draw_right(edge, buf);
        self.dialog.draw(self.inner(screen), buf, look);
    }

    fn foot(&self, look: &Look<'_>) -> Pieces<'static> {
        let muted = look.theme.tone(Tone::Muted);
        let mut foot = Pieces::new();
        if self.is_waiting {
            foot.add(" working … ", look.theme.tone(Tone::Active));
            return foot;
        }
        for (key, word) in self.dialog.keys() {
            foot.add(format!(" {key}"), look.theme.tone(Tone::Accent))
                .add(format!(" {word} "), muted);
        }
        foot
    }

    fn area(&self, screen: Rect) -> Rect {
        let around = 2 + 2 * MARGIN;
        let room = (
            screen.width.saturating_sub(around + 2),
            screen.height.saturating_sub(4),
        );
        let (columns, rows) = self.dialog.size(room.0, room.1);
        let width = (columns.min(room.0) + around).min(screen.width);
        let height = (rows.min(room.1) + 2).min(screen.height);
        Rect {
            x: screen.x + (screen.width - width) / 2,
            y: screen.y + (screen.height - height) / 3,
            width,
            height,
        }
    }

    fn inner(&self, screen: Rect) -> Rect {
        let area = self.area(screen);
        Rect {
            x: area.x + 1 + MARGIN,
            y: area.y + 1,
            width: area.width.saturating_sub(2 + 2 * MARGIN),
            height: area.height.saturating_sub(2),
        }
    }
}

/// Columns that a dialog of lines and fields takes where there is room.
const COLUMNS: u16 = 64;

/// Writes a text in as many lines as it needs; answers with the row below.
fn put_wrapped(text: &str, area: Rect, tone: Tone, buf: &mut Buffer, look: &Look<'_>) -> u16 {
    let mut y = area.y;
    for line in wrapped(text, usize::from(area.width)) {
        if y < area.bottom() {
            put(
                buf,
                area.x,
                y,
                &line,
                usize::from(area.width),
                look.theme.tone(tone),
            );
        }
        y += 1;
    }
    y
}

fn n_lines(text: &str, columns: u16) -> u16 {
    u16::try_from(wrapped(text, usize::from(columns)).len()).unwrap_or(u16::MAX)
}

/// A sentence with its hint behind.
fn fault_text(fault: &Notice) -> String {
    match &fault.hint {
        Some(hint) => format!("{} {hint}", fault.sentence),
        None => fault.sentence.clone(),
    }
}

/// Buttons in a row; each is a [`Target::Dialog`] by its place.
fn draw_buttons(labels: &[&str], chosen: usize, tone: Tone, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
    let mut x = area.x;
    for (place, label) in labels.iter().enumerate() {
        let text = format!("[ {label} ]");
        let style = match place == chosen {
            true => look.theme.button(tone),
            false => look.theme.tone(Tone::Muted),
        };
        let end = put(
            buf,
            x,
            area.y,
            &text,
            usize::from(area.right().saturating_sub(x)),
            style,
        );
        let button = Rect::new(x, area.y, end.saturating_sub(x), 1);
        look.targets.mark(button, Target::Dialog(place));
        x = end + 2;
        if x >= area.right() {
            return;
        }
    }
}
