//! The terminal app.

use std::process::ExitCode;

use flowdeck_surface::client::{Discovery, Environment, Failure, FailureKind, Result};

/// What the command line says of how the app shows things.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Options {
    /// Whether colours are wanted: neither `--no-color` nor `NO_COLOR` was given.
    pub(crate) colour: bool,
}

/// Shows the store that was found until the person leaves; where none was found, offers the demo.
///
/// # Errors
/// A terminal that cannot be drawn on.
pub(crate) fn run(discovery: &Discovery, environment: &Environment, options: &Options) -> Result<ExitCode> {
    let _ = (discovery, environment, options.colour);
    Err(Failure::new(
        FailureKind::Unsupported,
        "the terminal app is not there yet",
    ))
}
