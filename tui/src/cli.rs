//! The command line: nouns, verbs, and what they print.
//!
//! Results go to stdout, everything else to stderr. `docs/json.md` lists what programs may stand on.

mod args;
mod artifacts;
mod cache;
mod completions;
mod context;
mod contexts;
mod demo;
mod doctor;
mod exit;
mod experiments;
mod inbox;
mod logged_models;
mod logs;
mod metrics;
mod models;
mod note;
mod output;
mod pipeline_runs;
mod pipelines;
mod pods;
mod runs;
mod schedules;
mod sync;
mod traces;
mod versions;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use flowdeck_surface::client::{Environment, Failure, FailureKind};
use flowdeck_surface::notice::Notice;

use crate::app;
use args::Global;
use context::Context;
use exit::{Outcome, Stop, report};

const EXAMPLES: &str = "\
Examples:
  flowdeck demo
  flowdeck runs list --filter \"metrics.loss < 0.1\" --order-by \"metrics.loss ASC\"
  flowdeck runs list --experiment digits --all --csv > runs.csv
  flowdeck runs compare RUN RUN --differences
  flowdeck metrics plot RUN loss --smooth 0.9 --output loss.svg
  flowdeck --store https://mlflow.example.org experiments list --json";

/// One cockpit for MLflow and Kubeflow: without a command, the terminal app.
#[derive(Debug, Parser)]
#[command(
    name = "flowdeck",
    version,
    max_term_width = 100,
    disable_help_subcommand = true,
    after_help = EXAMPLES
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Experiments: named groups of runs
    #[command(subcommand, alias = "experiment")]
    Experiments(experiments::Verb),
    /// Runs: what was tried, with params, metrics and tags
    #[command(subcommand, alias = "run")]
    Runs(runs::Verb),
    /// Metrics: histories and plots
    #[command(subcommand, alias = "metric")]
    Metrics(metrics::Verb),
    /// Artifacts: files that runs and models logged
    #[command(subcommand, alias = "artifact")]
    Artifacts(artifacts::Verb),
    /// Logged models of MLflow 3
    #[command(subcommand, alias = "logged-model")]
    LoggedModels(logged_models::Verb),
    /// Traces of applications and their spans
    #[command(subcommand, alias = "trace")]
    Traces(traces::Verb),
    /// Prompts of MLflow 3
    #[command(subcommand, alias = "prompt")]
    Prompts(models::PromptVerb),
    /// Registered models
    #[command(subcommand, alias = "model")]
    Models(models::Verb),
    /// Versions of registered models
    #[command(subcommand, alias = "version")]
    Versions(versions::Verb),
    /// Pipelines of Kubeflow: what can be run
    #[command(subcommand, alias = "pipeline")]
    Pipelines(pipelines::Verb),
    /// Runs of pipelines, their tasks, and why one failed
    #[command(subcommand, alias = "pipeline-run")]
    PipelineRuns(pipeline_runs::Verb),
    /// Schedules that start runs of pipelines
    #[command(subcommand, alias = "schedule", alias = "recurring-runs")]
    Schedules(schedules::Verb),
    /// Experiments that runs of pipelines belong to
    #[command(subcommand, alias = "pipeline-experiment")]
    PipelineExperiments(pipelines::ExperimentVerb),
    /// What pods and tasks print: live, archived, or as it was kept here
    #[command(alias = "log")]
    Logs(Box<logs::LogArgs>),
    /// Pods of Kubernetes, and why one waits or died
    #[command(subcommand, alias = "pod")]
    Pods(pods::Verb),
    /// Contexts: sets of endpoints, and how to sign in there
    #[command(subcommand, alias = "contexts", alias = "ctx")]
    Context(contexts::Verb),
    /// What happened to runs since the last look: failed, finished, stalled, diverging, NaN
    Inbox(inbox::Inbox),
    /// What was kept of servers for offline use
    #[command(subcommand)]
    Cache(cache::Verb),
    /// Fetch an experiment or a run whole, to read it offline
    Sync(sync::Sync),
    /// Say which store is found where, and whether it can be read
    Doctor,
    /// Look around in a store that comes with flowdeck
    Demo(demo::Demo),
    /// Write the completion script of a shell
    Completions(completions::Completions),
}

