//! `flowdeck logged-models`

mod noun;

use clap::{Args, Subcommand};
use flowdeck_surface::client::ModelId;
use flowdeck_surface::client::port::View;
use flowdeck_surface::client::tracking::LoggedModel;

use super::args::{ExperimentArgs, ListArgs};
use super::context::Context;
use super::exit::Outcome;
use super::output::column::Noun;

/// What can be done with logged models.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List logged models
    #[command(visible_alias = "ls")]
    List(List),
    /// Show one logged model with its params, metrics and tags
    Get(One),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    experiments: ExperimentArgs,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// Its id: m-…
    model: String,
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(&self, cx: &Context) -> Outcome {
        match self {
            Self::List(args) => list(cx, args).await,
            Self::Get(One { model }) => {
                let found = cx.session()?.logged_model(&ModelId::from(model.as_str())).await?;
                cx.write_thing(&found)
            }
        }
    }
}

async fn list(cx: &Context, args: &List) -> Outcome {
    let columns = LoggedModel::columns(&args.list.column_names())?;
    let session = cx.session()?;
    let request = args.list.request(View::Active);
    let experiments = args.experiments.ids(&session).await?;
    let listing = cx
        .found(&session, session.logged_models(&request, &experiments), &request)
        .await?;
    cx.write_list(&listing, columns, &request)
}
