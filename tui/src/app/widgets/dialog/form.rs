//! Asks for one text or several, each checked before it is taken.
//!
//! ```text
//!  Key
//!  team
//!  Value
//!  vision
//! ```

use flowdeck_surface::notice::Notice;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::{COLUMNS, Decision, Dialog, Pressed, fault_text, n_lines, put_wrapped};
use crate::app::context::Look;
use crate::app::key::Key;
use crate::app::mouse::{Mouse, MouseKind, Target};
use crate::app::widgets::prompt::{Prompt, Typed};
use crate::app::widgets::text::put;

/// Says what is wrong with a text, if something is.
pub(crate) type Check = Box<dyn Fn(&str) -> Option<Notice>>;

/// Tells more of a text while it is typed: lines with what they mean.
pub(crate) type Tell = Box<dyn Fn(&str) -> Vec<(String, Tone)>>;

/// One or more fields to fill in.
pub(crate) struct Form {
    title: String,
    about: String,
    verb: &'static str,
    fields: Vec<Field>,
    focus: usize,
    fault: Option<Notice>,
}

/// One field.
pub(crate) struct Field {
    label: String,
    kind: Kind,
    check: Option<Check>,
    tell: Option<Tell>,
    fault: Option<Notice>,
}

enum Kind {
    Text(Prompt),
    Choice { options: Vec<String>, chosen: usize },
}

impl Field {
    /// A field for a text.
    pub(crate) fn text(label: impl Into<String>, text: &str) -> Self {
        Self {
            label: label.into(),
            kind: Kind::Text(Prompt::new("", text)),
            check: None,
            tell: None,
            fault: None,
        }
    }

    /// A field for a secret: a dot stands for each letter.
    pub(crate) fn secret(label: impl Into<String>) -> Self {
        Self {
            kind: Kind::Text(Prompt::hidden()),
            ..Self::text(label, "")
        }
    }

    /// A field of which one option is chosen.
    pub(crate) fn choice(label: impl Into<String>, options: Vec<String>, chosen: usize) -> Self {
        Self {
            label: label.into(),
            kind: Kind::Choice { options, chosen },
            check: None,
            tell: None,
            fault: None,
        }
    }

    /// Checks what is typed before it is taken.
    pub(crate) fn checked(mut self, check: impl Fn(&str) -> Option<Notice> + 'static) -> Self {
        self.check = Some(Box::new(check));
        self
    }

    /// Tells more of what stands in it, below it.
    pub(crate) fn telling(mut self, tell: impl Fn(&str) -> Vec<(String, Tone)> + 'static) -> Self {
        self.tell = Some(Box::new(tell));
        self
    }

    /// What is told of it: what is wrong, else what more is to say.
    fn told(&self) -> Vec<(String, Tone)> {
        match (&self.fault, &self.tell) {
            (Some(fault), _) => vec![(fault_text(fault), Tone::Bad)],
            (None, Some(tell)) => tell(self.value()),
            (None, None) => Vec::new(),
        }
    }

    fn value(&self) -> &str {
        match &self.kind {
            Kind::Text(prompt) => prompt.text(),
            Kind::Choice { options, chosen } => options.get(*chosen).map_or("", String::as_str),
        }
    }

    fn check(&mut self) {
        let fault = self.check.as_ref().and_then(|check| check(self.value()));
        self.fault = fault;
    }

    fn step(&mut self, by: isize) {
        if let Kind::Choice { options, chosen } = &mut self.kind {
            *chosen = (*chosen as isize + by).rem_euclid(options.len().max(1) as isize) as usize;
        }
    }

    fn press(&mut self, key: &Key) -> Typed {
        let Kind::Text(prompt) = &mut self.kind else {
            return self.press_choice(key);
        };
        let typed = prompt.press(key);
        // What was found wrong is looked at again with every letter; what was not yet, only at the end.
        if typed == Typed::Changed && self.fault.is_some() {
            self.check();
        }
        typed
    }

    fn press_choice(&mut self, key: &Key) -> Typed {
        match key.name.as_str() {
            "enter" => return Typed::Done,
            "esc" | "ctrl-c" | "ctrl-g" => return Typed::Cancelled,
            "right" | "space" | "l" => self.step(1),
            "left" | "h" => self.step(-1),
            _ => return Typed::Passed,
        }
        Typed::Changed
    }
}

impl Form {
    /// A form whose fields are taken by this verb: `Form::new("New experiment", "create")`.
    pub(crate) fn new(title: impl Into<String>, verb: &'static str) -> Self {
        Self {
            title: title.into(),
            about: String::new(),
            verb,
            fields: Vec::new(),
            focus: 0,
            fault: None,
        }
    }

    /// Says what it is about, above the fields.
    pub(crate) fn about(mut self, text: impl Into<String>) -> Self {
        self.about = text.into();
        self
    }

    /// Adds a field.
    pub(crate) fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    fn step(&mut self, by: isize) {
        let n_fields = self.fields.len().max(1) as isize;
        self.focus = (self.focus as isize + by).rem_euclid(n_fields) as usize;
    }

    fn submit(&mut self) -> Pressed {
        self.fields.iter_mut().for_each(Field::check);
        if let Some(faulty) = self.fields.iter().position(|field| field.fault.is_some()) {
            self.focus = faulty;
            return Pressed::Nothing;
        }
        let values = self.fields.iter().map(|field| field.value().to_owned());
        Pressed::Decided(Decision::Fields(values.collect()))
    }

    /// The lines of a field: its label, what stands in it, what is wrong.
    fn rows(&self, field: &Field, columns: u16) -> u16 {
        2 + field
            .told()
            .iter()
            .map(|(text, _)| n_lines(text, columns))
            .sum::<u16>()
    }
}

