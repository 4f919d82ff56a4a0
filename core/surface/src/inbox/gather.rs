//! Asks a store for the runs that a look is about.

use flowdeck_client::port::{Keys, RunFields, StoreKind, View};
use flowdeck_client::tracking::Run;
use flowdeck_client::{ListRequest, Result, RunId, RunListRequest, Session};

use super::Memory;

/// Runs of a store that are looked through for some that ended, the latest first.
const LATEST: usize = 1_000;

/// The same of a server, which sends each with all that was logged of it.
const LATEST_OF_SERVER: usize = 100;

/// Runs that went on at the last look and are asked for one by one.
const N_SINGLE: usize = 20;

/// The runs that go on with their metrics, the latest that ended, and what became of those that went on before.
///
/// # Errors
/// What the store met.
pub async fn gather(session: &Session, memory: &Memory) -> Result<Vec<Run>> {
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
    Ok(runs)
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
