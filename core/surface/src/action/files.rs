//! What can be done on the files of a run.

use super::{Action, Binding, Scope, bound};

pub(super) const BINDINGS: &[Binding] = &[
    bound(
        Scope::Files,
        Action::Download,
        &["d"],
        "download the file or directory; stop a download",
        Some("download"),
    ),
    bound(
        Scope::Files,
        Action::OpenOutside,
        &["o"],
        "open the file with its own program",
        None,
    ),
];
