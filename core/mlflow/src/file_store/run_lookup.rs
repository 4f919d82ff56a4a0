//! Finding one run, wherever in the store it lies.

use flowdeck_domain::port::RunFields;
use flowdeck_domain::tracking::Run;
use flowdeck_domain::{ExperimentId, Result, RunId};

use super::experiments;
use super::failures::{damaged, not_found};
use super::folders::Interner;
use super::fs::{Dir, Kind};
use super::index::Index;
use super::layout::{META, Place, Root};
use super::meta_file::NoMeta;
use super::names::is_run_id;
use super::run_scope::Scope;
use super::runs::{Reading, begin, fill};
use flowdeck_domain::port::View;

/// A run's directory and the experiment it lies in.
pub(super) struct Found {
    pub(super) place: Place,
    pub(super) experiment: Dir,
}

/// The experiment that holds the run, active ones first.
///
/// # Errors
/// No experiment holds such a run.
pub(super) fn find(root: &Root, id: &RunId) -> Result<Found> {
    let missing = || not_found("run", id.as_str());
    if !is_run_id(id.as_str()) {
        return Err(missing());
    }
    let directory = root.open()?;
    for place in root.places(&directory, View::All, &mut Vec::new())? {
        let path = format!("{}/{id}", place.below_root());
        if directory
            .stat(&path)
            .is_ok_and(|stat| stat.kind == Kind::Directory)
        {
            let experiment = experiments::open(root, &directory, &place)?;
            return Ok(Found { place, experiment });
        }
    }
    Err(missing())
}

/// One run with all that was logged of it.
pub(super) fn run(root: &Root, index: &Index, id: &RunId) -> Result<Run> {
    let found = find(root, id)?;
    let experiment_id = ExperimentId::from(found.place.id.as_str());
    let directory = root.open()?;
    let scope = Scope::of_all(
        root,
        &directory,
        std::slice::from_ref(&experiment_id),
        index,
        true,
    );
    let Some(scope) = scope.into_iter().next() else {
        return Err(not_found("run", id.as_str()));
    };
    let record = index.recall(&found.place.id, &[id.to_string()]).0.swap_remove(0);
    let mut interner = Interner::default();
    let now_ns = root.now_ns();
    let mut reading = begin(
        &found.experiment,
        &experiment_id,
        id.as_str(),
        record,
        &mut interner,
        now_ns,
    )
    .map_err(|reason| no_run(root, &found.place, id, reason))?;
    fill(
        &mut reading,
        &found.experiment,
        &RunFields::all(),
        &scope.datasets,
        &mut interner,
        now_ns,
    );
    let Reading { run, warnings, .. } = reading;
    for warning in warnings {
        tracing::warn!(run = %id, "{warning}");
    }
    Ok(run)
}

/// Why there is no run in a directory that is there.
pub(super) fn no_run(root: &Root, place: &Place, id: &RunId, reason: NoMeta) -> flowdeck_domain::Failure {
    let path = root.at(&place.below_root()).join(id.as_str()).join(META);
    match reason {
        NoMeta::Missing => not_found("run", id.as_str()),
        NoMeta::Unreadable(reason) => damaged(&path, &reason),
    }
}
