//! What takes an edit of the log back, seen from how things stand now.

use std::fmt;

use flowdeck_domain::registry::{ModelVersion, RegisteredModel, Stage};
use flowdeck_domain::tracking::Tag;
use flowdeck_domain::{Failure, FailureKind, ModelName, Result};

use super::edit::{ModelEdit, RegistryEdit, Values, VersionEdit, tag_name, tag_of, values_of};
use super::record::AuditEntry;
use super::undo::changed_since;

/// Edits that take one back, and what they change.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct EditBack {
    /// What is to be written, in this order; nothing where nothing of it stands any more.
    pub edits: Vec<RegistryEdit>,
    /// What that changes.
    pub changes: Vec<ValueChange>,
}

/// One thing that becomes as it was: `description: new → old`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ValueChange {
    /// `description`, `tag team`, `name`, `version 3`, `model detector`.
    pub name: String,
    /// What it is now; none where it is not there.
    pub from: Option<String>,
    /// What it becomes.
    pub to: Option<String>,
}

/// What an edit was about, as it stands now.
#[derive(Clone, Debug)]
pub(super) enum Now {
    /// It is not there.
    Gone,
    /// A registered model with so many versions.
    Model(Box<RegisteredModel>, usize),
    /// A version, and whether its model has only this one and nothing else to it.
    Version(Box<ModelVersion>, bool),
}

impl fmt::Display for ValueChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |value: &Option<String>| match value.as_deref() {
            Some("") => "empty".to_owned(),
            Some(text) => beginning(text),
            None => "nothing".to_owned(),
        };
        write!(f, "{}: {} → {}", self.name, word(&self.from), word(&self.to))
    }
}

/// Letters of a value that are repeated where it is told in passing; the log has all of it.
const TOLD: usize = 60;

/// The first line of a text, cut where it is long.
fn beginning(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let mut told: String = line.chars().take(TOLD).collect();
    if told.len() < text.len() {
        told.push('…');
    }
    told
}

/// What takes an edit back without losing anything that came after it.
///
/// # Errors
/// A deletion, which MLflow cannot take back, something that was made and is in use, and what somebody changed since.
pub(super) fn edit_back(entry: &AuditEntry, now: &Now) -> Result<EditBack> {
    match (entry.action.as_str(), now) {
        ("delete_model" | "delete_version", _) => Err(deleted(entry)),
        ("create_model" | "create_version", Now::Gone) => Ok(EditBack::default()),
        ("create_model", Now::Model(model, n_versions)) => creation_of_model(entry, model, *n_versions),
        ("create_version", Now::Version(version, is_alone)) => creation_of_version(entry, version, *is_alone),
        ("rename_model", Now::Model(model, _)) => renaming(entry, &model.name),
        (_, Now::Model(model, _)) => values(entry, model.description.as_deref(), &model.tags),
        (_, Now::Version(version, _)) => values(entry, version.description.as_deref(), &version.tags),
        (_, Now::Gone) => Err(changed_since(entry, "it is no longer there")),
    }
}

fn renaming(entry: &AuditEntry, name: &ModelName) -> Result<EditBack> {
    let (Some(old), Some(new)) = (entry.before.value("name"), entry.after.value("name")) else {
        return Err(changed_since(entry, "the log does not tell its names"));
    };
    if name.as_str() == old {
        return Ok(EditBack::default());
    }
    Ok(EditBack {
        edits: vec![RegistryEdit::Model(name.clone(), ModelEdit::Rename(old.into()))],
        changes: vec![ValueChange {
            name: "name".to_owned(),
            from: Some(new.to_owned()),
            to: Some(old.to_owned()),
        }],
    })
}

fn creation_of_model(entry: &AuditEntry, model: &RegisteredModel, n_versions: usize) -> Result<EditBack> {
    let is_as_made = values_of(model.description.as_deref(), &model.tags) == entry.after.values;
    if n_versions > 0 {
        return Err(in_use(
            entry,
            &format!("it has versions now, {n_versions} of them"),
        ));
    }
    if !is_as_made || !model.aliases.is_empty() {
        return Err(in_use(entry, "it is described or tagged otherwise now"));
    }
    Ok(EditBack {
        edits: vec![RegistryEdit::Model(model.name.clone(), ModelEdit::Delete)],
        changes: vec![gone(format!("model {}", model.name))],
    })
}

