//! What can be done on the table of runs.

use super::{Action, Binding, Scope, bound};

pub(super) const BINDINGS: &[Binding] = &[
    bound(
        Scope::Runs,
        Action::Open,
        &["enter"],
        "open the run",
        Some("open"),
    ),
    bound(
        Scope::Runs,
        Action::Find,
        &["/"],
        "find in names, ids, states and columns in view",
        Some("find"),
    ),
    bound(
        Scope::Runs,
        Action::Filter,
        &["f"],
        "filter: metrics.loss < 0.1 and params.lr = '0.01'",
        Some("filter"),
    ),
    bound(
        Scope::Runs,
        Action::Left,
        &["h", "left"],
        "column to the left",
        None,
    ),
    bound(
        Scope::Runs,
        Action::Right,
        &["l", "right"],
        "column to the right",
        None,
    ),
    bound(
        Scope::Runs,
        Action::Sort,
        &["s"],
        "sort by the column: down, up, not at all",
        Some("sort"),
    ),
    bound(
        Scope::Runs,
        Action::View,
        &["v"],
        "active, deleted or all",
        Some("view"),
    ),
    bound(Scope::Runs, Action::CopyId, &["y"], "copy the run's id", None),
    bound(
        Scope::Runs,
        Action::ListTraces,
        &["T"],
        "the traces of the experiment",
        None,
    ),
    bound(
        Scope::Runs,
        Action::ListModels,
        &["M"],
        "the logged models of the experiment",
        None,
    ),
];
