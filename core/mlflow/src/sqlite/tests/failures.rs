use std::fs;
use std::path::Path;
use std::time::Duration;

use flowdeck_domain::port::{TrackingReader, TrackingWriter};
use flowdeck_domain::{Failure, FailureKind};

use super::{Fixture, all_runs};
use crate::sqlite::SqliteStore;
use crate::sqlite::database::Database;

fn failure_of(path: &Path) -> Failure {
    SqliteStore::open(path).expect_err("this cannot be opened")
}

/// One sentence that names the file, and a way out.
fn check_words(failure: &Failure, path: &Path) {
    assert!(
        failure.message().contains(&path.display().to_string()),
        "{failure}"
    );
    assert!(!failure.message().ends_with('.'), "{failure}");
    assert!(failure.hint().is_some_and(|hint| !hint.is_empty()), "{failure}");
}

#[test]
fn what_is_no_store_is_told_from_what_is_not_there() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("mlflow.db");
    let check = |kind: FailureKind| {
        let failure = failure_of(&path);
        assert_eq!(failure.kind(), kind, "{failure}");
        check_words(&failure, &path);
    };
    check(FailureKind::NotFound);
    for bytes in [
        &b""[..],
        b"x",
        b"not a database, but longer than a header",
        &[0; 5000],
    ] {
        fs::write(&path, bytes).expect("a file");
        check(FailureKind::Damaged);
    }
    fs::remove_file(&path).expect("the file");
    fs::create_dir(&path).expect("a directory");
    check(FailureKind::InvalidInput);
}

#[test]
fn a_database_of_something_else_is_no_store() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("cookies.sqlite");
    let connection = rusqlite::Connection::open(&path).expect("a database");
    connection
        .execute_batch("CREATE TABLE cookies (name TEXT)")
        .expect("a table");
    let failure = failure_of(&path);
    assert_eq!(failure.kind(), FailureKind::Damaged);
    assert!(failure.message().contains("no MLflow store"), "{failure}");
    check_words(&failure, &path);
}

#[tokio::test]
async fn a_truncated_or_scrambled_database_fails_in_one_sentence() {
    let fixture = Fixture::new("3.18.0");
    fixture.sql(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) \
         INSERT INTO params SELECT 'key' || i, 'value ' || i, 'r1' FROM n",
    );
    let whole = fs::read(fixture.path()).expect("the file");
    let mut failures = 0;
    for cut in [100, 4_096, 8_192, whole.len() / 2, whole.len() - 4_096] {
        fs::write(fixture.path(), &whole[..cut]).expect("a shorter file");
        failures += usize::from(fails_cleanly(&fixture).await);
    }
    for from in [16, 100, 4_096, 12_288, whole.len() / 2] {
        let mut scrambled = whole.clone();
        for byte in scrambled.iter_mut().skip(from).take(40_000) {
            *byte = byte.wrapping_mul(31).wrapping_add(7);
        }
        fs::write(fixture.path(), &scrambled).expect("another file");
        failures += usize::from(fails_cleanly(&fixture).await);
    }
    assert!(failures >= 8, "{failures} of 10 were noticed");
}

/// Whether reading all failed; in words, if so.
async fn fails_cleanly(fixture: &Fixture) -> bool {
    let failure = match SqliteStore::open(&fixture.path()) {
        Err(failure) => failure,
        Ok(store) => match store.search_runs(&all_runs("1")).await {
            Err(failure) => failure,
            Ok(_) => return false,
        },
    };
    assert!(
        matches!(failure.kind(), FailureKind::Damaged | FailureKind::System),
        "{failure}"
    );
    check_words(&failure, &fixture.path());
    true
}

#[test]
fn a_writer_that_holds_the_file_for_too_long_is_busy() {
    let fixture = Fixture::new("3.18.0");
    let database = Database::open_with(&fixture.path(), Duration::ZERO).expect("it opens");
    let writer = fixture.connection();
    writer.execute_batch("BEGIN EXCLUSIVE").expect("the whole file");
    let failure = database.read(|_| Ok(())).expect_err("it is held");
    assert_eq!(failure.kind(), FailureKind::Busy, "{failure}");
    check_words(&failure, &fixture.path());
    writer.execute_batch("COMMIT").expect("it is given back");
    database.read(|_| Ok(())).expect("it is free");
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_without_permission_is_the_systems_refusal() {
    use std::os::unix::fs::PermissionsExt;
    let fixture = Fixture::new("3.18.0");
    let path = fixture.path();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("no permission");
    if fs::File::open(&path).is_ok() {
        // The system lets root read anything.
        return;
    }
    let failure = failure_of(&path);
    assert_eq!(failure.kind(), FailureKind::System);
    check_words(&failure, &path);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).expect("read permission");
    let store = SqliteStore::open(&path).expect("it may be read");
    let failure = store
        .delete_run(&"r1".into())
        .await
        .expect_err("it may not be written");
    assert_eq!(failure.kind(), FailureKind::System);
    check_words(&failure, &path);
}
