//! Artifacts in a directory of this machine. A symlink is followed as long as it stays below the root.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bytes::{Bytes, BytesMut};
use flowdeck_domain::artifact::{ArtifactEntry, ArtifactKind, ArtifactPath};
use flowdeck_domain::port::ByteStream;
use flowdeck_domain::{Failure, FailureKind, Result};
use futures::StreamExt;
use tokio::io::AsyncReadExt;

/// Bytes read at once.
const PIECE: usize = 256 * 1024;

/// Where an artifact lies, with all symlinks followed.
///
/// # Errors
/// It is not there, or a symlink leads out of the root.
pub(super) fn resolve(root: &Path, path: &ArtifactPath) -> Result<PathBuf> {
    let failed = |error: io::Error| unreadable(root, path, error);
    let root = root.canonicalize().map_err(failed)?;
    let found = root.join(path.as_str()).canonicalize().map_err(failed)?;
    if found.starts_with(&root) {
        return Ok(found);
    }
    Err(Failure::new(
        FailureKind::Refused,
        format!("artifact `{path}` is a link out of {}", root.display()),
    ))
}

pub(super) async fn list(root: PathBuf, path: ArtifactPath) -> Result<Vec<ArtifactEntry>> {
    blocking(move || list_now(&root, &path)).await
}

fn list_now(root: &Path, path: &ArtifactPath) -> Result<Vec<ArtifactEntry>> {
    let directory = match resolve(root, path) {
        Ok(found) if found.is_dir() => found,
        Ok(_) => return Ok(Vec::new()),
        Err(failure) if failure.kind() == FailureKind::NotFound => return Ok(Vec::new()),
        Err(failure) => return Err(failure),
    };
    let failed = |error: io::Error| unreadable(root, path, error);
    let mut entries = Vec::new();
    for entry in fs::read_dir(&directory).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        // A name that no artifact path can hold, or a link out of the root, is nobody's artifact.
        let Some(below) = name.to_str().and_then(|name| path.join(name).ok()) else {
            continue;
        };
        let Ok(metadata) = resolve(root, &below).and_then(|at| at.metadata().map_err(failed)) else {
            continue;
        };
        let kind = if metadata.is_dir() {
            ArtifactKind::Directory
        } else {
            ArtifactKind::File {
                size_bytes: Some(metadata.len()),
            }
        };
        entries.push(ArtifactEntry { path: below, kind });
    }
    entries.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(entries)
}

pub(super) async fn read(root: PathBuf, path: ArtifactPath) -> Result<ByteStream> {
    let opened = path.clone();
    let file = blocking(move || {
        let found = resolve(&root, &opened)?;
        let file = fs::File::open(&found).map_err(|error| unreadable(&root, &opened, error))?;
        match file.metadata() {
            Ok(metadata) if metadata.is_dir() => Err(crate::rest::directory(&opened)),
            Ok(_) => Ok(file),
            Err(error) => Err(unreadable(&root, &opened, error)),
        }
    })
    .await?;
    let file = tokio::fs::File::from_std(file);
    let pieces = futures::stream::try_unfold((file, path), |(mut file, path)| async move {
        match next_piece(&mut file).await {
            Ok(piece) => Ok(piece.map(|piece| (piece, (file, path)))),
            Err(error) => Err(Failure::new(
                FailureKind::System,
                format!("cannot read artifact `{path}`: {error}"),
            )
            .caused_by(error)),
        }
    });
    Ok(pieces.boxed())
}

async fn next_piece(file: &mut tokio::fs::File) -> io::Result<Option<Bytes>> {
    let mut piece = BytesMut::with_capacity(PIECE);
    let read = file.read_buf(&mut piece).await?;
    Ok((read > 0).then(|| piece.freeze()))
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| {
        Err(Failure::new(FailureKind::Interrupted, "reading artifacts was stopped").caused_by(error))
    })
}

fn unreadable(root: &Path, path: &ArtifactPath, error: io::Error) -> Failure {
    let at = if path.is_root() {
        root.display().to_string()
    } else {
        root.join(path.as_str()).display().to_string()
    };
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            Failure::new(FailureKind::NotFound, format!("there is no artifact {at}"))
        }
        io::ErrorKind::PermissionDenied => Failure::new(
            FailureKind::System,
            format!("cannot read {at}: permission denied"),
        )
        .with_hint("ask its owner for the right to read it"),
        _ => Failure::new(FailureKind::System, format!("cannot read {at}: {error}")),
    }
    .caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::TryStreamExt;

    fn path(text: &str) -> ArtifactPath {
        ArtifactPath::parse(text).unwrap()
    }

    async fn bytes(root: &Path, text: &str) -> Result<Vec<u8>> {
        let pieces: Vec<Bytes> = read(root.to_owned(), path(text)).await?.try_collect().await?;
        Ok(pieces.concat())
    }

    #[tokio::test]
    async fn files_and_directories_are_listed_by_name_and_read() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        fs::create_dir_all(root.join("model/über")).unwrap();
        fs::write(root.join("model/über/a b.txt"), vec![7; PIECE + 3]).unwrap();
        fs::write(root.join("note"), "x").unwrap();
        let listed = list(root.to_owned(), ArtifactPath::root()).await.unwrap();
        let names: Vec<_> = listed.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(names, ["model", "note"]);
        assert_eq!(listed[1].kind, ArtifactKind::File { size_bytes: Some(1) });
        assert_eq!(bytes(root, "model/über/a b.txt").await.unwrap().len(), PIECE + 3);
        assert!(list(root.to_owned(), path("nope")).await.unwrap().is_empty());
        assert!(list(root.to_owned(), path("note")).await.unwrap().is_empty());
        assert_eq!(
            bytes(root, "nope").await.unwrap_err().kind(),
            FailureKind::NotFound
        );
        assert_eq!(
            bytes(root, "model").await.unwrap_err().kind(),
            FailureKind::InvalidInput
        );
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_link_out_of_the_root_is_neither_listed_nor_read() {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("secret"), "s").unwrap();
        let root = dir.path().join("root");
        fs::create_dir(&root).unwrap();
        fs::write(root.join("inside"), "i").unwrap();
        symlink(dir.path(), root.join("out")).unwrap();
        symlink("inside", root.join("within")).unwrap();
        symlink("nowhere", root.join("dangling")).unwrap();
        let listed = list(root.clone(), ArtifactPath::root()).await.unwrap();
        let names: Vec<_> = listed.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(names, ["inside", "within"]);
        assert_eq!(bytes(&root, "within").await.unwrap(), b"i");
        assert_eq!(
            bytes(&root, "out/secret").await.unwrap_err().kind(),
            FailureKind::Refused
        );
        assert_eq!(
            list(root.clone(), path("out")).await.unwrap_err().kind(),
            FailureKind::Refused
        );
    }
}
