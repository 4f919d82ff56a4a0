//! Every Rust test, unit and suite, with the real MLflow and a real Kubernetes API beside.

use super::{kubernetes, python};
use crate::shell::{Outcome, run as run_command};
use crate::workspace::cargo;

/// What every test may rely on.
const ENVIRONMENT: &[(&str, &str)] = &[
    // A snapshot that differs is a failure, never a rewrite.
    ("CI", "true"),
    ("INSTA_UPDATE", "no"),
    ("MLFLOW_DISABLE_TELEMETRY", "true"),
    ("DO_NOT_TRACK", "true"),
    ("GIT_PYTHON_REFRESH", "quiet"),
    // ts-rs otherwise writes u64 as bigint, while JSON gives a number.
    ("TS_RS_LARGE_INT", "number"),
];

/// Ends a test binary that hangs, so that the others still run and their result is seen; the longest needs three minutes.
const LIMIT: &str =
    "target.'cfg(target_os = \"linux\")'.runner = ['timeout', '--foreground', '--kill-after=10', '1200']";

/// Always the whole workspace: another choice of packages unifies features differently and builds it all again.
pub(super) fn run() -> Outcome {
    let mut suites = cargo();
    suites
        .args(["--config", LIMIT, "test", "--workspace", "--no-fail-fast"])
        .envs(ENVIRONMENT.iter().copied());
    for version in python::VERSIONS {
        suites.env(python::variable(version), python::of_version(version));
    }
    let (name, value) = kubernetes::variable();
    suites.env(name, value);
    run_command(&mut suites)
}
