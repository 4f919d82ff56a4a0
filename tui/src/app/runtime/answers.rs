//! What each question means to the use cases.

use flowdeck_surface::activity::{Activities, Activity};
use flowdeck_surface::chart::export as export_chart;
use flowdeck_surface::client::port::{RunFields, StoreKind, View};
use flowdeck_surface::client::tracking::Experiment;
use flowdeck_surface::client::{
    Environment, ExperimentId, Failure, FailureKind, ListRequest, Listing, MetricKey, Result, RunId,
    RunListRequest, Session,
};
use flowdeck_surface::clock::Clock;
use flowdeck_surface::inbox::{InboxFile, Memory, gather};
use flowdeck_surface::sparkline::Sparkline;
use futures::TryStreamExt;

use super::details;
use super::files;
use super::keeping;
use super::registry;
use super::worker::Teller;
use crate::app::effect::{ChartExport, Question};
use crate::app::message::Answer;

/// Runs of a server that tell what went on last. A server sends each with all that was logged of it, so few are asked.
const LATEST_OF_SERVER: usize = 100;

/// Runs of one experiment of a server that are counted; beyond, the count says that there are more.
const COUNTED_OF_EACH: usize = 50;

/// Asks a store and tells what it answers.
///
/// # Errors
/// What the store met; what was told by then stands.
pub(crate) async fn answer(
    question: Question,
    session: &Session,
    environment: &Environment,
    teller: &Teller,
) -> Result<()> {
    let answer = match question {
        // The worker answers these itself.
        Question::Open
        | Question::OpenDemo
        | Question::OpenContext(_)
        | Question::Log(_)
        | Question::Contexts
        | Question::Cluster(_)
        | Question::Elsewhere(..)
        | Question::Pipelines(_)
        | Question::ChangeContexts(_) => Answer::Opened(session.origin(), session.policy().clone()),
        Question::Experiments(view) => Answer::Experiments(experiments(view, String::new(), session).await?),
        Question::FilteredExperiments(view, filter) => {
            Answer::Experiments(experiments(view, filter, session).await?)
        }
        Question::ActivitiesNear(ids) => return tell_activities(ids, session, teller).await,
        Question::Activities(experiments) => Answer::Activities(activities(session, experiments).await?),
        Question::Runs(request) => return tell_runs(*request, session, teller).await,
        Question::Run(id) => Answer::Run(Box::new(session.run(&id).await?)),
        Question::History(run, key, mark) => {
            let mut parts = session.history_after(&run, &key, mark.as_ref());
            while let Some(part) = parts.try_next().await? {
                teller.tell(Ok(Answer::History(part))).await;
            }
            return Ok(());
        }
        Question::Inbox(memory) => Answer::Inbox {
            seen: gather(session, &memory.unwrap_or_default()).await?,
            memory: None,
        },
        Question::Export(wanted) => return export(*wanted, teller).await,
        Question::Detail(asked) => Answer::Detail(details::tell(asked, session, teller).await?),
        Question::Registry(asked) => Answer::Registry(registry::tell(*asked, session, teller).await?),
        Question::Artifacts(root, path) => Answer::Artifacts(session.list_artifacts(&root, &path).await?),
        Question::RunsById(ids) => Answer::RunsById(session.runs_by_id(&ids).await?),
        Question::Sparklines(runs, key, cells) => {
            return tell_sparklines(&runs, &key, cells, session, teller).await;
        }
        Question::Change(change) => Answer::Changed(session.change(&change).await?),
        Question::Diff(left, right) => Answer::Diff(Box::new(files::diff(left, right).await?)),
        Question::SavedViews(_)
        | Question::SaveView(..)
        | Question::DeleteView(..)
        | Question::WriteFile(..) => keeping::answer(question, session, environment)?,
    };
    teller.tell(Ok(answer)).await;
    Ok(())
}

/// Looks at the runs of a store for the inbox; what is remembered is read before the first look.
pub(crate) async fn look(
    memory: Option<Box<Memory>>,
    file: InboxFile,
    session: &Session,
    teller: &Teller,
) -> Result<()> {
    let read = match memory {
        Some(_) => None,
        None => tokio::task::spawn_blocking(move || file.read()).await.ok(),
    };
    let known = memory.as_deref().or(read.as_ref());
    let seen = match known {
        Some(known) => gather(session, known).await?,
        None => gather(session, &Memory::default()).await?,
    };
    let memory = read.map(Box::new);
    teller.tell(Ok(Answer::Inbox { memory, seen })).await;
    Ok(())
}

