//! Every chore of the project, with no tool to install first.

mod bench;
mod bindings;
mod desktop;
mod screens;
mod shell;
mod test;
mod workspace;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <chore>

  test [--only STEP]... [--list]   install what is missing, then run every suite and check
  bench [...]                      measure flowdeck beside the real MLflow client
  bindings                         write the front end's types from the core's
  desktop [--release] [-- ARGS]    build the front end and the desktop app, and start it
  screens                          draw the screens of the user guide from the running app";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (chore, rest) = match arguments.split_first() {
        Some((chore, rest)) => (chore.as_str(), rest),
        None => ("", arguments.as_slice()),
    };
    let done = match chore {
        "test" => test::run(rest),
        "bench" => bench::run(rest),
        "bindings" => bindings::run(rest),
        "desktop" => desktop::run(rest),
        "screens" => screens::run(rest),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        "" => Err(format!("a chore is missing\n\n{USAGE}")),
        unknown => Err(format!("no chore is called `{unknown}`\n\n{USAGE}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("\nxtask: {sentence}");
            ExitCode::FAILURE
        }
    }
}
