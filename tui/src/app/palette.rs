//! The command palette: a line behind `:` with what completes it.
//!
//! ```text
//!   exp          list the runs of an experiment
//!   experiments  go to the experiments
//!  : exp▏
//! ```

use flowdeck_surface::command::{Command, Completion, Known, completions, parse};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use super::context::Look;
use super::key::Key;
use super::mouse::{Mouse, Target};
use super::widgets::cursor::{Cursor, Pointed};
use super::widgets::frame::draw_frame;
use super::widgets::prompt::{Prompt, Typed};
use super::widgets::table::{Table, TableCell, TableColumn};
use super::widgets::text::Pieces;
use flowdeck_surface::action::Action;

/// Completions in view at once.
const ROWS: u16 = 10;

/// Lines that are remembered.
const N_REMEMBERED: usize = 100;

/// The palette while it is open.
pub(crate) struct Palette {
    prompt: Prompt,
    completions: Vec<Completion>,
    cursor: Cursor,
    /// Whether the person went to a completion: Enter takes it then, rather than what was typed.
    is_chosen: bool,
    /// How far back in what was typed before.
    back: usize,
}

/// What a key did to the palette.
pub(crate) enum Typing {
    /// It goes on.
    On,
    /// It was closed.
    Closed,
    /// This is to be done.
    Done(Command),
}

/// What was typed before, the latest last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Remembered(Vec<String>);

impl Remembered {
    fn add(&mut self, line: &str) {
        self.0.retain(|known| known != line);
        self.0.push(line.to_owned());
        if self.0.len() > N_REMEMBERED {
            self.0.remove(0);
        }
    }

    fn back(&self, by: usize) -> Option<&str> {
        let place = self.0.len().checked_sub(by)?;
        self.0.get(place).map(String::as_str)
    }
}

impl Palette {
    /// A palette with nothing in it.
    pub(crate) fn open(known: &Known<'_>) -> Self {
        let mut palette = Self {
            prompt: Prompt::new(":", ""),
            completions: Vec::new(),
            cursor: Cursor::default(),
            is_chosen: false,
            back: 0,
        };
        palette.complete(known);
        palette
    }

    /// The line that is typed in.
    pub(crate) fn prompt(&self) -> &Prompt {
        &self.prompt
    }

    fn complete(&mut self, known: &Known<'_>) {
        self.completions = completions(self.prompt.text(), known);
        self.cursor = Cursor::default();
        self.is_chosen = false;
        self.prompt.fault = None;
    }

    fn put(&mut self, line: &str, known: &Known<'_>) {
        self.prompt.set(line);
        self.complete(known);
    }

    fn in_hand(&self) -> Option<&Completion> {
        self.completions.get(self.cursor.selected)
    }

    /// Takes a key.
    pub(crate) fn press(&mut self, key: &Key, known: &Known<'_>, remembered: &mut Remembered) -> Typing {
        let is_empty = self.prompt.text().is_empty();
        match (self.prompt.press(key), key.name.as_str()) {
            (Typed::Changed, _) => self.complete(known),
            (Typed::Cancelled, _) => return Typing::Closed,
            (Typed::Nothing, "backspace" | "ctrl-h") if is_empty => return Typing::Closed,
            (Typed::Done, _) => return self.enter(known, remembered),
            (Typed::Passed, "tab") => self.take_completion(known),
            (Typed::Passed, "ctrl-p") => self.recall(1, known, remembered),
            (Typed::Passed, "ctrl-n") => self.recall(-1, known, remembered),
            (Typed::Passed, "up") if !self.is_chosen && (is_empty || self.back > 0) => {
                self.recall(1, known, remembered);
            }
            (Typed::Passed, "up") => self.step(Action::Up),
            (Typed::Passed, "down" | "shift-tab") => self.step(Action::Down),
            _ => {}
        }
        Typing::On
    }