fn creation_of_version(entry: &AuditEntry, version: &ModelVersion, is_alone: bool) -> Result<EditBack> {
    let mut made = entry.after.values.clone();
    made.remove("source");
    let has_made_model = made.remove("model").is_some();
    if version.current_stage != Stage::None || !version.aliases.is_empty() {
        return Err(in_use(entry, "a stage or an alias is at it"));
    }
    if values_of(version.description.as_deref(), &version.tags) != made {
        return Err(in_use(entry, "it is described or tagged otherwise now"));
    }
    let (name, number) = (&version.name, &version.version);
    let mut back = EditBack {
        edits: vec![RegistryEdit::Version(
            name.clone(),
            number.clone(),
            VersionEdit::Delete,
        )],
        changes: vec![gone(format!("version {number}"))],
    };
    if has_made_model && is_alone {
        back.edits
            .push(RegistryEdit::Model(name.clone(), ModelEdit::Delete));
        back.changes.push(gone(format!("model {name}")));
    }
    Ok(back)
}

/// Descriptions and tags as they were before.
fn values(entry: &AuditEntry, description: Option<&str>, tags: &[Tag]) -> Result<EditBack> {
    let mut back = EditBack::default();
    let (mut set, mut removed) = (Vec::new(), Vec::new());
    for (name, before) in &entry.before.values {
        let after = entry.after.value(name);
        let key = name.strip_prefix(&tag_name(""));
        let now = match key {
            Some(key) => tag_of(tags, key),
            None => Some(description.unwrap_or_default().to_owned()),
        };
        let is = |other: Option<&str>| match key {
            Some(_) => now.as_deref() == other,
            // A description that was never set and an empty one are the same to every store.
            None => now.as_deref() == Some(other.unwrap_or_default()),
        };
        if is(before.as_deref()) {
            continue;
        }
        if !is(after) {
            return Err(changed_since(entry, &format!("{name} is another one now")));
        }
        match (key, before) {
            (None, text) => {
                let edit = Edit::Describe(text.clone().unwrap_or_default());
                back.edits.push(edit.of(entry));
            }
            (Some(key), Some(value)) => set.push(Tag {
                key: key.into(),
                value: value.clone(),
            }),
            (Some(key), None) => removed.push(key.to_owned()),
        }
        back.changes.push(ValueChange {
            name: name.clone(),
            from: now,
            to: before.clone(),
        });
    }
    if !set.is_empty() {
        back.edits.push(Edit::Tag(set).of(entry));
    }
    if !removed.is_empty() {
        back.edits.push(Edit::Untag(removed).of(entry));
    }
    Ok(back)
}

/// What models and versions have alike.
enum Edit {
    Describe(String),
    Tag(Vec<Tag>),
    Untag(Vec<String>),
}

impl Edit {
    fn of(self, entry: &AuditEntry) -> RegistryEdit {
        let name = entry.model.clone();
        match (&entry.version, self) {
            (None, Self::Describe(text)) => RegistryEdit::Model(name, ModelEdit::Describe(text)),
            (None, Self::Tag(tags)) => RegistryEdit::Model(name, ModelEdit::Tag(tags)),
            (None, Self::Untag(keys)) => RegistryEdit::Model(name, ModelEdit::Untag(keys)),
            (Some(version), edit) => RegistryEdit::Version(
                name,
                version.clone(),
                match edit {
                    Self::Describe(text) => VersionEdit::Describe(text),
                    Self::Tag(tags) => VersionEdit::Tag(tags),
                    Self::Untag(keys) => VersionEdit::Untag(keys),
                },
            ),
        }
    }
}

/// What the changes lead from and to, for the log.
pub(super) fn states(changes: &[ValueChange]) -> (Values, Values) {
    let of = |value: fn(&ValueChange) -> &Option<String>| {
        changes
            .iter()
            .map(|change| (change.name.clone(), value(change).clone()))
            .collect()
    };
    (of(|change| &change.from), of(|change| &change.to))
}

fn gone(name: String) -> ValueChange {
    ValueChange {
        name,
        from: Some("made".to_owned()),
        to: None,
    }
}

fn deleted(entry: &AuditEntry) -> Failure {
    let what = match &entry.version {
        Some(version) => format!("version {version} of {}", entry.model),
        None => format!("registered model {}", entry.model),
    };
    let message = format!("{what} was deleted, which MLflow does for good: that cannot be taken back");
    Failure::new(FailureKind::Refused, message).with_hint(format!(
        "`flowdeck models audit '{}' --json` tells what it was; `models undo --change ID` takes an earlier change back",
        entry.model
    ))
}

fn in_use(entry: &AuditEntry, why: &str) -> Failure {
    let what = match &entry.version {
        Some(version) => format!("version {version} of {}", entry.model),
        None => format!("registered model {}", entry.model),
    };
    let message = format!("{what} cannot be unmade without losing something: {why}");
    Failure::new(FailureKind::Refused, message).with_hint(
        "delete it with `models delete` or `versions delete` if that is meant; \
         `models undo --change ID` takes another change back",
    )
}
