use flowdeck_surface::client::kubernetes::LogTime;
use flowdeck_surface::client::logs::{
    Entry, LogOrigin, LogPart, LogSpool, LogTarget, Logs, SpoolPart, SpoolStatus,
};
use flowdeck_surface::client::{Failure, FailureKind, Timestamp};
use flowdeck_surface::log::{At, Looked};

use super::LogScreen;
use crate::app::effect::{Effect, Question};
use crate::app::log::{Asked, Told};
use crate::app::message::Answer;
use crate::app::testing::{Bench, NOW};
use crate::app::ticket::Ticket;

/// Lines of a log that a test has, and the runtime that its handle lives in.
struct World {
    bench: Bench,
    spool: LogSpool,
    lines: Vec<String>,
    _runtime: tokio::runtime::Runtime,
}

fn part(label: &str) -> SpoolPart {
    SpoolPart {
        part: LogPart {
            label: label.to_owned(),
            namespace: "steps".into(),
            pod: format!("flow-{label}").as_str().into(),
            run: None,
            task: None,
            place: None,
            attempt: None,
        },
        origin: Some(LogOrigin::Live),
        container: Some("main".to_owned()),
        is_over: false,
        failure: None,
    }
}

impl World {
    fn new(width: u16, height: u16, lines: Vec<String>) -> Self {
        let runtime = tokio::runtime::Runtime::new().expect("threads");
        let logs = Logs::over(None, None, None, "");
        let target = LogTarget::Pod {
            namespace: None,
            pod: "flow-train".into(),
        };
        let request = flowdeck_surface::client::logs::LogRequest::following(target.clone());
        let spool = {
            let _entered = runtime.enter();
            LogSpool::open(&logs, request)
        };
        Self {
            bench: Bench::on(LogScreen::of(target, "train"), width, height),
            spool,
            lines,
            _runtime: runtime,
        }
    }

    fn opened(&self) -> Ticket {
        let opened = self.bench.effects.iter().rev().find_map(|effect| match effect {
            Effect::Ask(ticket, Question::Log(asked)) if matches!(**asked, Asked::Open(_)) => Some(*ticket),
            _ => None,
        });
        opened.expect("it was asked for")
    }

    /// The log has grown to all its lines; every look is answered.
    fn grow(&mut self, change: impl FnOnce(&mut SpoolStatus)) -> &mut Self {
        let mut status = SpoolStatus {
            n_lines: self.lines.len() as u64,
            n_bytes: 1,
            parts: vec![part("train")],
            ..SpoolStatus::default()
        };
        change(&mut status);
        let told = Told::Grown(self.spool.clone(), Box::new(status));
        let ticket = self.opened();
        self.bench.answer(ticket, Ok(Answer::Log(told)));
        self.settle()
    }

    /// Answers looks and searches until none is waited for.
    fn settle(&mut self) -> &mut Self {
        loop {
            let asked = self
                .bench
                .asked()
                .into_iter()
                .rev()
                .find_map(|(ticket, question)| match question {
                    Question::Log(asked) if !matches!(*asked, Asked::Open(_)) => Some((ticket, *asked)),
                    _ => None,
                });
            let Some((ticket, asked)) = asked else { return self };
            let told = self.told(asked);
            self.bench.answer(ticket, Ok(Answer::Log(told)));
        }
    }

    fn told(&self, asked: Asked) -> Told {
        let n_lines = self.lines.len() as u64;
        match asked {
            Asked::Look {
                at,
                before,
                after,
                filter,
                ..
            } => {
                assert!(
                    filter.is_empty(),
                    "filters are answered by the tests of the runtime"
                );
                let place = match at {
                    At::Tail => n_lines,
                    At::Place(place) | At::Line(place) => place,
                    At::Time(time) => (time.as_millis() - NOW.as_millis()).unsigned_abs() / 1000,
                };
                let places = place.saturating_sub(before)..(place + after).min(n_lines);
                let first = places.start;
                let looked = Looked {
                    n_lines,
                    n_looked_at: n_lines,
                    place,
                    first,
                    entries: places.map(|place| self.entry(place)).collect(),
                    begun: Some(NOW),
                    ..Looked::default()
                };
                Told::Looked(at, Box::new(looked))
            }
            Asked::Find { pattern, from, .. } => {
                let has = |place: &u64| pattern.is_in(self.lines[*place as usize].as_bytes());
                Told::Found((from..n_lines).find(has).or((0..from).find(has)), false)
            }
            Asked::Save { path, .. } => Told::Saved(path, n_lines),
            Asked::Containers(_) => Told::Containers(Ok(vec!["main".to_owned(), "wait".to_owned()])),
            Asked::Open(_) => unreachable!("it is answered as it grows"),
        }
    }

