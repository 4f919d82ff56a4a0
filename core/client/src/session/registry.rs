use flowdeck_domain::registry::{ModelVersion, RegisteredModel};
use flowdeck_domain::{ModelName, Result};

use super::Session;
use crate::list::{ListRequest, Listing};
use crate::version_reference::VersionReference;

/// Registered models or versions that a server sends in one page.
const MODELS_PER_PAGE: usize = 200;

impl Session {
    /// Registered models that match.
    pub async fn models(&self, list: &ListRequest) -> Result<Listing<RegisteredModel>> {
        let fetch = |query| async move { self.registry.search_models(&query).await };
        list.collect(MODELS_PER_PAGE, fetch).await
    }

    /// One registered model.
    pub async fn model(&self, name: &ModelName) -> Result<RegisteredModel> {
        self.registry.model(name).await
    }

    /// Model versions that match.
    pub async fn versions(&self, list: &ListRequest) -> Result<Listing<ModelVersion>> {
        let fetch = |query| async move { self.registry.search_versions(&query).await };
        list.collect(MODELS_PER_PAGE, fetch).await
    }

    /// All versions of one model.
    ///
    /// # Errors
    /// A name that holds both kinds of quotes, which no search can name.
    pub async fn versions_of(&self, name: &ModelName) -> Result<Vec<ModelVersion>> {
        let request = ListRequest {
            filter: versions_filter(name),
            limit: None,
            ..ListRequest::default()
        };
        Ok(self.versions(&request).await?.items)
    }

    /// One model version, by number or alias.
    pub async fn version(&self, reference: &VersionReference) -> Result<ModelVersion> {
        match reference {
            VersionReference::Number(name, version) => self.registry.version(name, version).await,
            VersionReference::Alias(name, alias) => self.registry.version_by_alias(name, alias).await,
        }
    }
}

/// The filter that finds the versions of one model: `name = 'detector'`.
pub fn versions_filter(name: &ModelName) -> String {
    let quote = if name.as_str().contains('\'') { '"' } else { '\'' };
    format!("name = {quote}{name}{quote}")
}
