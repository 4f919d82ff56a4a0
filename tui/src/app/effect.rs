//! What the app wants done: values that `update` gives back and the runtime carries out.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use flowdeck_surface::chart::Figure;
use flowdeck_surface::client::artifact::{ArtifactPath, ArtifactRoot};
use flowdeck_surface::client::port::{HistoryMark, View};
use flowdeck_surface::client::{
    Change, Context, ExperimentId, MetricKey, RunId, RunListRequest, SavedView, Secret,
};

use super::basket::Place;
use super::cluster;
use super::detail::Asked;
use super::log;
use super::pipelines;
use super::registry;
use super::ticket::Ticket;
use flowdeck_surface::inbox::Memory;
use flowdeck_surface::preview::TextFile;

/// One thing to be done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    /// Ask the store; the answer comes as a reply with this ticket.
    Ask(Ticket, Question),
    /// Show what was kept before the answer to this ticket, which is asked for next: nothing is shown yet.
    KeptFirst(Ticket),
    /// Say so when this long has passed.
    Wake(Ticket, Duration),
    /// Say so when this long has passed, or so much later as the store surely stayed the same.
    Watch(Ticket, Duration),
    /// Nobody waits for this ticket any more.
    GiveUp(Ticket),
    /// Hand a text and the terminal over to the person's own editor.
    Edit(Ticket, String),
    /// Tell what came into the inbox.
    Notify {
        /// By the bell of the terminal.
        bell: bool,
        /// By this word on the desktop.
        desktop: Option<String>,
    },
    /// Keep what the inbox remembers.
    KeepInbox(Box<Memory>),
    /// Show an address in the browser.
    Browse(String),
    /// Take the mouse, or let the terminal have it.
    TakeMouse(bool),
    /// Put text on the clipboard of the terminal.
    Copy(String),
    /// Stop the process, so that the shell comes back.
    Suspend,
    /// Draw every cell anew.
    Redraw,
    /// Leave.
    Quit,
}

/// What is asked of a store.
#[derive(Clone, Debug)]
pub(crate) enum Question {
    /// Open the store that was found.
    Open,
    /// Open the demo store.
    OpenDemo,
    /// Open the store of a context in place of the open one, once it answers.
    OpenContext(String),
    /// The contexts of the configuration.
    Contexts,
    /// Change the contexts of the configuration.
    ChangeContexts(Box<ContextChange>),
    /// All experiments of a view.
    Experiments(View),
    /// Experiments of a view that pass a filter.
    FilteredExperiments(View, String),
    /// What goes on in these experiments.
    Activities(Vec<ExperimentId>),
    /// What goes on in each of these experiments, asked one after the other.
    ActivitiesNear(Vec<ExperimentId>),
    /// Runs, page after page.
    Runs(Box<RunListRequest>),
    /// Runs that a look of the inbox is about; what is remembered is read first where none is given.
    Inbox(Option<Box<Memory>>),
    /// One run.
    Run(RunId),
    /// The points of one metric that were logged since a mark, in batches; all of them where there is none.
    History(RunId, MetricKey, Option<HistoryMark>),
    /// Write a chart into a file.
    Export(Box<ChartExport>),
    /// One directory of artifacts.
    Artifacts(ArtifactRoot, ArtifactPath),
    /// What a page of a run, a model or a trace asks.
    Detail(Asked),
    /// What a screen of the registry asks.
    Registry(Box<registry::Asked>),
    /// What the log screen asks.
    Log(Box<log::Asked>),
    /// What a screen of pipelines asks.
    Pipelines(Box<pipelines::Asked>),
    /// What a screen of the cluster asks.
    Cluster(Box<cluster::Asked>),
    /// Some runs with all that was logged of them, in this order.
    RunsById(Vec<RunId>),
    /// The curve of one metric of some runs, in so many cells each.
    Sparklines(Vec<RunId>, MetricKey, usize),
    /// A change to runs or experiments.
    Change(Box<Change>),
    /// The saved views of an experiment.
    SavedViews(ExperimentId),
    /// A view to save.
    SaveView(ExperimentId, Box<SavedView>),
    /// A saved view to delete, by its name.
    DeleteView(ExperimentId, String),
    /// What differs between two texts.
    Diff(Arc<TextFile>, Arc<TextFile>),
    /// A question to the store of another place than the one that is open.
    Elsewhere(Place, Box<Question>),
    /// A new file of this name, with this text.
    WriteFile(String, String),
}

impl Question {
    /// Whether it is about what a cache may have, and is answered in full by it.
    pub(crate) fn may_be_kept(&self) -> bool {
        use super::detail::Asked as Detail;
        use registry::Asked as Registry;
        match self {
            Self::Experiments(_)
            | Self::Activities(_)
            | Self::Runs(_)
            | Self::Run(_)
            | Self::History(_, _, None)
            | Self::Artifacts(..)
            | Self::RunsById(_) => true,
            Self::Detail(asked) => !matches!(
                asked,
                Detail::Download(..) | Detail::OpenOutside(..) | Detail::Change(..) | Detail::Extremes(..)
            ),
            Self::Registry(asked) => matches!(
                **asked,
                Registry::Models { .. }
                    | Registry::Model(_)
                    | Registry::Version(..)
                    | Registry::Kin(_)
                    | Registry::Card(..)
                    | Registry::Compare(_)
            ),
            _ => false,
        }
    }

    /// The run that somebody looks at, where it is about one.
    pub(crate) fn run(&self) -> Option<&RunId> {
        match self {
            Self::Run(run) | Self::History(run, ..) => Some(run),
            _ => None,
        }
    }
}

/// What is changed in the contexts of the configuration.
#[derive(Clone, Debug)]
pub(crate) enum ContextChange {
    /// This one is used where none is named.
    Use(String),
    /// This one goes.
    Remove(String),
    /// A new context, or this one, as the form was filled in; the secret is empty where none was typed.
    Write(Option<Box<Context>>, Vec<String>, Secret),
}

/// A chart that is to be a file.
#[derive(Clone, Debug)]
pub(crate) struct ChartExport {
    /// What is drawn.
    pub(crate) figure: Figure,
    /// Where; the extension tells the form.
    pub(crate) file: PathBuf,
    /// Pixels of a picture.
    pub(crate) size: (u32, u32),
    /// Whether a file that is there may be replaced.
    pub(crate) may_replace: bool,
}

/// Questions are told apart in tests by what they would ask.
impl PartialEq for Question {
    fn eq(&self, other: &Self) -> bool {
        format!("{self:?}") == format!("{other:?}")
    }
}
