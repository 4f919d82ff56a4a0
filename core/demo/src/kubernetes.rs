//! A Kubernetes cluster that exists only as answers: an API server with pods, events and logs, on loopback.
//!
//! It speaks the protocol as far as flowdeck reads it, in the words of a real API server 1.36, and ends followed logs as
//! a kubelet does. It can fail on purpose, so that a client can be held to what it does about it.
//!
//! ```text
//! cluster  what there is: pods, events, namespaces; how it changes
//! log      what containers printed, and who follows it
//! answer   a question -> an answer, without the network
//! server   the network: a listener, its connections, its kubeconfig
//! ```

mod answer;
mod cluster;
mod log;
mod server;

pub use cluster::KubernetesCluster;
pub use server::KubernetesServer;