    fn entry(&self, place: u64) -> Entry {
        let text = &self.lines[place as usize];
        Entry {
            number: place,
            time: Some(LogTime {
                seconds: NOW.as_millis() / 1000 + place as i64,
                nanos: 0,
            }),
            source: (place % 2) as u16,
            is_note: text.starts_with("note:"),
            is_cut: false,
            bytes: text.clone().into(),
        }
    }

    fn press(&mut self, keys: &str) -> &mut Self {
        for key in keys.split_whitespace() {
            self.bench.press(key);
            self.settle();
        }
        self
    }

    fn frame(&self) -> String {
        self.bench.frame()
    }

    fn has(&self, text: &str) -> bool {
        self.frame().contains(text)
    }
}

fn printed() -> Vec<String> {
    let mut lines: Vec<String> = (0..300)
        .map(|at| format!("epoch {at} loss={:.4} acc=0.9", 1.0 / f64::from(at + 1)))
        .collect();
    lines[40] = "\x1b[31mERROR\x1b[0m shard 7 is broken \x1b[2J\x1b]0;title\x07on disk".to_owned();
    lines[120] = "note: the container was started again".to_owned();
    lines[295] = r#"{"level": "warning", "msg": "slow step", "step": 295, "time": "x"}"#.to_owned();
    lines[297] = format!("a long line {}", "that goes on and on ".repeat(12));
    lines
}

#[test]
fn every_state_has_something_to_show() {
    for (width, height) in [(80, 24), (160, 48)] {
        let size = format!("{width}x{height}");
        let mut world = World::new(width, height, printed());
        insta::assert_snapshot!(format!("log_loading_{size}"), world.frame());
        world.grow(|_| {});
        insta::assert_snapshot!(format!("log_full_{size}"), world.frame());
        let mut merged = World::new(width, height, printed());
        merged.grow(|status| {
            status.parts = vec![part("preprocess"), part("for-loop-2[1].train")];
            status.parts[0].origin = Some(LogOrigin::Archived);
        });
        merged.press("t J space");
        insta::assert_snapshot!(format!("log_merged_{size}"), merged.frame());
        let mut empty = World::new(width, height, Vec::new());
        empty.grow(|status| {
            status.waiting = Some("the container has not started (ContainerCreating)".to_owned());
        });
        insta::assert_snapshot!(format!("log_empty_{size}"), empty.frame());
        let mut failed = World::new(width, height, Vec::new());
        let failure = Failure::new(FailureKind::NotFound, "nobody has the log of task `train`")
            .with_hint("its pod is gone, no archive has it, and it was not followed here");
        failed.grow(|status| {
            status.is_over = true;
            status.failure = Some(failure);
        });
        insta::assert_snapshot!(format!("log_failed_{size}"), failed.frame());
    }
}

#[test]
fn the_end_is_followed_until_one_goes_elsewhere() {
    let mut world = World::new(80, 24, printed());
    world.grow(|_| {});
    assert!(world.has("following") && world.has("epoch 299"));
    world.lines.push("the newest line".to_owned());
    world.grow(|_| {});
    assert!(world.has("the newest line"));
    world.press("k");
    world.lines.push("one that came later".to_owned());
    world.grow(|_| {});
    assert!(world.has("paused") && !world.has("one that came later"));
    world.press("g");
    assert!(world.has("epoch 0 "));
    world.press("G");
    assert!(world.has("following") && world.has("one that came later"));
    world.press("F");
    assert!(world.has("paused"));
}

#[test]
fn an_error_is_jumped_to_and_nothing_of_it_steers_the_terminal() {
    let mut world = World::new(80, 24, printed());
    world.grow(|_| {}).press("E");
    let frame = world.frame();
    assert!(frame.contains("ERROR shard 7 is broken on disk"), "{frame}");
    assert!(!frame.contains('\x1b') && !frame.contains("title"));
    let (column, row) = world.bench.place_of("ERROR");
    let mut buffer = ratatui::buffer::Buffer::empty(world.bench.state.area);
    crate::app::view::view(&world.bench.state, &mut buffer);
    assert!(
        buffer
            .cell((column, row))
            .is_some_and(|cell| cell.symbol() == "E")
    );
}

