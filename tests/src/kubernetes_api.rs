//! The program of a real Kubernetes API.

use std::path::PathBuf;

use crate::python::target_directory;

/// Names the program, or says `none` where it cannot be built.
const VARIABLE: &str = "FLOWDECK_TEST_KUBERNETES_API";

/// The program that `cargo xtask test` builds from `tests/kubernetes-api`; nothing, said aloud, where there is none.
///
/// # Panics
/// Where one was promised and is not there.
pub fn program() -> Option<PathBuf> {
    let named = std::env::var_os(VARIABLE).filter(|name| !name.is_empty());
    if named.as_ref().is_some_and(|name| name == "none") {
        eprintln!("SKIPPED: no real Kubernetes API here, as Go 1.26 was not found");
        return None;
    }
    if let Some(path) = named.map(PathBuf::from) {
        assert!(
            path.is_file(),
            "{VARIABLE} names {}, which is not there: run `cargo xtask test --only kubernetes`",
            path.display()
        );
        return Some(path);
    }
    let built = target_directory().join("kubernetes-api/kubernetes-api");
    if built.is_file() {
        return Some(built);
    }
    eprintln!(
        "SKIPPED: no real Kubernetes API at {}; `cargo xtask test --only kubernetes` builds it where there is Go 1.26",
        built.display()
    );
    None
}
