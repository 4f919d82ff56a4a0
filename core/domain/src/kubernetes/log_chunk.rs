use std::fmt;

use super::LogLine;

/// What a log gives: lines, and now and then a word on the log itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum LogChunk {
    /// Lines in the order they were printed; never empty.
    Lines(Vec<LogLine>),
    /// What happened between the lines before and those after.
    Note(LogNote),
}

/// A word on a log that is being followed, for a person.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum LogNote {
    /// The container has not printed anything yet, or nothing can be read for now; asked again until it can.
    Waiting {
        /// Why, in a few words.
        why: String,
    },
    /// The container was started again: what follows is of the new one.
    Restarted {
        /// How often it was started again by now.
        count: u32,
    },
    /// The pod was deleted and made again under the same name: what follows is of the new one.
    Remade,
    /// Lines were lost before anybody could read them.
    Lost {
        /// How, in a few words.
        why: String,
    },
    /// What follows is read and no longer kept.
    Unkept {
        /// Why.
        why: String,
    },
    /// A word that was kept with the log once.
    Kept {
        /// As it was told then.
        words: String,
    },
}

impl fmt::Display for LogNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiting { why } => write!(f, "waiting: {why}"),
            Self::Restarted { count: 1 } => f.write_str("the container was started again"),
            Self::Restarted { count } => write!(f, "the container was started again, {count} times by now"),
            Self::Remade => f.write_str("the pod was deleted and made again"),
            Self::Lost { why } => write!(f, "lines were lost: {why}"),
            Self::Unkept { why } => write!(f, "it is not kept from here on: {why}"),
            Self::Kept { words } => f.write_str(words),
        }
    }
}
