//! `cargo xtask desktop`: the front end, the desktop app, and a window.

use crate::shell::{Outcome, run as run_command};
use crate::workspace::{cargo, npm, root};

/// What the page carries that stands in for the front end on a clean clone.
const PLACEHOLDER_MARK: &str = "flowdeck-placeholder";

/// Builds the front end and the desktop app, then starts it with the arguments after `--`.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let (ours, theirs) = match arguments.iter().position(|argument| argument == "--") {
        Some(at) => (&arguments[..at], &arguments[at + 1..]),
        None => (arguments, &[][..]),
    };
    let mut release = false;
    for argument in ours {
        match argument.as_str() {
            "--release" => release = true,
            other => {
                return Err(format!(
                    "`cargo xtask desktop` does not know `{other}`; it takes --release and -- ARGS"
                ));
            }
        }
    }
    build_frontend()?;
    let mut app = cargo();
    app.args(["run", "--package", "flowdeck-desktop"]);
    if release {
        app.arg("--release");
    }
    run_command(app.arg("--").args(theirs))
}

/// Builds `frontend/dist` and refuses a page that is only the placeholder.
pub(crate) fn build_frontend() -> Outcome {
    run_command(npm().args(["ci", "--no-audit", "--no-fund"]))?;
    run_command(npm().args(["run", "build"]))?;
    refuse_placeholder()
}

fn refuse_placeholder() -> Outcome {
    let page = root().join("frontend/dist/index.html");
    let text =
        std::fs::read_to_string(&page).map_err(|error| format!("cannot read {}: {error}", page.display()))?;
    if text.contains(PLACEHOLDER_MARK) {
        return Err(format!(
            "{} is the placeholder page of a clean clone, which must not ship; the front end was not built",
            page.display()
        ));
    }
    Ok(())
}
