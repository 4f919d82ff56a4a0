//! Python environments with the real MLflow.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The versions of MLflow that flowdeck is held to; `cargo xtask test --only python` installs them.
pub const VERSIONS: [&str; 3] = ["1.30.1", "2.22.5", "3.17.2"];

/// The Python that has this MLflow: what `FLOWDECK_TEST_PYTHON_1_30_1` and its like name, else our own environment.
///
/// # Panics
/// Where there is none: a suite that cannot ask the judge has failed.
pub fn interpreter(version: &str) -> PathBuf {
    let variable = format!("FLOWDECK_TEST_PYTHON_{}", version.replace('.', "_"));
    let python = std::env::var_os(&variable).map_or_else(
        || target_directory().join("python").join(version).join("bin/python"),
        PathBuf::from,
    );
    assert!(
        python.is_file(),
        "no MLflow {version} at {}: run `cargo xtask test --only python`, or name one in {variable}",
        python.display()
    );
    python
}

/// A script of `tests/python`, to be run by the MLflow of this version.
pub fn script(version: &str, name: &str) -> Command {
    let mut command = Command::new(interpreter(version));
    command
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("python").join(name))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("MLFLOW_DISABLE_TELEMETRY", "true")
        .env("DO_NOT_TRACK", "true")
        .env("GIT_PYTHON_REFRESH", "quiet")
        .env("MLFLOW_ALLOW_FILE_STORE", "true")
        // A refusal that a server answers with 500 is asked for again and again otherwise.
        .env("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1");
    for inherited in [
        "MLFLOW_TRACKING_URI",
        "MLFLOW_REGISTRY_URI",
        "MLFLOW_TRACKING_TOKEN",
    ] {
        command.env_remove(inherited);
    }
    command
}

/// Runs a command to its end.
///
/// # Panics
/// Where it fails, with all that it wrote.
pub fn run(command: &mut Command) {
    let output = command.output().expect("the interpreter was found");
    assert!(
        output.status.success(),
        "{command:?} failed with {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// The directory that cargo builds into: the test that runs lies in `<target>/<profile>/deps`.
pub fn target_directory() -> PathBuf {
    profile_directory()
        .parent()
        .expect("a profile lies in the target directory")
        .to_owned()
}

/// `<target>/debug` or `<target>/release`, whichever the running test was built for.
pub(crate) fn profile_directory() -> PathBuf {
    let test = std::env::current_exe().expect("a running test has a path");
    let deps = test.parent().expect("a file has a directory");
    deps.parent()
        .expect("deps lies in a profile's directory")
        .to_owned()
}
