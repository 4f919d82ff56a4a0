//! Debian packages that building and testing need.

use std::process::Command;

use super::python;
use crate::shell::{Outcome, output, run, succeeds};

/// What is needed, with the reason.
const PACKAGES: &[(&str, &str)] = &[
    ("build-essential", "the C parts of SQLite and of TLS"),
    ("pkg-config", "finds WebKitGTK"),
    ("libwebkit2gtk-4.1-dev", "the desktop app"),
    ("webkit2gtk-driver", "drives its window in tests"),
    ("xvfb", "a display for it"),
    ("chromium", "drives its pages over the bridge"),
    ("nginx", "a gateway with TLS before a tracking server"),
    ("openssh-client", "tunnels, as people have them"),
    ("openssh-server", "the far end of a tunnel"),
    ("openssl", "an authority and certificates of the tests' own"),
    ("dbus", "a bus of the tests' own"),
    ("gnome-keyring", "a keyring on it"),
];

/// Installs what is missing; where that needs a right nobody gave, says the line to run.
pub(super) fn install() -> Outcome {
    if !succeeds(Command::new("dpkg-query").arg("--version")) {
        println!(
            "no Debian packages here; on other systems install the counterparts of: {}",
            names(&needed()?)
        );
        return Ok(());
    }
    let missing: Vec<&str> = needed()?
        .into_iter()
        .filter(|package| !installed(package))
        .collect();
    if missing.is_empty() {
        println!("all {} packages are installed", needed()?.len());
        return Ok(());
    }
    let by_hand = format!(
        "sudo apt-get update && sudo apt-get install -y {}",
        names(&missing)
    );
    let as_root: &[&str] = if output(Command::new("id").arg("-u"))? == "0" {
        &[]
    } else if succeeds(Command::new("sudo").args(["-n", "true"])) {
        &["sudo", "-n"]
    } else {
        return Err(format!(
            "system packages are missing and sudo asks for a password; run this line, then try again:\n  {by_hand}"
        ));
    };
    run(apt_get(as_root).arg("update"))?;
    run(apt_get(as_root)
        .args(["install", "-y", "--no-install-recommends"])
        .args(&missing))
    .map_err(|why| format!("{why}; to install by hand:\n  {by_hand}"))
}

/// The list, and Debian's separate packages of Python where the interpreter came without them.
fn needed() -> Outcome<Vec<&'static str>> {
    let mut needed: Vec<&str> = PACKAGES.iter().map(|(package, _)| *package).collect();
    if !succeeds(Command::new(python::interpreter()?).args(["-c", "import ensurepip, venv"])) {
        needed.push("python3-venv");
    }
    Ok(needed)
}

fn names(packages: &[&str]) -> String {
    packages.join(" ")
}

fn installed(package: &str) -> bool {
    output(
        Command::new("dpkg-query")
            .args(["-W", "-f", "${db:Status-Status}", package])
            .stderr(std::process::Stdio::null()),
    )
    .is_ok_and(|status| status == "installed")
}

fn apt_get(as_root: &[&str]) -> Command {
    let mut words = as_root.iter().chain(&["apt-get"]);
    let mut command = Command::new(words.next().expect("apt-get is always there"));
    command.args(words).env("DEBIAN_FRONTEND", "noninteractive");
    command
}
