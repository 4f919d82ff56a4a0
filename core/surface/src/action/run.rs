//! What can be done on the page of a run.

use super::{Action, Binding, Scope, bound};

pub(super) const BINDINGS: &[Binding] = &[
    bound(
        Scope::Run,
        Action::Open,
        &["enter"],
        "metric: chart in full; directory: open",
        Some("chart"),
    ),
    bound(Scope::Run, Action::NextPane, &["tab"], "next pane", Some("pane")),
    bound(
        Scope::Run,
        Action::PreviousPane,
        &["shift-tab"],
        "pane before",
        None,
    ),
    bound(
        Scope::Run,
        Action::Right,
        &["l", "right"],
        "next list: metrics, params, tags, ...",
        None,
    ),
    bound(Scope::Run, Action::Left, &["h", "left"], "list before", None),
    bound(
        Scope::Run,
        Action::Find,
        &["/"],
        "find in keys and values",
        Some("find"),
    ),
    bound(Scope::Run, Action::CopyId, &["y"], "copy the run's id", None),
];
