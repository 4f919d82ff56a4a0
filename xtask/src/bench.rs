//! `cargo xtask bench`: flowdeck beside the real MLflow client, on the same stores, in the same run.

mod case;
mod data;
mod measure;
mod report;

use std::process::Command;

use crate::shell::{self, Outcome};
use crate::test::python;
use crate::workspace::{cargo, target};

const USAGE: &str = "\
usage: cargo xtask bench [--only CASE]... [--quick] [--list]

  --only CASE   measure this one; --list names them
  --quick       stores a tenth of the size, one run each: to see that it works, not for figures";

/// The version of MLflow that flowdeck is measured against.
const PEER_VERSION: &str = "3.17.2";

/// Builds flowdeck as people run it, makes the stores, and measures.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let Some(options) = Options::read(arguments)? else {
        return Ok(());
    };
    python::install_one(PEER_VERSION)?;
    shell::run(cargo().args([
        "build",
        "--release",
        "--package",
        "flowdeck",
        "--package",
        "flowdeck-demo",
        "--examples",
        "--bins",
    ]))?;
    let stores = data::prepare(options.quick)?;
    let cases: Vec<_> = case::all(&stores)
        .into_iter()
        .filter(|case| options.wants(case.name))
        .collect();
    let mut measured = Vec::new();
    for case in &cases {
        println!("measuring {} …", case.name);
        measured.push((case, measure::measure(case, &stores, options.quick)?));
    }
    if !measured.is_empty() {
        print!("{}", report::table(&measured));
    }
    if options.wants(TERMINAL) {
        measure_terminal(&stores)?;
    }
    if options.wants(LOGS) {
        measure_logs(options.quick)?;
    }
    Ok(())
}

/// The case that has no peer: the terminal app's own figures.
const TERMINAL: &str = "terminal";

/// Measures the terminal app in a pseudo-terminal, which prints its own table.
fn measure_terminal(stores: &data::Stores) -> Outcome {
    println!("measuring {TERMINAL} …");
    shell::run(
        cargo()
            .args([
                "run",
                "--quiet",
                "--package",
                "flowdeck-tests",
                "--example",
                "terminal_figures",
                "--",
            ])
            .arg(flowdeck())
            .arg(&stores.database)
            .arg(&stores.files)
            .env("FLOWDECK_CACHE_DIR", &stores.cache),
    )
}

/// The case of logs, whose peer is `kubectl logs` where that is found.
const LOGS: &str = "logs";

/// Measures how logs are read, kept and looked into, which prints its own table.
fn measure_logs(quick: bool) -> Outcome {
    println!("measuring {LOGS} …");
    let megabytes = if quick { "100" } else { "1000" };
    shell::run(
        cargo()
            .args([
                "run",
                "--release",
                "--quiet",
                "--package",
                "flowdeck-tests",
                "--example",
                "log_figures",
                "--",
            ])
            .arg(flowdeck())
            .arg(megabytes),
    )
}

/// The names of all cases.
fn names() -> impl Iterator<Item = &'static str> {
    case::NAMES.into_iter().chain([TERMINAL, LOGS])
}

/// What the command line asks for.
struct Options {
    only: Vec<String>,
    quick: bool,
}

impl Options {
    /// Nothing where the question was only which cases there are.
    fn read(arguments: &[String]) -> Outcome<Option<Self>> {
        let mut options = Self {
            only: Vec::new(),
            quick: false,
        };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--quick" => options.quick = true,
                "--only" => {
                    let name = arguments
                        .next()
                        .ok_or("--only wants the name of a case; --list names them")?;
                    if !names().any(|known| known == name) {
                        return Err(format!(
                            "no case is called `{name}`; there are {}",
                            names().collect::<Vec<_>>().join(", ")
                        ));
                    }
                    options.only.push(name.clone());
                }
                "--list" => {
                    println!("{}", names().collect::<Vec<_>>().join("\n"));
                    return Ok(None);
                }
                _ => return Err(format!("`{argument}` is no option here\n\n{USAGE}")),
            }
        }
        Ok(Some(options))
    }

    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }
}

/// The binary that people run.
fn flowdeck() -> String {
    target().join("release/flowdeck").display().to_string()
}

/// The peer's Python.
fn peer() -> Command {
    Command::new(python::of_version(PEER_VERSION))
}
