//! The stores that everything is measured on, made once and kept below the target directory.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::shell::{self, Outcome};
use crate::workspace::target;

/// Where the stores lie and what they can be asked for.
pub(super) struct Stores {
    /// An `mlflow.db` of 10,000 runs, and beside them a history of 1,000,000 points.
    pub(super) database: PathBuf,
    /// Its run with the long history.
    pub(super) database_long_run: String,
    /// An `mlruns/` of 2,000 runs in 84,000 files, and beside them a history of 1,000,000 points.
    pub(super) files: PathBuf,
    /// Its run with the long history.
    pub(super) files_long_run: String,
    /// Where flowdeck keeps its index while it is measured.
    pub(super) cache: PathBuf,
}

/// Raised when the generator changes what it writes, so that older stores are made anew.
const GENERATION: u32 = 2;

/// Makes the stores unless they are there.
pub(super) fn prepare(quick: bool) -> Outcome<Stores> {
    let (name, shrink) = if quick { ("quick", "10") } else { ("full", "1") };
    let directory = target().join(format!("bench/{name}-{GENERATION}"));
    let stamp = directory.join("complete.json");
    if !stamp.exists() {
        let named = make(&directory, shrink)?;
        fs::write(&stamp, named).map_err(|error| cannot_write(&stamp, &error))?;
    }
    let named =
        fs::read_to_string(&stamp).map_err(|error| format!("cannot read {}: {error}", stamp.display()))?;
    let named: Value =
        serde_json::from_str(&named).map_err(|error| format!("{}: {error}", stamp.display()))?;
    let text = |key: &str| named[key].as_str().unwrap_or_default().to_owned();
    Ok(Stores {
        database: directory.join("mlflow.db"),
        database_long_run: text("database_long_run"),
        files: directory.join("mlruns"),
        files_long_run: text("files_long_run"),
        cache: directory.join("cache"),
    })
}

fn make(directory: &Path, shrink: &str) -> Outcome<String> {
    // What an interrupted run left behind would be taken for rows of the new store.
    if directory.exists() {
        fs::remove_dir_all(directory).map_err(|error| cannot_write(directory, &error))?;
    }
    fs::create_dir_all(directory).map_err(|error| cannot_write(directory, &error))?;
    println!("making stores in {} …", directory.display());
    shell::output(
        Command::new(target().join("release/examples/bench_stores"))
            .arg(directory)
            .arg(shrink),
    )
}

fn cannot_write(path: &Path, error: &std::io::Error) -> String {
    format!("cannot write {}: {error}", path.display())
}
