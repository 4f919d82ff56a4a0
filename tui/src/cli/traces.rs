//! `flowdeck traces`

mod noun;
mod spans;

use clap::{Args, Subcommand};
use flowdeck_surface::client::TraceId;
use flowdeck_surface::client::port::View;
use flowdeck_surface::client::tracking::TraceInfo;

use super::args::{ExperimentArgs, ListArgs};
use super::context::{Context, Form};
use super::exit::Outcome;
use super::output::column::Noun;
use super::output::json;

/// What can be done with traces.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List traces
    #[command(visible_alias = "ls")]
    List(List),
    /// Show one trace with its spans
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
    /// Its id: tr-…
    trace: String,
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(&self, cx: &Context) -> Outcome {
        match self {
            Self::List(args) => list(cx, args).await,
            Self::Get(args) => get(cx, args).await,
        }
    }
}

async fn list(cx: &Context, args: &List) -> Outcome {
    let columns = TraceInfo::columns(&args.list.column_names())?;
    let session = cx.session()?;
    let request = args.list.request(View::Active);
    let experiments = args.experiments.ids(&session).await?;
    let listing = cx
        .found(&session, session.traces(&request, &experiments), &request)
        .await?;
    cx.write_list(&listing, columns, &request)
}

async fn get(cx: &Context, args: &One) -> Outcome {
    let trace = cx.session()?.trace(&TraceId::from(args.trace.as_str())).await?;
    match cx.form() {
        Form::Json => json::write_thing(cx.out(), &spans::View::of(&trace)),
        Form::Csv => cx.write_thing(&trace.info),
        Form::People => {
            cx.write_thing(&trace.info)?;
            spans::write_tree(cx.out(), &trace.spans, &cx.style())
        }
    }
}
