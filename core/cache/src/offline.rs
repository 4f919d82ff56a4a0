//! The ports, answered from what was kept.
//!
//! Searches are judged by the evaluator of `domain`, in the dialect of SQL stores, which is that of most servers. What was
//! never kept is [`FailureKind::Unreachable`]: it may well be there.

mod artifacts;
mod registry;
mod search;
mod tracking;

use std::fmt;
use std::sync::Arc;

use flowdeck_domain::port::{Query, StoreOrigin};
use flowdeck_domain::{Failure, FailureKind, Page, PageToken, Result, Timestamp};

pub use registry::model_named;

use crate::store::{Cache, Kept, Reading};

/// Pages of answers from the cache go on from such a token.
const TOKEN: &str = "kept:";

/// Told of each answer how old it is.
type Told = Arc<dyn Fn(Timestamp) + Send + Sync>;

/// Answers from what was kept.
#[derive(Clone)]
pub struct Offline {
    cache: Cache,
    origin: StoreOrigin,
    told: Told,
}

impl fmt::Debug for Offline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Offline")
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}

/// That nothing is kept of something: `run 0a1b`.
#[derive(Clone, Debug)]
pub struct NothingKept(pub String);

impl From<NothingKept> for Failure {
    fn from(NothingKept(what): NothingKept) -> Self {
        Self::new(
            FailureKind::Unreachable,
            format!("offline, and nothing is kept of {what}"),
        )
        .with_hint(
            "what was read once while online is kept; `flowdeck sync` fetches a whole experiment or run",
        )
    }
}

impl Offline {
    /// Answers for the store at this origin, telling of each answer when it was read.
    pub fn new(cache: Cache, origin: StoreOrigin, told: impl Fn(Timestamp) + Send + Sync + 'static) -> Self {
        Self {
            cache,
            origin,
            told: Arc::new(told),
        }
    }

    /// Reads one thing and says how old it is.
    async fn one<T: Send + 'static>(
        &self,
        what: impl FnOnce() -> String,
        read: impl FnOnce(&Reading<'_>) -> rusqlite::Result<Option<Kept<T>>> + Send + 'static,
    ) -> Result<T> {
        let Some(kept) = self.cache.read(read).await? else {
            return Err(NothingKept(what()).into());
        };
        (self.told)(kept.read_at);
        Ok(kept.thing)
    }
}

/// Whether a query goes on from a page that came from the cache.
pub fn is_kept_page(query: &Query) -> bool {
    query
        .page
        .as_ref()
        .is_some_and(|token| token.0.starts_with(TOKEN))
}

/// The page of all that was found that a query asks for.
fn page_of<T>(found: Vec<T>, query: &Query) -> Result<Page<T>> {
    let skip = match &query.page {
        None => 0,
        Some(PageToken(token)) => token
            .strip_prefix(TOKEN)
            .and_then(|n| n.parse().ok())
            .ok_or_else(|| NothingKept("the pages that follow".to_owned()))?,
    };
    let end: usize = usize::saturating_add(skip, query.max_results);
    let next = (end < found.len()).then(|| PageToken(format!("{TOKEN}{end}").into()));
    Ok(Page {
        items: found.into_iter().skip(skip).take(query.max_results).collect(),
        next,
        warnings: Vec::new(),
    })
}
