//! The model registry: its lists and pages, versions side by side, the changes that were made.

use serde::{Deserialize, Serialize};

use super::{BadgeView, Cell, FactLink, Pair, PreviewView};
use crate::tone::Tone;

/// Which registered models.
#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize)]
#[serde(default)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ModelsRequest {
    /// Whether prompts are meant, which the registry keeps beside models.
    pub prompts: bool,
    /// In MLflow's search language; the store judges it.
    pub filter: String,
    /// Words that models must have.
    pub find: String,
}

/// Registered models, or prompts.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ModelsView {
    /// Those that were found, in the order of the store.
    pub models: Vec<ModelRow>,
    /// How many pass the filter.
    pub n_all: usize,
    /// Whether there are more than are listed.
    pub is_cut: bool,
    /// What was passed over, a sentence each.
    pub warnings: Vec<String>,
    /// That an earlier change broke off half-way.
    pub unfinished: Option<String>,
}

/// A registered model as a line.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ModelRow {
    /// Its name.
    pub name: String,
    /// Number of its newest version.
    pub latest: String,
    /// Number of the newest version in Production.
    pub production: String,
    /// Number of the newest version in Staging.
    pub staging: String,
    /// `@champion 3 @challenger 4`.
    pub aliases: String,
    /// Tags that people set.
    pub tags: String,
    /// Its description, on one line.
    pub description: String,
    /// When it last changed.
    pub changed: String,
}

/// A registered model with its versions.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ModelView {
    /// Its name.
    pub name: String,
    /// Whether it is a prompt, which has no stages.
    pub is_prompt: bool,
    /// Its description, in Markdown.
    pub description: String,
    /// When it was made, and when it last changed.
    pub facts: Vec<Pair>,
    /// Its tags.
    pub tags: Vec<Pair>,
    /// Its versions, the newest first.
    pub versions: Vec<VersionRow>,
    /// That an earlier change of it broke off half-way.
    pub unfinished: Option<String>,
}

/// A version as a line.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VersionRow {
    /// Its number.
    pub version: String,
    /// The stage it holds.
    pub stage: Cell,
    /// `@champion @eu`.
    pub aliases: String,
    /// How it stands.
    pub status: BadgeView,
    /// When it was made.
    pub created: String,
    /// Who made it.
    pub by: String,
    /// Tags that people set.
    pub tags: String,
    /// Its description, on one line.
    pub description: String,
}

/// Names a version.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VersionRef {
    /// The model.
    pub model: String,
    /// Its number.
    pub version: String,
}

/// A version with what it hangs together with.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VersionView {
    /// The model.
    pub model: String,
    /// Its number.
    pub version: String,
    /// The stage it holds.
    pub stage: Cell,
    /// Names that point at it.
    pub aliases: Vec<String>,
    /// Its description, in Markdown.
    pub description: String,
    /// What is known of it.
    pub facts: Vec<VersionFactView>,
    /// Its tags.
    pub tags: Vec<Pair>,
    /// What it can be promoted to; nothing of a prompt.
    pub offers: Vec<OfferView>,
}

/// One thing worth knowing of a version.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VersionFactView {
    /// What it is.
    pub label: String,
    /// Its text.
    pub text: String,
    /// What it means.
    pub tone: Tone,
    /// Where it leads.
    pub link: Option<FactLink>,
}

/// Something that a version can be promoted to.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OfferView {
    /// `@champion`, `Production`.
    pub label: String,
    /// What becomes of who has it now.
    pub detail: String,
    /// The target; none for an alias that is still to be named.
    pub target: Option<TargetRef>,
}

/// What a version is promoted to.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum TargetRef {
    /// A stage.
    Stage {
        /// `Production`.
        stage: String,
        /// Whether who holds it goes to Archived.
        archive_existing: bool,
    },
    /// An alias.
    Alias {
        /// Its name.
        alias: String,
    },
}

/// The files of a version that say what it is: its `MLmodel`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CardView {
    /// What it shows.
    pub preview: PreviewView,
}

/// A part of versions side by side.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VersionsSection {
    /// What it is about; empty for where they come from.
    pub title: String,
    /// What stands over the columns, the first of which names the rows.
    pub titles: Vec<String>,
    /// A cell for each column.
    pub rows: Vec<Vec<String>>,
    /// What is left out.
    pub remark: Option<String>,
}

/// Changes that flowdeck made to this registry.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AuditView {
    /// The newest first.
    pub changes: Vec<AuditRow>,
    /// Lines of the log that could not be read, a sentence each.
    pub warnings: Vec<String>,
}

/// A change as a line, with all that is known of it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AuditRow {
    /// Its id in the log.
    pub id: String,
    /// When it began.
    pub time: String,
    /// Who did it.
    pub user: String,
    /// `promote`, `undo`, `tag version`.
    pub action: String,
    /// Of which model.
    pub model: String,
    /// Of which model and version: `detector 3`.
    pub subject: String,
    /// What it changed.
    pub what: String,
    /// How it stands: `done`, `undone`, `interrupted`.
    pub state: Cell,
    /// What is known of it, in groups of labels and texts.
    pub groups: Vec<AuditGroup>,
}

/// A group of what is known of a change.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AuditGroup {
    /// `Before`; empty for the first.
    pub title: String,
    /// Labels and texts.
    pub pairs: Vec<Pair>,
}
