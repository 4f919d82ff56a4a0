//! `flowdeck runs`

mod change;
mod compare;
mod list;
mod noun;
mod watch;

use clap::{Args, Subcommand};
use flowdeck_surface::client::RunId;

use super::context::Context;
use super::exit::Outcome;

/// What can be done with runs.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List runs
    #[command(visible_alias = "ls")]
    List(list::List),
    /// Show one run with its params, metrics and tags
    Get(One),
    /// Lay runs side by side
    Compare(compare::Compare),
    /// Follow a run until it ends
    Watch(watch::Watch),
    /// Give a run another name
    Rename(change::Rename),
    /// Set tags of a run
    Tag(change::SetTags),
    /// Remove tags of a run
    Untag(change::RemoveTags),
    /// Show or set the note of a run, in Markdown
    Note(change::Note),
    /// Delete runs; they can be restored
    Delete(change::Delete),
    /// Take deletions back
    Restore(change::Restore),
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// Id of the run
    run: String,
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(&self, cx: &Context) -> Outcome {
        match self {
            Self::List(args) => list::run(cx, args).await,
            Self::Get(One { run }) => {
                let found = cx.session()?.run(&RunId::from(run.as_str())).await?;
                cx.write_thing(&found)
            }
            Self::Compare(args) => compare::run(cx, args).await,
            Self::Watch(args) => watch::run(cx, args).await,
            Self::Rename(args) => change::rename(cx, args).await,
            Self::Tag(args) => change::set_tags(cx, args).await,
            Self::Untag(args) => change::remove_tags(cx, args).await,
            Self::Note(args) => change::note(cx, args).await,
            Self::Delete(args) => change::delete(cx, args).await,
            Self::Restore(args) => change::restore(cx, args).await,
        }
    }
}
