//! What can be done on a list of traces or logged models.

use super::{Action, Binding, Scope, bound};

pub(super) const BINDINGS: &[Binding] = &[
    bound(Scope::Catalog, Action::Open, &["enter"], "open it", Some("open")),
    bound(Scope::Catalog, Action::Find, &["/"], "find", Some("find")),
    bound(Scope::Catalog, Action::CopyId, &["y"], "copy its id", None),
];
