use std::sync::atomic::AtomicBool;

use flowdeck_domain::kubernetes::{LogLine, LogTime};

use super::*;

static NEVER: AtomicBool = AtomicBool::new(false);

fn time(at: u64) -> LogTime {
    LogTime {
        seconds: 1_800_000_000 + (at / 10) as i64,
        nanos: (at % 10) as u32 * 100_000_000,
    }
}

fn line(at: u64) -> LogLine {
    LogLine {
        time: Some(time(at)),
        bytes: text(at).into(),
    }
}

/// Lines of differing lengths, some of them equal, some empty.
fn text(at: u64) -> String {
    match at % 11 {
        0 => String::new(),
        3 => "equal".to_owned(),
        7 => format!("\x1b[31mERROR\x1b[0m step {at}"),
        _ => format!("line {at} {}", "x".repeat((at % 97) as usize)),
    }
}

fn lines(range: std::ops::Range<u64>) -> Vec<LogLine> {
    range.map(line).collect()
}

fn read(file: &LogFile) -> Vec<String> {
    let entries = file.entries(0..u64::MAX, usize::MAX).expect("readable");
    entries
        .iter()
        .map(|entry| String::from_utf8_lossy(&entry.bytes).into_owned())
        .collect()
}

fn written(dir: &std::path::Path, n_lines: u64) -> LogWriter {
    let mut writer = LogWriter::open(dir).expect("writable");
    for first in (0..n_lines).step_by(100) {
        let batch = lines(first..(first + 100).min(n_lines));
        let new = batch.iter().map(|line| NewLine {
            time: line.time,
            source: 3,
            is_note: false,
            bytes: &line.bytes,
        });
        writer.append(new).expect("writable");
    }
    writer
}

#[test]
fn lines_read_back_by_number_and_by_time() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let writer = written(dir.path(), 3000);
    for file in [
        writer.file().clone(),
        LogFile::open(dir.path()).expect("readable"),
    ] {
        assert_eq!(file.n_lines(), 3000);
        for range in [0..1, 255..257, 511..513, 1000..1700, 2999..4000, 3000..3001] {
            let entries = file.entries(range.clone(), usize::MAX).expect("readable");
            let numbers: Vec<u64> = entries.iter().map(|entry| entry.number).collect();
            assert_eq!(numbers, range.clone().filter(|at| *at < 3000).collect::<Vec<_>>());
            for entry in entries {
                assert_eq!(
                    (
                        &entry.bytes[..],
                        entry.time,
                        entry.source,
                        entry.is_note,
                        entry.is_cut
                    ),
                    (
                        text(entry.number).as_bytes(),
                        Some(time(entry.number)),
                        3,
                        false,
                        false
                    )
                );
            }
        }
        assert_eq!(file.line_at(time(1234)).expect("readable"), 1234);
        assert_eq!(file.line_at(time(99_999)).expect("readable"), 3000);
        assert_eq!(file.last_time().expect("readable"), Some(time(2999)));
    }
    let cut = &writer.file().entries(50..51, 6).expect("readable")[0];
    assert_eq!((&cut.bytes[..], cut.is_cut), (&b"line 5"[..], true));
}

#[test]
fn what_a_killed_process_left_holds_every_whole_line_wherever_it_was_cut() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    drop(written(dir.path(), 600));
    let whole: Vec<Vec<u8>> = ["text", "records", "index"]
        .iter()
        .map(|name| std::fs::read(dir.path().join(name)).expect("there"))
        .collect();
    let ends: Vec<usize> = memchr::memchr_iter(b'\n', &whole[0]).collect();
    let cut = tempfile::tempdir().expect("a temporary directory");
    for at in (0..whole[0].len())
        .step_by(977)
        .chain([whole[0].len() - 1, whole[0].len()])
    {
        // Text is written before its records: these may lack some, or the end of one.
        let n_text = ends.iter().filter(|end| **end < at).count();
        for n_less in [0, 1, 5] {
            let n_records = n_text.saturating_sub(n_less);
            let bytes = [
                at,
                (n_records * 12 + 7).min(whole[1].len()),
                whole[2].len().min(at % 17),
            ];
            for ((name, content), n_bytes) in ["text", "records", "index"].iter().zip(&whole).zip(bytes) {
                std::fs::write(cut.path().join(name), &content[..n_bytes]).expect("writable");
            }
            let mut writer = LogWriter::open(cut.path()).expect("it opens");
            let left = writer.file().n_lines();
            assert_eq!(left, n_records.min(n_text) as u64, "cut at {at}");
            assert_eq!(
                read(writer.file()),
                (0..left).map(text).collect::<Vec<_>>(),
                "cut at {at}"
            );
            let next = line(left);
            let new = NewLine {
                time: next.time,
                source: 0,
                is_note: false,
                bytes: &next.bytes,
            };
            writer.append([new]).expect("it goes on");
            assert_eq!(
                read(&LogFile::open(cut.path()).expect("readable")),
                (0..=left).map(text).collect::<Vec<_>>()
            );
        }
    }
}

