//! A Kubernetes cluster, through its API server.
//!
//! ```text
//! connect    kubeconfig or the pod's own account -> a client
//! call       one request, one answer; `refusal` says what an answer that is no success means
//! wire       the objects as the server spells them; `object` makes them what we mean
//! kind       what is known of a kind of objects: its path, its versions; `discovery` says which of them are there
//! list       all objects of a kind, page by page; `watch` keeps them up to date
//! pods       the port: pods, events; `namespaces` finds those that one may see
//! rights     who one is and what one may do
//! forward    ports of loopback that lead to pods
//! log        one answer of the log API, cut into lines
//! follow     one container to its end, across everything that breaks a connection; `seen` knows what was given
//! ```

mod call;
mod connect;
mod discovery;
mod follow;
mod forward;
mod kind;
mod list;
mod log;
mod namespaces;
mod object;
mod pods;
mod refusal;
mod rights;
mod seen;
mod watch;
mod wire;
mod workflows;

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
    /// Namespaces that one may have something to do with, known before the cluster is asked.
    known_namespaces: std::sync::Arc<[Namespace]>,
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cluster")
            .field("server", &self.server)
            .field("namespace", &self.namespace)
            .finish_non_exhaustive()
    }
}
