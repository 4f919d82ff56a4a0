//! The documentation builds without a warning.

use crate::shell::{Outcome, run};
use crate::workspace::cargo;

pub(super) fn check() -> Outcome {
    run(cargo()
        .args(["doc", "--workspace", "--no-deps", "--document-private-items"])
        .env("RUSTDOCFLAGS", "-D warnings"))
}
