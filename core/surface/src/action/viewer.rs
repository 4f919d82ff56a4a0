//! What can be done on one thing that is shown whole.

use super::{Action, Binding, Scope, bound};

pub(super) const BINDINGS: &[Binding] = &[
    bound(
        Scope::Viewer,
        Action::Open,
        &["enter"],
        "fold or unfold; show whole",
        Some("open"),
    ),
    bound(Scope::Viewer, Action::Find, &["/"], "find in it", Some("find")),
    bound(Scope::Viewer, Action::NextMatch, &["n"], "next place found", None),
    bound(
        Scope::Viewer,
        Action::PreviousMatch,
        &["N"],
        "place found before",
        None,
    ),
    bound(
        Scope::Viewer,
        Action::Wrap,
        &["w"],
        "break long lines, or not",
        Some("wrap"),
    ),
    bound(Scope::Viewer, Action::FoldAll, &["-"], "fold all", Some("fold")),
    bound(Scope::Viewer, Action::UnfoldAll, &["+", "="], "unfold all", None),
    bound(Scope::Viewer, Action::Left, &["h", "left"], "to the left", None),
    bound(
        Scope::Viewer,
        Action::Right,
        &["l", "right"],
        "to the right",
        None,
    ),
    bound(Scope::Viewer, Action::CopyValue, &["y"], "copy it", None),
];
