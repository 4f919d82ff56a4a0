//! `flowdeck completions`

use std::io::Write;

use clap::{Args, Command};
use clap_complete::Shell;

use super::context::Context;
use super::exit::Outcome;

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell to complete for
    #[arg(value_enum)]
    shell: Shell,
}

/// Writes the completion script of a shell.
pub(crate) fn run(cx: &Context, args: &Completions, mut command: Command) -> Outcome {
    // Into memory first: the generator panics where the output is closed.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "flowdeck", &mut script);
    let mut out = cx.out();
    out.write_all(&script)?;
    Ok(out.flush()?)
}
