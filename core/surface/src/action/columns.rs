//! What can be done on the list of columns to choose from.

use super::{Action, Binding, Scope, bound};

pub(super) const BINDINGS: &[Binding] = &[
    bound(
        Scope::Columns,
        Action::Mark,
        &["space"],
        "show or hide",
        Some("show/hide"),
    ),
    bound(
        Scope::Columns,
        Action::MarkAll,
        &["ctrl-a"],
        "show or hide all that is listed",
        None,
    ),
    bound(
        Scope::Columns,
        Action::Open,
        &["enter"],
        "go to the column",
        Some("go to"),
    ),
    bound(Scope::Columns, Action::Find, &["/"], "find a key", Some("find")),
    bound(
        Scope::Columns,
        Action::Fold,
        &["tab"],
        "fold or unfold the group",
        Some("fold"),
    ),
    bound(
        Scope::Columns,
        Action::Pin,
        &["P"],
        "let it stay at the left",
        Some("pin"),
    ),
    bound(Scope::Columns, Action::GroupBy, &["b"], "group by it", None),
    bound(Scope::Columns, Action::Sort, &["s"], "sort by it", None),
    bound(
        Scope::Columns,
        Action::Back,
        &["esc", "q", "c"],
        "back to the table",
        Some("back"),
    ),
];
