//! What each thing that happens does to the app. Pure: what is to be done is given back as values.

mod cluster;
mod command;
mod inbox;
mod live;
mod pipelines;
mod pixels;
mod registry;
#[cfg(test)]
mod tests;
mod undo;

use flowdeck_surface::action::{Action, Scope};

use super::basket::Place;
use super::context::{Cx, Dialogue, Go};
use super::effect::Effect;
use super::help::Help;
use super::histories::Histories;
use super::key::Key;
use super::message::{Answer, Mouse, MouseKind, Msg, Reply};
use super::mouse::Target;
use super::registry::Told;
use super::screens::Screen;
use super::screens::contexts::Contexts;
use super::screens::experiments::Experiments;
use super::state::{State, Word};
use super::ticket::Ticket;
use super::widgets::dialog::{Decision, OpenDialog, Pressed};
use flowdeck_surface::client::Result;
use flowdeck_surface::notice::Notice;

/// Takes one thing that happened; gives back what is to be done.
pub(crate) fn update(state: &mut State, msg: Msg) -> Vec<Effect> {
    let body = state.layout().body;
    let mut effects = handle(state, msg);
    // A prompt or a notice took rows from the body, or gave them back.
    if state.layout().body != body {
        effects.extend(with_top(state, |screen, cx| screen.resize(cx)));
    }
    state
        .pulse
        .follow(&effects, |ticket| state.inbox.is_alarm(ticket));
    effects
}

fn handle(state: &mut State, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Key(key) => {
            let is_move = undo::is_moving_key(state, &key);
            attended(state, is_move, |state| press(state, &key))
        }
        Msg::Paste(text) => attended(state, false, |state| paste(state, &text)),
        Msg::Mouse(mouse) => {
            let is_move = undo::is_moving_mouse(&mouse);
            attended(state, is_move, |state| point(state, mouse))
        }
        Msg::Resize { width, height } => {
            state.area.width = width;
            state.area.height = height;
            vec![Effect::Redraw]
        }
        Msg::Reply(reply) => {
            let effects = answer(state, reply);
            undo::settled(state);
            effects
        }
        Msg::Woken(ticket) => live::wake(state, ticket),
        Msg::Focus(has_focus) => live::focus(state, has_focus),
        Msg::Background(background) => {
            state.theme = state.theme.on(background);
            Vec::new()
        }
        Msg::SlowPictures => pixels::slow(state),
        Msg::Watched(watching) => live::take(state, watching),
        Msg::AsOf(as_of) => {
            state.kept.take(as_of, state.screens.len());
            Vec::new()
        }
        Msg::Warned(warning) => {
            state.said = Some(Word::Failed(Notice::saying(format!("{}.", warning.0))));
            Vec::new()
        }
        Msg::Edited(ticket, edited) => take_edited(state, ticket, edited),
    }
}

/// Does what the person wanted.
fn attended(state: &mut State, is_move: bool, act: impl FnOnce(&mut State) -> Vec<Effect>) -> Vec<Effect> {
    live::attended(state, |state| undo::recorded(state, is_move, act))
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
    if state.dialog.is_some() {
        return press_dialog(state, key);
    }
    if state.palette.is_some() {
        return command::press(state, key);
    }
    if state.top().prompt().is_some() {
        return with_top(state, |screen, cx| screen.press(key, cx));
    }
    match state.keymap.action_for(&key.name, state.top().scopes()) {
        Some(action) => act(state, action),
        None => Vec::new(),
    }
}

fn act(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Quit => vec![Effect::Quit],
        Action::Suspend => vec![Effect::Suspend],
        Action::Redraw => vec![Effect::Redraw],
        Action::Contexts => go_to_contexts(state, None),
        Action::Help => {
            state.help = Some(Help::of(state.top().scopes(), &state.keymap));
            Vec::new()
        }
        Action::Pixels => pixels::switch(state),
        Action::Palette => command::open_palette(state),
        Action::Undo | Action::Redo => undo::step(state, action),
        Action::Browse => command::browse(state),
        Action::Refresh if state.top().scopes().contains(&Scope::Inbox) => inbox::look(state),
        action => with_top(state, |screen, cx| screen.act(action, cx)),
    }
}

/// To the contexts, from which one goes back to the screen in view; one that is named is opened.
fn go_to_contexts(state: &mut State, name: Option<String>) -> Vec<Effect> {
    let mut effects = Vec::new();
    if state.top().scopes().contains(&Scope::Contexts) {
        if name.is_none() {
            return effects;
        }
        let below = state.screens.len().saturating_sub(2);
        effects.extend(back_to(state, below));
    }
    effects.extend(open(state, Box::new(Contexts::opening(name))));
    effects
}

