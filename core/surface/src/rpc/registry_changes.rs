//! Changes to the registry: what was looked at is held here, so that what is made is what was seen.

use std::sync::PoisonError;

use flowdeck_client::promotion::{Change, Left, ModelEdit, RegistryEdit, Undo, Undoable, VersionEdit};
use flowdeck_client::tracking::Tag;
use flowdeck_client::{Confirmation, Failure, FailureKind, ModelName, Result};

use super::Desk;
use super::open::Open;
use super::registry::{reference, target};
use crate::clock::Clock;
use crate::contract::{
    AppliedView, ApplyRequest, Cell, ChangePreview, ChangeRequest, FailureView, PairRowView,
    PromotionPreview, RegistryEditKind, RegistryEditRequest, Topic,
};
use crate::promotion::{PairRow, PromotionView};
use crate::registry::Question;

/// A change that was looked at and is not made yet.
pub(super) struct Pending {
    ticket: String,
    what: Pended,
    said: String,
    /// What has to be typed.
    wanted: Confirmation,
}

/// What it makes.
enum Pended {
    Move(Change),
    Back(Box<Undo>),
    Edit(RegistryEdit),
    /// It cannot be made, or there is nothing to make.
    Nothing(Option<Failure>),
}

/// What was found when a change was looked at.
struct Looked {
    question: Question,
    what: Pended,
    promotion: Option<PromotionPreview>,
    is_empty: bool,
}

impl Desk {
    /// Looks at a change without making it.
    pub(super) async fn look_at_change(&self, request: ChangeRequest) -> Result<ChangePreview> {
        let open = self.opened()?;
        let looked = look(&open, request).await?;
        let policy = open.session.policy().confirmation();
        let wanted = match (&policy, &looked.question.typed) {
            (Ok(Confirmation::Yes), Some(name)) => Confirmation::Word(name.clone()),
            (Ok(wanted), _) => wanted.clone(),
            (Err(_), _) => Confirmation::Yes,
        };
        let prompt = match (&policy, &looked.question.typed) {
            (Ok(Confirmation::Yes), Some(name)) => format!("Type {name} to delete it"),
            (Ok(Confirmation::Word(name)), _) => format!("Type {name}, the name of this production context"),
            _ => String::new(),
        };
        let refused = match (&looked.what, &policy) {
            (_, Err(failure)) => Some(FailureView::from(failure)),
            (Pended::Nothing(Some(failure)), _) => Some(FailureView::from(failure)),
            _ => None,
        };
        let preview = ChangePreview {
            ticket: super::ticket(),
            title: looked.question.title,
            lines: looked
                .question
                .lines
                .into_iter()
                .map(|(text, tone)| Cell(text, tone))
                .collect(),
            promotion: looked.promotion,
            confirm: match &wanted {
                Confirmation::Word(word) => Some(word.clone()),
                Confirmation::Yes => None,
            },
            prompt,
            refused,
            is_empty: looked.is_empty,
        };
        let pending = Pending {
            ticket: preview.ticket.clone(),
            what: looked.what,
            said: looked.question.said,
            wanted,
        };
        *open.pending.lock().unwrap_or_else(PoisonError::into_inner) = Some(pending);
        Ok(preview)
    }

    /// Makes the change that was looked at.
    pub(super) async fn apply_change(&self, request: &ApplyRequest) -> Result<AppliedView> {
        let open = self.opened()?;
        let pending = {
            let mut held = open.pending.lock().unwrap_or_else(PoisonError::into_inner);
            let is_it = held
                .as_ref()
                .is_some_and(|pending| pending.ticket == request.ticket);
            let pending = held.as_ref().filter(|_| is_it).ok_or_else(forgotten)?;
            if !pending.wanted.is_given(&request.confirmed) {
                let refused = Failure::new(FailureKind::Refused, "nothing was changed: it was not confirmed");
                return Err(refused.with_hint(pending.wanted.prompt()));
            }
            held.take().ok_or_else(forgotten)?
        };
        let made = make(&open, &pending.what).await;
        // What broke off half-way is another state than the one that is shown, too.
        open.tell(&[Topic::Registry]);
        Ok(AppliedView {
            said: pending.said,
            model: made?,
        })
    }

    /// Makes a change that is easily taken back.
    pub(super) async fn edit_registry(&self, request: RegistryEditRequest) -> Result<AppliedView> {
        let open = self.opened()?;
        let (edit, said, model) = edit_of(request)?;
        open.session.edit_registry(&edit).await?;
        open.tell(&[Topic::Registry]);
        Ok(AppliedView {
            said,
            model: Some(model),
        })
    }
}

