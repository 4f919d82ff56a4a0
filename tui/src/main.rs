//! `flowdeck`: the terminal app and the scriptable command line, in one binary.

mod app;
mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
