//! Writers beside a reader, and what they leave behind.

use std::fs;
use std::path::Path;

use flowdeck_domain::port::TrackingReader;

use super::{Fixture, all_runs, everything, files_in};
use crate::sqlite::SqliteStore;

/// Copies a database and its companions as they lie while a writer is in the middle of something: what is left
/// when that writer dies.
fn as_if_the_writer_died(fixture: &Fixture, to: &Path) {
    for name in fixture.files() {
        fs::copy(fixture.directory.path().join(&name), to.join(&name)).expect("a copy");
    }
}

async fn names_of_experiments(store: &SqliteStore) -> Vec<String> {
    let page = store.search_experiments(&everything()).await.expect("a page");
    let mut names: Vec<String> = page.items.into_iter().map(|experiment| experiment.name).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_journal_that_a_dead_writer_left_is_rolled_back_in_a_copy_and_the_file_stays_as_it_is() {
    let fixture = Fixture::new("3.18.0");
    let writer = fixture.connection();
    // A cache of one page makes SQLite write changed pages to the file before the commit.
    writer
        .execute_batch("PRAGMA cache_size = 1; BEGIN; UPDATE experiments SET name = name || ' half written'")
        .expect("a write that is not committed");
    writer
        .execute_batch(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) \
             INSERT INTO metrics SELECT 'loss', i, i, 'r1', i, 0 FROM n",
        )
        .expect("many pages");
    let crashed = tempfile::tempdir().expect("a temporary directory");
    as_if_the_writer_died(&fixture, crashed.path());
    let path = crashed.path().join("mlflow.db");
    let before = (files_in(crashed.path()), fs::read(&path).expect("the file"));
    assert_eq!(before.0, ["mlflow.db", "mlflow.db-journal"]);
    let store = SqliteStore::open(&path).expect("the store opens");
    assert_eq!(names_of_experiments(&store).await, ["Default", "vision"]);
    assert_eq!(
        store
            .search_runs(&all_runs("1"))
            .await
            .expect("a page")
            .items
            .len(),
        1
    );
    assert!(before == (files_in(crashed.path()), fs::read(&path).expect("the file")));
}

#[tokio::test]
async fn a_writer_in_the_middle_of_a_transaction_does_not_make_a_read_fail() {
    for mode in ["DELETE", "WAL"] {
        let fixture = Fixture::new("2.22.5");
        let writer = fixture.connection();
        writer
            .query_row(&format!("PRAGMA journal_mode = {mode}"), [], |_| Ok(()))
            .expect("the mode");
        let store = fixture.store();
        writer
            .execute_batch("BEGIN IMMEDIATE; UPDATE experiments SET name = 'later' WHERE experiment_id = 1")
            .expect("a write that is not committed");
        assert_eq!(
            names_of_experiments(&store).await,
            ["Default", "vision"],
            "{mode}"
        );
        writer.execute_batch("COMMIT").expect("the commit");
        assert_eq!(names_of_experiments(&store).await, ["Default", "later"], "{mode}");
    }
}

#[tokio::test]
async fn a_write_ahead_log_that_was_left_behind_is_read() {
    let fixture = Fixture::new("3.18.0");
    let writer = fixture.connection();
    writer
        .query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))
        .expect("the mode");
    writer
        .execute_batch("UPDATE experiments SET name = 'in the log' WHERE experiment_id = 1")
        .expect("a write");
    let crashed = tempfile::tempdir().expect("a temporary directory");
    as_if_the_writer_died(&fixture, crashed.path());
    fs::remove_file(crashed.path().join("mlflow.db-shm")).expect("the index of the log");
    let store = SqliteStore::open(&crashed.path().join("mlflow.db")).expect("the store opens");
    assert_eq!(names_of_experiments(&store).await, ["Default", "in the log"]);
}

#[tokio::test]
async fn a_database_with_a_closed_write_ahead_log_is_read_without_making_files_beside_it() {
    let fixture = Fixture::new("3.18.0");
    let writer = fixture.connection();
    writer
        .query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))
        .expect("the mode");
    writer
        .execute_batch("UPDATE experiments SET name = 'closed' WHERE experiment_id = 1")
        .expect("a write");
    drop(writer);
    let store = fixture.store();
    assert_eq!(names_of_experiments(&store).await, ["Default", "closed"]);
    assert_eq!(fixture.files(), ["mlflow.db"]);
    fixture.sql("UPDATE experiments SET name = 'opened again' WHERE experiment_id = 1");
    assert_eq!(names_of_experiments(&store).await, ["Default", "opened again"]);
}

#[tokio::test]
async fn a_database_that_was_replaced_is_read_anew() {
    let (old, new) = (Fixture::new("2.22.5"), Fixture::new("3.18.0"));
    new.sql("UPDATE experiments SET name = 'replaced' WHERE experiment_id = 1");
    let store = old.store();
    assert_eq!(names_of_experiments(&store).await, ["Default", "vision"]);
    fs::rename(new.path(), old.path()).expect("the new file takes the old one's place");
    assert_eq!(names_of_experiments(&store).await, ["Default", "replaced"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_path_of_any_characters_is_opened() {
    let fixture = Fixture::new("3.18.0");
    let directory = fixture.directory.path().join("50% of größe?#&x=1");
    fs::create_dir(&directory).expect("a directory");
    let path = directory.join("ml flow.db");
    fs::rename(fixture.path(), &path).expect("another place");
    let store = SqliteStore::open(&path).expect("the store opens");
    assert_eq!(names_of_experiments(&store).await, ["Default", "vision"]);
}
