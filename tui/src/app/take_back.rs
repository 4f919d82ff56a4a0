//! Takes the last promotion of a model back: looks at what that changes, asks, does it.

use flowdeck_surface::client::ModelName;
use flowdeck_surface::client::promotion::Undo;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::tone::Tone;

use super::context::Cx;
use super::effect::Question;
use super::message::{Answer, Reply};
use super::registry::{Asked, Told};
use super::ticket::Ticket;
use super::widgets::dialog::Decision;
use super::widgets::dialog::confirm::Confirm;

/// How far it has come.
#[derive(Debug, Default)]
pub(crate) enum TakeBack {
    /// Nothing is taken back.
    #[default]
    Idle,
    /// What it changes is looked at.
    Looking(Ticket),
    /// The person is asked.
    Asking(Ticket, Box<Undo>),
    /// It is done.
    Doing {
        /// The question for it.
        answer: Ticket,
        /// The dialog that waits for it.
        dialog: Ticket,
        /// What is said once it is done.
        said: String,
    },
}

impl TakeBack {
    /// Looks at what taking the last promotion of a model back means.
    pub(crate) fn start(&mut self, model: &ModelName, cx: &mut Cx<'_>) {
        if !cx.may_change() {
            return;
        }
        let asked = Asked::Undo(model.clone());
        *self = Self::Looking(cx.ask(Question::Registry(Box::new(asked))));
    }

    /// Does it once it was decided; answers whether the dialog was its own.
    pub(crate) fn decide(&mut self, ticket: Ticket, decision: Option<&Decision>, cx: &mut Cx<'_>) -> bool {
        let Self::Asking(dialog, undo) = self else {
            return false;
        };
        if *dialog != ticket {
            return false;
        }
        if decision != Some(&Decision::Yes) {
            *self = Self::Idle;
            return true;
        }
        cx.keep_dialog();
        let said = format!(
            "Took the change of {} of {} back.",
            undo.entry.target, undo.entry.model
        );
        let asked = Asked::Apply(Box::new(undo.change.clone()));
        *self = Self::Doing {
            answer: cx.ask(Question::Registry(Box::new(asked))),
            dialog: ticket,
            said,
        };
        true
    }

    /// Whether the answer to this ticket is waited for.
    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        match self {
            Self::Looking(own) | Self::Doing { answer: own, .. } => *own == ticket,
            Self::Idle | Self::Asking(..) => false,
        }
    }

    /// Takes an answer; answers whether something was taken back.
    pub(crate) fn take(&mut self, reply: Reply, cx: &mut Cx<'_>) -> bool {
        match (std::mem::take(self), reply.answer) {
            (Self::Looking(_), Ok(Answer::Registry(Told::Undo(undo)))) => {
                *self = Self::Asking(cx.open_dialog(question(&undo, cx)), undo);
            }
            (Self::Doing { dialog, said, .. }, Ok(Answer::Registry(Told::Applied))) => {
                cx.close_dialog(dialog);
                cx.say(said);
                return true;
            }
            (doing @ Self::Doing { .. }, Ok(_)) => *self = doing,
            (Self::Doing { dialog, .. }, Err(failure)) => {
                cx.close_dialog(dialog);
                cx.complain(Notice::of(&failure));
                // What was done until then is another state than the one that is shown.
                return true;
            }
            (_, Err(failure)) => cx.complain(Notice::of(&failure)),
            (_, Ok(_)) => {}
        }
        false
    }
}

fn question(undo: &Undo, cx: &Cx<'_>) -> Confirm {
    let entry = &undo.entry;
    let at = cx.clock.date_time(entry.time);
    let mut confirm = Confirm::new(
        format!("Take back {} of {}?", entry.target, entry.model),
        "take back",
    )
    .line(
        format!("{} by {} at {at} ({}).", entry.action, entry.user, entry.word()),
        Tone::Muted,
    );
    for step in &undo.change.steps {
        confirm = confirm.line(step.to_string(), Tone::Plain);
    }
    if undo.change.steps.is_empty() {
        confirm = confirm.line("Nothing of it stands any more: the log is settled.", Tone::Plain);
    }
    confirm
}
