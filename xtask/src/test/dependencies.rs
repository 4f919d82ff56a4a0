//! What we depend on: licences, bans and sources as `deny.toml` says.

use std::path::PathBuf;
use std::process::Command;

use crate::shell::{Outcome, output, run};
use crate::workspace::{cargo, root, target};

/// The cargo-deny that reads `deny.toml`.
const CARGO_DENY: &str = "0.20.2";

pub(super) fn check() -> Outcome {
    let cargo_deny = installed()?;
    run(Command::new(cargo_deny).current_dir(root()).args([
        "--workspace",
        "--locked",
        "check",
        "--hide-inclusion-graph",
        "licenses",
        "bans",
        "sources",
    ]))
}

/// Builds cargo-deny below `target/` once; unoptimised, as it runs for a second and builds for minutes otherwise.
fn installed() -> Outcome<PathBuf> {
    let tools = target().join("tools");
    let binary = tools.join("bin/cargo-deny");
    let is_there = binary.is_file()
        && output(Command::new(&binary).arg("--version")).is_ok_and(|version| version.ends_with(CARGO_DENY));
    if !is_there {
        run(cargo()
            .args([
                "install",
                "cargo-deny",
                "--version",
                CARGO_DENY,
                "--locked",
                "--debug",
                "--force",
                "--root",
            ])
            .arg(&tools)
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_TARGET_DIR", tools.join("build")))?;
    }
    Ok(binary)
}