fn press_help(state: &mut State, key: &Key) -> Vec<Effect> {
    let area = state.area;
    if let Some(help) = state.help.as_mut().filter(|help| help.is_finding()) {
        help.press(key, area);
        return Vec::new();
    }
    if let Some(help) = state.help.as_mut().filter(|_| key.name == "/") {
        help.find();
        return Vec::new();
    }
    match state
        .keymap
        .action_for(&key.name, &[Scope::List, Scope::Everywhere])
    {
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

fn press_dialog(state: &mut State, key: &Key) -> Vec<Effect> {
    match key.name.as_str() {
        "ctrl-z" => return vec![Effect::Suspend],
        "ctrl-l" => return vec![Effect::Redraw],
        _ => {}
    }
    let area = state.area;
    let pressed = state.dialog.as_mut().map(|open| open.press(key, area));
    follow(state, pressed.unwrap_or(Pressed::Nothing))
}

/// What a key or a click did to the dialog goes on to the screen that opened it.
fn follow(state: &mut State, pressed: Pressed) -> Vec<Effect> {
    let Some(open) = &state.dialog else {
        return Vec::new();
    };
    let ticket = open.ticket;
    match pressed {
        Pressed::Nothing => Vec::new(),
        Pressed::HandOver(text) => vec![Effect::Edit(ticket, text)],
        Pressed::Cancelled => {
            state.dialog = None;
            with_top(state, |screen, cx| screen.decided(ticket, None, cx))
        }
        Pressed::Decided(decision) => decide(state, ticket, decision),
    }
}

fn decide(state: &mut State, ticket: Ticket, decision: Decision) -> Vec<Effect> {
    let mut decided = state.dialog.take();
    if let Some(open) = &mut decided {
        open.wait();
    }
    let (mut is_kept, mut fault) = (false, None);
    let effects = with_top(state, |screen, cx| {
        screen.decided(ticket, Some(decision), cx);
        match &cx.dialog {
            Some(Dialogue::Keep) => is_kept = true,
            Some(Dialogue::KeepRefusing(notice)) => fault = Some(notice.clone()),
            _ => {}
        }
    });
    if let (Some(open), Some(fault)) = (&mut decided, fault) {
        open.refuse(fault);
        is_kept = true;
    }
    if is_kept {
        state.dialog = decided;
    }
    effects
}

/// A text from the person's own editor goes to the dialog that handed it over, else to the screen.
fn take_edited(state: &mut State, ticket: Ticket, edited: Result<Option<String>>) -> Vec<Effect> {
    let text = match edited {
        Ok(text) => text,
        Err(failure) => {
            state.said = Some(Word::Failed(Notice::of(&failure)));
            None
        }
    };
    let open = state.dialog.as_mut().filter(|open| open.ticket == ticket);
    match (open, text) {
        (Some(open), Some(text)) => open.edited(text),
        (Some(_), None) => {}
        (None, text) => {
            let decision = text.map(Decision::Text);
            return with_top(state, |screen, cx| screen.decided(ticket, decision, cx));
        }
    }
    Vec::new()
}

fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    if let Some(open) = &mut state.dialog {
        open.paste(text);
        return Vec::new();
    }
    if state.palette.is_some() {
        return command::paste(state, text);
    }
    with_top(state, |screen, cx| screen.paste(text, cx))
}

fn point(state: &mut State, mouse: Mouse) -> Vec<Effect> {
    let Some(mouse) = state.button.complete(mouse, &state.targets) else {
        return Vec::new();
    };
    let area = state.area;
    if let Some(help) = &mut state.help {
        match mouse.kind {
            MouseKind::ScrollDown => help.act(Action::Down, area),
            MouseKind::ScrollUp => help.act(Action::Up, area),
            _ => false,
        };
        return Vec::new();
    }
    if let Some(open) = &mut state.dialog {
        let pressed = open.point(&mouse, area);
        return follow(state, pressed);
    }
    if state.palette.is_some() {
        return command::point(state, &mouse);
    }
    if mouse.kind == MouseKind::Press {
        state.said = None;
        match mouse.target {
            Some(Target::Crumb(place)) => return back_to(state, place),
            Some(Target::Hint(action)) => return act(state, action),
            _ => {}
        }
    }
    with_top(state, |screen, cx| screen.mouse(mouse, cx))
}

/// Hands an answer to the screen that waits for it. An answer that nobody waits for any more is dropped.
fn answer(state: &mut State, reply: Reply) -> Vec<Effect> {
    state.now = state.now.max(reply.at.at);
    state.histories.hear(state.now);
    if state.histories.awaits(reply.ticket) {
        let mut effects = state.histories.reply(reply, &mut state.tickets);
        effects.extend(with_top(state, |screen, cx| screen.histories_changed(cx)));
        return effects;
    }
    if state.inbox.awaits(reply.ticket) {
        return inbox::take(state, reply);
    }
    if state.asked_unfinished == Some(reply.ticket) {
        return registry::take_unfinished(state, reply);
    }
    let Some(place) = state
        .screens
        .iter()
        .position(|screen| screen.awaits(reply.ticket))
    else {
        return Vec::new();
    };
    if let Ok(Answer::Experiments(listing)) = &reply.answer {
        state.experiments.clone_from(&listing.items);
    }
    if let Ok(Answer::Contexts(read)) = &reply.answer {
        state.contexts = read.contexts.names().map(str::to_owned).collect();
    }
    if let Ok(Answer::Registry(Told::Models(listing))) = &reply.answer {
        state.models = listing.items.iter().map(|model| model.name.to_string()).collect();
    }
    if let Ok(Answer::Pipelines(from)) = &reply.answer {
        state.pipelines_policy = Some(from.policy.clone());
        state.pipelines_place.clone_from(&from.place);
    }
    if let Ok(Answer::Opened(origin, policy)) = &reply.answer {
        state.origin = Some(origin.clone());
        state.policy = policy.clone();
        state.kept = Default::default();
        state.pipelines_policy = None;
        state.pipelines_place = None;
        state.dialog = None;
        state.pulse.forget();
        state.experiments.clear();
        state.models.clear();
        state.screens.clear();
        state.changes.clear();
        state.turn += 1;
        state.histories = Histories::default();
        state.basket.here = Place::of(origin, policy);
        state.screens.push(Box::new(Experiments::default()));
        let mut effects = start(state);
        effects.extend(inbox::begin(state));
        effects.extend(registry::begin(state));
        return effects;
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
    let of_pipelines = state.screens[place].is_of_pipelines();
    let policy = state.pipelines_policy.as_ref().filter(|_| of_pipelines);
    let mut cx = Cx::new(
        &mut state.tickets,
        &mut state.histories,
        &state.clock,
        body,
        kind,
        policy.unwrap_or(&state.policy),
    );
    cx.doublings = state.pulse.doublings();
    cx.basket = std::mem::take(&mut state.basket);
    let screen = &mut *state.screens[place];
    act(screen, &mut cx);
    let (mut effects, go, dialog) = (cx.effects, cx.go, cx.dialog);
    state.basket = cx.basket;
    let word = cx.complaint.map(Word::Failed).or(cx.said.map(Word::Said));
    state.said = word.or(state.said.take());
    change_dialog(state, dialog);
    let below = state.screens.len().saturating_sub(2);
    effects.extend(match go {
        Some(Go::To(screen)) => open(state, screen),
        Some(Go::Back) => back_to(state, below),
        Some(Go::BackTo(place)) => back_to(state, place),
        None => Vec::new(),
    });
    effects
}

fn open(state: &mut State, screen: Box<dyn Screen>) -> Vec<Effect> {
    let mut effects = with_top(state, |below, cx| below.cover(cx));
    state.changes.truncate(state.screens.len());
    turn(state);
    state.screens.push(screen);
    effects.extend(start(state));
    effects
}

/// Another screen comes into view.
fn turn(state: &mut State) {
    state.turn += 1;
    state.pulse.turn();
}

/// Goes back to a screen; those above it are closed.
fn back_to(state: &mut State, place: usize) -> Vec<Effect> {
    let mut effects = Vec::new();
    if place + 1 >= state.screens.len() {
        return effects;
    }
    while place + 1 < state.screens.len() {
        effects.extend(with_top(state, |screen, cx| screen.close(cx)));
        state.screens.pop();
    }
    state.dialog = None;
    state.changes.truncate(place + 1);
    turn(state);
    effects.extend(start(state));
    effects
}

fn change_dialog(state: &mut State, change: Option<Dialogue>) {
    let is_open = |ticket| state.dialog.as_ref().is_some_and(|open| open.ticket == ticket);
    match change {
        Some(Dialogue::Open(ticket, mut dialog)) => match dialog.guard(state.policy_in_view()) {
            Ok(()) => state.dialog = Some(OpenDialog::new(ticket, dialog)),
            // The screen still waits for a decision, and takes the next one it asks for instead.
            Err(failure) => state.said = Some(Word::Failed(Notice::of(&failure))),
        },
        Some(Dialogue::Close(ticket)) if is_open(ticket) => state.dialog = None,
        Some(Dialogue::Refuse(ticket, fault)) if is_open(ticket) => {
            if let Some(open) = &mut state.dialog {
                open.refuse(fault);
            }
        }
        Some(Dialogue::Close(_) | Dialogue::Refuse(..) | Dialogue::Keep | Dialogue::KeepRefusing(_))
        | None => {}
    }
}
