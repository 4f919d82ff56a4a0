use flowdeck_surface::client::logs::LogOrigin;
use flowdeck_surface::format;
use flowdeck_surface::log::{Colour, Ink, Row};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::text::{fitted_key, harmless, width_cells};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use super::LogScreen;
use crate::app::context::Look;
use crate::app::theme::Depth;
use crate::app::widgets::message::Message;
use crate::app::widgets::table::select_line;
use crate::app::widgets::text::{Pieces, put};

impl LogScreen {
    pub(super) fn draw_all(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        if area.height == 0 {
            return;
        }
        self.draw_summary(area, buf, look);
        let below = Rect {
            y: area.y + 1,
            height: area.height - 1,
            ..area
        };
        if self.view.is_empty() {
            return self.draw_nothing(below, buf, look);
        }
        for (offset, row) in self.view.rows(look.clock).iter().enumerate() {
            let y = below.y + offset as u16;
            if y >= below.bottom() {
                break;
            }
            self.draw_row(
                row,
                Rect {
                    y,
                    height: 1,
                    ..below
                },
                buf,
                look,
            );
        }
        self.draw_scroll_bar(below, buf, look);
    }

    /// `train · following · 12,345 lines · /loss · only epoch`
    fn draw_summary(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let tone = |tone| look.theme.tone(tone);
        let mut line = Pieces::new();
        let (n_lines, n_places) = self.view.counts();
        line.add(self.subject(), look.theme.heading());
        let (word, of) = self.state();
        line.add(format!(" · {word}"), tone(of));
        let count = |n: u64| format::count(usize::try_from(n).unwrap_or(usize::MAX));
        if self.view.filter().is_empty() {
            let lines = if n_lines == 1 { "line" } else { "lines" };
            line.add(format!(" · {} {lines}", count(n_lines)), tone(Tone::Muted));
        } else {
            let so_far = if self.view.is_filtering() { " so far" } else { "" };
            line.add(
                format!(" · {} of {} lines{so_far}", count(n_places), count(n_lines)),
                tone(Tone::Warning),
            );
        }
        let filter = self.view.filter();
        for (word, pattern) in [
            ("only ", &filter.include),
            ("without ", &filter.exclude),
            ("/", &self.view.search().cloned()),
        ] {
            if let Some(pattern) = pattern {
                line.add(format!(" · {word}{}", pattern.text()), tone(Tone::Warning));
            }
        }
        match self.view.n_marks() {
            0 => {}
            n_marks => {
                line.add(format!(" · {n_marks} marked"), tone(Tone::Accent));
            }
        }
        if let Some(words) = self.origin() {
            line.add(format!(" · {words}"), tone(Tone::Warning));
        }
        let inner = Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(2),
            height: 1,
            ..area
        };
        line.draw(inner, buf);
    }

    /// What it is of: `train`, `train (wait)`, `3 tasks`.
    fn subject(&self) -> String {
        let container = self.request.container.as_deref();
        match &self.status.parts[..] {
            [] => self.title.clone(),
            [only] => match container.or(only.container.as_deref().filter(|name| *name != "main")) {
                Some(container) => format!("{} ({container})", only.part.label),
                None => only.part.label.clone(),
            },
            several => format!("{} tasks", several.len()),
        }
    }

    fn state(&self) -> (String, Tone) {
        if self.failure.is_some() && self.view.is_empty() {
            return ("no log".to_owned(), Tone::Bad);
        }
        if self.failure.is_some() {
            return ("broken off".to_owned(), Tone::Bad);
        }
        match (
            &self.status.waiting,
            self.status.is_over,
            self.view.is_following(),
        ) {
            (_, true, _) => ("ended".to_owned(), Tone::Muted),
            (Some(why), false, _) => (format!("waiting: {why}"), Tone::Warning),
            (None, false, true) => ("following".to_owned(), Tone::Good),
            (None, false, false) => ("paused".to_owned(), Tone::Active),
        }
    }

    /// Where the lines are from, where that is not the pod itself.
    fn origin(&self) -> Option<String> {
        let mut found: Vec<&'static str> = Vec::new();
        for part in &self.status.parts {
            if let Some(words) = part.origin.and_then(LogOrigin::words)
                && !found.contains(&words)
            {
                found.push(words);
            }
        }
        let n_unread = self
            .status
            .parts
            .iter()
            .filter(|part| part.failure.is_some())
            .count();
        match (found.len(), n_unread) {
            (0, 0) => None,
            (0, n_unread) => Some(format!("{n_unread} cannot be read")),
            (1, _) => found.first().map(|words| (*words).to_owned()),
            _ => Some("of pods that are gone, too".to_owned()),
        }
    }

    fn draw_nothing(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        if let Some(failure) = &self.failure {
            return Message::failed(&Notice::of(failure)).draw(area, buf, look);
        }
        let (n_lines, _) = self.view.counts();
        let sentence = match (&self.status.waiting, &self.spool) {
            _ if n_lines > 0 && self.view.is_filtering() => "Looking through the log …".to_owned(),
            _ if n_lines > 0 => "No line passes the filter.".to_owned(),
            (Some(why), _) => format!("Nothing yet: {why}."),
            (None, None) => "Reading …".to_owned(),
            (None, Some(_)) if self.status.is_over => "It printed nothing.".to_owned(),
            (None, Some(_)) => "Nothing was printed yet.".to_owned(),
        };
        let hint = (n_lines > 0).then_some("Esc takes the filter away.");
        Message::quiet(&sentence, hint).draw(area, buf, look);
    }

    fn draw_row(&self, row: &Row, line: Rect, buf: &mut Buffer, look: &Look<'_>) {
        if row.is_marked {
            put(buf, line.x, line.y, "●", 1, look.theme.tone(Tone::Accent));
        }
        let mut x = line.x + 2;
        let time_cells = self.view.time_cells();
        if time_cells > 0 {
            put(
                buf,
                x,
                line.y,
                &row.time,
                time_cells - 1,
                look.theme.tone(Tone::Muted),
            );
            x += time_cells as u16;
        }
        let label_cells = self.label_cells();
        if label_cells > 0 {
            let place = usize::from(row.source);
            let label = self.status.parts.get(place).map_or("", |part| &part.part.label);
            if row.is_first {
                let label = harmless(label);
                let label = fitted_key(&label, label_cells - 1);
                put(buf, x, line.y, &label, label_cells - 1, look.theme.curve(place));
            }
            x += label_cells as u16;
        }
        let (start, mut text) = (x, String::new());
        for (span, tone) in &row.pieces {
            let style = match tone {
                Some(tone) => look.theme.tone(*tone),
                None => style_of(span.ink, look.theme.depth()),
            };
            let room = usize::from(line.right().saturating_sub(x + 1));
            x = put(buf, x, line.y, &span.text, room, style);
            text.push_str(&span.text);
        }
        if row.is_selected {
            select_line(
                buf,
                Rect {
                    width: line.width.saturating_sub(1),
                    ..line
                },
                look.theme.selected(true),
            );
        }
        self.draw_found(&text, start, line, buf);
    }

    /// Lights up what is looked for.
    fn draw_found(&self, text: &str, start: u16, line: Rect, buf: &mut Buffer) {
        let Some(pattern) = self.view.search() else {
            return;
        };
        for span in pattern.spans(text) {
            let from = start + width_cells(&text[..span.start]) as u16;
            let to = from + width_cells(&text[span]) as u16;
            for x in from..to.min(line.right().saturating_sub(1)) {
                if let Some(cell) = buf.cell_mut((x, line.y)) {
                    cell.modifier.toggle(Modifier::REVERSED);
                }
            }
        }
    }

    fn draw_scroll_bar(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let (_, n_places) = self.view.counts();
        let height = u64::from(area.height);
        if n_places <= height || height == 0 {
            return;
        }
        let length = (height * height / n_places).max(1);
        let first = self.view.first().min(n_places - height);
        let start = first * (height - length) / (n_places - height).max(1);
        for offset in start..(start + length).min(height) {
            put(
                buf,
                area.right() - 1,
                area.y + offset as u16,
                "▐",
                1,
                look.theme.frame(false),
            );
        }
    }
}

