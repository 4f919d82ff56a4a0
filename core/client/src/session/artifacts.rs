use std::path::{Path, PathBuf};

use flowdeck_domain::artifact::{ArtifactEntry, ArtifactKind, ArtifactOwner, ArtifactPath, ArtifactRoot};
use flowdeck_domain::port::ByteStream;
use flowdeck_domain::registry::ModelVersion;
use flowdeck_domain::tracking::{LoggedModel, Run};
use flowdeck_domain::{Failure, FailureKind, Result, RunId};
use futures::TryStreamExt;
use tokio::io::AsyncWriteExt;

use super::Session;
use crate::artifact_reference::ArtifactReference;

/// What a download has done so far.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct DownloadProgress {
    /// Files written whole.
    pub n_files: usize,
    /// Bytes written.
    pub n_bytes: u64,
    /// Bytes of all files, as far as the store told sizes; grows as directories are read.
    pub known_bytes: u64,
}

/// What a download left behind.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Download {
    /// The file or directory that was written.
    pub target: PathBuf,
    /// What was done.
    pub progress: DownloadProgress,
}

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
    /// A file appears under its name only when it is whole; until then it stands beside it as `.part`.
    ///
    /// # Errors
    /// What reading or writing met; files that were whole by then stay.
    pub async fn download_artifacts(
        &self,
        root: &ArtifactRoot,
        path: &ArtifactPath,
        into: &Path,
        mut progress: impl FnMut(DownloadProgress) + Send,
    ) -> Result<Download> {
        let mut done = DownloadProgress::default();
        let target = if path.is_root() {
            into.to_owned()
        } else {
            into.join(path.name())
        };
        let below = self.list_artifacts(root, path).await?;
        let is_file = below.is_empty() && !path.is_root() || below.iter().any(|entry| entry.path == *path);
        if is_file {
            self.download_file(root, path, &target, &mut done, &mut progress)
                .await?;
            return Ok(Download {
                target,
                progress: done,
            });
        }
        let mut waiting = below;
        while let Some(entry) = waiting.pop() {
            match entry.kind {
                ArtifactKind::Directory => waiting.extend(self.list_artifacts(root, &entry.path).await?),
                ArtifactKind::File { size_bytes } => {
                    done.known_bytes += size_bytes.unwrap_or(0);
                    let place = target.join(relative(&entry.path, path));
                    self.download_file(root, &entry.path, &place, &mut done, &mut progress)
                        .await?;
                }
            }
        }
        Ok(Download {
            target,
            progress: done,
        })
    }

    async fn download_file(
        &self,
        root: &ArtifactRoot,
        path: &ArtifactPath,
        place: &Path,
        done: &mut DownloadProgress,
        progress: &mut (impl FnMut(DownloadProgress) + Send),
    ) -> Result<()> {
        let cannot_write = |error: std::io::Error| {
            Failure::new(
                FailureKind::System,
                format!("cannot write {}: {error}", place.display()),
            )
            .caused_by(error)
        };
        let mut bytes = self.artifacts.read(root, path).await?;
        if let Some(parent) = place.parent() {
            tokio::fs::create_dir_all(parent).await.map_err(cannot_write)?;
        }
        let mut part_name = place.file_name().unwrap_or_default().to_owned();
        part_name.push(".part");
        let part = place.with_file_name(part_name);
        let mut file = tokio::fs::File::create(&part).await.map_err(cannot_write)?;
        while let Some(chunk) = bytes.try_next().await? {
            file.write_all(&chunk).await.map_err(cannot_write)?;
            done.n_bytes += chunk.len() as u64;
            progress(*done);
        }
        file.flush().await.map_err(cannot_write)?;
        tokio::fs::rename(&part, place).await.map_err(cannot_write)?;
        done.n_files += 1;
        progress(*done);
        Ok(())
    }
}

/// A path without the directory that it lies below.
fn relative<'a>(path: &'a ArtifactPath, directory: &ArtifactPath) -> &'a str {
    path.as_str()
        .strip_prefix(directory.as_str())
        .unwrap_or(path.as_str())
        .trim_start_matches('/')
}
