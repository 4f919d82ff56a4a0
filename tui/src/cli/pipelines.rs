//! `flowdeck pipelines` and `flowdeck pipeline-experiments`.

mod experiment_noun;
mod noun;
mod upload;
mod version_noun;

pub(crate) use noun::{map, rfc3339};

use clap::{Args, Subcommand};
use flowdeck_surface::client::pipelines::{Pipeline, PipelineExperiment, PipelineVersion};
use flowdeck_surface::client::port::{Operation, Predicate};
use flowdeck_surface::client::{ListRequest, Pipelines, PipelinesListRequest, Result};
use flowdeck_surface::pipelines::{read_filter, read_sort};

use super::args::YesArg;
use super::context::{Context, Form};
use super::exit::Outcome;
use super::output::column::Noun;

/// What can be done with pipelines.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List pipelines
    #[command(visible_alias = "ls")]
    List(List),
    /// Show one pipeline
    Get(One),
    /// Upload a compiled pipeline, or add a version to one that is there
    Upload(upload::Upload),
    /// List the versions of a pipeline
    Versions(Versions),
    /// Delete a pipeline with all its versions, or one version, for good
    Delete(Delete),
}

/// What can be done with the experiments of a pipelines server.
#[derive(Debug, Subcommand)]
pub(crate) enum ExperimentVerb {
    /// List experiments
    #[command(visible_alias = "ls")]
    List(List),
    /// Show one experiment
    Get(Experiment),
    /// Make an experiment
    Create(CreateExperiment),
}

/// What lists of a pipelines server take.
#[derive(Clone, Debug, Args)]
pub(crate) struct PipelinesListArgs {
    /// What must hold, as the server's API writes it: '{"predicates": [{"key": "state", "operation": "EQUALS", "string_value": "FAILED"}]}'
    #[arg(long, value_name = "JSON")]
    filter: Option<String>,
    /// Part of the name
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// The order, like "created_at desc"; the latest first unless given
    #[arg(long, value_name = "CLAUSE")]
    order_by: Option<String>,
    /// How many at most
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// All of them, however many
    #[arg(long, conflicts_with = "limit")]
    all: bool,
    /// Columns to show, like display_name,created_at; may be repeated
    #[arg(long, value_name = "COLUMNS")]
    columns: Vec<String>,
}

impl PipelinesListArgs {
    /// What is asked of the server.
    pub(crate) fn request(&self) -> Result<PipelinesListRequest> {
        let mut predicates = match &self.filter {
            Some(filter) => read_filter(filter)?,
            None => Vec::new(),
        };
        if let Some(name) = &self.name {
            predicates.push(Predicate::text("display_name", Operation::Contains, name));
        }
        Ok(PipelinesListRequest {
            predicates,
            sort: self.order_by.as_deref().map(read_sort).transpose()?,
            limit: (!self.all).then_some(usize::try_from(self.limit).unwrap_or(usize::MAX)),
            experiment: None,
        })
    }

    /// The names of the columns asked for; empty for the usual ones.
    pub(crate) fn column_names(&self) -> Vec<&str> {
        let names = self.columns.iter().flat_map(|text| text.split(','));
        names.map(str::trim).filter(|name| !name.is_empty()).collect()
    }
}

/// The limit, for the note that there are more.
pub(crate) fn limit_of(request: &PipelinesListRequest) -> ListRequest {
    ListRequest {
        limit: request.limit,
        ..ListRequest::default()
    }
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    list: PipelinesListArgs,
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// Id or name
    pipeline: String,
}

#[derive(Debug, Args)]
pub(crate) struct Versions {
    /// Id or name
    pipeline: String,
    #[command(flatten)]
    list: PipelinesListArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    /// Id or name
    pipeline: String,
    /// Id or name of the version to delete; all of them and the pipeline unless given
    #[arg(long, value_name = "VERSION")]
    pipeline_version: Option<String>,
    #[command(flatten)]
    yes: YesArg,
}

