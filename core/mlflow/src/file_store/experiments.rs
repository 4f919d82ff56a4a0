//! Reading experiments.

use flowdeck_domain::port::{Query, View};
use flowdeck_domain::search::{Dialect, Search};
use flowdeck_domain::tracking::Experiment;
use flowdeck_domain::{ExperimentId, Page, Result, Warning};
use rayon::prelude::*;

use super::experiment_meta;
use super::failures::{damaged, not_found, unreadable};
use super::folders::{TAGS, texts};
use super::fs::Dir;
use super::layout::{META, Place, Root};
use super::meta_file::{self, NoMeta};
use super::section::why;
use crate::local::page_of;

/// Experiments that match, one page.
pub(super) fn search(root: &Root, query: &Query) -> Result<Page<Experiment>> {
    let search = Search::<Experiment>::parse(&query.filter, &query.order_by, Dialect::File)?;
    let (found, warnings) = all(root, query.view)?;
    page_of(search.select(found)?, query, warnings)
}

/// One experiment, deleted or not.
pub(super) fn by_id(root: &Root, id: &ExperimentId) -> Result<Experiment> {
    let directory = root.open()?;
    let place = root
        .place(&directory, id.as_str())
        .ok_or_else(|| not_found("experiment", id.as_str()))?;
    let path = root.at(&place.below_root()).join(META);
    match read(&directory, &place, root.now_ns()) {
        Ok((experiment, _)) => Ok(experiment),
        Err(NoMeta::Missing) => Err(damaged(&path, "is missing")),
        Err(NoMeta::Unreadable(reason)) => Err(damaged(&path, &reason)),
    }
}

/// The experiment of this name; of several, which MLflow does not make, the one it would give.
pub(super) fn by_name(root: &Root, name: &str) -> Result<Experiment> {
    let search = Search::<Experiment>::parse("", &[], Dialect::File)?;
    let (found, _) = all(root, View::All)?;
    found
        .into_iter()
        .filter(|experiment| experiment.name == name)
        .min_by(|one, other| search.compare(one, other))
        .ok_or_else(|| not_found("experiment named", name))
}

/// All experiments of a view in no order worth keeping, and what was passed over.
pub(super) fn all(root: &Root, view: View) -> Result<(Vec<Experiment>, Vec<Warning>)> {
    let directory = root.open()?;
    let mut warnings = Vec::new();
    let places = root.places(&directory, view, &mut warnings)?;
    let now_ns = root.now_ns();
    let read: Vec<_> = places
        .par_iter()
        .map(|place| (place, read(&directory, place, now_ns)))
        .collect();
    let mut found = Vec::with_capacity(read.len());
    for (place, read) in read {
        let path = root.at(&place.below_root());
        let reason = match read {
            Ok((experiment, more)) => {
                found.push(experiment);
                warnings.extend(
                    more.into_iter()
                        .map(|more| Warning::new(format!("{}: {more}", path.display()))),
                );
                continue;
            }
            Err(NoMeta::Missing) => "is missing".to_owned(),
            Err(NoMeta::Unreadable(reason)) => reason,
        };
        warnings.push(Warning::new(format!(
            "{}: {META} {reason}, skipped",
            path.display()
        )));
    }
    Ok((found, warnings))
}

/// Reads one experiment with its tags, and what was passed over among them.
fn read(root: &Dir, place: &Place, now_ns: i64) -> Result<(Experiment, Vec<String>), NoMeta> {
    let below = place.below_root();
    let (_, text) = meta_file::read(root, &format!("{below}/{META}"), now_ns)?;
    let mut experiment =
        experiment_meta::parse(&text, &place.id, place.in_trash).map_err(NoMeta::Unreadable)?;
    let mut warnings = Vec::new();
    match root.dir(&below) {
        Ok(directory) => experiment.tags = texts(&directory, TAGS, now_ns, &mut warnings),
        Err(error) => warnings.push(format!("tags {}", why(&error))),
    }
    Ok((experiment, warnings))
}

/// Where an experiment lies that must be there.
pub(super) fn place_of(root: &Root, directory: &Dir, id: &ExperimentId) -> Result<Place> {
    root.place(directory, id.as_str())
        .ok_or_else(|| not_found("experiment", id.as_str()))
}

/// Opens the directory of an experiment.
pub(super) fn open(root: &Root, directory: &Dir, place: &Place) -> Result<Dir> {
    let below = place.below_root();
    directory
        .dir(&below)
        .map_err(|error| unreadable(&root.at(&below), error))
}
