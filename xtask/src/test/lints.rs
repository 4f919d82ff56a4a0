//! Clippy finds nothing.

use crate::shell::{Outcome, run};
use crate::workspace::cargo;

pub(super) fn check() -> Outcome {
    run(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}
