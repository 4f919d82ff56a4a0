//! `cargo xtask bench`.

use crate::shell::Outcome;

/// Measures flowdeck beside its peers.
pub(crate) fn run(_arguments: &[String]) -> Outcome {
    Err("the benchmarks are not in this checkout yet".to_owned())
}
