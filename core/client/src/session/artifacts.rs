use std::path::{Path, PathBuf};

use flowdeck_domain::artifact::{ArtifactEntry, ArtifactOwner, ArtifactPath, ArtifactRoot};
use flowdeck_domain::port::ByteStream;
use flowdeck_domain::registry::ModelVersion;
use flowdeck_domain::tracking::{LoggedModel, Run};
use flowdeck_domain::{Failure, FailureKind, Result, RunId};
pub use flowdeck_mlflow::artifacts::{Download, DownloadProgress};

use super::Session;
use crate::artifact_reference::ArtifactReference;

impl Session {
    /// The artifact root of a run.
    pub async fn run_artifacts(&self, id: &RunId) -> Result<ArtifactRoot> {
        Ok(Self::artifacts_of_run(&self.tracking.run(id).await?))
    }

    /// The artifact root of a run that is already here.
    pub fn artifacts_of_run(run: &Run) -> ArtifactRoot {
        ArtifactRoot {
            owner: ArtifactOwner::Run(run.info.id.clone()),
            uri: run.info.artifact_uri.clone(),
        }
    }

    /// The artifact root of a logged model.
    pub fn artifacts_of_logged_model(model: &LoggedModel) -> ArtifactRoot {
        ArtifactRoot {
            owner: ArtifactOwner::LoggedModel(model.id.clone()),
            uri: model.artifact_uri.clone(),
        }
    }

    /// The artifact root that is meant, and where below it to start.
    ///
    /// # Errors
    /// An owner that does not exist, and a version whose files came from nowhere.
    pub async fn artifact_root(&self, reference: &ArtifactReference) -> Result<(ArtifactRoot, ArtifactPath)> {
        match reference {
            ArtifactReference::Run(id, path) => Ok((self.run_artifacts(id).await?, path.clone())),
            ArtifactReference::LoggedModel(id) => {
                let model = self.tracking.logged_model(id).await?;
                Ok((Self::artifacts_of_logged_model(&model), ArtifactPath::root()))
            }
            ArtifactReference::Version(version) => {
                self.version_artifacts(&self.version(version).await?).await
            }
        }
    }

    /// Where a version's files lie; its source may name a run or a logged model.
    async fn version_artifacts(&self, version: &ModelVersion) -> Result<(ArtifactRoot, ArtifactPath)> {
        let place = version.storage_location.as_ref().or(version.source.as_ref());
        let uri = place.filter(|uri| !uri.is_empty()).ok_or_else(|| {
            Failure::new(
                FailureKind::NotFound,
                format!("version {} of {} has no files", version.version, version.name),
            )
        })?;
        match ArtifactReference::parse(uri) {
            Ok(ArtifactReference::Run(id, path)) if uri.starts_with("runs:/") => {
                Ok((self.run_artifacts(&id).await?, path))
            }
            Ok(ArtifactReference::LoggedModel(id)) => {
                let model = self.tracking.logged_model(&id).await?;
                Ok((Self::artifacts_of_logged_model(&model), ArtifactPath::root()))
            }
            _ => {
                let root = ArtifactRoot {
                    owner: ArtifactOwner::ModelVersion(version.name.clone(), version.version.clone()),
                    uri: uri.clone(),
                };
                Ok((root, ArtifactPath::root()))
            }
        }
    }

    /// Entries directly below a path, by name.
    pub async fn list_artifacts(
        &self,
        root: &ArtifactRoot,
        path: &ArtifactPath,
    ) -> Result<Vec<ArtifactEntry>> {
        self.artifacts.list(root, path).await
    }

    /// The bytes of one file as they are read.
    pub async fn read_artifact(&self, root: &ArtifactRoot, path: &ArtifactPath) -> Result<ByteStream> {
        self.artifacts.read(root, path).await
    }

    /// Where a file lies on this machine, if it does.
    pub fn local_artifact(&self, root: &ArtifactRoot, path: &ArtifactPath) -> Option<PathBuf> {
        self.artifacts.local_path(root, path)
    }

    /// Copies a file, or a directory with all below it, into the directory `into`.
    ///
    /// # Errors
    /// As for [`flowdeck_mlflow::artifacts::download`].
    pub async fn download_artifacts(
        &self,
        root: &ArtifactRoot,
        path: &ArtifactPath,
        into: &Path,
        progress: impl FnMut(DownloadProgress) + Send,
    ) -> Result<Download> {
        flowdeck_mlflow::artifacts::download(&*self.artifacts, root, path, into, progress).await
    }
}
