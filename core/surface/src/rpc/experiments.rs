//! The experiments page.

use flowdeck_client::port::{RunFields, StoreKind, View};
use flowdeck_client::tracking::Experiment;
use flowdeck_client::{ExperimentId, ListRequest, Result, RunListRequest, Session};

use super::{Desk, now, view_of};
use crate::activity::Activities;
use crate::clock::Clock;
use crate::contract::{ActivityView, Cell, ExperimentRow, ExperimentsRequest, ExperimentsView};
use crate::experiment_row::{activity_words, is_own_tag, run_count, tags};
use crate::words::Words;
use crate::{markdown, status};

/// Runs of a server that tell what went on last. A server sends each with all that was logged of it, so few are asked.
const LATEST_OF_SERVER: usize = 100;

impl Desk {
    pub(super) async fn experiments(&self, request: &ExperimentsRequest) -> Result<ExperimentsView> {
        let open = self.opened()?;
        let list = ListRequest {
            filter: request.filter.clone(),
            view: view_of(&request.view),
            ..ListRequest::default()
        };
        let listing = open.session.experiments(&list).await?;
        let clock = Clock::local();
        let mut words = Words::new(&request.find);
        let found = listing.items.iter().filter(|experiment| {
            let own = experiment.tags.iter().filter(|tag| is_own_tag(tag));
            let texts: Vec<&str> = own
                .flat_map(|tag| [tag.key.as_str(), tag.value.as_str()])
                .chain([experiment.id.as_str()])
                .collect();
            words.are_in(&experiment.name, texts.into_iter())
        });
        Ok(ExperimentsView {
            experiments: found.map(|experiment| row(experiment, &clock)).collect(),
            n_all: listing.items.len(),
            warnings: listing
                .warnings
                .iter()
                .map(|warning| warning.0.to_string())
                .collect(),
        })
    }

    pub(super) async fn activities(&self, ids: Vec<String>) -> Result<Vec<ActivityView>> {
        let open = self.opened()?;
        let ids: Vec<ExperimentId> = ids.into_iter().map(Into::into).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let activities = activities(&open.session, ids.clone()).await?;
        let (clock, now) = (Clock::local(), now());
        let view = |id: &ExperimentId| {
            let activity = activities.of(id)?;
            let (state, tone) = activity_words(activity);
            Some(ActivityView {
                id: id.to_string(),
                n_runs: if activities.is_complete {
                    run_count(activity)
                } else {
                    String::new()
                },
                state: Cell(state, tone),
                last: activity.last.map(|at| clock.compact(at, now)).unwrap_or_default(),
                last_ms: activity.last.map_or(0, flowdeck_client::Timestamp::as_millis),
                n: activity.n_runs,
            })
        };
        Ok(ids.iter().filter_map(view).collect())
    }
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
    activities.is_complete = !listing.more;
    listing.items.iter().for_each(|run| activities.count(&run.info));
    Ok(activities)
}

fn row(experiment: &Experiment, clock: &Clock) -> ExperimentRow {
    ExperimentRow {
        id: experiment.id.to_string(),
        name: experiment.name.clone(),
        lifecycle: status::of_lifecycle(experiment.lifecycle).into(),
        created: experiment.creation_time.map(|at| clock.date_time(at)),
        tags: tags(experiment),
        note: experiment.note().map(markdown::summary).unwrap_or_default(),
    }
}
