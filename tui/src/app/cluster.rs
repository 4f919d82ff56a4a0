//! What the screens of the cluster ask, and what it tells.

use flowdeck_surface::client::kubernetes::{Event, Pod, Watched};
use flowdeck_surface::client::{Namespace, PodName};

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) enum Asked {
    /// The namespaces that one may see.
    Namespaces,
    /// The pods of a place, for as long as somebody looks at them.
    Pods(Of),
    /// What happens in a place, for as long as somebody looks at it.
    Events(Of),
}

/// A part of the cluster.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) enum Of {
    /// The namespace that is meant where none is named.
    #[default]
    Meant,
    /// One namespace.
    Namespace(Namespace),
    /// All of them.
    All,
    /// One pod, and what happens to it.
    Pod(Namespace, PodName),
}

/// What is told.
#[derive(Debug)]
pub(crate) enum Told {
    /// The namespaces that one may see, and the one that is meant where none is named.
    Namespaces(Vec<Namespace>, Namespace),
    /// The namespace that is watched; none where all are. More replies follow.
    Watching(Option<Namespace>),
    /// Pods, and how they change; more replies follow.
    Pods(Watched<Pod>),
    /// What happens; more replies follow.
    Events(Watched<Event>),
}
