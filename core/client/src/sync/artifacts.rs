use std::sync::atomic::Ordering;

use flowdeck_cache::{Kind, owner_key};
use flowdeck_domain::artifact::{ArtifactEntry, ArtifactKind, ArtifactPath, ArtifactRoot};
use flowdeck_domain::{Result, Warning};
use futures::TryStreamExt;

use super::pattern::fits;
use super::{Journal, SyncReport};
use crate::session::Session;

/// Directories below each other that are followed; links within a root may go round in circles.
const DEPTH: usize = 64;

impl Session {
    /// Fetches the files below a root whose path fits a pattern, and the listings of all its directories.
    pub(super) async fn sync_artifacts(
        &self,
        root: &ArtifactRoot,
        patterns: &[String],
        journal: &Journal<'_>,
        report: &mut SyncReport,
    ) -> Result<()> {
        let mut files = self.files_below(root).await?;
        files.retain(|file| patterns.iter().any(|pattern| fits(pattern, file.path.as_str())));
        journal.n_all.fetch_add(files.len(), Ordering::Relaxed);
        let limit = journal.cache.options().artifact_limit;
        for file in files {
            let path = &file.path;
            let id = format!("{}\n{path}", owner_key(root));
            let read_at = journal
                .cache
                .read(move |reading| reading.read_at(Kind::Artifact, &id))
                .await?;
            if read_at.is_some_and(|at| at >= journal.started_at) {
                report.n_before += 1;
                report.n_files += 1;
            } else if file.size_bytes().is_some_and(|size| size > limit) {
                report.warnings.push(Warning::new(format!(
                    "artifact `{path}` of {} is larger than artifact_limit and was not kept",
                    root.uri
                )));
            } else if self
                .local_artifact(root, path)
                .is_some_and(|place| place.exists())
            {
                // It lies on this machine and is read there.
                report.n_files += 1;
            } else {
                let mut bytes = self.read_artifact(root, path).await?;
                while bytes.try_next().await?.is_some() {}
                self.is_of_server(Ok(()))?;
                report.n_files += 1;
            }
            journal.done().await?;
        }
        Ok(())
    }

    async fn files_below(&self, root: &ArtifactRoot) -> Result<Vec<ArtifactEntry>> {
        let (mut files, mut open) = (Vec::new(), vec![(ArtifactPath::root(), 0)]);
        while let Some((path, depth)) = open.pop() {
            let entries = self.list_artifacts(root, &path).await?;
            self.is_of_server(Ok(()))?;
            for entry in entries {
                match entry.kind {
                    ArtifactKind::Directory if depth < DEPTH => open.push((entry.path, depth + 1)),
                    ArtifactKind::Directory => {}
                    ArtifactKind::File { .. } => files.push(entry),
                }
            }
        }
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(files)
    }
}
