//! One line as it stands on a screen.

use flowdeck_client::Timestamp;
use flowdeck_client::kubernetes::LogTime;
use flowdeck_client::logs::Entry;

use super::fields::{Picked, picked};
use super::ink::{Span, inked};
use crate::clock::Clock;
use crate::format;
use crate::text::harmless;
use crate::tone::Tone;

/// Whether and how the time of a line is shown.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Times {
    /// Not at all.
    #[default]
    Hidden,
    /// As a clock shows it, with milliseconds.
    Clock,
    /// From the first line on.
    Relative,
}

impl Times {
    /// The way after this one.
    pub const fn next(self) -> Self {
        match self {
            Self::Hidden => Self::Clock,
            Self::Clock => Self::Relative,
            Self::Relative => Self::Hidden,
        }
    }
}

/// How lines are shown.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Settings {
    /// Their times.
    pub times: Times,
    /// Whether long lines are broken.
    pub wraps: bool,
    /// Whether lines of JSON are picked apart.
    pub picks: bool,
    /// The fields that are shown of those; none means the usual ones.
    pub fields: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            times: Times::Hidden,
            wraps: true,
            picks: false,
            fields: Vec::new(),
        }
    }
}

/// One line as it stands on a screen.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ShownLine {
    /// When it was printed; empty where times are hidden or it has none.
    pub time: String,
    /// Pieces of text, each with its meaning where we give it one, else in the ink of the container.
    pub pieces: Vec<(Span, Option<Tone>)>,
    /// Whether it is a word of ours.
    pub is_note: bool,
}

impl ShownLine {
    /// Its text without its time.
    pub fn text(&self) -> String {
        self.pieces.iter().map(|(span, _)| span.text.as_str()).collect()
    }
}

/// A line as it stands on a screen; `first` is the time of the log's first line.
pub fn shown(entry: &Entry, settings: &Settings, first: Option<Timestamp>, clock: &Clock) -> ShownLine {
    let at = entry.time.map(LogTime::timestamp);
    let time = match (settings.times, at) {
        (Times::Hidden, _) | (_, None) => String::new(),
        (Times::Clock, Some(at)) => {
            format!("{}.{:03}", clock.time_of_day(at), at.as_millis().rem_euclid(1000))
        }
        (Times::Relative, Some(at)) => relative(at.millis_since(first.unwrap_or(at))),
    };
    let mut pieces = if entry.is_note {
        let text = harmless(&String::from_utf8_lossy(&entry.bytes)).into_owned();
        vec![(plain(format!("── {text} ──")), Some(Tone::Warning))]
    } else {
        match picked(&entry.bytes, &settings.fields).filter(|_| settings.picks && !entry.is_cut) {
            Some(picked) => of_fields(&picked),
            None => inked(&entry.bytes).into_iter().map(|span| (span, None)).collect(),
        }
    };
    if entry.is_cut {
        let word = format!(" … cut at {}", format::size(entry.bytes.len() as u64));
        pieces.push((plain(word), Some(Tone::Muted)));
    }
    ShownLine {
        time,
        pieces,
        is_note: entry.is_note,
    }
}

/// `+1:02:03.456`
fn relative(millis: i64) -> String {
    let sign = if millis < 0 { '-' } else { '+' };
    let millis = millis.unsigned_abs();
    let (seconds, rest) = (millis / 1000, millis % 1000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{sign}{minutes:02}:{seconds:02}.{rest:03}"),
        _ => format!("{sign}{hours}:{minutes:02}:{seconds:02}.{rest:03}"),
    }
}

fn plain(text: String) -> Span {
    Span {
        text,
        ink: super::Ink::default(),
    }
}

/// `WARN slow  step=7 loss=0.5`
fn of_fields(picked: &Picked) -> Vec<(Span, Option<Tone>)> {
    let mut pieces = Vec::new();
    if let Some(level) = &picked.level {
        let word = harmless(level).to_uppercase();
        let tone = match word.as_str() {
            "ERROR" | "FATAL" | "CRITICAL" | "PANIC" => Tone::Bad,
            "WARN" | "WARNING" => Tone::Warning,
            "INFO" | "NOTICE" => Tone::Good,
            _ => Tone::Muted,
        };
        pieces.push((plain(format!("{word:<5} ")), Some(tone)));
    }
    if let Some(message) = &picked.message {
        pieces.push((plain(harmless(message).into_owned()), None));
    }
    for (name, value) in &picked.others {
        let gap = if pieces.is_empty() { "" } else { "  " };
        pieces.push((plain(format!("{gap}{}=", harmless(name))), Some(Tone::Muted)));
        pieces.push((plain(harmless(value).into_owned()), None));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(bytes: &'static [u8]) -> Entry {
        Entry {
            number: 0,
            time: Some(LogTime {
                seconds: 1_700_000_000,
                nanos: 123_000_000,
            }),
            source: 0,
            is_note: false,
            is_cut: false,
            bytes: bytes.into(),
        }
    }

    #[test]
    fn a_line_is_told_with_its_time_and_json_with_its_fields() {
        let with = |times| Settings {
            times,
            picks: true,
            ..Settings::default()
        };
        let clock = Clock::utc();
        let json = entry(br#"{"level":"error","msg":"no\u001b[2J","step":7}"#);
        let told = shown(&json, &with(Times::Clock), None, &clock);
        assert_eq!(told.time, "22:13:20.123");
        assert_eq!(told.text(), "ERROR no␛[2J  step=7");
        assert_eq!(told.pieces[0].1, Some(Tone::Bad));
        let first = Some(Timestamp(1_700_000_000_000 - 3_661_000));
        assert_eq!(
            shown(&json, &with(Times::Relative), first, &clock).time,
            "+1:01:01.123"
        );
        assert!(
            shown(&json, &Settings::default(), None, &clock)
                .text()
                .starts_with("{\"level\"")
        );
        let note = Entry {
            is_note: true,
            ..entry(b"the container was started again")
        };
        let told = shown(&note, &Settings::default(), None, &clock);
        assert_eq!(told.text(), "── the container was started again ──");
    }
}
