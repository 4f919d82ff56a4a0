//! What can be done on the list of experiments.

use super::{Action, Binding, Scope, bound};

pub(super) const BINDINGS: &[Binding] = &[
    bound(
        Scope::Experiments,
        Action::Open,
        &["enter", "l", "right"],
        "list its runs",
        Some("runs"),
    ),
    bound(
        Scope::Experiments,
        Action::Find,
        &["/"],
        "find by name",
        Some("find"),
    ),
    bound(
        Scope::Experiments,
        Action::View,
        &["v"],
        "active, deleted or all",
        Some("view"),
    ),
    bound(
        Scope::Experiments,
        Action::CopyId,
        &["y"],
        "copy the experiment's id",
        None,
    ),
    bound(
        Scope::Experiments,
        Action::Filter,
        &["f"],
        "filter: name LIKE 'vision%' and tags.team = 'a'",
        Some("filter"),
    ),
    bound(
        Scope::Experiments,
        Action::Mark,
        &["space"],
        "mark, or take the mark",
        None,
    ),
    bound(
        Scope::Experiments,
        Action::MarkAll,
        &["ctrl-a"],
        "mark all, or none",
        None,
    ),
    bound(
        Scope::Experiments,
        Action::InvertMarks,
        &["i"],
        "mark the others instead",
        None,
    ),
    bound(
        Scope::Experiments,
        Action::Create,
        &["c"],
        "create an experiment",
        Some("create"),
    ),
    bound(Scope::Experiments, Action::Rename, &["R"], "rename", None),
    bound(
        Scope::Experiments,
        Action::Tag,
        &["L"],
        "set or remove a tag",
        None,
    ),
    bound(Scope::Experiments, Action::Note, &["N"], "edit the note", None),
    bound(
        Scope::Experiments,
        Action::Delete,
        &["D", "delete"],
        "delete; can be restored",
        None,
    ),
    bound(
        Scope::Experiments,
        Action::Restore,
        &["U"],
        "restore what was deleted",
        None,
    ),
];
