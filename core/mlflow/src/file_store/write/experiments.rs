//! Writes to experiments.

use std::path::{Path, PathBuf};

use flowdeck_domain::port::View;
use flowdeck_domain::search::{Dialect, Search};
use flowdeck_domain::tracking::{Experiment, Lifecycle, Tag};
use flowdeck_domain::{ExperimentId, Failure, FailureKind, Result};

use super::super::experiment_meta::KEYS;
use super::super::experiments::{all, by_id, place_of};
use super::super::failures::{damaged, not_found};
use super::super::layout::{META, Place, Root, TRASH};
use super::super::meta_file::{self, NoMeta};
use super::super::names::is_key;
use super::files::{move_directory, put, random, remove};
use super::meta_edit::{Change, edit};
use super::runs::mark_all;
use super::scalar::spell;
use super::{no_tag, now_millis, refused};
use crate::rules;

/// The experiment that every store has; MLflow deletes it no more since 2.0.
const DEFAULT_ID: &str = "0";

/// Makes an experiment under a new id of 18 digits, as MLflow does since 2.0.
pub(in super::super) fn create(
    root: &Root,
    name: &str,
    artifact_location: Option<&str>,
    tags: &[Tag],
) -> Result<ExperimentId> {
    check_name(name)?;
    let given = artifact_location.filter(|location| !location.is_empty());
    if let Some(location) = given {
        rules::check_artifact_location(location)?;
    }
    for tag in tags {
        rules::check_experiment_tag(tag)?;
    }
    check_name_is_free(root, name)?;
    let id = new_id(root)?;
    let location = match given {
        Some(location) => absolute(location),
        None => default_location(&root.path, &id),
    };
    let now = now_millis();
    let meta = format!(
        "artifact_location: {}\ncreation_time: {now}\nexperiment_id: '{id}'\nlast_update_time: {now}\n\
         lifecycle_stage: active\nname: {}\n",
        spell(&location),
        spell(name),
    );
    let directory = root.at(&id);
    std::fs::create_dir(&directory).map_err(|error| super::super::failures::unwritable(&directory, error))?;
    for tag in tags {
        put(&directory, &format!("tags/{}", tag.key), &tag.value)?;
    }
    // The meta makes the experiment: before it is there, nobody takes the directory for one.
    put(&directory, META, &meta)?;
    Ok(id.into())
}

/// Gives an active experiment a name that no other has.
pub(in super::super) fn rename(root: &Root, id: &ExperimentId, name: &str) -> Result<()> {
    check_name(name)?;
    let experiment = open_active(root, id)?;
    if experiment.known.name != name {
        check_name_is_free(root, name)?;
    }
    experiment.change(
        root,
        &[
            ("name", Change::Text(name)),
            ("last_update_time", Change::Number(now_millis())),
        ],
    )
}

/// Moves an experiment to the trash, its runs marked as deleted.
pub(in super::super) fn delete(root: &Root, id: &ExperimentId) -> Result<()> {
    if id.as_str() == DEFAULT_ID {
        return Err(refused(
            "the default experiment cannot be deleted".to_owned(),
            "delete its runs, or rename it",
        ));
    }
    let experiment = open(root, id)?;
    if experiment.place.in_trash {
        return Err(not_found("experiment that is not deleted already", id.as_str()));
    }
    let now = now_millis();
    check_is_free(root, &format!("{TRASH}/{id}"))?;
    mark_all(root, &experiment.place, Lifecycle::Deleted, now)?;
    experiment.mark(root, Lifecycle::Deleted, now)?;
    move_directory(&root.at(id.as_str()), &root.at(TRASH).join(id.as_str()))
}

/// Takes an experiment out of the trash, its runs marked as active.
pub(in super::super) fn restore(root: &Root, id: &ExperimentId) -> Result<()> {
    let mut experiment = open(root, id)?;
    if !experiment.place.in_trash {
        return Err(not_found("deleted experiment", id.as_str()));
    }
    let now = now_millis();
    move_directory(&root.at(TRASH).join(id.as_str()), &root.at(id.as_str()))?;
    experiment.place.in_trash = false;
    mark_all(root, &experiment.place, Lifecycle::Active, now)?;
    experiment.mark(root, Lifecycle::Active, now)
}

/// Sets a tag of an active experiment.
pub(in super::super) fn set_tag(root: &Root, id: &ExperimentId, tag: &Tag) -> Result<()> {
    rules::check_experiment_tag(tag)?;
    let experiment = open_active(root, id)?;
    put(
        &experiment.directory(root),
        &format!("tags/{}", tag.key),
        &tag.value,
    )
}

/// Removes a tag of an active experiment that is there.
pub(in super::super) fn delete_tag(root: &Root, id: &ExperimentId, key: &str) -> Result<()> {
    let experiment = open_active(root, id)?;
    if !is_key(key) || !remove(&experiment.directory(root), &format!("tags/{key}"))? {
        return Err(no_tag(key, &format!("experiment {id}")));
    }
    Ok(())
}

