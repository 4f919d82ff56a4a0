use async_trait::async_trait;

use crate::Result;
use crate::id::{ModelName, VersionNumber};
use crate::registry::{ModelVersion, NewVersion, Stage};
use crate::tracking::Tag;

/// Writes to a model registry, refused where MLflow would refuse.
///
/// A prompt of MLflow 3 is a registered model with a tag: the port tells them apart no more than MLflow does.
#[async_trait]
pub trait RegistryWriter: Send + Sync {
    /// Makes a registered model without versions. A name that is taken is [`crate::FailureKind::InvalidInput`].
    async fn create_model(&self, name: &ModelName, description: Option<&str>, tags: &[Tag]) -> Result<()>;

    /// Gives a registered model another name; versions, tags and aliases come with it.
    async fn rename_model(&self, name: &ModelName, new_name: &ModelName) -> Result<()>;

    /// Sets the description of a registered model, in Markdown.
    async fn describe_model(&self, name: &ModelName, description: &str) -> Result<()>;

    /// Sets a tag of a registered model.
    async fn set_model_tag(&self, name: &ModelName, tag: &Tag) -> Result<()>;

    /// Removes a tag of a registered model. One that is not there is no failure, as in MLflow.
    async fn delete_model_tag(&self, name: &ModelName, key: &str) -> Result<()>;

    /// Deletes a registered model with all its versions, for good. Their artifacts stay.
    async fn delete_model(&self, name: &ModelName) -> Result<()>;

    /// Registers a version under the next number, and tells the logged model it was made from, where there is one.
    async fn create_version(&self, version: &NewVersion) -> Result<ModelVersion>;

    /// Sets the description of a version, in Markdown.
    async fn describe_version(
        &self,
        name: &ModelName,
        version: &VersionNumber,
        description: &str,
    ) -> Result<()>;

    /// Sets a tag of a version.
    async fn set_version_tag(&self, name: &ModelName, version: &VersionNumber, tag: &Tag) -> Result<()>;

    /// Removes a tag of a version. One that is not there is no failure, as in MLflow.
    async fn delete_version_tag(&self, name: &ModelName, version: &VersionNumber, key: &str) -> Result<()>;

    /// Deletes a version for good, with the aliases that point at it. Its number is not used again, its artifacts stay.
    async fn delete_version(&self, name: &ModelName, version: &VersionNumber) -> Result<()>;

    /// Moves a version to a stage. With `archive_existing`, which only Staging and Production take, the other
    /// versions of that stage go to Archived in the same step.
    async fn transition_stage(
        &self,
        name: &ModelName,
        version: &VersionNumber,
        stage: &Stage,
        archive_existing: bool,
    ) -> Result<()>;

    /// Points an alias at a version, wherever it pointed before. Stores before 2.3 have none:
    /// [`crate::FailureKind::Unsupported`].
    async fn set_alias(&self, name: &ModelName, alias: &str, version: &VersionNumber) -> Result<()>;

    /// Removes an alias. One that is not there is no failure, as in MLflow.
    async fn delete_alias(&self, name: &ModelName, alias: &str) -> Result<()>;
}
