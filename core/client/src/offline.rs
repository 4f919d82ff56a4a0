//! What a server answered is kept, and is the answer where the server cannot be reached.
//!
//! `Kept` stands before each port of a server. It asks the server, hands the answer on, and lets the cache have a copy
//! when there is time. Only [`FailureKind::Unreachable`] is answered from the cache: a server that refuses has answered.
//! Once a server was out of reach, what is kept is the answer at once, and the server is looked for behind it. Stores of
//! this machine need no cache: they are read where they lie, whether or not there is a network.

mod artifacts;
mod contact;
mod history;
mod registry;
mod settings;
mod sweeps;
mod tracking;
mod writers;

use std::future::Future;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use flowdeck_cache::{Cache, CacheOptions, Offline};
use flowdeck_domain::port::{ArtifactReader, Query, RegistryReader, TrackingReader};
use flowdeck_domain::{FailureKind, Result, Timestamp};

pub(crate) use contact::Contact;
pub use settings::{CacheSettings, cache_dir, cache_file};
use sweeps::Sweeps;
pub(crate) use writers::Guarded;

use crate::discovery::Chosen;
use crate::environment::Environment;
use crate::location::Location;
use crate::stores::Stores;

/// A cache and how its server stands.
#[derive(Clone, Debug)]
pub(crate) struct Keeping {
    pub(crate) cache: Cache,
    pub(crate) contact: Arc<Contact>,
}

/// A port of a server with its cache.
pub(crate) struct Kept<P: ?Sized> {
    live: Arc<P>,
    /// Tells whether the server answers.
    reader: Arc<dyn TrackingReader>,
    keeping: Keeping,
    offline: Offline,
    sweeps: Arc<Sweeps>,
}

impl<P: ?Sized> Clone for Kept<P> {
    fn clone(&self) -> Self {
        Self {
            live: Arc::clone(&self.live),
            reader: Arc::clone(&self.reader),
            keeping: self.keeping.clone(),
            offline: self.offline.clone(),
            sweeps: Arc::clone(&self.sweeps),
        }
    }
}

/// Who answered.
pub(crate) enum Answered<T> {
    /// The server, asked at this time.
    Live(T, Timestamp),
    /// The cache.
    Kept(T),
}

impl<T> Answered<T> {
    fn into_inner(self) -> T {
        match self {
            Self::Live(answer, _) | Self::Kept(answer) => answer,
        }
    }
}

impl Keeping {
    /// The cache of the stores that were found; none where they are stores of this machine, and where there is no place
    /// for one or the configuration wants none.
    pub(crate) fn of(chosen: &Chosen, environment: &Environment) -> Option<Self> {
        let is_server = |location: &Location| matches!(location, Location::Server(_));
        if !is_server(&chosen.tracking) && !chosen.registry.as_ref().is_some_and(is_server) {
            return None;
        }
        let settings = CacheSettings::load(environment);
        let file = cache_file(chosen, &settings, environment)?;
        let context = chosen.context_name().map(str::to_owned);
        let cache = Cache::open(CacheOptions {
            file,
            context: context.unwrap_or_else(|| chosen.tracking.to_string()),
            store: chosen.tracking.to_string(),
            size_limit: settings.size_limit,
            artifact_limit: settings.artifact_limit,
            now,
        });
        Some(Self {
            cache,
            contact: Arc::new(Contact::new(environment.offline)),
        })
    }

    /// The same cache, whose server is never asked.
    pub(crate) fn alone(&self) -> Self {
        Self {
            cache: self.cache.clone(),
            contact: Arc::new(Contact::new(true)),
        }
    }

    /// Sets itself before the ports of a server.
    pub(crate) fn before(&self, stores: Stores) -> Stores {
        let reader = stores.tracking;
        Stores {
            tracking: Arc::new(self.port::<dyn TrackingReader>(Arc::clone(&reader), &reader)),
            registry: Arc::new(self.port::<dyn RegistryReader>(stores.registry, &reader)),
            artifacts: Arc::new(self.artifacts(stores.artifacts, &reader)),
            writer: Arc::new(Guarded::new(stores.writer, &reader, self)),
            registry_writer: Arc::new(Guarded::new(stores.registry_writer, &reader, self)),
        }
    }

