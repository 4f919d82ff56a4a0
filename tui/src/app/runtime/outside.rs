//! Other programs: what the desktop opens files with.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use flowdeck_surface::client::artifact::{ArtifactPath, ArtifactRoot};
use flowdeck_surface::client::{Failure, FailureKind, Result, Session};

/// Opens a file with the program that the desktop has for it; one that is not on this machine is copied here first.
///
/// # Errors
/// There is no desktop, or the file cannot be read.
pub(super) async fn open(session: &Session, root: &ArtifactRoot, path: &ArtifactPath) -> Result<String> {
    let variable = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let has_desktop =
        cfg!(not(unix)) || cfg!(target_os = "macos") || variable("DISPLAY") || variable("WAYLAND_DISPLAY");
    if !has_desktop {
        return Err(Failure::new(
            FailureKind::Unsupported,
            format!("there is no desktop here to open `{path}` with"),
        )
        .with_hint("download it with `d`"));
    }
    let file = match session.local_artifact(root, path) {
        Some(file) => file,
        None => {
            let into = std::env::temp_dir().join("flowdeck-open");
            session
                .download_artifacts(root, path, &into, |_| {})
                .await?
                .target
        }
    };
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    // What it prints must not reach the screen, and what is typed must not reach it.
    let started = Command::new(program)
        .arg(&file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    started.map_err(|error| {
        Failure::new(FailureKind::System, format!("cannot start `{program}`: {error}"))
            .with_hint("download the file with `d`")
            .caused_by(error)
    })?;
    Ok(path.name().to_owned())
}

/// A path that was typed, with `~` as the shell reads it.
pub(super) fn from_home(path: PathBuf) -> PathBuf {
    match (path.strip_prefix("~"), std::env::home_dir()) {
        (Ok(below), Some(home)) => home.join(below),
        _ => path,
    }
}
