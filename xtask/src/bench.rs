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
    print!("{}", report::table(&measured));
    Ok(())
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
                    if !case::NAMES.contains(&name.as_str()) {
                        return Err(format!(
                            "no case is called `{name}`; there are {}",
                            case::NAMES.join(", ")
                        ));
                    }
                    options.only.push(name.clone());
                }
                "--list" => {
                    println!("{}", case::NAMES.join("\n"));
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
