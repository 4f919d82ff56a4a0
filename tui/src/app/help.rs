//! The keys of a screen, made from the action list.

use flowdeck_surface::action::{Action, Binding, Scope, bindings_in};
use flowdeck_surface::text::width_cells;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use super::context::Look;
use super::widgets::cursor::Cursor;
use super::widgets::frame::draw_frame;
use super::widgets::text::{Pieces, put};

/// The keys that are shown, and how far down.
#[derive(Clone, Debug)]
pub(crate) struct Help {
    scopes: &'static [Scope],
    /// The first line in view.
    pub(crate) cursor: Cursor,
}

/// One line of the help.
enum Line {
    Title(Scope),
    Key(&'static Binding),
    Blank,
}

impl Help {
    /// The keys that hold in these scopes.
    pub(crate) fn of(scopes: &'static [Scope]) -> Self {
        Self {
            scopes,
            cursor: Cursor::default(),
        }
    }

    fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for &scope in self.scopes {
            if !lines.is_empty() {
                lines.push(Line::Blank);
            }
            lines.push(Line::Title(scope));
            lines.extend(bindings_in(scope).map(Line::Key));
        }
        lines
    }

    /// Moves; answers whether the action moves.
    pub(crate) fn act(&mut self, action: Action, screen: Rect) -> bool {
        let height = usize::from(Self::area(screen).height.saturating_sub(2));
        let n_lines = self.lines().len();
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
        let lines = self.lines();
        area.height = area.height.min(lines.len() as u16 + 2);
        Clear.render(area, buf);
        let mut title = Pieces::new();
        title.add(" Keys ", look.theme.heading());
        let inner = draw_frame(area, &title, true, buf, look);
        let height = usize::from(inner.height);
        for (offset, line) in lines.iter().skip(self.cursor.first).take(height).enumerate() {
            draw_line(line, inner, inner.y + offset as u16, buf, look);
        }
        let is_more = self.cursor.first + height < lines.len();
        let mut foot = Pieces::new();
        let word = if is_more {
            " j k scroll · Esc closes "
        } else {
            " Esc closes "
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
        Line::Key(binding) => {
            let keys: Vec<_> = binding.keys.iter().map(|key| shown_key(key)).collect();
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
                binding.title,
                room,
                look.theme.tone(Tone::Plain),
            );
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

/// The keys that matter most here, for the last line of the screen: as many as there is room for, and always the one
/// that shows the rest.
pub(crate) fn hints(scopes: &[Scope], can_go_back: bool, width: u16, look: &Look<'_>) -> Pieces<'static> {
    let mut line = Pieces::new();
    let help = bindings_in(Scope::Everywhere).find(|binding| binding.action == Action::Help);
    let mut room = usize::from(width).saturating_sub(help.map_or(0, hint_width));
    let mut shown = vec![Action::Help];
    for binding in scopes.iter().flat_map(|&scope| bindings_in(scope)) {
        let is_worth_it = !shown.contains(&binding.action) && (can_go_back || binding.action != Action::Back);
        let wide = hint_width(binding);
        if binding.hint.is_none() || !is_worth_it {
            continue;
        }
        if wide > room {
            break;
        }
        shown.push(binding.action);
        room -= wide;
        add_hint(&mut line, binding, look);
    }
    if let Some(help) = help {
        add_hint(&mut line, help, look);
    }
    line
}

/// Cells a hint takes, with the blanks after it.
fn hint_width(binding: &Binding) -> usize {
    let key = shown_key(binding.keys[0]);
    width_cells(&key) + 1 + width_cells(binding.hint.unwrap_or_default()) + 3
}

fn add_hint(line: &mut Pieces<'static>, binding: &Binding, look: &Look<'_>) {
    line.add(shown_key(binding.keys[0]), look.theme.tone(Tone::Accent))
        .add(" ", look.theme.tone(Tone::Plain))
        .add(binding.hint.unwrap_or_default(), look.theme.tone(Tone::Muted))
        .add("   ", look.theme.tone(Tone::Plain));
}
