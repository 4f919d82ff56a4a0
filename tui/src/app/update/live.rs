//! When screens ask again: at the time they set, at once where the person comes back to a store that was asked seldom.

use flowdeck_surface::notice::Notice;

use super::{inbox, with_top};
use crate::app::effect::Effect;
use crate::app::pulse::Watching;
use crate::app::state::{State, Word};
use crate::app::ticket::Ticket;

/// Does what the person wanted, and asks again if it was not asked for long.
pub(super) fn attended(state: &mut State, act: impl FnOnce(&mut State) -> Vec<Effect>) -> Vec<Effect> {
    let overdue = state.pulse.attend();
    let mut effects = act(state);
    effects.extend(overdue.map_or_else(Vec::new, |ticket| ring(state, ticket)));
    effects
}

/// A time that was waited for has come.
pub(super) fn wake(state: &mut State, ticket: Ticket) -> Vec<Effect> {
    if state.inbox.is_alarm(ticket) {
        return inbox::look(state);
    }
    state.pulse.rang(ticket);
    with_top(state, |screen, cx| screen.woken(ticket, cx))
}

/// Somebody looks at the terminal, or no longer.
pub(super) fn focus(state: &mut State, has_focus: bool) -> Vec<Effect> {
    let overdue = state.pulse.focus(has_focus);
    overdue.map_or_else(Vec::new, |ticket| ring(state, ticket))
}

/// Takes how the store is watched.
pub(super) fn take(state: &mut State, watching: Watching) -> Vec<Effect> {
    if let Some(trouble) = state.pulse.take(watching) {
        state.said = Some(Word::Failed(Notice {
            hint: Some("Raise fs.inotify.max_user_watches or max_user_instances.".to_owned()),
            ..Notice::saying(trouble.0.to_string())
        }));
    }
    Vec::new()
}

/// Lets an alarm ring before its time.
fn ring(state: &mut State, ticket: Ticket) -> Vec<Effect> {
    let mut effects = vec![Effect::GiveUp(ticket)];
    effects.extend(with_top(state, |screen, cx| screen.woken(ticket, cx)));
    effects
}
