use flowdeck_domain::registry::Stage;
use flowdeck_domain::{Failure, FailureKind, ModelName, Result, VersionNumber};

use super::apply::{Progress, now};
use super::audit::AuditLog;
use super::change::{Change, ChangeKind, ChangeOutcome};
use super::edit_back::{EditBack, Now, edit_back, states};
use super::plan::{Step, ordered};
use super::record::{AuditEntry, EntryState, Intent, Record, State};
use crate::pause::pause_at;
use crate::session::Session;
use crate::version_reference::VersionReference;

/// Which change is taken back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Undoable {
    /// The last one, of one model where one is named.
    Last(Option<ModelName>),
    /// The one with this id in the audit log.
    Change(String),
}

/// A change about to be taken back.
#[derive(Clone, Debug)]
pub struct Undo {
    /// What is taken back.
    pub entry: AuditEntry,
    /// What that takes.
    pub back: Back,
}

/// What taking a change back takes.
#[derive(Clone, Debug)]
pub enum Back {
    /// Stages and aliases move.
    Moves(Change),
    /// Names, descriptions and tags become what they were; what was made goes.
    Edits(EditBack),
}

/// What is left of a model once a change of it was taken back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Left {
    /// It is called this.
    Named(ModelName),
    /// It is gone, as it was before.
    Nothing,
}

impl Undo {
    /// What it changes, a text for each thing; none where nothing of the change stands any more.
    pub fn words(&self) -> Vec<String> {
        match &self.back {
            Back::Moves(change) => change.steps.iter().map(ToString::to_string).collect(),
            Back::Edits(back) => back.changes.iter().map(ToString::to_string).collect(),
        }
    }

    /// What is left of the model afterwards.
    pub fn leaves(&self) -> Left {
        match (self.entry.action.as_str(), self.entry.before.value("name")) {
            ("rename_model", Some(name)) => Left::Named(name.into()),
            ("create_model", _) => Left::Nothing,
            ("create_version", _) if self.words().len() > 1 => Left::Nothing,
            _ => Left::Named(self.entry.model.clone()),
        }
    }
}

impl Session {
    /// Looks at what taking a change of this registry back means.
    ///
    /// What broke off half-way is taken back as far as it came. A change that was taken back already is passed over, so
    /// that undoing twice goes back two.
    ///
    /// # Errors
    /// No change to take back, one that cannot be, such as a deletion, and a registry that somebody else has changed since.
    pub async fn preview_undo(&self, which: &Undoable) -> Result<Undo> {
        let (entries, _) = self.audit_log()?.entries()?;
        let is_wanted = |entry: &AuditEntry| {
            let may_have_changed = match entry.state {
                EntryState::Done => true,
                EntryState::Refused(_) => false,
                EntryState::Failed(_) | EntryState::Interrupted => entry.steps_begun > 0,
            };
            // An undo that broke off is finished by undoing the same change again.
            let is_change = entry.action != ChangeKind::Undo.word();
            self.is_of_this_registry(entry)
                && is_change
                && may_have_changed
                && entry.settled_by.is_none()
                && is_meant(entry, which)
        };
        let entry = entries
            .into_iter()
            .rev()
            .find(is_wanted)
            .ok_or_else(|| nothing(which))?;
        let back = if entry.is_edit() {
            Back::Edits(self.edit_back(&entry).await?)
        } else {
            Back::Moves(self.reversal(&entry).await?)
        };
        Ok(Undo { entry, back })
    }