/// An experiment about to be changed.
struct OpenExperiment {
    place: Place,
    known: Experiment,
    meta: String,
}

impl OpenExperiment {
    fn directory(&self, root: &Root) -> PathBuf {
        root.at(&self.place.below_root())
    }

    fn change(&self, root: &Root, changes: &[(&'static str, Change<'_>)]) -> Result<()> {
        let directory = self.directory(root);
        let edited =
            edit(&self.meta, KEYS, changes).map_err(|reason| damaged(&directory.join(META), &reason))?;
        put(&directory, META, &edited)
    }

    fn mark(&self, root: &Root, lifecycle: Lifecycle, now_millis: i64) -> Result<()> {
        self.change(
            root,
            &[
                ("lifecycle_stage", Change::Text(lifecycle.word())),
                ("last_update_time", Change::Number(now_millis)),
            ],
        )
    }
}

fn open(root: &Root, id: &ExperimentId) -> Result<OpenExperiment> {
    let known = by_id(root, id)?;
    let directory = root.open()?;
    let place = place_of(root, &directory, id)?;
    let below = format!("{}/{META}", place.below_root());
    let (_, meta) = meta_file::read(&directory, &below, root.now_ns()).map_err(|reason| match reason {
        NoMeta::Missing => not_found("experiment", id.as_str()),
        NoMeta::Unreadable(reason) => damaged(&root.at(&below), &reason),
    })?;
    Ok(OpenExperiment { place, known, meta })
}

fn open_active(root: &Root, id: &ExperimentId) -> Result<OpenExperiment> {
    let experiment = open(root, id)?;
    match experiment.known.lifecycle {
        Lifecycle::Active => Ok(experiment),
        Lifecycle::Deleted => Err(refused(
            format!("experiment {id} is deleted and cannot be changed"),
            "restore it first",
        )),
    }
}

/// Checks a name. MLflow's file store looks a name up with the filter `name = '…'`, so it refuses, and could not
/// find, one that breaks out of the quotes.
fn check_name(name: &str) -> Result<()> {
    rules::check_experiment_name(name)?;
    let filter = format!("name = '{name}'");
    let found = Search::<Experiment>::parse(&filter, &[], Dialect::File)
        .and_then(|search| search.select(vec![named(name)]));
    if found.is_ok() {
        return Ok(());
    }
    Err(refused(
        format!("experiment name `{name}` holds a quote that MLflow's file store cannot look up"),
        "leave out the single quotes",
    ))
}

/// An experiment of which only the name counts.
fn named(name: &str) -> Experiment {
    Experiment {
        id: ExperimentId::from(DEFAULT_ID),
        name: name.to_owned(),
        artifact_location: String::new(),
        lifecycle: Lifecycle::Active,
        creation_time: None,
        last_update_time: None,
        tags: Vec::new(),
    }
}

fn check_name_is_free(root: &Root, name: &str) -> Result<()> {
    let (experiments, _) = all(root, View::All)?;
    match experiments.iter().find(|experiment| experiment.name == name) {
        None => Ok(()),
        Some(taken) if taken.lifecycle == Lifecycle::Deleted => Err(refused(
            format!(
                "experiment name `{name}` belongs to the deleted experiment {}",
                taken.id
            ),
            "choose another name, or restore that experiment",
        )),
        Some(taken) => Err(refused(
            format!("experiment name `{name}` belongs to experiment {}", taken.id),
            "choose another name",
        )),
    }
}

fn check_is_free(root: &Root, below: &str) -> Result<()> {
    if std::fs::symlink_metadata(root.at(below)).is_err() {
        return Ok(());
    }
    Err(Failure::new(
        FailureKind::Refused,
        format!(
            "cannot move an experiment to {}: something is there already",
            root.at(below).display()
        ),
    )
    .with_hint("move it out of the way"))
}

/// An id of 18 digits that no experiment has.
fn new_id(root: &Root) -> Result<String> {
    let directory = root.open()?;
    for _ in 0..16 {
        let id = (100_000_000_000_000_000 + random() % 900_000_000_000_000_000).to_string();
        if root.place(&directory, &id).is_none() {
            return Ok(id);
        }
    }
    Err(Failure::new(
        FailureKind::System,
        "no free id was found for a new experiment",
    ))
}

/// Where artifacts go by default: the experiment's own directory, as a `file:` URI.
fn default_location(root: &Path, id: &str) -> String {
    let directory = root.join(id);
    url::Url::from_file_path(&directory)
        .map_or_else(|()| directory.display().to_string(), |url| url.to_string())
}

/// A relative path made absolute, as MLflow does; anything else as it is.
fn absolute(location: &str) -> String {
    let has_scheme = location
        .split_once(':')
        .is_some_and(|(scheme, _)| scheme.len() > 1 && !scheme.contains('/'));
    if has_scheme || Path::new(location).is_absolute() {
        return location.to_owned();
    }
    std::path::absolute(location).map_or_else(|_| location.to_owned(), |path| path.display().to_string())
}
