//! The nouns of the model registry. Source: MLflow's entities, `mlflow.entities.model_registry`.

use std::sync::Arc;

use crate::id::{ModelId, ModelName, RunId, VersionNumber};
use crate::time::Timestamp;
use crate::tracking::Tag;

/// The tag that makes a registered model a prompt. MLflow 3.
pub const PROMPT_TAG: &str = "mlflow.prompt.is_prompt";

/// The tag of a logged model that lists the versions made from it, as JSON. MLflow 3.
pub const MODEL_VERSIONS_TAG: &str = "mlflow.modelVersions";

/// A named line of model versions.
#[derive(Clone, Debug, PartialEq)]
pub struct RegisteredModel {
    /// Its name, which is its id.
    pub name: ModelName,
    /// When it was made.
    pub creation_timestamp: Option<Timestamp>,
    /// When it, a version of it or an alias last changed.
    pub last_updated_timestamp: Option<Timestamp>,
    /// In Markdown; none and empty mean the same.
    pub description: Option<String>,
    /// The newest version of each stage.
    pub latest_versions: Vec<ModelVersion>,
    /// Tags.
    pub tags: Vec<Tag>,
    /// Aliases, each pointing at one version.
    pub aliases: Vec<ModelAlias>,
}

/// A movable name for one version: `@champion`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ModelAlias {
    /// The name, without `@`.
    pub alias: String,
    /// The version it points at.
    pub version: VersionNumber,
}

/// One version of a registered model.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelVersion {
    /// The model it belongs to.
    pub name: ModelName,
    /// Its number, counted up and never reused.
    pub version: VersionNumber,
    /// When it was made.
    pub creation_timestamp: Option<Timestamp>,
    /// When it last changed.
    pub last_updated_timestamp: Option<Timestamp>,
    /// The stage it holds.
    pub current_stage: Stage,
    /// In Markdown.
    pub description: Option<String>,
    /// Where its files came from: a URI.
    pub source: Option<String>,
    /// The run that made it.
    pub run_id: Option<RunId>,
    /// A link to that run, where the run lives on another server.
    pub run_link: Option<String>,
    /// The logged model it was made from. MLflow 3.
    pub model_id: Option<ModelId>,
    /// `READY`, `PENDING_REGISTRATION`, `FAILED_REGISTRATION`.
    pub status: String,
    /// Why it stands so, where told.
    pub status_message: Option<String>,
    /// Who made it.
    pub user_id: Option<String>,
    /// Tags.
    pub tags: Vec<Tag>,
    /// Aliases that point at it.
    pub aliases: Vec<String>,
    /// Where its files lie, where that differs from `source`.
    pub storage_location: Option<String>,
}

/// A version about to be registered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewVersion {
    /// The model it shall belong to.
    pub name: ModelName,
    /// Where its files lie: `s3://…`, `runs:/RUN/path`, `models:/m-…`, a path.
    pub source: String,
    /// The run that made it.
    pub run_id: Option<RunId>,
    /// A link to that run, where the run lives on another server.
    pub run_link: Option<String>,
    /// The logged model it is made from. MLflow 3.
    pub model_id: Option<ModelId>,
    /// In Markdown.
    pub description: Option<String>,
    /// Tags.
    pub tags: Vec<Tag>,
}

/// The older way to say what a version is for.
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub enum Stage {
    /// No stage.
    None,
    /// Being tried.
    Staging,
    /// In use.
    Production,
    /// Out of use.
    Archived,
    /// A word this version does not know.
    Other(Arc<str>),
}

impl Stage {
    /// The word as MLflow writes it.
    pub fn word(&self) -> &str {
        match self {
            Self::None => "None",
            Self::Staging => "Staging",
            Self::Production => "Production",
            Self::Archived => "Archived",
            Self::Other(word) => word,
        }
    }

    /// Reads that word, in any case as MLflow does.
    pub fn from_word(word: &str) -> Self {
        for known in [Self::None, Self::Staging, Self::Production, Self::Archived] {
            if known.word().eq_ignore_ascii_case(word) {
                return known;
            }
        }
        Self::Other(word.into())
    }

    /// Whether versions of it are in use, so that a transition to it may archive the others.
    pub fn is_active(&self) -> bool {
        matches!(self, Self::Staging | Self::Production)
    }
}

impl RegisteredModel {
    /// The value of one tag.
    pub fn tag(&self, key: &str) -> Option<&str> {
        self.tags
            .iter()
            .find(|tag| tag.key.as_str() == key)
            .map(|tag| tag.value.as_str())
    }

    /// Whether it is a prompt of MLflow 3 rather than a model.
    pub fn is_prompt(&self) -> bool {
        self.tag(PROMPT_TAG) == Some("true")
    }
}
