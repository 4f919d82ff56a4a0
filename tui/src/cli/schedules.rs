//! `flowdeck schedules`: what Kubeflow Pipelines calls recurring runs.

mod create;
mod noun;

use clap::{Args, Subcommand};
use flowdeck_surface::client::pipelines::RecurringRun;

use super::args::YesArg;
use super::context::Context;
use super::exit::Outcome;
use super::output::column::Noun;
use super::pipelines::{PipelinesListArgs, limit_of};

/// What can be done with schedules.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List schedules
    #[command(visible_alias = "ls")]
    List(List),
    /// Show one schedule and when it fires next
    Get(One),
    /// Make a schedule that starts runs
    Create(create::Create),
    /// Let a schedule fire
    Enable(One),
    /// Let a schedule fire no more
    Disable(One),
    /// Delete a schedule; its runs stay
    Delete(Delete),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only schedules of this experiment, by id or name
    #[arg(long, short = 'e', value_name = "NAME_OR_ID")]
    experiment: Option<String>,
    #[command(flatten)]
    list: PipelinesListArgs,
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// Id, or name if only one schedule has it
    schedule: String,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    /// Id, or name if only one schedule has it
    schedule: String,
    #[command(flatten)]
    yes: YesArg,
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(&self, cx: &Context) -> Outcome {
        match self {
            Self::List(args) => list(cx, args).await,
            Self::Get(args) => cx.write_thing(&cx.pipelines()?.recurring_run(&args.schedule).await?),
            Self::Create(args) => create::run(cx, args).await,
            Self::Enable(args) => switch(cx, args, true).await,
            Self::Disable(args) => switch(cx, args, false).await,
            Self::Delete(args) => delete(cx, args).await,
        }
    }
}

async fn list(cx: &Context, args: &List) -> Outcome {
    let columns = RecurringRun::columns(&args.list.column_names())?;
    let mut request = args.list.request()?;
    let server = cx.pipelines()?;
    if let Some(word) = &args.experiment {
        request.experiment = Some(server.pipeline_experiment(word).await?.id);
    }
    let listing = server.recurring_runs(&request).await?;
    cx.write_list(&listing, columns, &limit_of(&request))
}

async fn switch(cx: &Context, args: &One, enabled: bool) -> Outcome {
    let server = cx.pipelines()?;
    let schedule = server.recurring_run(&args.schedule).await?;
    server
        .writer()
        .enable_recurring_run(&schedule.id, enabled)
        .await?;
    let word = if enabled { "fires again" } else { "fires no more" };
    let now = server.reader().recurring_run(&schedule.id).await?;
    cx.said(&format!("Schedule {} {word}.", schedule.display_name), &now)
}

async fn delete(cx: &Context, args: &Delete) -> Outcome {
    let server = cx.pipelines()?;
    let schedule = server.recurring_run(&args.schedule).await?;
    let question = format!("delete schedule {}?", schedule.display_name);
    cx.confirm(server.policy(), &args.yes, &question)?;
    server.writer().delete_recurring_run(&schedule.id).await?;
    cx.said(
        &format!("Deleted schedule {}; its runs stay.", schedule.display_name),
        &schedule,
    )
}
