//! Writing to the registry of a server, which refuses where MLflow refuses.

use async_trait::async_trait;
use flowdeck_domain::port::RegistryWriter;
use flowdeck_domain::registry::{ModelVersion, NewVersion, Stage};
use flowdeck_domain::tracking::Tag;
use flowdeck_domain::{Failure, FailureKind, ModelName, Result, VersionNumber};
use reqwest::Method;
use serde_json::{Value, json};

use super::RestStore;
use super::http::Call;
use crate::rules;

#[async_trait]
impl RegistryWriter for RestStore {
    async fn create_model(&self, name: &ModelName, description: Option<&str>, tags: &[Tag]) -> Result<()> {
        rules::check_model_name(name)?;
        let mut body = json!({ "name": name.as_str() });
        set(&mut body, "description", description);
        set_tags(&mut body, tags);
        self.change(Method::POST, "registered-models/create", &body).await
    }

    async fn rename_model(&self, name: &ModelName, new_name: &ModelName) -> Result<()> {
        rules::check_model_name(new_name)?;
        let body = json!({ "name": name.as_str(), "new_name": new_name.as_str() });
        self.change(Method::POST, "registered-models/rename", &body).await
    }

    async fn describe_model(&self, name: &ModelName, description: &str) -> Result<()> {
        let body = json!({ "name": name.as_str(), "description": description });
        self.change(Method::PATCH, "registered-models/update", &body)
            .await
    }

    async fn set_model_tag(&self, name: &ModelName, tag: &Tag) -> Result<()> {
        let body = json!({ "name": name.as_str(), "key": tag.key.as_str(), "value": tag.value });
        self.change(Method::POST, "registered-models/set-tag", &body)
            .await
    }

    async fn delete_model_tag(&self, name: &ModelName, key: &str) -> Result<()> {
        let body = json!({ "name": name.as_str(), "key": key });
        self.change(Method::DELETE, "registered-models/delete-tag", &body)
            .await
    }

    async fn delete_model(&self, name: &ModelName) -> Result<()> {
        let body = json!({ "name": name.as_str() });
        self.change(Method::DELETE, "registered-models/delete", &body)
            .await
    }

    async fn create_version(&self, version: &NewVersion) -> Result<ModelVersion> {
        let mut body = json!({ "name": version.name.as_str(), "source": version.source });
        set(&mut body, "run_id", version.run_id.as_ref().map(AsRef::as_ref));
        set(&mut body, "run_link", version.run_link.as_deref());
        set(
            &mut body,
            "model_id",
            version.model_id.as_ref().map(AsRef::as_ref),
        );
        set(&mut body, "description", version.description.as_deref());
        set_tags(&mut body, &version.tags);
        let call = Call::write("api/2.0/mlflow/model-versions/create", &body);
        Ok(self.one::<ModelVersion>(&call).await?)
    }

    async fn describe_version(
        &self,
        name: &ModelName,
        version: &VersionNumber,
        description: &str,
    ) -> Result<()> {
        let mut body = of_version(name, version)?;
        body["description"] = description.into();
        self.change(Method::PATCH, "model-versions/update", &body).await
    }

    async fn set_version_tag(&self, name: &ModelName, version: &VersionNumber, tag: &Tag) -> Result<()> {
        let mut body = of_version(name, version)?;
        body["key"] = tag.key.as_str().into();
        body["value"] = tag.value.as_str().into();
        self.change(Method::POST, "model-versions/set-tag", &body).await
    }

    async fn delete_version_tag(&self, name: &ModelName, version: &VersionNumber, key: &str) -> Result<()> {
        let mut body = of_version(name, version)?;
        body["key"] = key.into();
        self.change(Method::DELETE, "model-versions/delete-tag", &body)
            .await
    }

    async fn delete_version(&self, name: &ModelName, version: &VersionNumber) -> Result<()> {
        let body = of_version(name, version)?;
        self.change(Method::DELETE, "model-versions/delete", &body).await
    }

    async fn transition_stage(
        &self,
        name: &ModelName,
        version: &VersionNumber,
        stage: &Stage,
        archive_existing: bool,
    ) -> Result<()> {
        // Servers answer 500 where a stage cannot archive, and are asked again and again.
        rules::check_stage(stage, archive_existing)?;
        let mut body = of_version(name, version)?;
        body["stage"] = stage.word().into();
        body["archive_existing_versions"] = archive_existing.into();
        self.change(Method::POST, "model-versions/transition-stage", &body)
            .await
    }

    async fn set_alias(&self, name: &ModelName, alias: &str, version: &VersionNumber) -> Result<()> {
        rules::check_new_alias(alias)?;
        let mut body = of_version(name, version)?;
        body["alias"] = alias.into();
        self.change(Method::POST, "registered-models/alias", &body).await
    }

    async fn delete_alias(&self, name: &ModelName, alias: &str) -> Result<()> {
        let body = json!({ "name": name.as_str(), "alias": alias });
        self.change(Method::DELETE, "registered-models/alias", &body)
            .await
    }
}

impl RestStore {
    async fn change(&self, method: Method, path: &str, body: &Value) -> Result<()> {
        let call = Call::write(format!("api/2.0/mlflow/{path}"), body).by(method);
        self.inner.http.fetch(&call).await?;
        Ok(())
    }
}

/// The words that name a version. What is no number is sent nowhere: servers of 1.x fail at it.
fn of_version(name: &ModelName, version: &VersionNumber) -> Result<Value> {
    if version.as_str().parse::<u64>().is_err() {
        let message = format!("registered model `{name}` has no version {version}");
        return Err(Failure::new(FailureKind::NotFound, message).with_hint("a version is a number"));
    }
    Ok(json!({ "name": name.as_str(), "version": version.as_str() }))
}

fn set(body: &mut Value, key: &str, value: Option<&str>) {
    if let Some(value) = value {
        body[key] = value.into();
    }
}

fn set_tags(body: &mut Value, tags: &[Tag]) {
    if !tags.is_empty() {
        body["tags"] = tags
            .iter()
            .map(|tag| json!({ "key": tag.key.as_str(), "value": tag.value }))
            .collect();
    }
}
