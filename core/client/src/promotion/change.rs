use flowdeck_domain::registry::{ModelVersion, Stage};
use flowdeck_domain::{ModelName, VersionNumber};

use super::gates::Verdict;
use super::plan::Step;

/// Steps that were looked at and may be taken, with what was seen of the registry.
#[derive(Clone, Debug)]
pub struct Change {
    /// What kind of change it is.
    pub kind: ChangeKind,
    /// The model.
    pub model: ModelName,
    /// `Production`, `@champion`; of an undo the target of the change it takes back.
    pub target: String,
    /// The version that is promoted.
    pub candidate: Option<VersionNumber>,
    /// What is to be done, in this order.
    pub steps: Vec<Step>,
    /// What the gates said.
    pub gates: Vec<Verdict>,
    /// The change that is taken back.
    pub undoes: Option<String>,
    pub(super) seen: Seen,
}

/// Why stages or aliases move.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ChangeKind {
    /// A version was promoted.
    Promote,
    /// An alias was removed.
    RemoveAlias,
    /// A change was taken back.
    Undo,
}

impl ChangeKind {
    /// The word in the audit log; stable.
    pub fn word(self) -> &'static str {
        match self {
            Self::Promote => "promote",
            Self::RemoveAlias => "remove_alias",
            Self::Undo => "undo",
        }
    }
}

/// A change that was done.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ChangeOutcome {
    /// Its id in the audit log; none where there was nothing to do.
    pub id: Option<String>,
}

/// What of a registry a change stands on: if it is another one when the change is applied, somebody else was there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    /// The stage whose holders count.
    pub(super) stage: Option<Stage>,
    /// The versions that are to move and those that hold the stage, by number.
    pub(super) versions: Vec<ModelVersion>,
    /// Aliases that are to move, with where they point.
    pub(super) aliases: Vec<(String, Option<VersionNumber>)>,
}

impl Seen {
    /// Where a version stands.
    pub(super) fn stage_of(&self, version: &VersionNumber) -> Option<&Stage> {
        let found = self.versions.iter().find(|known| known.version == *version)?;
        Some(&found.current_stage)
    }

    /// Where an alias points.
    pub(super) fn alias(&self, alias: &str) -> Option<&VersionNumber> {
        let (_, version) = self.aliases.iter().find(|(known, _)| known == alias)?;
        version.as_ref()
    }

    /// Whether what a step starts from is what stands there.
    pub(super) fn is_before(&self, step: &Step) -> bool {
        self.is_at(step, false)
    }

    /// Whether what a step leads to is what stands there.
    pub(super) fn is_after(&self, step: &Step) -> bool {
        self.is_at(step, true)
    }

    fn is_at(&self, step: &Step, after: bool) -> bool {
        match step {
            Step::Stage { version, from, to } => {
                self.stage_of(version) == Some(if after { to } else { from })
            }
            Step::Alias { alias, from, to } => {
                self.alias(alias) == if after { to.as_ref() } else { from.as_ref() }
            }
        }
    }
}