    /// Artifacts may lie elsewhere than the server: whether they can be reached tells nothing of it, nor it of them.
    fn artifacts(
        &self,
        live: Arc<dyn ArtifactReader>,
        reader: &Arc<dyn TrackingReader>,
    ) -> Kept<dyn ArtifactReader> {
        let port = self.port::<dyn ArtifactReader>(live, reader);
        let contact = Arc::new(Contact::new(self.contact.is_offline()));
        Kept {
            keeping: Self {
                contact,
                ..port.keeping
            },
            ..port
        }
    }

    fn port<P: ?Sized>(&self, live: Arc<P>, reader: &Arc<dyn TrackingReader>) -> Kept<P> {
        let contact = Arc::clone(&self.contact);
        Kept {
            live,
            reader: Arc::clone(reader),
            keeping: self.clone(),
            offline: Offline::new(self.cache.clone(), reader.origin(), move |read_at| {
                contact.answered_from_cache(read_at);
            }),
            sweeps: Arc::default(),
        }
    }
}

impl<P: ?Sized + Send + Sync> Kept<P> {
    /// Lets the server answer, and the cache where it cannot be reached.
    async fn answer<T>(
        &self,
        live: impl Future<Output = Result<T>> + Send,
        kept: impl Future<Output = Result<T>> + Send,
    ) -> Result<Answered<T>> {
        let contact = &self.keeping.contact;
        if contact.is_offline() {
            return kept.await.map(Answered::Kept);
        }
        let mut kept = Some(kept);
        if let Some(kept) = kept.take_if(|_| contact.is_lost())
            && let Some(answer) = of_cache(kept.await)
        {
            self.look_for_server();
            return answer.map(Answered::Kept);
        }
        let asked_at = now();
        match live.await {
            Err(failure) if failure.kind() == FailureKind::Unreachable => {
                contact.lost();
                let answer = match kept {
                    Some(kept) => of_cache(kept.await),
                    None => None,
                };
                // What the server's absence means is said better by whom it was asked of.
                answer.map_or(Err(failure), |answer| answer.map(Answered::Kept))
            }
            answer => {
                contact.reached();
                answer.map(|answer| Answered::Live(answer, asked_at))
            }
        }
    }

    /// Looks for a server that was lost, behind whoever asks: once it answers, so does the next question.
    fn look_for_server(&self) {
        let contact = Arc::clone(&self.keeping.contact);
        if !contact.look_for() {
            return;
        }
        let reader = Arc::clone(&self.reader);
        tokio::spawn(async move {
            let found = writers::pulse(&*reader).await;
            if !found.is_err_and(|failure| failure.kind() == FailureKind::Unreachable) {
                contact.reached();
            }
            contact.looked_for();
        });
    }

    /// Keeps something of about so many bytes.
    fn keep(
        &self,
        size: usize,
        work: impl FnOnce(&flowdeck_cache::Writing<'_>) -> Keepable + Send + 'static,
    ) -> bool {
        self.keeping.cache.keep(size, work)
    }
}

/// What becomes of something that was to be kept.
type Keepable = flowdeck_cache::KeepResult;

/// What the cache said, where it had anything to say: a wrong filter is an answer, a thing that is not kept is none.
fn of_cache<T>(answer: Result<T>) -> Option<Result<T>> {
    match answer {
        Err(failure) if failure.kind() != FailureKind::InvalidInput => {
            tracing::debug!(%failure, "the cache has no answer");
            None
        }
        answer => Some(answer),
    }
}

/// The question of a page that follows one from the cache goes to the cache.
fn follows_kept(query: &Query) -> bool {
    flowdeck_cache::is_kept_page(query)
}

/// The time of this machine.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
