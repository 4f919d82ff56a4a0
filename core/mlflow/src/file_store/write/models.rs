//! Writes to registered models.
//!
//! A model is made and renamed beside its place and moved there whole: MLflow's own rename of a file store loses tags and
//! aliases, and stops half-way at a version with tags.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use flowdeck_domain::tracking::Tag;
use flowdeck_domain::{ModelName, Result};

use super::super::failures::{damaged, not_found, unreadable, unwritable};
use super::super::layout::{META, Root};
use super::super::meta_file::{self, NoMeta};
use super::super::model_version;
use super::super::names::{is_entry, is_key};
use super::super::registry::{KEYS, MODELS, parse};
use super::files::{put, random, remove};
use super::meta_edit::{Change, edit};
use super::scalar::spell;
use super::{now_millis, refused};
use crate::rules;

/// Makes a registered model without versions.
pub(in super::super) fn create(
    root: &Root,
    name: &ModelName,
    description: Option<&str>,
    tags: &[Tag],
) -> Result<()> {
    check_new_name(name)?;
    for tag in tags {
        rules::check_registry_tag(tag)?;
    }
    let now = now_millis();
    let meta = format!(
        "aliases: {{}}\ncreation_timestamp: {now}\ndescription: {}\nlast_updated_timestamp: {now}\nname: {}\n",
        description.map_or_else(|| "null".to_owned(), spell),
        spell(name.as_str()),
    );
    let draft = Draft::new(root)?;
    for tag in tags {
        put(&draft.path, &format!("tags/{}", tag.key), &tag.value)?;
    }
    put(&draft.path, META, &meta)?;
    draft.move_to(&root.at(MODELS).join(name.as_str()), || taken(name))
}

/// Gives a registered model another name.
pub(in super::super) fn rename(root: &Root, name: &ModelName, new_name: &ModelName) -> Result<()> {
    check_new_name(new_name)?;
    let model = OpenModel::open(root, name)?;
    let target = root.at(MODELS).join(new_name.as_str());
    if fs::symlink_metadata(&target).is_ok() {
        return Err(taken(new_name));
    }
    let now = now_millis();
    let changes = [
        ("name", Change::Text(new_name.as_str())),
        ("last_updated_timestamp", Change::Number(now)),
    ];
    let draft = Draft::new(root)?;
    copy_below(&model.directory, &draft.path)?;
    change_meta(&draft.path, KEYS, &changes)?;
    for entry in list(&draft.path)? {
        let is_version = entry.file_name().to_string_lossy().starts_with("version-");
        if is_version && entry.path().join(META).is_file() {
            change_meta(&entry.path(), model_version::KEYS, &changes)?;
        }
    }
    draft.move_to(&target, || taken(new_name))?;
    model.discard(root)
}

/// Sets the description.
pub(in super::super) fn describe(root: &Root, name: &ModelName, description: &str) -> Result<()> {
    OpenModel::open(root, name)?.change(&[
        ("description", Change::Text(description)),
        ("last_updated_timestamp", Change::Number(now_millis())),
    ])
}

/// Sets a tag.
pub(in super::super) fn set_tag(root: &Root, name: &ModelName, tag: &Tag) -> Result<()> {
    rules::check_registry_tag(tag)?;
    let model = OpenModel::open(root, name)?;
    put(&model.directory, &format!("tags/{}", tag.key), &tag.value)?;
    model.touch(now_millis())
}

/// Removes a tag, if it is there.
pub(in super::super) fn delete_tag(root: &Root, name: &ModelName, key: &str) -> Result<()> {
    rules::check_tag_key(key)?;
    let model = OpenModel::open(root, name)?;
    if is_key(key) && remove(&model.directory, &format!("tags/{key}"))? {
        model.touch(now_millis())?;
    }
    Ok(())
}

/// Deletes a registered model with all its versions.
pub(in super::super) fn delete(root: &Root, name: &ModelName) -> Result<()> {
    OpenModel::open(root, name)?.discard(root)
}

/// Removes an alias, if it is there.
pub(in super::super) fn delete_alias(root: &Root, name: &ModelName, alias: &str) -> Result<()> {
    rules::check_alias(alias)?;
    let model = OpenModel::open(root, name)?;
    if remove(&model.directory, &format!("aliases/{alias}"))? {
        model.touch(now_millis())?;
    }
    Ok(())
}