/// The ink of a container in as many colours as the terminal has.
fn style_of(ink: Ink, depth: Depth) -> Style {
    let mut style = Style::new();
    let colour = |colour: Colour| match (depth, colour) {
        (Depth::Monochrome, _) => None,
        (Depth::Sixteen, Colour::Indexed(index)) => (index < 16).then_some(Color::Indexed(index)),
        (Depth::Sixteen, Colour::Rgb(..)) => None,
        (Depth::Many, Colour::Indexed(index)) => Some(Color::Indexed(index)),
        (Depth::Many, Colour::Rgb(red, green, blue)) => Some(Color::Indexed(nearest(red, green, blue))),
    };
    style.fg = ink.letters.and_then(colour);
    style.bg = ink.ground.and_then(colour);
    for (is_on, modifier) in [
        (ink.is_bold, Modifier::BOLD),
        (ink.is_faint, Modifier::DIM),
        (ink.is_italic, Modifier::ITALIC),
        (ink.is_underlined, Modifier::UNDERLINED),
        (ink.is_reversed, Modifier::REVERSED),
        (ink.is_struck, Modifier::CROSSED_OUT),
    ] {
        if is_on {
            style = style.add_modifier(modifier);
        }
    }
    style
}

/// The nearest of xterm's cube of 216 colours.
fn nearest(red: u8, green: u8, blue: u8) -> u8 {
    let step = |value: u8| match value {
        0..=47 => 0,
        48..=114 => 1,
        _ => (value - 35) / 40,
    };
    16 + 36 * step(red) + 6 * step(green) + step(blue)
}
