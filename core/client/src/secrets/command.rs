use std::process::{Output, Stdio};
use std::time::Duration;

use flowdeck_domain::{Failure, FailureKind, Result, Secret};
use tokio::process::Command;
use zeroize::Zeroizing;

use super::missing;
use crate::environment::Environment;

/// How long a command may take: a person may have to touch a key or to open a safe.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Letters of what a command complained of that are passed on.
const COMPLAINT: usize = 200;

/// A command whose output is a secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum CommandLine {
    /// A line for `sh -c`: `pass show lab/token`.
    Shell(String),
    /// A program and its arguments, started as they are: `["gcloud", "auth", "print-access-token"]`.
    Program(Vec<String>),
}

impl CommandLine {
    /// The program, for sentences; its arguments may tell too much.
    pub fn program(&self) -> &str {
        match self {
            Self::Shell(line) => line.split_whitespace().next().unwrap_or_default(),
            Self::Program(words) => words.first().map_or("", String::as_str),
        }
    }

    fn command(&self) -> Command {
        let mut command = match self {
            Self::Shell(line) => {
                let mut shell = Command::new(if cfg!(windows) { "cmd" } else { "sh" });
                shell.args([if cfg!(windows) { "/C" } else { "-c" }, line.as_str()]);
                shell
            }
            Self::Program(words) => {
                let mut program = Command::new(words.first().map_or("", String::as_str));
                program.args(words.iter().skip(1));
                program
            }
        };
        // The terminal is ours: a command that wants to ask has to open a window of its own.
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        command
    }
}

/// The first line that a command writes, as `pass` keeps the password there.
pub(super) async fn first_line(line: &CommandLine, environment: &Environment) -> Result<Secret> {
    let output = output_of(line, environment).await?;
    let text = Zeroizing::new(output.stdout);
    let text = std::str::from_utf8(&text)
        .map_err(|_| missing(format!("the command `{}` did not write text", line.program())))?;
    Ok(Secret::new(text.lines().next().unwrap_or_default()))
}

/// Runs a command to its end.
///
/// # Errors
/// One that does not start, fails, or takes longer than [`PATIENCE`]: with the last line of what it complained of, and
/// never with what it wrote to its output.
pub(crate) async fn output_of(line: &CommandLine, environment: &Environment) -> Result<Output> {
    run(line, environment, PATIENCE).await
}

async fn run(line: &CommandLine, environment: &Environment, patience: Duration) -> Result<Output> {
    let program = line.program();
    let child = line
        .command()
        .current_dir(&environment.current_dir)
        .spawn()
        .map_err(|error| {
            missing(format!("cannot start the command `{program}`: {error}"))
                .with_hint("check `command` in the context's `auth`")
                .caused_by(error)
        })?;
    let group = Group(child.id());
    let output = tokio::time::timeout(patience, child.wait_with_output()).await;
    let output = match output {
        Ok(Ok(output)) => output,
        Ok(Err(error)) => return Err(missing(format!("the command `{program}` broke off: {error}"))),
        Err(_) => {
            drop(group);
            return Err(missing(format!(
                "the command `{program}` did not end within {} s",
                patience.as_secs_f32()
            ))
            .with_hint("run it by itself once: it may wait for an answer"));
        }
    };
    std::mem::forget(group);
    if output.status.success() {
        return Ok(output);
    }
    let mut message = format!("the command `{program}` failed ({})", output.status);
    if let Some(complaint) = complaint(&output.stderr) {
        message = format!("{message}: {complaint}");
    }
    Err(Failure::new(FailureKind::SignIn, message).with_hint("run it by itself to see what it wants"))
}

/// The last line that says something, cut.
pub(crate) fn complaint(stderr: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(stderr);
    let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty())?;
    let mut cut: String = line.chars().take(COMPLAINT).collect();
    if cut.len() < line.len() {
        cut.push('…');
    }
    Some(cut)
}

/// A command with all that it started; ended when this is dropped.
struct Group(Option<u32>);

impl Drop for Group {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(pid) = self
            .0
            .and_then(|pid| i32::try_from(pid).ok())
            .and_then(rustix::process::Pid::from_raw)
        {
            // It may have ended just now.
            let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn here() -> Environment {
        Environment::of("/", [])
    }

    fn shell(line: &str) -> CommandLine {
        CommandLine::Shell(line.to_owned())
    }

    #[tokio::test]
    async fn the_first_line_is_the_secret() {
        let found = first_line(&shell("printf 'hunter2\\nuser: ann\\n'"), &here()).await;
        assert_eq!(found.expect("it ends well").reveal(), "hunter2");
        let words = ["printf", "%s", "$HOME;x"].map(str::to_owned).to_vec();
        let found = first_line(&CommandLine::Program(words), &here()).await;
        assert_eq!(found.expect("it ends well").reveal(), "$HOME;x");
    }

    #[tokio::test]
    async fn a_failing_command_is_told_by_its_complaint_and_never_by_its_output() {
        let line = shell("echo hunter2; echo first >&2; echo 'the safe is locked' >&2; exit 3");
        let failure = first_line(&line, &here()).await.expect_err("it fails");
        assert!(failure.message().contains("the safe is locked"), "{failure}");
        assert!(!format!("{failure:?}").contains("hunter2"));
        let failure = first_line(&CommandLine::Program(vec!["/no/such".into()]), &here()).await;
        assert!(
            failure
                .expect_err("it is not there")
                .message()
                .contains("`/no/such`")
        );
    }

    #[tokio::test]
    async fn a_command_that_hangs_is_ended_with_all_it_started() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let pid = dir.path().join("pid");
        // The command itself waits for a child that would go on without it.
        let line = shell(&format!("sleep 600 & echo $! > {}; wait", pid.display()));
        let wait = Duration::from_millis(300);
        let failure = run(&line, &here(), wait).await.expect_err("it hangs");
        assert!(
            failure.message().contains("did not end within 0.3 s"),
            "{failure}"
        );
        let child = std::fs::read_to_string(&pid).expect("it got that far");
        let child = child
            .trim()
            .parse()
            .ok()
            .and_then(rustix::process::Pid::from_raw)
            .expect("a pid");
        // Whoever ends it has to be waited for; a process that is left would stay for minutes.
        let is_gone = |_: &u32| {
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.as_raw_nonzero()));
            stat.is_err() || stat.is_ok_and(|stat| stat.contains(") Z "))
        };
        let gone = (0..u32::MAX).take(2_000).find(|round| {
            std::thread::yield_now();
            is_gone(round) || {
                std::thread::park_timeout(Duration::from_millis(5));
                false
            }
        });
        assert!(gone.is_some(), "the child goes on");
    }
}
