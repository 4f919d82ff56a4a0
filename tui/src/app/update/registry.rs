//! The registry beside the screens: where `:models` and its like lead, and what broke off before the app was opened.

use flowdeck_surface::notice::Notice;
use flowdeck_surface::registry::unfinished_sentence;

use super::command::{go_home, refuse};
use super::open;
use crate::app::effect::{Effect, Question};
use crate::app::message::{Answer, Reply};
use crate::app::registry::{Asked, Told};
use crate::app::screens::Screen;
use crate::app::screens::audit::Audit;
use crate::app::screens::models::Models;
use crate::app::screens::registered_model::RegisteredModelPage;
use crate::app::state::{State, Word};

/// To the registered models, or to the prompts.
pub(super) fn models(state: &mut State, prompts: bool) -> Vec<Effect> {
    go_to(state, move || vec![Box::new(Models::of(prompts))])
}

/// To one registered model, from which one goes back to all of them.
pub(super) fn model(state: &mut State, name: &str) -> Vec<Effect> {
    let name = name.to_owned();
    go_to(state, move || {
        vec![
            Box::new(Models::of(false)),
            Box::new(RegisteredModelPage::of(name.as_str().into())),
        ]
    })
}

/// To what flowdeck changed.
pub(super) fn audit(state: &mut State) -> Vec<Effect> {
    go_to(state, || vec![Box::new(Audit::of(None))])
}

fn go_to(state: &mut State, screens: impl FnOnce() -> Vec<Box<dyn Screen>>) -> Vec<Effect> {
    if state.origin.is_none() {
        return refuse(state, "No store is open.", None);
    }
    let mut effects = go_home(state);
    for screen in screens() {
        effects.extend(open(state, screen));
    }
    effects
}

/// A store was opened: what broke off in its registry is looked for.
pub(super) fn begin(state: &mut State) -> Vec<Effect> {
    let ticket = state.tickets.next();
    state.asked_unfinished = Some(ticket);
    vec![Effect::Ask(
        ticket,
        Question::Registry(Box::new(Asked::Unfinished)),
    )]
}

/// Says what broke off, and the way out. A log that cannot be read is told where somebody looks at it.
pub(super) fn take_unfinished(state: &mut State, reply: Reply) -> Vec<Effect> {
    state.asked_unfinished = None;
    match reply.answer {
        Ok(Answer::Registry(Told::Unfinished(entries))) => {
            if let Some(sentence) = unfinished_sentence(&entries) {
                state.said = Some(Word::Failed(Notice {
                    hint: Some(
                        "`:audit` shows it, u there takes it back; promoting again finishes it.".to_owned(),
                    ),
                    ..Notice::saying(sentence)
                }));
            }
        }
        Ok(_) => {}
        Err(failure) => tracing::warn!("{failure}"),
    }
    Vec::new()
}
