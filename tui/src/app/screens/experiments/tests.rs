use flowdeck_surface::activity::Activities;
use flowdeck_surface::client::port::{StoreKind, View};
use flowdeck_surface::client::tracking::{Experiment, RunStatus};
use flowdeck_surface::client::{Listing, Timestamp};

use super::Experiments;
use crate::app::effect::{Effect, Question};
use crate::app::message::Answer;
use crate::app::testing::{Bench, NOW, experiment, run_info, unreachable};

pub(super) fn listing(items: Vec<Experiment>) -> Answer {
    Answer::Experiments(Listing {
        items,
        more: false,
        warnings: Vec::new(),
    })
}

/// Three experiments: one that goes on, one of which half failed, one without a run.
pub(super) fn three() -> Vec<Experiment> {
    vec![
        experiment("1", "empty-one"),
        experiment("2", "churn"),
        experiment("31", "vision\x1b[2J 猫 resnet"),
    ]
}

pub(super) fn activities() -> Answer {
    let mut activities = Activities::default();
    activities.is_complete = true;
    let runs = [
        ("2", RunStatus::Finished, 86_400_000),
        ("2", RunStatus::Failed, 90_000_000),
        ("31", RunStatus::Running, 60_000),
        ("31", RunStatus::Failed, 120_000),
    ];
    for (experiment, status, ago) in runs {
        let mut info = run_info("r", status);
        info.experiment_id = experiment.into();
        info.start_time = Some(Timestamp(NOW.0 - ago));
        info.end_time = None;
        activities.count(&info);
    }
    Answer::Activities(activities)
}

pub(super) fn full(width: u16, height: u16) -> Bench {
    let mut bench = Bench::on(Experiments::default(), width, height);
    bench.answer_all(|question| match question {
        Question::Experiments(_) => vec![Ok(listing(three()))],
        _ => vec![Ok(activities())],
    });
    bench
}

fn many(width: u16, height: u16) -> Bench {
    let mut bench = Bench::on(Experiments::default(), width, height);
    let items: Vec<_> = (0..200)
        .map(|number| experiment(&number.to_string(), &format!("experiment number {number}")))
        .collect();
    bench.answer_all(|question| match question {
        Question::Experiments(_) => vec![Ok(listing(items.clone()))],
        _ => vec![Ok(Answer::Activities(Activities::default()))],
    });
    bench
}

#[test]
fn every_state_has_something_to_show() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |state: &str| format!("experiments_{state}_{width}x{height}");
        let loading = Bench::on(Experiments::default(), width, height);
        insta::assert_snapshot!(name("loading"), loading.frame());
        let mut empty = Bench::on(Experiments::default(), width, height);
        empty.answer_all(|_| vec![Ok(listing(Vec::new()))]);
        insta::assert_snapshot!(name("empty"), empty.frame());
        let mut failed = Bench::on_kind(StoreKind::Server, Experiments::default(), width, height);
        failed.answer_all(|_| vec![Err(unreachable())]);
        insta::assert_snapshot!(name("failed"), failed.frame());
        insta::assert_snapshot!(name("full"), full(width, height).frame());
        insta::assert_snapshot!(name("many"), many(width, height).press("G").frame());
        insta::assert_snapshot!(name("help"), full(width, height).press("?").frame());
    }
}

#[test]
fn what_was_active_last_stands_first_and_the_selection_stays_on_its_experiment() {
    let mut bench = Bench::on(Experiments::default(), 80, 24);
    let (list, _) = bench.asked()[0].clone();
    bench.answer(list, Ok(listing(three())));
    bench.press("j").wanted();
    bench.press("y");
    assert_eq!(bench.wanted(), [Effect::Copy("2".into())]);
    let (list, _) = {
        bench.press("r");
        bench.asked()[0].clone()
    };
    bench.answer(list, Ok(listing(three())));
    let (counted, _) = bench.asked()[0].clone();
    bench.answer(counted, Ok(activities()));
    bench.wanted();
    bench.press("y g y");
    assert_eq!(
        bench.wanted(),
        [Effect::Copy("2".into()), Effect::Copy("31".into())]
    );
}

#[test]
fn until_the_person_went_somewhere_the_first_row_is_selected() {
    let mut bench = full(80, 24);
    bench.wanted();
    bench.press("y");
    assert_eq!(bench.wanted(), [Effect::Copy("31".into())]);
}

#[test]
fn words_narrow_the_list_as_they_are_typed_and_escape_shows_all_again() {
    let mut bench = many(80, 24);
    bench.press("/").type_text("nmbr '17");
    assert!(
        bench.frame().contains("12 of 200 experiments"),
        "{}",
        bench.frame()
    );
    bench.press("enter");
    assert!(bench.frame().contains("with nmbr '17"));
    bench.press("esc");
    assert!(bench.frame().contains("200 experiments"));
}

#[test]
fn the_view_goes_round_and_an_answer_for_an_older_view_is_dropped() {
    let mut bench = Bench::on(Experiments::default(), 80, 24);
    let (active, _) = bench.asked()[0].clone();
    bench.press("v");
    let (deleted, question) = bench.asked()[0].clone();
    assert_eq!(question, Question::Experiments(View::Deleted));
    assert!(bench.wanted().contains(&Effect::GiveUp(active)));
    bench.answer(active, Ok(listing(three())));
    assert!(!bench.frame().contains("churn"));
    bench.answer(deleted, Ok(listing(Vec::new())));
    assert!(bench.frame().contains("No experiment was deleted."));
}

#[test]
fn a_failed_refresh_keeps_what_is_shown_and_says_so() {
    let mut bench = full(80, 24);
    bench.ring();
    bench.answer_all(|_| vec![Err(unreachable())]);
    let frame = bench.frame();
    assert!(frame.contains("churn") && frame.contains("Cannot reach tracking.example"));
    bench.ring().answer_all(|question| match question {
        Question::Experiments(_) => vec![Ok(listing(three()))],
        _ => vec![Ok(activities())],
    });
    assert!(!bench.frame().contains("Cannot reach"));
}
