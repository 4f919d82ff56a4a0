//! `flowdeck metrics`

mod history;
mod plot;
mod terminal;

use clap::Subcommand;

use super::context::Context;
use super::exit::Outcome;

/// What can be done with metrics.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Write every logged point of a metric, in the store's own order
    History(history::History),
    /// Draw metrics of one or more runs, into a file or in the terminal
    Plot(plot::Plot),
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(&self, cx: &Context) -> Outcome {
        match self {
            Self::History(args) => history::run(cx, args).await,
            Self::Plot(args) => plot::run(cx, args).await,
        }
    }
}
