use async_trait::async_trait;
use flowdeck_domain::port::RegistryWriter;
use flowdeck_domain::registry::{ModelVersion, NewVersion, Stage};
use flowdeck_domain::tracking::Tag;
use flowdeck_domain::{ModelName, Result, VersionNumber};

use super::write::registry;
use super::{SqliteStore, registry as reading};

#[async_trait]
impl RegistryWriter for SqliteStore {
    async fn create_model(&self, name: &ModelName, description: Option<&str>, tags: &[Tag]) -> Result<()> {
        let (name, tags) = (name.clone(), tags.to_vec());
        let description = description.map(str::to_owned);
        self.write(move |connection, schema| {
            registry::create_model(connection, schema, &name, description.as_deref(), &tags)
        })
        .await
    }

    async fn rename_model(&self, name: &ModelName, new_name: &ModelName) -> Result<()> {
        let (name, new_name) = (name.clone(), new_name.clone());
        self.write(move |connection, schema| registry::rename_model(connection, schema, &name, &new_name))
            .await
    }

    async fn describe_model(&self, name: &ModelName, description: &str) -> Result<()> {
        let (name, text) = (name.clone(), description.to_owned());
        self.write(move |connection, schema| registry::describe_model(connection, schema, &name, &text))
            .await
    }

    async fn set_model_tag(&self, name: &ModelName, tag: &Tag) -> Result<()> {
        let (name, tag) = (name.clone(), tag.clone());
        self.write(move |connection, schema| registry::set_model_tag(connection, schema, &name, &tag))
            .await
    }

    async fn delete_model_tag(&self, name: &ModelName, key: &str) -> Result<()> {
        let (name, key) = (name.clone(), key.to_owned());
        self.write(move |connection, schema| registry::delete_model_tag(connection, schema, &name, &key))
            .await
    }

    async fn delete_model(&self, name: &ModelName) -> Result<()> {
        let name = name.clone();
        self.write(move |connection, schema| registry::delete_model(connection, schema, &name))
            .await
    }

    async fn create_version(&self, version: &NewVersion) -> Result<ModelVersion> {
        let new = version.clone();
        let number = self
            .write(move |connection, schema| registry::create_version(connection, schema, &new))
            .await?;
        let name = version.name.clone();
        self.read(move |reader, _| reading::version(reader, &name, &number))
            .await
    }

    async fn describe_version(
        &self,
        name: &ModelName,
        version: &VersionNumber,
        description: &str,
    ) -> Result<()> {
        let (name, version, text) = (name.clone(), version.clone(), description.to_owned());
        self.write(move |connection, schema| {
            registry::describe_version(connection, schema, &name, &version, &text)
        })
        .await
    }

    async fn set_version_tag(&self, name: &ModelName, version: &VersionNumber, tag: &Tag) -> Result<()> {
        let (name, version, tag) = (name.clone(), version.clone(), tag.clone());
        self.write(move |connection, schema| {
            registry::set_version_tag(connection, schema, &name, &version, &tag)
        })
        .await
    }

    async fn delete_version_tag(&self, name: &ModelName, version: &VersionNumber, key: &str) -> Result<()> {
        let (name, version, key) = (name.clone(), version.clone(), key.to_owned());
        self.write(move |connection, schema| {
            registry::delete_version_tag(connection, schema, &name, &version, &key)
        })
        .await
    }

    async fn delete_version(&self, name: &ModelName, version: &VersionNumber) -> Result<()> {
        let (name, version) = (name.clone(), version.clone());
        self.write(move |connection, schema| registry::delete_version(connection, schema, &name, &version))
            .await
    }

    async fn transition_stage(
        &self,
        name: &ModelName,
        version: &VersionNumber,
        stage: &Stage,
        archive_existing: bool,
    ) -> Result<()> {
        let (name, version, stage) = (name.clone(), version.clone(), stage.clone());
        self.write(move |connection, schema| {
            registry::transition_stage(connection, schema, &name, &version, &stage, archive_existing)
        })
        .await
    }

    async fn set_alias(&self, name: &ModelName, alias: &str, version: &VersionNumber) -> Result<()> {
        let (name, alias, version) = (name.clone(), alias.to_owned(), version.clone());
        self.write(move |connection, schema| registry::set_alias(connection, schema, &name, &alias, &version))
            .await
    }

    async fn delete_alias(&self, name: &ModelName, alias: &str) -> Result<()> {
        let (name, alias) = (name.clone(), alias.to_owned());
        self.write(move |connection, schema| registry::delete_alias(connection, schema, &name, &alias))
            .await
    }
}
