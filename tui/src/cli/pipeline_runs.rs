//! `flowdeck pipeline-runs`

mod change;
mod compare;
mod create;
mod noun;
mod tasks;
mod wait;

pub(crate) use create::{RunArgs, new_run};

use clap::{Args, Subcommand, ValueEnum};
use flowdeck_surface::client::pipelines::PipelineRun;
use flowdeck_surface::client::port::{Operation, Predicate, PredicateValue};
use flowdeck_surface::client::{Result, Timestamp};
use flowdeck_surface::pipelines::since;

use super::context::{Context, Form};
use super::exit::Outcome;
use super::output::column::Noun;
use super::output::json;
use super::pipelines::{PipelinesListArgs, limit_of};

/// What can be done with pipeline runs.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List runs, the latest first
    #[command(visible_alias = "ls")]
    List(List),
    /// Show one run: how it stands, where it failed and why
    Get(One),
    /// List the tasks of a run
    Tasks(tasks::Tasks),
    /// Lay two runs side by side: parameters, states, durations of their tasks
    Compare(compare::Compare),
    /// Start a run of a pipeline, or of a compiled file
    Create(create::Create),
    /// Start a run like another one
    Clone(create::Clone),
    /// Start a failed run again where it failed
    Retry(change::Change),
    /// Stop a run
    Terminate(change::Terminate),
    /// Put a run away
    Archive(One),
    /// Bring a run back
    Unarchive(One),
    /// Delete a run for good
    Delete(change::Delete),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only runs that stand so; may be repeated
    #[arg(long, value_name = "STATE", value_delimiter = ',')]
    state: Vec<String>,
    /// Only runs made since: 10m, 36h, 7d, 2026-11-23, or a time
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only runs of this experiment, by id or name
    #[arg(long, short = 'e', value_name = "NAME_OR_ID")]
    experiment: Option<String>,
    /// Only runs that this schedule started, by id or name
    #[arg(long, value_name = "NAME_OR_ID")]
    schedule: Option<String>,
    /// Which of those that were put away
    #[arg(long, value_enum, default_value_t)]
    view: StorageView,
    #[command(flatten)]
    list: PipelinesListArgs,
}

/// Which runs a list shows.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
enum StorageView {
    #[default]
    Active,
    Archived,
    All,
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// Id, or name if only one run has it
    pub(crate) run: String,
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(&self, cx: &Context) -> Outcome {
        match self {
            Self::List(args) => list(cx, args).await,
            Self::Get(args) => get(cx, args).await,
            Self::Tasks(args) => tasks::run(cx, args).await,
            Self::Compare(args) => compare::run(cx, args).await,
            Self::Create(args) => create::run(cx, args).await,
            Self::Clone(args) => create::clone(cx, args).await,
            Self::Retry(args) => change::retry(cx, args).await,
            Self::Terminate(args) => change::terminate(cx, args).await,
            Self::Archive(args) => change::archive(cx, args).await,
            Self::Unarchive(args) => change::unarchive(cx, args).await,
            Self::Delete(args) => change::delete(cx, args).await,
        }
    }
}

async fn list(cx: &Context, args: &List) -> Outcome {
    let columns = PipelineRun::columns(&args.list.column_names())?;
    let mut request = args.list.request()?;
    request.predicates.extend(predicates(args)?);
    let server = cx.pipelines()?;
    if let Some(word) = &args.experiment {
        request.experiment = Some(server.pipeline_experiment(word).await?.id);
    }
    if let Some(word) = &args.schedule {
        let schedule = server.recurring_run(word).await?;
        request
            .predicates
            .push(Predicate::equals("recurring_run_id", schedule.id.as_str()));
    }
    let listing = server.pipeline_runs(&request).await?;
    cx.write_list(&listing, columns, &limit_of(&request))
}

fn predicates(args: &List) -> Result<Vec<Predicate>> {
    let mut predicates = match args.view {
        StorageView::Active => vec![Predicate::not_archived()],
        StorageView::Archived => vec![Predicate::archived()],
        StorageView::All => Vec::new(),
    };
    if !args.state.is_empty() {
        let states = args.state.iter().map(|state| state.trim().to_ascii_uppercase());
        predicates.push(Predicate::one_of("state", states));
    }
    if let Some(text) = &args.since {
        predicates.push(Predicate {
            key: "created_at".to_owned(),
            operation: Operation::GreaterOrEqual,
            value: PredicateValue::Time(since(text, now())?),
        });
    }
    Ok(predicates)
}

/// The moment it is.
pub(crate) fn now() -> Timestamp {
    let passed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp(passed.map_or(0, |passed| i64::try_from(passed.as_millis()).unwrap_or(i64::MAX)))
}

async fn get(cx: &Context, args: &One) -> Outcome {
    let run = cx.pipelines()?.pipeline_run(&args.run).await?;
    write(cx, &run)
}

/// Writes one run; for people with its tasks below.
fn write(cx: &Context, run: &PipelineRun) -> Outcome {
    match cx.form() {
        Form::Json => json::write_thing(cx.out(), &noun::WholeView::of(run)),
        Form::Csv => cx.write_thing(run),
        Form::People => {
            cx.write_thing(run)?;
            tasks::write_tree(cx, run)
        }
    }
}