    /// Takes a change back that was looked at, on record before and after, and reads back.
    ///
    /// # Errors
    /// As [`Session::apply_change`].
    pub async fn take_back(
        &self,
        undo: &Undo,
        tell: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<ChangeOutcome> {
        match &undo.back {
            Back::Moves(change) => self.apply_change_telling(change, tell).await,
            Back::Edits(back) => self.write_back(&undo.entry, back, tell).await,
        }
    }

    async fn write_back(
        &self,
        entry: &AuditEntry,
        back: &EditBack,
        tell: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<ChangeOutcome> {
        self.policy().confirmation()?;
        let log = self.audit_log()?;
        let _lock = log.lock()?;
        if self.edit_back(entry).await? != *back {
            return Err(changed_since(entry, "it is another one than was looked at"));
        }
        let intent = self.intent_to_write_back(entry, back);
        let id = intent.id.clone();
        log.append(&Record::Intent(Box::new(intent)))?;
        pause_at("intent");
        match self.write_all_back(entry, back, &log, &id, tell).await {
            Ok(()) => {
                log.append(&Record::Done {
                    id: id.clone(),
                    time: now(),
                    made: None,
                })?;
                Ok(ChangeOutcome { id: Some(id) })
            }
            Err(failure) => {
                log.append(&Record::Failed {
                    id,
                    time: now(),
                    message: failure.message().to_owned(),
                    changed: back.edits.len() > 1 || failure.kind() == FailureKind::Unreachable,
                })?;
                Err(failure)
            }
        }
    }

    async fn write_all_back(
        &self,
        entry: &AuditEntry,
        back: &EditBack,
        log: &AuditLog,
        id: &str,
        tell: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<()> {
        for (step, edit) in back.edits.iter().enumerate() {
            let record = |time| Record::StepBegun {
                id: id.to_owned(),
                time,
                step,
            };
            log.append(&record(now()))?;
            pause_at(&format!("begun-{step}"));
            self.write(edit).await?;
            pause_at(&format!("taken-{step}"));
            log.append(&Record::StepDone {
                id: id.to_owned(),
                time: now(),
                step,
            })?;
            tell(Progress::Taken(step + 1));
        }
        tell(Progress::Verifying);
        // Read back: nothing is left to be taken back.
        if self.edit_back(entry).await?.edits.is_empty() {
            return Ok(());
        }
        Err(changed_since(entry, "what was taken back did not last"))
    }

    fn intent_to_write_back(&self, entry: &AuditEntry, back: &EditBack) -> Intent {
        let (before, after) = states(&back.changes);
        Intent {
            version: entry.version.as_ref().map(ToString::to_string),
            undoes: Some(entry.id.clone()),
            before: State::of_values(before),
            after: State::of_values(after),
            ..self.intent_to(ChangeKind::Undo.word(), &entry.model, &entry.target)
        }
    }

    /// What takes an edit back, as things stand now.
    async fn edit_back(&self, entry: &AuditEntry) -> Result<EditBack> {
        edit_back(entry, &self.stands_now(entry).await?)
    }

    /// What an edit was about, as it stands now.
    async fn stands_now(&self, entry: &AuditEntry) -> Result<Now> {
        if entry.action.ends_with("_version") {
            let Some(number) = &entry.version else {
                return Err(changed_since(entry, "which version was registered is not known"));
            };
            let reference = VersionReference::Number(entry.model.clone(), number.clone());
            let Some(version) = found(self.version(&reference).await)? else {
                return Ok(Now::Gone);
            };
            let (model, versions) = self.model_with_versions(&entry.model).await?;
            let is_bare =
                model.tags.is_empty() && model.description.as_deref().unwrap_or_default().is_empty();
            let is_alone = versions.len() == 1 && model.aliases.is_empty() && is_bare;
            return Ok(Now::Version(Box::new(version), is_alone));
        }
        let mut model = None;
        // A model that was renamed has its new name, or its old one where somebody gave that back.
        if let Some(name) = entry.after.value("name") {
            model = found(self.registered_model(&name.into()).await)?;
        }
        if model.is_none() {
            model = found(self.registered_model(&entry.model).await)?;
        }
        let Some(model) = model else {
            return Ok(Now::Gone);
        };
        let n_versions = self.versions_of(&model.name).await?.len();
        Ok(Now::Model(Box::new(model), n_versions))
    }

    async fn reversal(&self, entry: &AuditEntry) -> Result<Change> {
        let (mut versions, mut aliases) = (Vec::<VersionNumber>::new(), Vec::new());
        for step in &entry.steps {
            match step {
                Step::Stage { version, .. } => versions.push(version.clone()),
                Step::Alias { alias, .. } => aliases.push(alias.clone()),
            }
        }
        let stage = Some(Stage::from_word(&entry.target)).filter(|stage| !matches!(stage, Stage::Other(_)));
        let seen = self
            .look(&entry.model, stage.as_ref(), &versions, &aliases)
            .await?;
        let mut steps = Vec::new();
        for step in &entry.steps {
            if seen.is_after(step) {
                steps.push(step.reversed());
            } else if !seen.is_before(step) {
                return Err(moved_since(entry, step));
            }
        }
        Ok(Change {
            kind: ChangeKind::Undo,
            model: entry.model.clone(),
            target: entry.target.clone(),
            candidate: None,
            steps: ordered(steps),
            gates: Vec::new(),
            undoes: Some(entry.id.clone()),
            seen,
        })
    }
}

fn is_meant(entry: &AuditEntry, which: &Undoable) -> bool {
    match which {
        Undoable::Change(id) => entry.id == *id,
        Undoable::Last(None) => true,
        Undoable::Last(Some(name)) => {
            entry.model == *name || entry.after.value("name") == Some(name.as_str())
        }
    }
}

/// None where it is not there.
fn found<T>(answer: Result<T>) -> Result<Option<T>> {
    match answer {
        Ok(thing) => Ok(Some(thing)),
        Err(failure) if failure.kind() == FailureKind::NotFound => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn nothing(which: &Undoable) -> Failure {
    let message = match which {
        Undoable::Last(None) => "there is no change in this registry to take back".to_owned(),
        Undoable::Last(Some(name)) => format!("there is no change of {name} in this registry to take back"),
        Undoable::Change(id) => {
            format!("there is no change {id} in this registry that could be taken back")
        }
    };
    Failure::new(FailureKind::NotFound, message)
        .with_hint("`flowdeck models audit` lists the changes that flowdeck made")
}

fn moved_since(entry: &AuditEntry, step: &Step) -> Failure {
    changed_since(entry, &format!("{step} does not stand any more"))
}

/// That a change cannot be taken back, as it is no longer what stands there.
pub(super) fn changed_since(entry: &AuditEntry, why: &str) -> Failure {
    let message = format!(
        "{} was changed by somebody else since ({why}): nothing was taken back",
        entry.model
    );
    Failure::new(FailureKind::Refused, message).with_hint(format!(
        "see `flowdeck models get '{0}'` and `flowdeck versions list '{0}'`, and decide anew",
        entry.model
    ))
}
