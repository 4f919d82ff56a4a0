//! What can be done where no store is open.

use super::{Action, Binding, Scope, bound};

pub(super) const BINDINGS: &[Binding] = &[bound(
    Scope::Welcome,
    Action::OpenDemo,
    &["d", "enter"],
    "open the demo store",
    Some("open the demo"),
)];