    /// Takes a text that was pasted.
    pub(crate) fn paste(&mut self, text: &str, known: &Known<'_>) {
        self.prompt.paste(text);
        self.complete(known);
    }

    /// Takes the mouse.
    pub(crate) fn point(&mut self, mouse: &Mouse, known: &Known<'_>, remembered: &mut Remembered) -> Typing {
        let n_rows = self.completions.len();
        match (self.cursor.point(mouse, n_rows, usize::from(ROWS)), mouse.target) {
            (Pointed::Opened, _) => {
                self.is_chosen = true;
                self.enter(known, remembered)
            }
            (Pointed::Moved, Some(Target::Row(_))) => {
                self.is_chosen = true;
                Typing::On
            }
            _ => Typing::On,
        }
    }

    fn step(&mut self, action: Action) {
        if self.is_chosen || action == Action::Up {
            self.cursor.act(action, self.completions.len(), usize::from(ROWS));
        }
        self.is_chosen = true;
    }

    fn recall(&mut self, by: isize, known: &Known<'_>, remembered: &Remembered) {
        let back = self.back.saturating_add_signed(by);
        if back == 0 {
            self.back = 0;
            self.put("", known);
        } else if let Some(line) = remembered.back(back) {
            self.back = back;
            let line = line.to_owned();
            self.put(&line, known);
        }
    }

    fn take_completion(&mut self, known: &Known<'_>) {
        if let Some(line) = self.in_hand().map(|completion| completion.line.clone()) {
            self.put(&line, known);
        }
    }

    fn enter(&mut self, known: &Known<'_>, remembered: &mut Remembered) -> Typing {
        let typed = self.prompt.text().trim().to_owned();
        if typed.is_empty() && !self.is_chosen {
            return Typing::Closed;
        }
        let parsed = parse(&typed, known);
        let completion = self.in_hand().filter(|_| self.is_chosen || parsed.is_err());
        let Some(completion) = completion.cloned() else {
            return self.done(&typed, parsed, remembered);
        };
        if completion.wants_more {
            self.put(&completion.line, known);
            return Typing::On;
        }
        let line = completion.line.trim().to_owned();
        let parsed = parse(&line, known);
        self.done(&line, parsed, remembered)
    }

    fn done(&mut self, line: &str, parsed: Result<Command, Notice>, remembered: &mut Remembered) -> Typing {
        match parsed {
            Ok(command) => {
                remembered.add(line);
                Typing::Done(command)
            }
            Err(fault) => {
                self.prompt.fault = Some(fault);
                Typing::On
            }
        }
    }

    /// Draws what completes the line above it.
    pub(crate) fn draw_completions(&self, screen: Rect, line: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let n_rows = (self.completions.len() as u16)
            .min(ROWS)
            .min(line.y.saturating_sub(screen.y + 2));
        if n_rows == 0 {
            return;
        }
        let area = Rect {
            x: screen.x,
            y: line.y - n_rows - 2,
            width: screen.width.min(84),
            height: n_rows + 2,
        };
        Clear.render(area, buf);
        look.targets.hide(area);
        let inner = draw_frame(area, &Pieces::new(), false, buf, look);
        let column = |width| TableColumn {
            width,
            ..TableColumn::default()
        };
        let name = 26.min(inner.width);
        let columns = [column(name), column(inner.width.saturating_sub(name + 4))];
        let cell = |row: usize, column: usize| {
            let completion = &self.completions[row];
            if column == 0 {
                TableCell::new(completion.label.as_str(), Tone::Accent)
            } else {
                TableCell::new(completion.title.as_str(), Tone::Muted)
            }
        };
        let mut cursor = self.cursor;
        cursor.keep_in_view(self.completions.len(), usize::from(n_rows));
        Table {
            columns: &columns,
            n_rows: self.completions.len(),
            cursor,
            has_focus: self.is_chosen,
            cell: &cell,
        }
        .draw_rows(inner, buf, look);
    }
}
