use async_trait::async_trait;
use flowdeck_domain::port::RegistryWriter;
use flowdeck_domain::registry::{ModelVersion, NewVersion, Stage};
use flowdeck_domain::tracking::Tag;
use flowdeck_domain::{ModelName, Result, VersionNumber};

use super::write::{models, versions};
use super::{FileStore, registry};

#[async_trait]
impl RegistryWriter for FileStore {
    async fn create_model(&self, name: &ModelName, description: Option<&str>, tags: &[Tag]) -> Result<()> {
        let (name, tags) = (name.clone(), tags.to_vec());
        let description = description.map(str::to_owned);
        self.blocking(move |store| models::create(&store.root, &name, description.as_deref(), &tags))
            .await
    }

    async fn rename_model(&self, name: &ModelName, new_name: &ModelName) -> Result<()> {
        let (name, new_name) = (name.clone(), new_name.clone());
        self.blocking(move |store| models::rename(&store.root, &name, &new_name))
            .await
    }

    async fn describe_model(&self, name: &ModelName, description: &str) -> Result<()> {
        let (name, text) = (name.clone(), description.to_owned());
        self.blocking(move |store| models::describe(&store.root, &name, &text))
            .await
    }

    async fn set_model_tag(&self, name: &ModelName, tag: &Tag) -> Result<()> {
        let (name, tag) = (name.clone(), tag.clone());
        self.blocking(move |store| models::set_tag(&store.root, &name, &tag))
            .await
    }

    async fn delete_model_tag(&self, name: &ModelName, key: &str) -> Result<()> {
        let (name, key) = (name.clone(), key.to_owned());
        self.blocking(move |store| models::delete_tag(&store.root, &name, &key))
            .await
    }

    async fn delete_model(&self, name: &ModelName) -> Result<()> {
        let name = name.clone();
        self.blocking(move |store| models::delete(&store.root, &name))
            .await
    }

    async fn create_version(&self, version: &NewVersion) -> Result<ModelVersion> {
        let new = version.clone();
        let number = self
            .blocking(move |store| versions::create(&store.root, &new))
            .await?;
        let name = version.name.clone();
        self.blocking(move |store| registry::version(&store.root, &name, &number))
            .await
    }

    async fn describe_version(
        &self,
        name: &ModelName,
        version: &VersionNumber,
        description: &str,
    ) -> Result<()> {
        let (name, version, text) = (name.clone(), version.clone(), description.to_owned());
        self.blocking(move |store| versions::describe(&store.root, &name, &version, &text))
            .await
    }

    async fn set_version_tag(&self, name: &ModelName, version: &VersionNumber, tag: &Tag) -> Result<()> {
        let (name, version, tag) = (name.clone(), version.clone(), tag.clone());
        self.blocking(move |store| versions::set_tag(&store.root, &name, &version, &tag))
            .await
    }

    async fn delete_version_tag(&self, name: &ModelName, version: &VersionNumber, key: &str) -> Result<()> {
        let (name, version, key) = (name.clone(), version.clone(), key.to_owned());
        self.blocking(move |store| versions::delete_tag(&store.root, &name, &version, &key))
            .await
    }

    async fn delete_version(&self, name: &ModelName, version: &VersionNumber) -> Result<()> {
        let (name, version) = (name.clone(), version.clone());
        self.blocking(move |store| versions::delete(&store.root, &name, &version))
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
        self.blocking(move |store| {
            versions::transition(&store.root, &name, &version, &stage, archive_existing)
        })
        .await
    }

    async fn set_alias(&self, name: &ModelName, alias: &str, version: &VersionNumber) -> Result<()> {
        let (name, alias, version) = (name.clone(), alias.to_owned(), version.clone());
        self.blocking(move |store| versions::set_alias(&store.root, &name, &alias, &version))
            .await
    }

    async fn delete_alias(&self, name: &ModelName, alias: &str) -> Result<()> {
        let (name, alias) = (name.clone(), alias.to_owned());
        self.blocking(move |store| models::delete_alias(&store.root, &name, &alias))
            .await
    }
}
