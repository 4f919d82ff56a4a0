//! What can be done on the points of a metric as a table.

use super::{Action, Binding, Scope, bound};

pub(super) const BINDINGS: &[Binding] = &[
    bound(
        Scope::Points,
        Action::Find,
        &["/"],
        "go to a step",
        Some("go to step"),
    ),
    bound(
        Scope::Points,
        Action::NextMatch,
        &["n"],
        "next point that is NaN or infinite",
        Some("next NaN"),
    ),
    bound(
        Scope::Points,
        Action::PreviousMatch,
        &["N"],
        "point before that is NaN or infinite",
        None,
    ),
    bound(
        Scope::Points,
        Action::CopyValue,
        &["y"],
        "copy the value as it was logged",
        Some("copy"),
    ),
];
