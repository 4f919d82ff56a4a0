use std::collections::BTreeMap;

use flowdeck_domain::registry::{ModelVersion, NewVersion, RegisteredModel};
use flowdeck_domain::tracking::Tag;
use flowdeck_domain::{Failure, FailureKind, ModelName, Result, VersionNumber};

use super::apply::now;
use super::record::{Intent, Record, State};
use crate::session::Session;
use crate::version_reference::VersionReference;

/// A change to the registry other than of a stage or an alias: one write, on record before and after.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum RegistryEdit {
    /// A new registered model.
    CreateModel {
        /// Its name.
        name: ModelName,
        /// What it is for, in Markdown.
        description: Option<String>,
        /// Its tags.
        tags: Vec<Tag>,
    },
    /// Something about a registered model.
    Model(ModelName, ModelEdit),
    /// A new version; of a model that is not there yet, the model too where that is wanted.
    Register(NewVersion, bool),
    /// Something about a version.
    Version(ModelName, VersionNumber, VersionEdit),
}

/// A change to a registered model.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ModelEdit {
    /// Another name.
    Rename(ModelName),
    /// Another description, in Markdown.
    Describe(String),
    /// Tags set.
    Tag(Vec<Tag>),
    /// Tags removed, by their keys.
    Untag(Vec<String>),
    /// Deleted with all its versions, for good.
    Delete,
}

/// A change to a version.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum VersionEdit {
    /// Another description, in Markdown.
    Describe(String),
    /// Tags set.
    Tag(Vec<Tag>),
    /// Tags removed, by their keys.
    Untag(Vec<String>),
    /// Deleted for good, with the aliases that point at it.
    Delete,
}

/// What stands in the log of an edit.
struct Told {
    action: &'static str,
    model: ModelName,
    /// `description`, `tag team`, `version 3`.
    target: String,
    version: Option<VersionNumber>,
    before: Values,
    after: Values,
}

/// What a description, a tag or a name is, by its name in the log; none where it is not there.
pub(super) type Values = BTreeMap<String, Option<String>>;

impl Session {
    /// Makes a change to the registry, on record before and after; answers with the version that was registered.
    ///
    /// # Errors
    /// A read-only context, a model or version that is not there, a prompt where a model is meant, a tag to be removed that
    /// is not there, an audit log that cannot be written, and whatever the registry refuses.
    pub async fn edit_registry(&self, edit: &RegistryEdit) -> Result<Option<ModelVersion>> {
        self.policy().confirmation()?;
        let log = self.audit_log()?;
        let told = self.told(edit).await?;
        let intent = Intent {
            version: told.version.map(|version| version.to_string()),
            before: State::of_values(told.before),
            after: State::of_values(told.after),
            ..self.intent_to(told.action, &told.model, &told.target)
        };
        let (id, time) = (intent.id.clone(), intent.time);
        log.append(&Record::Intent(Box::new(intent)))?;
        log.append(&Record::StepBegun {
            id: id.clone(),
            time,
            step: 0,
        })?;
        let written = self.write(edit).await;
        let time = now();
        match &written {
            Ok(made) => log.append(&Record::Done {
                id,
                time,
                made: made.as_ref().map(|made| made.version.to_string()),
            })?,
            Err(failure) => log.append(&Record::Failed {
                id,
                time,
                message: failure.message().to_owned(),
                changed: may_have_changed(edit, failure),
            })?,
        }
        written
    }

