//! What can be done on the list of experiments.

use super::{Action, Binding, Scope, bound};

pub(super) const BINDINGS: &[Binding] = &[
    bound(
        Scope::Experiments,
        Action::Open,
        &["enter", "l", "right"],
        "list its runs",
        Some("runs"),
    ),
    bound(
        Scope::Experiments,
        Action::Find,
        &["/"],
        "find by name",
        Some("find"),
    ),
    bound(
        Scope::Experiments,
        Action::View,
        &["v"],
        "active, deleted or all",
        Some("view"),
    ),
    bound(
        Scope::Experiments,
        Action::CopyId,
        &["y"],
        "copy the experiment's id",
        None,
    ),
];
