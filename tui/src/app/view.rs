//! Draws the app: the path at the top, the screen in view, a word for the person, the keys. Changes nothing.

use std::path::Path;

use flowdeck_surface::client::port::{StoreKind, StoreOrigin};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::context::Look;
use super::help;
use super::state::{State, Word};
use super::widgets::text::{Pieces, put};

/// Draws everything into a buffer of the size of the terminal.
pub(crate) fn view(state: &State, buf: &mut Buffer) {
    let look = state.look();
    let layout = state.layout();
    draw_header(state, layout.header, buf, &look);
    if layout.body.height > 0 {
        state.top().draw(layout.body, buf, &look);
    }
    if let Some(word) = state.word() {
        draw_word(&word, layout.notice, buf, &look);
    }
    if let Some(prompt) = state.top().prompt() {
        prompt.draw(layout.prompt, buf, &look);
    }
    draw_hints(state, layout.hints, buf, &look);
    if let Some(help) = &state.help {
        help.draw(state.area, buf, &look);
    }
}

fn draw_header(state: &State, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
    if area.height == 0 {
        return;
    }
    let inner = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    let right = store_and_age(state, look);
    let room = inner.width.saturating_sub(right.width() as u16 + 2);
    let mut path = Pieces::new();
    path.add(
        "flowdeck",
        look.theme.tone(Tone::Accent).add_modifier(Modifier::BOLD),
    );
    let last = state.screens.len() - 1;
    for (place, screen) in state.screens.iter().enumerate() {
        let crumb = screen.crumb();
        if crumb.is_empty() {
            continue;
        }
        let style = if place == last {
            look.theme.heading()
        } else {
            look.theme.tone(Tone::Muted)
        };
        path.add(" › ", look.theme.tone(Tone::Muted)).add(crumb, style);
    }
    if path.width() <= usize::from(room) {
        right.draw_right(inner, buf);
        path.draw(Rect { width: room, ..inner }, buf);
    } else {
        path.draw(inner, buf);
    }
}

/// Which store it is and from when what is shown is, as a clock time: nothing to redraw while nothing happens.
fn store_and_age(state: &State, look: &Look<'_>) -> Pieces<'static> {
    let mut line = Pieces::new();
    let muted = look.theme.tone(Tone::Muted);
    if let Some(origin) = &state.origin {
        line.add(store_name(origin), muted);
    }
    let freshness = state.top().freshness();
    if freshness.is_reading {
        line.add("  reading …", look.theme.tone(Tone::Active));
    }
    if let Some(as_of) = freshness.as_of {
        let tone = if freshness.failure.is_some() {
            Tone::Warning
        } else {
            Tone::Muted
        };
        line.add(
            format!("  as of {}", look.clock.time_of_day(as_of)),
            look.theme.tone(tone),
        );
    }
    line
}

/// A store in a few words: the kind, and the host or the last parts of the path.
pub(crate) fn store_name(origin: &StoreOrigin) -> String {
    match origin.kind {
        StoreKind::Server => {
            let host = origin.uri.split("://").nth(1).unwrap_or(&origin.uri).to_owned();
            match &origin.version {
                Some(version) => format!("{host} (MLflow {version})"),
                None => host,
            }
        }
        StoreKind::FileStore | StoreKind::Sqlite => {
            let path = Path::new(origin.uri.trim_start_matches("sqlite:///"));
            let name = path
                .file_name()
                .map_or(origin.uri.as_str().into(), |name| name.to_string_lossy());
            let parent = path.parent().and_then(Path::file_name);
            parent.map_or_else(
                || name.to_string(),
                |parent| format!("{}/{name}", parent.to_string_lossy()),
            )
        }
    }
}

fn draw_word(word: &Word, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
    if area.height == 0 {
        return;
    }
    let room = usize::from(area.width.saturating_sub(2));
    match word {
        Word::Said(text) => {
            put(buf, area.x + 1, area.y, text, room, look.theme.tone(Tone::Good));
        }
        Word::Failed(notice) => {
            let end = put(
                buf,
                area.x + 1,
                area.y,
                &notice.sentence,
                room,
                look.theme.tone(Tone::Bad),
            );
            if let Some(hint) = &notice.hint {
                let room = usize::from(area.right().saturating_sub(end + 2));
                put(buf, end + 1, area.y, hint, room, look.theme.tone(Tone::Muted));
            }
        }
    }
}

fn draw_hints(state: &State, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
    let inner = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    if state.top().prompt().is_some() {
        let mut line = Pieces::new();
        for (key, word) in [("Enter", "keep"), ("Esc", "drop")] {
            line.add(key, look.theme.tone(Tone::Accent))
                .add(format!(" {word}   "), look.theme.tone(Tone::Muted));
        }
        line.draw(inner, buf);
        return;
    }
    let can_go_back = state.screens.len() > 1;
    help::hints(state.top().scopes(), can_go_back, inner.width, look).draw(inner, buf);
}
