//! What can be done with the pods of a namespace, with one of them, and on the list of namespaces.

use super::{Action, Binding, Scope, bound};

pub(super) const BINDINGS: &[Binding] = &[
    bound(
        Scope::Pods,
        Action::Open,
        &["enter", "l", "right"],
        "open the pod: its containers and events",
        Some("open"),
    ),
    bound(
        Scope::Pods,
        Action::ShowLog,
        &["L"],
        "its log, followed",
        Some("log"),
    ),
    bound(
        Scope::Pods,
        Action::Find,
        &["/"],
        "find by name, state, reason or node",
        Some("find"),
    ),
    bound(
        Scope::Pods,
        Action::Sort,
        &["s"],
        "sort by name, trouble or age",
        Some("sort"),
    ),
    bound(
        Scope::Pods,
        Action::Namespaces,
        &["n"],
        "go to the namespaces",
        Some("namespaces"),
    ),
    bound(
        Scope::Pods,
        Action::AllNamespaces,
        &["a"],
        "the pods of all namespaces, or of one again",
        None,
    ),
    bound(
        Scope::Pods,
        Action::Events,
        &["e"],
        "what happened in the namespace, or to the pod",
        Some("events"),
    ),
    bound(Scope::Pods, Action::CopyId, &["y"], "copy its name", None),
    bound(
        Scope::Namespaces,
        Action::Open,
        &["enter", "l", "right"],
        "its pods",
        Some("pods"),
    ),
    bound(
        Scope::Namespaces,
        Action::Find,
        &["/"],
        "find by name",
        Some("find"),
    ),
    bound(Scope::Namespaces, Action::CopyId, &["y"], "copy its name", None),
];
