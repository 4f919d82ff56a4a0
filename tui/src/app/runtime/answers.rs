//! What each question means to the use cases.

use flowdeck_surface::activity::Activities;
use flowdeck_surface::client::port::{RunFields, StoreKind, View};
use flowdeck_surface::client::{ExperimentId, ListRequest, Result, RunListRequest, Session};
use futures::TryStreamExt;

use super::worker::Teller;
use crate::app::effect::Question;
use crate::app::message::Answer;

/// Runs of a server that tell what went on last. A server sends each with all that was logged of it, so few are asked.
const LATEST_OF_SERVER: usize = 100;

/// Asks a store and tells what it answers.
///
/// # Errors
/// What the store met; what was told by then stands.
pub(crate) async fn answer(question: Question, session: &Session, teller: &Teller) -> Result<()> {
    let answer = match question {
        Question::Open | Question::OpenDemo => Answer::Opened(session.origin()),
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
        Question::History(run, key) => {
            let mut batches = session.metric_history(&run, &key);
            while let Some(points) = batches.try_next().await? {
                let is_last = false;
                teller.tell(Ok(Answer::History { points, is_last })).await;
            }
            Answer::History {
                points: Vec::new(),
                is_last: true,
            }
        }
        Question::Artifacts(root, path) => Answer::Artifacts(session.list_artifacts(&root, &path).await?),
    };
    teller.tell(Ok(answer)).await;
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
