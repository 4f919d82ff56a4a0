//! The note of an experiment or a run, given on the command line or on stdin.

use std::io::{self, Read, Write};

use clap::Args;
use flowdeck_surface::client::{Failure, FailureKind, Result};
use serde::Serialize;

use super::context::{Context, Form};
use super::exit::Outcome;
use super::output::json;
use flowdeck_surface::text::harmless;

#[derive(Debug, Args)]
pub(crate) struct NoteArg {
    /// The new note, or `-` to read it from stdin; without it the note is shown
    #[arg(allow_hyphen_values = true)]
    text: Option<String>,
}

/// The text that a note is to be set to; none where it is only to be shown.
pub(crate) fn note_of(argument: &NoteArg) -> Result<Option<String>> {
    match argument.text.as_deref() {
        Some("-") => {
            let mut text = String::new();
            io::stdin().read_to_string(&mut text).map_err(|error| {
                Failure::new(
                    FailureKind::System,
                    format!("cannot read the note from stdin: {error}"),
                )
                .caused_by(error)
            })?;
            Ok(Some(text))
        }
        other => Ok(other.map(str::to_owned)),
    }
}

#[derive(Serialize)]
struct Note<'a> {
    note: Option<&'a str>,
}

impl Context {
    /// Writes a note; nothing where there is none.
    pub(crate) fn write_note(&self, note: Option<&str>) -> Outcome {
        match (self.form(), note) {
            (Form::Json, note) => json::write_thing(self.out(), &Note { note }),
            (_, Some(note)) => self.write_text(&lines_of(note).collect::<Vec<_>>().join("\n")),
            (_, None) => {
                self.note("There is no note.");
                Ok(())
            }
        }
    }

    /// Writes a line of text.
    pub(crate) fn write_text(&self, text: &str) -> Outcome {
        let mut out = self.out();
        writeln!(out, "{}", text.trim_end_matches('\n'))?;
        Ok(out.flush()?)
    }
}

/// Text of several lines, each made harmless.
pub(crate) fn lines_of(text: &str) -> impl Iterator<Item = std::borrow::Cow<'_, str>> {
    text.lines().map(harmless)
}
