use super::Audit;
use crate::app::effect::Question;
use crate::app::message::Answer;
use crate::app::registry::{Asked, Told};
use crate::app::screens::models::tests::Registry;
use crate::app::screens::welcome::Welcome;
use crate::app::testing::{Bench, unreachable};
use flowdeck_surface::client::Policy;
use flowdeck_surface::client::port::{StoreKind, StoreOrigin};

/// A log with a promotion that was done, one that was killed on its way and is finished by nobody, and an edit.
const LOG: &str = include_str!("audit.jsonl");

fn with_log() -> Registry {
    let registry = Registry::own();
    let store = registry.uri();
    std::fs::write(registry.log(), LOG.replace("STORE", &store)).expect("writable");
    registry
}

/// What is told, without the place of the store.
fn answers(registry: &Registry, question: &Question) -> Vec<flowdeck_surface::client::Result<Answer>> {
    let mut answers = registry.answers(question);
    if let Some(Ok(Answer::Registry(Told::Audit(entries, _)))) = answers.first_mut() {
        for entry in entries {
            entry.store = "sqlite:////lab/mlflow.db".to_owned();
        }
    }
    answers
}

#[test]
fn every_state_has_something_to_show() {
    let registry = with_log();
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |state: &str| format!("audit_{state}_{width}x{height}");
        let new = || Bench::on(Audit::of(None), width, height);
        insta::assert_snapshot!(name("loading"), new().frame());
        let mut failed = new();
        failed.answer_all(|_| vec![Err(unreachable())]);
        insta::assert_snapshot!(name("failed"), failed.frame());
        let mut empty = new();
        empty.answer_all(|_| vec![Ok(Answer::Registry(Told::Audit(Vec::new(), Vec::new())))]);
        insta::assert_snapshot!(name("empty"), empty.frame());
        let mut full = new();
        full.answer_all(|question| answers(&registry, question));
        insta::assert_snapshot!(name("full"), full.frame());
        insta::assert_snapshot!(name("details"), full.press("j tab").frame());
    }
}

#[test]
fn a_change_that_broke_off_is_told_at_the_start_with_the_way_out() {
    let registry = with_log();
    let mut bench = Bench::on(Welcome::opening(), 160, 24);
    bench.state.area.width = 160;
    let (ticket, _) = bench.asked()[0].clone();
    let origin = StoreOrigin {
        kind: StoreKind::Sqlite,
        uri: registry.uri(),
        version: None,
    };
    bench.answer(ticket, Ok(Answer::Opened(origin, Policy::default())));
    let unfinished = bench.wanted().into_iter().find_map(|effect| match effect {
        crate::app::effect::Effect::Ask(ticket, Question::Registry(asked)) => match *asked {
            Asked::Unfinished => Some(ticket),
            _ => None,
        },
        _ => None,
    });
    let asked = Question::Registry(Box::new(Asked::Unfinished));
    let answer = registry.answers(&asked).pop().expect("an answer");
    bench.answer(unfinished.expect("it was asked"), answer);
    let frame = bench.frame();
    assert!(
        frame.contains("of surface-classifier broke off half-way") && frame.contains("`:audit` shows it"),
        "{frame}"
    );
}

#[test]
fn what_broke_off_is_taken_back_from_the_log() {
    let registry = with_log();
    // The store is as the log says: the first step was taken, the second was not.
    let mut bench = Bench::on(Audit::of(None), 120, 30);
    bench.answer_all(|question| answers(&registry, question));
    assert!(
        bench.frame().contains("1 broke off half-way"),
        "{}",
        bench.frame()
    );
    bench.press("u");
    bench.answer_all(|question| answers(&registry, question));
    let asked = bench.frame();
    assert!(
        asked.contains("Take back Production of surface-classifier?"),
        "{asked}"
    );
    bench.press("y");
    bench.answer_all(|question| answers(&registry, question));
    let done = bench.frame();
    assert!(!done.contains("broke off half-way"), "{done}");
    assert!(done.contains("settled"), "{done}");
}
