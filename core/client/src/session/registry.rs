use flowdeck_domain::artifact::ArtifactPath;
use flowdeck_domain::registry::{ModelVersion, NewVersion, PROMPT_TAG, RegisteredModel};
use flowdeck_domain::{Failure, FailureKind, ModelName, Result};

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
    /// As for [`Session::model_with_versions`].
    pub async fn versions_of(&self, name: &ModelName) -> Result<Vec<ModelVersion>> {
        Ok(self.model_with_versions(name).await?.1)
    }

    /// One registered model and all its versions. Servers leave the aliases out of lists of versions; here they are in them.
    ///
    /// # Errors
    /// A model that is not there, and a name that holds both kinds of quotes, which no search can name.
    pub async fn model_with_versions(
        &self,
        name: &ModelName,
    ) -> Result<(RegisteredModel, Vec<ModelVersion>)> {
        let request = |filter: String| ListRequest {
            filter,
            limit: None,
            ..ListRequest::default()
        };
        let all = request(versions_filter(name));
        let (model, versions) = futures::join!(self.model(name), self.versions(&all));
        let (model, mut versions) = (model?, versions?.items);
        if versions.is_empty() && model.is_prompt() {
            // A server shows versions of prompts to those alone who ask for them.
            let prompts = format!("{} AND tags.`{PROMPT_TAG}` = 'true'", all.filter);
            versions = self.versions(&request(prompts)).await?.items;
        }
        for version in versions.iter_mut().filter(|version| version.aliases.is_empty()) {
            let pointing = model
                .aliases
                .iter()
                .filter(|alias| alias.version == version.version);
            version.aliases = pointing.map(|alias| alias.alias.clone()).collect();
        }
        Ok((model, versions))
    }

    /// Registers a version, making the registered model first where that is wanted.
    ///
    /// A source `runs:/RUN/path` becomes the place of those files, as MLflow's own registration has it, and where the run
    /// has none there, the logged model of that name. The run and the logged model are noted with the version.
    ///
    /// # Errors
    /// A model, a run or a logged model that is not there, and whatever the registry refuses.
    pub async fn register(&self, mut new: NewVersion, create_model: bool) -> Result<ModelVersion> {
        self.policy().confirmation()?;
        self.resolve_source(&mut new).await?;
        match self.registered_model(&new.name).await {
            Ok(_) => {}
            Err(failure) if create_model && failure.kind() == FailureKind::NotFound => {
                self.registry_writer.create_model(&new.name, None, &[]).await?;
            }
            Err(failure) => return Err(failure),
        }
        self.registry_writer.create_version(&new).await
    }

    async fn resolve_source(&self, new: &mut NewVersion) -> Result<()> {
        if let Some(id) = new
            .source
            .strip_prefix("models:/")
            .filter(|path| path.starts_with("m-"))
        {
            let model = self.tracking.logged_model(&id.into()).await?;
            new.model_id.get_or_insert(model.id);
            if new.run_id.is_none() {
                new.run_id = model.source_run_id;
            }
            return Ok(());
        }
        let Some((run_id, path)) = new
            .source
            .strip_prefix("runs:/")
            .and_then(|path| path.split_once('/'))
        else {
            return Ok(());
        };
        let run = self.tracking.run(&run_id.into()).await?;
        let root = Self::artifacts_of_run(&run);
        let below = ArtifactPath::parse(path)?;
        new.run_id.get_or_insert(run.info.id.clone());
        if !self.artifacts.list(&root, &below).await?.is_empty() {
            new.source = format!("{}/{below}", root.uri.trim_end_matches('/'));
            return Ok(());
        }
        for output in &run.model_outputs {
            let model = self.tracking.logged_model(&output.model_id).await?;
            if model.name == path {
                new.source = format!("models:/{}", model.id);
                new.model_id = Some(model.id);
                return Ok(());
            }
        }
        let message = format!("run {run_id} has neither files nor a logged model at `{path}`");
        Err(Failure::new(FailureKind::NotFound, message)
            .with_hint(format!("see `flowdeck artifacts ls {run_id}`")))
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
