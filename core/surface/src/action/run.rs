//! What can be done on the page of a run.

use super::{Action, Binding, Scope, bound};

pub(super) const BINDINGS: &[Binding] = &[
    bound(
        Scope::Run,
        Action::Open,
        &["enter"],
        "open: chart, value, file, run, model, trace",
        Some("open"),
    ),
    bound(Scope::Run, Action::NextPane, &["tab"], "next pane", Some("pane")),
    bound(
        Scope::Run,
        Action::PreviousPane,
        &["shift-tab"],
        "pane before",
        None,
    ),
    bound(
        Scope::Run,
        Action::Right,
        &["l", "right"],
        "next tab: metrics, system, params, ...",
        Some("tab"),
    ),
    bound(Scope::Run, Action::Left, &["h", "left"], "tab before", None),
    bound(
        Scope::Run,
        Action::Find,
        &["/"],
        "find in keys and values",
        Some("find"),
    ),
    bound(
        Scope::Run,
        Action::CopyValue,
        &["y"],
        "copy the selected value",
        None,
    ),
    bound(Scope::Run, Action::CopyId, &["Y"], "copy the run's id", None),
    bound(
        Scope::Run,
        Action::Register,
        &["M"],
        "register a model of it in the registry",
        None,
    ),
    bound(Scope::Run, Action::Rename, &["R"], "rename the run", None),
    bound(Scope::Run, Action::SetTag, &["T"], "set a tag", None),
    bound(
        Scope::Run,
        Action::RemoveTag,
        &["U"],
        "remove the selected tag",
        None,
    ),
    bound(Scope::Run, Action::EditNote, &["E"], "edit the note", None),
    bound(
        Scope::Run,
        Action::Delete,
        &["D"],
        "delete the run, or restore it",
        None,
    ),
    bound(
        Scope::Run,
        Action::ToParent,
        &["p"],
        "the run that it is nested in",
        None,
    ),
    bound(
        Scope::Run,
        Action::ToExperiment,
        &["P"],
        "the runs of its experiment",
        None,
    ),
    bound(
        Scope::Run,
        Action::ShowLog,
        &["ctrl-o"],
        "the log of the pipeline run that made it, at the time of the cursor",
        None,
    ),
];
