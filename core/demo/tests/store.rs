//! What a demo store promises.

use std::path::Path;
use std::sync::LazyLock;

use rusqlite::Connection;
use tempfile::TempDir;

use flowdeck_demo::{
    DATABASE_NAME, DemoStore, Grown, Growth, StoreOptions, open_store, prepare_store, write_store,
};
use flowdeck_domain::{FailureKind, Timestamp};

const NOW: Timestamp = Timestamp(1_773_480_000_000);

/// For the tests that only read. It stands in the target directory, for no static is ever dropped.
static STORE: LazyLock<DemoStore> = LazyLock::new(|| {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("demo-store");
    let _ = std::fs::remove_dir_all(&place);
    write_store(&place, StoreOptions::at(NOW)).expect("a store")
});

/// A database of its own for a test that writes: a copy, as making one takes long in a debug build.
///
/// Its artifacts are those of [`STORE`]; only the live run's log grows there.
fn copy() -> (TempDir, DemoStore) {
    let place = tempfile::tempdir().expect("a directory");
    std::fs::copy(STORE.database(), place.path().join(DATABASE_NAME)).expect("room on the disk");
    let store = open_store(place.path()).expect("a store").expect("of ours");
    (place, store)
}

fn count(database: &Path, query: &str) -> i64 {
    let connection = Connection::open(database).expect("a database");
    connection.query_row(query, [], |row| row.get(0)).expect(query)
}

fn rows(database: &Path, query: &str) -> Vec<String> {
    let connection = Connection::open(database).expect("a database");
    let mut statement = connection.prepare(query).expect(query);
    let n_columns = statement.column_count();
    let rows = statement.query_map([], |row| {
        (0..n_columns)
            .map(|column| Ok(format!("{:?}", row.get::<_, rusqlite::types::Value>(column)?)))
            .collect::<rusqlite::Result<Vec<_>>>()
    });
    rows.expect(query)
        .map(|row| row.expect(query).join(" "))
        .collect()
}

#[test]
fn the_store_is_sound_and_every_reference_in_it_leads_somewhere() {
    let store = &*STORE;
    assert_eq!(rows(store.database(), "PRAGMA foreign_key_check"), [""; 0]);
    assert_eq!(rows(store.database(), "PRAGMA integrity_check"), ["Text(\"ok\")"]);
    let lost = "SELECT count(*) FROM tags WHERE key = 'mlflow.parentRunId' AND value NOT IN (SELECT run_uuid FROM runs)";
    assert_eq!(count(store.database(), lost), 0);
    for (_, uri) in links_to_files(store.database()) {
        assert!(Path::new(&uri).is_dir(), "{uri} is missing");
    }
}

/// Artifact directories that must be there: of models, and of the runs that versions were made from.
fn links_to_files(database: &Path) -> Vec<(String, String)> {
    let connection = Connection::open(database).expect("a database");
    let mut statement = connection
        .prepare(
            "SELECT model_id, artifact_location FROM logged_models UNION ALL \
             SELECT name, storage_location FROM model_versions WHERE source <> 'dummy-source'",
        )
        .expect("a statement");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.expect("rows").map(|row| row.expect("a row")).collect()
}

#[test]
fn runs_of_every_status_and_both_lifecycles_are_there_and_none_is_of_the_future() {
    let store = &*STORE;
    let statuses = rows(store.database(), "SELECT DISTINCT status FROM runs ORDER BY 1");
    assert_eq!(statuses.len(), 5, "{statuses:?}");
    assert!(
        count(
            store.database(),
            "SELECT count(*) FROM runs WHERE lifecycle_stage = 'deleted'"
        ) > 3
    );
    for latest in [
        "SELECT max(start_time) FROM runs",
        "SELECT max(end_time) FROM runs",
        "SELECT max(timestamp) FROM metrics",
        "SELECT max(timestamp_ms) FROM trace_info",
        "SELECT max(last_updated_time) FROM model_versions",
    ] {
        assert!(count(store.database(), latest) <= NOW.0, "{latest} is after now");
    }
}

const LATEST_DISAGREES: &str = "\
    SELECT count(*) FROM latest_metrics l WHERE NOT EXISTS (SELECT 1 FROM ( \
      SELECT value, timestamp, step, is_nan FROM metrics m WHERE m.run_uuid = l.run_uuid AND m.key = l.key \
      ORDER BY step DESC, timestamp DESC, value DESC LIMIT 1) h \
    WHERE h.value = l.value AND h.timestamp = l.timestamp AND h.step = l.step AND h.is_nan = l.is_nan)";

#[test]
fn the_latest_metrics_agree_with_the_histories_before_and_after_growth() {
    let (_place, store) = copy();
    assert_eq!(count(store.database(), LATEST_DISAGREES), 0);
    let mut growth = Growth::resume(&store)
        .expect("a live run")
        .expect("which still runs");
    growth.tick(Timestamp(NOW.0 + 31_000)).expect("room on the disk");
    assert_eq!(count(store.database(), LATEST_DISAGREES), 0);
}

