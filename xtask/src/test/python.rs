//! Python environments with the real MLflow, one for each version, as the versions exclude each other.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use crate::shell::{Outcome, captured, output};
use crate::workspace::{root, target};

/// The versions of MLflow that suites hold flowdeck to.
pub(crate) const VERSIONS: [&str; 3] = ["1.30.1", "2.22.5", "3.17.2"];

/// The environment variable that names another Python with that MLflow: `FLOWDECK_TEST_PYTHON_1_30_1`.
pub(crate) fn variable(version: &str) -> String {
    format!("FLOWDECK_TEST_PYTHON_{}", version.replace('.', "_"))
}

/// The Python of a version's environment: the one that its variable names, else our own.
pub(crate) fn of_version(version: &str) -> PathBuf {
    env::var_os(variable(version)).map_or_else(|| environment(version).join("bin/python"), PathBuf::from)
}

/// Makes the environments that are missing or whose requirements changed.
pub(super) fn install() -> (String, Outcome) {
    let mut said = String::new();
    for version in VERSIONS {
        if let Err(sentence) = install_version(version, &mut said) {
            return (said, Err(sentence));
        }
    }
    (said, Ok(()))
}

/// Makes the environment of one version, for a chore that needs no other.
pub(crate) fn install_one(version: &str) -> Outcome {
    let mut said = String::new();
    let outcome = install_version(version, &mut said);
    print!("{said}");
    outcome
}

fn install_version(version: &str, said: &mut String) -> Outcome {
    if env::var_os(variable(version)).is_some() {
        *said += &format!(
            "MLflow {version}: {} is {}\n",
            variable(version),
            of_version(version).display()
        );
        return Ok(());
    }
    let list = root().join(format!("tests/python/requirements/{version}.txt"));
    let wanted =
        fs::read_to_string(&list).map_err(|error| format!("cannot read {}: {error}", list.display()))?;
    let directory = environment(version);
    let stamp = directory.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        *said += &format!("MLflow {version}: already in {}\n", directory.display());
        return Ok(());
    }
    let mut step = |command: &mut Command| {
        let (output, outcome) = captured(command);
        said.push_str(&output);
        outcome
    };
    step(
        Command::new(interpreter()?)
            .args(["-m", "venv", "--clear"])
            .arg(&directory),
    )?;
    step(
        Command::new(of_version(version))
            .args([
                "-m",
                "pip",
                "install",
                "--no-compile",
                "--no-input",
                "--disable-pip-version-check",
                "--progress-bar",
                "off",
                "-r",
            ])
            .arg(&list),
    )?;
    fs::write(&stamp, wanted).map_err(|error| format!("cannot write {}: {error}", stamp.display()))
}

fn environment(version: &str) -> PathBuf {
    target().join("python").join(version)
}

/// A Python 3.11: MLflow 1.30.1 runs on nothing newer, and the three versions are held to one Python.
pub(super) fn interpreter() -> Outcome<&'static str> {
    for name in ["python3.11", "python3", "python"] {
        let probe = output(
            Command::new(name)
                .args(["-c", "import sys; print(sys.version_info[:2])"])
                .stderr(std::process::Stdio::null()),
        );
        if probe.is_ok_and(|version| version == "(3, 11)") {
            return Ok(name);
        }
    }
    Err("Python 3.11 is needed and was not found as python3.11, python3 or python".to_owned())
}
