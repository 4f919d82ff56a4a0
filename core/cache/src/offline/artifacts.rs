use std::path::PathBuf;

use async_trait::async_trait;
use flowdeck_domain::Result;
use flowdeck_domain::artifact::{ArtifactEntry, ArtifactPath, ArtifactRoot};
use flowdeck_domain::port::{ArtifactReader, ByteStream};
use futures::StreamExt;

use super::Offline;
use crate::record::artifact_id;
use crate::record::{Artifact, Directory, owner_key};

#[async_trait]
impl ArtifactReader for Offline {
    async fn list(&self, root: &ArtifactRoot, path: &ArtifactPath) -> Result<Vec<ArtifactEntry>> {
        let owner = owner_key(root);
        let what = || format!("the artifacts of {} at `{path}`", owner.replacen(':', " ", 1));
        let found: Directory = self.by_id(what, &artifact_id(&owner, path)).await?;
        Ok(found.entries)
    }

    async fn read(&self, root: &ArtifactRoot, path: &ArtifactPath) -> Result<ByteStream> {
        let owner = owner_key(root);
        let what = || format!("artifact `{path}` of {}", owner.replacen(':', " ", 1));
        let found: Artifact = self.by_id(what, &artifact_id(&owner, path)).await?;
        let bytes = futures::stream::iter([Ok(found.bytes)]);
        Ok(bytes.boxed())
    }

    fn local_path(&self, _: &ArtifactRoot, _: &ArtifactPath) -> Option<PathBuf> {
        None
    }
}
