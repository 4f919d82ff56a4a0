//! What the screens of the registry ask of a store, and what it answers.

use flowdeck_surface::client::promotion::{
    AuditEntry, Change, Preview, Progress, RegistryEdit, Target, Undo, Undoable, VersionComparison,
};
use flowdeck_surface::client::registry::{ModelVersion, RegisteredModel};
use flowdeck_surface::client::{Listing, ModelName, VersionNumber, VersionReference, Warning};
use flowdeck_surface::preview::Preview as FilePreview;
use flowdeck_surface::registry::VersionKin;

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) enum Asked {
    /// Registered models, or prompts, that pass a filter.
    Models {
        /// In MLflow's search language.
        filter: String,
        /// Whether prompts are meant.
        prompts: bool,
    },
    /// One registered model with its versions.
    Model(ModelName),
    /// One version.
    Version(ModelName, VersionNumber),
    /// What a version hangs together with.
    Kin(Box<ModelVersion>),
    /// What the `MLmodel` of a version shows.
    Card(ModelName, VersionNumber),
    /// Versions beside one another.
    Compare(Vec<VersionReference>),
    /// What a promotion would change.
    Promotion(VersionReference, Target),
    /// Applies a change; more replies follow until it is applied.
    Apply(Box<Change>),
    /// The changes that were made, of one model where one is named.
    Audit(Option<ModelName>),
    /// What taking a change back would change.
    Undo(Undoable),
    /// Takes a change back; more replies follow until it is done.
    TakeBack(Box<Undo>),
    /// What removing an alias of a model would change.
    AliasRemoval(ModelName, String),
    /// Any other change.
    Edit(Box<RegistryEdit>),
    /// Changes that broke off half-way.
    Unfinished,
}

/// What was answered.
#[derive(Debug)]
pub(crate) enum Told {
    /// Registered models, or prompts.
    Models(Listing<RegisteredModel>),
    /// A registered model with its versions.
    Model(Box<RegisteredModel>, Vec<ModelVersion>),
    /// A version.
    Version(Box<ModelVersion>),
    /// What it hangs together with.
    Kin(Box<VersionKin>),
    /// What its `MLmodel` shows.
    Card(Box<FilePreview>),
    /// Versions beside one another.
    Compared(Box<VersionComparison>),
    /// What a promotion would change.
    Promotion(Box<Preview>),
    /// How far a change has come; more replies follow.
    Applying(Progress),
    /// A change was applied, and read back.
    Applied,
    /// Changes, the newest first.
    Audit(Vec<AuditEntry>, Vec<Warning>),
    /// What taking a change back would change.
    Undo(Box<Undo>),
    /// What removing an alias would change.
    AliasRemoval(Box<Change>),
    /// Another change was made; the version that was registered.
    Edited(Option<Box<ModelVersion>>),
    /// Changes that broke off half-way.
    Unfinished(Vec<AuditEntry>),
}
