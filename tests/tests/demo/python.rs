//! The Python that has the real MLflow.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs a script of `tests/python` with MLflow 3.17.2: the Python that `FLOWDECK_TEST_PYTHON_3_17_2` names, else our own.
///
/// # Panics
/// Where there is none, or the script fails, with what it said.
pub(crate) fn run(script: &str, arguments: &[&str]) {
    let output = Command::new(interpreter())
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("python").join(script))
        .args(arguments)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("MLFLOW_DISABLE_TELEMETRY", "true")
        .env("DO_NOT_TRACK", "true")
        .env("GIT_PYTHON_REFRESH", "quiet")
        .env_remove("MLFLOW_TRACKING_URI")
        .env_remove("MLFLOW_REGISTRY_URI")
        .output()
        .expect("the interpreter is there");
    assert!(
        output.status.success(),
        "{script} failed with {}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
}

fn interpreter() -> PathBuf {
    const VARIABLE: &str = "FLOWDECK_TEST_PYTHON_3_17_2";
    let test = std::env::current_exe().expect("a running test has a path");
    let ours = test
        .ancestors()
        .nth(3)
        .map(|target| target.join("python/3.17.2/bin/python"));
    let python = std::env::var_os(VARIABLE)
        .map(PathBuf::from)
        .or(ours)
        .unwrap_or_default();
    assert!(
        python.is_file(),
        "no MLflow 3.17.2 at {}: run `cargo xtask test --only python`, or name one in {VARIABLE}",
        python.display()
    );
    python
}
