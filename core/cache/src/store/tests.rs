use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};

use flowdeck_domain::port::{HistoryMark, View};
use flowdeck_domain::tracking::{Experiment, Lifecycle, MetricPoint};
use flowdeck_domain::{MetricKey, RunId, Timestamp};

use super::*;
use crate::record::{Artifact, Kind};

const NO_LIMIT: u64 = u64::MAX;

/// A clock that goes on by one each time it is looked at.
fn ticking() -> Timestamp {
    static TICKS: AtomicI64 = AtomicI64::new(1_000);
    Timestamp(TICKS.fetch_add(1, Ordering::Relaxed))
}

fn open(directory: &Path, size_limit: u64) -> Cache {
    Cache::open(CacheOptions {
        file: directory.join("offline/lab.db"),
        context: "lab".to_owned(),
        store: "https://lab.example".to_owned(),
        size_limit,
        artifact_limit: 1 << 20,
        now: ticking,
    })
}

fn experiment(id: &str, name: &str) -> Experiment {
    Experiment {
        id: id.into(),
        name: name.to_owned(),
        artifact_location: String::new(),
        lifecycle: Lifecycle::Active,
        creation_time: None,
        last_update_time: None,
        tags: Vec::new(),
    }
}

fn file(name: &str, n_bytes: usize) -> Artifact {
    Artifact {
        owner: "run:r".to_owned(),
        path: flowdeck_domain::artifact::ArtifactPath::parse(name).expect("a path"),
        bytes: vec![7; n_bytes].into(),
    }
}

fn points(steps: std::ops::Range<i64>) -> Vec<MetricPoint> {
    let point = |step| MetricPoint {
        step,
        timestamp: Timestamp(step * 10),
        value: step as f64,
    };
    steps.map(point).collect()
}

