use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use flowdeck_domain::{Failure, FailureKind, Result};
use toml_edit::DocumentMut;

use super::file::{line_of, not_toml};

/// How long another process may hold the file; a change takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often it is tried again.
const TRY_EVERY: Duration = Duration::from_millis(20);

/// Changes the file as it is now, and makes it where there is none: comments, order and mode are kept, and the new text
/// takes the place of the old at once. Two processes change it one after the other.
///
/// # Errors
/// What `edit` answers, which leaves the file as it is; a file that is no TOML; a directory that cannot be written.
pub fn change<T>(path: &Path, edit: impl FnOnce(&mut DocumentMut) -> Result<T>) -> Result<T> {
    // Where the file is a link into a directory of dot files, what it points at is changed.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let directory = path.parent().unwrap_or(Path::new("."));
    make_directory(directory)?;
    let _held = hold(&directory.join(".config.lock"))?;
    let old = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(cannot("read", &path, error)),
    };
    let mut document: DocumentMut = old.parse().map_err(|error: toml_edit::TomlError| {
        let line = line_of(&old, error.span().map_or(0, |span| span.start));
        not_toml(&path, line, error.message())
    })?;
    let answer = edit(&mut document)?;
    let new = document.to_string();
    if new != old {
        replace(&path, directory, &new).map_err(|error| cannot("write", &path, error))?;
    }
    Ok(answer)
}

/// Holds the right to change the file until it is dropped; the lock goes with the process, however that ends.
fn hold(path: &PathBuf) -> Result<File> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(|error| cannot("write", path, error))?;
    let end = Instant::now() + PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if Instant::now() < end => std::thread::sleep(TRY_EVERY),
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::new(
                    FailureKind::Busy,
                    "another flowdeck holds the configuration",
                ));
            }
            Err(TryLockError::Error(error)) => return Err(cannot("lock", path, error)),
        }
    }
}

fn make_directory(directory: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(directory)
        .map_err(|error| cannot("make", directory, error))
}

/// Writes beside the file, then renames: whoever reads it meanwhile gets the old or the new, never a part.
fn replace(path: &Path, directory: &Path, text: &str) -> std::io::Result<()> {
    // A new file is for its owner alone.
    let mut beside = tempfile::Builder::new()
        .prefix(".config.")
        .suffix(".toml")
        .tempfile_in(directory)?;
    beside.write_all(text.as_bytes())?;
    if let Ok(metadata) = path.metadata() {
        beside.as_file().set_permissions(metadata.permissions())?;
    }
    beside.as_file().sync_all()?;
    beside.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn cannot(verb: &str, path: &Path, error: std::io::Error) -> Failure {
    Failure::new(
        FailureKind::System,
        format!("cannot {verb} {}: {error}", path.display()),
    )
    .caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use toml_edit::value;

    #[test]
    fn comments_order_and_mode_are_kept() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("config.toml");
        let old = "# mine\nz = 1 # last\n\n[a] # first\nb = 'x'\n";
        std::fs::write(&path, old).expect("writable");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("own file");
        }
        change(&path, |document| {
            document["a"]["c"] = value("y");
            Ok(())
        })
        .expect("it can be changed");
        let new = std::fs::read_to_string(&path).expect("readable");
        assert_eq!(new, "# mine\nz = 1 # last\n\n[a] # first\nb = 'x'\nc = \"y\"\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = path.metadata().expect("it is there").permissions().mode();
            assert_eq!(mode & 0o777, 0o640);
        }
    }

    #[test]
    fn what_fails_leaves_the_file_and_nothing_beside_it() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("config.toml");
        std::fs::write(&path, "a = 1\n").expect("writable");
        let refused = change(&path, |document| {
            document["a"] = value(2);
            Err::<(), _>(Failure::new(FailureKind::Refused, "no"))
        });
        assert!(refused.is_err());
        std::fs::write(&path, "a = \n").expect("writable");
        let broken = change(&path, |_| Ok(())).expect_err("it is no TOML");
        assert!(broken.message().contains("line 1"), "{broken}");
        assert_eq!(std::fs::read_to_string(&path).ok().as_deref(), Some("a = \n"));
        let beside: Vec<_> = dir
            .path()
            .read_dir()
            .expect("a directory")
            .flatten()
            .map(|entry| entry.file_name())
            .filter(|name| name != "config.toml" && name != ".config.lock")
            .collect();
        assert!(beside.is_empty(), "{beside:?}");
    }

    #[test]
    fn many_writers_at_once_lose_nothing() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("deep/config.toml");
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let path = &path;
                scope.spawn(move || {
                    for round in 0..5 {
                        let key = format!("k{writer}_{round}");
                        change(path, |document| {
                            document[&key] = value(round);
                            Ok(())
                        })
                        .expect("one after the other");
                    }
                });
            }
        });
        let text = std::fs::read_to_string(&path).expect("it was made");
        assert_eq!(text.lines().count(), 40, "{text}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        std::fs::create_dir(dir.path().join("dotfiles")).expect("writable");
        let (link, file) = (
            dir.path().join("config.toml"),
            dir.path().join("dotfiles/flowdeck.toml"),
        );
        std::fs::write(&file, "").expect("writable");
        std::os::unix::fs::symlink(&file, &link).expect("writable");
        change(&link, |document| {
            document["a"] = value(1);
            Ok(())
        })
        .expect("it can be changed");
        assert!(link.is_symlink());
        assert_eq!(std::fs::read_to_string(&file).ok().as_deref(), Some("a = 1\n"));
    }
}
