//! One set of open stores and what can be asked of them.

mod artifacts;
mod registry;
mod tracking;

use std::sync::Arc;

use flowdeck_domain::Result;
use flowdeck_domain::port::{
    ArtifactReader, RegistryReader, StoreKind, StoreOrigin, TrackingReader, TrackingWriter,
};

pub use artifacts::{Download, DownloadProgress};
pub use tracking::RunListRequest;

use crate::discovery::Chosen;
use crate::environment::Environment;
use crate::policy::Policy;
use crate::read_only::ReadOnly;
use crate::stores;

/// Open stores. Cheap to clone: clones share connections.
#[derive(Clone)]
pub struct Session {
    pub(crate) tracking: Arc<dyn TrackingReader>,
    pub(crate) writer: Arc<dyn TrackingWriter>,
    pub(crate) registry: Arc<dyn RegistryReader>,
    pub(crate) artifacts: Arc<dyn ArtifactReader>,
    policy: Policy,
}

impl Session {
    /// Opens the stores that were found. A server is not asked anything yet.
    ///
    /// # Errors
    /// A local store that cannot be read as one, or settings of sign-in that contradict each other.
    pub fn open(chosen: &Chosen, environment: &Environment) -> Result<Self> {
        let context = chosen.context.as_deref();
        let tracking = stores::open(&chosen.tracking, context, environment)?;
        let registry = match &chosen.registry {
            Some(location) if *location != chosen.tracking => {
                stores::open(location, context, environment)?.registry
            }
            _ => tracking.registry,
        };
        let policy = Policy::of(context);
        let writer = if policy.read_only {
            Arc::new(ReadOnly(policy.clone()))
        } else {
            tracking.writer
        };
        Ok(Self {
            tracking: tracking.tracking,
            writer,
            registry,
            artifacts: tracking.artifacts,
            policy,
        })
    }

    /// A session over stores that are already open: test doubles, or stores of another kind.
    pub fn over(
        tracking: Arc<dyn TrackingReader>,
        writer: Arc<dyn TrackingWriter>,
        registry: Arc<dyn RegistryReader>,
        artifacts: Arc<dyn ArtifactReader>,
    ) -> Self {
        Self {
            tracking,
            writer,
            registry,
            artifacts,
            policy: Policy::default(),
        }
    }

    /// What may be done here, and what a person has to say first.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Where runs come from.
    pub fn origin(&self) -> StoreOrigin {
        self.tracking.origin()
    }

    /// Where runs come from, with the version of a server, which is asked for it.
    pub async fn probe(&self) -> Result<StoreOrigin> {
        self.tracking.probe().await
    }

    /// A number that is another one whenever the tracking store may have changed; none where telling is not cheap.
    pub fn change_mark(&self) -> Option<u64> {
        self.tracking.change_mark()
    }

    /// What changes the tracking store.
    pub fn writer(&self) -> &dyn TrackingWriter {
        &*self.writer
    }

    /// How many things to ask for in one page: a local store reads best at once, a server in parts.
    fn page_size(&self, of_server: usize) -> usize {
        match self.tracking.origin().kind {
            StoreKind::Server => of_server,
            StoreKind::FileStore | StoreKind::Sqlite => usize::MAX >> 1,
        }
    }
}
