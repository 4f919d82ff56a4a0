//! Copying artifacts to a directory of this machine.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use flowdeck_domain::artifact::{ArtifactEntry, ArtifactKind, ArtifactPath, ArtifactRoot};
use flowdeck_domain::port::ArtifactReader;
use flowdeck_domain::{Failure, FailureKind, Result};
use futures::{StreamExt, TryStreamExt};
use tokio::io::AsyncWriteExt;

/// Files copied at once.
const AT_ONCE: usize = 4;

/// Directories below each other that are followed; links within a root may go round in circles.
const DEPTH: usize = 64;

/// How far a download is.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Progress {
    /// Files that are there.
    pub files_done: usize,
    /// Files to copy.
    pub files: usize,
    /// Bytes that came, those of unfinished files included.
    pub bytes_done: u64,
    /// Bytes to copy, where every size is told.
    pub bytes: Option<u64>,
}

/// What a download made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Downloaded {
    /// The file or directory that now holds the copy.
    pub path: PathBuf,
    /// Files copied.
    pub files: usize,
    /// Bytes copied.
    pub bytes: u64,
}

/// Copies a file, or a directory with all below it, into `destination`, which is made if it is not there.
///
/// `a/model` becomes `destination/model`; the root's own entries go into `destination` itself. Each file is written
/// beside its place and renamed once it is whole: what stands under its name is never half a file.
///
/// # Errors
/// Nothing is there, it cannot be read, or it cannot be written.
pub async fn download(
    reader: &dyn ArtifactReader,
    root: &ArtifactRoot,
    path: &ArtifactPath,
    destination: &Path,
    progress: &(dyn Fn(&Progress) + Send + Sync),
) -> Result<Downloaded> {
    let files = files_below(reader, root, path).await?;
    let target = destination.join(path.name());
    let sizes: Option<u64> = files
        .iter()
        .map(|entry| match entry.kind {
            ArtifactKind::File { size_bytes } => size_bytes,
            ArtifactKind::Directory => None,
        })
        .sum();
    let state = Mutex::new(Progress {
        files: files.len(),
        bytes: sizes,
        ..Progress::default()
    });
    let report = |change: &dyn Fn(&mut Progress)| {
        let now = {
            let mut state = state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            change(&mut state);
            state.clone()
        };
        progress(&now);
    };
    report(&|_| {});
    make_directory(if files.len() == 1 && files[0].path == *path {
        destination
    } else {
        &target
    })
    .await?;
    let report = &report;
    futures::stream::iter(files.iter().map(Ok))
        .try_for_each_concurrent(AT_ONCE, |entry| async {
            let below = entry
                .path
                .as_str()
                .strip_prefix(path.as_str())
                .unwrap_or_default();
            let place = target.join(below.trim_start_matches('/'));
            // Joining nothing leaves a slash behind, which a file's name must not have.
            let place = if below.is_empty() { target.clone() } else { place };
            let came = |bytes: u64| report(&|state: &mut Progress| state.bytes_done += bytes);
            copy(reader, root, &entry.path, &place, &came).await?;
            report(&|state| state.files_done += 1);
            Ok::<_, Failure>(())
        })
        .await?;
    let done = state
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok(Downloaded {
        path: target,
        files: done.files_done,
        bytes: done.bytes_done,
    })
}

/// The file itself, or all files below the directory.
async fn files_below(
    reader: &dyn ArtifactReader,
    root: &ArtifactRoot,
    path: &ArtifactPath,
) -> Result<Vec<ArtifactEntry>> {
    let mut files = Vec::new();
    let mut level = reader.list(root, path).await?;
    if level.is_empty() && !path.is_root() {
        let siblings = reader.list(root, &crate::rest::parent(path)).await;
        match siblings.map(|all| all.into_iter().find(|entry| entry.path == *path)) {
            Ok(Some(entry)) if entry.kind == ArtifactKind::Directory => return Ok(files),
            Ok(Some(entry)) => return Ok(vec![entry]),
            Ok(None) => return Err(crate::rest::missing(path)),
            // What cannot be listed may still be a file that can be read.
            Err(failure) if failure.kind() == FailureKind::Unsupported => return Ok(vec![file_of(path)]),
            Err(failure) => return Err(failure),
        }
    }
    for _ in 0..DEPTH {
        let mut next = Vec::new();
        for entry in level {
            match entry.kind {
                ArtifactKind::Directory => next.extend(reader.list(root, &entry.path).await?),
                ArtifactKind::File { .. } => files.push(entry),
            }
        }
        if next.is_empty() {
            return Ok(files);
        }
        level = next;
    }
    Err(Failure::new(
        FailureKind::Refused,
        format!("artifact directory `{path}` goes deeper than {DEPTH} directories"),
    ))
}

fn file_of(path: &ArtifactPath) -> ArtifactEntry {
    ArtifactEntry {
        path: path.clone(),
        kind: ArtifactKind::File { size_bytes: None },
    }
}

async fn copy(
    reader: &dyn ArtifactReader,
    root: &ArtifactRoot,
    path: &ArtifactPath,
    place: &Path,
    came: &(dyn Fn(u64) + Send + Sync),
) -> Result<()> {
    let directory = place.parent().unwrap_or(Path::new("."));
    make_directory(directory).await?;
    let unwritable = |error: std::io::Error| cannot_write(place, error);
    let part = tempfile::Builder::new()
        .prefix(".flowdeck-")
        .suffix(".part")
        // Made as any file is, so that the copy is as open to others as they are.
        .make_in(directory, |path| std::fs::File::create_new(path))
        .map_err(unwritable)?;
    let (file, part) = part.into_parts();
    let mut file = tokio::fs::File::from_std(file);
    let mut pieces = reader.read(root, path).await?;
    while let Some(piece) = pieces.next().await {
        let piece = piece?;
        file.write_all(&piece).await.map_err(unwritable)?;
        came(piece.len() as u64);
    }
    file.flush().await.map_err(unwritable)?;
    drop(file);
    part.persist(place)
        .map_err(|error| cannot_write(place, error.error))
}

async fn make_directory(path: &Path) -> Result<()> {
    tokio::fs::create_dir_all(path)
        .await
        .map_err(|error| cannot_write(path, error))
}

fn cannot_write(path: &Path, error: std::io::Error) -> Failure {
    Failure::new(
        FailureKind::System,
        format!("cannot write {}: {error}", path.display()),
    )
    .caused_by(error)
}
