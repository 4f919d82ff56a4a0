//! What the screens of pipelines ask, carried to a server of Kubeflow Pipelines.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use flowdeck_surface::client::pipelines::{PipelineRun, PipelineSpec, RunSource};
use flowdeck_surface::client::port::{
    NewPipelineRun, NewRecurringRun, PipelinePackage, PipelinesQuery, PipelinesServer, Predicate, RunsQuery,
    UploadDescription, View,
};
use flowdeck_surface::client::{
    Environment, Failure, FailureKind, Flags, PipelineId, PipelineRunId, PipelineVersionId, Pipelines,
    PipelinesListRequest, Result,
};
use flowdeck_surface::pipelines::PipelineRunLine;

use super::worker::Teller;
use crate::app::message::Answer;
use crate::app::pipelines::{
    Asked, Deed, Done, FromPipelines, NewSchedule, RunDeed, RunsAsked, Template, TemplateOf, Told, Upload,
};

/// Runs of the first page, which shows as soon as the server gave it.
const FIRST_RUNS: usize = 20;

/// Runs of each page that follows: as many as a server gives.
const MORE_RUNS: usize = 200;

/// Runs that are read at once; the list goes on from there where the person does.
const MOST_RUNS: usize = 2_000;

/// Other things that are listed at most.
const MOST: usize = 2_000;

/// The server that was opened, and the context whose it is.
#[derive(Default)]
pub(crate) struct OpenPipelines {
    open: Mutex<Option<(Option<String>, Pipelines)>>,
}

impl OpenPipelines {
    /// The server of the context in use; it is opened when it is first asked.
    ///
    /// # Errors
    /// Where none is named, and what [`Pipelines::open`] met.
    pub(crate) fn of(&self, flags: &Flags, environment: &Environment) -> Result<Pipelines> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((context, pipelines)) = &*open
            && *context == flags.context
        {
            return Ok(pipelines.clone());
        }
        let pipelines = Pipelines::open(flags, environment)?;
        *open = Some((flags.context.clone(), pipelines.clone()));
        Ok(pipelines)
    }
}

/// Asks the server and tells what it answers.
///
/// # Errors
/// What the server met or refused.
pub(crate) async fn answer(
    asked: Asked,
    server: &Pipelines,
    environment: &Environment,
    teller: &Teller,
) -> Result<()> {
    let told = match asked {
        Asked::Runs(asked) => return tell_runs(*asked, server, teller).await,
        asked => tell(asked, server, environment).await?,
    };
    teller.tell(Ok(from(told, server).await)).await;
    Ok(())
}

/// The server has been asked something by now, so it is known what answers there.
async fn from(told: Told, server: &Pipelines) -> Answer {
    let known = server.server().await.ok();
    let place = known.as_ref().map(place);
    let web = known.filter(|server| server.is_ui_server);
    Answer::Pipelines(Box::new(FromPipelines {
        told,
        policy: server.policy().clone(),
        web: web.map(|server| server.uri),
        place,
    }))
}

/// A server in a few words: its host and its version.
fn place(server: &PipelinesServer) -> String {
    let host = server
        .uri
        .split("://")
        .nth(1)
        .unwrap_or(&server.uri)
        .trim_end_matches('/');
    match &server.version {
        Some(version) => format!("{host} (KFP {version})"),
        None => host.to_owned(),
    }
}

