//! Logs of pods and tasks: found wherever they are, merged, and kept.
//!
//! ```text
//! target   what a person asks for -> the pods that printed it
//! source   one pod: live, else from the archive, the executor's own copy, the object store, else what was kept
//! merge    several pods in order of time
//! spool    all of it on disk, for a screen to look into
//! ```

mod merge;
mod source;
mod spool;
mod target;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use flowdeck_cache::logs::{
    Direction, Entry, KeptLog, LineFilter, LineSet, LogAbout, LogFile, LogKey, LogStore, Pattern, Usage,
};
use flowdeck_domain::kubernetes::{LogLine, LogNote, LogTime};
use flowdeck_domain::port::ArtifactReader;
use flowdeck_domain::{Failure, Result, Timestamp};
use flowdeck_mlflow::artifacts::Artifacts;

use crate::discovery::Flags;
use crate::environment::Environment;
use crate::kubernetes_cluster::Kubernetes;
use crate::pipelines_server::Pipelines;
pub use merge::LogEvents;
pub use spool::{LogSpool, SpoolPart, SpoolStatus};
pub use target::{LogPart, LogRequest, LogTarget};

/// Where logs are found. Cheap to clone.
#[derive(Clone)]
pub struct Logs {
    inner: Arc<Inner>,
}

struct Inner {
    cluster: Option<Kubernetes>,
    /// Why there is no cluster.
    no_cluster: Option<Failure>,
    pipelines: Option<Pipelines>,
    no_pipelines: Option<Failure>,
    artifacts: Option<Arc<dyn ArtifactReader>>,
    store: Option<LogStore>,
    place: String,
}

/// Bytes of kept logs beyond which those that an archive has too give way.
const KEPT_BYTES: u64 = 4 << 30;

/// Where lines are from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LogOrigin {
    /// From the pod itself.
    Live,
    /// From the container that ran before in the pod.
    Previous,
    /// From the archive of the pipelines' server.
    Archived,
    /// From the copy that the task's executor put by.
    ExecutorLogs,
    /// From the object store that the run's artifacts are in.
    ObjectStore,
    /// From what was kept here, and when that was.
    Kept(Timestamp),
}

impl LogOrigin {
    /// Half a sentence for people; nothing where it is what everybody expects.
    pub fn words(self) -> Option<&'static str> {
        match self {
            Self::Live => None,
            Self::Previous => Some("of the container that ran before"),
            Self::Archived => Some("the pod is gone; from the archive of the server"),
            Self::ExecutorLogs => Some("the pod is gone; from the copy that the executor put by"),
            Self::ObjectStore => Some("the pod is gone; from the object store"),
            Self::Kept(_) => Some("the pod is gone; as it was kept here"),
        }
    }

    /// One word for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Previous => "previous",
            Self::Archived => "archived",
            Self::ExecutorLogs => "executor_logs",
            Self::ObjectStore => "object_store",
            Self::Kept(_) => "kept",
        }
    }
}

/// What reading a log gives. Parts are told by their place, in the order they came up.
#[derive(Clone, Debug)]
pub enum LogEvent {
    /// One more pod is read: the first has place 0.
    Part(LogPart),
    /// Where the lines of a part are from, and of which container.
    From(usize, LogOrigin, String),
    /// Lines of a part, in the order of their time among all parts.
    Lines(usize, Vec<LogLine>),
    /// A word on a part.
    Note(usize, LogNote),
    /// A part came to its end, or could not be read.
    Over(usize, Option<Failure>),
}

impl Logs {
    /// Where logs are found, by flags, contexts and the ecosystem's variables. Nothing is asked yet; what is missing is told
    /// only where it is needed.
    pub async fn open(flags: &Flags, environment: &Environment) -> Self {
        let cluster = Kubernetes::open(flags, environment).await;
        let pipelines = Pipelines::open(flags, environment);
        let variables = environment.variables().clone();
        let place = match (&cluster, &pipelines) {
            (Ok(cluster), _) => cluster.place().to_owned(),
            (_, Ok(pipelines)) => pipelines.policy().context.clone().unwrap_or_default(),
            _ => String::new(),
        };
        let (cluster, no_cluster) = parted(cluster);
        let (pipelines, no_pipelines) = parted(pipelines);
        Self {
            inner: Arc::new(Inner {
                cluster,
                no_cluster,
                pipelines,
                no_pipelines,
                artifacts: Some(Arc::new(Artifacts::new(
                    None,
                    &environment.current_dir,
                    variables,
                ))),
                store: environment.state_dir.as_deref().map(LogStore::of),
                place,
            }),
        }
    }

    /// Logs of what is already open: test doubles, or a demo.
    pub fn over(
        cluster: Option<Kubernetes>,
        pipelines: Option<Pipelines>,
        store: Option<LogStore>,
        place: &str,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                cluster,
                no_cluster: None,
                pipelines,
                no_pipelines: None,
                artifacts: None,
                store,
                place: place.to_owned(),
            }),
        }
    }

    /// The cluster that pods are in.
    ///
    /// # Errors
    /// Why there is none.
    pub fn cluster(&self) -> Result<&Kubernetes> {
        self.inner
            .cluster
            .as_ref()
            .ok_or_else(|| missing(self.inner.no_cluster.as_ref()))
    }

    /// The server of pipelines.
    ///
    /// # Errors
    /// Why there is none.
    pub fn pipelines(&self) -> Result<&Pipelines> {
        self.inner
            .pipelines
            .as_ref()
            .ok_or_else(|| missing(self.inner.no_pipelines.as_ref()))
    }

    /// What was kept.
    pub fn store(&self) -> Option<&LogStore> {
        self.inner.store.as_ref()
    }

    fn key(&self, part: &LogPart, container: &str) -> LogKey {
        LogKey {
            place: self.inner.place.clone(),
            namespace: part.namespace.to_string(),
            pod: part.pod.to_string(),
            container: container.to_owned(),
        }
    }
}

fn parted<T>(opened: Result<T>) -> (Option<T>, Option<Failure>) {
    match opened {
        Ok(it) => (Some(it), None),
        Err(failure) => (None, Some(failure)),
    }
}

fn missing(why: Option<&Failure>) -> Failure {
    use flowdeck_domain::FailureKind;
    why.cloned()
        .unwrap_or_else(|| Failure::new(FailureKind::NotFound, "no cluster is set up here"))
}

/// A moment to the nanosecond as one to the millisecond, and the other way round.
pub fn log_time(at: Timestamp) -> LogTime {
    LogTime {
        seconds: at.as_millis().div_euclid(1000),
        nanos: (at.as_millis().rem_euclid(1000) * 1_000_000) as u32,
    }
}
