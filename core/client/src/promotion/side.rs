use std::collections::BTreeMap;

use flowdeck_domain::Result;
use flowdeck_domain::registry::ModelVersion;
use flowdeck_domain::tracking::Run;
use futures::StreamExt;

use super::signature::Signature;
use crate::artifact_reference::ArtifactReference;
use crate::session::Session;
use crate::version_reference::VersionReference;

/// Bytes of an `MLmodel` that are read; real ones hold some thousand.
const MLMODEL_LIMIT_BYTES: usize = 4 << 20;

/// One version with where it comes from.
#[derive(Clone, Debug)]
pub struct Side {
    /// The version.
    pub version: ModelVersion,
    /// The run that made it; none where it names none, or one that is not here.
    pub run: Option<Run>,
    /// Last values of metrics, of the logged model where it has some, else of the run.
    pub metrics: BTreeMap<String, f64>,
    /// Params likewise.
    pub params: BTreeMap<String, String>,
    /// What it takes and gives; none where its files tell nothing, or cannot be reached.
    pub signature: Option<Signature>,
}

impl Session {
    /// Gathers what is known of a version. What is not there or cannot be reached is left out: a run may live on another
    /// server, and files in a bucket that this machine has no right to.
    pub(super) async fn side(&self, version: ModelVersion) -> Side {
        let (run, model, signature) = futures::join!(
            async {
                match &version.run_id {
                    Some(id) => self.tracking.run(id).await.ok(),
                    None => None,
                }
            },
            async {
                match &version.model_id {
                    Some(id) => self.tracking.logged_model(id).await.ok(),
                    None => None,
                }
            },
            async { self.signature(&version).await.ok().flatten() },
        );
        let (mut metrics, mut params) = (BTreeMap::new(), BTreeMap::new());
        if let Some(run) = &run {
            metrics.extend(
                run.metrics
                    .iter()
                    .map(|metric| (metric.key.to_string(), metric.value)),
            );
            params.extend(
                run.params
                    .iter()
                    .map(|param| (param.key.to_string(), param.value.clone())),
            );
        }
        if let Some(model) = model {
            metrics.extend(
                model
                    .metrics
                    .into_iter()
                    .map(|metric| (metric.key.to_string(), metric.value)),
            );
            params.extend(
                model
                    .params
                    .into_iter()
                    .map(|param| (param.key.to_string(), param.value)),
            );
        }
        Side {
            version,
            run,
            metrics,
            params,
            signature,
        }
    }

    async fn signature(&self, version: &ModelVersion) -> Result<Option<Signature>> {
        let reference = VersionReference::Number(version.name.clone(), version.version.clone());
        let (root, path) = self.artifact_root(&ArtifactReference::Version(reference)).await?;
        let mut bytes = self.read_artifact(&root, &path.join("MLmodel")?).await?;
        let mut yaml = Vec::new();
        while let Some(chunk) = bytes.next().await {
            yaml.extend_from_slice(&chunk?);
            if yaml.len() > MLMODEL_LIMIT_BYTES {
                return Ok(None);
            }
        }
        Ok(Signature::of_mlmodel(&String::from_utf8_lossy(&yaml)))
    }
}
