//! Where secrets are found: a keyring, a variable, a file for its owner alone, the output of a command.
//!
//! Nothing here repeats a secret, nor what a command wrote where the secret should be.

mod command;
mod file;
mod keyring;

use std::fmt;
use std::str::FromStr;

use flowdeck_domain::{Failure, FailureKind, Result, Secret};

pub(crate) use command::output_of;
pub use command::{CommandLine, PATIENCE};
pub use file::write as write_file;
pub use keyring::{forget as forget_in_keyring, keep as keep_in_keyring};

use crate::environment::Environment;

/// Bytes that a secret may have; more is something else by mistake.
const LONGEST: usize = 64 * 1024;

/// Where a secret is found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SecretSource {
    /// The keyring of the desktop, under this name.
    Keyring(String),
    /// A variable of the environment.
    Variable(String),
    /// A file that only its owner can read; a relative path starts at the directory of the configuration.
    File(String),
    /// The first line that a command writes.
    Command(CommandLine),
}

/// The place in words: `the keyring`, `the variable LAB_TOKEN`, `the file ~/token`.
impl fmt::Display for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keyring(account) => write!(f, "the keyring (`{account}`)"),
            Self::Variable(name) => write!(f, "the variable {name}"),
            Self::File(path) => write!(f, "the file {path}"),
            Self::Command(line) => write!(f, "the command `{}`", line.program()),
        }
    }
}

/// `env:NAME`, `file:PATH`, `command:LINE`, `keyring` or `keyring:NAME`.
impl FromStr for SecretSource {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self> {
        let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
        let rest = rest.trim();
        match (kind, rest.is_empty()) {
            ("keyring", _) => Ok(Self::Keyring(rest.to_owned())),
            ("env", false) => Ok(Self::Variable(rest.to_owned())),
            ("file", false) => Ok(Self::File(rest.to_owned())),
            ("command", false) => Ok(Self::Command(CommandLine::Shell(rest.to_owned()))),
            // It may be the secret itself, so it is not repeated.
            _ => Err(Failure::new(
                FailureKind::InvalidInput,
                "that is no place where a secret is found",
            )
            .with_hint("write keyring, env:NAME, file:PATH or command:LINE")),
        }
    }
}

impl SecretSource {
    /// It as [`SecretSource::from_str`] reads it.
    pub fn spelled(&self) -> String {
        match self {
            Self::Keyring(account) => format!("keyring:{account}"),
            Self::Variable(name) => format!("env:{name}"),
            Self::File(path) => format!("file:{path}"),
            Self::Command(CommandLine::Shell(line)) => format!("command:{line}"),
            Self::Command(CommandLine::Program(words)) => format!("command:{}", words.join(" ")),
        }
    }

    /// Finds the secret.
    ///
    /// # Errors
    /// Nothing there, a file that others can read, a command that fails or takes too long; each names the place.
    pub async fn find(&self, environment: &Environment) -> Result<Secret> {
        let found = match self {
            Self::Keyring(account) => keyring::find(account).await?,
            Self::Variable(name) => {
                let value = environment.variable(name);
                value.map(Secret::new).ok_or_else(|| {
                    missing(format!(
                        "the variable {name}, which should hold a secret, is not set"
                    ))
                    .with_hint(format!("set {name}, or name another place in `auth`"))
                })?
            }
            Self::File(path) => file::read(&environment.resolve_configured(path))?,
            Self::Command(line) => command::first_line(line, environment).await?,
        };
        checked(found, self)
    }
}

/// A secret that can stand in a header.
fn checked(secret: Secret, source: &SecretSource) -> Result<Secret> {
    let text = secret.reveal();
    if text.trim().is_empty() {
        return Err(missing(format!("the secret in {source} is empty")));
    }
    if text.len() > LONGEST || text.chars().any(char::is_control) {
        return Err(missing(format!(
            "what stands in {source} is no secret: it is too long, or holds control characters"
        )));
    }
    Ok(secret)
}

fn missing(message: String) -> Failure {
    Failure::new(FailureKind::SignIn, message)
}