async fn look(open: &Open, request: ChangeRequest) -> Result<Looked> {
    let session = &open.session;
    let clock = Clock::local();
    let of = |question, what| Looked {
        question,
        what,
        promotion: None,
        is_empty: false,
    };
    Ok(match request {
        ChangeRequest::Promote {
            version,
            target: named,
        } => {
            let preview = session
                .preview_promotion(&reference(&version), &target(&named)?)
                .await?;
            let view = PromotionView::of(&preview, &clock);
            let is_empty = preview.steps.is_empty();
            let what = match preview.change() {
                _ if is_empty => Pended::Nothing(None),
                Ok(change) => Pended::Move(change),
                Err(failure) => Pended::Nothing(Some(failure)),
            };
            let question = Question {
                title: view.title.clone(),
                lines: Vec::new(),
                typed: None,
                said: format!("Done and read back: {}.", view.title),
            };
            Looked {
                promotion: Some(promotion(view)),
                is_empty,
                ..of(question, what)
            }
        }
        ChangeRequest::RemoveAlias { model, alias } => {
            let change = session.alias_removal(&model.as_str().into(), &alias).await?;
            of(Question::of_alias_removal(&change), Pended::Move(change))
        }
        ChangeRequest::TakeBackLast { model } => {
            look_back(open, Undoable::Last(model.map(ModelName::from)), &clock).await?
        }
        ChangeRequest::TakeBack { id } => look_back(open, Undoable::Change(id), &clock).await?,
        ChangeRequest::DeleteModel { model } => {
            let (model, versions) = session.model_with_versions(&model.as_str().into()).await?;
            let question = Question::of_model_deletion(&model, Some(versions.len()));
            of(
                question,
                Pended::Edit(RegistryEdit::Model(model.name, ModelEdit::Delete)),
            )
        }
        ChangeRequest::DeleteVersion { version } => {
            let version = session.version(&reference(&version)).await?;
            let question = Question::of_version_deletion(&version);
            let edit = RegistryEdit::Version(version.name, version.version, VersionEdit::Delete);
            of(question, Pended::Edit(edit))
        }
    })
}

async fn look_back(open: &Open, which: Undoable, clock: &Clock) -> Result<Looked> {
    let undo = open.session.preview_undo(&which).await?;
    Ok(Looked {
        question: Question::of_undo(&undo, clock),
        what: Pended::Back(Box::new(undo)),
        promotion: None,
        is_empty: false,
    })
}

/// Makes a change; answers with the model that is left.
async fn make(open: &Open, what: &Pended) -> Result<Option<String>> {
    match what {
        Pended::Move(change) => {
            open.session.apply_change(change).await?;
            Ok(Some(change.model.to_string()))
        }
        Pended::Back(undo) => {
            open.session.take_back(undo, &|_| {}).await?;
            Ok(match undo.leaves() {
                Left::Named(name) => Some(name.to_string()),
                Left::Nothing => None,
            })
        }
        Pended::Edit(edit) => {
            open.session.edit_registry(edit).await?;
            Ok(match edit {
                RegistryEdit::Version(name, ..) => Some(name.to_string()),
                _ => None,
            })
        }
        Pended::Nothing(Some(failure)) => Err(failure.clone()),
        Pended::Nothing(None) => Err(Failure::new(FailureKind::Refused, "there is nothing to change")),
    }
}

fn forgotten() -> Failure {
    Failure::new(
        FailureKind::Refused,
        "nothing was changed: another change was looked at since",
    )
    .with_hint("look at it again")
}

/// The edit that is asked for, what is said once it is made, and the model it leaves.
fn edit_of(request: RegistryEditRequest) -> Result<(RegistryEdit, String, String)> {
    let name = ModelName::from(request.model.trim());
    let subject = match &request.version {
        Some(version) => format!("{name} {version}"),
        None => name.to_string(),
    };
    let tags = |key: String, value| {
        vec![Tag {
            key: key.trim().into(),
            value,
        }]
    };
    let (of_model, of_version, said) = match request.edit {
        RegistryEditKind::Create { description } => {
            let edit = RegistryEdit::CreateModel {
                name: name.clone(),
                description: Some(description).filter(|text| !text.trim().is_empty()),
                tags: Vec::new(),
            };
            return Ok((edit, format!("Made registered model {name}."), name.to_string()));
        }
        RegistryEditKind::Rename { name: new_name } => {
            let new_name = ModelName::from(new_name.trim());
            let said = format!("{name} is now called {new_name}.");
            let edit = RegistryEdit::Model(name, ModelEdit::Rename(new_name.clone()));
            return Ok((edit, said, new_name.to_string()));
        }
        RegistryEditKind::Describe { description } => (
            ModelEdit::Describe(description.clone()),
            VersionEdit::Describe(description),
            format!("Set the description of {subject}."),
        ),
        RegistryEditKind::Tag { key, value } => (
            ModelEdit::Tag(tags(key.clone(), value.clone())),
            VersionEdit::Tag(tags(key, value)),
            format!("Set the tag of {subject}."),
        ),
        RegistryEditKind::Untag { key } => (
            ModelEdit::Untag(vec![key.clone()]),
            VersionEdit::Untag(vec![key]),
            format!("Removed the tag of {subject}."),
        ),
    };
    let model = name.to_string();
    let edit = match request.version {
        Some(version) => RegistryEdit::Version(name, version.as_str().into(), of_version),
        None => RegistryEdit::Model(name, of_model),
    };
    Ok((edit, said, model))
}

fn promotion(view: PromotionView) -> PromotionPreview {
    let rows = |rows: Vec<PairRow>| {
        let row = |row: PairRow| PairRowView {
            name: row.name,
            holder: row.holder,
            candidate: row.candidate,
            change: row.change,
            tone: row.tone,
        };
        rows.into_iter().map(row).collect()
    };
    PromotionPreview {
        holder_title: view.holder_title,
        candidate_title: view.candidate_title,
        origin: rows(view.origin),
        metrics: rows(view.metrics),
        params: rows(view.params),
        same_params: view.same_params,
        signature: Cell(view.signature.text, view.signature.tone),
        gates: view
            .gates
            .into_iter()
            .map(|gate| Cell(gate.text, gate.tone))
            .collect(),
        steps: view.steps,
        warnings: view.warnings,
    }
}