/// Keeps something and waits until it is there.
fn kept(
    cache: &Cache,
    work: impl FnOnce(&Writing<'_>) -> rusqlite::Result<()> + Send + 'static,
) -> Result<()> {
    assert!(cache.keep(1, work));
    futures::executor_block_on(cache.flush())
}

/// A future on this thread: the cache needs no runtime to be waited for.
mod futures {
    pub(super) fn executor_block_on<T>(future: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.expect("a runtime").block_on(future)
    }
}

fn name_of(cache: &Cache, id: &str) -> Option<(String, Timestamp)> {
    let found = cache.read_now(|reading| reading.thing::<Experiment>(id));
    found
        .expect("it can be read")
        .map(|kept| (kept.thing.name, kept.read_at))
}

#[test]
fn what_was_read_later_stands_and_outlives_the_process() {
    let dir = tempfile::tempdir().expect("a directory");
    {
        let cache = open(dir.path(), NO_LIMIT);
        for (name, at) in [("new", 20), ("old", 10)] {
            let things = [experiment("1", name)];
            cache.keep(1, move |writing| writing.things(&things, Timestamp(at)));
        }
    }
    // The drop above waited for what was handed over.
    let cache = open(dir.path(), NO_LIMIT);
    assert_eq!(name_of(&cache, "1"), Some(("new".to_owned(), Timestamp(20))));
    assert_eq!(name_of(&cache, "2"), None);
    assert!(cache.take_warnings().is_empty());
}

#[test]
fn a_list_that_was_read_to_its_end_no_longer_holds_what_is_gone() {
    let dir = tempfile::tempdir().expect("a directory");
    let cache = open(dir.path(), NO_LIMIT);
    let state = || {
        cache
            .read_now(|reading| reading.list(Kind::Experiment, "", View::Active))
            .expect("read")
    };
    assert_eq!(state(), ListState::Unknown);
    kept(&cache, |writing| {
        writing.things(&[experiment("1", "gone"), experiment("2", "stays")], Timestamp(1))?;
        writing.list_seen(Kind::Experiment, "", false, Timestamp(1))
    })
    .expect("kept");
    assert_eq!(state(), ListState::Partial);
    kept(&cache, |writing| {
        writing.things(&[experiment("2", "stays")], Timestamp(5))?;
        writing.list_whole(Kind::Experiment, "", false, Timestamp(5))
    })
    .expect("kept");
    assert_eq!(state(), ListState::Whole(Timestamp(5)));
    assert_eq!(name_of(&cache, "1"), None);
    let all = cache.read_now(|reading| reading.list(Kind::Experiment, "", View::All));
    assert_eq!(
        all.expect("read"),
        ListState::Partial,
        "deleted ones were never listed"
    );
}

#[test]
fn a_history_is_seen_once_it_is_whole_and_read_on_from_its_mark() {
    let dir = tempfile::tempdir().expect("a directory");
    let cache = open(dir.path(), NO_LIMIT);
    let (run, key) = (RunId::from("r"), MetricKey::from("loss"));
    let read = || {
        let (run, key) = (run.clone(), key.clone());
        cache
            .read_now(move |reading| reading.history(&run, &key))
            .expect("read")
            .map(|(state, points)| (state.mark.map(|mark| mark.0.to_string()), points))
    };
    let mark = |text: &str| HistoryMark(text.into());
    let begin = |n: i64, end: Option<HistoryMark>| {
        let (run, key, token) = (run.clone(), key.clone(), HistoryToken::new(Timestamp(n)));
        kept(&cache, move |writing| {
            writing.history_begin(token, &run, &key, Timestamp(n))?;
            writing.history_points(token, &points(0..n))?;
            writing.history_points(token, &points(n..2 * n))?;
            match &end {
                Some(mark) => writing.history_end(token, Some(mark)),
                None => Ok(()),
            }
        })
        .expect("kept");
    };
    begin(3, None);
    assert_eq!(read(), None, "it broke off");
    begin(70_000, Some(mark("a")));
    assert_eq!(read(), Some((Some("a".to_owned()), points(0..140_000))));
    begin(2, None);
    assert_eq!(read().map(|(_, points)| points.len()), Some(140_000));
    begin(2, Some(mark("b")));
    assert_eq!(read(), Some((Some("b".to_owned()), points(0..4))));
    for (after, from) in [("b", 4), ("elsewhere", 90)] {
        let (run, key) = (run.clone(), key.clone());
        kept(&cache, move |writing| {
            let (after, next) = (HistoryMark(after.into()), HistoryMark("c".into()));
            writing.history_append(
                (&run, &key),
                &after,
                &points(from..from + 2),
                Some(&next),
                Timestamp(9),
            )
        })
        .expect("kept");
    }
    assert_eq!(read(), Some((Some("c".to_owned()), points(0..6))));
}

#[test]
fn what_was_used_longest_ago_goes_first_and_the_file_stays_within_its_limit() {
    let dir = tempfile::tempdir().expect("a directory");
    let limit = 1 << 20;
    let cache = open(dir.path(), limit);
    for n in 0..40 {
        kept(&cache, move |writing| {
            writing.things(&[file(&format!("f{n}"), 50_000)], Timestamp(n))?;
            writing.touch(Kind::Artifact, "run:r\nf0", false)
        })
        .expect("kept");
    }
    let has = |name: &str| {
        let id = format!("run:r\n{name}");
        cache
            .read_now(|reading| reading.read_at(Kind::Artifact, &id))
            .expect("read")
            .is_some()
    };
    assert!(has("f0") && has("f39"), "the one looked at last, and the newest");
    assert!(!has("f1") && !has("f10"));
    drop(cache);
    let size = crate::info(&dir.path().join("offline/lab.db"))
        .expect("it is there")
        .size_bytes;
    assert!(size <= limit, "{size}");
}

#[test]
fn a_full_disk_is_said_once_and_what_is_there_can_still_be_read() {
    let dir = tempfile::tempdir().expect("a directory");
    let cache = open(dir.path(), NO_LIMIT);
    kept(&cache, |writing| {
        writing.things(&[experiment("1", "kept")], Timestamp(1))?;
        // SQLite answers as it does where the disk is full.
        writing.tx.pragma_update(None, "max_page_count", 40)
    })
    .expect("kept");
    for _ in 0..2 {
        let failure = kept(&cache, |writing| {
            writing.things(&[file("big", 1 << 20)], Timestamp(2))
        });
        assert!(failure.is_err_and(|failure| failure.message().contains("nothing more is kept")));
    }
    assert_eq!(cache.take_warnings().len(), 1);
    assert_eq!(name_of(&cache, "1"), Some(("kept".to_owned(), Timestamp(1))));
}

#[test]
fn a_file_that_is_no_cache_is_set_aside_and_begun_anew() {
    for content in [
        vec![b'x'; 9_000],
        b"SQLite format 3\0 and then nothing of the kind".to_vec(),
    ] {
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(dir.path().join("offline")).expect("a directory");
        let place = dir.path().join("offline/lab.db");
        std::fs::write(&place, &content).expect("a file");
        let cache = open(dir.path(), NO_LIMIT);
        kept(&cache, |writing| {
            writing.things(&[experiment("1", "a")], Timestamp(1))
        })
        .expect("kept");
        assert!(name_of(&cache, "1").is_some());
        let said = cache.take_warnings();
        assert!(
            matches!(&*said, [one] if one.0.contains("was set aside as")),
            "{said:?}"
        );
        let aside = std::fs::read(dir.path().join("offline/lab.db.broken-1")).expect("it was kept");
        assert_eq!(aside, content);
    }
}

#[test]
fn a_file_that_breaks_while_it_is_open_is_set_aside_too() {
    let dir = tempfile::tempdir().expect("a directory");
    let place = dir.path().join("offline/lab.db");
    {
        let cache = open(dir.path(), NO_LIMIT);
        kept(&cache, |writing| {
            (0..200).try_for_each(|n| writing.things(&[experiment(&n.to_string(), "a")], Timestamp(1)))
        })
        .expect("kept");
    }
    let mut bytes = std::fs::read(&place).expect("it is there");
    // All pages but the first, which says that it is a cache.
    bytes[4096..].fill(0x5a);
    std::fs::write(&place, &bytes).expect("it can be written");
    let cache = open(dir.path(), NO_LIMIT);
    let mut said = Vec::new();
    for _ in 0..3 {
        let _ = cache.read_now(|reading| reading.all_things::<Experiment>());
        let _ = kept(&cache, |writing| {
            writing.things(&[experiment("9", "b")], Timestamp(2))
        });
        said.extend(cache.take_warnings());
    }
    assert!(
        matches!(&*said, [one] if one.0.contains("was set aside as")),
        "{said:?}"
    );
    assert_eq!(name_of(&cache, "9"), Some(("b".to_owned(), Timestamp(2))));
}

#[test]
fn a_file_of_a_newer_flowdeck_is_left_alone() {
    let dir = tempfile::tempdir().expect("a directory");
    drop(open(dir.path(), NO_LIMIT));
    let place = dir.path().join("offline/lab.db");
    let connection = Connection::open(&place).expect("a database");
    connection
        .pragma_update(None, "user_version", 99)
        .expect("written");
    drop(connection);
    let cache = open(dir.path(), NO_LIMIT);
    let failure = kept(&cache, |writing| {
        writing.things(&[experiment("1", "a")], Timestamp(1))
    });
    assert!(failure.is_err_and(|failure| failure.message().contains("a newer flowdeck wrote it")));
    assert!(
        cache
            .read_now(|reading| reading.thing::<Experiment>("1"))
            .is_err()
    );
    assert!(!dir.path().join("offline/lab.db.broken-1").exists());
}

#[cfg(unix)]
#[test]
fn directory_and_files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().expect("a directory");
    let cache = open(dir.path(), NO_LIMIT);
    kept(&cache, |writing| {
        writing.things(&[experiment("1", "a")], Timestamp(1))
    })
    .expect("kept");
    let offline = dir.path().join("offline");
    let mode = |path: &Path| path.metadata().expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(&offline), 0o700);
    let files: Vec<_> = offline.read_dir().expect("a directory").flatten().collect();
    assert_eq!(files.len(), 3, "{files:?}");
    for file in files {
        assert_eq!(mode(&file.path()), 0o600, "{file:?}");
    }
}

