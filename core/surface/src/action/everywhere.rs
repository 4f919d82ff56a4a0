//! What can be done on every screen.

use super::{Action, Binding, Scope, bound};

pub(super) const BINDINGS: &[Binding] = &[
    bound(
        Scope::Everywhere,
        Action::Back,
        &["esc", "backspace"],
        "back, or close what is open",
        Some("back"),
    ),
    bound(
        Scope::Everywhere,
        Action::Help,
        &["?", "f1"],
        "this help",
        Some("help"),
    ),
    bound(
        Scope::Everywhere,
        Action::Quit,
        &["q", "ctrl-c"],
        "quit",
        Some("quit"),
    ),
    bound(
        Scope::Everywhere,
        Action::Refresh,
        &["r", "f5"],
        "ask the store again",
        None,
    ),
    bound(
        Scope::Everywhere,
        Action::Undo,
        &["u", "z"],
        "take the last change of the view back",
        None,
    ),
    bound(
        Scope::Everywhere,
        Action::Redo,
        &["ctrl-r"],
        "change the view once more",
        None,
    ),
    bound(
        Scope::Everywhere,
        Action::Suspend,
        &["ctrl-z"],
        "suspend; `fg` comes back",
        None,
    ),
    bound(
        Scope::Everywhere,
        Action::Redraw,
        &["ctrl-l"],
        "draw the screen anew",
        None,
    ),
    bound(
        Scope::Everywhere,
        Action::Palette,
        &[":"],
        "go to or do anything by its name",
        None,
    ),
    bound(
        Scope::Everywhere,
        Action::Browse,
        &["o"],
        "open in the browser",
        None,
    ),
    bound(
        Scope::Everywhere,
        Action::Contexts,
        &["O"],
        "contexts: open another store",
        None,
    ),
];
