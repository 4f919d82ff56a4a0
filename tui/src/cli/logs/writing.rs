use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};

use flowdeck_surface::client::kubernetes::LogLine;
use flowdeck_surface::client::logs::{LogEvent, LogOrigin, LogPart};
use flowdeck_surface::client::{Failure, FailureKind};
use flowdeck_surface::log::coloured;
use flowdeck_surface::text::{harmless, width_cells};
use serde::Serialize;

use super::LogArgs;
use super::choosing::Choosing;
use crate::cli::context::{Context, Form};
use crate::cli::exit::{Outcome, Stop};
use crate::cli::output::csv;

/// Colours of prefixes, among the first sixteen of a terminal.
const COLOURS: [u8; 6] = [6, 3, 5, 2, 4, 1];

/// A line as JSON.
#[derive(Serialize)]
struct LineView<'a> {
    time: Option<String>,
    pod: &'a str,
    container: Option<&'a str>,
    task: Option<&'a str>,
    line: std::borrow::Cow<'a, str>,
}

/// One pod that is read.
struct Read {
    part: LogPart,
    container: Option<String>,
    n_lines: u64,
}

/// Writes lines as they come.
pub(super) struct Writing<'a> {
    cx: &'a Context,
    out: Box<dyn Write>,
    choosing: Choosing,
    form: Form,
    has_times: bool,
    /// Whether it is a person's terminal that is written on.
    is_shown: bool,
    has_colours: bool,
    /// Whether lines say which task or pod they are of.
    has_prefixes: bool,
    parts: Vec<Read>,
    failures: Vec<Failure>,
    n_written: u64,
    file: Option<String>,
}

impl<'a> Writing<'a> {
    pub(super) fn open(cx: &'a Context, args: &LogArgs, choosing: Choosing) -> Result<Self, Stop> {
        let (out, is_shown): (Box<dyn Write>, bool) = match &args.output {
            Some(file) => {
                let path = cx.environment.resolve(file);
                let made = File::create(&path).map_err(|error| {
                    Failure::new(
                        FailureKind::System,
                        format!("cannot write {}: {error}", path.display()),
                    )
                })?;
                (Box::new(BufWriter::new(made)), false)
            }
            None => (Box::new(cx.out()), io::stdout().is_terminal()),
        };
        let mut writing = Self {
            cx,
            out,
            choosing,
            form: cx.form(),
            has_times: args.timestamps,
            is_shown,
            has_colours: is_shown && cx.colour_on(true),
            has_prefixes: args.pod.is_none() && args.task.is_none(),
            parts: Vec::new(),
            failures: Vec::new(),
            n_written: 0,
            file: args.output.clone(),
        };
        if writing.form == Form::Csv {
            writing.out.write_all(b"time,pod,container,task,line\n")?;
        }
        Ok(writing)
    }

    pub(super) fn take(&mut self, event: LogEvent) -> Outcome {
        match event {
            LogEvent::Part(part) => {
                self.choosing.add();
                self.parts.push(Read {
                    part,
                    container: None,
                    n_lines: 0,
                });
            }
            LogEvent::From(place, origin, container) => {
                self.tell_origin(place, origin);
                if let Some(read) = self.parts.get_mut(place) {
                    read.container = Some(container);
                }
            }
            LogEvent::Lines(place, lines) => {
                for line in &lines {
                    if self.choosing.wants(place, line) {
                        self.write(place, line)?;
                    }
                }
            }
            LogEvent::Note(place, note) => self.note(place, &note.to_string()),
            LogEvent::Over(place, failure) => {
                self.choosing.end(place);
                if let Some(failure) = failure {
                    if self.has_prefixes {
                        self.note(place, &failure.to_string());
                    }
                    self.failures.push(failure);
                }
            }
        }
        Ok(())
    }

    pub(super) fn flush(&mut self) -> Outcome {
        Ok(self.out.flush()?)
    }

    /// Whether nothing more is wanted.
    pub(super) fn is_past(&self) -> bool {
        self.choosing.is_past()
    }

    /// How it ends: badly where nothing could be read at all, or not to the end of the one thing asked for.
    pub(super) fn end(mut self) -> Outcome {
        self.flush()?;
        let has_lines = self.parts.iter().any(|read| read.n_lines > 0);
        let first = self.failures.into_iter().next();
        match first {
            Some(failure) if !has_lines || self.parts.len() == 1 => return Err(failure.into()),
            _ => {}
        }
        if self.parts.is_empty() {
            self.cx.note("No task of it has a log yet.");
        }
        if let Some(file) = &self.file {
            let lines = if self.n_written == 1 { "line" } else { "lines" };
            self.cx
                .note(&format!("Wrote {} {lines} to {file}.", self.n_written));
        }
        Ok(())
    }

    fn tell_origin(&self, place: usize, origin: LogOrigin) {
        let Some(words) = origin.words() else { return };
        let when = match origin {
            LogOrigin::Kept(at) => format!(", last at {}", self.cx.style().clock.date_time(at)),
            _ => String::new(),
        };
        self.note(place, &format!("{words}{when}"));
    }

    fn note(&self, place: usize, words: &str) {
        match self.parts.get(place) {
            Some(read) => self.cx.note(&format!("{}: {words}", read.part.label)),
            None => self.cx.note(words),
        }
    }

    fn write(&mut self, place: usize, line: &LogLine) -> Outcome {
        let Some(read) = self.parts.get_mut(place) else {
            return Ok(());
        };
        read.n_lines += 1;
        self.n_written += 1;
        let view = || LineView {
            time: line.time.map(|time| time.to_string()),
            pod: read.part.pod.as_str(),
            container: read.container.as_deref(),
            task: read.part.place.as_deref(),
            line: String::from_utf8_lossy(&line.bytes),
        };
        match self.form {
            Form::Json => {
                serde_json::to_writer(&mut self.out, &view())?;
                self.out.write_all(b"\n")?;
            }
            Form::Csv => csv::write_fields(&mut self.out, &fields(&view()))?,
            Form::People => {
                if self.has_prefixes {
                    let label = prefix(&read.part.label, place, self.has_colours);
                    self.out.write_all(label.as_bytes())?;
                }
                if let Some(time) = line.time.filter(|_| self.has_times) {
                    write!(self.out, "{time} ")?;
                }
                if self.is_shown {
                    self.out
                        .write_all(coloured(&line.bytes, self.has_colours).as_bytes())?;
                } else {
                    self.out.write_all(&line.bytes)?;
                }
                self.out.write_all(b"\n")?;
            }
        }
        Ok(())
    }
}

fn fields(view: &LineView<'_>) -> [String; 5] {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    [
        text(view.time.as_deref()),
        view.pod.to_owned(),
        text(view.container),
        text(view.task),
        view.line.clone().into_owned(),
    ]
}

/// `train  | `, in the part's own colour.
fn prefix(label: &str, place: usize, has_colours: bool) -> String {
    let label = harmless(label);
    let gap = " ".repeat(12_usize.saturating_sub(width_cells(&label)));
    if has_colours {
        let colour = COLOURS[place % COLOURS.len()];
        format!("\x1b[3{colour}m{label}{gap} |\x1b[0m ")
    } else {
        format!("{label}{gap} | ")
    }
}
