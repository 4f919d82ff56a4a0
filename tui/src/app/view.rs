//! Draws the app: the path at the top, the screen in view, a word for the person, the keys. Changes nothing.

use flowdeck_surface::client::port::{StoreKind, StoreOrigin};
use flowdeck_surface::context_list::limits;
use flowdeck_surface::text::{fitted, width_cells};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::context::Look;
use super::help;
use super::mouse::Target;
use super::state::{State, Word};
use super::widgets::text::{Pieces, put};

/// Draws everything into a buffer of the size of the terminal.
pub(crate) fn view(state: &State, buf: &mut Buffer) {
    let look = state.look();
    let layout = state.layout();
    state.targets.clear();
    state.pictures.clear();
    draw_header(state, layout.header, buf, &look);
    if layout.body.height > 0 {
        state.top().draw(layout.body, buf, &look);
    }
    if let Some(word) = state.word() {
        draw_word(&word, layout.notice, buf, &look);
    }
    if let Some(prompt) = state.prompt() {
        prompt.draw(layout.prompt, buf, &look);
    }
    if let Some(palette) = &state.palette {
        palette.draw_completions(state.area, layout.prompt, buf, &look);
    }
    draw_hints(state, layout.hints, buf, &look);
    if let Some(open) = &state.dialog {
        open.draw(state.area, buf, &look);
    }
    if let Some(help) = &state.help {
        help.draw(state.area, buf, &look);
    }
    state.pictures.settle(state.theme.graphics().salt, buf);
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
    let (store, age) = (store(state, look), age(state, look));
    let mut path = Path::of(state, None, look);
    let room = usize::from(inner.width);
    let mut right = store;
    right.append(&age);
    if path.line.width() + right.width() + 2 > room || right.width() > room / 2 {
        // What it is called counts for more than where it lies.
        right = context(state, look);
        right.append(&age);
    }
    if path.line.width() + right.width() + 2 > room {
        right = age;
    }
    if right.width() > room / 2 {
        right = Pieces::new();
    }
    if path.line.width() + right.width() + 2 > room {
        path = Path::of(state, Some(room.saturating_sub(right.width() + 2)), look);
    }
    right.draw_right(inner, buf);
    let width = inner.width.saturating_sub(right.width() as u16 + 1);
    path.draw(Rect { width, ..inner }, buf, look);
}

/// The names of the screens from the first to the one in view.
struct Path {
    line: Pieces<'static>,
    /// Where the name of each screen ends, in cells from the start of the path.
    ends: Vec<(usize, usize)>,
}

impl Path {
    /// The path in so much room; in too little the names between give way first.
    fn of(state: &State, room: Option<usize>, look: &Look<'_>) -> Self {
        let muted = look.theme.tone(Tone::Muted);
        let crumbs: Vec<String> = state.screens.iter().map(|screen| screen.crumb()).collect();
        let last = crumbs.len() - 1;
        let between = room.map(|room| {
            let fixed = "flowdeck".len() + 3 * crumbs.len() + width_cells(&crumbs[last]).min(room / 2);
            room.saturating_sub(fixed) / last.max(1)
        });
        let (mut line, mut ends) = (Pieces::new(), Vec::new());
        line.add(
            "flowdeck",
            look.theme.tone(Tone::Accent).add_modifier(Modifier::BOLD),
        );
        let named = crumbs
            .into_iter()
            .enumerate()
            .filter(|(_, crumb)| !crumb.is_empty());
        for (place, crumb) in named {
            line.add(" › ", muted);
            match between {
                _ if place == last => line.add(crumb, look.theme.heading()),
                Some(cells) => line.add(fitted(&crumb, cells.max(1)).into_owned(), muted),
                None => line.add(crumb, muted),
            };
            ends.push((place, line.width()));
        }
        Self { line, ends }
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        self.line.draw(area, buf);
        let mut x = area.x;
        for (place, end) in &self.ends {
            let end = area.x + (*end as u16).min(area.width);
            look.targets.mark(
                Rect {
                    x,
                    width: end.saturating_sub(x),
                    ..area
                },
                Target::Crumb(*place),
            );
            x = end;
        }
    }
}