#[derive(Debug, Args)]
pub(crate) struct Experiment {
    /// Id or name
    experiment: String,
}

#[derive(Debug, Args)]
pub(crate) struct CreateExperiment {
    /// Its name
    name: String,
    /// What to write of it
    #[arg(long, value_name = "TEXT", default_value = "")]
    description: String,
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(&self, cx: &Context) -> Outcome {
        match self {
            Self::List(args) => {
                let columns = Pipeline::columns(&args.list.column_names())?;
                let request = args.list.request()?;
                let listing = cx.pipelines()?.pipelines(&request).await?;
                cx.write_list(&listing, columns, &limit_of(&request))
            }
            Self::Get(args) => cx.write_thing(&cx.pipelines()?.pipeline(&args.pipeline).await?),
            Self::Upload(args) => upload::run(cx, args).await,
            Self::Versions(args) => versions(cx, args).await,
            Self::Delete(args) => delete(cx, args).await,
        }
    }
}

impl ExperimentVerb {
    /// Does it.
    pub(crate) async fn run(&self, cx: &Context) -> Outcome {
        match self {
            Self::List(args) => {
                let columns = PipelineExperiment::columns(&args.list.column_names())?;
                let request = args.list.request()?;
                let listing = cx.pipelines()?.pipeline_experiments(&request).await?;
                cx.write_list(&listing, columns, &limit_of(&request))
            }
            Self::Get(args) => cx.write_thing(&cx.pipelines()?.pipeline_experiment(&args.experiment).await?),
            Self::Create(args) => create_experiment(cx, args).await,
        }
    }
}

async fn versions(cx: &Context, args: &Versions) -> Outcome {
    let columns = PipelineVersion::columns(&args.list.column_names())?;
    let request = args.list.request()?;
    let server = cx.pipelines()?;
    let pipeline = server.pipeline(&args.pipeline).await?;
    let listing = server.pipeline_versions(&pipeline.id, &request).await?;
    cx.write_list(&listing, columns, &limit_of(&request))
}

async fn delete(cx: &Context, args: &Delete) -> Outcome {
    let server = cx.pipelines()?;
    let pipeline = server.pipeline(&args.pipeline).await?;
    match &args.pipeline_version {
        Some(word) => {
            let version = server.pipeline_version(&pipeline.id, Some(word)).await?;
            let question = format!(
                "delete version {} of pipeline {}?",
                version.display_name, pipeline.display_name
            );
            cx.confirm(server.policy(), &args.yes, &question)?;
            server.writer().delete_version(&pipeline.id, &version.id).await?;
            cx.said(&format!("Deleted version {}.", version.display_name), &version)
        }
        None => {
            let question = format!("delete pipeline {} with all its versions?", pipeline.display_name);
            cx.confirm(server.policy(), &args.yes, &question)?;
            server.writer().delete_pipeline(&pipeline.id).await?;
            cx.said(&format!("Deleted pipeline {}.", pipeline.display_name), &pipeline)
        }
    }
}

async fn create_experiment(cx: &Context, args: &CreateExperiment) -> Outcome {
    let server = cx.pipelines()?;
    let made = server
        .writer()
        .create_pipeline_experiment(&args.name, &args.description, server.namespace())
        .await?;
    if cx.form() == Form::People {
        cx.note(&format!("Made experiment {} with this id:", made.display_name));
        return cx.write_text(made.id.as_str());
    }
    cx.write_thing(&made)
}

impl Context {
    /// Opens the server of Kubeflow Pipelines that is meant.
    pub(crate) fn pipelines(&self) -> Result<Pipelines> {
        let server = Pipelines::open(&self.global.flags(), &self.environment)?;
        tracing::info!(place = server.place(), "opening");
        Ok(server)
    }

    /// Says what was done; programs get the thing.
    pub(crate) fn said<T: Noun>(&self, sentence: &str, thing: &T) -> Outcome {
        if self.form() == Form::People {
            self.note(sentence);
            return Ok(());
        }
        self.write_thing(thing)
    }
}
