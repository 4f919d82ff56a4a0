//! Runs of MLflow that belong to runs of pipelines: the plugin of the server writes their tags.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, params};

use crate::pipelines::MlflowRun;

/// How long to wait for another writer; what was not written then is passed over.
const PATIENCE: Duration = Duration::from_millis(500);

/// Experiments of the store by name, and their finished runs, the latest first.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) experiments: BTreeMap<String, String>,
    pub(super) runs: BTreeMap<String, Vec<String>>,
}

impl Known {
    /// What a store holds; nothing where it cannot be read: then nothing is linked.
    pub(super) fn read(database: &Path) -> Self {
        Self::try_read(database).unwrap_or_default()
    }

    fn try_read(database: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let mut known = Self::default();
        let mut statement = connection.prepare("SELECT name, experiment_id FROM experiments")?;
        let experiments = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?;
        for row in experiments {
            let (name, id): (String, i64) = row?;
            known.experiments.insert(name, id.to_string());
        }
        let mut statement = connection.prepare(
            "SELECT e.name, r.run_uuid FROM runs r JOIN experiments e ON e.experiment_id = r.experiment_id \
             WHERE r.status = 'FINISHED' AND r.lifecycle_stage = 'active' ORDER BY r.start_time DESC",
        )?;
        let runs = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        for row in runs {
            let (name, id): (String, String) = row?;
            known.runs.entry(name).or_default().push(id);
        }
        Ok(known)
    }
}

/// Writes what the plugin tells of a run. A run that the store has keeps its own status; one that it has not is made.
pub(super) fn keep(database: &Path, run: &MlflowRun) {
    // A store that another program holds just now misses a tag; the run of the pipeline goes on, as it does for real.
    let _ = try_keep(database, run);
}

fn try_keep(database: &Path, run: &MlflowRun) -> rusqlite::Result<()> {
    let mut connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(PATIENCE)?;
    let transaction = connection.transaction()?;
    let experiment: i64 = run.experiment_id.parse().unwrap_or_default();
    let root = database.parent().map_or_else(String::new, |place| {
        place.join("mlartifacts").display().to_string()
    });
    transaction.execute(
        "INSERT OR IGNORE INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time) \
         VALUES (?1, 'KFP-Default', ?2, 'active', ?3, ?3)",
        params![experiment, format!("{root}/{experiment}"), run.started_at.0],
    )?;
    transaction.execute(
        "INSERT OR IGNORE INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, \
         source_version, lifecycle_stage, artifact_uri, experiment_id) \
         VALUES (?1, ?2, 'UNKNOWN', '', '', '', ?3, ?4, '', 'active', ?5, ?6)",
        params![
            run.id,
            run.name,
            run.status,
            run.started_at.0,
            format!("{root}/{experiment}/{}/artifacts", run.id),
            experiment
        ],
    )?;
    // The plugin's own runs have no user.
    transaction.execute(
        "UPDATE runs SET status = ?1, end_time = ?2 WHERE run_uuid = ?3 AND user_id = ''",
        params![run.status, run.ended_at.map(|end| end.0), run.id],
    )?;
    tags(&transaction, run)?;
    transaction.commit()
}

fn tags(transaction: &Transaction<'_>, run: &MlflowRun) -> rusqlite::Result<()> {
    let url = format!(
        "https://kubeflow.example.com/#/runs/details/{}",
        run.pipeline_run_id
    );
    let mut tags = vec![
        ("kfp.pipeline_run_id", run.pipeline_run_id.as_str()),
        ("kfp.pipeline_run_url", url.as_str()),
        ("mlflow.kfp.idempotencyKey", run.pipeline_run_id.as_str()),
    ];
    if let Some((pipeline, version)) = &run.pipeline {
        tags.push(("kfp.pipeline_id", pipeline));
        tags.push(("kfp.pipeline_version_id", version));
    }
    for (key, value) in tags {
        transaction.execute(
            "INSERT OR REPLACE INTO tags (key, value, run_uuid) VALUES (?, ?, ?)",
            params![key, value, run.id],
        )?;
    }
    Ok(())
}
