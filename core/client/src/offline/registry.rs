use async_trait::async_trait;
use flowdeck_cache::model_named;
use flowdeck_domain::port::{Query, RegistryReader, View};
use flowdeck_domain::registry::{ModelVersion, RegisteredModel};
use flowdeck_domain::{ModelName, Page, Result, VersionNumber};

use super::Kept;

#[async_trait]
impl RegistryReader for Kept<dyn RegistryReader> {
    async fn search_models(&self, query: &Query) -> Result<Page<RegisteredModel>> {
        let (live, kept) = (self.live.search_models(query), self.offline.search_models(query));
        // Models and prompts are one list, of which each search shows one kind only: no page of either tells the end.
        let part = Query {
            filter: format!("{} ", query.filter),
            view: View::Active,
            ..query.clone()
        };
        self.list(|| vec![String::new()], &part, live, kept).await
    }

    async fn model(&self, name: &ModelName) -> Result<RegisteredModel> {
        self.thing(name.as_str(), self.live.model(name), self.offline.model(name))
            .await
    }

    async fn search_versions(&self, query: &Query) -> Result<Page<ModelVersion>> {
        let (live, kept) = (
            self.live.search_versions(query),
            self.offline.search_versions(query),
        );
        // Only the question for all versions of one model tells of a list.
        let of_model = || {
            model_named(&query.filter)
                .map(str::to_owned)
                .into_iter()
                .collect()
        };
        let active = Query {
            view: View::Active,
            ..query.clone()
        };
        self.list(of_model, &active, live, kept).await
    }

    async fn version(&self, name: &ModelName, version: &VersionNumber) -> Result<ModelVersion> {
        let (live, kept) = (
            self.live.version(name, version),
            self.offline.version(name, version),
        );
        self.thing(&format!("{name}\n{version}"), live, kept).await
    }

    async fn version_by_alias(&self, name: &ModelName, alias: &str) -> Result<ModelVersion> {
        let (live, kept) = (
            self.live.version_by_alias(name, alias),
            self.offline.version_by_alias(name, alias),
        );
        self.thing("", live, kept).await
    }
}