#[test]
fn the_same_seed_and_time_give_the_same_rows() {
    let other = prepare_store(None, StoreOptions::at(NOW)).expect("a store");
    for query in [
        "SELECT * FROM metrics ORDER BY 1, 3, 4, 5",
        "SELECT run_uuid, name, status, start_time, end_time FROM runs",
        "SELECT key, value, run_uuid FROM tags",
        "SELECT content FROM spans",
    ] {
        assert!(
            rows(STORE.database(), query) == rows(other.database(), query),
            "{query} differs"
        );
    }
}

#[test]
fn a_tick_appends_what_is_due_and_stops_at_the_end() {
    let (_place, store) = copy();
    let points = "SELECT count(*) FROM metrics";
    let before = count(store.database(), points);
    let mut growth = Growth::resume(&store)
        .expect("a live run")
        .expect("which still runs");
    assert_eq!(growth.tick(NOW).expect("a tick"), Grown::Points(0));
    let Grown::Points(grown) = growth.tick(Timestamp(NOW.0 + 3_000)).expect("a tick") else {
        panic!("finished too early");
    };
    assert!(grown >= 9, "three steps of three metrics and more, not {grown}");
    assert_eq!(count(store.database(), points), before + grown as i64);
    let mut now = NOW.0 + 3_000;
    loop {
        now += 60_000;
        if growth.tick(Timestamp(now)).expect("a tick") == Grown::Finished {
            break;
        }
    }
    let reopened = open_store(store.directory()).expect("a store").expect("of ours");
    assert_eq!(reopened.live_run(), None);
    assert!(Growth::resume(&reopened).expect("a store").is_none());
    assert_eq!(
        growth.tick(Timestamp(now + 60_000)).expect("a tick"),
        Grown::Finished
    );
}

#[test]
fn after_a_night_the_run_goes_on_from_the_morning() {
    let (_place, store) = copy();
    let mut growth = Growth::resume(&store)
        .expect("a live run")
        .expect("which still runs");
    let morning = NOW.0 + 8 * 3_600_000;
    growth.tick(Timestamp(morning)).expect("a tick");
    assert_eq!(
        count(store.database(), "SELECT max(timestamp) FROM metrics"),
        morning
    );
    let again = "SELECT count(*) FROM (SELECT step FROM metrics WHERE key = 'train/loss' AND run_uuid = \
                 (SELECT run_uuid FROM runs WHERE status = 'RUNNING') GROUP BY step HAVING count(*) > 1)";
    assert_eq!(count(store.database(), again), 0, "no step twice");
}

#[test]
fn a_store_is_opened_again_and_anothers_is_left_alone() {
    let (place, first) = copy();
    let again =
        prepare_store(Some(place.path()), StoreOptions::at(Timestamp(NOW.0 + 9))).expect("the same store");
    assert_eq!(first.live_run(), again.live_run());
    let other = tempfile::tempdir().expect("a directory");
    Connection::open(other.path().join("mlflow.db"))
        .and_then(|connection| connection.execute_batch("CREATE TABLE mine (x)"))
        .expect("a database");
    let refused = prepare_store(Some(other.path()), StoreOptions::at(NOW)).expect_err("it is not ours");
    assert_eq!(refused.kind(), FailureKind::Refused);
    assert!(refused.message().contains("mlflow.db"));
    assert_eq!(
        count(&other.path().join("mlflow.db"), "SELECT count(*) FROM mine"),
        0
    );
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let place = tempfile::NamedTempFile::new().expect("a file");
    let failure =
        write_store(&place.path().join("below"), StoreOptions::at(NOW)).expect_err("a file is no directory");
    assert_eq!(failure.kind(), FailureKind::System);
    assert!(failure.message().contains("below"), "{}", failure.message());
}

#[test]
fn while_another_program_holds_the_database_nothing_is_logged_and_the_next_tick_catches_up() {
    let (_place, store) = copy();
    let mut growth = Growth::resume(&store)
        .expect("a live run")
        .expect("which still runs");
    let holder = Connection::open(store.database()).expect("a database");
    holder
        .execute_batch("BEGIN EXCLUSIVE")
        .expect("nobody else holds it");
    let failure = growth.tick(Timestamp(NOW.0 + 2_000)).expect_err("it is held");
    assert_eq!(failure.kind(), FailureKind::Busy);
    holder.execute_batch("ROLLBACK").expect("we hold it");
    growth.tick(Timestamp(NOW.0 + 4_000)).expect("it is free");
    let steps = "SELECT count(*) FROM metrics WHERE key = 'train/loss' AND timestamp > 1773480000000";
    assert_eq!(count(store.database(), steps), 4);
}
