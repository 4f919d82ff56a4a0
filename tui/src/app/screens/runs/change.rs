//! Changes to runs: what is asked before, what is done, and what is said after.

use flowdeck_surface::action::Action;
use flowdeck_surface::client::tracking::{NOTE_TAG, Tag};
use flowdeck_surface::client::{Change, Changed, RunChange, RunId};
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::run_column::{RunColumn, Value};
use flowdeck_surface::tone::Tone;

use super::Runs;
use crate::app::context::Cx;
use crate::app::effect::Question;
use crate::app::message::{Answer, Reply};
use crate::app::ticket::Ticket;
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::dialog::confirm::Confirm;
use crate::app::widgets::dialog::editor::Editor;
use crate::app::widgets::dialog::form::{Field, Form};

/// A change that is asked about or being made.
#[derive(Debug, Default)]
pub(super) struct Changing {
    dialog: Option<(Ticket, Action, Vec<RunId>)>,
    asked: Option<(Ticket, &'static str)>,
}

impl Changing {
    /// Whether the answer to this ticket is waited for.
    pub(super) fn awaits(&self, ticket: Ticket) -> bool {
        self.asked.is_some_and(|(asked, _)| asked == ticket)
    }
}

/// Names of runs that a confirmation lists.
const N_NAMED: usize = 6;

impl Runs {
    /// Asks the person about a change of the marked runs, or of the run in hand.
    pub(super) fn ask_change(&mut self, action: Action, cx: &mut Cx<'_>) {
        let ids = self.chosen_ids();
        if ids.is_empty() {
            return cx.say("There is no run to change here.");
        }
        let what = match &ids[..] {
            [one] => format!("run {}", self.name_of(one)),
            several => format!("{} marked runs", format::count(several.len())),
        };
        let ticket = match action {
            Action::Rename if ids.len() > 1 => {
                return cx.say("Only one run can be renamed at a time: take the marks first with Ctrl-a.");
            }
            Action::Rename => {
                let name = self.name_of(&ids[0]);
                let field =
                    Field::text("Name", &name).checked(|text| empty_is_wrong(text, "A run needs a name."));
                cx.open_dialog(Form::new(format!("Rename {what}"), "rename").field(field))
            }
            Action::Tag => {
                let key = Field::text("Key", "").checked(|text| empty_is_wrong(text, "A tag needs a key."));
                let value = Field::text("Value", "");
                let then = Field::choice("Then", vec!["set it".to_owned(), "remove it".to_owned()], 0);
                let form = Form::new(format!("Tag {what}"), "do it");
                cx.open_dialog(form.field(key).field(value).field(then))
            }
            Action::Note => {
                let note = if ids.len() == 1 {
                    self.note_of(&ids[0])
                } else {
                    String::new()
                };
                cx.open_dialog(Editor::new(format!("Note of {what}"), &note))
            }
            Action::Delete => {
                let confirm = Confirm::new(format!("Delete {what}?"), "delete");
                cx.open_dialog(
                    self.naming(confirm, &ids)
                        .line("They can be restored with U.", Tone::Muted),
                )
            }
            _ => {
                let confirm = Confirm::new(format!("Restore {what}?"), "restore").harmless();
                cx.open_dialog(self.naming(confirm, &ids))
            }
        };
        self.changing.dialog = Some((ticket, action, ids));
    }

    fn naming(&self, mut confirm: Confirm, ids: &[RunId]) -> Confirm {
        for id in ids.iter().take(N_NAMED) {
            confirm = confirm.line(self.name_of(id), Tone::Plain);
        }
        if ids.len() > N_NAMED {
            let rest = format!("and {} more", format::count(ids.len() - N_NAMED));
            confirm = confirm.line(rest, Tone::Muted);
        }
        confirm
    }

    fn name_of(&self, id: &RunId) -> String {
        let name = self.table.slot(id).map(|slot| self.table.info(slot).name.clone());
        name.filter(|name| !name.is_empty())
            .unwrap_or_else(|| id.to_string())
    }

    fn note_of(&self, id: &RunId) -> String {
        let column = self.table.catalog().id(&RunColumn::Tag(NOTE_TAG.into()));
        let value = column
            .zip(self.table.slot(id))
            .map(|(column, slot)| self.table.value(slot, column));
        match value {
            Some(Value::Text(text)) => text.into_owned(),
            _ => String::new(),
        }
    }

    /// The person decided in a dialog.
    pub(super) fn decided_change(&mut self, ticket: Ticket, decision: Option<Decision>, cx: &mut Cx<'_>) {
        let is_it = self
            .changing
            .dialog
            .as_ref()
            .is_some_and(|(asked, ..)| *asked == ticket);
        let Some((_, action, ids)) = self.changing.dialog.take_if(|_| is_it) else {
            return;
        };
        let (change, verb) = match (action, decision) {
            (Action::Rename, Some(Decision::Fields(fields))) => (RunChange::Rename(first(fields)), "Renamed"),
            (Action::Tag, Some(Decision::Fields(fields))) => match &fields[..] {
                [key, value, then] => tagging(key, value, then),
                _ => return,
            },
            (Action::Note, Some(Decision::Text(text))) => (RunChange::Note(text), "Noted on"),
            (Action::Delete, Some(Decision::Yes)) => (RunChange::Delete, "Deleted"),
            (Action::Restore, Some(Decision::Yes)) => (RunChange::Restore, "Restored"),
            _ => return,
        };
        let ticket = cx.ask(Question::Change(Box::new(Change::Runs(ids, change))));
        self.changing.asked = Some((ticket, verb));
    }

    /// A change was made, or not.
    pub(super) fn take_change(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        let Some((_, verb)) = self.changing.asked.take() else {
            return;
        };
        match reply.answer {
            Ok(Answer::Changed(changed)) => say_changed(&changed, verb, "run", cx),
            Ok(_) => {}
            Err(failure) => cx.complain(Notice::of(&failure)),
        }
        self.is_surveyed = false;
        self.refresh(cx);
    }
}

/// Says what became of a change.
pub(crate) fn say_changed(changed: &Changed, verb: &str, noun: &str, cx: &mut Cx<'_>) {
    let n_done = changed.n_done;
    let plural = if n_done == 1 { "" } else { "s" };
    let done = format!("{verb} {} {noun}{plural}", format::count(n_done));
    match changed.failed.first() {
        None => cx.say(format!("{done}.")),
        Some(failure) => {
            let mut notice = Notice::of(failure);
            let n_failed = format::count(changed.failed.len());
            notice.sentence = format!("{done}, but not {n_failed}: {}", notice.sentence);
            cx.complain(notice);
        }
    }
}

fn tagging(key: &str, value: &str, then: &str) -> (RunChange, &'static str) {
    if is_removal(then) {
        return (RunChange::Untag(key.to_owned()), "Removed the tag of");
    }
    let tag = Tag {
        key: key.into(),
        value: value.to_owned(),
    };
    (RunChange::Tag(tag), "Tagged")
}

/// Whether the third field of the form for a tag says to remove it.
pub(crate) fn is_removal(then: &str) -> bool {
    then == "remove it"
}

pub(crate) fn first(fields: Vec<String>) -> String {
    fields.into_iter().next().unwrap_or_default()
}

pub(crate) fn empty_is_wrong(text: &str, sentence: &str) -> Option<Notice> {
    text.trim().is_empty().then(|| Notice::saying(sentence))
}
