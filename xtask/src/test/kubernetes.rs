//! A real Kubernetes API for the suites: its parts as one program, built from Go modules.

use std::path::PathBuf;
use std::process::Command;

use crate::shell::{Outcome, captured, output, succeeds};
use crate::workspace::{root, target};

/// The oldest Go that builds Kubernetes 1.36.
const GO: (u32, u32) = (1, 26);

/// What the program says it is: without it the API server gives a version that no client can read.
const VERSION: &str = "-s -w -X k8s.io/component-base/version.gitVersion=v1.36.3";

/// Builds the program where there is Go; a cold build takes minutes, a later one a second.
pub(super) fn build() -> (String, Outcome) {
    if !is_there() {
        let said = "\n  NO GO 1.26 HERE: the suites do without a real Kubernetes API server.\n  \
                    Install Go 1.26 and run `cargo xtask test --only kubernetes` to have it.\n";
        return (said.to_owned(), Ok(()));
    }
    let mut go = Command::new("go");
    go.args([
        "build",
        "-trimpath",
        "-buildvcs=false",
        "-mod=readonly",
        "-ldflags",
        VERSION,
        "-o",
    ])
    .arg(program())
    .arg(".")
    .current_dir(root().join("tests/kubernetes-api"));
    captured(&mut go)
}

/// What tells the suites where the program is, and its value.
pub(super) fn variable() -> (&'static str, PathBuf) {
    let value = if is_there() {
        program()
    } else {
        PathBuf::from("none")
    };
    ("FLOWDECK_TEST_KUBERNETES_API", value)
}

fn program() -> PathBuf {
    target().join("kubernetes-api/kubernetes-api")
}

/// Whether Go is here, new enough.
fn is_there() -> bool {
    let mut version = Command::new("go");
    version.args(["env", "GOVERSION"]);
    if !succeeds(&mut version) {
        return false;
    }
    output(Command::new("go").args(["env", "GOVERSION"])).is_ok_and(|version| is_new_enough(&version))
}

/// `go1.26.8`.
fn is_new_enough(version: &str) -> bool {
    let mut numbers = version
        .trim_start_matches("go")
        .split('.')
        .map_while(|number| number.parse().ok());
    let (major, minor): (u32, u32) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    (major, minor) >= GO
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_is_new_enough_from_1_26_on() {
        for (version, expected) in [
            ("go1.26.8", true),
            ("go1.26", true),
            ("go1.27.0", true),
            ("go2.0", true),
            ("go1.25.9", false),
            ("devel", false),
            ("", false),
        ] {
            assert_eq!(is_new_enough(version), expected, "{version}");
        }
    }
}
