//! Changes of names, descriptions, tags and versions from any page of the registry: what is asked, what is done, what is
//! said. Every one of them stands in the audit log.

use flowdeck_surface::action::Action;
use flowdeck_surface::client::promotion::{ModelEdit, RegistryEdit, VersionEdit};
use flowdeck_surface::client::registry::{ModelVersion, NewVersion, RegisteredModel};
use flowdeck_surface::client::tracking::Tag;
use flowdeck_surface::client::{ModelName, VersionNumber};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::registry::Question;

use super::context::Cx;
use super::effect;
use super::fetch::not_empty;
use super::message::{Answer, Reply};
use super::registry::{Asked, Told};
use super::ticket::Ticket;
use super::widgets::dialog::confirm::Confirm;
use super::widgets::dialog::editor::Editor;
use super::widgets::dialog::form::{Field, Form};
use super::widgets::dialog::{Decision, Dialog};

/// What the third field of the form for a registration says.
const MAKE_MODEL: &str = "make it, if it is not there yet";

/// What the person is asked about the registry, and what is being done for them.
#[derive(Debug, Default)]
pub(crate) struct Editing {
    asking: Option<(Ticket, Action, Subject)>,
    doing: Option<Doing>,
}

#[derive(Debug)]
struct Doing {
    answer: Ticket,
    dialog: Ticket,
    action: Action,
    subject: Subject,
    edited: Edited,
}

/// What is changed.
#[derive(Clone, Debug)]
pub(crate) enum Subject {
    /// No model yet.
    Nothing,
    /// A registered model, with how many versions it has where that is known.
    Model(Box<RegisteredModel>, Option<usize>),
    /// A version.
    Version(Box<ModelVersion>),
    /// What is to be registered: its source, and a name for it.
    Source(String, String),
}

/// What was done.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Edited {
    /// Something about it is another.
    Changed,
    /// The model is called so now.
    Renamed(ModelName),
    /// It is gone.
    Deleted,
    /// This model was made.
    Created(ModelName),
    /// This version was registered.
    Registered(ModelName, VersionNumber),
}

impl Subject {
    fn name(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Model(model, _) => model.name.to_string(),
            Self::Version(version) => format!("{} {}", version.name, version.version),
            Self::Source(source, _) => source.clone(),
        }
    }

    fn description(&self) -> &str {
        match self {
            Self::Model(model, _) => model.description.as_deref().unwrap_or_default(),
            Self::Version(version) => version.description.as_deref().unwrap_or_default(),
            Self::Nothing | Self::Source(..) => "",
        }
    }

    fn tags(&self) -> &[Tag] {
        match self {
            Self::Model(model, _) => &model.tags,
            Self::Version(version) => &version.tags,
            Self::Nothing | Self::Source(..) => &[],
        }
    }
}

impl Editing {
    /// Asks about a change; answers whether the action is one. `key` is the tag in hand.
    pub(crate) fn ask(
        &mut self,
        action: Action,
        subject: Subject,
        key: Option<&str>,
        cx: &mut Cx<'_>,
    ) -> bool {
        let is_one = matches!(
            action,
            Action::Create
                | Action::Rename
                | Action::Describe
                | Action::SetTag
                | Action::RemoveTag
                | Action::Delete
                | Action::Register
        );
        if !is_one || !cx.may_change() {
            return is_one;
        }
        let name = subject.name();
        let ticket = match (action, &subject) {
            (Action::Create, _) => cx.open_dialog(
                Form::new("Create a registered model", "create")
                    .field(Field::text("Name", "").checked(not_empty))
                    .field(Field::text("Description, in Markdown", "")),
            ),
            (Action::Rename, _) => cx.open_dialog(
                Form::new(format!("Rename {name}"), "rename")
                    .field(Field::text("Name", &name).checked(not_empty)),
            ),
            (Action::Describe, subject) => cx.open_dialog(Editor::new(
                format!("Description of {name}"),
                subject.description(),
            )),
            (Action::SetTag, subject) => cx.open_dialog(tag_form(&name, subject.tags(), key)),
            (Action::RemoveTag, subject) if subject.tags().is_empty() => {
                cx.say(format!("{name} has no tags."));
                return true;
            }
            (Action::RemoveTag, subject) => cx.open_dialog(untag_form(&name, subject.tags(), key)),
            (Action::Register, Subject::Source(source, name)) => cx.open_dialog(register_form(source, name)),
            (_, subject) => cx.open_dialog(deletion(subject)),
        };
        self.asking = Some((ticket, action, subject));
        true
    }

