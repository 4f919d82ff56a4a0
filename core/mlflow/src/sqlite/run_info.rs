//! Rows of table `runs`.

use flowdeck_domain::RunId;
use flowdeck_domain::tracking::{Lifecycle, RUN_NAME_TAG, Run, RunInfo, RunStatus};
use rusqlite::Row;

use super::database::Reader;
use super::fault::Fault;
use super::rows::{self, Names};

/// Columns of [`run_info`].
pub(super) const INFO_COLUMNS: &[&str] = &[
    "run_uuid",
    "name",
    "experiment_id",
    "user_id",
    "status",
    "start_time",
    "end_time",
    "artifact_uri",
    "lifecycle_stage",
];

/// The info of a run, of a row of [`INFO_COLUMNS`].
pub(super) fn run_info(row: &Row<'_>, names: &mut Names) -> RunInfo {
    let mut shared = |column| names.share(&rows::text(row, column).unwrap_or_default());
    let (experiment_id, user_id) = (shared(2), shared(3));
    RunInfo {
        id: RunId::from(&*rows::text(row, 0).unwrap_or_default()),
        experiment_id: experiment_id.into(),
        name: rows::string_or_empty(row, 1),
        user_id,
        status: RunStatus::from_word(&rows::text(row, 4).unwrap_or_default()),
        start_time: rows::timestamp(row, 5),
        end_time: rows::timestamp(row, 6),
        artifact_uri: rows::string_or_empty(row, 7),
        lifecycle: rows::text(row, 8)
            .and_then(|word| Lifecycle::from_word(&word))
            .unwrap_or_default(),
    }
}

/// Names runs of old stores, whose name is in a tag alone.
pub(super) fn add_names(reader: &Reader, runs: &mut [Run]) -> Result<(), Fault> {
    let mut statement = reader
        .connection()
        .prepare_cached("SELECT value FROM tags WHERE key = ?1 AND run_uuid = ?2")?;
    for run in runs.iter_mut().filter(|run| run.info.name.is_empty()) {
        let mut found = statement.query([RUN_NAME_TAG, run.info.id.as_str()])?;
        if let Some(row) = found.next()? {
            run.info.name = rows::string_or_empty(row, 0);
        }
    }
    Ok(())
}
