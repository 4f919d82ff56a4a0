//! What can be done on the page of a logged model.

use super::{Action, Binding, Scope, bound};

pub(super) const BINDINGS: &[Binding] = &[
    bound(
        Scope::LoggedModel,
        Action::Open,
        &["enter"],
        "open the directory or the file",
        Some("open"),
    ),
    bound(
        Scope::LoggedModel,
        Action::NextPane,
        &["tab"],
        "next pane",
        Some("pane"),
    ),
    bound(
        Scope::LoggedModel,
        Action::PreviousPane,
        &["shift-tab"],
        "pane before",
        None,
    ),
    bound(Scope::LoggedModel, Action::Find, &["/"], "find", Some("find")),
    bound(
        Scope::LoggedModel,
        Action::Download,
        &["d"],
        "download the files; stop a download",
        Some("download"),
    ),
    bound(
        Scope::LoggedModel,
        Action::OpenOutside,
        &["o"],
        "open the file with its own program",
        None,
    ),
    bound(
        Scope::LoggedModel,
        Action::ToParent,
        &["p"],
        "the run that made it",
        Some("run"),
    ),
    bound(
        Scope::LoggedModel,
        Action::Register,
        &["M"],
        "register it in the registry",
        Some("register"),
    ),
    bound(
        Scope::LoggedModel,
        Action::CopyValue,
        &["y"],
        "copy the selected value",
        None,
    ),
    bound(
        Scope::LoggedModel,
        Action::CopyId,
        &["Y"],
        "copy the model's id",
        None,
    ),
];
