use std::path::PathBuf;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use flowdeck_cache::{Artifact, Directory, owner_key};
use flowdeck_domain::artifact::{ArtifactEntry, ArtifactPath, ArtifactRoot};
use flowdeck_domain::port::{ArtifactReader, ByteStream};
use flowdeck_domain::{Result, Timestamp};
use futures::{StreamExt, stream};

use super::{Answered, Keeping, Kept};

/// Bytes of one entry of a directory while it waits to be kept, about.
const ENTRY_BYTES: usize = 200;

#[async_trait]
impl ArtifactReader for Kept<dyn ArtifactReader> {
    async fn list(&self, root: &ArtifactRoot, path: &ArtifactPath) -> Result<Vec<ArtifactEntry>> {
        if self.is_here(root, path) {
            // It lies on this machine: no network is needed for it.
            return self.live.list(root, path).await;
        }
        let (live, kept) = (self.live.list(root, path), self.offline.list(root, path));
        let answer = self.answer(live, kept).await?;
        if let Answered::Live(entries, at) = &answer {
            let at = *at;
            let directory = Directory {
                owner: owner_key(root),
                path: path.clone(),
                entries: entries.clone(),
            };
            self.keep(ENTRY_BYTES * (1 + entries.len()), move |writing| {
                writing.things(&[directory], at)
            });
        }
        Ok(answer.into_inner())
    }

    async fn read(&self, root: &ArtifactRoot, path: &ArtifactPath) -> Result<ByteStream> {
        if self.is_here(root, path) {
            return self.live.read(root, path).await;
        }
        let (live, kept) = (self.live.read(root, path), self.offline.read(root, path));
        Ok(match self.answer(live, kept).await? {
            Answered::Kept(bytes) => bytes,
            Answered::Live(bytes, at) => {
                let gathered = Gathered {
                    keeping: self.keeping.clone(),
                    owner: owner_key(root),
                    path: path.clone(),
                    bytes: Some(BytesMut::new()),
                    at,
                };
                kept_while_read(bytes, gathered)
            }
        })
    }

    fn local_path(&self, root: &ArtifactRoot, path: &ArtifactPath) -> Option<PathBuf> {
        self.live.local_path(root, path)
    }
}

impl Kept<dyn ArtifactReader> {
    /// Whether it lies on this machine: a path of the server's may mean nothing here.
    fn is_here(&self, root: &ArtifactRoot, path: &ArtifactPath) -> bool {
        self.live
            .local_path(root, path)
            .is_some_and(|place| place.exists())
    }
}

/// What was read of a file so far; nothing once it is too much to be kept.
struct Gathered {
    keeping: Keeping,
    owner: String,
    path: ArtifactPath,
    bytes: Option<BytesMut>,
    at: Timestamp,
}

fn kept_while_read(bytes: ByteStream, gathered: Gathered) -> ByteStream {
    stream::unfold((bytes, gathered), |(mut bytes, mut gathered)| async move {
        let piece = bytes.next().await;
        match &piece {
            Some(Ok(piece)) => gathered.add(piece),
            Some(Err(_)) => gathered.bytes = None,
            None => gathered.keep(),
        }
        Some((piece?, (bytes, gathered)))
    })
    .boxed()
}

impl Gathered {
    fn add(&mut self, piece: &Bytes) {
        let limit = self.keeping.cache.options().artifact_limit;
        if let Some(bytes) = &mut self.bytes {
            bytes.extend_from_slice(piece);
            if bytes.len() as u64 > limit {
                self.bytes = None;
            }
        }
    }

    fn keep(&mut self) {
        let Some(bytes) = self.bytes.take() else { return };
        let at = self.at;
        let artifact = Artifact {
            owner: self.owner.clone(),
            path: self.path.clone(),
            bytes: bytes.freeze(),
        };
        self.keeping.cache.keep(artifact.bytes.len(), move |writing| {
            writing.things(&[artifact], at)
        });
    }
}
