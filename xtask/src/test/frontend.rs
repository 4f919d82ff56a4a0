//! The front end: checked, built and tested by its own tools.

use crate::desktop::build_frontend;
use crate::shell::{Outcome, run};
use crate::workspace::npm;

pub(super) fn check() -> Outcome {
    build_frontend()?;
    run(npm().args(["run", "check"]))?;
    run(npm().args(["run", "test"]))
}
