use std::collections::BTreeMap;

use flowdeck_domain::registry::Stage;
use flowdeck_domain::{ModelName, Timestamp, VersionNumber};
use serde::{Deserialize, Serialize};

use super::change::ChangeKind;
use super::plan::Step;

/// One line of the audit log.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub(super) enum Record {
    /// What is about to be done; stands on the disk before anything is.
    Intent(Box<Intent>),
    /// A step is about to be taken.
    StepBegun { id: String, time: i64, step: usize },
    /// The step was taken.
    StepDone { id: String, time: i64, step: usize },
    /// The registry was read back and is as intended.
    Done {
        id: String,
        time: i64,
        /// The number of the version that was registered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        made: Option<String>,
    },
    /// It broke off; `changed` tells whether anything stands otherwise than before.
    Failed {
        id: String,
        time: i64,
        message: String,
        changed: bool,
    },
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Intent {
    pub(super) id: String,
    /// Milliseconds since the Unix epoch.
    pub(super) time: i64,
    pub(super) user: String,
    pub(super) context: Option<String>,
    /// The registry, without any secret.
    pub(super) store: String,
    /// `promote`, `remove_alias`, `undo`, or the word of an edit.
    pub(super) action: String,
    pub(super) model: String,
    pub(super) target: String,
    pub(super) version: Option<String>,
    pub(super) undoes: Option<String>,
    pub(super) gates: Vec<GateRecord>,
    pub(super) steps: Vec<StepRecord>,
    pub(super) before: State,
    pub(super) after: State,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct GateRecord {
    pub(super) gate: String,
    pub(super) passed: bool,
    pub(super) reason: String,
}

/// Where the versions and aliases stand that a change moves, or what an edit changes.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct State {
    /// Stages by version.
    pub versions: BTreeMap<String, String>,
    /// Versions by alias; none where it points nowhere.
    pub aliases: BTreeMap<String, Option<String>>,
    /// Of an edit, what it changes by its name: `description`, `tag team`; none where it is not there.
    #[serde(default)]
    pub values: BTreeMap<String, Option<String>>,
}

/// A step as it is written down.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "move", rename_all = "snake_case")]
pub(super) enum StepRecord {
    Stage {
        version: String,
        from: String,
        to: String,
    },
    Alias {
        alias: String,
        from: Option<String>,
        to: Option<String>,
    },
}

/// One change of the log, told from its lines.
#[derive(Clone, Debug)]
pub struct AuditEntry {
    /// Its id.
    pub id: String,
    /// When it began.
    pub time: Timestamp,
    /// The account that did it.
    pub user: String,
    /// The context, where one was used.
    pub context: Option<String>,
    /// The registry.
    pub store: String,
    /// `promote`, `remove_alias`, `undo`; of an edit `create_model`, `tag_version` and so on.
    pub action: String,
    /// The model.
    pub model: ModelName,
    /// `Production`, `@champion`.
    pub target: String,
    /// The version that was promoted, edited or registered.
    pub version: Option<VersionNumber>,
    /// The change it took back.
    pub undoes: Option<String>,
    /// What was intended, in order.
    pub steps: Vec<Step>,
    /// How many of them are known to be done.
    pub steps_done: usize,
    /// How many of them were begun: one more than done where it broke off within one.
    pub steps_begun: usize,
    /// Where what it moves stood before.
    pub before: State,
    /// Where it stands afterwards.
    pub after: State,
    /// How it ended.
    pub state: EntryState,
    /// The change that took it back, or finished what it left.
    pub settled_by: Option<String>,
}

/// How a change ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum EntryState {
    /// Done, and the registry read back says so.
    Done,
    /// It failed, and nothing was changed.
    Refused(String),
    /// It failed on its way.
    Failed(String),
    /// The log ends within it: the program was stopped.
    Interrupted,
}

impl AuditEntry {
    pub(super) fn of(intent: Intent) -> Self {
        Self {
            id: intent.id,
            time: Timestamp(intent.time),
            user: intent.user,
            context: intent.context,
            store: intent.store,
            action: intent.action,
            model: intent.model.as_str().into(),
            target: intent.target,
            version: intent.version.map(Into::into),
            undoes: intent.undoes,
            steps: intent.steps.into_iter().map(Into::into).collect(),
            steps_done: 0,
            steps_begun: 0,
            before: intent.before,
            after: intent.after,
            state: EntryState::Interrupted,
            settled_by: None,
        }
    }