async fn tell(asked: Asked, server: &Pipelines, environment: &Environment) -> Result<Told> {
    let all = PipelinesListRequest {
        limit: Some(MOST),
        ..PipelinesListRequest::default()
    };
    Ok(match asked {
        Asked::Pipelines => Told::Pipelines(server.pipelines(&all).await?),
        Asked::Versions(id) => {
            let (pipeline, versions) =
                futures::join!(server.reader().pipeline(&id), server.pipeline_versions(&id, &all));
            Told::Versions(Box::new(pipeline?), versions?)
        }
        Asked::Experiments(view) => {
            let request = PipelinesListRequest {
                predicates: of_view(view),
                ..all
            };
            Told::Experiments(server.pipeline_experiments(&request).await?)
        }
        Asked::Schedules => Told::Schedules(server.recurring_runs(&all).await?),
        Asked::Runs(asked) => Told::RunsAgain(runs_page(&asked, Vec::new(), server).await?),
        Asked::RunsAgain(asked, ids) => {
            let mut lines = runs_page(&asked, Vec::new(), server).await?;
            let ids = ids.iter().filter(|id| !lines.iter().any(|line| line.id == **id));
            let ids: Vec<String> = ids.map(ToString::to_string).collect();
            if !ids.is_empty() {
                lines.extend(runs_page(&asked, vec![Predicate::one_of("run_id", ids)], server).await?);
            }
            Told::RunsAgain(lines)
        }
        Asked::Run(word) => Told::Run(Box::new(server.pipeline_run(&word).await?)),
        Asked::Spec(source) => Told::Spec(spec_of(&source, server).await.unwrap_or_default()),
        Asked::Compare(ids) => {
            let both = futures::join!(whole(&ids[0], server), whole(&ids[1], server));
            Told::Compare(Box::new([both.0?, both.1?]))
        }
        Asked::Template(of) => Told::Template(Box::new(template(of, server).await?)),
        Asked::Do(deed) => Told::Done(doing(*deed, server, environment).await?),
    })
}

/// Page after page of runs: a few first, then as many as a server gives at once.
async fn tell_runs(asked: RunsAsked, server: &Pipelines, teller: &Teller) -> Result<()> {
    let mut next = asked.from.clone();
    let mut n_told = 0;
    loop {
        let page_size = if n_told == 0 && asked.from.is_none() {
            FIRST_RUNS
        } else {
            MORE_RUNS
        };
        let query = RunsQuery {
            query: PipelinesQuery {
                predicates: asked.predicates.clone(),
                sort: asked.sort.clone(),
                page_size,
                page: next.clone(),
                namespace: server.namespace().cloned(),
            },
            experiment: asked.experiment.clone(),
        };
        let page = server.reader().pipeline_runs(&query).await?;
        n_told += page.items.len();
        // A gateway that answers with the same page again and again must not be asked for ever.
        let goes_on = page.next.is_some() && page.next != next && n_told < MOST_RUNS;
        next = page.next;
        let told = Told::Runs {
            lines: page.items.iter().map(PipelineRunLine::of).collect(),
            next: next.clone(),
            is_last: !goes_on,
        };
        teller.tell(Ok(from(told, server).await)).await;
        if !goes_on {
            return Ok(());
        }
    }
}

/// The first page of runs, or those among all of them that these predicates choose.
async fn runs_page(
    asked: &RunsAsked,
    only: Vec<Predicate>,
    server: &Pipelines,
) -> Result<Vec<PipelineRunLine>> {
    let is_page = only.is_empty();
    let query = RunsQuery {
        query: PipelinesQuery {
            predicates: if is_page { asked.predicates.clone() } else { only },
            sort: asked.sort.clone().filter(|_| is_page),
            page_size: if is_page { FIRST_RUNS } else { MORE_RUNS },
            page: None,
            namespace: server.namespace().cloned(),
        },
        experiment: asked.experiment.clone(),
    };
    let page = server.reader().pipeline_runs(&query).await?;
    Ok(page.items.iter().map(PipelineRunLine::of).collect())
}

fn of_view(view: View) -> Vec<Predicate> {
    match view {
        View::Active => vec![Predicate::not_archived()],
        View::Deleted => vec![Predicate::archived()],
        View::All => Vec::new(),
    }
}

async fn whole(id: &PipelineRunId, server: &Pipelines) -> Result<(PipelineRun, Option<Arc<PipelineSpec>>)> {
    let run = server.reader().pipeline_run(id).await?;
    let spec = spec_of(&run.source, server).await.unwrap_or_default();
    Ok((run, spec))
}

