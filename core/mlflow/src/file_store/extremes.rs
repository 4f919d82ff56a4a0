//! The least and the greatest value of some metrics of a run, from their files.

use std::fs::File;
use std::io;

use flowdeck_domain::tracking::MetricExtremes;
use flowdeck_domain::{MetricKey, Result, RunId};

use super::failures::unreadable;
use super::folders::METRICS;
use super::fs::{Kind, stat_of_file};
use super::layout::Root;
use super::metric_file::{Walk, walk_on};
use super::metric_line::Owner;
use super::names::is_key;
use super::run_lookup;

/// Bytes that are read for it at most, some three million points: about a second's work.
const MOST_BYTES: u64 = 128 << 20;

/// In the order asked for; a metric that there is no file of is left out, and so is one whose file is too long for what
/// is left of the bytes.
pub(super) fn of_metrics(root: &Root, run: &RunId, keys: &[MetricKey]) -> Result<Vec<MetricExtremes>> {
    let found = run_lookup::find(root, run)?;
    let mut left = MOST_BYTES;
    let mut all = Vec::new();
    for key in keys.iter().filter(|key| is_key(key.as_str())) {
        let below = format!("{run}/{}/{key}", METRICS.name);
        let read = match found.experiment.file(&below) {
            Ok(file) => of_file(file, key, &mut left),
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::IsADirectory
                ) =>
            {
                continue;
            }
            Err(error) => Err(error),
        };
        let path = || root.at(&found.place.below_root()).join(&below);
        all.extend(read.map_err(|error| unreadable(&path(), error))?);
    }
    Ok(all)
}

fn of_file(mut file: File, key: &MetricKey, left: &mut u64) -> io::Result<Option<MetricExtremes>> {
    let stat = stat_of_file(&file)?;
    if stat.kind != Kind::File || stat.size_bytes > *left {
        return Ok(None);
    }
    *left -= stat.size_bytes;
    let mut extremes = MetricExtremes::new(key.clone());
    walk_on(&mut file, Owner::Run, Walk::default(), |line| {
        extremes.take(line.point);
        true
    })?;
    Ok(Some(extremes))
}
