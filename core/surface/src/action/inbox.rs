//! What can be done on what happened since the last look.

use super::{Action, Binding, Scope, bound};

pub(super) const BINDINGS: &[Binding] = &[
    bound(
        Scope::Inbox,
        Action::Open,
        &["enter", "l", "right"],
        "open the run",
        Some("open"),
    ),
    bound(Scope::Inbox, Action::Find, &["/"], "find", Some("find")),
    bound(
        Scope::Inbox,
        Action::CopyId,
        &["y"],
        "copy the run's id",
        Some("copy id"),
    ),
];
