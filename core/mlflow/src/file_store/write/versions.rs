//! Writes to versions of registered models.

use std::path::PathBuf;

use flowdeck_domain::registry::{MODEL_VERSIONS_TAG, ModelVersion, NewVersion, Stage};
use flowdeck_domain::tracking::Tag;
use flowdeck_domain::{Failure, FailureKind, ModelName, Result, VersionNumber};

use super::super::failures::{damaged, not_found, unreadable};
use super::super::fs::Kind;
use super::super::layout::{META, Root};
use super::super::logged_models;
use super::super::meta_file::{self, NoMeta};
use super::super::model_version::{DELETED, KEYS, parse};
use super::super::names::is_key;
use super::super::registry::{self, MODELS};
use super::files::{put, remove};
use super::meta_edit::{Change, edit};
use super::models::{Draft, OpenModel};
use super::now_millis;
use super::scalar::spell;
use crate::local::{Source, with_version};
use crate::rules;

/// How often the next number is counted anew because another writer took it.
const ATTEMPTS: usize = 3;

/// Registers a version under the next number.
pub(in super::super) fn create(root: &Root, version: &NewVersion) -> Result<VersionNumber> {
    for tag in &version.tags {
        rules::check_registry_tag(tag)?;
    }
    let name = &version.name;
    let model = OpenModel::open(root, name)?;
    let from = From::of(root, version)?;
    let mut attempts = 0;
    let number = loop {
        attempts += 1;
        let number = next_number(root, name)?;
        let now = now_millis();
        let draft = Draft::new(root)?;
        for tag in &version.tags {
            put(&draft.path, &format!("tags/{}", tag.key), &tag.value)?;
        }
        put(&draft.path, META, &meta_of(version, &from, number, now))?;
        let target = model.directory.join(format!("version-{number}"));
        match draft.move_to(&target, || being_registered(name)) {
            Ok(()) => {
                model.touch(now)?;
                break number;
            }
            Err(failure) if failure.kind() == FailureKind::Busy && attempts < ATTEMPTS => {}
            Err(failure) => return Err(failure),
        }
    };
    if let Some(id) = &version.model_id {
        let logged = logged_models::by_id(root, id)?;
        let before = logged
            .tags
            .iter()
            .find(|tag| tag.key.as_str() == MODEL_VERSIONS_TAG);
        let value = with_version(before.map(|tag| tag.value.as_str()), name, number);
        let directory = root
            .at(logged.experiment_id.as_str())
            .join("models")
            .join(id.as_str());
        put(&directory, &format!("tags/{MODEL_VERSIONS_TAG}"), &value)?;
    }
    Ok(number.to_string().into())
}

/// Sets the description.
pub(in super::super) fn describe(
    root: &Root,
    name: &ModelName,
    version: &VersionNumber,
    description: &str,
) -> Result<()> {
    OpenVersion::open(root, name, version)?.change(&[
        ("description", Change::Text(description)),
        ("last_updated_timestamp", Change::Number(now_millis())),
    ])
}

/// Sets a tag.
pub(in super::super) fn set_tag(
    root: &Root,
    name: &ModelName,
    version: &VersionNumber,
    tag: &Tag,
) -> Result<()> {
    rules::check_registry_tag(tag)?;
    let version = OpenVersion::open(root, name, version)?;
    put(&version.directory, &format!("tags/{}", tag.key), &tag.value)?;
    version.model.touch(now_millis())
}

/// Removes a tag, if it is there.
pub(in super::super) fn delete_tag(
    root: &Root,
    name: &ModelName,
    version: &VersionNumber,
    key: &str,
) -> Result<()> {
    rules::check_tag_key(key)?;
    let version = OpenVersion::open(root, name, version)?;
    if is_key(key) && remove(&version.directory, &format!("tags/{key}"))? {
        version.model.touch(now_millis())?;
    }
    Ok(())
}

/// Marks a version as deleted and removes the aliases that point at it; its directory keeps the number.
pub(in super::super) fn delete(root: &Root, name: &ModelName, version: &VersionNumber) -> Result<()> {
    let version = OpenVersion::open(root, name, version)?;
    let now = now_millis();
    // An alias of a deleted version would be a dead end for readers, so they go first.
    for alias in registry::model(root, name)?.aliases {
        if alias.version == version.number {
            remove(&version.model.directory, &format!("aliases/{}", alias.alias))?;
        }
    }
    version.change(&[
        ("current_stage", Change::Text(DELETED)),
        ("last_updated_timestamp", Change::Number(now)),
    ])?;
    version.model.touch(now)
}

/// Moves a version to a stage, then archives the others that hold it: in between two hold it, never none.
pub(in super::super) fn transition(
    root: &Root,
    name: &ModelName,
    version: &VersionNumber,
    stage: &Stage,
    archive_existing: bool,
) -> Result<()> {
    rules::check_stage(stage, archive_existing)?;
    let version = OpenVersion::open(root, name, version)?;
    let now = now_millis();
    version.move_to(stage, now)?;
    if archive_existing {
        for other in registry::live_versions(root, name)? {
            if other.version != version.number && other.current_stage == *stage {
                OpenVersion::open(root, name, &other.version)?.move_to(&Stage::Archived, now)?;
            }
        }
    }
    version.model.touch(now)
}

