use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use flowdeck_domain::{Failure, FailureKind, Result, Secret};

use super::{LONGEST, missing};

/// Reads a secret from a file that only its owner can read, without the end of its line.
///
/// # Errors
/// A file that is not there, that is none, or that others can read, with the line that mends it.
pub(super) fn read(path: &Path) -> Result<Secret> {
    let shown = path.display();
    let mut file = File::open(path).map_err(|error| {
        let message = format!("cannot read the secret in {shown}: {error}");
        missing(message).caused_by(error)
    })?;
    refuse_if_open(&file, path)?;
    let mut bytes = zeroize::Zeroizing::new(Vec::new());
    // Of what was opened, not of what lies there by now.
    let read = (&mut file).take(LONGEST as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| missing(format!("cannot read the secret in {shown}: {error}")))?;
    let text =
        std::str::from_utf8(&bytes).map_err(|_| missing(format!("what stands in {shown} is no text")))?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}

#[cfg(unix)]
fn refuse_if_open(file: &File, path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = file
        .metadata()
        .map_err(|error| missing(format!("cannot look at {}: {error}", path.display())))?;
    if !metadata.is_file() {
        return Err(missing(format!(
            "{} is no file that could hold a secret",
            path.display()
        )));
    }
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(Failure::new(
        FailureKind::SignIn,
        format!(
            "the secret in {} is open to others (mode {mode:04o}) and is not used",
            path.display()
        ),
    )
    .with_hint(format!("close it with `chmod 600 {}`", quoted(path))))
}

#[cfg(not(unix))]
fn refuse_if_open(_: &File, _: &Path) -> Result<()> {
    Ok(())
}

/// A path as a shell takes it.
#[cfg(unix)]
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '/' | '.' | '_' | '-');
    if text.chars().all(is_plain) {
        return text;
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Writes a secret to a file for its owner alone, in place of what was there.
///
/// # Errors
/// A directory that cannot be written.
pub fn write(path: &Path, secret: &Secret) -> Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let written = || -> std::io::Result<()> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(directory)?;
        // Made for its owner alone from the start.
        let mut beside = tempfile::NamedTempFile::new_in(directory)?;
        beside.write_all(secret.reveal().as_bytes())?;
        beside.write_all(b"\n")?;
        beside.as_file().sync_all()?;
        beside.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    written().map_err(|error| {
        Failure::new(
            FailureKind::System,
            format!("cannot write {}: {error}", path.display()),
        )
        .caused_by(error)
    })
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_file_for_its_owner_alone_is_read_and_an_open_one_is_refused_with_the_line_that_mends_it() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("own token");
        write(&path, &Secret::new("hunter2")).expect("writable");
        let mode = |path: &Path| path.metadata().expect("it is there").permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(read(&path).expect("its owner reads it").reveal(), "hunter2");
        for open in [0o640, 0o604, 0o660, 0o777] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(open)).expect("own file");
            let failure = read(&path).expect_err("others can read it");
            let hint = failure.hint().expect("it says how");
            assert!(
                hint.contains("`chmod 600 '/") && hint.ends_with("own token'`"),
                "{hint}"
            );
            assert!(!format!("{failure:?}").contains("hunter2"));
        }
        let failure = read(&dir.path().join("none")).expect_err("it is not there");
        assert_eq!(failure.kind(), FailureKind::SignIn);
        assert!(read(dir.path()).is_err());
    }
}
