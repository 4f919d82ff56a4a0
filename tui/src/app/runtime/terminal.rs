//! The terminal as a place to draw on: taken, given back, given back even when the app panics.

use std::io::{self, IsTerminal};
use std::panic;
use std::thread::{self, ThreadId};

use crossterm::clipboard::CopyToClipboard;
use crossterm::{Command, terminal};
use flowdeck_surface::client::{Failure, FailureKind, Result};
use flowdeck_surface::text::harmless;

use super::output::Output;

/// The second screen, no cursor, no line wrap, pastes as one, a word when nobody looks.
const TAKE: &str = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[?1004h";
/// All of that undone, in the other order.
const GIVE_BACK: &str =
    "\x1b[?1004l\x1b[?2004l\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[?7h\x1b[m\x1b[?25h\x1b[?1049l";

/// The mouse's buttons and wheel, and where it is dragged, in numbers without a limit.
const TAKE_MOUSE: &str = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const GIVE_MOUSE_BACK: &str = "\x1b[?1006l\x1b[?1002l\x1b[?1000l";

/// The size taken where the terminal tells none.
const USUAL_SIZE: (u16, u16) = (80, 24);

/// A cell in pixels, where the terminal tells; it is not asked over the line, which takes no time and no answer.
pub(crate) fn cell_pixels() -> Option<(u16, u16)> {
    let size = terminal::window_size().ok()?;
    Some((
        size.width.checked_div(size.columns)?,
        size.height.checked_div(size.rows)?,
    ))
}

/// A terminal that was taken; dropping it gives it back.
pub(crate) struct Terminal {
    output: Output,
    is_taken: bool,
    has_mouse: bool,
}

/// Sees that there is a terminal that can be drawn on.
///
/// # Errors
/// Standard input or output is no terminal, or `TERM` says that it cannot move its cursor.
pub(crate) fn check(term: Option<&str>) -> Result<()> {
    let refuse = |why: &str, hint: &str| {
        Err(
            Failure::new(FailureKind::InvalidInput, format!("cannot open the app: {why}"))
                .with_hint(hint.to_owned()),
        )
    };
    const SCRIPTS: &str = "in scripts use a command such as `flowdeck runs list --json`";
    if !io::stdout().is_terminal() {
        return refuse("standard output is not a terminal", SCRIPTS);
    }
    if !io::stdin().is_terminal() {
        return refuse("standard input is not a terminal", SCRIPTS);
    }
    match term {
        None | Some("" | "dumb" | "unknown") => refuse(
            &format!(
                "TERM is `{}`, a terminal that cannot move its cursor",
                term.unwrap_or_default()
            ),
            "set TERM to what your terminal is, for example xterm-256color, or use a command such as `flowdeck runs list`",
        ),
        Some(_) => Ok(()),
    }
}

impl Terminal {
    /// Takes the terminal, and sees to it that a panic of this thread gives it back.
    ///
    /// # Errors
    /// What the system met.
    pub(crate) fn take(output: Output) -> io::Result<Self> {
        give_back_on_panic(thread::current().id(), output.clone());
        let mut terminal = Self {
            output,
            is_taken: false,
            has_mouse: true,
        };
        terminal.resume()?;
        Ok(terminal)
    }

    /// Takes it again, as after a stop.
    ///
    /// # Errors
    /// What the system met.
    pub(crate) fn resume(&mut self) -> io::Result<()> {
        // Whoever had the terminal meanwhile may have changed its modes: they are read anew.
        let _ = terminal::disable_raw_mode();
        terminal::enable_raw_mode()?;
        self.is_taken = true;
        self.write(TAKE);
        self.write(if self.has_mouse { TAKE_MOUSE } else { "" });
        Ok(())
    }

    /// Gives it back.
    pub(crate) fn give_back(&mut self) {
        if std::mem::take(&mut self.is_taken) {
            give_back(&self.output);
        }
    }

    /// Whether the terminal has taken all that was written.
    pub(crate) fn is_free(&self) -> bool {
        self.output.is_free()
    }

    /// Has bytes written, behind those that wait.
    pub(crate) fn write(&self, text: &str) {
        self.output.write(text);
    }

    /// Puts text on the clipboard of the terminal itself, which works over SSH. Source: xterm, OSC 52.
    pub(crate) fn copy(&self, text: &str) {
        let mut sequence = String::new();
        if CopyToClipboard::to_clipboard_from(text)
            .write_ansi(&mut sequence)
            .is_ok()
        {
            self.write(&sequence);
        }
    }

    /// Takes the mouse, or lets the terminal have it.
    pub(crate) fn take_mouse(&mut self, is_ours: bool) {
        self.has_mouse = is_ours;
        self.write(if is_ours { TAKE_MOUSE } else { GIVE_MOUSE_BACK });
    }

    /// Rings, and tells the desktop where the terminal passes it on. Source: OSC 9 of iTerm2, OSC 777 of urxvt; a
    /// terminal that knows neither shows neither.
    pub(crate) fn notify(&self, bell: bool, desktop: Option<&str>) {
        let mut sequence = String::new();
        if let Some(text) = desktop {
            let safe: String = harmless(text).chars().filter(|letter| *letter != ';').collect();
            sequence = format!("\x1b]9;{safe}\x1b\\\x1b]777;notify;flowdeck;{safe}\x1b\\");
        }
        if bell {
            sequence.push('\x07');
        }
        self.write(&sequence);
    }

    /// Its size in cells: width and height.
    pub(crate) fn size() -> (u16, u16) {
        terminal::size()
            .ok()
            .filter(|(width, height)| *width > 0 && *height > 0)
            .unwrap_or(USUAL_SIZE)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.give_back();
    }
}

fn give_back(output: &Output) {
    output.finish(GIVE_BACK);
    let _ = terminal::disable_raw_mode();
}

/// A panic of the thread that draws is told on the terminal as it was before; one of a task is told to the log, and
/// the question it worked on fails.
fn give_back_on_panic(drawing: ThreadId, output: Output) {
    let told = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if thread::current().id() == drawing {
            give_back(&output);
            told(info);
        } else {
            tracing::error!("{info}");
        }
    }));
}
