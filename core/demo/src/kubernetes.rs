//! A Kubernetes cluster that exists only as answers: an API server with objects, watches and logs, on loopback.
//!
//! It speaks the protocol as far as flowdeck uses it, in the words of a real API server 1.36, and ends followed logs as
//! a kubelet does. It is held to the same suite as a real one (`tests/tests/kubernetes`). It can fail on purpose, so that
//! a client can be held to what it does about it.
//!
//! ```text
//! cluster    what there is and how it changes; `journal` keeps the changes, so that they can be watched
//! kind       which kinds of objects it knows; `discovery` tells them
//! rights     who asks, and what for
//! log        what containers printed, and who follows it
//! selector   which objects are meant by labels and fields
//! answer     a question -> an answer, without the network; `list`, `watch`, `write`, `logs` are its parts
//! server     the network: a listener, its connections, its kubeconfig
//! ```

mod answer;
mod cluster;
mod discovery;
mod journal;
mod kind;
mod list;
mod log;
mod logs;
mod rights;
mod selector;
mod server;
mod watch;
mod write;

pub use cluster::KubernetesCluster;
pub use flowdeck_domain::kubernetes::ServedKind;
pub use rights::Right;
pub use server::KubernetesServer;
