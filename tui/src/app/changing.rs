//! Changes to what a list shows: what is asked before, what is done, and what is said after.
//!
//! A name may be refused, so its dialog stays until the store has answered; every other one goes at once.

use flowdeck_surface::action::Action;
use flowdeck_surface::client::tracking::Tag;
use flowdeck_surface::client::{Change, Changed, Edit, ExperimentId, RunId};
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;

use super::context::Cx;
use super::effect::Question;
use super::message::{Answer, Reply};
use super::ticket::Ticket;
use super::widgets::dialog::editor::Editor;
use super::widgets::dialog::form::{Field, Form};
use super::widgets::dialog::{Decision, Dialog};

/// What a list is of, by its id.
pub(crate) trait Listed: Sized {
    /// What one of them is called.
    const NOUN: &'static str;

    /// The change that makes an edit to each of these.
    fn change(ids: Vec<Self>, edit: Edit) -> Change;
}

impl Listed for RunId {
    const NOUN: &'static str = "run";

    fn change(ids: Vec<Self>, edit: Edit) -> Change {
        Change::Runs(ids, edit)
    }
}

impl Listed for ExperimentId {
    const NOUN: &'static str = "experiment";

    fn change(ids: Vec<Self>, edit: Edit) -> Change {
        Change::Experiments(ids, edit)
    }
}

/// A change that is asked about or being made.
#[derive(Debug)]
pub(crate) struct Changing<Id> {
    asking: Option<Asking<Id>>,
    making: Option<Making>,
}

/// What the person is asked.
#[derive(Clone, Debug)]
struct Asking<Id> {
    dialog: Ticket,
    action: Action,
    ids: Vec<Id>,
}

/// What the store is asked.
#[derive(Debug)]
struct Making {
    answer: Ticket,
    /// The dialog that waits for the answer.
    dialog: Option<Ticket>,
    /// What is said once it is done.
    verb: &'static str,
}

impl<Id> Default for Changing<Id> {
    fn default() -> Self {
        Self {
            asking: None,
            making: None,
        }
    }
}

impl<Id: Listed + Clone> Changing<Id> {
    /// Whether the answer to this ticket is waited for.
    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        self.making.as_ref().is_some_and(|making| making.answer == ticket)
    }

    /// Asks the person about a change of these.
    pub(crate) fn ask(
        &mut self,
        action: Action,
        ids: Vec<Id>,
        dialog: impl Dialog + 'static,
        cx: &mut Cx<'_>,
    ) {
        let dialog = cx.open_dialog(dialog);
        self.asking = Some(Asking { dialog, action, ids });
    }

    /// The person decided in a dialog, perhaps in another one.
    pub(crate) fn decided(&mut self, ticket: Ticket, decision: Option<Decision>, cx: &mut Cx<'_>) {
        let Some(asking) = self.asking.take_if(|asking| asking.dialog == ticket) else {
            return;
        };
        let change = decision.and_then(|decision| change_of(asking.action, asking.ids.clone(), decision));
        let Some((change, verb)) = change else { return };
        let is_name = matches!(asking.action, Action::Create | Action::Rename);
        if is_name {
            cx.keep_dialog();
            self.asking = Some(asking);
        }
        self.making = Some(Making {
            answer: cx.ask(Question::Change(Box::new(change))),
            dialog: is_name.then_some(ticket),
            verb,
        });
    }

    /// A change was made, or not; answers whether the list is to be read again.
    pub(crate) fn take(&mut self, reply: Reply, cx: &mut Cx<'_>) -> bool {
        let Some(making) = self.making.take() else {
            return false;
        };
        match (reply.answer, making.dialog) {
            (Err(failure), Some(dialog)) => {
                cx.refuse_dialog(dialog, Notice::of(&failure));
                return false;
            }
            (Err(failure), None) => cx.complain(Notice::of(&failure)),
            (Ok(answer), dialog) => {
                if let Some(dialog) = dialog {
                    self.asking = None;
                    cx.close_dialog(dialog);
                }
                if let Answer::Changed(changed) = answer {
                    say_changed(&changed, making.verb, Id::NOUN, cx);
                }
            }
        }
        true
    }
}

/// Asks for the name of one thing.
pub(crate) fn name_form<Id: Listed>(title: impl Into<String>, verb: &'static str, name: &str) -> Form {
    let article = if Id::NOUN.starts_with(['a', 'e', 'i', 'o']) {
        "An"
    } else {
        "A"
    };
    let sentence = format!("{article} {} needs a name.", Id::NOUN);
    let field = Field::text("Name", name).checked(move |text| empty_is_wrong(text, &sentence));
    Form::new(title, verb).field(field)
}

/// Asks for a tag, and whether it is to be set or removed.
pub(crate) fn tag_form(what: &str) -> Form {
    let key = Field::text("Key", "").checked(|text| empty_is_wrong(text, "A tag needs a key."));
    let then = Field::choice("Then", vec!["set it".to_owned(), REMOVE.to_owned()], 0);
    let form = Form::new(format!("Tag {what}"), "do it").field(key);
    form.field(Field::text("Value", "")).field(then)
}

/// What the third field of the form for a tag says where the tag is to go.
const REMOVE: &str = "remove it";

/// Asks for the note of something.
pub(crate) fn note_editor(what: &str, note: &str) -> Editor {
    Editor::new(format!("Note of {what}"), note)
}

/// What is wrong with a text that has no letter.
pub(crate) fn empty_is_wrong(text: &str, sentence: &str) -> Option<Notice> {
    text.trim().is_empty().then(|| Notice::saying(sentence))
}

/// The change that was decided on, and the verb that says it is done.
fn change_of<Id: Listed>(action: Action, ids: Vec<Id>, decision: Decision) -> Option<(Change, &'static str)> {
    let (edit, verb) = match (action, decision) {
        (Action::Create, Decision::Fields(fields)) => {
            return Some((Change::CreateExperiment(name_of(&fields)), "Created"));
        }
        (Action::Rename, Decision::Fields(fields)) => (Edit::Rename(name_of(&fields)), "Renamed"),
        (Action::Tag, Decision::Fields(fields)) => match &fields[..] {
            [key, _, then] if then == REMOVE => (Edit::Untag(key.clone()), "Removed the tag of"),
            [key, value, _] => (tag(key, value), "Tagged"),
            _ => return None,
        },
        (Action::Note, Decision::Text(text)) => (Edit::Note(text), "Noted on"),
        (Action::Delete, Decision::Yes) => (Edit::Delete, "Deleted"),
        (Action::Restore, Decision::Yes) => (Edit::Restore, "Restored"),
        _ => return None,
    };
    Some((Id::change(ids, edit), verb))
}

/// The text of the only field of a form, without the blanks around it.
pub(crate) fn name_of(fields: &[String]) -> String {
    fields
        .first()
        .map(|name| name.trim().to_owned())
        .unwrap_or_default()
}

fn tag(key: &str, value: &str) -> Edit {
    Edit::Tag(Tag {
        key: key.into(),
        value: value.to_owned(),
    })
}

/// Says what became of a change.
fn say_changed(changed: &Changed, verb: &str, noun: &str, cx: &mut Cx<'_>) {
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