#[test]
fn two_writers_at_once_lose_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let caches = [open(dir.path(), NO_LIMIT), open(dir.path(), NO_LIMIT)];
    for n in 0..200 {
        for (place, cache) in caches.iter().enumerate() {
            let things = [experiment(&format!("{place}-{n}"), "a")];
            cache.keep(1, move |writing| writing.things(&things, Timestamp(1)));
        }
    }
    for cache in &caches {
        futures::executor_block_on(cache.flush()).expect("kept");
    }
    let census = caches[0].read_now(|reading| reading.census()).expect("read");
    assert_eq!(census.counts[0], (Kind::Experiment, 400));
}

/// A file as each shipped version left it, with a row in every table.
#[test]
fn a_file_of_each_shipped_version_comes_to_the_present_one_with_what_it_holds() {
    let fixtures = [include_str!("../schema/fixtures/1.sql")];
    assert_eq!(
        fixtures.len(),
        crate::SCHEMA_VERSION,
        "each version that ships has its fixture"
    );
    let tables = |connection: &Connection| -> Vec<String> {
        let mut statement = connection
            .prepare("SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1")
            .expect("SQL");
        let rows = statement
            .query_map([], |row| row.get::<_, String>(0))
            .expect("rows");
        rows.map(|row| {
            row.expect("text")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
    };
    let fresh = tempfile::tempdir().expect("a directory");
    drop(open(fresh.path(), NO_LIMIT));
    let fresh = Connection::open(fresh.path().join("offline/lab.db")).expect("a database");
    for fixture in fixtures {
        let dir = tempfile::tempdir().expect("a directory");
        let place = dir.path().join("offline/lab.db");
        std::fs::create_dir(dir.path().join("offline")).expect("a directory");
        let connection = Connection::open(&place).expect("a database");
        connection.execute_batch(fixture).expect("the fixture is SQL");
        drop(connection);
        let cache = open(dir.path(), NO_LIMIT);
        assert_eq!(
            name_of(&cache, "7"),
            Some(("digits".to_owned(), Timestamp(1_700_000_000_000)))
        );
        let history = cache.read_now(|reading| reading.history(&"r".into(), &"loss".into()));
        let (state, found) = history.expect("read").expect("it is kept");
        assert_eq!((state.mark, found), (Some(HistoryMark("m".into())), points(0..3)));
        let sync = cache
            .read_now(|reading| reading.sync_of("experiment 7"))
            .expect("read");
        assert_eq!(sync.map(|sync| (sync.n_done, sync.finished_at)), Some((2, None)));
        drop(cache);
        let connection = Connection::open(&place).expect("a database");
        assert_eq!(tables(&connection), tables(&fresh));
    }
}