/// Points an alias at a version.
pub(in super::super) fn set_alias(
    root: &Root,
    name: &ModelName,
    alias: &str,
    version: &VersionNumber,
) -> Result<()> {
    rules::check_new_alias(alias)?;
    let version = OpenVersion::open(root, name, version)?;
    let below = format!("aliases/{alias}");
    put(&version.model.directory, &below, version.number.as_str())?;
    version.model.touch(now_millis())
}

/// A version about to be changed.
struct OpenVersion {
    model: OpenModel,
    number: VersionNumber,
    directory: PathBuf,
    meta: String,
}

impl OpenVersion {
    fn open(root: &Root, name: &ModelName, version: &VersionNumber) -> Result<Self> {
        let model = OpenModel::open(root, name)?;
        let missing = || not_found(&format!("version {version} of model"), name.as_str());
        let number: u64 = version.as_str().parse().map_err(|_| missing())?;
        let folder = format!("version-{number}");
        let below = format!("{MODELS}/{name}/{folder}/{META}");
        let wrong = |reason: String| damaged(&root.at(&below), &reason);
        let read = meta_file::read(&root.open()?, &below, root.now_ns());
        let (_, meta) = read.map_err(|reason| match reason {
            NoMeta::Missing => missing(),
            NoMeta::Unreadable(reason) => wrong(reason),
        })?;
        let known = registry::model_without_versions(name);
        let parsed = parse(&meta, &known, &folder).map_err(wrong)?;
        let parsed: ModelVersion = parsed.ok_or_else(missing)?;
        Ok(Self {
            directory: model.directory.join(&folder),
            model,
            number: parsed.version,
            meta,
        })
    }

    fn change(&self, changes: &[(&'static str, Change<'_>)]) -> Result<()> {
        let edited =
            edit(&self.meta, KEYS, changes).map_err(|reason| damaged(&self.directory.join(META), &reason))?;
        put(&self.directory, META, &edited)
    }

    fn move_to(&self, stage: &Stage, now_millis: i64) -> Result<()> {
        self.change(&[
            ("current_stage", Change::Text(stage.word())),
            ("last_updated_timestamp", Change::Number(now_millis)),
        ])
    }
}

/// Where the files of a new version lie, and the run that made it.
struct From {
    storage_location: String,
    run_id: Option<String>,
}

impl From {
    /// A logged model and another version tell it themselves.
    fn of(root: &Root, version: &NewVersion) -> Result<Self> {
        let mut run_id = version.run_id.clone();
        let storage_location = match Source::read(&version.source) {
            Source::Place => version.source.clone(),
            Source::LoggedModel(id) => {
                let logged = logged_models::by_id(root, &id)?;
                run_id = run_id.or(logged.source_run_id);
                logged.artifact_uri
            }
            Source::Version(name, number) => {
                let other = registry::version(root, &name, &number)?;
                other.storage_location.or(other.source).unwrap_or_default()
            }
        };
        if let (None, Some(id)) = (&run_id, &version.model_id) {
            run_id = logged_models::by_id(root, id)?.source_run_id;
        }
        Ok(Self {
            storage_location,
            run_id: run_id.map(|id| id.to_string()),
        })
    }
}

fn meta_of(version: &NewVersion, from: &From, number: i64, now: i64) -> String {
    let text = |text: Option<&str>| text.map_or_else(|| "null".to_owned(), spell);
    let model_id = version
        .model_id
        .as_ref()
        .map(|id| format!("model_id: {}\n", spell(id.as_str())))
        .unwrap_or_default();
    format!(
        "creation_timestamp: {now}\ncurrent_stage: None\ndescription: {}\nlast_updated_timestamp: {now}\n{model_id}\
         name: {}\nrun_id: {}\nrun_link: {}\nsource: {}\nstatus: READY\nstatus_message: null\n\
         storage_location: {}\nuser_id: null\nversion: {number}\n",
        text(version.description.as_deref()),
        spell(version.name.as_str()),
        text(from.run_id.as_deref()),
        text(version.run_link.as_deref()),
        spell(&version.source),
        spell(&from.storage_location),
    )
}

/// One more than any version had, deleted ones too.
fn next_number(root: &Root, name: &ModelName) -> Result<i64> {
    let below = format!("{MODELS}/{name}");
    let entries = root.open()?.dir(&below).and_then(|directory| directory.entries());
    let entries = entries.map_err(|error| unreadable(&root.at(&below), error))?;
    let greatest = entries
        .iter()
        .filter(|entry| entry.kind == Kind::Directory)
        .filter_map(|entry| entry.name.strip_prefix("version-")?.parse::<i64>().ok())
        .max();
    Ok(greatest.unwrap_or(0) + 1)
}

fn being_registered(name: &ModelName) -> Failure {
    Failure::new(
        FailureKind::Busy,
        format!("another program is registering versions of `{name}`"),
    )
    .with_hint("try again when it has finished")
}
