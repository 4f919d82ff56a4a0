//! What can be done on the comparison of runs.

use super::{Action, Binding, Scope, bound};

pub(super) const BINDINGS: &[Binding] = &[
    bound(
        Scope::Compare,
        Action::Left,
        &["h", "left"],
        "run to the left",
        None,
    ),
    bound(
        Scope::Compare,
        Action::Right,
        &["l", "right"],
        "run to the right",
        None,
    ),
    bound(
        Scope::Compare,
        Action::Open,
        &["enter"],
        "open the run in hand",
        Some("open"),
    ),
    bound(Scope::Compare, Action::Find, &["/"], "find a key", Some("find")),
    bound(
        Scope::Compare,
        Action::OnlyDiffering,
        &["d"],
        "only what differs, or all keys",
        Some("differences"),
    ),
    bound(
        Scope::Compare,
        Action::Baseline,
        &["B"],
        "hold the others against this run",
        Some("baseline"),
    ),
    bound(
        Scope::Compare,
        Action::Delta,
        &["%"],
        "beside the baseline: difference, percent, values",
        None,
    ),
    bound(
        Scope::Compare,
        Action::Goal,
        &["a"],
        "declare which values are best: high, low",
        None,
    ),
    bound(Scope::Compare, Action::CopyId, &["y"], "copy the value", None),
    bound(
        Scope::Compare,
        Action::Export,
        &["e"],
        "export the comparison as CSV",
        None,
    ),
];