    /// Takes in a later line about this change.
    pub(super) fn take(&mut self, record: &Record) {
        match record {
            Record::Intent(_) => {}
            Record::StepBegun { step, .. } => self.steps_begun = self.steps_begun.max(step + 1),
            Record::StepDone { step, .. } => self.steps_done = self.steps_done.max(step + 1),
            Record::Done { made, .. } => {
                self.state = EntryState::Done;
                if let Some(made) = made {
                    self.version = Some(made.as_str().into());
                }
            }
            Record::Failed { message, changed, .. } => {
                self.state = if *changed {
                    EntryState::Failed(message.clone())
                } else {
                    EntryState::Refused(message.clone())
                };
            }
        }
    }

    /// Whether it may have left the registry half-way, and nobody has settled that yet.
    pub fn is_unfinished(&self) -> bool {
        let open = match self.state {
            EntryState::Interrupted => self.steps_begun > 0,
            EntryState::Failed(_) => true,
            EntryState::Done | EntryState::Refused(_) => false,
        };
        // An edit is one write: it was made or it was not, and there is no half to finish.
        open && !self.is_edit() && self.settled_by.is_none()
    }

    /// Whether it changed something other than stages and aliases.
    pub fn is_edit(&self) -> bool {
        self.steps.is_empty()
            && ![ChangeKind::Promote, ChangeKind::RemoveAlias, ChangeKind::Undo]
                .iter()
                .any(|kind| kind.word() == self.action)
    }

    /// How it stands, in one word; stable.
    pub fn word(&self) -> &'static str {
        match (&self.state, &self.settled_by) {
            (EntryState::Done, Some(_)) => "undone",
            (EntryState::Done, None) => "done",
            (EntryState::Refused(_), _) => "refused",
            (EntryState::Failed(_) | EntryState::Interrupted, Some(_)) => "settled",
            (EntryState::Failed(_), None) => "failed",
            (EntryState::Interrupted, None) if self.steps_begun == 0 => "not begun",
            (EntryState::Interrupted, None) => "interrupted",
        }
    }
}

impl Record {
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Intent(intent) => &intent.id,
            Self::StepBegun { id, .. }
            | Self::StepDone { id, .. }
            | Self::Done { id, .. }
            | Self::Failed { id, .. } => id,
        }
    }
}

impl State {
    /// One of the values of an edit; none where it is not there.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name)?.as_deref()
    }

    /// What an edit changes.
    pub(super) fn of_values(values: BTreeMap<String, Option<String>>) -> Self {
        Self {
            values,
            ..Self::default()
        }
    }

    /// Where the things that these steps move stand before the first, or after the last.
    pub(super) fn of(steps: &[Step], after: bool) -> Self {
        let mut state = Self::default();
        for step in steps {
            match step {
                Step::Stage { version, from, to } => {
                    let stage = if after { to } else { from };
                    state
                        .versions
                        .insert(version.to_string(), stage.word().to_owned());
                }
                Step::Alias { alias, from, to } => {
                    let version = if after { to } else { from };
                    let version = version.as_ref().map(ToString::to_string);
                    state.aliases.insert(alias.clone(), version);
                }
            }
        }
        state
    }
}

impl From<&Step> for StepRecord {
    fn from(step: &Step) -> Self {
        match step {
            Step::Stage { version, from, to } => Self::Stage {
                version: version.to_string(),
                from: from.word().to_owned(),
                to: to.word().to_owned(),
            },
            Step::Alias { alias, from, to } => Self::Alias {
                alias: alias.clone(),
                from: from.as_ref().map(ToString::to_string),
                to: to.as_ref().map(ToString::to_string),
            },
        }
    }
}

impl From<StepRecord> for Step {
    fn from(record: StepRecord) -> Self {
        match record {
            StepRecord::Stage { version, from, to } => Self::Stage {
                version: version.into(),
                from: Stage::from_word(&from),
                to: Stage::from_word(&to),
            },
            StepRecord::Alias { alias, from, to } => Self::Alias {
                alias,
                from: from.map(Into::into),
                to: to.map(Into::into),
            },
        }
    }
}
