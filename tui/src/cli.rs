//! The command line: nouns, verbs, and what they print.

use std::process::ExitCode;

use flowdeck_surface::client::{Environment, Flags, discover};

use crate::app;

/// Runs what the arguments say and answers with the exit code.
pub(crate) fn main() -> ExitCode {
    let environment = Environment::of_process();
    let opened = discover(&Flags::default(), &environment)
        .and_then(|discovery| app::run(&discovery, &environment, &app::Options { colour: true }));
    opened.unwrap_or_else(|failure| {
        eprintln!("{failure}");
        ExitCode::FAILURE
    })
}
