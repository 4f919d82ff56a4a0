//! What happens to the app: keys, the mouse, and answers.

use std::path::PathBuf;
use std::time::Duration;

use flowdeck_surface::activity::{Activities, Activity};
use flowdeck_surface::chart::Exported;
use flowdeck_surface::client::artifact::ArtifactEntry;
use flowdeck_surface::client::port::{HistoryPart, StoreOrigin};
use flowdeck_surface::client::tracking::{Experiment, Run};
use flowdeck_surface::client::{
    Changed, Contexts, ExperimentId, Listing, Policy, Result, RunId, SavedView, Timestamp, Warning,
};
use flowdeck_surface::compare::TextDiff;
use flowdeck_surface::sparkline::Sparkline;

use super::cluster;
use super::detail::Told;
use super::key::Key;
use super::log;
pub(crate) use super::mouse::{Mouse, MouseKind};
use super::pipelines::FromPipelines;
use super::pulse::Watching;
use super::registry;
use super::theme::Background;
use super::ticket::Ticket;
use flowdeck_surface::inbox::{Memory, Seen};

/// One thing that happened.
#[derive(Debug)]
pub(crate) enum Msg {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The mouse was used.
    Mouse(Mouse),
    /// The terminal has another size, or has to be drawn anew.
    Resize {
        /// In cells.
        width: u16,
        /// In cells.
        height: u16,
    },
    /// A question was answered, or a part of it was.
    Reply(Reply),
    /// From when the answers are that follow, where the cache gives them.
    AsOf(Option<AsOf>),
    /// Something is wrong with the cache.
    Warned(Warning),
    /// The time that was waited for has come.
    Woken(Ticket),
    /// Somebody looks at the terminal, or no longer.
    Focus(bool),
    /// The terminal said what its background is.
    Background(Background),
    /// The terminal took long to take a frame with a chart by pixels.
    SlowPictures,
    /// How the store is watched, where that changed.
    Watched(Watching),
    /// The person's own editor was left; none where the text stayed as it was.
    Edited(Ticket, Result<Option<String>>),
}

/// From when answers of the cache are, and why it gives them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct AsOf {
    /// When the oldest of them was read from its server.
    pub(crate) at: Timestamp,
    /// Whether the server is out of reach, rather than being asked just now.
    pub(crate) is_offline: bool,
}

/// When an answer came, and whether it is the last one to its question.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Came {
    /// When.
    pub(crate) at: Timestamp,
    /// Whether it is what was kept, shown until the store itself answers the same question.
    pub(crate) is_kept: bool,
}

impl From<Timestamp> for Came {
    fn from(at: Timestamp) -> Self {
        Self { at, is_kept: false }
    }
}

/// An answer with what is known of the asking.
#[derive(Debug)]
pub(crate) struct Reply {
    /// Which question.
    pub(crate) ticket: Ticket,
    /// When the answer came.
    pub(crate) at: Came,
    /// How long the store took since it was asked.
    pub(crate) took: Duration,
    /// What it said.
    pub(crate) answer: Result<Answer>,
}

/// The contexts of the configuration, as they were read.
#[derive(Debug)]
pub(crate) struct ContextsRead {
    /// All of them.
    pub(crate) contexts: Contexts,
    /// The one whose store is open.
    pub(crate) open: Option<String>,
    /// What was done to them.
    pub(crate) said: Option<String>,
}

/// What a store said.
#[derive(Debug)]
pub(crate) enum Answer {
    /// The store is open.
    Opened(StoreOrigin, Policy),
    /// The contexts of the configuration.
    Contexts(Box<ContextsRead>),
    /// Experiments.
    Experiments(Listing<Experiment>),
    /// What goes on in experiments.
    Activities(Activities),
    /// What goes on in one experiment; more replies follow unless it is the last.
    Activity {
        /// Which.
        id: ExperimentId,
        /// What.
        activity: Activity,
        /// Whether none follow.
        is_last: bool,
    },
    /// Some runs; more replies follow unless they are the last.
    Runs {
        /// In the store's order.
        runs: Vec<Run>,
        /// What was passed over.
        warnings: Vec<Warning>,
        /// Whether none follow.
        is_last: bool,
    },
    /// Runs that a look is about, and what was remembered before the first one.
    Inbox {
        /// What was kept of earlier looks.
        memory: Option<Box<Memory>>,
        /// Those that go on, and the latest that ended.
        seen: Seen,
    },
    /// One run with all that was logged of it.
    Run(Box<Run>),
    /// A part of a history; more replies follow until its end.
    History(HistoryPart),
    /// A chart was written into a file.
    Exported(Exported),
    /// A chart was not written, for there is such a file.
    AlreadyThere(PathBuf),
    /// What lies in one directory of artifacts.
    Artifacts(Vec<ArtifactEntry>),
    /// What a page of a run, a model or a trace asked.
    Detail(Told),
    /// What a screen of the registry asked.
    Registry(registry::Told),
    /// What the log screen asked.
    Log(log::Told),
    /// What a screen of pipelines asked.
    Pipelines(Box<FromPipelines>),
    /// What a screen of the cluster asked; a watch tells on and on.
    Cluster(cluster::Told),
    /// Some runs with all that was logged of them.
    RunsById(Vec<Run>),
    /// The curve of a metric of one run; more replies follow unless it is the last.
    Sparkline {
        /// Of which run.
        run: RunId,
        /// Its curve.
        curve: Sparkline,
        /// Whether none follow.
        is_last: bool,
    },
    /// A change was made, in full or in part.
    Changed(Changed),
    /// Saved views, and a word where the file with them had to be set aside.
    SavedViews(Vec<SavedView>, Option<Warning>),
    /// Saved, or deleted.
    Done,
    /// What differs between two texts.
    Diff(Box<TextDiff>),
    /// A file was written.
    Written(PathBuf),
}
