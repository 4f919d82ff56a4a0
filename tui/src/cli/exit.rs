//! How a command ends: its exit code, and what is said of a failure.

use std::io;
use std::process::ExitCode;

use flowdeck_surface::client::{Failure, FailureKind};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::tone::Tone;
use serde::Serialize;

use super::output::paint::painted;
use flowdeck_surface::text::harmless;

/// Why a command ended before it was done.
#[derive(Debug)]
pub(crate) enum Stop {
    /// It failed.
    Failed(Failure),
    /// These words, given on the command line, are wrong.
    Wrong {
        /// What is wrong, with the bytes of `input` that are.
        failure: Failure,
        /// A filter or a clause.
        input: String,
    },
    /// Whoever reads the output has seen enough: `| head`.
    OutputClosed,
    /// It did what it was asked and has nothing to say but this code.
    Code(u8),
}

/// What a command answers.
pub(crate) type Outcome = Result<(), Stop>;

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Errors of writing to stdout.
impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::OutputClosed;
        }
        Self::Failed(
            Failure::new(FailureKind::System, format!("cannot write the output: {error}")).caused_by(error),
        )
    }
}

impl From<serde_json::Error> for Stop {
    fn from(error: serde_json::Error) -> Self {
        io::Error::from(error).into()
    }
}

impl From<csv::Error> for Stop {
    fn from(error: csv::Error) -> Self {
        match error.into_kind() {
            csv::ErrorKind::Io(error) => error.into(),
            other => io::Error::other(format!("{other:?}")).into(),
        }
    }
}

/// The exit code for a kind of failure, as `docs/json.md` lists them.
pub(crate) const fn code_of(kind: FailureKind) -> u8 {
    match kind {
        FailureKind::InvalidInput => 2,
        FailureKind::NotFound => 3,
        FailureKind::SignIn | FailureKind::Permission => 4,
        FailureKind::Unreachable => 5,
        FailureKind::Refused | FailureKind::Busy => 6,
        FailureKind::Interrupted => 130,
        FailureKind::Damaged | FailureKind::Unsupported | FailureKind::Server | FailureKind::System => 1,
    }
}

/// Says on stderr why a command stopped, and answers with its exit code.
pub(crate) fn report(stop: &Stop, json: bool, colour: bool) -> ExitCode {
    let (failure, input) = match stop {
        Stop::OutputClosed => return ExitCode::SUCCESS,
        Stop::Code(code) => return ExitCode::from(*code),
        Stop::Failed(failure) => (failure, None),
        Stop::Wrong { failure, input } => (failure, Some(input.as_str())),
    };
    log_causes(failure);
    let notice = Notice::of(failure);
    let text = if json {
        in_json(failure.kind(), &notice)
    } else {
        for_people(&notice, input, colour)
    };
    // Nobody is left to tell where stderr is closed.
    let _ = io::Write::write_all(&mut io::stderr().lock(), text.as_bytes());
    ExitCode::from(code_of(failure.kind()))
}

fn log_causes(failure: &Failure) {
    let mut cause = std::error::Error::source(failure);
    while let Some(error) = cause {
        tracing::debug!(cause = %error, "failed");
        cause = error.source();
    }
}

#[derive(Serialize)]
struct Envelope<'a> {
    error: Told<'a>,
}

#[derive(Serialize)]
struct Told<'a> {
    kind: &'static str,
    message: &'a str,
    hint: Option<&'a str>,
}

/// One line: `{"error":{"kind":"not_found","message":"…","hint":null}}`.
pub(crate) fn in_json(kind: FailureKind, notice: &Notice) -> String {
    let error = Told {
        kind: kind.word(),
        message: &notice.sentence,
        hint: notice.hint.as_deref(),
    };
    let line = serde_json::to_string(&Envelope { error }).unwrap_or_default();
    format!("{line}\n")
}

/// A sentence, the faulty input with a caret under the fault, and a hint.
fn for_people(notice: &Notice, input: Option<&str>, colour: bool) -> String {
    let label = painted("error:", Tone::Bad, colour);
    let mut text = format!("{label} {}\n", harmless(&notice.sentence));
    if let (Some(input), Some(span)) = (input, &notice.span) {
        text.push_str(&pointed_at(input, span.start, span.end));
    }
    if let Some(hint) = &notice.hint {
        text.push_str(&format!(
            "{} {}\n",
            painted("hint:", Tone::Accent, colour),
            harmless(hint)
        ));
    }
    text
}

/// The input and a line of carets under some of its bytes.
fn pointed_at(input: &str, start: usize, end: usize) -> String {
    let floor = |at: usize| {
        (0..=at.min(input.len()))
            .rev()
            .find(|&at| input.is_char_boundary(at))
            .unwrap_or(0)
    };
    let (start, end) = (floor(start), floor(end.max(start)));
    let width = |text: &str| unicode_width::UnicodeWidthStr::width(&*harmless(text));
    let indent = width(&input[..start]);
    let carets = width(&input[start..end]).max(1);
    format!("  {}\n  {:indent$}{}\n", harmless(input), "", "^".repeat(carets))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caret_stands_under_the_fault_whatever_the_letters_before_it_are_wide() {
        let input = "名 = x";
        let at = input.find('x').expect("it is there");
        assert_eq!(pointed_at(input, at, at + 1), "  名 = x\n       ^\n");
        assert_eq!(pointed_at("ab", 2, 2), "  ab\n    ^\n");
        assert_eq!(pointed_at("é", 1, 9), "  é\n  ^\n");
    }

    #[test]
    fn a_failure_in_json_is_one_line_with_an_unset_hint_as_null() {
        let notice = Notice {
            sentence: "Run `x` does not exist.".to_owned(),
            hint: None,
            span: None,
        };
        assert_eq!(
            in_json(FailureKind::NotFound, &notice),
            "{\"error\":{\"kind\":\"not_found\",\"message\":\"Run `x` does not exist.\",\"hint\":null}}\n"
        );
    }
}
