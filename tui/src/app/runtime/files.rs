//! Files of runs for the pages that compare them: which there are, and what differs between two.

use std::collections::VecDeque;
use std::sync::Arc;

use flowdeck_surface::client::artifact::{ArtifactEntry, ArtifactKind, ArtifactPath, ArtifactRoot};
use flowdeck_surface::client::{Failure, FailureKind, Result, Session};
use flowdeck_surface::compare::TextDiff;
use flowdeck_surface::preview::{Source, TextFile};
use futures::TryStreamExt;

/// Directories of a run that are looked into, and files of it that are told.
const MOST_DIRECTORIES: usize = 100;
const MOST_FILES: usize = 2_000;

/// The files of a run, those at the top first, and whether there are more.
///
/// # Errors
/// What the store met.
pub(super) async fn walk(session: &Session, root: &ArtifactRoot) -> Result<(Vec<ArtifactEntry>, bool)> {
    let mut files = Vec::new();
    let mut ahead = VecDeque::from([ArtifactPath::root()]);
    let mut n_looked = 0;
    while let Some(path) = ahead.pop_front() {
        if n_looked == MOST_DIRECTORIES || files.len() >= MOST_FILES {
            return Ok((files, true));
        }
        n_looked += 1;
        for entry in session.list_artifacts(root, &path).await? {
            match entry.kind {
                ArtifactKind::Directory => ahead.push_back(entry.path),
                ArtifactKind::File { .. } => files.push(entry),
            }
        }
    }
    Ok((files, false))
}

/// A file as text, as much of it as is worth comparing.
///
/// # Errors
/// What the store met, and a file that is no text.
pub(super) async fn text(
    session: &Session,
    root: &ArtifactRoot,
    path: &ArtifactPath,
    size_bytes: Option<u64>,
) -> Result<TextFile> {
    let mut pieces = session.read_artifact(root, path).await?;
    let mut bytes = Vec::new();
    let mut is_whole = false;
    while bytes.len() <= TextFile::MOST_BYTES {
        let Some(piece) = pieces.try_next().await? else {
            is_whole = true;
            break;
        };
        bytes.extend_from_slice(&piece);
    }
    bytes.truncate(TextFile::MOST_BYTES);
    let source = Source {
        name: path.name(),
        bytes: &bytes,
        size_bytes,
        is_whole,
    };
    TextFile::of(&source).ok_or_else(|| {
        Failure::new(FailureKind::InvalidInput, format!("`{path}` is no text"))
            .with_hint("choose another file")
    })
}

/// What differs between two texts, worked out aside from whatever else goes on.
///
/// # Errors
/// None but a fault of ours.
pub(super) async fn diff(left: Arc<TextFile>, right: Arc<TextFile>) -> Result<TextDiff> {
    let worked_out = tokio::task::spawn_blocking(move || TextDiff::of(&left, &right)).await;
    worked_out.map_err(|_| Failure::new(FailureKind::System, "comparing the files was broken off"))
}
