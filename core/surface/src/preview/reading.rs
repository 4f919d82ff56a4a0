//! How much of a file is read for its preview, from wherever it lies.

use std::fs::File;

use flowdeck_client::artifact::{ArtifactPath, ArtifactRoot};
use flowdeck_client::{Failure, FailureKind, Result, Session};
use futures::TryStreamExt;

use super::{Kind, Preview, Reading, Source, parquet_table};

/// Bytes that tell what a file is.
const FIRST: usize = 16 * 1024;

/// Reads as much of a file as its preview needs, and makes the preview off the threads that answer.
///
/// # Errors
/// What the store met.
pub async fn read(
    session: &Session,
    root: &ArtifactRoot,
    path: &ArtifactPath,
    size_bytes: Option<u64>,
) -> Result<Preview> {
    let mut pieces = session.read_artifact(root, path).await?;
    let mut bytes = Vec::new();
    let mut is_whole = false;
    let mut limit = FIRST;
    let mut reading = None;
    while bytes.len() < limit {
        let Some(piece) = pieces.try_next().await? else {
            is_whole = true;
            break;
        };
        bytes.extend_from_slice(&piece);
        if reading.is_none() && bytes.len() >= FIRST.min(limit) {
            let told = Kind::of(path.name(), &bytes[..bytes.len().min(FIRST)]).read_limit();
            reading = Some(told);
            limit = match told {
                Reading::Head(limit) => limit,
                // Larger than what is taken: no byte more than the first is worth reading.
                Reading::Whole(limit) if size_bytes.is_some_and(|size| size > limit as u64) => FIRST,
                Reading::Whole(limit) => limit,
            };
        }
    }
    if !is_whole && size_bytes.is_none_or(|size| size == bytes.len() as u64) {
        is_whole = pieces.try_next().await?.is_none();
    }
    drop(pieces);
    if !is_whole {
        bytes.truncate(limit);
    }
    let name = path.name().to_owned();
    let local = session.local_artifact(root, path);
    let work = move || {
        let kind = Kind::of(&name, &bytes);
        // A table on this machine is read where it lies, however large it is.
        if kind == Kind::Parquet
            && !is_whole
            && let Some(Ok(file)) = local.map(File::open)
            && let Ok((table, remarks)) = parquet_table(file)
        {
            return Preview::of_table(kind, size_bytes, table, remarks);
        }
        Preview::of(&Source {
            name: &name,
            bytes: &bytes,
            size_bytes: size_bytes.or(is_whole.then_some(bytes.len() as u64)),
            is_whole,
        })
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        Failure::new(FailureKind::System, format!("`{path}` cannot be shown")).caused_by(error)
    })
}