/// A registered model about to be changed.
pub(super) struct OpenModel {
    pub(super) directory: PathBuf,
    meta: String,
}

impl OpenModel {
    pub(super) fn open(root: &Root, name: &ModelName) -> Result<Self> {
        let missing = || not_found("registered model", name.as_str());
        if !is_entry(name.as_str()) {
            return Err(missing());
        }
        let below = format!("{MODELS}/{name}");
        let directory = root.at(&below);
        let wrong = |reason: String| damaged(&directory.join(META), &reason);
        let read = meta_file::read(&root.open()?, &format!("{below}/{META}"), root.now_ns());
        let (_, meta) = read.map_err(|reason| match reason {
            NoMeta::Missing => missing(),
            NoMeta::Unreadable(reason) => wrong(reason),
        })?;
        parse(&meta, name.as_str()).map_err(wrong)?;
        Ok(Self { directory, meta })
    }

    fn change(&self, changes: &[(&'static str, Change<'_>)]) -> Result<()> {
        let edited =
            edit(&self.meta, KEYS, changes).map_err(|reason| damaged(&self.directory.join(META), &reason))?;
        put(&self.directory, META, &edited)
    }

    /// Says that it changed.
    pub(super) fn touch(&self, now_millis: i64) -> Result<()> {
        self.change(&[("last_updated_timestamp", Change::Number(now_millis))])
    }

    /// Takes it out of the registry in one step, then removes it.
    fn discard(&self, root: &Root) -> Result<()> {
        let draft = Draft::new(root)?;
        let aside = draft.path.join("discarded");
        fs::rename(&self.directory, &aside).map_err(|error| unwritable(&self.directory, error))
    }
}

/// A directory in the store that readers pass over, for what is not finished; removed with all that is left in it.
pub(super) struct Draft {
    pub(super) path: PathBuf,
}

impl Draft {
    pub(super) fn new(root: &Root) -> Result<Self> {
        let path = root.at(&format!(".flowdeck-{:016x}.tmp", random()));
        fs::create_dir(&path).map_err(|error| unwritable(&path, error))?;
        Ok(Self { path })
    }

    /// Moves it to where there is nothing yet.
    pub(super) fn move_to(
        self,
        target: &Path,
        taken: impl FnOnce() -> flowdeck_domain::Failure,
    ) -> Result<()> {
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(|error| unwritable(parent, error))?;
        }
        if fs::symlink_metadata(target).is_ok() {
            return Err(taken());
        }
        match fs::rename(&self.path, target) {
            Ok(()) => Ok(()),
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists
                ) =>
            {
                Err(taken())
            }
            Err(error) => Err(unwritable(target, error)),
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // What cannot be removed lies hidden in the store and is passed over.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Checks the name of a new model: it is one entry of a directory too.
fn check_new_name(name: &ModelName) -> Result<()> {
    rules::check_model_name(name)?;
    if is_entry(name.as_str()) {
        return Ok(());
    }
    Err(refused(
        format!("model name `{name}` is no name for a directory"),
        "choose another one",
    ))
}

fn taken(name: &ModelName) -> flowdeck_domain::Failure {
    refused(
        format!("there is a registered model `{name}` already"),
        "choose another name",
    )
}

/// Changes the `meta.yaml` of a directory.
fn change_meta(
    directory: &Path,
    known: &'static [&'static str],
    changes: &[(&'static str, Change<'_>)],
) -> Result<()> {
    let path = directory.join(META);
    let meta = fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
    let edited = edit(&meta, known, changes).map_err(|reason| damaged(&path, &reason))?;
    put(directory, META, &edited)
}

fn list(directory: &Path) -> Result<Vec<fs::DirEntry>> {
    let entries = fs::read_dir(directory).and_then(Iterator::collect);
    entries.map_err(|error| unreadable(directory, error))
}

/// Copies what lies in a directory; symbolic links are left out, as readers do.
fn copy_below(from: &Path, to: &Path) -> Result<()> {
    for entry in list(from)? {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().map_err(|error| unreadable(&path, error))?;
        if kind.is_dir() {
            fs::create_dir(&target).map_err(|error| unwritable(&target, error))?;
            copy_below(&path, &target)?;
        } else if kind.is_file() {
            fs::copy(&path, &target).map_err(|error| unreadable(&path, error))?;
        }
    }
    Ok(())
}
