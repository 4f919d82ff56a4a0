//! Takes back what a person changed of the view, on every screen alike.

use flowdeck_surface::action::Action;

use super::with_top;
use crate::app::arrangement::{Arrangement, Changes};
use crate::app::effect::Effect;
use crate::app::key::Key;
use crate::app::message::{Mouse, MouseKind};
use crate::app::state::{State, Word};

/// Said where nothing can be taken back.
const NOTHING: &str = "No change of the view is left to take back here; what was written to the store stays.";
const NOTHING_AGAIN: &str = "No change of the view was taken back here.";

/// Lets the person act, and keeps how the screen in view was arranged before, where that changed.
pub(super) fn recorded(
    state: &mut State,
    is_move: bool,
    act: impl FnOnce(&mut State) -> Vec<Effect>,
) -> Vec<Effect> {
    let (turn, before) = (state.turn, state.top().arrangement());
    let effects = act(state);
    // On another screen, or on one that was put back, nothing was changed yet.
    if let Some(before) = before.filter(|_| state.turn == turn) {
        take(state, before, is_move);
    }
    effects
}

/// What comes of a line that is still open, or was until an answer came, belongs to what was typed.
pub(super) fn settled(state: &mut State) {
    if state.prompt().is_none()
        && changes(state).is_open()
        && let Some(now) = state.top().arrangement()
    {
        take(state, now, false);
    }
}

fn take(state: &mut State, before: Arrangement, is_move: bool) {
    let is_typing = state.prompt().is_some();
    if let Some(now) = state.top().arrangement() {
        changes(state).take(before, &now, is_typing, is_move);
    }
}

/// Takes the last change of the view back, or does it once more.
pub(super) fn step(state: &mut State, action: Action) -> Vec<Effect> {
    // Going back is no change itself.
    state.turn += 1;
    let mut effects = Vec::new();
    while let Some(now) = state.top().arrangement() {
        let wanted = match action {
            Action::Redo => changes(state).redo(now.clone()),
            _ => changes(state).undo(now.clone()),
        };
        let Some(wanted) = wanted else { break };
        effects.extend(with_top(state, |screen, cx| screen.put_back(&wanted, cx)));
        // What was learnt meanwhile may make an earlier arrangement the same as this one.
        if state.top().arrangement().is_none_or(|after| after != now) {
            return effects;
        }
    }
    let word = if action == Action::Redo {
        NOTHING_AGAIN
    } else {
        NOTHING
    };
    state.said = Some(Word::Said(word.to_owned()));
    effects
}

/// What was changed on the screen in view.
fn changes(state: &mut State) -> &mut Changes {
    let top = state.screens.len() - 1;
    state.changes.resize_with(top + 1, Changes::default);
    &mut state.changes[top]
}

/// Whether a key moves what is in view, bit by bit.
pub(super) fn is_moving_key(state: &State, key: &Key) -> bool {
    let action = state.keymap.action_for(&key.name, state.top().scopes());
    let moves = [
        Action::Left,
        Action::Right,
        Action::PageUp,
        Action::PageDown,
        Action::First,
        Action::Last,
        Action::PanLeft,
        Action::PanRight,
    ];
    action.is_some_and(|action| moves.contains(&action))
}

/// Whether the mouse moves what is in view, bit by bit.
pub(super) fn is_moving_mouse(mouse: &Mouse) -> bool {
    !matches!(mouse.kind, MouseKind::Press | MouseKind::Release)
}
