//! The directory: a database and an artifact directory beside it, made whole or not at all.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};
use tempfile::TempDir;

use flowdeck_domain::{Failure, FailureKind, Result, RunId, Timestamp};

use crate::content::{LIVE_RUN_TAG, SEED_TAG, Scene, content};
use crate::insert::Rows;
use crate::record::{Content, FileRecord};
use crate::schema::MLFLOW_3_17_STORE;

/// The file that MLflow 3's client looks for in the current directory.
pub const DATABASE_NAME: &str = "mlflow.db";

/// The seed of the demo that everybody sees.
pub const DEFAULT_SEED: u64 = 20_260_314;

const ARTIFACTS_NAME: &str = "mlartifacts";

/// What decides the contents of a store.
#[derive(Clone, Copy, Debug)]
pub struct StoreOptions {
    /// Chance; the same seed and time give the same store.
    pub seed: u64,
    /// The present: no run began later, and the live run logged its last point now.
    pub now: Timestamp,
}

impl StoreOptions {
    /// The usual demo, as of `now`.
    pub const fn at(now: Timestamp) -> Self {
        Self {
            seed: DEFAULT_SEED,
            now,
        }
    }
}

/// A demo store that stands on disk.
///
/// A store in a temporary directory goes away with this value.
#[derive(Debug)]
pub struct DemoStore {
    directory: PathBuf,
    database: PathBuf,
    seed: u64,
    live_run: Option<RunId>,
    temporary: Option<TempDir>,
}

impl DemoStore {
    /// The directory it is in, absolute.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Its `mlflow.db`, absolute.
    pub fn database(&self) -> &Path {
        &self.database
    }

    /// Its tracking URI, as MLflow spells it: `sqlite:////home/amara/demo/mlflow.db`.
    pub fn tracking_uri(&self) -> String {
        format!("sqlite:///{}", self.database.display())
    }

    /// The seed that made it.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The run that is still running, for [`crate::Growth`]; none once it has finished.
    pub fn live_run(&self) -> Option<&RunId> {
        self.live_run.as_ref()
    }

    /// Whether its directory goes away with this value.
    pub fn is_temporary(&self) -> bool {
        self.temporary.is_some()
    }
}

/// The store in `directory` if one of ours is there, else a fresh one; without a directory, a temporary one.
///
/// # Errors
/// As for [`write_store`] and [`open_store`].
pub fn prepare_store(directory: Option<&Path>, options: StoreOptions) -> Result<DemoStore> {
    let Some(directory) = directory else {
        let temporary = tempfile::Builder::new()
            .prefix("flowdeck-demo-")
            .tempdir()
            .map_err(|error| system(&std::env::temp_dir(), "make a directory in", error))?;
        let mut store = write_store(temporary.path(), options)?;
        store.temporary = Some(temporary);
        return Ok(store);
    };
    match open_store(directory)? {
        Some(store) => Ok(store),
        None => write_store(directory, options),
    }
}

/// Writes a fresh store into `directory`, which is made if it is missing.
///
/// The database appears under its name only when it is complete.
///
/// # Errors
/// [`FailureKind::Refused`] where an `mlflow.db` stands already, [`FailureKind::System`] where the machine does not let
/// us write, [`FailureKind::InvalidInput`] where the path is no UTF-8 text, which a database cannot hold.
pub fn write_store(directory: &Path, options: StoreOptions) -> Result<DemoStore> {
    fs::create_dir_all(directory).map_err(|error| system(directory, "make directory", error))?;
    let directory = directory
        .canonicalize()
        .map_err(|error| system(directory, "find directory", error))?;
    let database = directory.join(DATABASE_NAME);
    if database.exists() {
        return Err(Failure::new(
            FailureKind::Refused,
            format!("{} is there already and is no demo store", database.display()),
        )
        .with_hint("name an empty directory, or none for a temporary one"));
    }
    let artifacts = directory.join(ARTIFACTS_NAME);
    let Some(artifact_root) = artifacts.to_str() else {
        let message = format!("directory name {} is not valid UTF-8", directory.display());
        return Err(Failure::new(FailureKind::InvalidInput, message).with_hint("name another directory"));
    };
    let content = content(&Scene::new(options.seed, options.now));
    let partial = directory.join(format!(".{DATABASE_NAME}.{}.partial", std::process::id()));
    // Most of the time goes into making directories, which needs no processor.
    let written = thread::scope(|scope| {
        let files = scope.spawn(|| write_files(&artifacts, &content));
        write_database(&partial, artifact_root, &content)
            .map_err(|error| system(&partial, "write", error))
            .and(
                files
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            )
            .and_then(|()| fs::rename(&partial, &database).map_err(|error| system(&database, "write", error)))
    });
    if let Err(failure) = written {
        let _ = fs::remove_file(&partial);
        return Err(failure);
    }
    open_store(&directory)?.ok_or_else(|| {
        Failure::new(
            FailureKind::Damaged,
            format!("{} was not written whole", database.display()),
        )
    })
}

