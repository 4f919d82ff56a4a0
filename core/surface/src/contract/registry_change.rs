//! Changes to the registry: looked at first, then made as they were looked at.

use serde::{Deserialize, Serialize};

use super::{Cell, FailureView, TargetRef, VersionRef};
use crate::tone::Tone;

/// A change that a person wants to look at before it is made.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(tag = "look", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ChangeRequest {
    /// A version takes a stage or an alias over.
    Promote {
        /// Which.
        version: VersionRef,
        /// What.
        target: TargetRef,
    },
    /// An alias is removed.
    RemoveAlias {
        /// Of this model.
        model: String,
        /// Its name.
        alias: String,
    },
    /// The last change of a model is taken back; of the whole registry where none is named.
    TakeBackLast {
        /// The model.
        model: Option<String>,
    },
    /// A change is taken back.
    TakeBack {
        /// Its id in the log of changes.
        id: String,
    },
    /// A registered model is deleted with all its versions.
    DeleteModel {
        /// Its name.
        model: String,
    },
    /// A version is deleted.
    DeleteVersion {
        /// Which.
        version: VersionRef,
    },
}

/// A change as it was looked at.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChangePreview {
    /// What it is made by; it holds until another change is looked at.
    pub ticket: String,
    /// `Promote detector 3 to Production`.
    pub title: String,
    /// What will happen, and what a person should know, a text each with what it means.
    pub lines: Vec<Cell>,
    /// The promotion, where it is one.
    pub promotion: Option<PromotionPreview>,
    /// The word that has to be typed: the name of a production context, or of what goes for good.
    pub confirm: Option<String>,
    /// What stands over the field for that word.
    pub prompt: String,
    /// Why it cannot be made: a gate, a context in which nothing may be changed.
    pub refused: Option<FailureView>,
    /// Whether there is anything to change.
    pub is_empty: bool,
}

/// Who holds the target, who shall, and what that changes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PromotionPreview {
    /// The heading of the holder's column.
    pub holder_title: String,
    /// The heading of the candidate's column.
    pub candidate_title: String,
    /// Where both come from.
    pub origin: Vec<PairRowView>,
    /// Metrics, those that differ first.
    pub metrics: Vec<PairRowView>,
    /// Params that differ.
    pub params: Vec<PairRowView>,
    /// How many params are the same.
    pub same_params: usize,
    /// How the signatures agree.
    pub signature: Cell,
    /// What the gates say.
    pub gates: Vec<Cell>,
    /// What will be done, in order.
    pub steps: Vec<String>,
    /// What a person should know beside.
    pub warnings: Vec<String>,
}

/// Something of both versions.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PairRowView {
    /// What it is.
    pub name: String,
    /// Of the version that holds the target.
    pub holder: String,
    /// Of the candidate.
    pub candidate: String,
    /// `-0.0213 (-4.1 %) better`.
    pub change: String,
    /// Whether that is good.
    pub tone: Tone,
}

/// Makes a change that was looked at.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ApplyRequest {
    /// What it was looked at under.
    pub ticket: String,
    /// What was typed; `yes` where no word is asked for.
    pub confirmed: String,
}

/// What became of a change.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AppliedView {
    /// What was done, as a sentence.
    pub said: String,
    /// The model that is left, by the name it has now; none where it is gone.
    pub model: Option<String>,
}

/// A change that is made at once, and can be taken back from the log of changes.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RegistryEditRequest {
    /// The registered model.
    pub model: String,
    /// The version, where one is meant.
    pub version: Option<String>,
    /// What.
    pub edit: RegistryEditKind,
}

/// What is changed.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(tag = "edit", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum RegistryEditKind {
    /// A registered model of this name is made.
    Create {
        /// In Markdown.
        description: String,
    },
    /// Another name; of a model.
    Rename {
        /// The name.
        name: String,
    },
    /// Another description.
    Describe {
        /// In Markdown.
        description: String,
    },
    /// A tag set.
    Tag {
        /// Its key.
        key: String,
        /// Its value.
        value: String,
    },
    /// A tag removed.
    Untag {
        /// Its key.
        key: String,
    },
}
