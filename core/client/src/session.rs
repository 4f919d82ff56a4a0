//! One set of open stores and what can be asked of them.

mod artifacts;
mod registry;
mod tracking;

use std::sync::Arc;
use std::time::Duration;

use flowdeck_domain::port::{
    ArtifactReader, RegistryReader, RegistryWriter, StoreKind, StoreOrigin, TrackingReader, TrackingWriter,
};
use flowdeck_domain::{Failure, FailureKind, Result, Timestamp, Warning};

pub use artifacts::{Download, DownloadProgress};
pub use registry::versions_filter;
pub use tracking::RunListRequest;

use crate::discovery::Chosen;
use crate::environment::Environment;
use crate::location::Location;
use crate::offline::Keeping;
use crate::policy::Policy;
use crate::promotion::{AuditLog, Gates};
use crate::read_only::ReadOnly;
use crate::stores::{self, Stores};

/// How long the end of a command waits for what is still to be kept.
const SETTLING: Duration = Duration::from_secs(5);

/// Open stores. Cheap to clone: clones share connections.
#[derive(Clone)]
pub struct Session {
    pub(crate) tracking: Arc<dyn TrackingReader>,
    pub(crate) writer: Arc<dyn TrackingWriter>,
    pub(crate) registry: Arc<dyn RegistryReader>,
    pub(crate) registry_writer: Arc<dyn RegistryWriter>,
    pub(crate) artifacts: Arc<dyn ArtifactReader>,
    policy: Policy,
    /// The registry, without any secret.
    pub(crate) registry_uri: String,
    pub(crate) gates: Gates,
    pub(crate) audit: Option<AuditLog>,
    /// The account that works here.
    pub(crate) user: String,
    /// What is kept of a server.
    pub(crate) keeping: Option<Keeping>,
    /// The same, answered from what is kept alone.
    kept: Option<Arc<Session>>,
}

impl Session {
    /// Opens the stores that were found. A server is not asked anything yet.
    ///
    /// # Errors
    /// A local store that cannot be read as one, or settings of sign-in that contradict each other.
    pub fn open(chosen: &Chosen, environment: &Environment) -> Result<Self> {
        let context = chosen.context.as_deref();
        let keeping = Keeping::of(chosen, environment);
        if environment.offline && keeping.is_none() && matches!(chosen.tracking, Location::Server(_)) {
            return Err(nothing_is_kept());
        }
        let tracking = stores::open(&chosen.tracking, context, environment)?;
        let registry = match &chosen.registry {
            Some(location) if *location != chosen.tracking => {
                Some((location, stores::open(location, context, environment)?))
            }
            _ => None,
        };
        let policy = Policy::of(context);
        let over = |keeping: Option<Keeping>| {
            let kept = |location: &Location, stores: Stores| match &keeping {
                Some(keeping) if matches!(location, Location::Server(_)) => keeping.before(stores),
                // A store of this machine is there without a network.
                _ => stores,
            };
            let tracking = kept(&chosen.tracking, tracking.clone());
            let registry = registry
                .clone()
                .map_or_else(|| tracking.clone(), |(location, stores)| kept(location, stores));
            let session = Self {
                registry_uri: registry.tracking.origin().uri,
                tracking: tracking.tracking,
                writer: tracking.writer,
                registry: registry.registry,
                registry_writer: registry.registry_writer,
                artifacts: tracking.artifacts,
                policy: policy.clone(),
                gates: context.map(|context| context.gates.clone()).unwrap_or_default(),
                audit: AuditLog::of(environment),
                user: user(environment),
                keeping,
                kept: None,
            };
            session.guarded()
        };
        // With --offline the session itself answers so.
        let kept = keeping
            .as_ref()
            .filter(|_| !environment.offline)
            .map(|keeping| Arc::new(over(Some(keeping.alone()))));
        Ok(Self {
            kept,
            ..over(keeping)
        })
    }

    /// The same session, which changes nothing where its context is read-only.
    fn guarded(self) -> Self {
        if !self.policy.read_only {
            return self;
        }
        let nothing = Arc::new(ReadOnly(self.policy.clone()));
        Self {
            writer: Arc::<ReadOnly>::clone(&nothing),
            registry_writer: nothing,
            ..self
        }
    }

