//! The `flowdeck` binary under test.

use std::path::PathBuf;

use crate::python::profile_directory;

/// The `flowdeck` that was built beside the running test.
///
/// Cargo tells the path of a binary only to tests of its own package; `cargo test --workspace` builds it all the same.
///
/// # Panics
/// Where it was not built.
pub fn flowdeck() -> PathBuf {
    let binary = profile_directory().join(format!("flowdeck{}", std::env::consts::EXE_SUFFIX));
    assert!(
        binary.is_file(),
        "{} is not built: run the suites with `cargo test --workspace`",
        binary.display()
    );
    binary
}
