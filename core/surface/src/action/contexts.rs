//! What can be done on the list of contexts.

use super::{Action, Binding, Scope, bound};

pub(super) const BINDINGS: &[Binding] = &[
    bound(
        Scope::Contexts,
        Action::Open,
        &["enter"],
        "open its store",
        Some("open"),
    ),
    bound(
        Scope::Contexts,
        Action::AddContext,
        &["a"],
        "add one",
        Some("add"),
    ),
    bound(
        Scope::Contexts,
        Action::EditContext,
        &["e"],
        "change it",
        Some("change"),
    ),
    bound(
        Scope::Contexts,
        Action::UseContext,
        &["u"],
        "make it the one that is used where none is named",
        Some("make current"),
    ),
    bound(Scope::Contexts, Action::Find, &["/"], "find", None),
    bound(Scope::Contexts, Action::CopyId, &["y"], "copy its name", None),
    bound(
        Scope::Contexts,
        Action::RemoveContext,
        &["D"],
        "remove it",
        Some("remove"),
    ),
];
