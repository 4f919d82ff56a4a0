//! Stores that were copied from another machine, or whose directory was renamed: what they say of where artifacts lie
//! is no longer true, yet the artifacts came along.

use std::path::{Component, Path, PathBuf};

/// Parts of a root's path that must be found again: `1/<run id>/artifacts`.
const PARTS: usize = 3;

/// The longest end of a path that is a directory below one of these places.
pub(super) fn find(told: &Path, places: &[&Path]) -> Option<PathBuf> {
    let parts: Vec<_> = told
        .components()
        .filter(|part| matches!(part, Component::Normal(_)))
        .collect();
    let last_start = parts.len().checked_sub(PARTS)?;
    (0..=last_start).find_map(|start| {
        let end: PathBuf = parts[start..].iter().collect();
        places
            .iter()
            .map(|place| place.join(&end))
            .find(|found| found.is_dir())
    })
}