#[test]
fn what_is_looked_for_is_found_by_regex_and_again() {
    let mut world = World::new(80, 24, printed());
    world.grow(|_| {}).press("g /");
    world.bench.type_text("epoch 1[0-9]5 ");
    world.press("enter");
    assert!(world.has("epoch 105 "), "{}", world.frame());
    world.press("n");
    assert!(world.has("epoch 115 "));
    world.press("/");
    world.bench.press("ctrl-u").type_text("a(");
    world.press("enter");
    assert!(world.has("is no regular expression"), "{}", world.frame());
    world.press("esc esc");
    assert!(!world.has("/epoch"));
}

#[test]
fn a_time_is_gone_to_and_lines_are_marked_and_copied() {
    let mut world = World::new(80, 24, printed());
    world.grow(|_| {}).press("g T");
    // The first line was printed at 22:13:20, one a second.
    world.bench.type_text("22:14:00");
    world.press("enter t");
    assert!(world.has("22:14:00.000 ERROR shard 7"), "{}", world.frame());
    world.bench.wanted();
    world.press("space j space y");
    let copied = world.bench.wanted().into_iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text),
        _ => None,
    });
    assert_eq!(
        copied.as_deref(),
        Some("ERROR shard 7 is broken on disk\nepoch 41 loss=0.0238 acc=0.9")
    );
    assert!(world.has("2 marked"));
}

#[test]
fn a_filter_is_asked_of_the_log_and_esc_takes_it_away() {
    let mut world = World::new(80, 24, printed());
    world.grow(|_| {}).press("f");
    world.bench.type_text("loss").press("enter");
    let asked = world.bench.asked();
    let filter = asked.iter().find_map(|(_, question)| match question {
        Question::Log(asked) => match &**asked {
            Asked::Look { filter, .. } => filter.include.as_ref().map(|pattern| pattern.text().to_owned()),
            _ => None,
        },
        _ => None,
    });
    assert_eq!(filter.as_deref(), Some("loss"));
    assert!(world.has("only loss"));
    world.press("esc");
    assert!(!world.has("only loss") && world.has("epoch 299"));
}

#[test]
fn lines_are_saved_and_another_container_is_chosen() {
    let mut world = World::new(80, 24, printed());
    world.grow(|_| {}).press("e");
    assert!(world.has("train.log"), "{}", world.frame());
    world.press("enter");
    if !world.has("Saved") {
        world.press("enter");
    }
    assert!(world.has("Saved 300 lines"), "{}", world.frame());
    world.press("c");
    assert!(world.has("wait"));
    world.press("down enter");
    let asked = world.bench.asked();
    let of_wait = asked.iter().any(|(_, question)| match question {
        Question::Log(asked) => {
            matches!(&**asked, Asked::Open(request) if request.container.as_deref() == Some("wait"))
        }
        _ => false,
    });
    assert!(of_wait, "{asked:?}");
}

#[test]
fn a_log_is_opened_at_a_moment() {
    let mut world = World::new(80, 24, printed());
    let target = LogTarget::Run("r1".into());
    let at = Timestamp(NOW.as_millis() + 40_000);
    world.bench = Bench::on(LogScreen::of(target, "churn").at(at), 80, 24);
    world.grow(|_| {});
    assert!(
        world.has("paused") && world.has("ERROR shard 7"),
        "{}",
        world.frame()
    );
}

#[test]
fn a_million_lines_cost_no_more_than_some_screens_of_them() {
    let mut world = World::new(160, 48, printed());
    world.grow(|_| {});
    world.lines = (0..1_000_000).map(|at| format!("line {at}")).collect();
    let before = world.bench.effects.len();
    for n_lines in [10_000, 400_000, 1_000_000] {
        world.grow(|status| status.n_lines = n_lines);
    }
    assert!(world.has("line 999999"));
    let looks: Vec<u64> = world.bench.effects[before..]
        .iter()
        .filter_map(|effect| match effect {
            Effect::Ask(_, Question::Log(asked)) => match **asked {
                Asked::Look { before, after, .. } => Some(before + after),
                _ => None,
            },
            _ => None,
        })
        .collect();
    assert!(looks.len() <= 6, "{looks:?}");
    assert!(looks.iter().all(|n_lines| *n_lines <= 48 * 5), "{looks:?}");
}
