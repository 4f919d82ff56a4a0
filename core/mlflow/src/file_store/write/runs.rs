//! Writes to runs.

use flowdeck_domain::tracking::{Lifecycle, RUN_NAME_TAG, RunInfo, Tag};
use flowdeck_domain::{ExperimentId, Result, RunId};

use super::super::failures::damaged;
use super::super::folders::Interner;
use super::super::layout::{META, Place, Root};
use super::super::meta_file;
use super::super::names::is_key;
use super::super::run_lookup::{self, Found, no_run};
use super::super::run_meta;
use super::files::{put, remove};
use super::meta_edit::{Change, edit};
use super::{no_tag, now_millis, refused};
use crate::rules;

/// Gives a run another name, in its meta and in its tag.
pub(in super::super) fn rename(root: &Root, id: &RunId, name: &str) -> Result<()> {
    rules::check_run_name(name)?;
    let run = open_active(root, id)?;
    put(&run.directory, &format!("tags/{RUN_NAME_TAG}"), name)?;
    run.change(&[("run_name", Change::Text(name))])
}

/// Sets a tag; the one that repeats the name sets the name too.
pub(in super::super) fn set_tag(root: &Root, id: &RunId, tag: &Tag) -> Result<()> {
    rules::check_run_tag(tag)?;
    let run = open_active(root, id)?;
    put(&run.directory, &format!("tags/{}", tag.key), &tag.value)?;
    if tag.key.as_str() == RUN_NAME_TAG && !tag.value.is_empty() {
        run.change(&[("run_name", Change::Text(&tag.value))])?;
    }
    Ok(())
}

/// Removes a tag that is there.
pub(in super::super) fn delete_tag(root: &Root, id: &RunId, key: &str) -> Result<()> {
    let run = open_active(root, id)?;
    if !is_key(key) || !remove(&run.directory, &format!("tags/{key}"))? {
        return Err(no_tag(key, &format!("run {id}")));
    }
    Ok(())
}

/// Marks a run as deleted; it stays where it is.
pub(in super::super) fn delete(root: &Root, id: &RunId) -> Result<()> {
    mark(&open(root, id)?, Lifecycle::Deleted, now_millis())
}

/// Takes a deletion back.
pub(in super::super) fn restore(root: &Root, id: &RunId) -> Result<()> {
    mark(&open(root, id)?, Lifecycle::Active, now_millis())
}

/// Marks all runs of an experiment that are not so marked yet, as MLflow does with those of a deleted experiment.
/// What cannot be read as a run is passed over.
pub(super) fn mark_all(root: &Root, place: &Place, lifecycle: Lifecycle, now_millis: i64) -> Result<()> {
    let directory = root.open()?;
    let experiment = super::super::experiments::open(root, &directory, place)?;
    let entries = experiment
        .entries()
        .map_err(|error| super::super::failures::unreadable(&root.at(&place.below_root()), error))?;
    for entry in entries {
        let id = RunId::from(entry.name);
        if let Ok(run) = read(root, place, &experiment, &id)
            && run.info.lifecycle != lifecycle
        {
            mark(&run, lifecycle, now_millis)?;
        }
    }
    Ok(())
}

fn mark(run: &OpenRun, lifecycle: Lifecycle, now_millis: i64) -> Result<()> {
    let deleted_time = match lifecycle {
        Lifecycle::Deleted => Change::Number(now_millis),
        Lifecycle::Active => Change::Remove,
    };
    run.change(&[
        ("lifecycle_stage", Change::Text(lifecycle.word())),
        ("deleted_time", deleted_time),
    ])
}

/// A run about to be changed.
struct OpenRun {
    info: RunInfo,
    directory: std::path::PathBuf,
    meta: String,
}

impl OpenRun {
    fn change(&self, changes: &[(&'static str, Change<'_>)]) -> Result<()> {
        let edited = edit(&self.meta, run_meta::KEYS, changes)
            .map_err(|reason| damaged(&self.directory.join(META), &reason))?;
        put(&self.directory, META, &edited)
    }
}

fn open(root: &Root, id: &RunId) -> Result<OpenRun> {
    let Found { place, experiment } = run_lookup::find(root, id)?;
    read(root, &place, &experiment, id)
}

fn read(root: &Root, place: &Place, experiment: &super::super::fs::Dir, id: &RunId) -> Result<OpenRun> {
    let failed = |reason| no_run(root, place, id, reason);
    let (_, meta) = meta_file::read(experiment, &format!("{id}/{META}"), root.now_ns()).map_err(failed)?;
    let experiment_id = ExperimentId::from(place.id.as_str());
    let info = run_meta::parse(&meta, &experiment_id, id.as_str(), &mut Interner::default())
        .map_err(|reason| failed(meta_file::NoMeta::Unreadable(reason)))?;
    let directory = root.at(&place.below_root()).join(id.as_str());
    Ok(OpenRun {
        info,
        directory,
        meta,
    })
}

fn open_active(root: &Root, id: &RunId) -> Result<OpenRun> {
    let run = open(root, id)?;
    match run.info.lifecycle {
        Lifecycle::Active => Ok(run),
        Lifecycle::Deleted => Err(refused(
            format!("run {id} is deleted and cannot be changed"),
            "restore it first",
        )),
    }
}
