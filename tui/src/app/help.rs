//! The keys of a screen, made from the action list.

use flowdeck_surface::action::keymap::{KeyBinding, Keymap};
use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::text::{has_words, width_cells};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use super::context::Look;
use super::key::Key;
use super::mouse::Target;
use super::widgets::cursor::Cursor;
use super::widgets::frame::draw_frame;
use super::widgets::prompt::{Prompt, Typed};
use super::widgets::text::{Pieces, put};

/// The keys that are shown, and how far down.
#[derive(Clone, Debug)]
pub(crate) struct Help {
    all: Vec<KeyBinding>,
    /// Words that are looked for; a line to type them in while they are typed.
    find: Prompt,
    is_finding: bool,
    lines: Vec<Line>,
    /// The first line in view.
    pub(crate) cursor: Cursor,
}

/// One line of the help.
#[derive(Clone, Debug)]
enum Line {
    Title(Scope),
    Key(KeyBinding),
    Blank,
}

impl Help {
    /// The keys that hold in these scopes.
    pub(crate) fn of(scopes: &[Scope], keymap: &Keymap) -> Self {
        let mut help = Self {
            all: keymap.bindings_of(scopes).cloned().collect(),
            find: Prompt::new("find", ""),
            is_finding: false,
            lines: Vec::new(),
            cursor: Cursor::default(),
        };
        help.arrange();
        help
    }

    fn arrange(&mut self) {
        let mut lines = Vec::new();
        let mut scope = None;
        for bound in &self.all {
            let keys = bound.keys.iter().map(String::as_str);
            let texts = keys.chain([bound.binding.title, bound.name.as_str()]);
            if !has_words(self.find.text(), texts) {
                continue;
            }
            if scope != Some(bound.binding.scope) {
                if scope.is_some() {
                    lines.push(Line::Blank);
                }
                scope = Some(bound.binding.scope);
                lines.push(Line::Title(bound.binding.scope));
            }
            lines.push(Line::Key(bound.clone()));
        }
        self.lines = lines;
        self.cursor = Cursor::default();
    }

    /// Whether words are typed: keys are letters then.
    pub(crate) fn is_finding(&self) -> bool {
        self.is_finding
    }

    /// Begins to look for words.
    pub(crate) fn find(&mut self) {
        self.is_finding = true;
    }

    /// Takes a key while words are typed.
    pub(crate) fn press(&mut self, key: &Key, screen: Rect) {
        match (self.find.press(key), key.name.as_str()) {
            (Typed::Changed, _) => self.arrange(),
            (Typed::Done, _) => self.is_finding = false,
            (Typed::Cancelled, _) => {
                self.is_finding = false;
                self.find.set("");
                self.arrange();
            }
            (Typed::Passed, "down") => drop(self.act(Action::Down, screen)),
            (Typed::Passed, "up") => drop(self.act(Action::Up, screen)),
            _ => {}
        }
    }

    /// Moves; answers whether the action moves.
    pub(crate) fn act(&mut self, action: Action, screen: Rect) -> bool {
        let height = usize::from(Self::area(screen).height.saturating_sub(2));
        let n_lines = self.lines.len();
        let by = match action {
            Action::Down => 1,
            Action::Up => -1,
            Action::PageDown => height as isize,
            Action::PageUp => -(height as isize),
            Action::First => isize::MIN / 2,
            Action::Last => isize::MAX / 2,
            _ => return false,
        };
        self.cursor.scroll(by, n_lines, height);
        true
    }

    fn area(screen: Rect) -> Rect {
        let width = screen.width.min(76);
        let height = screen.height.saturating_sub(2).min(46);
        Rect::new(
            screen.x + (screen.width - width) / 2,
            screen.y + (screen.height - height) / 2,
            width,
            height,
        )
    }

    /// Draws it over the screen.
    pub(crate) fn draw(&self, screen: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let mut area = Self::area(screen);
        let is_narrowed = self.is_finding || !self.find.text().is_empty();
        // While words are typed the frame stays as it is.
        if !is_narrowed {
            area.height = area.height.min(self.lines.len() as u16 + 2);
        }
        Clear.render(area, buf);
        look.targets.hide(area);
        let mut title = Pieces::new();
        title.add(" Keys ", look.theme.heading());
        let inner = draw_frame(area, &title, true, buf, look);
        let height = usize::from(inner.height);
        for (offset, line) in self.lines.iter().skip(self.cursor.first).take(height).enumerate() {
            draw_line(line, inner, inner.y + offset as u16, buf, look);
        }
        if self.lines.is_empty() {
            let room = usize::from(inner.width);
            put(
                buf,
                inner.x + 1,
                inner.y,
                "No key has these words.",
                room,
                look.theme.tone(Tone::Muted),
            );
        }
        if is_narrowed && area.width > 20 {
            let line = Rect::new(area.x + 10, area.y, area.width - 14, 1);
            self.find
                .draw_line(line, look.theme.tone(Tone::Accent), self.is_finding, buf);
        }
        let is_more = self.cursor.first + height < self.lines.len();
        let mut foot = Pieces::new();
        let word = match (self.is_finding, is_more) {
            (true, _) => " Enter keep · Esc all ",
            (false, true) => " j k scroll · / find · Esc closes ",
            (false, false) => " / find · Esc closes ",
        };
        foot.add(word, look.theme.tone(Tone::Muted));
        if area.height > 1 && area.width > 4 {
            foot.draw_right(Rect::new(area.x + 2, area.bottom() - 1, area.width - 4, 1), buf);
        }
    }
}

