//! A Kubernetes cluster, through its API server.
//!
//! ```text
//! connect    kubeconfig or the pod's own account -> a client
//! call       one request, one answer; `refusal` says what an answer that is no success means
//! wire       the objects as the server spells them; `object` makes them what we mean
//! pods       the port: pods, events, namespaces
//! log        one answer of the log API, cut into lines
//! follow     one container to its end, across everything that breaks a connection; `seen` knows what was given
//! ```

mod call;
mod connect;
mod follow;
mod log;
mod object;
mod pods;
mod refusal;
mod seen;
mod wire;

use flowdeck_domain::id::Namespace;

pub use connect::ClusterOptions;

/// A cluster that is signed in to. Cheap to clone.
#[derive(Clone)]
pub struct Cluster {
    client: kube::Client,
    namespace: Namespace,
    /// The context of kubeconfig; `in-cluster` where there is none.
    context: std::sync::Arc<str>,
    /// Host and port of the API server, for sentences.
    server: std::sync::Arc<str>,
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cluster")
            .field("server", &self.server)
            .field("namespace", &self.namespace)
            .finish_non_exhaustive()
    }
}
