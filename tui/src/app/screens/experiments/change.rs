//! Changes to experiments: what is asked before, what is done, and what is said after.

use flowdeck_surface::action::Action;
use flowdeck_surface::client::tracking::{Experiment, Tag};
use flowdeck_surface::client::{Change, ExperimentChange, ExperimentId};
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::tone::Tone;

use super::Experiments;
use crate::app::context::Cx;
use crate::app::effect::Question;
use crate::app::message::{Answer, Reply};
use crate::app::screens::runs::change::{empty_is_wrong, first, is_removal, say_changed};
use crate::app::ticket::Ticket;
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::dialog::confirm::Confirm;
use crate::app::widgets::dialog::editor::Editor;
use crate::app::widgets::dialog::form::{Field, Form};

/// A change that is asked about or being made.
#[derive(Debug, Default)]
pub(super) struct Changing {
    dialog: Option<(Ticket, Action, Vec<ExperimentId>)>,
    /// The question, the dialog that waits for its answer, and what is said once it is done.
    asked: Option<(Ticket, Option<Ticket>, &'static str)>,
}

impl Changing {
    /// Whether the answer to this ticket is waited for.
    pub(super) fn awaits(&self, ticket: Ticket) -> bool {
        self.asked.is_some_and(|(asked, ..)| asked == ticket)
    }
}

impl Experiments {
    /// Asks the person about a change of the marked experiments, or of the one in hand.
    pub(super) fn ask_change(&mut self, action: Action, cx: &mut Cx<'_>) {
        let chosen: Vec<Experiment> = self.chosen().into_iter().cloned().collect();
        if chosen.is_empty() && action != Action::Create {
            return cx.say("There is no experiment to change here.");
        }
        let what = match &chosen[..] {
            [one] => format!("experiment {}", one.name),
            several => format!("{} marked experiments", format::count(several.len())),
        };
        let name_field = |text: &str| {
            Field::text("Name", text).checked(|text| empty_is_wrong(text, "An experiment needs a name."))
        };
        let ticket = match action {
            Action::Create => {
                cx.open_dialog(Form::new("Create an experiment", "create").field(name_field("")))
            }
            Action::Rename if chosen.len() > 1 => {
                return cx.say("Only one experiment can be renamed at a time: Esc takes the marks.");
            }
            Action::Rename => cx.open_dialog(
                Form::new(format!("Rename {what}"), "rename").field(name_field(&chosen[0].name)),
            ),
            Action::Tag => {
                let key = Field::text("Key", "").checked(|text| empty_is_wrong(text, "A tag needs a key."));
                let then = Field::choice("Then", vec!["set it".to_owned(), "remove it".to_owned()], 0);
                let form = Form::new(format!("Tag {what}"), "do it").field(key);
                cx.open_dialog(form.field(Field::text("Value", "")).field(then))
            }
            Action::Note => {
                let note = if chosen.len() == 1 {
                    chosen[0].note().unwrap_or_default()
                } else {
                    ""
                };
                cx.open_dialog(Editor::new(format!("Note of {what}"), note))
            }
            Action::Delete => cx.open_dialog(self.deletion(&chosen, &what)),
            _ => cx.open_dialog(Confirm::new(format!("Restore {what}?"), "restore").harmless()),
        };
        let ids = chosen.into_iter().map(|experiment| experiment.id).collect();
        self.changing.dialog = Some((ticket, action, ids));
    }

    /// Deleting an experiment hides its runs, too: the one that is meant is named by typing it.
    fn deletion(&self, chosen: &[Experiment], what: &str) -> Confirm {
        let n_runs: usize = chosen
            .iter()
            .filter_map(|one| self.activity(&one.id))
            .map(|activity| activity.n_runs)
            .sum();
        let mut confirm = Confirm::new(format!("Delete {what}?"), "delete");
        if n_runs > 0 {
            let noun = if n_runs == 1 { "run goes" } else { "runs go" };
            confirm = confirm.line(
                format!("{} {noun} with it.", format::count(n_runs)),
                Tone::Warning,
            );
        }
        confirm = confirm.line(
            "It can be restored with U, in the view of deleted ones.",
            Tone::Muted,
        );
        match chosen {
            [one] if n_runs > 0 => confirm.typed(one.name.clone()),
            _ => confirm,
        }
    }

    /// The person decided in a dialog.
    pub(super) fn decided_change(&mut self, ticket: Ticket, decision: Option<Decision>, cx: &mut Cx<'_>) {
        let is_it = self
            .changing
            .dialog
            .as_ref()
            .is_some_and(|(asked, ..)| *asked == ticket);
        let Some((dialog, action, ids)) = self.changing.dialog.take_if(|_| is_it) else {
            return;
        };
        let (change, verb) = match (action, decision) {
            (Action::Create, Some(Decision::Fields(fields))) => {
                cx.keep_dialog();
                self.changing.dialog = Some((dialog, action, ids));
                let name = first(fields).trim().to_owned();
                let ticket = cx.ask(Question::Change(Box::new(Change::CreateExperiment(name))));
                self.changing.asked = Some((ticket, Some(dialog), "Created"));
                return;
            }
            (Action::Rename, Some(Decision::Fields(fields))) => {
                let name = first(fields).trim().to_owned();
                (ExperimentChange::Rename(name), "Renamed")
            }
            (Action::Tag, Some(Decision::Fields(fields))) => match &fields[..] {
                [key, _, then] if is_removal(then) => {
                    (ExperimentChange::Untag(key.clone()), "Removed the tag of")
                }
                [key, value, _] => {
                    let tag = Tag {
                        key: key.as_str().into(),
                        value: value.clone(),
                    };
                    (ExperimentChange::Tag(tag), "Tagged")
                }
                _ => return,
            },
            (Action::Note, Some(Decision::Text(text))) => (ExperimentChange::Note(text), "Noted on"),
            (Action::Delete, Some(Decision::Yes)) => (ExperimentChange::Delete, "Deleted"),
            (Action::Restore, Some(Decision::Yes)) => (ExperimentChange::Restore, "Restored"),
            _ => return,
        };
        let waiting = (action == Action::Rename).then_some(dialog);
        if waiting.is_some() {
            cx.keep_dialog();
            self.changing.dialog = Some((dialog, action, ids.clone()));
        }
        let ticket = cx.ask(Question::Change(Box::new(Change::Experiments(ids, change))));
        self.changing.asked = Some((ticket, waiting, verb));
    }

    /// A change was made, or not.
    pub(super) fn take_change(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        let Some((_, waiting, verb)) = self.changing.asked.take() else {
            return;
        };
        match (reply.answer, waiting) {
            (Err(failure), Some(dialog)) => return cx.refuse_dialog(dialog, Notice::of(&failure)),
            (Err(failure), None) => cx.complain(Notice::of(&failure)),
            (Ok(answer), waiting) => {
                if let Some(dialog) = waiting {
                    self.changing.dialog = None;
                    cx.close_dialog(dialog);
                }
                if let Answer::Changed(changed) = answer {
                    say_changed(&changed, verb, "experiment", cx);
                }
                self.marked.clear();
            }
        }
        self.refresh(cx);
    }
}