fn draw_line(line: &Line, area: Rect, y: u16, buf: &mut Buffer, look: &Look<'_>) {
    const KEYS: u16 = 24;
    let room = usize::from(area.width.saturating_sub(2));
    match line {
        Line::Blank => {}
        Line::Title(scope) => {
            put(buf, area.x + 1, y, scope.title(), room, look.theme.heading());
        }
        Line::Key(bound) => {
            let keys: Vec<_> = bound.keys.iter().map(|key| shown_key(key)).collect();
            put(
                buf,
                area.x + 2,
                y,
                &keys.join(" "),
                usize::from(KEYS),
                look.theme.tone(Tone::Accent),
            );
            let room = room.saturating_sub(usize::from(KEYS));
            put(
                buf,
                area.x + KEYS,
                y,
                bound.binding.title,
                room,
                look.theme.tone(Tone::Plain),
            );
            let name = width_cells(&bound.name);
            if width_cells(bound.binding.title) + name + 4 <= room {
                let x = area.x + KEYS + (room - name) as u16 - 1;
                put(buf, x, y, &bound.name, name, look.theme.tone(Tone::Muted));
            }
        }
    }
}

/// A key as people read it: arrows as arrows, `^d` for control.
fn shown_key(name: &str) -> String {
    match name {
        "up" => "↑".to_owned(),
        "down" => "↓".to_owned(),
        "left" => "←".to_owned(),
        "right" => "→".to_owned(),
        "enter" => "Enter".to_owned(),
        "space" => "Space".to_owned(),
        "esc" => "Esc".to_owned(),
        "tab" => "Tab".to_owned(),
        "backspace" => "Bksp".to_owned(),
        "pgup" => "PgUp".to_owned(),
        "pgdn" => "PgDn".to_owned(),
        "home" => "Home".to_owned(),
        "end" => "End".to_owned(),
        _ => match name.split_once('-') {
            Some(("ctrl", key)) => format!("^{key}"),
            Some(("shift", key)) => format!("⇧{}", shown_key(key)),
            _ if name.len() > 1 && name.starts_with('f') => name.to_uppercase(),
            _ => name.to_owned(),
        },
    }
}

/// A key and a word in the last line of the screen.
struct Hint {
    key: String,
    word: &'static str,
    action: Action,
}

impl Hint {
    fn of(bound: &KeyBinding, word: &'static str) -> Option<Self> {
        Some(Self {
            key: shown_key(bound.keys.first()?),
            word,
            action: bound.binding.action,
        })
    }

    fn width(&self) -> u16 {
        (width_cells(&self.key) + 1 + width_cells(self.word)) as u16
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let mut line = Pieces::new();
        line.add(&self.key, look.theme.tone(Tone::Accent))
            .add(" ", look.theme.tone(Tone::Plain))
            .add(self.word, look.theme.tone(Tone::Muted));
        line.draw(area, buf);
        look.targets.mark(area, Target::Hint(self.action));
    }
}

/// Blank cells between two hints.
const BETWEEN: u16 = 3;

/// Draws the keys that matter most here, as many as fit, and always the one that shows all.
pub(crate) fn draw_hints(
    scopes: &[Scope],
    keymap: &Keymap,
    can_go_back: bool,
    area: Rect,
    buf: &mut Buffer,
    look: &Look<'_>,
) {
    let mut hints: Vec<Hint> = Vec::new();
    for bound in keymap.bindings_of(scopes) {
        let is_known = hints.iter().any(|hint| hint.action == bound.binding.action);
        if let Some(word) = bound.binding.hint.filter(|_| !is_known) {
            hints.extend(Hint::of(bound, word));
        }
    }
    hints.retain(|hint| can_go_back || hint.action != Action::Back);
    let help = hints.iter().position(|hint| hint.action == Action::Help);
    let help = help.map(|place| hints.remove(place));
    let kept = help.as_ref().map_or(0, |help| help.width() + BETWEEN);
    let mut x = area.x;
    let draw = |x: &mut u16, hint: &Hint, buf: &mut Buffer| {
        let width = hint.width().min(area.right().saturating_sub(*x));
        hint.draw(Rect { x: *x, width, ..area }, buf, look);
        *x = x.saturating_add(hint.width() + BETWEEN);
    };
    for hint in &hints {
        if x + hint.width() + kept > area.right() {
            break;
        }
        draw(&mut x, hint, buf);
    }
    if let Some(help) = &help {
        draw(&mut x, help, buf);
    }
}