/// Runs what the arguments say and answers with the exit code.
pub(crate) fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    log_to_stderr(cli.global.verbose);
    let cx = Context::new(cli.global, Environment::of_process());
    let colour = cx.colour_on(std::io::stderr().is_terminal());
    let outcome = match cli.command {
        None => show_app(&cx),
        Some(Command::Demo(args)) => demo::run(&cx, &args),
        Some(command) => run_to_end(&cx, &command).map(|()| ExitCode::SUCCESS),
    };
    outcome.unwrap_or_else(|stop| report(&stop, cx.global.json, colour))
}

fn show_app(cx: &Context) -> Result<ExitCode, Stop> {
    let options = app::Options {
        colour: cx.colour_on(true),
    };
    Ok(app::run(
        &cx.discovery()?,
        &cx.environment,
        cx.global.flags(),
        &options,
    )?)
}

/// Runs one command on this thread; what blocks goes to threads of its own.
fn run_to_end(cx: &Context, command: &Command) -> Outcome {
    end_on_interrupt()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Failure::new(FailureKind::System, format!("cannot start: {error}")).caused_by(error)
        })?;
    let outcome = runtime.block_on(async {
        let outcome = command.run(cx).await;
        cx.tell_freshness().await;
        outcome
    });
    // A scan that nobody waits for any more must not hold the process.
    runtime.shutdown_background();
    outcome
}

impl Command {
    async fn run(&self, cx: &Context) -> Outcome {
        match self {
            Self::Experiments(verb) => verb.run(cx).await,
            Self::Runs(verb) => verb.run(cx).await,
            Self::Metrics(verb) => verb.run(cx).await,
            Self::Artifacts(verb) => verb.run(cx).await,
            Self::LoggedModels(verb) => verb.run(cx).await,
            Self::Traces(verb) => verb.run(cx).await,
            Self::Prompts(verb) => verb.run(cx).await,
            Self::Models(verb) => verb.run(cx).await,
            Self::Versions(verb) => verb.run(cx).await,
            Self::Pipelines(verb) => verb.run(cx).await,
            Self::PipelineRuns(verb) => verb.run(cx).await,
            Self::Schedules(verb) => verb.run(cx).await,
            Self::PipelineExperiments(verb) => verb.run(cx).await,
            Self::Logs(args) => logs::run(cx, args).await,
            Self::Pods(verb) => verb.run(cx).await,
            Self::Context(verb) => verb.run(cx).await,
            Self::Inbox(args) => inbox::run(cx, args).await,
            Self::Cache(verb) => verb.run(cx),
            Self::Sync(args) => sync::run(cx, args).await,
            Self::Doctor => doctor::run(cx).await,
            // It runs on a runtime of the app's own.
            Self::Demo(_) => Ok(()),
            Self::Completions(args) => completions::run(cx, args, Cli::command()),
        }
    }
}

/// Lets Ctrl-C end the process with 130, whatever it is doing.
fn end_on_interrupt() -> Result<(), Failure> {
    use signal_hook::consts::SIGINT;
    let always = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    signal_hook::flag::register_conditional_shutdown(SIGINT, 130, always)
        .map(drop)
        .map_err(|error| Failure::new(FailureKind::System, format!("cannot watch for Ctrl-C: {error}")))
}

/// The crates of ours that log.
const LOGGED: [&str; 6] = [
    "flowdeck",
    "flowdeck_cache",
    "flowdeck_client",
    "flowdeck_http",
    "flowdeck_kubeflow",
    "flowdeck_mlflow",
];

/// `-v` tells what is done, `-vv` how; `RUST_LOG` is not read, so that nothing is told unasked.
fn log_to_stderr(verbose: u8) {
    let (level, of_others) = match verbose {
        0 => return,
        1 => ("info", ""),
        2 => ("debug", ""),
        _ => ("trace", ",reqwest=debug,object_store=debug"),
    };
    let of_ours = LOGGED.map(|name| format!("{name}={level}")).join(",");
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(of_ours + of_others))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .without_time()
        .init();
}

/// Says what is wrong with the arguments, or prints the help that was asked for.
fn usage(error: &clap::Error) -> ExitCode {
    let json = std::env::args_os().any(|argument| argument == "--json");
    if !error.use_stderr() || !json {
        // Nobody is left to tell where the output is closed.
        let _ = error.print();
    } else {
        let text = error.render().to_string();
        let sentence = text.lines().next().unwrap_or_default();
        let failure = Failure::new(
            FailureKind::InvalidInput,
            sentence.trim_start_matches("error: ").to_owned(),
        )
        .with_hint("see --help");
        eprint!("{}", exit::in_json(failure.kind(), &Notice::of(&failure)));
    }
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}
