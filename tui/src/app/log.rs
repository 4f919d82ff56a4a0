//! What the log screen asks, and what it is told.

use std::path::PathBuf;
use std::sync::Arc;

use flowdeck_surface::client::Result;
use flowdeck_surface::client::logs::{
    Direction, LineFilter, LineSet, LogRequest, LogSpool, Pattern, SpoolStatus,
};
use flowdeck_surface::log::{At, Looked};

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) enum Asked {
    /// Read a log; replies follow for as long as it goes on.
    Open(LogRequest),
    /// Lines around where one looks.
    Look {
        /// The log.
        spool: LogSpool,
        /// Where.
        at: At,
        /// Lines before it.
        before: u64,
        /// Lines from it on.
        after: u64,
        /// Which lines there are.
        filter: LineFilter,
        /// Those that are known already.
        set: Option<Arc<LineSet>>,
    },
    /// The next line that has a pattern, round the end.
    Find {
        /// The log.
        spool: LogSpool,
        /// What is looked for.
        pattern: Pattern,
        /// From this line on, and with it.
        from: u64,
        /// Which way.
        direction: Direction,
        /// Among these alone.
        set: Option<Arc<LineSet>>,
    },
    /// Write lines into a new file.
    Save {
        /// The log.
        spool: LogSpool,
        /// The file.
        path: PathBuf,
        /// These lines alone.
        set: Option<Arc<LineSet>>,
        /// Whether each has its time before it.
        has_times: bool,
    },
    /// The names of the containers of what is read.
    Containers(LogRequest),
}

/// What is told.
#[derive(Debug)]
pub(crate) enum Told {
    /// How far a log is read; more replies follow until it is over.
    Grown(LogSpool, Box<SpoolStatus>),
    /// Lines around where one looked.
    Looked(At, Box<Looked>),
    /// The line that was found, and whether that was round the end.
    Found(Option<u64>, bool),
    /// A file was written with so many lines.
    Saved(PathBuf, u64),
    /// The names of containers.
    Containers(Result<Vec<String>>),
}
