//! What lies side by side in a folder of an experiment: its logged models, its traces.

use flowdeck_domain::Warning;
use rayon::prelude::*;

use super::fs::{Dir, Kind};
use super::layout::Root;
use super::meta_file::NoMeta;
use super::names::is_entry;
use super::section::why;

/// An entry with the sentences on what was passed over in it.
pub(super) type Entry<T> = (T, Vec<String>);

/// Reads every entry of `folder`, a path below the store's root, in parallel. An entry without its `meta` file is none,
/// as other things may lie beside them; one whose file cannot be read is passed over with a warning.
pub(super) fn read_each<T: Send>(
    root: &Root,
    directory: &Dir,
    folder: &str,
    meta: &str,
    read: impl Fn(&str, &str) -> Result<Option<Entry<T>>, NoMeta> + Sync,
    warnings: &mut Vec<Warning>,
) -> Vec<T> {
    let mut warn = |below: &str, text: &str| {
        warnings.push(Warning::new(format!("{}: {text}", root.at(below).display())));
    };
    let names: Vec<String> = match directory.dir(folder).and_then(|folder| folder.entries()) {
        Ok(entries) => entries
            .into_iter()
            .filter(|entry| entry.kind == Kind::Directory && is_entry(&entry.name))
            .map(|entry| entry.name)
            .collect(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            warn(folder, &why(&error));
            return Vec::new();
        }
    };
    let read_all: Vec<_> = names
        .par_iter()
        .map(|name| {
            let below = format!("{folder}/{name}");
            let read = read(&below, name);
            (below, read)
        })
        .collect();
    let mut found = Vec::with_capacity(read_all.len());
    for (below, read) in read_all {
        match read {
            Ok(Some((entry, passed_over))) => {
                found.push(entry);
                passed_over.iter().for_each(|text| warn(&below, text));
            }
            Ok(None) | Err(NoMeta::Missing) => {}
            Err(NoMeta::Unreadable(reason)) => warn(&below, &format!("{meta} {reason}, skipped")),
        }
    }
    found
}