    /// Does what was decided in a dialog of its own; answers whether it is one.
    pub(crate) fn decide(&mut self, ticket: Ticket, decision: Option<&Decision>, cx: &mut Cx<'_>) -> bool {
        let Some((_, action, subject)) = self.asking.take_if(|(asked, ..)| *asked == ticket) else {
            return false;
        };
        let wanted = decision.and_then(|decision| edit_of(action, &subject, decision));
        let Some((edit, edited)) = wanted else {
            return true;
        };
        cx.keep_dialog();
        let asked = Asked::Edit(Box::new(edit));
        self.doing = Some(Doing {
            answer: cx.ask(effect::Question::Registry(Box::new(asked))),
            dialog: ticket,
            action,
            subject,
            edited,
        });
        true
    }

    /// Whether the answer to this ticket is waited for.
    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        self.doing.as_ref().is_some_and(|doing| doing.answer == ticket)
    }

    /// Takes how a change came out; answers with what was done.
    pub(crate) fn take(&mut self, reply: Reply, cx: &mut Cx<'_>) -> Option<Edited> {
        let doing = self.doing.take_if(|doing| doing.answer == reply.ticket)?;
        let made = match reply.answer {
            Ok(Answer::Registry(Told::Edited(made))) => made,
            Ok(_) => None,
            Err(failure) => {
                cx.refuse_dialog(doing.dialog, Notice::of(&failure));
                // The dialog is still there, and what is decided next is taken too.
                self.asking = Some((doing.dialog, doing.action, doing.subject));
                return None;
            }
        };
        cx.close_dialog(doing.dialog);
        let edited = match made {
            Some(made) => Edited::Registered(made.name.clone(), made.version.clone()),
            None => doing.edited,
        };
        cx.say(said(doing.action, &doing.subject, &edited));
        Some(edited)
    }
}

fn tag_form(name: &str, tags: &[Tag], key: Option<&str>) -> impl Dialog + use<> {
    let value = key.and_then(|key| tags.iter().find(|tag| tag.key.as_str() == key));
    let value = value.map(|tag| tag.value.as_str()).unwrap_or_default();
    Form::new(format!("Set a tag of {name}"), "set")
        .field(Field::text("Key", key.unwrap_or_default()).checked(not_empty))
        .field(Field::text("Value", value))
}

fn untag_form(name: &str, tags: &[Tag], key: Option<&str>) -> impl Dialog + use<> {
    let keys: Vec<String> = tags.iter().map(|tag| tag.key.to_string()).collect();
    let chosen = keys.iter().position(|own| Some(own.as_str()) == key).unwrap_or(0);
    Form::new(format!("Remove a tag of {name}"), "remove").field(Field::choice("Tag", keys, chosen))
}

fn register_form(source: &str, name: &str) -> impl Dialog + use<> {
    Form::new("Register a model", "register")
        .about("It becomes the next version of the registered model.")
        .field(Field::text("Registered model", name).checked(not_empty))
        .field(Field::text("Source", source).checked(not_empty))
        .field(Field::choice(
            "The registered model",
            vec![MAKE_MODEL.to_owned(), "has to be there".to_owned()],
            0,
        ))
        .field(Field::text("Description, in Markdown", ""))
}

