//! Histories that are read on from a mark: nothing lost, nothing twice, whatever became of the table.

use flowdeck_domain::FailureKind;
use flowdeck_domain::port::{HistoryMark, HistoryPart, TrackingReader};
use flowdeck_domain::tracking::MetricPoint;
use futures::TryStreamExt;

use super::Fixture;
use crate::sqlite::SqliteStore;

/// What a reader that goes on from mark to mark has.
#[derive(Default)]
struct Follower {
    points: Vec<MetricPoint>,
    mark: Option<HistoryMark>,
}

struct Growing {
    fixture: Fixture,
    store: SqliteStore,
    follower: Follower,
}

impl Growing {
    async fn new(fixture: Fixture) -> Self {
        log(&fixture, "r1", 10, 3);
        let store = fixture.store();
        let mut growing = Self {
            fixture,
            store,
            follower: Follower::default(),
        };
        assert_eq!(growing.read_on().await, (true, 3));
        growing
    }

    /// Reads on; what the follower has is then what a reader of the whole has. Gives whether it began anew, and how many
    /// points came.
    async fn read_on(&mut self) -> (bool, usize) {
        let (run, key) = (&"r1".into(), &"loss".into());
        let parts = self.store.history_after(run, key, self.follower.mark.as_ref());
        let parts: Vec<_> = parts.try_collect().await.expect("the history is there");
        assert!(matches!(parts.last(), Some(HistoryPart::End(_))));
        let (mut was_anew, mut n_new) = (false, 0);
        for part in parts {
            match part {
                HistoryPart::Anew => {
                    self.follower.points.clear();
                    was_anew = true;
                }
                HistoryPart::Points(points) => {
                    n_new += points.len();
                    self.follower.points.extend(points);
                }
                HistoryPart::End(mark) => self.follower.mark = mark,
            }
        }
        let whole = self.store.metric_history(run, key);
        let whole: Vec<MetricPoint> = whole.try_concat().await.expect("the history is there");
        // NaN is not equal to itself.
        assert_eq!(format!("{:?}", self.follower.points), format!("{whole:?}"));
        (was_anew, n_new)
    }
}

/// Logs so many points of a run from a timestamp on.
fn log(fixture: &Fixture, run: &str, from: i64, n_points: i64) {
    for n in 0..n_points {
        let at = from + n;
        fixture.sql(&format!(
            "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) \
             VALUES ('loss', {at}.5, {at}, '{run}', {at}, 0)"
        ));
    }
}

#[tokio::test]
async fn rows_written_since_are_read_on_from_the_mark_in_every_schema() {
    for fixture in Fixture::all() {
        fixture.run("r2", 1, 0);
        let mut growing = Growing::new(fixture).await;
        assert_eq!(growing.read_on().await, (false, 0));
        log(&growing.fixture, "r1", 20, 2);
        log(&growing.fixture, "r2", 0, 5);
        log(&growing.fixture, "r1", 30, 1);
        assert_eq!(growing.read_on().await, (false, 3));
        growing.fixture.sql(
            "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES \
             ('loss', 0, 50, 'r1', 2, 1), ('loss', 1.7976931348623157e308, 50, 'r1', 1, 0), ('other', 1, 1, 'r1', 1, 0)",
        );
        assert_eq!(growing.read_on().await, (false, 2));
        assert_eq!(growing.read_on().await, (false, 0));
    }
}

#[tokio::test]
async fn a_point_that_belongs_before_others_is_put_there() {
    let mut growing = Growing::new(Fixture::new("3.18.0")).await;
    log(&growing.fixture, "r1", 5, 1);
    assert_eq!(growing.read_on().await, (true, 4));
    // The same moment and an earlier step.
    growing.fixture.sql(
        "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES ('loss', 1, 12, 'r1', 11, 0)",
    );
    assert_eq!(growing.read_on().await, (true, 5));
}

#[tokio::test]
async fn rows_whose_numbers_are_given_out_again_are_not_lost() {
    let fixture = Fixture::new("3.18.0");
    fixture.run("r2", 1, 0);
    let mut growing = Growing::new(fixture).await;
    log(&growing.fixture, "r2", 0, 10);
    assert_eq!(growing.read_on().await, (false, 0));
    growing.fixture.sql("DELETE FROM metrics WHERE run_uuid = 'r2'");
    log(&growing.fixture, "r1", 20, 4);
    assert_eq!(growing.read_on().await, (true, 7));
}

#[tokio::test]
async fn a_database_that_was_vacuumed_or_replaced_is_read_right() {
    let fixture = Fixture::new("3.18.0");
    fixture.run("r2", 1, 0);
    log(&fixture, "r2", 0, 10);
    let mut growing = Growing::new(fixture).await;
    growing
        .fixture
        .sql("DELETE FROM metrics WHERE run_uuid = 'r2'; VACUUM");
    log(&growing.fixture, "r1", 20, 4);
    growing.read_on().await;
    let beside = growing.fixture.path().with_extension("beside");
    std::fs::copy(growing.fixture.path(), &beside).expect("it can be copied");
    std::fs::rename(&beside, growing.fixture.path()).expect("it can be renamed");
    log(&growing.fixture, "r1", 40, 1);
    growing.read_on().await;
}

#[tokio::test]
async fn a_run_that_is_gone_is_missing_also_from_a_mark_on() {
    let mut growing = Growing::new(Fixture::new("3.18.0")).await;
    growing.read_on().await;
    let mark = growing.follower.mark.take().expect("a mark");
    growing
        .fixture
        .sql("PRAGMA foreign_keys = OFF; DELETE FROM runs WHERE run_uuid = 'r1'");
    let (run, key) = (&"r1".into(), &"loss".into());
    let parts = growing.store.history_after(run, key, Some(&mark));
    let failure = parts.try_collect::<Vec<_>>().await.expect_err("no such run");
    assert_eq!(failure.kind(), FailureKind::NotFound);
}

#[tokio::test]
async fn a_mark_of_another_store_is_none() {
    let mut growing = Growing::new(Fixture::new("3.18.0")).await;
    for mark in ["", "file 1 2 3 4 5", "sqlite 1", "sqlite 0 0 1 0 0 0 0"] {
        growing.follower.mark = Some(HistoryMark(mark.into()));
        assert_eq!(growing.read_on().await, (true, 3), "{mark}");
    }
}