#[test]
fn an_index_that_lies_is_not_believed() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    drop(written(dir.path(), 600));
    for lie in [
        &[255_u8; 16][..],
        &[0; 16],
        &7_u64.to_le_bytes(),
        &u64::MAX.to_le_bytes(),
    ] {
        std::fs::write(dir.path().join("index"), lie).expect("writable");
        let file = LogFile::open(dir.path()).expect("readable");
        assert_eq!(read(&file), (0..600).map(text).collect::<Vec<_>>());
    }
}

#[test]
fn searches_agree_with_looking_at_each_line() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let writer = written(dir.path(), 2000);
    let file = writer.file();
    for wanted in [
        "^ERROR",
        "step 7",
        "x{90}",
        "^$",
        "equal",
        r"\d\s",
        "nowhere",
        "",
        r"\Aline 2\d* ",
        "[^x]$",
        "(?s)l.*\n.*e",
    ] {
        let pattern = Pattern::new(wanted, false).expect("a pattern");
        let regex = regex::Regex::new(wanted).expect("a pattern");
        let plain = |at: u64| String::from_utf8(escapes_out(text(at).as_bytes())).expect("text");
        let single = |at: u64| regex.is_match(&plain(at));
        let expected: Vec<u64> = (0..2000).filter(|at| single(*at)).collect();
        for (include, exclude) in [(true, false), (false, true)] {
            let filter = LineFilter {
                include: include.then(|| pattern.clone()),
                exclude: exclude.then(|| pattern.clone()),
            };
            let mut set = LineSet::default();
            file.select(&filter, &mut set, u64::MAX, &NEVER)
                .expect("readable");
            let found: Vec<u64> = (0..set.len()).filter_map(|place| set.nth(place)).collect();
            let wanted_lines: Vec<u64> = (0..2000).filter(|at| single(*at) == include).collect();
            assert_eq!(found, wanted_lines, "{wanted}, exclude {exclude}");
            assert_eq!(set.n_looked_at(), 2000);
        }
        for from in [0, 500, 1023, 1999] {
            let next = file
                .find(&pattern, from, Direction::Forward, None, &NEVER)
                .expect("readable");
            assert_eq!(next, expected.iter().copied().find(|at| *at >= from), "{wanted}");
            let before = file
                .find(&pattern, from, Direction::Backward, None, &NEVER)
                .expect("readable");
            assert_eq!(
                before,
                expected.iter().rev().copied().find(|at| *at <= from),
                "{wanted}"
            );
        }
    }
}

fn escapes_out(bytes: &[u8]) -> Vec<u8> {
    flowdeck_domain::kubernetes::escapes::plain(bytes).into_owned()
}

#[test]
fn a_filter_over_a_log_that_grows_looks_at_what_is_new() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let mut writer = written(dir.path(), 700);
    let filter = LineFilter {
        include: Some(Pattern::typed("error").expect("a pattern")),
        exclude: None,
    };
    let mut set = LineSet::default();
    writer
        .file()
        .select(&filter, &mut set, u64::MAX, &NEVER)
        .expect("readable");
    let more = lines(700..1500);
    let new = more.iter().map(|line| NewLine {
        time: line.time,
        source: 0,
        is_note: false,
        bytes: &line.bytes,
    });
    writer.append(new).expect("writable");
    writer
        .file()
        .select(&filter, &mut set, u64::MAX, &NEVER)
        .expect("readable");
    let found: Vec<u64> = (0..set.len()).filter_map(|place| set.nth(place)).collect();
    assert_eq!(found, (0..1500).filter(|at| at % 11 == 7).collect::<Vec<_>>());
    assert!(Pattern::typed("a(").is_err());
}

fn key() -> LogKey {
    LogKey {
        place: "../lab".to_owned(),
        namespace: "team a".to_owned(),
        pod: "train-1".to_owned(),
        container: "main".to_owned(),
    }
}

fn kept(store: &LogStore) -> Vec<String> {
    read(&store.kept(&key()).expect("kept").file().expect("readable"))
}

