//! What can be done on the page of a trace.

use super::{Action, Binding, Scope, bound};

pub(super) const BINDINGS: &[Binding] = &[
    bound(
        Scope::Trace,
        Action::Open,
        &["enter"],
        "show the span whole",
        Some("open"),
    ),
    bound(
        Scope::Trace,
        Action::NextPane,
        &["tab"],
        "next pane",
        Some("pane"),
    ),
    bound(
        Scope::Trace,
        Action::PreviousPane,
        &["shift-tab"],
        "pane before",
        None,
    ),
    bound(
        Scope::Trace,
        Action::Fold,
        &["space", "l", "h", "right", "left"],
        "fold or unfold",
        Some("fold"),
    ),
    bound(Scope::Trace, Action::FoldAll, &["-"], "fold all", None),
    bound(Scope::Trace, Action::UnfoldAll, &["+", "="], "unfold all", None),
    bound(
        Scope::Trace,
        Action::Find,
        &["/"],
        "find in names and attributes",
        Some("find"),
    ),
    bound(Scope::Trace, Action::CopyValue, &["y"], "copy the output", None),
    bound(Scope::Trace, Action::CopyId, &["Y"], "copy the trace's id", None),
    bound(
        Scope::Trace,
        Action::ToParent,
        &["p"],
        "the run that it was made in",
        None,
    ),
];
