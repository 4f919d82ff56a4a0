//! The inbox beside the screens: looks now and then, tells what is new, opens on `:inbox`.

use flowdeck_surface::client::port::StoreKind;
use flowdeck_surface::inbox::pause;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::tone::Tone;

use super::{open, with};
use crate::app::effect::{Effect, Question};
use crate::app::message::{Answer, Reply};
use crate::app::screens::inbox::Inbox;
use crate::app::state::{State, Word};

/// A store was opened: what is remembered of it is read, and it is looked at for the first time.
pub(super) fn begin(state: &mut State) -> Vec<Effect> {
    state.inbox.forget();
    look(state)
}

/// Looks again, unless a look is under way.
pub(super) fn look(state: &mut State) -> Vec<Effect> {
    let ticket = state.tickets.next();
    let memory = state.inbox.memory().cloned().map(Box::new);
    if state.inbox.ask(ticket) {
        vec![Effect::Ask(ticket, Question::Inbox(memory))]
    } else {
        Vec::new()
    }
}

/// Takes what a look saw. A store that does not answer is looked at again later; its screens say what is wrong.
pub(super) fn take(state: &mut State, reply: Reply) -> Vec<Effect> {
    let kind = state
        .origin
        .as_ref()
        .map_or(StoreKind::Sqlite, |origin| origin.kind);
    let pause = pause(kind, reply.took, reply.answer.is_err());
    let mut effects = Vec::new();
    if let Ok(Answer::Inbox { memory, seen }) = reply.answer {
        let is_first = memory.is_some();
        let n_news = state.inbox.look(memory, &seen, reply.at.at);
        if n_news > 0 {
            let texts = state.inbox.texts(n_news, &state.clock);
            if !is_first {
                say(state, n_news, &texts);
            }
            effects.extend(tell(state, is_first, texts));
        }
        effects.extend(keep(state));
        effects.extend(show_news(state));
    }
    let alarm = state.tickets.next();
    state.inbox.set_alarm(alarm);
    effects.push(Effect::Wake(alarm, pause));
    effects
}

/// Says what is new below the screen, until the next key.
fn say(state: &mut State, n_news: usize, texts: &[String]) {
    let more = n_news.saturating_sub(texts.len());
    let more = if more > 0 {
        format!(" · {more} more")
    } else {
        String::new()
    };
    let sentence = format!("{}{more}.", texts.join(" · "));
    let items = state.inbox.items();
    let is_good = items
        .iter()
        .take(n_news)
        .all(|item| item.matter.tone() == Tone::Good);
    state.said = Some(if is_good {
        Word::Said(sentence)
    } else {
        Word::Failed(Notice {
            hint: Some("It stands in :inbox.".to_owned()),
            ..Notice::saying(sentence)
        })
    });
}

fn tell(state: &State, is_first: bool, texts: Vec<String>) -> Option<Effect> {
    // What happened before the app was opened is no surprise.
    let is_wanted = state.bell.rings || state.bell.tells_desktop;
    (is_wanted && !is_first).then(|| Effect::Notify {
        bell: state.bell.rings,
        desktop: state.bell.tells_desktop.then(|| texts.join(" · ")),
    })
}

fn keep(state: &State) -> Option<Effect> {
    let memory = state.inbox.memory().cloned()?;
    Some(Effect::KeepInbox(Box::new(memory)))
}

fn show_news(state: &mut State) -> Vec<Effect> {
    let items = state.inbox.items();
    let mut effects = Vec::new();
    for place in 0..state.screens.len() {
        effects.extend(with(state, place, |screen, cx| screen.inbox_changed(&items, cx)));
    }
    effects
}

/// Opens the inbox; what stands in it is read then.
pub(super) fn show(state: &mut State) -> Vec<Effect> {
    let Some(memory) = state.inbox.memory() else {
        state.said = Some(Word::Said("The first look is still under way.".to_owned()));
        return Vec::new();
    };
    let screen = Inbox::of(state.inbox.items(), memory.n_unread());
    state.inbox.read();
    let mut effects = open(state, Box::new(screen));
    effects.extend(keep(state));
    effects
}
