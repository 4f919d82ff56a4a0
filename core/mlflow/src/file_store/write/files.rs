//! Files and directories of a store, changed so that no reader sees half a change.

use std::fs;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use flowdeck_domain::Result;

use super::super::failures::unwritable;
use super::refused;

/// Writes `contents` to `<directory>/<below>`, in the place of what was there.
///
/// # Errors
/// A file stands where a directory is needed, a symbolic link leads out of the store, or the system says no.
pub(super) fn put(directory: &Path, below: &str, contents: &str) -> Result<()> {
    let target = directory.join(below);
    if let Some((folders, _)) = below.rsplit_once('/') {
        make_folders(directory, folders)?;
    }
    match fs::symlink_metadata(&target) {
        Ok(there) if there.is_dir() => return Err(in_the_way(&target, "a directory")),
        Ok(there) if there.is_symlink() => return Err(in_the_way(&target, "a symbolic link")),
        _ => {}
    }
    // Not beside the target: whoever lists a folder of tags meanwhile would take the file for one.
    let temporary = directory.join(format!(".flowdeck-{:016x}.tmp", random()));
    let written = write_and_move(&temporary, &target, contents);
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written.map_err(|error| unwritable(&target, error))
}

fn write_and_move(temporary: &Path, target: &Path, contents: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(temporary)?;
    file.write_all(contents.as_bytes())?;
    if let Ok(there) = fs::metadata(target) {
        file.set_permissions(there.permissions())?;
    }
    drop(file);
    fs::rename(temporary, target)
}

/// Makes the folders of a path below a directory, none of which may be a symbolic link.
fn make_folders(directory: &Path, below: &str) -> Result<()> {
    let mut path = directory.to_owned();
    for part in below.split('/') {
        path.push(part);
        match fs::symlink_metadata(&path) {
            Ok(there) if there.is_dir() => {}
            Ok(there) if there.is_symlink() => return Err(in_the_way(&path, "a symbolic link")),
            Ok(_) => return Err(in_the_way(&path, "a file")),
            Err(error) if error.kind() == ErrorKind::NotFound => match fs::create_dir(&path) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                    return Err(unwritable(&path, error));
                }
                _ => {}
            },
            Err(error) => return Err(unwritable(&path, error)),
        }
    }
    Ok(())
}

/// Removes a file; gives whether there was one. Folders above it stay, as MLflow leaves them.
pub(super) fn remove(directory: &Path, below: &str) -> Result<bool> {
    let mut path = PathBuf::from(directory);
    for part in below.split('/') {
        // A link on the way could lead to a file outside of the store.
        if fs::symlink_metadata(&path).is_ok_and(|there| there.is_symlink()) && path != directory {
            return Err(in_the_way(&path, "a symbolic link"));
        }
        path.push(part);
    }
    if fs::symlink_metadata(&path).is_ok_and(|there| there.is_dir()) {
        return Ok(false);
    }
    match fs::remove_file(&path) {
        Ok(()) => Ok(true),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(false),
        Err(error) => Err(unwritable(&path, error)),
    }
}

/// Moves a directory to where there is nothing yet.
pub(super) fn move_directory(from: &Path, to: &Path) -> Result<()> {
    if fs::symlink_metadata(to).is_ok() {
        return Err(in_the_way(to, "something else"));
    }
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).map_err(|error| unwritable(parent, error))?;
    }
    fs::rename(from, to).map_err(|error| unwritable(to, error))
}

fn in_the_way(path: &Path, what: &str) -> flowdeck_domain::Failure {
    refused(
        format!("cannot write {}: {what} is in its place", path.display()),
        "choose another name",
    )
}

/// A number that no other process chooses.
pub(super) fn random() -> u64 {
    // Each state is keyed anew from the system's source of randomness.
    std::collections::hash_map::RandomState::new()
        .build_hasher()
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_put_in_place_of_the_old_one_and_leaves_nothing_behind() {
        let directory = tempfile::tempdir().unwrap();
        put(directory.path(), "tags/a/b", "one").unwrap();
        put(directory.path(), "tags/a/b", "two").unwrap();
        assert_eq!(
            fs::read_to_string(directory.path().join("tags/a/b")).unwrap(),
            "two"
        );
        let names: Vec<_> = fs::read_dir(directory.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["tags"]);
        assert!(remove(directory.path(), "tags/a/b").unwrap());
        assert!(!remove(directory.path(), "tags/a/b").unwrap());
    }

    #[test]
    fn a_file_where_a_folder_is_needed_is_a_refusal() {
        let directory = tempfile::tempdir().unwrap();
        put(directory.path(), "tags/a", "one").unwrap();
        put(directory.path(), "tags/d/e", "one").unwrap();
        assert!(put(directory.path(), "tags/a/b", "two").is_err());
        assert!(put(directory.path(), "tags/d", "two").is_err());
        assert_eq!(
            fs::read_to_string(directory.path().join("tags/a")).unwrap(),
            "one"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_is_not_written_through() {
        let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(outside.path().join("x"), "kept").unwrap();
        std::os::unix::fs::symlink(outside.path(), inside.path().join("tags")).unwrap();
        assert!(put(inside.path(), "tags/x", "lost").is_err());
        assert!(remove(inside.path(), "tags/x").is_err());
        assert_eq!(fs::read_to_string(outside.path().join("x")).unwrap(), "kept");
    }
}
