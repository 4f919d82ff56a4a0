//! What each thing that happens does to the app. Pure: what is to be done is given back as values.

use flowdeck_surface::action::{Action, action_for};

use super::context::{Cx, Go};
use super::effect::Effect;
use super::help::Help;
use super::histories::Histories;
use super::key::Key;
use super::message::{Answer, Mouse, MouseKind, Msg, Reply};
use super::screens::Screen;
use super::screens::experiments::Experiments;
use super::state::State;

/// Takes one thing that happened; gives back what is to be done.
pub(crate) fn update(state: &mut State, msg: Msg) -> Vec<Effect> {
    let body = state.layout().body;
    let mut effects = handle(state, msg);
    // A prompt or a notice took rows from the body, or gave them back.
    if state.layout().body != body {
        effects.extend(with_top(state, |screen, cx| screen.resize(cx)));
    }
    effects
}

fn handle(state: &mut State, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Key(key) => press(state, &key),
        Msg::Paste(text) => with_top(state, |screen, cx| screen.paste(&text, cx)),
        Msg::Mouse(mouse) => point(state, mouse),
        Msg::Resize { width, height } => {
            state.area.width = width;
            state.area.height = height;
            vec![Effect::Redraw]
        }
        Msg::Reply(reply) => answer(state, reply),
        Msg::Woken(ticket) => with_top(state, |screen, cx| screen.woken(ticket, cx)),
    }
}

/// What the app does first.
pub(crate) fn start(state: &mut State) -> Vec<Effect> {
    with_top(state, |screen, cx| screen.appear(cx))
}

fn press(state: &mut State, key: &Key) -> Vec<Effect> {
    state.said = None;
    if state.help.is_some() {
        return press_help(state, key);
    }
    if state.top().prompt().is_some() {
        return with_top(state, |screen, cx| screen.press(key, cx));
    }
    let scopes = state.top().scopes();
    match action_for(&key.name, scopes) {
        Some(Action::Quit) => vec![Effect::Quit],
        Some(Action::Suspend) => vec![Effect::Suspend],
        Some(Action::Redraw) => vec![Effect::Redraw],
        Some(Action::Help) => {
            state.help = Some(Help::of(scopes));
            Vec::new()
        }
        Some(action) => with_top(state, |screen, cx| screen.act(action, cx)),
        None => Vec::new(),
    }
}

fn press_help(state: &mut State, key: &Key) -> Vec<Effect> {
    use flowdeck_surface::action::Scope;
    let area = state.area;
    match action_for(&key.name, &[Scope::List, Scope::Everywhere]) {
        Some(Action::Quit) if key.name == "ctrl-c" => return vec![Effect::Quit],
        Some(Action::Suspend) => return vec![Effect::Suspend],
        Some(Action::Redraw) => return vec![Effect::Redraw],
        Some(Action::Back | Action::Help | Action::Quit) => state.help = None,
        Some(action) => {
            if let Some(help) = &mut state.help {
                help.act(action, area);
            }
        }
        None => {}
    }
    Vec::new()
}

fn point(state: &mut State, mouse: Mouse) -> Vec<Effect> {
    let area = state.area;
    if let Some(help) = &mut state.help {
        match mouse.kind {
            MouseKind::ScrollDown => help.act(Action::Down, area),
            MouseKind::ScrollUp => help.act(Action::Up, area),
            _ => false,
        };
        return Vec::new();
    }
    state.said = None;
    let header = state.layout().header;
    if mouse.kind == MouseKind::Press && mouse.row == header.y {
        return with_top(state, |screen, cx| screen.act(Action::Back, cx));
    }
    with_top(state, |screen, cx| screen.mouse(mouse, cx))
}

/// Hands an answer to the screen that waits for it. An answer that nobody waits for any more is dropped.
fn answer(state: &mut State, reply: Reply) -> Vec<Effect> {
    state.now = state.now.max(reply.at);
    if state.histories.awaits(reply.ticket) {
        let mut effects = state.histories.reply(reply, &mut state.tickets);
        effects.extend(with_top(state, |screen, cx| screen.histories_changed(cx)));
        return effects;
    }
    let Some(place) = state
        .screens
        .iter()
        .position(|screen| screen.awaits(reply.ticket))
    else {
        return Vec::new();
    };
    if let Ok(Answer::Opened(origin)) = &reply.answer {
        state.origin = Some(origin.clone());
        state.screens.clear();
        state.histories = Histories::default();
        state.screens.push(Box::new(Experiments::default()));
        return start(state);
    }
    with(state, place, |screen, cx| screen.reply(reply, cx))
}

fn with_top(state: &mut State, act: impl FnOnce(&mut dyn Screen, &mut Cx<'_>)) -> Vec<Effect> {
    let top = state.screens.len() - 1;
    with(state, top, act)
}

/// Lets one screen act, then goes where it wants to.
fn with(state: &mut State, place: usize, act: impl FnOnce(&mut dyn Screen, &mut Cx<'_>)) -> Vec<Effect> {
    let (body, kind) = (state.layout().body, state.store_kind());
    let mut cx = Cx::new(&mut state.tickets, &mut state.histories, &state.clock, body, kind);
    let screen = &mut *state.screens[place];
    act(screen, &mut cx);
    let (mut effects, go, said) = (cx.effects, cx.go, cx.said);
    state.said = said.or(state.said.take());
    effects.extend(match go {
        Some(Go::To(screen)) => open(state, screen),
        Some(Go::Back) => back(state),
        None => Vec::new(),
    });
    effects
}

fn open(state: &mut State, screen: Box<dyn Screen>) -> Vec<Effect> {
    let mut effects = with_top(state, |below, cx| below.cover(cx));
    state.screens.push(screen);
    effects.extend(start(state));
    effects
}

fn back(state: &mut State) -> Vec<Effect> {
    if state.screens.len() < 2 {
        return Vec::new();
    }
    let mut effects = with_top(state, |screen, cx| screen.close(cx));
    state.screens.pop();
    effects.extend(start(state));
    effects
}