    /// What stands there now and what shall, for the log; what is not there is refused here.
    async fn told(&self, edit: &RegistryEdit) -> Result<Told> {
        Ok(match edit {
            RegistryEdit::CreateModel {
                name,
                description,
                tags,
            } => Told::of_new("create_model", name, description.as_deref(), tags, &[]),
            RegistryEdit::Register(new, makes_model) => {
                let mut more = vec![("source", new.source.as_str())];
                if *makes_model && !self.has_model(&new.name).await? {
                    more.push(("model", "made"));
                }
                let description = new.description.as_deref();
                Told::of_new("create_version", &new.name, description, &new.tags, &more)
            }
            RegistryEdit::Model(name, edit) => {
                let model = self.registered_model(name).await?;
                match edit {
                    ModelEdit::Rename(new_name) => Told {
                        before: one("name", Some(name.to_string())),
                        after: one("name", Some(new_name.to_string())),
                        ..Told::about("rename_model", name, None, "name")
                    },
                    ModelEdit::Describe(text) => Told {
                        before: one("description", model.description.clone()),
                        after: one("description", Some(text.clone())),
                        ..Told::about("describe_model", name, None, "description")
                    },
                    ModelEdit::Tag(tags) => Told::of_tags("tag_model", name, None, &model.tags, tags),
                    ModelEdit::Untag(keys) => {
                        let owner = name.to_string();
                        Told::of_untagging("untag_model", name, None, &model.tags, keys, &owner)?
                    }
                    ModelEdit::Delete => {
                        let n_versions = self.versions_of(name).await?.len();
                        Told::of_deleted_model(&model, n_versions)
                    }
                }
            }
            RegistryEdit::Version(name, number, edit) => {
                let reference = VersionReference::Number(name.clone(), number.clone());
                let version = self.version(&reference).await?;
                match edit {
                    VersionEdit::Describe(text) => Told {
                        before: one("description", version.description.clone()),
                        after: one("description", Some(text.clone())),
                        ..Told::about("describe_version", name, Some(number), "description")
                    },
                    VersionEdit::Tag(tags) => {
                        Told::of_tags("tag_version", name, Some(number), &version.tags, tags)
                    }
                    VersionEdit::Untag(keys) => {
                        let owner = format!("{name} {number}");
                        let action = "untag_version";
                        Told::of_untagging(action, name, Some(number), &version.tags, keys, &owner)?
                    }
                    VersionEdit::Delete => Told::of_deleted_version(&version),
                }
            }
        })
    }