/// What a run was made from; nothing where nobody knows.
async fn spec_of(source: &RunSource, server: &Pipelines) -> Result<Option<Arc<PipelineSpec>>> {
    match source {
        RunSource::Package(spec) => Ok(Some(Arc::clone(spec))),
        RunSource::Version {
            pipeline_id,
            version_id,
        } => {
            let word = version_id.as_ref().map(PipelineVersionId::as_str);
            Ok(server.pipeline_version(pipeline_id, word).await?.spec)
        }
        RunSource::Unknown => Ok(None),
    }
}

async fn template(of: TemplateOf, server: &Pipelines) -> Result<Template> {
    let mut template = match of {
        TemplateOf::Latest(id) => of_version(&id, None, server).await?,
        TemplateOf::Version(id, version) => of_version(&id, Some(version.as_str()), server).await?,
        TemplateOf::Run(id) => {
            let run = server.reader().pipeline_run(&id).await?;
            Template {
                of: format!("run {}", run.display_name),
                name: format!("Clone of {}", run.display_name),
                spec: spec_of(&run.source, server).await.unwrap_or_default(),
                description: run.description,
                source: run.source,
                given: run.parameters,
                experiment_id: run.experiment_id,
                service_account: run.service_account,
                pipeline_root: run.pipeline_root,
                plugins_input: run.plugins_input,
                ..Template::default()
            }
        }
        TemplateOf::Schedule(id) => {
            let schedule = server.reader().recurring_run(&id).await?;
            Template {
                of: format!("schedule {}", schedule.display_name),
                name: format!("Clone of {}", schedule.display_name),
                spec: spec_of(&schedule.source, server).await.unwrap_or_default(),
                description: schedule.description,
                source: schedule.source,
                given: schedule.parameters,
                experiment_id: schedule.experiment_id,
                service_account: schedule.service_account,
                pipeline_root: schedule.pipeline_root,
                plugins_input: schedule.plugins_input,
                trigger: schedule.trigger,
                max_concurrency: schedule.max_concurrency,
                no_catchup: schedule.no_catchup,
                ..Template::default()
            }
        }
    };
    let experiment = match &template.experiment_id {
        Some(id) => server.reader().pipeline_experiment(id).await.ok(),
        None => server.experiment_for_runs(None).await?,
    };
    template.experiment = experiment
        .map(|experiment| experiment.display_name)
        .unwrap_or_default();
    Ok(template)
}

async fn of_version(id: &PipelineId, version: Option<&str>, server: &Pipelines) -> Result<Template> {
    let (pipeline, version) =
        futures::join!(server.reader().pipeline(id), server.pipeline_version(id, version));
    let (pipeline, version) = (pipeline?, version?);
    Ok(Template {
        of: format!("{} {}", pipeline.display_name, version.display_name),
        name: pipeline.display_name,
        source: RunSource::Version {
            pipeline_id: pipeline.id,
            version_id: Some(version.id),
        },
        spec: version.spec,
        ..Template::default()
    })
}