fn deletion(subject: &Subject) -> impl Dialog + use<> {
    let question = match subject {
        Subject::Model(model, n_versions) => Question::of_model_deletion(model, *n_versions),
        Subject::Version(version) => Question::of_version_deletion(version),
        Subject::Nothing | Subject::Source(..) => return Confirm::new("Delete nothing?", "delete"),
    };
    let confirm = Confirm::new(question.title, "delete");
    let lines = question.lines.into_iter();
    let confirm = lines.fold(confirm, |confirm, (text, tone)| confirm.line(text, tone));
    confirm.typed(subject.name())
}

/// What was decided, as an edit, and what it will have done.
fn edit_of(action: Action, subject: &Subject, decision: &Decision) -> Option<(RegistryEdit, Edited)> {
    let fields = match decision {
        Decision::Fields(fields) => fields.as_slice(),
        _ => &[],
    };
    let set_tag = || {
        let [key, value] = fields else { return None };
        Some(vec![Tag {
            key: key.trim().into(),
            value: value.clone(),
        }])
    };
    let changed = Edited::Changed;
    Some(match (subject, action, decision) {
        (_, Action::Create, _) => {
            let [name, description] = fields else { return None };
            let name = ModelName::from(name.trim());
            let edit = RegistryEdit::CreateModel {
                name: name.clone(),
                description: Some(description.clone()).filter(|text| !text.trim().is_empty()),
                tags: Vec::new(),
            };
            (edit, Edited::Created(name))
        }
        (_, Action::Register, _) => {
            let [name, source, then, description] = fields else {
                return None;
            };
            let new = NewVersion {
                name: name.trim().into(),
                source: source.trim().to_owned(),
                run_id: None,
                run_link: None,
                model_id: None,
                description: Some(description.clone()).filter(|text| !text.trim().is_empty()),
                tags: Vec::new(),
            };
            (RegistryEdit::Register(new, then == MAKE_MODEL), changed)
        }
        (Subject::Model(model, _), action, decision) => {
            let (edit, edited) = match (action, decision) {
                (Action::Rename, _) => {
                    let name = ModelName::from(fields.first()?.trim());
                    (ModelEdit::Rename(name.clone()), Edited::Renamed(name))
                }
                (Action::Describe, Decision::Text(text)) => (ModelEdit::Describe(text.clone()), changed),
                (Action::SetTag, _) => (ModelEdit::Tag(set_tag()?), changed),
                (Action::RemoveTag, _) => (ModelEdit::Untag(vec![fields.first()?.clone()]), changed),
                (Action::Delete, Decision::Yes) => (ModelEdit::Delete, Edited::Deleted),
                _ => return None,
            };
            (RegistryEdit::Model(model.name.clone(), edit), edited)
        }
        (Subject::Version(version), action, decision) => {
            let (edit, edited) = match (action, decision) {
                (Action::Describe, Decision::Text(text)) => (VersionEdit::Describe(text.clone()), changed),
                (Action::SetTag, _) => (VersionEdit::Tag(set_tag()?), changed),
                (Action::RemoveTag, _) => (VersionEdit::Untag(vec![fields.first()?.clone()]), changed),
                (Action::Delete, Decision::Yes) => (VersionEdit::Delete, Edited::Deleted),
                _ => return None,
            };
            let (name, number) = (version.name.clone(), version.version.clone());
            (RegistryEdit::Version(name, number, edit), edited)
        }
        _ => return None,
    })
}

fn said(action: Action, subject: &Subject, edited: &Edited) -> String {
    let name = subject.name();
    match (edited, action) {
        (Edited::Created(name), _) => format!("Made registered model {name}."),
        (Edited::Registered(name, version), _) => format!("Registered version {version} of {name}."),
        (Edited::Renamed(new_name), _) => format!("{name} is now called {new_name}."),
        (Edited::Deleted, _) => format!("Deleted {name}; its files stay."),
        (Edited::Changed, Action::Describe) => format!("Set the description of {name}."),
        (Edited::Changed, Action::RemoveTag) => format!("Removed the tag of {name}."),
        (Edited::Changed, _) => format!("Set the tag of {name}."),
    }
}
