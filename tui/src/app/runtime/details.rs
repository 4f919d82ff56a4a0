//! What pages of runs, models and traces ask, carried to the use cases.

use std::sync::Arc;

use flowdeck_surface::client::port::{RunFields, View};
use flowdeck_surface::client::tracking::{LoggedModel, PARENT_RUN_TAG, Run};
use flowdeck_surface::client::{
    FailureKind, ListRequest, Listing, ModelId, Result, RunId, RunListRequest, Session,
};
use flowdeck_surface::preview;

use super::files;
use super::outside;
use super::worker::Teller;
use crate::app::detail::{Asked, Change, Told};
use crate::app::message::Answer;

/// Nested runs and traces that are shown at most.
const MOST: usize = 1_000;

/// Levels of nested runs that are followed.
const DEEPEST: usize = 8;

/// Asks a store and tells what it answers.
///
/// # Errors
/// What the store met.
pub(crate) async fn tell(asked: Asked, session: &Session, teller: &Teller) -> Result<Told> {
    Ok(match asked {
        Asked::Extremes(run, keys) => Told::Extremes(session.metric_extremes(&run, &keys).await?),
        Asked::Children(experiment, run) => {
            let request = nested(vec![experiment]);
            Told::Runs(children(session, &request, run).await?)
        }
        Asked::LoggedModels(ids) => Told::LoggedModels(models(session, &ids).await?),
        Asked::LoggedModel(id) => Told::LoggedModel(Box::new(session.logged_model(&id).await?)),
        Asked::ExperimentModels(experiment) => {
            Told::LoggedModels(session.logged_models(&latest("", MOST), &[experiment]).await?)
        }
        Asked::RunTraces(experiment, run) => {
            let filter = format!("run_id = '{}'", run.as_str().replace('\'', ""));
            Told::Traces(session.traces(&latest(&filter, MOST), &[experiment]).await?)
        }
        Asked::ExperimentTraces(experiment) => {
            Told::Traces(session.traces(&latest("", MOST), &[experiment]).await?)
        }
        Asked::Trace(id) => Told::Trace(Box::new(session.trace(&id).await?)),
        Asked::Versions(run) => {
            let filter = format!("run_id = '{}'", run.as_str().replace('\'', ""));
            Told::Versions(session.versions(&latest(&filter, MOST)).await?.items)
        }
        Asked::Preview(root, path, size_bytes) => {
            Told::Preview(Box::new(preview::read(session, &root, &path, size_bytes).await?))
        }
        Asked::Files(root) => {
            let (entries, has_more) = files::walk(session, &root).await?;
            Told::Files(entries, has_more)
        }
        Asked::Text(root, path, size_bytes) => {
            Told::Text(Arc::new(files::text(session, &root, &path, size_bytes).await?))
        }
        Asked::Download(root, path, into) => {
            let told = teller.clone();
            let show = move |progress| told.tell_soon(Answer::Detail(Told::Downloading(progress)));
            Told::Downloaded(
                session
                    .download_artifacts(&root, &path, &outside::from_home(into), show)
                    .await?,
            )
        }
        Asked::OpenOutside(root, path) => Told::Opened(outside::open(session, &root, &path).await?),
        Asked::Experiment(id) => Told::Experiment(Box::new(session.experiment(id.as_str()).await?)),
        Asked::Change(run, change) => {
            make(session, &run, change).await?;
            Told::Changed
        }
    })
}

fn latest(filter: &str, limit: usize) -> ListRequest {
    ListRequest {
        filter: filter.to_owned(),
        limit: Some(limit),
        ..ListRequest::default()
    }
}

fn nested(experiments: Vec<flowdeck_surface::client::ExperimentId>) -> RunListRequest {
    RunListRequest {
        list: ListRequest {
            view: View::All,
            limit: Some(MOST),
            ..ListRequest::default()
        },
        experiments,
        fields: RunFields {
            inputs: false,
            ..RunFields::all()
        },
        page_size: None,
    }
}

/// Runs below one, level after level: a search finds those of one parent.
async fn children(session: &Session, request: &RunListRequest, run: RunId) -> Result<Listing<Run>> {
    let mut all: Listing<Run> = Listing {
        items: Vec::new(),
        more: false,
        warnings: Vec::new(),
    };
    let mut parents = vec![run];
    for _ in 0..DEEPEST {
        let mut next = Vec::new();
        for parent in std::mem::take(&mut parents) {
            let mut request = request.clone();
            let id = parent.as_str().replace('\'', "");
            request.list.filter = format!("tags.`{PARENT_RUN_TAG}` = '{id}'");
            let found = session.runs(&request).await?;
            all.more |= found.more;
            for run in found.items {
                // Runs that are each other's parents would be followed for ever.
                if all.items.iter().all(|known| known.info.id != run.info.id) {
                    next.push(run.info.id.clone());
                    all.items.push(run);
                }
            }
            if all.items.len() >= MOST {
                all.more = true;
                return Ok(all);
            }
        }
        if next.is_empty() {
            break;
        }
        parents = next;
    }
    Ok(all)
}

/// Some logged models; one that was deleted leaves the others as they are.
async fn models(session: &Session, ids: &[ModelId]) -> Result<Listing<LoggedModel>> {
    let mut listing = Listing {
        items: Vec::new(),
        more: false,
        warnings: Vec::new(),
    };
    for id in ids {
        match session.logged_model(id).await {
            Ok(model) => listing.items.push(model),
            Err(failure) if failure.kind() == FailureKind::NotFound => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(listing)
}

async fn make(session: &Session, run: &RunId, change: Change) -> Result<()> {
    let writer = session.writer();
    match change {
        Change::Rename(name) => writer.rename_run(run, &name).await,
        Change::Tag(tag) => writer.set_run_tag(run, &tag).await,
        Change::Untag(key) => writer.delete_run_tag(run, &key).await,
        Change::Delete => writer.delete_run(run).await,
        Change::Restore => writer.restore_run(run).await,
    }
}
