use flowdeck_domain::{Failure, FailureKind, ModelName, Result};

use super::audit::AuditLog;
use super::change::{Change, ChangeOutcome, Seen};
use super::plan::Step;
use super::record::{AuditEntry, GateRecord, Intent, Record, State};
use crate::pause::pause_at;
use crate::session::Session;

/// How far a change has come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Progress {
    /// So many of its steps were taken.
    Taken(usize),
    /// All of them were, and the registry is read back.
    Verifying,
}

impl Session {
    /// Applies a change, step by step, each on record before and after, and reads back.
    ///
    /// # Errors
    /// A read-only context, a registry that is another one than was seen, another flowdeck that is changing one, and
    /// whatever a step fails with. What was done until then stands in the log, and the hint names the way out.
    pub async fn apply_change(&self, change: &Change) -> Result<ChangeOutcome> {
        self.apply_change_telling(change, &|_| {}).await
    }

    /// As [`Session::apply_change`], telling how far it has come.
    ///
    /// # Errors
    /// As [`Session::apply_change`].
    pub async fn apply_change_telling(
        &self,
        change: &Change,
        tell: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<ChangeOutcome> {
        self.policy().confirmation()?;
        let log = self.audit_log()?;
        // What broke off after its last step needs no further one, and is settled all the same.
        let settles = change.undoes.is_some()
            || self
                .unfinished_changes()?
                .iter()
                .any(|entry| entry.model == change.model && entry.target == change.target);
        if change.steps.is_empty() && !settles {
            return Ok(ChangeOutcome { id: None });
        }
        let _lock = log.lock()?;
        if self.look_again(change).await? != change.seen {
            return Err(conflict(change));
        }
        let intent = self.intent(change);
        let id = intent.id.clone();
        log.append(&Record::Intent(Box::new(intent)))?;
        pause_at("intent");
        let outcome = self.take_all(change, &log, &id, tell).await;
        match outcome {
            Ok(()) => {
                log.append(&Record::Done {
                    id: id.clone(),
                    time: now(),
                    made: None,
                })?;
                Ok(ChangeOutcome { id: Some(id) })
            }
            Err(failure) => Err(self.broken_off(change, &log, id, failure).await),
        }
    }

    async fn take_all(
        &self,
        change: &Change,
        log: &AuditLog,
        id: &str,
        tell: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<()> {
        for (at, step) in change.steps.iter().enumerate() {
            let (id, time) = (id.to_owned(), now());
            if at > 0 && !self.look_again(change).await?.is_before(step) {
                return Err(conflict(change));
            }
            log.append(&Record::StepBegun {
                id: id.clone(),
                time,
                step: at,
            })?;
            pause_at(&format!("begun-{at}"));
            self.take(change, step).await?;
            pause_at(&format!("taken-{at}"));
            let time = now();
            log.append(&Record::StepDone { id, time, step: at })?;
            tell(Progress::Taken(at + 1));
            pause_at(&format!("done-{at}"));
        }
        tell(Progress::Verifying);
        self.verify(change).await
    }

    async fn take(&self, change: &Change, step: &Step) -> Result<()> {
        let (name, writer) = (&change.model, self.registry_writer());
        match step {
            Step::Stage { version, to, .. } => writer.transition_stage(name, version, to, false).await,
            Step::Alias {
                alias,
                to: Some(version),
                ..
            } => writer.set_alias(name, alias, version).await,
            Step::Alias { alias, to: None, .. } => writer.delete_alias(name, alias).await,
        }
    }

    /// Reads back: everything that was to move stands where it was to go.
    async fn verify(&self, change: &Change) -> Result<()> {
        let seen = self.look_again(change).await?;
        let astray = change.steps.iter().find(|step| !seen.is_after(step));
        match astray {
            None => Ok(()),
            Some(step) => {
                let message = format!(
                    "{} of {} was changed by somebody else meanwhile ({step} did not last)",
                    change.target, change.model
                );
                Err(Failure::new(FailureKind::Refused, message))
            }
        }
    }

    /// What the change stands on, as it is now.
    async fn look_again(&self, change: &Change) -> Result<Seen> {
        let versions: Vec<_> = change
            .seen
            .versions
            .iter()
            .map(|version| version.version.clone())
            .collect();
        let aliases: Vec<_> = change
            .seen
            .aliases
            .iter()
            .map(|(alias, _)| alias.clone())
            .collect();
        let stage = change.seen.stage.as_ref();
        self.look(&change.model, stage, &versions, &aliases).await
    }

    /// Writes down how far it came, and tells the way out.
    async fn broken_off(&self, change: &Change, log: &AuditLog, id: String, failure: Failure) -> Failure {
        // Where the registry cannot be asked, it may have been changed.
        let changed = match self.look_again(change).await {
            Ok(seen) => !change.steps.iter().all(|step| seen.is_before(step)),
            Err(_) => true,
        };
        let record = Record::Failed {
            id,
            time: now(),
            message: failure.message().to_owned(),
            changed,
        };
        let kept = log.append(&record);
        if !changed {
            return failure;
        }
        let kept = kept.map_or_else(|failure| format!("; {failure}"), |()| String::new());
        let (model, target) = (&change.model, &change.target);
        let message = format!("the change of {target} of {model} broke off half-way: {failure}{kept}");
        Failure::new(failure.kind(), message)
            .with_hint(format!(
                "`flowdeck models undo {model}` takes back what was done; promoting again finishes it"
            ))
            .caused_by(failure)
    }

    /// What the log tells of a change before anything is done: who, when, where and what of which model.
    pub(super) fn intent_to(&self, action: &str, model: &ModelName, target: &str) -> Intent {
        let (id, time) = fresh_id();
        Intent {
            id,
            time,
            user: self.user.clone(),
            context: self.policy().context.clone(),
            store: self.registry_uri.clone(),
            action: action.to_owned(),
            model: model.to_string(),
            target: target.to_owned(),
            version: None,
            undoes: None,
            gates: Vec::new(),
            steps: Vec::new(),
            before: State::default(),
            after: State::default(),
        }
    }

    fn intent(&self, change: &Change) -> Intent {
        Intent {
            version: change.candidate.as_ref().map(ToString::to_string),
            undoes: change.undoes.clone(),
            gates: change
                .gates
                .iter()
                .map(|verdict| GateRecord {
                    gate: verdict.gate.clone(),
                    passed: verdict.passed,
                    reason: verdict.reason.clone(),
                })
                .collect(),
            steps: change.steps.iter().map(Into::into).collect(),
            before: State::of(&change.steps, false),
            after: State::of(&change.steps, true),
            ..self.intent_to(change.kind.word(), &change.model, &change.target)
        }
    }

    /// The log that changes are written to.
    ///
    /// # Errors
    /// A platform that names no place for it: nothing is changed without a record.
    pub fn audit_log(&self) -> Result<AuditLog> {
        self.audit.clone().ok_or_else(|| {
            Failure::new(FailureKind::System, "there is no place for the audit log")
                .with_hint("set FLOWDECK_STATE_DIR: nothing is changed without a record of it")
        })
    }

    /// Whether a change of the log was made in this registry.
    pub fn is_of_this_registry(&self, entry: &AuditEntry) -> bool {
        entry.store == self.registry_uri
    }

    /// Changes of this registry that broke off half-way, and that nobody has finished or taken back.
    ///
    /// # Errors
    /// A log that is there and cannot be read.
    pub fn unfinished_changes(&self) -> Result<Vec<AuditEntry>> {
        let Some(log) = &self.audit else {
            return Ok(Vec::new());
        };
        let mut found = log.unfinished()?;
        found.retain(|entry| entry.store == self.registry_uri);
        Ok(found)
    }
}

fn conflict(change: &Change) -> Failure {
    let message = format!(
        "{} of {} was changed by somebody else since it was looked at",
        change.target, change.model
    );
    Failure::new(FailureKind::Refused, message).with_hint("look at it again, and decide anew")
}

/// An id that no other change of the log has, and the time it was made at.
fn fresh_id() -> (String, i64) {
    // Two edits of one program may fall into one millisecond.
    static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let time = now();
    let id = match COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
        0 => format!("{time}-{}", std::process::id()),
        n => format!("{time}-{}-{n}", std::process::id()),
    };
    (id, time)
}

/// Milliseconds since the Unix epoch, by the clock of this machine.
pub(super) fn now() -> i64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_millis()).ok())
        .unwrap_or(0)
}