fn store(state: &State, look: &Look<'_>) -> Pieces<'static> {
    let mut line = context(state, look);
    let name = if state.top().is_of_pipelines() {
        state.pipelines_place.clone()
    } else {
        state.origin.as_ref().map(store_name)
    };
    if let Some(name) = name {
        if line.width() > 0 {
            line.add(" · ", look.theme.tone(Tone::Muted));
        }
        line.add(name, look.theme.tone(Tone::Muted));
    }
    line
}

/// The context in use, and what may not be done in it.
fn context(state: &State, look: &Look<'_>) -> Pieces<'static> {
    let mut line = Pieces::new();
    let Some(name) = &state.policy.context else {
        return line;
    };
    line.add(name.clone(), look.theme.tone(Tone::Accent));
    let limits = limits(state.policy.read_only, state.policy.production);
    if !limits.is_empty() {
        line.add(" · ", look.theme.tone(Tone::Muted))
            .add(limits, look.theme.tone(Tone::Warning));
    }
    line
}

/// From when what is shown is, as a clock time: nothing to redraw while nothing happens.
fn age(state: &State, look: &Look<'_>) -> Pieces<'static> {
    let mut line = Pieces::new();
    let freshness = state.top().freshness();
    if freshness.is_reading {
        line.add("  reading …", look.theme.tone(Tone::Active));
    }
    let n_unread = state.inbox.n_unread();
    if n_unread > 0 {
        line.add(
            format!("  {n_unread} new in :inbox"),
            look.theme.tone(Tone::Warning),
        );
    }
    if let Some(as_of) = state.kept.as_of() {
        let at = look.clock.compact(as_of.at, look.now);
        let (words, tone) = match as_of.is_offline {
            true => (format!("  offline · data of {at}"), Tone::Warning),
            false => (format!("  data of {at} · reading …"), Tone::Active),
        };
        line.add(words, look.theme.tone(tone));
        return line;
    }
    if let Some(as_of) = freshness.as_of {
        let tone = if freshness.failure.is_some() {
            Tone::Warning
        } else {
            Tone::Muted
        };
        let words = if state.top().is_of_pipelines() {
            Some(state.pulse.words_of_server(as_of, &freshness, look.clock))
        } else {
            state.pulse.words(as_of, &freshness, look.clock)
        };
        let (words, tone) =
            words.unwrap_or_else(|| (format!("as of {}", look.clock.time_of_day(as_of)), tone));
        line.add(format!("  {words}"), look.theme.tone(tone));
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
            let path = std::path::Path::new(origin.uri.trim_start_matches("sqlite:///"));
            let name = path
                .file_name()
                .map_or(origin.uri.as_str().into(), |name| name.to_string_lossy());
            let parent = path.parent().and_then(std::path::Path::file_name);
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
    if state.palette.is_some() {
        return draw_keys(
            &[
                ("Enter", "do"),
                ("Tab", "complete"),
                ("↑↓", "choose"),
                ("Esc", "close"),
            ],
            inner,
            buf,
            look,
        );
    }
    if state.top().prompt().is_some() {
        return draw_keys(&[("Enter", "keep"), ("Esc", "drop")], inner, buf, look);
    }
    let can_go_back = state.screens.len() > 1;
    help::draw_hints(state.top().scopes(), &state.keymap, can_go_back, inner, buf, look);
}

/// Keys that hold whatever the configuration says.
fn draw_keys(keys: &[(&'static str, &str)], area: Rect, buf: &mut Buffer, look: &Look<'_>) {
    let mut line = Pieces::new();
    for (key, word) in keys {
        line.add(*key, look.theme.tone(Tone::Accent))
            .add(format!(" {word}   "), look.theme.tone(Tone::Muted));
    }
    line.draw(area, buf);
}
