//! What can be done on every list.

use super::{Action, Binding, Scope, bound};

pub(super) const BINDINGS: &[Binding] = &[
    bound(Scope::List, Action::Down, &["j", "down"], "down", None),
    bound(Scope::List, Action::Up, &["k", "up"], "up", None),
    bound(
        Scope::List,
        Action::PageDown,
        &["pgdn", "ctrl-d", "ctrl-f"],
        "a screen down",
        None,
    ),
    bound(
        Scope::List,
        Action::PageUp,
        &["pgup", "ctrl-u", "ctrl-b"],
        "a screen up",
        None,
    ),
    bound(Scope::List, Action::First, &["g", "home"], "to the first", None),
    bound(Scope::List, Action::Last, &["G", "end"], "to the last", None),
];
