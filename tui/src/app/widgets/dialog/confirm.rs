//! Asks whether to do something; where much is at stake, for the name of the thing.
//!
//! ```text
//!  Delete 3 runs?
//!  They can be restored with v and D.
//!
//!  [ Delete ]  [ Keep ]
//! ```

use flowdeck_surface::client::{Confirmation, Policy, Result};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{COLUMNS, Decision, Dialog, Pressed, draw_buttons, fault_text, n_lines, put_wrapped};
use crate::app::context::Look;
use crate::app::key::Key;
use crate::app::mouse::{Mouse, MouseKind, Target};
use crate::app::widgets::prompt::{Prompt, Typed};

/// A question that is answered by yes or no.
pub(crate) struct Confirm {
    title: String,
    lines: Vec<(String, Tone)>,
    yes: String,
    no: String,
    tone: Tone,
    /// The place of the button in hand: yes is the first.
    button: usize,
    /// The name that has to be typed, and what was typed.
    name: Option<(String, Prompt)>,
    /// Whether it changes nothing in a store.
    is_ours: bool,
    fault: Option<Notice>,
}

impl Confirm {
    /// A question about something that cannot easily be taken back: `no` is in hand.
    pub(crate) fn new(title: impl Into<String>, yes: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            lines: Vec::new(),
            yes: yes.into(),
            no: "Keep".to_owned(),
            tone: Tone::Bad,
            button: 1,
            name: None,
            is_ours: false,
            fault: None,
        }
    }

    /// It does no harm: `yes` is in hand, and the other button leaves things as they are.
    pub(crate) fn harmless(mut self) -> Self {
        self.tone = Tone::Accent;
        self.button = 0;
        "Leave".clone_into(&mut self.no);
        self
    }

    /// It changes nothing in a store, whatever context is in use.
    pub(crate) fn of_ours(mut self) -> Self {
        self.is_ours = true;
        self
    }

    /// Says what will happen, in lines of their own.
    pub(crate) fn line(mut self, text: impl Into<String>, tone: Tone) -> Self {
        self.lines.push((text.into(), tone));
        self
    }

    /// Asks for a name to be typed first.
    pub(crate) fn typed(mut self, name: impl Into<String>) -> Self {
        self.name = Some((name.into(), Prompt::new("", "")));
        self
    }

    fn decide(&mut self) -> Pressed {
        let Some((name, prompt)) = &self.name else {
            return Pressed::Decided(Decision::Yes);
        };
        if prompt.text().trim() == name.trim() {
            return Pressed::Decided(Decision::Yes);
        }
        self.fault = Some(Notice::saying("That is not the name."));
        Pressed::Nothing
    }

    fn press_name(&mut self, key: &Key) -> Pressed {
        let Some((_, prompt)) = &mut self.name else {
            return Pressed::Nothing;
        };
        match prompt.press(key) {
            Typed::Done => self.decide(),
            Typed::Cancelled => Pressed::Cancelled,
            Typed::Changed => {
                self.fault = None;
                Pressed::Nothing
            }
            Typed::Nothing | Typed::Passed => Pressed::Nothing,
        }
    }
}

impl Dialog for Confirm {
    fn title(&self) -> &str {
        &self.title
    }

    fn size(&self, columns: u16, _: u16) -> (u16, u16) {
        let columns = columns.min(COLUMNS);
        let lines: u16 = self.lines.iter().map(|(text, _)| n_lines(text, columns)).sum();
        let fault = self
            .fault
            .as_ref()
            .map_or(0, |fault| n_lines(&fault_text(fault), columns));
        let gap = u16::from(!self.lines.is_empty());
        let answer = if self.name.is_some() { 2 } else { 1 };
        (columns, lines + gap + answer + fault)
    }

    fn press(&mut self, key: &Key, _: Rect) -> Pressed {
        if self.name.is_some() {
            return self.press_name(key);
        }
        match key.name.as_str() {
            "y" | "Y" => self.decide(),
            "n" | "N" | "q" | "esc" | "ctrl-c" | "ctrl-g" => Pressed::Cancelled,
            "enter" | "space" if self.button == 0 => self.decide(),
            "enter" | "space" => Pressed::Cancelled,
            "left" | "right" | "tab" | "shift-tab" | "h" | "l" => {
                self.button = 1 - self.button;
                Pressed::Nothing
            }
            _ => Pressed::Nothing,
        }
    }

    fn paste(&mut self, text: &str) {
        if let Some((_, prompt)) = &mut self.name {
            prompt.paste(text);
        }
    }

    fn point(&mut self, mouse: &Mouse, _: Rect) -> Pressed {
        match (mouse.kind, mouse.target) {
            (MouseKind::Press, Some(Target::Dialog(0))) => self.decide(),
            (MouseKind::Press, Some(Target::Dialog(_))) => Pressed::Cancelled,
            _ => Pressed::Nothing,
        }
    }

    fn guard(&mut self, policy: &Policy) -> Result<()> {
        if self.is_ours || self.tone != Tone::Bad {
            return Ok(());
        }
        if let Confirmation::Word(name) = policy.confirmation()? {
            self.lines
                .push((format!("{name} is a production context."), Tone::Warning));
            self.name = Some((name, Prompt::new("", "")));
        }
        Ok(())
    }

    fn refuse(&mut self, fault: Notice) {
        self.fault = Some(fault);
    }

    fn keys(&self) -> Vec<(&'static str, String)> {
        let yes = if self.name.is_some() { "Enter" } else { "y" };
        vec![(yes, self.yes.to_lowercase()), ("Esc", self.no.to_lowercase())]
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let mut left = area;
        let step = |left: &mut Rect, y: u16| {
            left.height = left.bottom().saturating_sub(y);
            left.y = y;
        };
        for (text, tone) in &self.lines {
            let y = put_wrapped(text, left, *tone, buf, look);
            step(&mut left, y);
        }
        if !self.lines.is_empty() {
            let y = left.y + 1;
            step(&mut left, y);
        }
        match &self.name {
            None => draw_buttons(&[&self.yes, &self.no], self.button, self.tone, left, buf, look),
            Some((name, prompt)) => {
                let y = put_wrapped(&format!("Type {name} to go on:"), left, Tone::Muted, buf, look);
                step(&mut left, y);
                let line = Rect { height: 1, ..left };
                if left.height > 0 {
                    buf.set_style(line, look.theme.field());
                    prompt.draw_line(line, look.theme.heading(), true, buf);
                }
            }
        }
        let y = left.y + 1;
        step(&mut left, y);
        if let Some(fault) = &self.fault {
            put_wrapped(&fault_text(fault), left, Tone::Bad, buf, look);
        }
    }
}