#[test]
fn what_is_read_again_is_kept_once_and_equal_lines_at_equal_times_stay() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let store = LogStore::of(dir.path());
    let twice = LogLine {
        time: Some(time(19)),
        bytes: "twice".into(),
    };
    let mut all = lines(0..20);
    all.extend([twice.clone(), twice.clone()]);
    let mut keeping = store.keep(&key(), &LogAbout::default(), true).expect("writable");
    keeping.append(&all).expect("writable");
    keeping.close().expect("writable");
    all.extend([twice]);
    all.extend(lines(20..30));
    for from in [0, 11] {
        let mut keeping = store
            .keep(&key(), &LogAbout::default(), from == 0)
            .expect("writable");
        assert_eq!(
            keeping.since().map(|since| since.nanos),
            Some(0),
            "servers cut a time to seconds"
        );
        keeping.append(&all[from..]).expect("writable");
        keeping.close().expect("writable");
        let expected: Vec<_> = all
            .iter()
            .map(|line| String::from_utf8_lossy(&line.bytes).into_owned())
            .collect();
        assert_eq!(kept(&store), expected);
    }
    let about = store.kept(&key()).expect("kept");
    assert_eq!(store.list(None)[0].key, about.key);
    assert_eq!(about.key, key());
}

#[test]
fn two_processes_at_once_lose_and_double_nothing_even_where_one_is_killed() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let store = LogStore::of(dir.path());
    let keep = || store.keep(&key(), &LogAbout::default(), true).expect("writable");
    let (mut first, mut second, mut third) = (keep(), keep(), keep());
    first.append(&lines(0..40)).expect("writable");
    second.append(&lines(0..60)).expect("writable");
    third.append(&lines(0..50)).expect("writable");
    // Killed: nothing is closed, the locks go.
    drop(second);
    first.close().expect("writable");
    third.close().expect("writable");
    assert_eq!(kept(&store), (0..60).map(text).collect::<Vec<_>>());
    keep().close().expect("writable");
    assert_eq!(kept(&store), (0..60).map(text).collect::<Vec<_>>());
}

#[test]
fn a_log_of_which_only_the_end_is_kept_is_replaced_by_the_whole() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let store = LogStore::of(dir.path());
    let mut tail = store.keep(&key(), &LogAbout::default(), false).expect("writable");
    tail.append(&lines(90..100)).expect("writable");
    tail.close().expect("writable");
    let mut whole = store.keep(&key(), &LogAbout::default(), true).expect("writable");
    assert_eq!(whole.since(), None, "it is read from its first line");
    whole.append(&lines(0..120)).expect("writable");
    whole.close().expect("writable");
    assert_eq!(kept(&store), (0..120).map(text).collect::<Vec<_>>());
    let again = store.keep(&key(), &LogAbout::default(), true).expect("writable");
    assert!(again.since().is_some());
}

#[test]
fn only_what_an_archive_has_too_gives_way_to_the_limit() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let store = LogStore::of(dir.path());
    let untimed: Vec<LogLine> = lines(0..50)
        .into_iter()
        .map(|line| LogLine { time: None, ..line })
        .collect();
    for (pod, is_elsewhere) in [("a", true), ("b", false)] {
        let key = LogKey {
            pod: pod.to_owned(),
            ..key()
        };
        let about = LogAbout {
            is_elsewhere,
            run_id: Some("r1".to_owned()),
            ..LogAbout::default()
        };
        store.keep_archived(&key, &about, &untimed).expect("writable");
        store.keep_archived(&key, &about, &untimed).expect("writable");
        assert_eq!(store.kept(&key).expect("kept").file().expect("it").n_lines(), 50);
    }
    assert_eq!(store.of_run("../lab", "r1").len(), 2);
    assert_eq!(
        (store.usage(None).n_logs, store.of_run("lab", "r1").len()),
        (2, 0)
    );
    let left = store.shrink(1).expect("writable");
    assert_eq!((left.n_logs, store.list(None)[0].key.pod.as_str()), (1, "b"));
    assert_eq!(store.clear(Some("other")).expect("writable").n_logs, 0);
    assert_eq!(store.clear(None).expect("writable").n_logs, 1);
    assert_eq!(store.usage(None), Usage::default());
}

#[test]
fn a_line_end_within_a_line_makes_no_second_one() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let mut writer = LogWriter::open(dir.path()).expect("writable");
    let odd = NewLine {
        time: None,
        source: 0,
        is_note: true,
        bytes: b"a\nb\n",
    };
    writer.append([odd]).expect("writable");
    assert_eq!(read(writer.file()), ["a\rb\r"]);
}
