use async_trait::async_trait;
use futures::stream::BoxStream;

use crate::Result;
use crate::id::{Namespace, PodName};
use crate::kubernetes::{Event, LogChunk, LogTime, Pod};

/// Which pods to list.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct PodQuery {
    /// In this namespace alone; none means in all of them.
    pub namespace: Option<Namespace>,
    /// A label selector as kubectl takes it: `pipeline/runid=…`; empty for all.
    pub labels: String,
}

/// What to read of a log.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct LogOptions {
    /// The container; none means the pod's default.
    pub container: Option<String>,
    /// Whether to go on until the container ends for good.
    pub follow: bool,
    /// The container that ran before the last restart.
    pub previous: bool,
    /// The last so many lines alone.
    pub tail: Option<u64>,
    /// Lines of this time and later.
    pub since: Option<LogTime>,
}

/// Lines in the order they were printed, in batches; ends after the first failure. Dropping it gives up the reading.
pub type LogStream = BoxStream<'static, Result<LogChunk>>;

/// Reads the pods of a cluster.
#[async_trait]
pub trait PodReader: Send + Sync {
    /// The namespace that is meant where none is named.
    fn default_namespace(&self) -> Namespace;

    /// Pods that match.
    async fn pods(&self, query: &PodQuery) -> Result<Vec<Pod>>;

    /// One pod.
    async fn pod(&self, namespace: &Namespace, name: &PodName) -> Result<Pod>;

    /// What happened to one pod, the latest last; empty where nobody wrote anything down, or it was long ago.
    async fn pod_events(&self, namespace: &Namespace, name: &PodName) -> Result<Vec<Event>>;

    /// The namespaces that may be seen, by name.
    async fn namespaces(&self) -> Result<Vec<Namespace>>;
}

/// Reads what containers print.
#[async_trait]
pub trait LogSource: Send + Sync {
    /// The lines of one container, once each, whatever breaks meanwhile: where it is followed, a connection that
    /// ends is opened again, a container that is started again and a pod that is made again are followed on.
    async fn log(&self, namespace: &Namespace, pod: &PodName, options: &LogOptions) -> Result<LogStream>;
}
