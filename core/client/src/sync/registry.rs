use std::collections::BTreeSet;

use flowdeck_domain::artifact::ArtifactPath;
use flowdeck_domain::registry::ModelVersion;
use flowdeck_domain::tracking::Run;
use flowdeck_domain::{Failure, FailureKind, ModelName, Result, RunId};
use futures::{StreamExt, TryStreamExt, stream};

use super::{AT_ONCE, SyncTarget};
use crate::artifact_reference::ArtifactReference;
use crate::list::ListRequest;
use crate::session::Session;
use crate::version_reference::VersionReference;

/// The file that describes a model.
const CARD: &str = "MLmodel";

impl Session {
    /// Fetches the registered models that these runs made versions of, with all their versions, and what describes the
    /// models of those that they made; answers with the number of versions.
    pub(super) async fn sync_registry(&self, target: &SyncTarget, runs: &[Run]) -> Result<usize> {
        let ids: BTreeSet<&RunId> = runs.iter().map(|run| &run.info.id).collect();
        let found = match target {
            SyncTarget::Run(id) => self.versions_by(&made_by(id)).await,
            SyncTarget::Experiment(_) => match self.versions_by("").await {
                // MLflow 1.30 lists no versions but those of a model or a run.
                Err(failure) if failure.kind() == FailureKind::InvalidInput => {
                    self.versions_of_runs(&ids).await
                }
                answer => answer,
            },
        };
        // Who may not read the registry has the runs all the same.
        let mut versions = self.unless_refused(found)?.unwrap_or_default();
        versions.retain(|version| version.run_id.as_ref().is_some_and(|id| ids.contains(id)));
        let names: BTreeSet<&ModelName> = versions.iter().map(|version| &version.name).collect();
        let mut n_versions = 0;
        for name in names {
            let found = self.model_with_versions(name).await;
            n_versions += self.unless_refused(found)?.map_or(0, |(_, all)| all.len());
        }
        for version in &versions {
            self.sync_card(version).await?;
        }
        Ok(n_versions)
    }

    async fn versions_of_runs(&self, ids: &BTreeSet<&RunId>) -> Result<Vec<ModelVersion>> {
        let found = stream::iter(ids)
            .map(|id| async move { self.versions_by(&made_by(id)).await })
            .buffer_unordered(AT_ONCE);
        found.try_concat().await
    }

    async fn versions_by(&self, filter: &str) -> Result<Vec<ModelVersion>> {
        let list = ListRequest {
            filter: filter.to_owned(),
            limit: None,
            ..ListRequest::default()
        };
        Ok(self.versions(&list).await?.items)
    }

    /// Fetches what describes the model of a version, which tells its signature; a version may have no files.
    async fn sync_card(&self, version: &ModelVersion) -> Result<()> {
        let reference = VersionReference::Number(version.name.clone(), version.version.clone());
        let card = async {
            let (root, below) = self.artifact_root(&ArtifactReference::Version(reference)).await?;
            let path: ArtifactPath = below.join(CARD)?;
            let mut bytes = self.read_artifact(&root, &path).await?;
            while bytes.try_next().await?.is_some() {}
            Ok::<_, Failure>(())
        };
        if let Err(failure) = card.await {
            tracing::info!(%failure, model = %version.name, version = %version.version, "it has no card");
        }
        self.is_of_server(Ok(()))
    }
}

fn made_by(run: &RunId) -> String {
    format!("run_id = '{run}'")
}