async fn doing(deed: Deed, server: &Pipelines, environment: &Environment) -> Result<Done> {
    let writer = server.writer();
    Ok(match deed {
        Deed::Upload(upload) => uploading(upload, server, environment).await?,
        Deed::Start(run, experiment) => {
            let run = in_experiment(*run, &experiment, server).await?;
            let made = writer.create_pipeline_run(&run).await?;
            Done {
                n_done: 1,
                run: Some(made.id),
                name: made.display_name,
                ..Done::default()
            }
        }
        Deed::Schedule(new, experiment) => {
            let NewSchedule {
                run,
                trigger,
                max_concurrency,
                no_catchup,
            } = *new;
            let schedule = NewRecurringRun {
                run: in_experiment(run, &experiment, server).await?,
                trigger,
                max_concurrency,
                no_catchup,
                enabled: true,
            };
            named(writer.create_recurring_run(&schedule).await?.display_name)
        }
        Deed::CreateExperiment(name, description) => {
            let namespace = server.namespace();
            let made = writer
                .create_pipeline_experiment(&name, &description, namespace)
                .await?;
            named(made.display_name)
        }
        Deed::Runs(deed, ids) => {
            let mut done = Done::default();
            for id in &ids {
                done.count(match deed {
                    RunDeed::Retry => writer.retry_pipeline_run(id).await,
                    RunDeed::Terminate => writer.terminate_pipeline_run(id).await,
                    RunDeed::Archive => writer.archive_pipeline_run(id).await,
                    RunDeed::Unarchive => writer.unarchive_pipeline_run(id).await,
                    RunDeed::Delete => writer.delete_pipeline_run(id).await,
                });
            }
            done
        }
        Deed::DeletePipelines(ids) => {
            let mut done = Done::default();
            for id in &ids {
                done.count(writer.delete_pipeline(id).await);
            }
            done
        }
        Deed::DeleteVersions(pipeline, ids) => {
            let mut done = Done::default();
            for id in &ids {
                done.count(writer.delete_version(&pipeline, id).await);
            }
            done
        }
        Deed::Enable(ids, enabled) => {
            let mut done = Done::default();
            for id in &ids {
                done.count(writer.enable_recurring_run(id, enabled).await);
            }
            done
        }
        Deed::DeleteSchedules(ids) => {
            let mut done = Done::default();
            for id in &ids {
                done.count(writer.delete_recurring_run(id).await);
            }
            done
        }
    })
}

fn named(name: String) -> Done {
    Done {
        n_done: 1,
        name,
        ..Done::default()
    }
}

impl Done {
    fn count(&mut self, outcome: Result<()>) {
        match outcome {
            Ok(()) => self.n_done += 1,
            Err(failure) => self.failed.push(failure),
        }
    }
}

/// The run in the experiment of this name; in the one it has where none is named.
async fn in_experiment(mut run: NewPipelineRun, name: &str, server: &Pipelines) -> Result<NewPipelineRun> {
    let name = name.trim();
    if !name.is_empty() {
        run.experiment_id = server.experiment_for_runs(Some(name)).await?.map(|one| one.id);
    }
    Ok(run)
}

async fn uploading(upload: Upload, server: &Pipelines, environment: &Environment) -> Result<Done> {
    let package = package(&upload.package, environment)?;
    let name = Some(upload.name.trim().to_owned()).filter(|name| !name.is_empty());
    let said = UploadDescription {
        name,
        display_name: None,
        description: upload.description,
        namespace: server.namespace().filter(|_| !upload.is_shared).cloned(),
        tags: BTreeMap::new(),
    };
    let writer = server.writer();
    Ok(named(match &upload.to {
        Some(id) => writer.upload_version(id, &package, &said).await?.display_name,
        None => writer.upload_pipeline(&package, &said).await?.display_name,
    }))
}

/// A file of this machine, or an address.
fn package(text: &str, environment: &Environment) -> Result<PipelinePackage> {
    let text = text.trim();
    if text.starts_with("http://") || text.starts_with("https://") {
        return Ok(PipelinePackage::Url(text.to_owned()));
    }
    let path = match (text.strip_prefix("~/"), &environment.home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => environment.resolve(text),
    };
    let bytes = std::fs::read(&path).map_err(|error| {
        Failure::new(FailureKind::InvalidInput, format!("cannot read {text}: {error}")).with_hint(
            "name a compiled pipeline: `kfp dsl compile --py FILE.py --output FILE.yaml` makes one",
        )
    })?;
    let name = Path::new(text)
        .file_name()
        .map_or_else(|| text.to_owned(), |name| name.to_string_lossy().into_owned());
    Ok(PipelinePackage::File {
        name,
        bytes: bytes.into(),
    })
}
