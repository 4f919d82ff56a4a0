use clap::Args;
use flowdeck_surface::client::PipelineRunId;

use super::wait::{self, WaitArgs};
use super::{One, write};
use crate::cli::args::YesArg;
use crate::cli::context::{Context, Form};
use crate::cli::exit::Outcome;

#[derive(Debug, Args)]
pub(crate) struct Change {
    /// Id, or name if only one run has it
    run: String,
    #[command(flatten)]
    wait: WaitArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Terminate {
    /// Id, or name if only one run has it
    run: String,
    #[command(flatten)]
    yes: YesArg,
    /// Wait until it has ended
    #[command(flatten)]
    wait: WaitArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    /// Id, or name if only one run has it
    run: String,
    #[command(flatten)]
    yes: YesArg,
}

/// Starts a failed run again.
pub(crate) async fn retry(cx: &Context, args: &Change) -> Outcome {
    let server = cx.pipelines()?;
    let run = server.pipeline_run(&args.run).await?;
    server.writer().retry_pipeline_run(&run.id).await?;
    let sentence = format!("Started run {} again, with this id:", run.display_name);
    wait::after(cx, &server, &run.id, args.wait, &sentence).await
}

/// Stops a run. Only a production context asks first: what was stopped can be retried.
pub(crate) async fn terminate(cx: &Context, args: &Terminate) -> Outcome {
    let server = cx.pipelines()?;
    let run = server.pipeline_run(&args.run).await?;
    if server.policy().production || server.policy().read_only {
        let question = format!("stop run {}?", run.display_name);
        cx.confirm(server.policy(), &args.yes, &question)?;
    }
    server.writer().terminate_pipeline_run(&run.id).await?;
    let sentence = format!("Told run {} to stop; its id:", run.display_name);
    wait::after(cx, &server, &run.id, args.wait, &sentence).await
}

/// Puts a run away.
pub(crate) async fn archive(cx: &Context, args: &One) -> Outcome {
    let server = cx.pipelines()?;
    let run = server.pipeline_run(&args.run).await?;
    server.writer().archive_pipeline_run(&run.id).await?;
    let sentence = format!(
        "Put run {} away; `pipeline-runs unarchive` brings it back.",
        run.display_name
    );
    changed(cx, &run.id, &sentence).await
}

/// Brings a run back.
pub(crate) async fn unarchive(cx: &Context, args: &One) -> Outcome {
    let server = cx.pipelines()?;
    let run = server.pipeline_run(&args.run).await?;
    server.writer().unarchive_pipeline_run(&run.id).await?;
    changed(cx, &run.id, &format!("Brought run {} back.", run.display_name)).await
}

/// Deletes a run; programs get it as it was.
pub(crate) async fn delete(cx: &Context, args: &Delete) -> Outcome {
    let server = cx.pipelines()?;
    let run = server.pipeline_run(&args.run).await?;
    let question = format!("delete run {} ({}) for good?", run.id, run.display_name);
    cx.confirm(server.policy(), &args.yes, &question)?;
    server.writer().delete_pipeline_run(&run.id).await?;
    cx.said(&format!("Deleted run {} ({}).", run.id, run.display_name), &run)
}

async fn changed(cx: &Context, id: &PipelineRunId, sentence: &str) -> Outcome {
    if cx.form() == Form::People {
        cx.note(sentence);
        return Ok(());
    }
    write(cx, &cx.pipelines()?.reader().pipeline_run(id).await?)
}
