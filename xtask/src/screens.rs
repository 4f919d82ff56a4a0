//! `cargo xtask screens`: the pictures of the user guide, drawn from the running app.

use crate::shell::{Outcome, run as run_command};
use crate::workspace::{cargo, root};

/// Builds the app and writes its screens to `docs/screens`.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    if let Some(argument) = arguments.first() {
        return Err(format!(
            "`cargo xtask screens` takes no arguments, and `{argument}` is one"
        ));
    }
    run_command(cargo().args(["build", "--package", "flowdeck"]))?;
    run_command(
        cargo()
            .args(["run", "--package", "flowdeck-tests", "--example", "screens", "--"])
            .arg(root().join("docs/screens")),
    )
}
