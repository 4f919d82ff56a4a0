use async_trait::async_trait;
use futures::stream::BoxStream;

use crate::Result;
use crate::id::Namespace;
use crate::kubernetes::{ClusterKinds, ForwardTarget, PortForward, RightQuestion, Watched};

/// Which objects to watch.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct WatchQuery {
    /// In this namespace alone; none means in all of them.
    pub namespace: Option<Namespace>,
    /// A label selector as kubectl takes it; empty for all.
    pub labels: String,
    /// A field selector as kubectl takes it: `involvedObject.name=…`; empty for all.
    pub fields: String,
}

/// What a watched list tells; all there is comes first. It ends only with a failure that asking again cannot mend: a missing
/// right, a kind that the cluster does not have. Dropping it gives up the watching.
pub type WatchStream<T> = BoxStream<'static, Result<Watched<T>>>;

/// Watches objects of one kind.
pub trait Watcher<T>: Send + Sync {
    /// Begins to watch. Whatever breaks meanwhile is mended: a connection that ends is opened again where it stood, and where
    /// the server no longer knows where that was, all there is comes again.
    fn watch(&self, query: &WatchQuery) -> WatchStream<T>;
}

/// Tells what a cluster has and what one may do there.
#[async_trait]
pub trait ClusterReader: Send + Sync {
    /// The kinds of objects it serves. Every signed-in user may ask.
    async fn kinds(&self) -> Result<ClusterKinds>;

    /// Whether one may do this. Every signed-in user may ask.
    async fn may(&self, question: &RightQuestion) -> Result<bool>;

    /// Who one is: the user's name.
    async fn who(&self) -> Result<String>;
}

/// Leads ports of loopback into a cluster.
#[async_trait]
pub trait PortForwarder: Send + Sync {
    /// Opens a port that leads to a port of a pod or a service, and makes sure that there is something behind it.
    async fn forward(&self, namespace: &Namespace, target: &ForwardTarget, port: u16) -> Result<PortForward>;
}
