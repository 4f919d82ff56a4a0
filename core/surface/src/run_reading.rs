//! What is asked of a store for a table of runs, in which order, and how much at a time: the same on every screen.
//!
//! First some runs with all that was logged of them: they tell which columns there are, and are shown at once. Then all
//! runs with what the columns in view show; a server sends everything anyway, and all of it is kept. Then, of a local
//! store and behind everything else, all that was logged of all of them, so that every column is sorted, grouped and
//! compared without asking.

use flowdeck_client::port::{RunFields, StoreKind};
use flowdeck_client::tracking::{PARENT_RUN_TAG, RUN_NAME_TAG};

use crate::run_column::RunColumn;
use crate::run_table::{ColumnId, RunTable};

/// Runs that tell which columns there are.
pub const N_SAMPLE: usize = 20;

/// Runs that a table holds at most; the summary says so when there are more.
pub const N_HELD: usize = 50_000;

/// Runs of a database that are read at a time: each part costs a look at the whole table of what is read.
pub const LIST_PAGE: usize = 2_500;

/// Runs that are read at a time where everything is read: taking them in takes some milliseconds.
pub const SURVEY_PAGE: usize = 1_000;

/// Runs of a directory of files up to which everything is read unasked: each key is a file.
const N_FILES_SURVEYED: usize = 2_000;

/// What is read of runs for these columns.
pub fn list_fields(table: &RunTable, wanted: &[ColumnId]) -> RunFields {
    let columns = wanted.iter().map(|id| table.catalog().column(*id).clone());
    // Stores written before MLflow 1.30 have the name of a run only in a tag.
    let by_hand = [RUN_NAME_TAG, PARENT_RUN_TAG].map(|key| RunColumn::Tag(key.into()));
    let mut columns: Vec<_> = columns.collect();
    for column in by_hand {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    RunColumn::fields(&columns)
}

/// In how large parts a list is read, where that is not as the store does best: of a database in parts, so that runs that
/// were taken in already take no memory, unless a filter is judged over all of them at once.
pub fn list_page(kind: StoreKind, filter: &str) -> Option<usize> {
    (kind == StoreKind::Sqlite && filter.is_empty()).then_some(LIST_PAGE)
}

/// Whether everything of so many runs is read unasked.
pub fn is_survey_quick(kind: StoreKind, n_runs: usize) -> bool {
    match kind {
        StoreKind::Sqlite => true,
        StoreKind::FileStore => n_runs <= N_FILES_SURVEYED,
        StoreKind::Server => false,
    }
}
