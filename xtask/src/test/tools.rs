//! The tools that a machine must bring along: Rust, Node and Python.

use std::process::Command;

use super::python;
use crate::shell::{Outcome, output, run, succeeds};
use crate::workspace::cargo;

/// Oldest Node that the front end's tools run on, as major and minor.
const NODE: (u32, u32) = (20, 19);

/// Checks versions; adds rustfmt and clippy where rustup can.
pub(super) fn check() -> Outcome {
    println!("{}", output(cargo().arg("--version"))?);
    for (component, subcommand) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if !succeeds(cargo().args([subcommand, "--version"])) {
            run(Command::new("rustup").args(["component", "add", component]))?;
        }
    }
    let node = output(Command::new("node").arg("--version"))
        .map_err(|why| format!("Node {}.{} or newer is needed: {why}", NODE.0, NODE.1))?;
    println!("node {node}");
    if version(&node) < NODE {
        return Err(format!(
            "Node {}.{} or newer is needed, and `node` is {node}",
            NODE.0, NODE.1
        ));
    }
    println!("npm {}", output(Command::new("npm").arg("--version"))?);
    println!(
        "{}",
        output(Command::new(python::interpreter()?).arg("--version"))?
    );
    Ok(())
}

/// Major and minor of a text like `v20.19.4`; zeros where it is none.
fn version(text: &str) -> (u32, u32) {
    let mut parts = text
        .trim_start_matches('v')
        .split('.')
        .map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers_and_not_as_text() {
        assert_eq!(version("v20.19.4"), (20, 19));
        assert!(version("v20.9.0") < NODE);
        assert!(version("v22.1.0") > NODE);
        assert_eq!(version("nonsense"), (0, 0));
    }
}
