//! What each question means to the use cases.

use flowdeck_surface::activity::Activities;
use flowdeck_surface::chart::export as export_chart;
use flowdeck_surface::client::port::{RunFields, StoreKind, View};
use flowdeck_surface::client::{
    ExperimentId, Failure, FailureKind, ListRequest, Result, RunListRequest, Session,
};
use flowdeck_surface::clock::Clock;
use futures::TryStreamExt;

use super::details;
use super::worker::Teller;
use crate::app::effect::{ChartExport, Question};
use crate::app::message::Answer;

/// Runs of a server that tell what went on last. A server sends each with all that was logged of it, so few are asked.
const LATEST_OF_SERVER: usize = 100;

/// Asks a store and tells what it answers.
///
/// # Errors
/// What the store met; what was told by then stands.
pub(crate) async fn answer(question: Question, session: &Session, teller: &Teller) -> Result<()> {
    let answer = match question {
        // The worker answers these itself.
        Question::Open
        | Question::OpenDemo
        | Question::OpenContext(_)
        | Question::Contexts
        | Question::ChangeContexts(_) => Answer::Opened(session.origin(), session.policy().clone()),
        Question::Experiments(view) => {
            let request = ListRequest {
                view,
                ..ListRequest::default()
            };
            Answer::Experiments(session.experiments(&request).await?)
        }
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
        Question::Export(wanted) => return export(*wanted, teller).await,
        Question::Detail(asked) => Answer::Detail(details::tell(asked, session, teller).await?),
        Question::Artifacts(root, path) => Answer::Artifacts(session.list_artifacts(&root, &path).await?),
    };
    teller.tell(Ok(answer)).await;
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
    };
    let listing = session.runs(&request).await?;
    let mut activities = Activities::default();
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
