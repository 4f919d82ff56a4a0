//! `flowdeck sync`

use clap::Args;
use flowdeck_surface::client::{
    Failure, FailureKind, Result, RunId, Session, SyncProgress, SyncReport, SyncRequest, SyncTarget,
};
use flowdeck_surface::format;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::context::{Context, Form};
use super::exit::Outcome;
use super::output::json;

#[derive(Debug, Args)]
pub(crate) struct Sync {
    /// Name or id of an experiment, or id of a run
    #[arg(value_name = "EXPERIMENT|RUN")]
    target: String,
    /// Artifacts to fetch too, like "model/*" or "*.png"; may be repeated
    #[arg(long, value_name = "PATTERN")]
    artifacts: Vec<String>,
    /// Leave metric histories out
    #[arg(long)]
    no_histories: bool,
    /// Leave traces out
    #[arg(long)]
    no_traces: bool,
}

/// A sync as JSON.
#[derive(Serialize)]
struct View<'a> {
    subject: &'a str,
    started_at: i64,
    resumed: bool,
    n_runs: usize,
    n_histories: usize,
    n_logged_models: usize,
    n_versions: usize,
    n_traces: usize,
    n_files: usize,
    n_before: usize,
}

/// Fetches an experiment or a run into the cache.
pub(crate) async fn run(cx: &Context, args: &Sync) -> Outcome {
    if cx.environment.offline {
        let failure = Failure::new(
            FailureKind::Refused,
            "nothing can be fetched while --offline is given",
        );
        return Err(failure.with_hint("leave --offline out").into());
    }
    let session = cx.session()?;
    let request = SyncRequest {
        target: target(&session, &args.target).await?,
        histories: !args.no_histories,
        traces: !args.no_traces,
        artifacts: args.artifacts.clone(),
    };
    if session.as_of().is_some() {
        let message = format!(
            "cannot reach {}, so that nothing can be fetched",
            session.origin().uri
        );
        return Err(Failure::new(FailureKind::Unreachable, message).into());
    }
    let bar = progress_bar(cx);
    bar.set_message(request.target.subject());
    let show = |progress: SyncProgress| {
        bar.set_length(progress.n_all as u64);
        bar.set_position(progress.n_done as u64);
    };
    let synced = session.sync(&request, show).await;
    bar.finish_and_clear();
    let report = synced?;
    cx.warn(&report.warnings);
    write(cx, &report)
}

/// The experiment of this name or id, else the run of this id.
async fn target(session: &Session, text: &str) -> Result<SyncTarget> {
    match session.experiment(text).await {
        Ok(experiment) => Ok(SyncTarget::Experiment(Box::new(experiment))),
        Err(failure) if failure.kind() == FailureKind::NotFound => {
            let run = session.run(&RunId::from(text)).await;
            let neither = || {
                let message = format!("there is neither an experiment nor a run `{text}`");
                Failure::new(FailureKind::NotFound, message)
                    .with_hint("see `flowdeck experiments list` and `flowdeck runs list`")
            };
            match run {
                Ok(run) => Ok(SyncTarget::Run(run.info.id)),
                Err(failure) if failure.kind() == FailureKind::NotFound => Err(neither()),
                Err(failure) => Err(failure),
            }
        }
        Err(failure) => Err(failure),
    }
}

/// A bar on stderr where that is a terminal; elsewhere nothing is drawn.
fn progress_bar(cx: &Context) -> ProgressBar {
    if !cx.shows_progress() {
        return ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    }
    let style = ProgressStyle::with_template("{bar:24} {pos} of {len}  {eta} left  {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style)
}

fn write(cx: &Context, report: &SyncReport) -> Outcome {
    if cx.form() != Form::People {
        let view = View {
            subject: &report.subject,
            started_at: report.started_at.as_millis(),
            resumed: report.went_on,
            n_runs: report.n_runs,
            n_histories: report.n_histories,
            n_logged_models: report.n_logged_models,
            n_versions: report.n_versions,
            n_traces: report.n_traces,
            n_files: report.n_files,
            n_before: report.n_before,
        };
        return json::write_thing(cx.out(), &view);
    }
    if report.went_on {
        let began = cx.style().clock.date_time(report.started_at);
        cx.note(&format!(
            "Went on with the sync that broke off, begun {began}: {} were here already.",
            format::count(report.n_before)
        ));
    }
    let count =
        |n: usize, one: &str, many: &str| format!("{} {}", format::count(n), if n == 1 { one } else { many });
    let more = [
        (report.n_logged_models, "logged model", "logged models"),
        (report.n_versions, "model version", "model versions"),
        (report.n_traces, "trace", "traces"),
        (report.n_files, "file", "files"),
    ];
    let mut parts = vec![
        count(report.n_runs, "run", "runs"),
        count(report.n_histories, "history", "histories"),
    ];
    let more = more.into_iter().filter(|(n, ..)| *n > 0);
    parts.extend(more.map(|(n, one, many)| count(n, one, many)));
    cx.write_text(&format!("Kept {}: {}.", report.subject, parts.join(", ")))
}
