use flowdeck_domain::registry::Stage;
use flowdeck_domain::{Failure, FailureKind, ModelName, Result, VersionNumber};

use super::change::{Change, ChangeKind};
use super::plan::{Step, ordered};
use super::record::{AuditEntry, EntryState};
use crate::session::Session;

/// A change about to be taken back.
#[derive(Clone, Debug)]
pub struct Undo {
    /// What is taken back.
    pub entry: AuditEntry,
    /// What that takes.
    pub change: Change,
}

impl Session {
    /// Looks at what taking back the last change means, of one model or of any in this registry.
    ///
    /// What broke off half-way is taken back as far as it came. A change that was taken back already is passed over, so
    /// that undoing twice goes back two.
    ///
    /// # Errors
    /// No change to take back, and a registry that somebody else has changed since.
    pub async fn preview_undo(&self, name: Option<&ModelName>) -> Result<Undo> {
        let (entries, _) = self.audit_log()?.entries()?;
        let is_wanted = |entry: &AuditEntry| {
            let may_have_changed = match entry.state {
                EntryState::Done => true,
                EntryState::Refused(_) => false,
                EntryState::Failed(_) | EntryState::Interrupted => entry.steps_begun > 0,
            };
            // An undo that broke off is finished by undoing the same change again.
            let is_change = entry.action != ChangeKind::Undo.word() && !entry.is_edit();
            entry.store == self.registry_uri
                && is_change
                && may_have_changed
                && entry.settled_by.is_none()
                && name.is_none_or(|name| entry.model == *name)
        };
        let entry = entries
            .into_iter()
            .rev()
            .find(is_wanted)
            .ok_or_else(|| nothing(name))?;
        let change = self.reversal(&entry).await?;
        Ok(Undo { entry, change })
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
                return Err(changed_since(entry, step));
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

fn nothing(name: Option<&ModelName>) -> Failure {
    let of = name.map(|name| format!(" of {name}")).unwrap_or_default();
    Failure::new(
        FailureKind::NotFound,
        format!("there is no change{of} in this registry to take back"),
    )
    .with_hint("`flowdeck models audit` lists the changes that flowdeck made")
}

fn changed_since(entry: &AuditEntry, step: &Step) -> Failure {
    let message = format!(
        "{} was changed by somebody else since ({step} does not stand any more): nothing was taken back",
        entry.model
    );
    Failure::new(FailureKind::Refused, message).with_hint(format!(
        "see `flowdeck versions list '{}'`, and promote anew",
        entry.model
    ))
}
