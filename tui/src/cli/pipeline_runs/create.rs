use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use flowdeck_surface::client::pipelines::{Parameters, PipelineRun, PipelineSpec, RunSource};
use flowdeck_surface::client::port::NewPipelineRun;
use flowdeck_surface::client::{Failure, FailureKind, Pipelines, Result, read_package};
use flowdeck_surface::pipelines::RunForm;

use super::wait::{self, WaitArgs};
use crate::cli::context::Context;
use crate::cli::exit::Outcome;

/// What a run, and each run of a schedule, is made from.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The pipeline, by id or name
    pipeline: Option<String>,
    /// The version, by id or name; the latest unless given
    #[arg(long, value_name = "VERSION", requires = "pipeline")]
    pipeline_version: Option<String>,
    /// A compiled pipeline of this machine instead
    #[arg(long, short = 'f', value_name = "FILE", conflicts_with = "pipeline")]
    file: Option<String>,
    /// The experiment, by id or name; the server's default one unless given
    #[arg(long, short = 'e', value_name = "NAME_OR_ID")]
    experiment: Option<String>,
    #[command(flatten)]
    given: GivenArgs,
}

/// What a run is called and given.
#[derive(Debug, Args)]
pub(crate) struct GivenArgs {
    /// Its name; that of the pipeline and the time unless given
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// What to write of it
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// A value of an input; may be repeated. Lists and objects as JSON
    #[arg(long = "param", short = 'p', value_name = "NAME=VALUE", value_parser = pair)]
    params: Vec<(String, String)>,
    /// A JSON file of values by name; --param wins
    #[arg(long, value_name = "FILE")]
    params_file: Option<PathBuf>,
    /// Where its artifacts go
    #[arg(long, value_name = "URI")]
    pipeline_root: Option<String>,
    /// The Kubernetes service account of its pods
    #[arg(long, value_name = "NAME")]
    service_account: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    run: RunArgs,
    #[command(flatten)]
    wait: WaitArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Clone {
    /// Id, or name if only one run has it
    run: String,
    #[command(flatten)]
    given: GivenArgs,
    #[command(flatten)]
    wait: WaitArgs,
}

/// `NAME=VALUE`; the value may hold further equals signs.
fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

/// Starts a run.
pub(crate) async fn run(cx: &Context, args: &Create) -> Outcome {
    let server = cx.pipelines()?;
    let new = new_run(cx, &server, &args.run).await?;
    start(cx, &server, &new, args.wait).await
}

/// Starts a run like another one.
pub(crate) async fn clone(cx: &Context, args: &Clone) -> Outcome {
    let server = cx.pipelines()?;
    let old = server.pipeline_run(&args.run).await?;
    let spec = spec_of(&server, &old).await?;
    let given = &args.given;
    let new = NewPipelineRun {
        display_name: given
            .name
            .clone()
            .unwrap_or_else(|| format!("Clone of {}", old.display_name)),
        description: given
            .description
            .clone()
            .unwrap_or_else(|| old.description.clone()),
        experiment_id: old.experiment_id.clone(),
        parameters: parameters(cx, spec.as_deref(), &old.parameters, given)?,
        pipeline_root: given.pipeline_root.clone().or_else(|| old.pipeline_root.clone()),
        service_account: given
            .service_account
            .clone()
            .or_else(|| old.service_account.clone()),
        plugins_input: old.plugins_input.clone(),
        source: old.source,
    };
    start(cx, &server, &new, args.wait).await
}

async fn start(cx: &Context, server: &Pipelines, new: &NewPipelineRun, wait: WaitArgs) -> Outcome {
    let made = server.writer().create_pipeline_run(new).await?;
    let sentence = format!("Started run {} with this id:", made.display_name);
    wait::after(cx, server, &made.id, wait, &sentence).await
}

/// What a run was made from; none where that is gone.
pub(super) async fn spec_of(server: &Pipelines, run: &PipelineRun) -> Result<Option<Arc<PipelineSpec>>> {
    match &run.source {
        RunSource::Package(spec) => Ok(Some(Arc::clone(spec))),
        RunSource::Version {
            pipeline_id,
            version_id: Some(version),
        } => Ok(server.reader().pipeline_version(pipeline_id, version).await?.spec),
        RunSource::Version { pipeline_id, .. } => Ok(server.pipeline_version(pipeline_id, None).await?.spec),
        RunSource::Unknown => Ok(None),
    }
}

/// The run that the arguments ask for.
pub(crate) async fn new_run(cx: &Context, server: &Pipelines, args: &RunArgs) -> Result<NewPipelineRun> {
    let (source, spec, called) = source(cx, server, args).await?;
    let experiment = server.experiment_for_runs(args.experiment.as_deref()).await?;
    let given = &args.given;
    Ok(NewPipelineRun {
        display_name: given.name.clone().unwrap_or_else(|| {
            let at = cx.style().clock.date_time(super::now());
            format!("{called} {at}")
        }),
        description: given.description.clone().unwrap_or_default(),
        experiment_id: experiment.map(|experiment| experiment.id),
        parameters: parameters(cx, spec.as_deref(), &Parameters::new(), given)?,
        pipeline_root: given.pipeline_root.clone(),
        service_account: given.service_account.clone(),
        plugins_input: Parameters::new(),
        source,
    })
}

/// What it is made from, what that does, and what it is called.
async fn source(
    cx: &Context,
    server: &Pipelines,
    args: &RunArgs,
) -> Result<(RunSource, Option<Arc<PipelineSpec>>, String)> {
    if let Some(file) = &args.file {
        let bytes = read(cx, file)?;
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let spec = Arc::new(read_package(name, &bytes)?);
        let called = if spec.name.is_empty() {
            name.to_owned()
        } else {
            spec.name.clone()
        };
        return Ok((RunSource::Package(Arc::clone(&spec)), Some(spec), called));
    }
    let word = args.pipeline.as_deref().ok_or_else(|| {
        Failure::new(
            FailureKind::InvalidInput,
            "nothing was named that the run is made from",
        )
        .with_hint("name a pipeline, or a compiled file with --file")
    })?;
    let pipeline = server.pipeline(word).await?;
    let version = server
        .pipeline_version(&pipeline.id, args.pipeline_version.as_deref())
        .await?;
    let source = RunSource::Version {
        pipeline_id: pipeline.id,
        version_id: Some(version.id),
    };
    Ok((source, version.spec, pipeline.display_name))
}

/// What is sent: what was given before, a file's values, and those of the command line, each looked at.
fn parameters(
    cx: &Context,
    spec: Option<&PipelineSpec>,
    before: &Parameters,
    args: &GivenArgs,
) -> Result<Parameters> {
    let mut given = before.clone();
    if let Some(path) = &args.params_file {
        let file = path.to_string_lossy();
        let values: BTreeMap<String, serde_json::Value> =
            serde_json::from_slice(&read(cx, &file)?).map_err(|error| {
                Failure::new(
                    FailureKind::InvalidInput,
                    format!("{file} is no JSON object of values: {error}"),
                )
            })?;
        given.extend(values);
    }
    let Some(spec) = spec.filter(|spec| !spec.is_workflow) else {
        // Without a spec, or with one of the first generation, all values are text.
        given.extend(
            args.params
                .iter()
                .map(|(name, text)| (name.clone(), text.clone().into())),
        );
        return Ok(given);
    };
    spec.check_known(&given)?;
    let mut form = RunForm::of_run(spec, &given);
    for (name, text) in &args.params {
        spec.known(name)?;
        form.set(name, text);
    }
    form.parameters()
}

fn read(cx: &Context, file: &str) -> Result<Vec<u8>> {
    std::fs::read(cx.environment.resolve(file))
        .map_err(|error| Failure::new(FailureKind::InvalidInput, format!("cannot read {file}: {error}")))
}