    async fn has_model(&self, name: &ModelName) -> Result<bool> {
        match self.registered_model(name).await {
            Ok(_) => Ok(true),
            Err(failure) if failure.kind() == FailureKind::NotFound => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    pub(super) async fn write(&self, edit: &RegistryEdit) -> Result<Option<ModelVersion>> {
        let writer = &*self.registry_writer;
        match edit {
            RegistryEdit::CreateModel {
                name,
                description,
                tags,
            } => writer.create_model(name, description.as_deref(), tags).await?,
            RegistryEdit::Register(new, create_model) => {
                return self.register(new.clone(), *create_model).await.map(Some);
            }
            RegistryEdit::Model(name, edit) => match edit {
                ModelEdit::Rename(new_name) => writer.rename_model(name, new_name).await?,
                ModelEdit::Describe(text) => writer.describe_model(name, text).await?,
                ModelEdit::Tag(tags) => {
                    for tag in tags {
                        writer.set_model_tag(name, tag).await?;
                    }
                }
                ModelEdit::Untag(keys) => {
                    for key in keys {
                        writer.delete_model_tag(name, key).await?;
                    }
                }
                ModelEdit::Delete => writer.delete_model(name).await?,
            },
            RegistryEdit::Version(name, number, edit) => match edit {
                VersionEdit::Describe(text) => writer.describe_version(name, number, text).await?,
                VersionEdit::Tag(tags) => {
                    for tag in tags {
                        writer.set_version_tag(name, number, tag).await?;
                    }
                }
                VersionEdit::Untag(keys) => {
                    for key in keys {
                        writer.delete_version_tag(name, number, key).await?;
                    }
                }
                VersionEdit::Delete => writer.delete_version(name, number).await?,
            },
        }
        Ok(None)
    }
}

impl Told {
    fn about(action: &'static str, model: &ModelName, version: Option<&VersionNumber>, what: &str) -> Self {
        Self {
            action,
            model: model.clone(),
            target: what.to_owned(),
            version: version.cloned(),
            before: Values::new(),
            after: Values::new(),
        }
    }

    fn of_new(
        action: &'static str,
        name: &ModelName,
        description: Option<&str>,
        tags: &[Tag],
        more: &[(&str, &str)],
    ) -> Self {
        let mut after = values_of(description, tags);
        after.extend(
            more.iter()
                .map(|(key, value)| ((*key).to_owned(), Some((*value).to_owned()))),
        );
        let what = match action {
            "create_version" => "version",
            _ => "model",
        };
        Self {
            after,
            ..Self::about(action, name, None, what)
        }
    }

    fn of_tags(
        action: &'static str,
        name: &ModelName,
        version: Option<&VersionNumber>,
        had: &[Tag],
        tags: &[Tag],
    ) -> Self {
        let keys: Vec<_> = tags.iter().map(|tag| tag.key.as_str()).collect();
        let after = tags
            .iter()
            .map(|tag| (tag_name(tag.key.as_str()), Some(tag.value.clone())));
        Self {
            before: keys.iter().map(|key| (tag_name(key), tag_of(had, key))).collect(),
            after: after.collect(),
            ..Self::about(action, name, version, &format!("tag {}", keys.join(", ")))
        }
    }

    fn of_untagging(
        action: &'static str,
        name: &ModelName,
        version: Option<&VersionNumber>,
        had: &[Tag],
        keys: &[String],
        owner: &str,
    ) -> Result<Self> {
        if let Some(missing) = keys.iter().find(|key| tag_of(had, key).is_none()) {
            let message = format!("{owner} has no tag `{missing}`");
            return Err(Failure::new(FailureKind::NotFound, message).with_hint("see its tags with `get`"));
        }
        Ok(Self {
            before: keys.iter().map(|key| (tag_name(key), tag_of(had, key))).collect(),
            after: keys.iter().map(|key| (tag_name(key), None)).collect(),
            ..Self::about(action, name, version, &format!("tag {}", keys.join(", ")))
        })
    }

    fn of_deleted_model(model: &RegisteredModel, n_versions: usize) -> Self {
        let mut before = values_of(model.description.as_deref(), &model.tags);
        before.insert("versions".to_owned(), Some(n_versions.to_string()));
        for alias in &model.aliases {
            before.insert(format!("alias {}", alias.alias), Some(alias.version.to_string()));
        }
        Self {
            before,
            ..Self::about("delete_model", &model.name, None, "model")
        }
    }

    fn of_deleted_version(version: &ModelVersion) -> Self {
        let mut before = values_of(version.description.as_deref(), &version.tags);
        before.insert("stage".to_owned(), Some(version.current_stage.word().to_owned()));
        before.insert("source".to_owned(), version.source.clone());
        before.insert(
            "run_id".to_owned(),
            version.run_id.as_ref().map(ToString::to_string),
        );
        if !version.aliases.is_empty() {
            before.insert("aliases".to_owned(), Some(version.aliases.join(", ")));
        }
        Self {
            before,
            ..Self::about("delete_version", &version.name, Some(&version.version), "version")
        }
    }
}

/// Whether a write that failed may stand all the same: several were meant, or nobody knows how it ended.
fn may_have_changed(edit: &RegistryEdit, failure: &Failure) -> bool {
    let is_several = match edit {
        RegistryEdit::Register(_, creates) => *creates,
        RegistryEdit::Model(_, ModelEdit::Tag(tags))
        | RegistryEdit::Version(_, _, VersionEdit::Tag(tags)) => tags.len() > 1,
        RegistryEdit::Model(_, ModelEdit::Untag(keys))
        | RegistryEdit::Version(_, _, VersionEdit::Untag(keys)) => keys.len() > 1,
        _ => false,
    };
    is_several || failure.kind() == FailureKind::Unreachable
}

fn one(key: &str, value: Option<String>) -> Values {
    Values::from([(key.to_owned(), value)])
}

pub(super) fn values_of(description: Option<&str>, tags: &[Tag]) -> Values {
    let mut values = Values::new();
    if let Some(text) = description.filter(|text| !text.is_empty()) {
        values.insert("description".to_owned(), Some(text.to_owned()));
    }
    values.extend(
        tags.iter()
            .map(|tag| (tag_name(tag.key.as_str()), Some(tag.value.clone()))),
    );
    values
}

pub(super) fn tag_name(key: &str) -> String {
    format!("tag {key}")
}

pub(super) fn tag_of(tags: &[Tag], key: &str) -> Option<String> {
    let found = tags.iter().find(|tag| tag.key.as_str() == key)?;
    Some(found.value.clone())
}
