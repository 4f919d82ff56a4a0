//! `cargo xtask bindings`: the types that the front end shares with the core.

use crate::shell::{Outcome, run as run_command};
use crate::workspace::cargo;

/// Writes `frontend/src/platform/contract.ts` from the types of `core/surface`.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    if let Some(argument) = arguments.first() {
        return Err(format!(
            "`cargo xtask bindings` takes no arguments, and `{argument}` is one"
        ));
    }
    run_command(
        cargo()
            .args([
                "test",
                "--package",
                "flowdeck-surface",
                "--lib",
                "the_front_end_has_the_types_of_today",
            ])
            .env("FLOWDECK_WRITE_BINDINGS", "1"),
    )
}
