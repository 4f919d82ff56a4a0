use flowdeck_surface::client::port::{StoreKind, StoreOrigin};
use flowdeck_surface::client::tracking::RunStatus;
use flowdeck_surface::client::{Listing, Policy, Result};
use flowdeck_surface::inbox::{Memory, Seen};

use flowdeck_surface::clock::Clock;
use ratatui::layout::Rect;

use super::Inbox;
use crate::app::context::Cx;
use crate::app::effect::{Effect, Question};
use crate::app::histories::Histories;
use crate::app::message::{Answer, Msg};
use crate::app::screens::welcome::Welcome;
use crate::app::testing::{Bench, NOW, experiment, metric, run, run_info};
use crate::app::ticket::{Ticket, Tickets};
use flowdeck_surface::client::Timestamp;
use flowdeck_surface::client::tracking::Run;

/// A run whose loss is no number, and one that failed just now.
fn troubled() -> Vec<Run> {
    let mut diverged = run(
        "a1",
        RunStatus::Running,
        &[("loss", f64::NAN), ("val/loss", f64::NAN)],
        &[],
    );
    diverged.metrics.push(metric("accuracy", 0.5, 9));
    let mut failed = Run::bare(run_info("b2", RunStatus::Failed));
    failed.info.end_time = Some(NOW);
    vec![diverged, failed]
}

fn memory() -> Memory {
    let mut memory = Memory::default();
    memory.look(&Seen::of(troubled()), NOW);
    memory
}

fn inbox(width: u16, height: u16) -> Bench {
    let memory = memory();
    Bench::on(
        Inbox::of(memory.items().to_vec(), memory.n_unread()),
        width,
        height,
    )
}

#[test]
fn every_state_has_something_to_show() {
    for (width, height) in [(80, 24), (160, 48)] {
        insta::assert_snapshot!(
            format!("inbox_full_{width}x{height}"),
            inbox(width, height).frame()
        );
        let empty = Bench::on(Inbox::of(Vec::new(), 0), width, height);
        insta::assert_snapshot!(format!("inbox_empty_{width}x{height}"), empty.frame());
    }
}

/// An app on a store that was just opened.
fn opened() -> Bench {
    let mut bench = Bench::on(Welcome::opening(), 100, 20);
    let (ticket, _) = bench.asked()[0].clone();
    let origin = StoreOrigin {
        kind: StoreKind::Sqlite,
        uri: "sqlite:////lab/mlflow.db".to_owned(),
        version: None,
    };
    bench.answer(ticket, Ok(Answer::Opened(origin, Policy::default())));
    bench
}

fn answers(question: &Question) -> Vec<Result<Answer>> {
    vec![Ok(match question {
        Question::Experiments(_) => Answer::Experiments(Listing {
            items: vec![experiment("1", "churn")],
            more: false,
            warnings: Vec::new(),
        }),
        _ => Answer::Activities(flowdeck_surface::activity::Activities::default()),
    })]
}

/// The ticket of the look that was asked for last.
fn look(bench: &Bench) -> Ticket {
    let mut looks = bench.effects.iter().rev().filter_map(|effect| match effect {
        Effect::Ask(ticket, Question::Inbox(_)) => Some(*ticket),
        _ => None,
    });
    looks.next().expect("a look is asked for")
}

#[test]
fn what_happens_is_told_in_the_header_and_opens_its_run() {
    let mut bench = opened();
    bench.answer_all(answers);
    let ticket = look(&bench);
    let seen = Seen::of(troubled());
    let memory = Some(Box::default());
    bench.answer(ticket, Ok(Answer::Inbox { memory, seen }));
    assert!(bench.frame().contains("2 new in :inbox"), "{}", bench.frame());
    let keeps = |effect: &Effect| matches!(effect, Effect::KeepInbox(_));
    assert!(bench.wanted().iter().any(keeps));
    bench.press(":").type_text("inbox").press("enter");
    let frame = bench.frame();
    assert!(
        frame.contains("Experiments › Inbox") && frame.contains("loss and 1 more are no longer numbers"),
        "{frame}"
    );
    assert!(!frame.contains("new in :inbox"), "{frame}");
    bench.press("enter");
    let opens = |effect: &Effect| matches!(effect, Effect::Ask(_, Question::Run(_)));
    assert!(bench.wanted().iter().any(opens));
}

#[test]
fn only_what_happens_while_the_app_is_open_rings_the_bell() {
    let mut bench = opened();
    bench.state.bell.rings = true;
    let rings = |bench: &mut Bench| {
        bench
            .wanted()
            .iter()
            .any(|effect| matches!(effect, Effect::Notify { .. }))
    };
    let ticket = look(&bench);
    bench.answer(
        ticket,
        Ok(Answer::Inbox {
            memory: Some(Box::default()),
            seen: Seen::default(),
        }),
    );
    let alarm = bench.effects.iter().rev().find_map(|effect| match effect {
        Effect::Wake(ticket, _) => Some(*ticket),
        _ => None,
    });
    assert!(!rings(&mut bench));
    bench.happen(Msg::Woken(alarm.expect("the next look has its time")));
    let ticket = look(&bench);
    bench.answer(
        ticket,
        Ok(Answer::Inbox {
            memory: None,
            seen: Seen::of(troubled()),
        }),
    );
    assert!(rings(&mut bench));
    let frame = bench.frame();
    assert!(frame.contains("are no longer numbers"), "{frame}");
    bench.press("j");
    assert!(!bench.frame().contains("are no longer numbers"));
}

#[test]
fn what_comes_while_it_is_open_stands_first_and_the_selection_stays() {
    let mut bench = inbox(80, 24);
    bench.press("j");
    let mut memory = memory();
    let mut third = Run::bare(run_info("c3", RunStatus::Finished));
    third.info.end_time = Some(Timestamp(NOW.0 + 1));
    memory.look(&Seen::of(vec![third]), Timestamp(NOW.0 + 1));
    let items = memory.items().to_vec();
    let (mut tickets, mut histories) = (Tickets::default(), Histories::default());
    let (clock, body) = (Clock::utc(), Rect::new(0, 1, 80, 22));
    let policy = Policy::default();
    let mut cx = Cx::new(
        &mut tickets,
        &mut histories,
        &clock,
        body,
        StoreKind::Sqlite,
        &policy,
    );
    for screen in &mut bench.state.screens {
        screen.inbox_changed(&items, &mut cx);
    }
    bench.press("enter");
    let wanted = bench.wanted();
    let opened = wanted.iter().find_map(|effect| match effect {
        Effect::Ask(_, Question::Run(id)) => Some(id.to_string()),
        _ => None,
    });
    assert_eq!(opened.as_deref(), Some("b2"), "{wanted:?}");
}
