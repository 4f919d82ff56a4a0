use std::path::Path;
use std::time::Duration;

use flowdeck_domain::port::StoreKind;

use super::*;

/// The longest that the system may take; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

fn watching(kind: StoreKind, path: &Path) -> FileChanges {
    FileChanges::of(&origin(kind, path)).expect("a local store")
}

fn origin(kind: StoreKind, path: &Path) -> StoreOrigin {
    StoreOrigin {
        kind,
        uri: path.display().to_string(),
        version: None,
    }
}

async fn assert_told(changes: &FileChanges, what: &str) {
    let told = tokio::time::timeout(PATIENCE, changes.changed()).await;
    assert!(told.is_ok(), "nothing was told: {what}");
}

/// Waits until all that was written so far was told.
async fn drain(changes: &FileChanges, mark: &Path) {
    std::fs::write(mark, "mark").expect("writable");
    assert_told(changes, "a mark").await;
    while changes.changed().now_or_never().is_some() {}
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("it lies somewhere")).expect("writable");
    std::fs::write(path, text).expect("writable");
}

#[tokio::test]
async fn a_write_to_a_database_or_its_log_is_told() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let database = dir.path().join("mlflow.db");
    write(&database, "one");
    let changes = watching(StoreKind::Sqlite, &database);
    write(&database, "two");
    assert_told(&changes, "the database").await;
    write(&dir.path().join("mlflow.db-wal"), "three");
    assert_told(&changes, "its log").await;
    assert!(changes.is_watched() && changes.trouble().is_none());
}

#[tokio::test]
async fn what_is_committed_to_a_database_with_a_log_is_told() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let database = dir.path().join("mlflow.db");
    let connection = rusqlite::Connection::open(&database).expect("writable");
    let logged = |sql: &str| connection.execute_batch(sql).expect("SQL");
    logged("PRAGMA journal_mode = WAL; CREATE TABLE metrics (value REAL);");
    let changes = watching(StoreKind::Sqlite, &database);
    for _ in 0..3 {
        logged("INSERT INTO metrics VALUES (0.5)");
        assert_told(&changes, "a commit").await;
    }
}

#[test]
fn other_files_beside_a_database_do_not_count() {
    let places = Places::of(&origin(StoreKind::Sqlite, Path::new("/lab/mlflow.db"))).expect("a local store");
    let has = |path: &str| places.has(Path::new(path));
    assert!(has("/lab/mlflow.db") && has("/lab/mlflow.db-wal") && has("/lab/mlflow.db-journal"));
    assert!(has("/lab"));
    assert!(
        !has("/lab/mlflow.db-shm") && !has("/lab/train.log") && !has("/lab/old/mlflow.db") && !has("/tmp")
    );
}

#[tokio::test]
async fn new_experiments_and_their_runs_are_told() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let root = dir.path().join("mlruns");
    write(&root.join("0/meta.yaml"), "");
    let changes = watching(StoreKind::FileStore, &root);
    std::fs::create_dir(root.join("0/a1b2")).expect("writable");
    assert_told(&changes, "a run").await;
    std::fs::create_dir(root.join("1")).expect("writable");
    assert_told(&changes, "an experiment").await;
    drain(&changes, &root.join("0/mark")).await;
    std::fs::create_dir(root.join("1/c3d4")).expect("writable");
    assert_told(&changes, "a run of an experiment that is new itself").await;
}

#[tokio::test]
async fn what_a_run_logs_is_told_once_it_is_looked_at() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let run = dir.path().join("7/a1b2");
    write(&run.join("metrics/loss"), "1 0.5 0\n");
    let changes = watching(StoreKind::FileStore, dir.path());
    changes.follow(&RunId::from("a1b2"));
    write(&run.join("metrics/loss"), "1 0.5 0\n2 0.4 1\n");
    assert_told(&changes, "a point").await;
    write(&run.join("metrics/val/loss"), "1 0.6 0\n");
    drain(&changes, &run.join("mark")).await;
    write(&run.join("metrics/val/loss"), "1 0.6 0\n2 0.5 1\n");
    assert_told(
        &changes,
        "a point of a key that came later and has a directory of its own",
    )
    .await;
}

#[tokio::test]
async fn a_store_that_is_replaced_is_watched_where_it_stands() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let root = dir.path().join("mlruns");
    write(&root.join("0/meta.yaml"), "");
    let changes = watching(StoreKind::FileStore, &root);
    std::fs::rename(&root, dir.path().join("old")).expect("writable");
    assert_told(&changes, "it went away").await;
    write(&root.join("5/meta.yaml"), "");
    assert_told(&changes, "another came").await;
    drain(&changes, &root.join("5/mark")).await;
    write(&root.join("5/a1b2/meta.yaml"), "");
    assert_told(&changes, "a run of the other").await;
}

#[test]
fn where_the_system_watches_no_more_that_is_said() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let origin = origin(StoreKind::FileStore, dir.path());
    let no_instance: MakeWatcher = |_| Err(notify::Error::io(std::io::Error::other("too many open files")));
    let none = FileChanges::with(&origin, no_instance).expect("a local store");
    assert!(!none.is_watched() && none.trouble().is_some());
    let no_watches = FileChanges::with(&origin, |_| Ok(Box::new(Full))).expect("a local store");
    assert!(!no_watches.is_watched() && no_watches.trouble().is_some());
    assert!(no_watches.changed().now_or_never().is_none());
}

/// A system that watches nothing any more.
#[derive(Debug)]
struct Full;

impl Watcher for Full {
    fn new<F: notify::EventHandler>(_: F, _: notify::Config) -> notify::Result<Self> {
        Ok(Self)
    }

    fn watch(&mut self, _: &Path, _: RecursiveMode) -> notify::Result<()> {
        Err(notify::Error::new(ErrorKind::MaxFilesWatch))
    }

    fn unwatch(&mut self, _: &Path) -> notify::Result<()> {
        Ok(())
    }

    fn kind() -> notify::WatcherKind {
        notify::WatcherKind::NullWatcher
    }
}

#[test]
fn a_server_is_not_watched_and_a_place_that_is_not_there_is_told_when_it_comes() {
    let nowhere = Path::new("/nowhere/at/all/mlflow.db");
    assert!(FileChanges::of(&origin(StoreKind::Server, nowhere)).is_none());
    assert!(!watching(StoreKind::Sqlite, nowhere).is_watched());
}