/// The demo store that stands in `directory`; none where there is none, or something else.
///
/// # Errors
/// [`FailureKind::System`] where the database is there and cannot be read.
pub fn open_store(directory: &Path) -> Result<Option<DemoStore>> {
    let path = directory.join(DATABASE_NAME);
    if !path.exists() {
        return Ok(None);
    }
    let path = path
        .canonicalize()
        .map_err(|error| system(&path, "find", error))?;
    let Some((seed, live_run)) = identify(&path).map_err(|error| refused(&path, "read", error))? else {
        return Ok(None);
    };
    Ok(Some(DemoStore {
        directory: path.parent().unwrap_or(directory).to_owned(),
        database: path,
        seed,
        live_run,
        temporary: None,
    }))
}

/// The seed and the live run of a demo store; none of a database that is something else.
fn identify(database: &Path) -> rusqlite::Result<Option<(u64, Option<RunId>)>> {
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let is_tracking_store: bool = connection.query_row(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('experiment_tags', 'runs')",
        [],
        |row| Ok(row.get::<_, i64>(0)? == 2),
    )?;
    if !is_tracking_store {
        return Ok(None);
    }
    let seed: Option<String> = connection
        .query_row(
            "SELECT value FROM experiment_tags WHERE key = ? AND experiment_id = 0",
            [SEED_TAG],
            |row| row.get(0),
        )
        .optional()?;
    let Some(seed) = seed.and_then(|seed| seed.parse().ok()) else {
        return Ok(None);
    };
    let live_run: Option<String> = connection
        .query_row(
            "SELECT r.run_uuid FROM runs r JOIN tags t ON t.run_uuid = r.run_uuid \
             WHERE t.key = ? AND r.status = 'RUNNING' AND r.lifecycle_stage = 'active'",
            [LIVE_RUN_TAG],
            |row| row.get(0),
        )
        .optional()?;
    Ok(Some((seed, live_run.map(RunId::from))))
}

/// One transaction without a journal: a file that nobody else knows needs none, and is thrown away if this fails.
///
/// Foreign keys are not checked row by row; a test checks them over the whole store.
fn write_database(path: &Path, artifact_root: &str, content: &Content) -> rusqlite::Result<()> {
    let mut connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "OFF")?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.pragma_update(None, "foreign_keys", "OFF")?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(MLFLOW_3_17_STORE)?;
    let indexes = put_aside_metric_indexes(&transaction)?;
    Rows::new(&transaction, artifact_root).insert(content)?;
    transaction.execute_batch(&indexes)?;
    transaction.commit()
}

/// Drops the indexes of the metric tables while those are empty, and gives the statements that make them again.
///
/// An index over rows that are there is sorted once, which halves the time of the whole store.
fn put_aside_metric_indexes(connection: &Connection) -> rusqlite::Result<String> {
    let mut statement = connection.prepare(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name IN ('metrics', 'latest_metrics') \
         AND sql IS NOT NULL",
    )?;
    let indexes: Vec<(String, String)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut again = String::new();
    for (name, sql) in indexes {
        connection.execute_batch(&format!("DROP INDEX {name};"))?;
        again.push_str(&format!("{sql};\n"));
    }
    Ok(again)
}

fn write_files(artifacts: &Path, content: &Content) -> Result<()> {
    let mut made = HashSet::new();
    for experiment in &content.experiments {
        let place = artifacts.join(experiment.id.to_string());
        for run in &experiment.runs {
            write_all(&place.join(&run.id).join("artifacts"), &run.files, &mut made)?;
        }
        for model in &experiment.logged_models {
            write_all(
                &place.join("models").join(&model.id).join("artifacts"),
                &model.files,
                &mut made,
            )?;
        }
    }
    Ok(())
}

fn write_all(root: &Path, files: &[FileRecord], made: &mut HashSet<PathBuf>) -> Result<()> {
    for file in files {
        let path = root.join(&file.path);
        make_directory(path.parent().unwrap_or(root), made)?;
        fs::write(&path, &file.bytes).map_err(|error| system(&path, "write", error))?;
    }
    Ok(())
}

/// Makes a directory and those above it, each with one call and once.
fn make_directory(path: &Path, made: &mut HashSet<PathBuf>) -> Result<()> {
    if made.contains(path) || path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        make_directory(parent, made)?;
    }
    fs::create_dir(path).map_err(|error| system(path, "make directory", error))?;
    made.insert(path.to_owned());
    Ok(())
}

/// A failure of the database: busy where another program holds it, else of the machine.
pub(crate) fn refused(path: &Path, verb: &str, error: rusqlite::Error) -> Failure {
    if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) {
        let message = format!("cannot {verb} {}: another program holds it", path.display());
        return Failure::new(FailureKind::Busy, message).caused_by(error);
    }
    system(path, verb, error)
}

/// A failure of the machine: `cannot write /srv/demo/mlflow.db: permission denied`.
pub(crate) fn system(
    path: &Path,
    verb: &str,
    error: impl std::error::Error + Send + Sync + 'static,
) -> Failure {
    Failure::new(
        FailureKind::System,
        format!("cannot {verb} {}: {error}", path.display()),
    )
    .with_hint("name a directory that you may write to")
    .caused_by(error)
}
