//! The code is formatted.

use crate::shell::{Outcome, run};
use crate::workspace::cargo;

pub(super) fn check() -> Outcome {
    run(cargo().args(["fmt", "--all", "--check"])).map_err(|why| format!("{why}; `cargo fmt --all` mends it"))
}
