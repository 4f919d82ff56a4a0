//! Asks a store for the runs that a look is about.

use flowdeck_client::port::{Keys, RunFields, StoreKind, View};
use flowdeck_client::tracking::{Run, RunStatus};
use flowdeck_client::{ListRequest, MetricKey, Result, RunId, RunListRequest, Session};

use futures::TryStreamExt;

use super::Memory;
use super::trend::{Trend, Trends};

/// Runs of a store that are looked through for some that ended, the latest first.
const LATEST: usize = 1_000;

/// The same of a server, which sends each with all that was logged of it.
const LATEST_OF_SERVER: usize = 100;

/// Histories that a look reads: of so many metrics of a run, and so many together.
const N_METRICS: usize = 4;
const N_HISTORIES: usize = 24;

/// Runs that went on at the last look and are asked for one by one.
const N_SINGLE: usize = 20;

/// What a look saw.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The runs that go on with their metrics, and some that ended.
    pub runs: Vec<Run>,
    /// Histories that tell whether a loss runs away.
    pub trends: Trends,
}

impl Seen {
    /// Runs, without the history of any metric.
    pub fn of(runs: Vec<Run>) -> Self {
        Self {
            runs,
            trends: Trends::new(),
        }
    }
}

/// The runs that go on with their metrics, the latest that ended, and what became of those that went on before.
///
/// # Errors
/// What the store met.
pub async fn gather(session: &Session, memory: &Memory) -> Result<Seen> {
    let running = request("attributes.status = 'RUNNING'", Keys::All, None);
    let limit = match session.origin().kind {
        StoreKind::Server => LATEST_OF_SERVER,
        StoreKind::FileStore | StoreKind::Sqlite => LATEST,
    };
    let latest = request("attributes.status != 'RUNNING'", Keys::None, Some(limit));
    let mut runs = session.runs(&running).await?.items;
    runs.extend(session.runs(&latest).await?.items);
    let missing: Vec<RunId> = memory
        .watched()
        .filter(|id| !runs.iter().any(|run| run.info.id == *id))
        .take(N_SINGLE)
        .collect();
    for id in missing {
        // One that was removed for good is no news.
        if let Ok(run) = session.run(&id).await {
            runs.push(run);
        }
    }
    let trends = trends(session, memory, &runs).await;
    Ok(Seen { runs, trends })
}

/// The metrics whose histories tell whether they run away.
fn suspects(memory: &Memory, runs: &[Run]) -> Vec<(RunId, MetricKey)> {
    let mut found = Vec::new();
    for run in runs.iter().filter(|run| run.info.status == RunStatus::Running) {
        let metrics = memory.suspects(run).into_iter().take(N_METRICS);
        found.extend(metrics.map(|metric| (run.info.id.clone(), metric.key.clone())));
    }
    found.truncate(N_HISTORIES);
    found
}

/// Reads the histories that tell whether a loss runs away, of a few runs and metrics at a look.
async fn trends(session: &Session, memory: &Memory, runs: &[Run]) -> Trends {
    let mut trends = Trends::new();
    for (run, key) in suspects(memory, runs) {
        let mut trend = Trend::default();
        let mut batches = session.metric_history(&run, &key);
        // What cannot be read tells nothing; the screens say what is wrong with the store.
        while let Ok(Some(batch)) = batches.try_next().await {
            batch.iter().for_each(|point| trend.push(point.value));
        }
        trends.insert((run, key), trend);
    }
    trends
}

fn request(filter: &str, metrics: Keys, limit: Option<usize>) -> RunListRequest {
    RunListRequest {
        list: ListRequest {
            filter: filter.to_owned(),
            order_by: vec!["attributes.start_time DESC".to_owned()],
            view: View::Active,
            limit,
        },
        experiments: Vec::new(),
        fields: RunFields {
            metrics,
            ..RunFields::default()
        },
        ..RunListRequest::default()
    }
}