/// Writes a chart into a file, aside from whatever else goes on: a picture takes a moment.
async fn export(wanted: ChartExport, teller: &Teller) -> Result<()> {
    let written = tokio::task::spawn_blocking(move || {
        let file = std::path::absolute(&wanted.file).unwrap_or_else(|_| wanted.file.clone());
        if !wanted.may_replace && file.exists() {
            return Ok(Answer::AlreadyThere(wanted.file));
        }
        export_chart(&file, &wanted.figure, wanted.size, &Clock::local()).map(Answer::Exported)
    });
    let stopped = |_| Failure::new(FailureKind::System, "writing the chart was broken off");
    teller.tell(Ok(written.await.map_err(stopped)??)).await;
    Ok(())
}

/// Curves of some runs, one after the other: each history is reduced as soon as it is read.
async fn tell_sparklines(
    runs: &[RunId],
    key: &MetricKey,
    cells: usize,
    session: &Session,
    teller: &Teller,
) -> Result<()> {
    for (place, run) in runs.iter().enumerate() {
        let mut points = Vec::new();
        let mut batches = session.metric_history(run, key);
        while let Some(batch) = batches.try_next().await? {
            points.extend(batch.iter().map(|point| (point.step as f64, point.value)));
        }
        let answer = Answer::Sparkline {
            run: run.clone(),
            curve: Sparkline::of(&points, cells),
            is_last: place + 1 == runs.len(),
        };
        teller.tell(Ok(answer)).await;
    }
    Ok(())
}

async fn experiments(view: View, filter: String, session: &Session) -> Result<Listing<Experiment>> {
    let request = ListRequest {
        view,
        filter,
        ..ListRequest::default()
    };
    session.experiments(&request).await
}

/// What goes on in each of some experiments of a server, which counts nothing: its latest runs are counted here.
async fn tell_activities(ids: Vec<ExperimentId>, session: &Session, teller: &Teller) -> Result<()> {
    let n_ids = ids.len();
    let mut unknown = None;
    for (place, id) in ids.into_iter().enumerate() {
        let request = RunListRequest {
            list: ListRequest {
                order_by: vec!["attributes.start_time DESC".to_owned()],
                limit: Some(COUNTED_OF_EACH),
                ..ListRequest::default()
            },
            experiments: vec![id.clone()],
            fields: RunFields::default(),
            page_size: None,
        };
        let listing = match session.runs(&request).await {
            // Offline, the runs of some experiments may never have been listed: nothing is said of those.
            Err(failure) if failure.kind() == FailureKind::Unreachable && session.as_of().is_some() => {
                unknown = Some(failure);
                continue;
            }
            answer => answer?,
        };
        unknown = None;
        let mut activity = Activity {
            is_cut: listing.more || is_partial(&listing, session),
            ..Activity::default()
        };
        listing.items.iter().for_each(|run| activity.count(&run.info));
        let is_last = place + 1 == n_ids;
        teller
            .tell(Ok(Answer::Activity {
                id,
                activity,
                is_last,
            }))
            .await;
    }
    unknown.map_or(Ok(()), Err)
}

/// Whether the cache answered and tells that it holds a part only.
fn is_partial<T>(listing: &Listing<T>, session: &Session) -> bool {
    session.as_of().is_some() && !listing.warnings.is_empty()
}

/// What goes on in experiments: of a local store from every run, of a server from the latest.
async fn activities(session: &Session, experiments: Vec<ExperimentId>) -> Result<Activities> {
    let limit = (session.origin().kind == StoreKind::Server).then_some(LATEST_OF_SERVER);
    let request = RunListRequest {
        list: ListRequest {
            order_by: vec!["attributes.start_time DESC".to_owned()],
            view: View::Active,
            limit,
            ..ListRequest::default()
        },
        experiments,
        fields: RunFields::default(),
        page_size: None,
    };
    let listing = session.runs(&request).await?;
    let mut activities = Activities::default();
    if is_partial(&listing, session) {
        // Each is counted by itself, with what is known of its list.
        return Ok(activities);
    }
    activities.is_complete = !listing.more;
    for run in &listing.items {
        activities.count(&run.info);
    }
    Ok(activities)
}

async fn tell_runs(request: RunListRequest, session: &Session, teller: &Teller) -> Result<()> {
    let mut pages = session.run_pages(request);
    while let Some(page) = pages.try_next().await? {
        let answer = Answer::Runs {
            runs: page.items,
            warnings: page.warnings,
            is_last: page.next.is_none(),
        };
        teller.tell(Ok(answer)).await;
    }
    Ok(())
}
