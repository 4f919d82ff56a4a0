//! Takes something back in the registry: a change that flowdeck made, or an alias of a version. Looks at what that changes,
//! asks, does it.

use flowdeck_surface::client::ModelName;
use flowdeck_surface::client::promotion::{Change, Left, Undo, Undoable};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::registry;

use super::context::Cx;
use super::effect::Question;
use super::message::{Answer, Reply};
use super::registry::{Asked, Told};
use super::ticket::Ticket;
use super::widgets::dialog::Decision;
use super::widgets::dialog::confirm::Confirm;
use super::widgets::dialog::form::{Field, Form};

/// How far it has come.
#[derive(Debug, Default)]
pub(crate) enum TakeBack {
    /// Nothing is taken back.
    #[default]
    Idle,
    /// The person is asked which alias of the model is meant.
    Choosing(Ticket, ModelName),
    /// What it changes is looked at.
    Looking(Ticket),
    /// The person is asked.
    Asking(Ticket, Wanted),
    /// It is done.
    Doing {
        /// The question for it.
        answer: Ticket,
        /// The dialog that waits for it.
        dialog: Ticket,
        /// What is done.
        wanted: Wanted,
    },
}

/// What is done once the person says so.
#[derive(Debug)]
pub(crate) struct Wanted {
    asked: Asked,
    /// What is said once it is done.
    said: String,
    left: Left,
}

impl TakeBack {
    /// Looks at what taking a change back means.
    pub(crate) fn start(&mut self, which: Undoable, cx: &mut Cx<'_>) {
        if cx.may_change() {
            self.look(Asked::Undo(which), cx);
        }
    }

    /// Looks at what removing an alias of a version means; where it has several, the person chooses.
    pub(crate) fn start_alias(&mut self, model: &ModelName, aliases: Vec<String>, cx: &mut Cx<'_>) {
        if !cx.may_change() {
            return;
        }
        match &aliases[..] {
            [] => cx.say("No alias points at this version."),
            [only] => self.look(Asked::AliasRemoval(model.clone(), only.clone()), cx),
            _ => {
                let form =
                    Form::new("Remove an alias", "look at it").field(Field::choice("Alias", aliases, 0));
                *self = Self::Choosing(cx.open_dialog(form), model.clone());
            }
        }
    }

    fn look(&mut self, asked: Asked, cx: &mut Cx<'_>) {
        *self = Self::Looking(cx.ask(Question::Registry(Box::new(asked))));
    }

    /// Does it once it was decided; answers whether the dialog was its own.
    pub(crate) fn decide(&mut self, ticket: Ticket, decision: Option<&Decision>, cx: &mut Cx<'_>) -> bool {
        let is_own = match self {
            Self::Choosing(dialog, _) | Self::Asking(dialog, _) => *dialog == ticket,
            Self::Idle | Self::Looking(_) | Self::Doing { .. } => false,
        };
        if !is_own {
            return false;
        }
        match (std::mem::take(self), decision) {
            (Self::Choosing(_, model), Some(Decision::Fields(fields))) => {
                if let Some(alias) = fields.first() {
                    self.look(Asked::AliasRemoval(model, alias.clone()), cx);
                }
            }
            (Self::Asking(dialog, wanted), Some(Decision::Yes)) => {
                cx.keep_dialog();
                let answer = cx.ask(Question::Registry(Box::new(wanted.asked.clone())));
                *self = Self::Doing {
                    answer,
                    dialog,
                    wanted,
                };
            }
            _ => {}
        }
        true
    }

    /// Whether the answer to this ticket is waited for.
    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        match self {
            Self::Looking(own) | Self::Doing { answer: own, .. } => *own == ticket,
            Self::Idle | Self::Choosing(..) | Self::Asking(..) => false,
        }
    }

    /// Takes an answer; answers with what is left of the model where something was taken back, or may have been.
    pub(crate) fn take(&mut self, reply: Reply, cx: &mut Cx<'_>) -> Option<Left> {
        match (std::mem::take(self), reply.answer) {
            (Self::Looking(_), Ok(Answer::Registry(Told::Undo(undo)))) => {
                let question = registry::Question::of_undo(&undo, cx.clock);
                let dialog = cx.open_dialog(confirm(&question, "take back"));
                *self = Self::Asking(dialog, wanted_undo(undo, question.said));
            }
            (Self::Looking(_), Ok(Answer::Registry(Told::AliasRemoval(change)))) => {
                let question = registry::Question::of_alias_removal(&change);
                let dialog = cx.open_dialog(confirm(&question, "remove"));
                *self = Self::Asking(dialog, wanted_removal(change, question.said));
            }
            (Self::Doing { dialog, wanted, .. }, Ok(Answer::Registry(Told::Applied))) => {
                cx.close_dialog(dialog);
                cx.say(wanted.said);
                return Some(wanted.left);
            }
            (doing @ Self::Doing { .. }, Ok(_)) => *self = doing,
            (Self::Doing { dialog, wanted, .. }, Err(failure)) => {
                cx.close_dialog(dialog);
                cx.complain(Notice::of(&failure));
                // What was done until then is another state than the one that is shown.
                return match wanted.asked {
                    Asked::TakeBack(undo) => Some(Left::Named(undo.entry.model)),
                    _ => Some(wanted.left),
                };
            }
            (_, Err(failure)) => cx.complain(Notice::of(&failure)),
            (_, Ok(_)) => {}
        }
        None
    }
}

fn wanted_undo(undo: Box<Undo>, said: String) -> Wanted {
    Wanted {
        said,
        left: undo.leaves(),
        asked: Asked::TakeBack(undo),
    }
}

fn wanted_removal(change: Box<Change>, said: String) -> Wanted {
    Wanted {
        said,
        left: Left::Named(change.model.clone()),
        asked: Asked::Apply(change),
    }
}

fn confirm(question: &registry::Question, verb: &str) -> Confirm {
    let confirm = Confirm::new(question.title.clone(), verb);
    let lines = question.lines.iter();
    lines.fold(confirm, |confirm, (text, tone)| confirm.line(text.clone(), *tone))
}
