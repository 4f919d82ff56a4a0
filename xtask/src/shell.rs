//! Runs other programs and says in one sentence what went wrong.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a chore ends with; the error is one sentence for a person.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// Runs a program with its output on the terminal.
pub(crate) fn run(command: &mut Command) -> Outcome {
    println!("$ {}", line(command));
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!(
            "`{}` failed with {status}; its output is above",
            line(command)
        ))
    }
}

/// Runs a program and gives what it wrote to standard output, without the last line's end.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| cannot_start(command, &error))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    } else {
        Err(format!("`{}` failed with {}", line(command), output.status))
    }
}

/// Runs a program and gives all that it wrote, whether it succeeded or not.
pub(crate) fn captured(command: &mut Command) -> (String, Outcome) {
    let head = format!("$ {}\n", line(command));
    match command.output() {
        Err(error) => (head, Err(cannot_start(command, &error))),
        Ok(output) => {
            let said =
                head + &String::from_utf8_lossy(&output.stdout) + &String::from_utf8_lossy(&output.stderr);
            let outcome = if output.status.success() {
                Ok(())
            } else {
                Err(format!("`{}` failed with {}", line(command), output.status))
            };
            (said, outcome)
        }
    }
}

/// Whether a program runs and succeeds, in silence.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The command as somebody would type it.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    std::iter::once(program)
        .chain(command.get_args())
        .map(quoted)
        .collect::<Vec<_>>()
        .join(" ")
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    if word.contains([' ', '<', '>', '&', '|', '*', '\'', '"']) {
        format!("'{word}'")
    } else {
        word.into_owned()
    }
}

fn cannot_start(command: &Command, error: &std::io::Error) -> String {
    format!(
        "cannot start `{}`: {error}",
        command.get_program().to_string_lossy()
    )
}