impl Dialog for Form {
    fn title(&self) -> &str {
        &self.title
    }

    fn size(&self, columns: u16, _: u16) -> (u16, u16) {
        let columns = columns.min(COLUMNS);
        let about = if self.about.is_empty() {
            0
        } else {
            n_lines(&self.about, columns) + 1
        };
        let fields: u16 = self.fields.iter().map(|field| self.rows(field, columns)).sum();
        let gaps = self.fields.len().saturating_sub(1) as u16;
        let fault = self
            .fault
            .as_ref()
            .map_or(0, |fault| n_lines(&fault_text(fault), columns) + 1);
        (columns, about + fields + gaps + fault)
    }

    fn press(&mut self, key: &Key, _: Rect) -> Pressed {
        self.fault = None;
        let is_last = self.focus + 1 >= self.fields.len();
        let Some(field) = self.fields.get_mut(self.focus) else {
            return Pressed::Cancelled;
        };
        match (field.press(key), key.name.as_str()) {
            (Typed::Cancelled, _) => return Pressed::Cancelled,
            (Typed::Done, _) if is_last => return self.submit(),
            (Typed::Passed, "ctrl-s") => return self.submit(),
            (Typed::Done, _) | (Typed::Passed, "tab" | "down") => self.step(1),
            (Typed::Passed, "shift-tab" | "up") => self.step(-1),
            _ => {}
        }
        Pressed::Nothing
    }

    fn paste(&mut self, text: &str) {
        if let Some(Kind::Text(prompt)) = self.fields.get_mut(self.focus).map(|field| &mut field.kind) {
            prompt.paste(text);
        }
    }

    fn point(&mut self, mouse: &Mouse, _: Rect) -> Pressed {
        if let (MouseKind::Press, Some(Target::Dialog(place))) = (mouse.kind, mouse.target) {
            let is_again = self.focus == place;
            self.focus = place.min(self.fields.len().saturating_sub(1));
            if let Some(field) = self.fields.get_mut(self.focus).filter(|_| is_again) {
                field.step(1);
            }
        }
        Pressed::Nothing
    }

    fn refuse(&mut self, fault: Notice) {
        match &mut self.fields[..] {
            [only] => only.fault = Some(fault),
            _ => self.fault = Some(fault),
        }
    }

    fn keys(&self) -> Vec<(&'static str, String)> {
        let mut keys = vec![("Enter", self.verb.to_owned()), ("Esc", "back".to_owned())];
        if self.fields.len() > 1 {
            keys.insert(0, ("Tab", "next field".to_owned()));
            if self.focus + 1 < self.fields.len() {
                keys[1] = ("^s", self.verb.to_owned());
            }
        }
        keys
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let area = self.draw_fault(area, buf, look);
        let mut y = area.y;
        let below = |y: u16| Rect {
            y,
            height: area.bottom().saturating_sub(y),
            ..area
        };
        if !self.about.is_empty() {
            y = put_wrapped(&self.about, below(y), Tone::Muted, buf, look) + 1;
        }
        // Where not all fields fit, the one in hand does.
        let needed =
            |fields: &[Field]| -> u16 { fields.iter().map(|field| self.rows(field, area.width) + 1).sum() };
        let mut first = 0;
        while first < self.focus && y + needed(&self.fields[first..=self.focus]) > area.bottom() + 1 {
            first += 1;
        }
        for (place, field) in self.fields.iter().enumerate().skip(first) {
            y = self.draw_field(place, field, below(y), buf, look) + 1;
        }
    }
}

impl Form {
    /// Says what is wrong with all of it in the last lines, however many fields there are; answers with what is left.
    fn draw_fault(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) -> Rect {
        let Some(fault) = &self.fault else { return area };
        let text = fault_text(fault);
        let height = n_lines(&text, area.width).min(area.height);
        let lines = Rect {
            y: area.bottom() - height,
            height,
            ..area
        };
        put_wrapped(&text, lines, Tone::Bad, buf, look);
        Rect {
            height: area.height.saturating_sub(height + 1),
            ..area
        }
    }

    fn draw_field(&self, place: usize, field: &Field, area: Rect, buf: &mut Buffer, look: &Look<'_>) -> u16 {
        if area.height < 2 {
            return area.bottom();
        }
        let has_focus = place == self.focus;
        let label = match has_focus {
            true => look.theme.tone(Tone::Accent).add_modifier(Modifier::BOLD),
            false => look.theme.tone(Tone::Muted),
        };
        let room = usize::from(area.width);
        put(buf, area.x, area.y, &field.label, room, label);
        let line = Rect::new(area.x, area.y + 1, area.width, 1);
        look.targets
            .mark(Rect { height: 2, ..area }, Target::Dialog(place));
        match &field.kind {
            Kind::Text(prompt) => {
                buf.set_style(line, look.theme.field());
                prompt.draw_line(line, look.theme.tone(Tone::Plain), has_focus, buf);
            }
            Kind::Choice { .. } => {
                let text = format!("‹ {} ›", field.value());
                let style = match has_focus {
                    true => look.theme.heading(),
                    false => look.theme.tone(Tone::Plain),
                };
                put(buf, line.x, line.y, &text, room, style);
            }
        }
        let below = Rect {
            y: line.y + 1,
            height: area.height - 2,
            ..area
        };
        let mut left = below;
        for (text, tone) in field.told() {
            let y = put_wrapped(&text, left, tone, buf, look);
            left = Rect {
                y,
                height: below.bottom().saturating_sub(y),
                ..below
            };
        }
        left.y
    }
}
