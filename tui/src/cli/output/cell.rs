use std::borrow::Cow;

use flowdeck_surface::client::Timestamp;
use flowdeck_surface::clock::Clock;
use flowdeck_surface::format;
use flowdeck_surface::run_column::Value;
use flowdeck_surface::status::Badge;
use flowdeck_surface::tone::Tone;

use flowdeck_surface::text::harmless;

/// What stands in one cell, before it is written for a person or a program.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    /// The thing has no such value.
    Unset,
    /// Text.
    Text(Cow<'a, str>),
    /// A metric's value.
    Number(f64),
    /// A count or a step.
    Integer(i64),
    /// A moment.
    Time(Timestamp),
    /// A duration in milliseconds.
    Millis(i64),
    /// A state, with what it means.
    State(Badge),
}

/// How wide a metric's value may be in a table, in characters.
const NUMBER_WIDTH: usize = 10;

impl<'a> Cell<'a> {
    /// Text, or nothing.
    pub(crate) fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Unset, |text| Self::Text(Cow::Borrowed(text)))
    }

    /// A moment, or nothing.
    pub(crate) fn time(time: Option<Timestamp>) -> Self {
        time.map_or(Self::Unset, Self::Time)
    }

    /// Several words as one text.
    pub(crate) fn joined(words: impl Iterator<Item = impl AsRef<str>>) -> Self {
        let words: Vec<_> = words.map(|word| word.as_ref().to_owned()).collect();
        if words.is_empty() {
            Self::Unset
        } else {
            Self::Text(Cow::Owned(words.join(", ")))
        }
    }

    /// As a person reads it, on one line.
    pub(crate) fn for_people(&self, clock: &Clock, narrow: bool) -> String {
        match self {
            Self::Unset => String::new(),
            Self::Text(text) => harmless(text).into_owned(),
            Self::Number(value) => format::number(*value, NUMBER_WIDTH),
            Self::Integer(number) => number.to_string(),
            Self::Time(time) if narrow => clock.short(*time),
            Self::Time(time) => clock.date_time(*time),
            Self::Millis(millis) => format::duration(*millis),
            Self::State(badge) => harmless(&badge.word).into_owned(),
        }
    }

    /// As a program reads it: numbers that read back as themselves, times and durations in milliseconds.
    pub(crate) fn for_programs(&self) -> Cow<'_, str> {
        match self {
            Self::Unset => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(value) => Cow::Owned(format::exact(*value)),
            Self::Integer(number) | Self::Millis(number) => Cow::Owned(number.to_string()),
            Self::Time(time) => Cow::Owned(time.as_millis().to_string()),
            Self::State(badge) => Cow::Borrowed(&badge.word),
        }
    }

    /// What it means.
    pub(crate) fn tone(&self) -> Tone {
        match self {
            Self::State(badge) => badge.tone,
            _ => Tone::Plain,
        }
    }
}

impl<'a> From<Value<'a>> for Cell<'a> {
    fn from(value: Value<'a>) -> Self {
        match value {
            Value::Unset => Self::Unset,
            Value::Text(text) => Self::Text(text),
            Value::Number(number) => Self::Number(number),
            Value::Time(time) => Self::Time(time),
            Value::Millis(millis) => Self::Millis(millis),
        }
    }
}