    /// A session over stores that are already open: test doubles, or stores of another kind.
    pub fn over(
        tracking: Arc<dyn TrackingReader>,
        writer: Arc<dyn TrackingWriter>,
        registry: (Arc<dyn RegistryReader>, Arc<dyn RegistryWriter>),
        artifacts: Arc<dyn ArtifactReader>,
    ) -> Self {
        Self {
            registry_uri: tracking.origin().uri,
            tracking,
            writer,
            registry: registry.0,
            registry_writer: registry.1,
            artifacts,
            policy: Policy::default(),
            gates: Gates::default(),
            audit: None,
            user: String::new(),
            keeping: None,
            kept: None,
        }
    }

    /// The same session with this audit log and these gates.
    #[must_use]
    pub fn with_promotion(self, audit: AuditLog, gates: Gates) -> Self {
        Self {
            audit: Some(audit),
            gates,
            ..self
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

    /// The same stores, answered at once and from what was kept of them alone; none where nothing is kept.
    pub fn kept(&self) -> Option<&Self> {
        self.kept.as_deref()
    }

    /// Whether its server was out of reach when it was asked last: what is kept is the answer at once then.
    pub fn is_out_of_reach(&self) -> bool {
        self.keeping
            .as_ref()
            .is_some_and(|keeping| keeping.contact.is_lost())
    }

    /// When the latest answer was read from its server; none where it came from the store itself.
    pub fn as_of(&self) -> Option<Timestamp> {
        self.keeping.as_ref()?.contact.latest()
    }

    /// When the oldest answer of this session was read from its server; none where all came from the store itself.
    pub fn oldest_as_of(&self) -> Option<Timestamp> {
        self.keeping.as_ref()?.contact.oldest()
    }

    /// Whether anything of its server was kept.
    pub async fn keeps_anything(&self) -> bool {
        match &self.keeping {
            Some(keeping) => {
                let census = keeping.cache.census().await;
                census.is_ok_and(|census| census.read.is_some())
            }
            None => false,
        }
    }

    /// Waits until what was answered is kept, for as long as the end of the program would: what stood in the way is told
    /// by [`Session::take_warnings`] then.
    pub async fn settle(&self) {
        if let Some(keeping) = &self.keeping {
            // Why nothing is kept is among the warnings.
            let _ = tokio::time::timeout(SETTLING, keeping.cache.flush()).await;
        }
    }

    /// What people should know of what is kept, each once: a full disk, a file that was set aside.
    pub fn take_warnings(&self) -> Vec<Warning> {
        let keeping = self.keeping.as_ref();
        keeping.map_or_else(Vec::new, |keeping| keeping.cache.take_warnings())
    }

    /// What changes the tracking store.
    pub fn writer(&self) -> &dyn TrackingWriter {
        &*self.writer
    }

    /// What changes the registry.
    pub fn registry_writer(&self) -> &dyn RegistryWriter {
        &*self.registry_writer
    }

    /// How many things to ask for in one page: a local store reads best at once, a server in parts.
    fn page_size(&self, of_server: usize) -> usize {
        match self.tracking.origin().kind {
            StoreKind::Server => of_server,
            StoreKind::FileStore | StoreKind::Sqlite => usize::MAX >> 1,
        }
    }
}

fn nothing_is_kept() -> Failure {
    let message = "offline, and nothing is kept of servers here: there is no cache";
    Failure::new(FailureKind::Unreachable, message)
        .with_hint("leave --fresh out, and see `enabled` of [cache] in the configuration")
}

/// The account that runs this program, as its environment names it, else as the system does: containers name none.
fn user(environment: &Environment) -> String {
    let named = ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|name| environment.variable(name));
    named
        .map(str::to_owned)
        .or_else(account)
        .unwrap_or_else(|| "unknown".to_owned())
}

/// The account as the system names it, or its number where it has no name.
#[cfg(unix)]
fn account() -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    // What the system tells of a program belongs to who runs it.
    let uid = std::fs::metadata("/proc/self").ok()?.uid();
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name_of = |line: &str| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    };
    Some(
        accounts
            .lines()
            .find_map(name_of)
            .unwrap_or_else(|| format!("uid {uid}")),
    )
}

#[cfg(not(unix))]
fn account() -> Option<String> {
    None
}
