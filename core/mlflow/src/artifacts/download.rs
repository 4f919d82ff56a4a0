//! Copying artifacts to a directory of this machine.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use flowdeck_domain::artifact::{ArtifactEntry, ArtifactKind, ArtifactPath, ArtifactRoot};
use flowdeck_domain::port::ArtifactReader;
use flowdeck_domain::{Failure, FailureKind, Result};
use futures::{FutureExt, StreamExt, TryStreamExt};
use tokio::io::AsyncWriteExt;

/// Files copied at once.
const AT_ONCE: usize = 4;

/// Directories below each other that are followed; links within a root may go round in circles.
const DEPTH: usize = 64;

/// What a download has done so far.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct DownloadProgress {
    /// Files written whole.
    pub n_files: usize,
    /// Bytes written, those of unfinished files included.
    pub n_bytes: u64,
    /// Bytes of all files, as far as the store told sizes.
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

/// Copies a file, or a directory with all below it, into the directory `into`, which is made if it is not there.
///
/// `a/model` becomes `into/model`; the root's own entries go into `into` itself. Each file is written beside its place
/// and renamed once it is whole: what stands under its name is never half a file.
///
/// # Errors
/// Nothing is there, it cannot be read, or it cannot be written; files that were whole by then stay.
pub async fn download(
    reader: &dyn ArtifactReader,
    root: &ArtifactRoot,
    path: &ArtifactPath,
    into: &Path,
    progress: impl FnMut(DownloadProgress) + Send,
) -> Result<Download> {
    let files = files_below(reader, root, path).await?;
    let target = if path.is_root() {
        into.to_owned()
    } else {
        into.join(path.name())
    };
    let is_file = files.len() == 1 && files[0].path == *path;
    make_directory(if is_file { into } else { &target }).await?;
    let known_bytes = files.iter().filter_map(size_of).sum();
    let meter = Meter::new(known_bytes, progress);
    let mut copies = Vec::with_capacity(files.len());
    for entry in &files {
        let place = match relative(&entry.path, path) {
            "" => target.clone(),
            below => target.join(below),
        };
        // Boxed, as a task that carries it out on any thread can only name it so.
        copies.push(copy(reader, root, &entry.path, place, &meter).boxed());
    }
    // Dropped at the first failure: what is still going on stops with it.
    futures::stream::iter(copies)
        .buffer_unordered(AT_ONCE)
        .try_for_each(|()| std::future::ready(Ok(())))
        .await?;
    Ok(Download {
        target,
        progress: meter.done(),
    })
}

/// Counts what copies do at the same time, and tells of it.
struct Meter<F>(Mutex<(DownloadProgress, F)>);

impl<F: FnMut(DownloadProgress) + Send> Meter<F> {
    fn new(known_bytes: u64, tell: F) -> Self {
        let progress = DownloadProgress {
            known_bytes,
            ..DownloadProgress::default()
        };
        Self(Mutex::new((progress, tell)))
    }

    fn add(&self, n_files: usize, n_bytes: u64) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.0.n_files += n_files;
        held.0.n_bytes += n_bytes;
        let now = held.0;
        (held.1)(now);
    }

    fn done(self) -> DownloadProgress {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner).0
    }
}

fn size_of(entry: &ArtifactEntry) -> Option<u64> {
    match entry.kind {
        ArtifactKind::File { size_bytes } => size_bytes,
        ArtifactKind::Directory => None,
    }
}

/// A path without the directory that it lies below.
fn relative<'a>(path: &'a ArtifactPath, directory: &ArtifactPath) -> &'a str {
    path.as_str()
        .strip_prefix(directory.as_str())
        .unwrap_or(path.as_str())
        .trim_start_matches('/')
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
    place: PathBuf,
    meter: &Meter<impl FnMut(DownloadProgress) + Send>,
) -> Result<()> {
    let directory = place.parent().unwrap_or(Path::new("."));
    make_directory(directory).await?;
    let unwritable = |error: std::io::Error| cannot_write(&place, error);
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
        meter.add(0, piece.len() as u64);
    }
    file.flush().await.map_err(unwritable)?;
    drop(file);
    part.persist(&place)
        .map_err(|error| cannot_write(&place, error.error))?;
    meter.add(1, 0);
    Ok(())
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
