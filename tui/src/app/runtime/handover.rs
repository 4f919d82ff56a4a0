//! Hands a text and the terminal over to the person's own editor.

use std::io::{self, Write as _};
use std::process::Command;

use flowdeck_surface::client::{Environment, Failure, FailureKind, Result};
use rustix::process::{Pid, WaitOptions, waitpid};

use super::signals;

/// The editor where neither variable names one. Source: POSIX requires it of every system with a terminal.
const USUAL_EDITOR: &str = "vi";

/// The person's own editor. Source: the order of `git`: `VISUAL` on a terminal that moves its cursor, then `EDITOR`.
pub(crate) fn editor(environment: &Environment) -> String {
    ["VISUAL", "EDITOR"]
        .into_iter()
        .find_map(|name| {
            environment
                .variable(name)
                .filter(|value| !value.trim().is_empty())
        })
        .unwrap_or(USUAL_EDITOR)
        .to_owned()
}

/// Lets the editor have the terminal until it ends; answers with the text, if it is another one.
///
/// # Errors
/// A file that cannot be written or read, or an editor that is not there or failed: the text stays as it was then.
pub(crate) fn edit(editor: &str, text: &str) -> Result<Option<String>> {
    let mut file = tempfile::Builder::new()
        .prefix("flowdeck-")
        .suffix(".md")
        .tempfile()
        .map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    if !text.is_empty() && !text.ends_with('\n') {
        file.write_all(b"\n").map_err(failed)?;
    }
    file.flush().map_err(failed)?;
    // The variable may hold arguments, or a path with blanks in quotes: the shell parts them.
    let child = Command::new("sh")
        .args(["-c", &format!("{editor} \"$1\""), "sh"])
        .arg(file.path())
        .spawn()
        .map_err(failed)?;
    let code = wait(Pid::from_child(&child)).map_err(failed)?;
    if code != Some(0) {
        return Err(Failure::new(
            FailureKind::System,
            format!("the editor `{editor}` failed; the text stays as it was"),
        )
        .with_hint("set VISUAL or EDITOR to an editor that is there"));
    }
    // Many editors write a new file in the place of the old one.
    let edited = std::fs::read_to_string(file.path()).map_err(failed)?;
    let edited = edited.trim_end_matches('\n');
    Ok((edited != text.trim_end_matches('\n')).then(|| edited.to_owned()))
}

fn failed(error: io::Error) -> Failure {
    let message = format!("the text cannot be handed over to an editor: {error}");
    Failure::new(FailureKind::System, message).caused_by(error)
}

/// Waits for the end of the editor; stops with it where the person stops it. No code where a signal ended it.
fn wait(editor: Pid) -> io::Result<Option<i32>> {
    loop {
        match waitpid(Some(editor), WaitOptions::UNTRACED) {
            Ok(Some((_, status))) if status.stopped() => signals::stop(),
            Ok(Some((_, status))) => return Ok(status.exit_status()),
            Ok(None) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_editor_writes_comes_back() {
        assert_eq!(
            edit("printf 'new\\nlines\\n' >", "old").expect("the shell is there"),
            Some("new\nlines".to_owned())
        );
        assert_eq!(edit("true", "as it was").expect("true is there"), None);
        assert_eq!(edit("cat >/dev/null", "").expect("cat is there"), None);
    }

    #[test]
    fn an_editor_that_fails_changes_nothing_and_is_named() {
        let failure = edit("false", "old").expect_err("it fails");
        assert!(failure.message().contains("`false`"), "{failure:?}");
    }
}
