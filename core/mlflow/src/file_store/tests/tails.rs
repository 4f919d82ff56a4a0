//! Histories that are read on from a mark: nothing lost, nothing twice, whatever became of the file.

use std::fs::{self, OpenOptions};
use std::io::Write;

use flowdeck_domain::port::{HistoryMark, HistoryPart, TrackingReader};
use futures::TryStreamExt;

use super::super::FileStore;
use super::fixture::{Fixture, history};

/// What a reader that goes on from mark to mark has.
#[derive(Default)]
struct Follower {
    values: Vec<f64>,
    mark: Option<HistoryMark>,
    /// Whether the last reading began anew.
    was_anew: bool,
    /// Points that the last reading gave.
    n_new: usize,
}

impl Follower {
    async fn read_on(&mut self, store: &FileStore) {
        let parts = store.history_after(&RUN.into(), &"loss".into(), self.mark.as_ref());
        let parts: Vec<_> = parts.try_collect().await.unwrap();
        (self.was_anew, self.n_new) = (false, 0);
        assert!(matches!(parts.last(), Some(HistoryPart::End(_))));
        for part in parts {
            match part {
                HistoryPart::Anew => {
                    self.values.clear();
                    self.was_anew = true;
                }
                HistoryPart::Points(points) => {
                    self.n_new += points.len();
                    self.values.extend(points.iter().map(|point| point.value));
                }
                HistoryPart::End(mark) => self.mark = mark,
            }
        }
    }
}

const RUN: &str = "0123456789abcdef0123456789abcdef";

struct Growing {
    fixture: Fixture,
    file: std::path::PathBuf,
    store: FileStore,
    follower: Follower,
}

impl Growing {
    async fn new(contents: &str) -> Self {
        let fixture = Fixture::new();
        let run = fixture.run(RUN);
        let file = fixture.path(&format!("{run}/metrics/loss"));
        fs::write(&file, contents).unwrap();
        let store = fixture.open();
        let mut growing = Self {
            fixture,
            file,
            store,
            follower: Follower::default(),
        };
        growing.read_on().await;
        growing
    }

    fn append(&self, text: &str) {
        let mut file = OpenOptions::new().append(true).open(&self.file).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    /// Reads on; what the follower has is then what a reader of the whole has.
    async fn read_on(&mut self) -> &Follower {
        self.follower.read_on(&self.store).await;
        let whole = history(&self.store, RUN, "loss").await.unwrap();
        let whole: Vec<f64> = whole.iter().map(|point| point.value).collect();
        assert_eq!(self.follower.values, whole);
        &self.follower
    }
}

#[tokio::test]
async fn appended_lines_are_read_on_from_the_mark() {
    let mut growing = Growing::new("1 1 1\n2 2 2\n").await;
    growing.append("3 3 3\n");
    let follower = growing.read_on().await;
    assert_eq!((follower.was_anew, follower.n_new), (false, 1));
    let follower = growing.read_on().await;
    assert_eq!((follower.was_anew, follower.n_new), (false, 0));
    for n in 4..20_000 {
        growing.append(&format!("{n} {n} {n}\n"));
        if n % 4_999 == 0 {
            assert!(!growing.read_on().await.was_anew);
        }
    }
    assert!(!growing.read_on().await.was_anew);
}

#[tokio::test]
async fn a_line_cut_anywhere_is_read_once_it_is_whole() {
    let line = "1700000000000 0.125 17\n";
    for cut in 0..line.len() {
        let mut growing = Growing::new("1 1 1\n2 2 2\n").await;
        growing.append(&line[..cut]);
        growing.read_on().await;
        growing.append(&line[cut..]);
        growing.append("4 4 4\n");
        growing.read_on().await;
        assert_eq!(growing.follower.values, [1.0, 2.0, 0.125, 4.0], "cut at {cut}");
    }
}

#[tokio::test]
async fn a_file_that_was_cut_rewritten_or_replaced_is_read_anew() {
    let long: String = (0..1_000).map(|n| format!("{n} {n}.5 {n}\n")).collect();
    for contents in [
        // Cut short.
        "1 1 1\n".to_owned(),
        String::new(),
        // Written anew, shorter and longer than it was.
        "9 9 9\n".to_owned(),
        format!("{long}1000 7 1000\n").replace("999 999.5 999\n", "999 0.5 999\n"),
        format!("0 9.5 0\n{}", &long[8..]),
    ] {
        let mut growing = Growing::new(&long).await;
        fs::write(&growing.file, contents).unwrap();
        assert!(growing.read_on().await.was_anew);
    }
    let mut growing = Growing::new(&long).await;
    let beside = growing.fixture.path("beside");
    fs::write(&beside, format!("{long}1000 7 1000\n")).unwrap();
    fs::rename(&beside, &growing.file).unwrap();
    growing.read_on().await;
}

#[tokio::test]
async fn a_metric_that_is_gone_has_no_points_any_more() {
    let mut growing = Growing::new("1 1 1\n").await;
    fs::remove_file(&growing.file).unwrap();
    let follower = growing.read_on().await;
    assert!(follower.was_anew && follower.values.is_empty());
}

#[tokio::test]
async fn a_mark_of_another_store_is_none() {
    let mut growing = Growing::new("1 1 1\n").await;
    for mark in [
        "",
        "sqlite 1 2 3 4 5 6 7",
        "file 1",
        "file a b c d e",
        "file 1 2 3 4 5 6",
    ] {
        growing.follower.mark = Some(HistoryMark(mark.into()));
        assert!(growing.read_on().await.was_anew, "{mark}");
    }
}
