//! `flowdeck`: the terminal app and the scriptable command line, in one binary.

mod app;
mod cli;
mod inbox_file;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
