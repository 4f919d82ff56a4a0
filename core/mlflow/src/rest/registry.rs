//! Reading registered models and their versions.

use async_trait::async_trait;
use flowdeck_domain::port::{Query, RegistryReader};
use flowdeck_domain::registry::{ModelVersion, RegisteredModel};
use flowdeck_domain::search::{Dialect, Search};
use flowdeck_domain::{ModelName, Page, PageToken, Result, VersionNumber};

use super::RestStore;
use super::http::Call;

/// Models in one page at most. Source: MLflow, `SEARCH_REGISTERED_MODEL_MAX_RESULTS_THRESHOLD`.
const MODEL_PAGE_LIMIT: usize = 1_000;

/// Versions in one page at most. Source: MLflow, `SEARCH_MODEL_VERSION_MAX_RESULTS_THRESHOLD`.
const VERSION_PAGE_LIMIT: usize = 200_000;

#[async_trait]
impl RegistryReader for RestStore {
    async fn search_models(&self, query: &Query) -> Result<Page<RegisteredModel>> {
        let call = search("api/2.0/mlflow/registered-models/search", query, MODEL_PAGE_LIMIT);
        Ok(self.page::<RegisteredModel>(&call).await?)
    }

    async fn model(&self, name: &ModelName) -> Result<RegisteredModel> {
        let call = Call::get("api/2.0/mlflow/registered-models/get").with("name", name.as_str());
        Ok(self.one::<RegisteredModel>(&call).await?)
    }

    async fn search_versions(&self, query: &Query) -> Result<Page<ModelVersion>> {
        let first_generation = self.server().await?.is_first_generation();
        if first_generation && query.page.as_ref().is_none_or(is_local) {
            return self.all_versions(query).await;
        }
        let call = search("api/2.0/mlflow/model-versions/search", query, VERSION_PAGE_LIMIT);
        Ok(self.page::<ModelVersion>(&call).await?)
    }

    async fn version(&self, name: &ModelName, version: &VersionNumber) -> Result<ModelVersion> {
        let call = Call::get("api/2.0/mlflow/model-versions/get")
            .with("name", name.as_str())
            .with("version", version.as_str());
        Ok(self.one::<ModelVersion>(&call).await?)
    }

    async fn version_by_alias(&self, name: &ModelName, alias: &str) -> Result<ModelVersion> {
        let call = Call::get("api/2.0/mlflow/registered-models/alias")
            .with("name", name.as_str())
            .with("alias", alias);
        Ok(self.one::<ModelVersion>(&call).await?)
    }
}

impl RestStore {
    /// Servers of 1.x filter versions and do no more: order and pages are made here.
    async fn all_versions(&self, query: &Query) -> Result<Page<ModelVersion>> {
        let mut call = Call::get("api/2.0/mlflow/model-versions/search");
        if !query.filter.is_empty() {
            call = call.with("filter", &query.filter);
        }
        let mut page = self.page::<ModelVersion>(&call).await?;
        // A gateway may have hidden that the server is newer, which then has pages of its own.
        if page.next.is_some() {
            return Ok(page);
        }
        if !query.order_by.is_empty() {
            Search::<ModelVersion>::parse("", &query.order_by, Dialect::Sql)?.sort(&mut page.items)?;
        }
        crate::local::page_of(page.items, query, page.warnings)
    }
}

/// Whether a page token was made here: a server's are base64 of JSON.
fn is_local(token: &PageToken) -> bool {
    token.0.bytes().all(|byte| byte.is_ascii_digit())
}

fn search(path: &str, query: &Query, limit: usize) -> Call {
    let mut call = Call::get(path)
        .with("max_results", query.max_results.clamp(1, limit).to_string())
        .with_each("order_by", query.order_by.iter().cloned());
    if !query.filter.is_empty() {
        call = call.with("filter", &query.filter);
    }
    if let Some(PageToken(token)) = &query.page {
        call = call.with("page_token", &**token);
    }
    call
}
