//! `flowdeck logs`

mod choosing;
mod writing;

use clap::Args;
use flowdeck_surface::client::logs::{LogRequest, LogTarget, Logs, log_time};
use flowdeck_surface::client::{Failure, FailureKind, Namespace, PodName, Result, Timestamp, task_of};
use flowdeck_surface::pipelines::since;

use super::context::Context;
use super::exit::Outcome;
use super::pipeline_runs::now;
use choosing::Choosing;
use writing::Writing;

const EXAMPLES: &str = "\
Examples:
  flowdeck logs RUN -f                       all tasks of a run, in order of time
  flowdeck logs RUN --task train --previous
  flowdeck logs --pod POD -c wait --since 10m --timestamps
  flowdeck logs RUN --grep 'loss=|ERROR' --exclude heartbeat --output run.log";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct LogArgs {
    /// A pipeline run: its id, or its name if only one run has it
    #[arg(required_unless_present = "pod", conflicts_with = "pod")]
    run: Option<String>,
    /// One task of it, by id, place, path or name; all of them unless given
    #[arg(long, value_name = "TASK", requires = "run")]
    task: Option<String>,
    /// Which try of the task, from 1; the latest unless given
    #[arg(long, value_name = "N", requires = "task")]
    attempt: Option<usize>,
    /// A pod instead
    #[arg(long, value_name = "POD")]
    pod: Option<String>,
    /// The container; init containers and sidecars, too. The pod's default unless given
    #[arg(long, short = 'c', value_name = "NAME")]
    container: Option<String>,
    /// Go on until it ends
    #[arg(long, short = 'f')]
    follow: bool,
    /// The container that ran before the last restart
    #[arg(long, conflicts_with = "follow")]
    previous: bool,
    /// The last so many lines of each pod
    #[arg(long, value_name = "N")]
    tail: Option<u64>,
    /// Lines of this time and later: 10m, 2h, or a date or time
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Lines up to this time
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Write the time before each line
    #[arg(long)]
    timestamps: bool,
    /// Only lines that match a regular expression; may be repeated, one match is enough
    #[arg(long, value_name = "RE", allow_hyphen_values = true)]
    grep: Vec<String>,
    /// No lines that match a regular expression; may be repeated
    #[arg(long, value_name = "RE", allow_hyphen_values = true)]
    exclude: Vec<String>,
    /// Write the lines into a file, as they were printed
    #[arg(long, short = 'o', value_name = "FILE")]
    output: Option<String>,
}

/// Writes a log.
pub(crate) async fn run(cx: &Context, args: &LogArgs) -> Outcome {
    let choosing = Choosing::of(args, now())?;
    let logs = Logs::open(&cx.global.flags(), &cx.environment).await;
    let request = request(cx, &logs, args).await?;
    let mut events = logs.read(request).await?;
    let mut writing = Writing::open(cx, args, choosing)?;
    while let Some(event) = events.next().await {
        writing.take(event)?;
        // What comes at once is written at once.
        while let Some(event) = events.try_next() {
            writing.take(event)?;
        }
        writing.flush()?;
        if writing.is_past() {
            break;
        }
    }
    writing.end()
}

async fn request(cx: &Context, logs: &Logs, args: &LogArgs) -> Result<LogRequest> {
    let since = args.since.as_deref().map(|text| since(text, now())).transpose()?;
    Ok(LogRequest {
        target: target(cx, logs, args).await?,
        container: args.container.clone(),
        follow: args.follow,
        previous: args.previous,
        tail: args.tail,
        since: since.map(log_time),
    })
}

async fn target(cx: &Context, logs: &Logs, args: &LogArgs) -> Result<LogTarget> {
    if let Some(pod) = &args.pod {
        logs.cluster().map(drop).or_else(|failure| match logs.store() {
            // What was kept can be read all the same.
            Some(_) => Ok(()),
            None => Err(failure),
        })?;
        return Ok(LogTarget::Pod {
            namespace: cx.global.namespace.as_deref().map(Namespace::from),
            pod: PodName::from(pod.as_str()),
        });
    }
    let word = args.run.as_deref().unwrap_or_default();
    let run = match logs.pipelines() {
        Ok(pipelines) => pipelines.pipeline_run(word).await,
        Err(failure) => Err(failure),
    };
    let run = match run {
        Ok(run) => run,
        // Nobody to ask: a cluster, or what was kept, may know the run by its id.
        Err(failure) if may_do_without(&failure) => {
            cx.note(&format!("{failure}; looking for what is kept of it."));
            return Ok(match &args.task {
                Some(task) => LogTarget::Task {
                    run: word.into(),
                    task: task.as_str().into(),
                    attempt: args.attempt,
                },
                None => LogTarget::Run(word.into()),
            });
        }
        Err(failure) => return Err(failure),
    };
    Ok(match &args.task {
        Some(task) => LogTarget::Task {
            task: task_of(&run, task)?.id.clone(),
            run: run.id,
            attempt: args.attempt,
        },
        None => LogTarget::Run(run.id),
    })
}

fn may_do_without(failure: &Failure) -> bool {
    let is_unnamed = failure.kind() == FailureKind::NotFound && failure.message().contains("is named here");
    is_unnamed || matches!(failure.kind(), FailureKind::Unreachable | FailureKind::Server)
}

/// A moment up to which lines are wanted.
fn until(text: Option<&str>, now: Timestamp) -> Result<Option<Timestamp>> {
    text.map(|text| since(text, now)).transpose()
}
