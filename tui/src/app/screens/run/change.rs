//! What changes a run or leaves the app: renaming, tags, the note, deleting, downloads, other programs.

use flowdeck_surface::action::Action;
use flowdeck_surface::client::artifact::ArtifactPath;
use flowdeck_surface::client::tracking::{Lifecycle, NOTE_TAG, Tag};
use flowdeck_surface::client::{ModelId, Session};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::tone::Tone;

use super::{RunPage, Tab};
use crate::app::context::{Cx, Go};
use crate::app::detail::{Asked, Change, Told};
use crate::app::effect::Question;
use crate::app::fetch::{Fetch, not_empty};
use crate::app::message::{Answer, Reply};
use crate::app::registry_edit::{Editing, Subject};
use crate::app::screens::runs::Runs;
use crate::app::ticket::Ticket;
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::dialog::confirm::Confirm;
use crate::app::widgets::dialog::editor::Editor;
use crate::app::widgets::dialog::form::{Field, Form};

/// What the person is being asked, and what is being done for them.
#[derive(Debug, Default)]
pub(super) struct Acting {
    asking: Option<(Ticket, Asking)>,
    /// The change under way, with the dialog that waits for it and what is said once it is made.
    changing: Option<Changing>,
    fetch: Fetch,
    /// The registration of a model of it.
    editing: Editing,
    /// The experiment that is to be gone to.
    going: Option<Ticket>,
}

#[derive(Debug)]
struct Changing {
    answer: Ticket,
    dialog: Ticket,
    said: String,
}

/// What a dialog is for.
#[derive(Clone, Debug)]
enum Asking {
    Rename,
    Tag,
    Untag(String),
    Note,
    Delete,
    Restore,
}

impl RunPage {
    /// Does what changes the run or leaves the app; answers whether the action is one of these.
    pub(super) fn change(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        let run = self.known();
        let name = self.name();
        match action {
            Action::Rename => {
                let form = Form::new("Rename run", "rename")
                    .field(Field::text("Name", run.name()).checked(not_empty));
                self.ask(Asking::Rename, form, cx);
            }
            Action::SetTag => {
                let selected = self.selected_tag();
                let (key, value) = selected.map_or(("", ""), |tag| (tag.key.as_str(), tag.value.as_str()));
                let form = Form::new("Set a tag", "set")
                    .field(Field::text("Key", key).checked(not_empty))
                    .field(Field::text("Value", value));
                self.ask(Asking::Tag, form, cx);
            }
            Action::RemoveTag => {
                let Some(key) = self.selected_tag().map(|tag| tag.key.to_string()) else {
                    cx.say("Select a tag to remove it.");
                    return true;
                };
                let confirm =
                    Confirm::new("Remove tag", "remove").line(format!("{key} of {name}"), Tone::Plain);
                self.ask(Asking::Untag(key), confirm, cx);
            }
            Action::EditNote => {
                let editor = Editor::new("Note, in Markdown", run.note().unwrap_or_default());
                self.ask(Asking::Note, editor, cx);
            }
            Action::Delete if run.info.lifecycle == Lifecycle::Active => {
                let confirm = Confirm::new("Delete run", "delete").line(name, Tone::Plain).line(
                    "It stays restorable until somebody empties the store's trash.",
                    Tone::Muted,
                );
                self.ask(Asking::Delete, confirm, cx);
            }
            Action::Delete => {
                let confirm = Confirm::new("Restore run", "restore")
                    .harmless()
                    .line(name, Tone::Plain);
                self.ask(Asking::Restore, confirm, cx);
            }
            Action::Register => self.register(cx),
            Action::Download => self.start_download(cx),
            Action::OpenOutside => self.open_outside(cx),
            Action::ToParent => match run.parent_id() {
                Some(id) => cx.go = Some(Go::To(Box::new(Self::by_id(id)))),
                None => cx.say("The run is nested in no other."),
            },
            Action::ToExperiment => self.go_to_experiment(cx),
            _ => return false,
        }
        true
    }

    fn name(&self) -> String {
        match self.known().name() {
            "" => self.known().info.id.to_string(),
            name => name.to_owned(),
        }
    }

    fn ask(
        &mut self,
        asking: Asking,
        dialog: impl crate::app::widgets::dialog::Dialog + 'static,
        cx: &mut Cx<'_>,
    ) {
        self.acting.asking = Some((cx.open_dialog(dialog), asking));
    }

    fn selected_tag(&self) -> Option<&Tag> {
        if self.tab != Tab::Tags {
            return None;
        }
        let &place = self.rows.get(self.cursor().selected)?;
        self.known().tags.get(place)
    }

    /// Does what was decided in a dialog.
    pub(super) fn decide(&mut self, ticket: Ticket, decision: Option<Decision>, cx: &mut Cx<'_>) {
        if self.acting.fetch.decide(ticket, decision.as_ref(), cx)
            || self.acting.editing.decide(ticket, decision.as_ref(), cx)
        {
            return;
        }
        let Some((_, asking)) = self.acting.asking.take_if(|(asked, _)| *asked == ticket) else {
            return;
        };
        let Some(decision) = decision else { return };
        let (change, said) = match (asking, decision) {
            (Asking::Rename, Decision::Fields(fields)) => {
                let name = fields.into_iter().next().unwrap_or_default();
                let said = format!("The run is now called {name}.");
                (Change::Rename(name), said)
            }
            (Asking::Tag, Decision::Fields(fields)) => {
                let mut fields = fields.into_iter();
                let key = fields.next().unwrap_or_default();
                let said = format!("Set the tag {key}.");
                let tag = Tag {
                    key: key.as_str().into(),
                    value: fields.next().unwrap_or_default(),
                };
                (Change::Tag(tag), said)
            }
            (Asking::Untag(key), Decision::Yes) => {
                let said = format!("Removed the tag {key}.");
                (Change::Untag(key), said)
            }
            (Asking::Note, Decision::Text(text)) => {
                let tag = Tag {
                    key: NOTE_TAG.into(),
                    value: text,
                };
                (Change::Tag(tag), "Wrote the note.".to_owned())
            }
            (Asking::Delete, Decision::Yes) => (Change::Delete, "Deleted the run.".to_owned()),
            (Asking::Restore, Decision::Yes) => (Change::Restore, "Restored the run.".to_owned()),
            _ => return,
        };
        cx.keep_dialog();
        let id = self.known().info.id.clone();
        self.acting.changing = Some(Changing {
            answer: cx.ask(Question::Detail(Asked::Change(id, change))),
            dialog: ticket,
            said,
        });
    }

    /// Asks under which name to register the model that is selected, else the one at the usual path.
    fn register(&mut self, cx: &mut Cx<'_>) {
        let source = match (self.tab, self.selected_entry()) {
            (Tab::Files, Some(entry)) => format!("runs:/{}/{}", self.known().info.id, entry.path),
            _ => match self.model_in_hand() {
                Some(id) => format!("models:/{id}"),
                None => format!("runs:/{}/model", self.known().info.id),
            },
        };
        let subject = Subject::Source(source, String::new());
        self.acting.editing.ask(Action::Register, subject, None, cx);
    }

    /// The logged model that is selected, or the only one.
    fn model_in_hand(&self) -> Option<&ModelId> {
        let place = match self.tab {
            Tab::Models => *self.rows.get(self.cursor().selected)?,
            _ if self.model_at(1).is_none() => 0,
            _ => return None,
        };
        self.model_at(place).map(|(id, _)| id)
    }

    fn start_download(&mut self, cx: &mut Cx<'_>) {
        if self.tab != Tab::Files {
            return cx.say("Go to Files and select what to download.");
        }
        let path = self
            .selected_entry()
            .map_or(ArtifactPath::root(), |entry| entry.path.clone());
        let (root, name) = (Session::artifacts_of_run(self.known()), self.name());
        self.acting.fetch.start(root, path, &name, cx);
    }

    /// Breaks a download off.
    pub(super) fn stop_download(&mut self, cx: &mut Cx<'_>) {
        self.acting.fetch.stop(cx);
    }

    /// How far a download has come, for the lower edge of the files.
    pub(super) fn download_word(&self) -> String {
        self.acting.fetch.word()
    }

    fn open_outside(&mut self, cx: &mut Cx<'_>) {
        let Some(path) = self.selected_file().map(|entry| entry.path.clone()) else {
            return cx.say("Go to Files and select a file to open it with its own program.");
        };
        let root = Session::artifacts_of_run(self.known());
        self.acting.fetch.open(root, path, cx);
    }

    pub(super) fn go_to_experiment(&mut self, cx: &mut Cx<'_>) {
        let id = self.known().info.experiment_id.clone();
        if id.as_str().is_empty() {
            return;
        }
        self.acting.going = Some(cx.ask(Question::Detail(Asked::Experiment(id))));
    }

    pub(super) fn is_acting_on(&self, ticket: Ticket) -> bool {
        let acting = &self.acting;
        acting
            .changing
            .as_ref()
            .is_some_and(|changing| changing.answer == ticket)
            || acting.fetch.awaits(ticket)
            || acting.editing.awaits(ticket)
            || acting.going == Some(ticket)
    }

    /// Takes how a change, a download or a jump came out.
    pub(super) fn take_outcome(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        if self.acting.fetch.awaits(reply.ticket) {
            return self.acting.fetch.take(reply, cx);
        }
        if self.acting.editing.awaits(reply.ticket) {
            if self.acting.editing.take(reply, cx).is_some() {
                // The overview names what was registered.
                self.asked_tabs.retain(|&tab| tab != Tab::Overview);
                self.refresh_run(cx);
            }
            return;
        }
        let ticket = reply.ticket;
        match reply.answer {
            Ok(Answer::Detail(told)) => self.take_told(told, ticket, cx),
            Ok(_) => {}
            Err(failure) => {
                let notice = Notice::of(&failure);
                match self.acting.changing.take_if(|changing| changing.answer == ticket) {
                    Some(changing) => cx.refuse_dialog(changing.dialog, notice),
                    None => cx.complain(notice),
                }
                self.settle(ticket);
            }
        }
    }

    fn take_told(&mut self, told: Told, ticket: Ticket, cx: &mut Cx<'_>) {
        match told {
            Told::Changed => {
                if let Some(changing) = self.acting.changing.take() {
                    cx.close_dialog(changing.dialog);
                    cx.say(changing.said);
                }
                self.refresh_run(cx);
            }
            Told::Experiment(experiment) => cx.go = Some(Go::To(Box::new(Runs::of(*experiment)))),
            _ => {}
        }
        self.settle(ticket);
    }

    fn settle(&mut self, ticket: Ticket) {
        self.acting.going.take_if(|own| *own == ticket);
    }
}
