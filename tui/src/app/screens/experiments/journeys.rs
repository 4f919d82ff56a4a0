//! From keys to frames and to what is asked of the store: everything that can be done with experiments.

use flowdeck_surface::client::port::View;
use flowdeck_surface::client::tracking::{Lifecycle, Tag};
use flowdeck_surface::client::{Change, Changed, Edit, Failure, FailureKind};

use super::tests::{activities, full, listing, three};
use crate::app::effect::{Effect, Question};
use crate::app::message::Answer;
use crate::app::testing::{Bench, unreachable};

/// The change that the store is asked for.
fn asked_change(bench: &Bench) -> Change {
    let asked = bench.asked();
    let change = asked.iter().find_map(|(_, question)| match question {
        Question::Change(change) => Some((**change).clone()),
        _ => None,
    });
    change.unwrap_or_else(|| panic!("no change is asked for in\n{}", bench.frame()))
}

/// Says that the change that is asked for was made to so many, and answers what is asked then.
fn make(bench: &mut Bench, n_done: usize) {
    let (ticket, _) = bench.asked()[0].clone();
    let changed = Changed {
        n_done,
        failed: Vec::new(),
    };
    bench.answer(ticket, Ok(Answer::Changed(changed)));
    bench.answer_all(|question| match question {
        Question::Experiments(_) => vec![Ok(listing(three()))],
        _ => vec![Ok(activities())],
    });
}

fn of(ids: &[&str], edit: Edit) -> Change {
    Change::Experiments(ids.iter().map(|id| (*id).into()).collect(), edit)
}

fn tag(key: &str, value: &str) -> Tag {
    Tag {
        key: key.into(),
        value: value.to_owned(),
    }
}

#[test]
fn an_experiment_is_created_and_a_name_that_is_taken_stays_to_be_changed() {
    let mut bench = full(80, 24);
    bench.press("c enter");
    assert!(bench.frame().contains("An experiment needs a name."));
    bench.type_text("churn").press("enter");
    assert_eq!(asked_change(&bench), Change::CreateExperiment("churn".to_owned()));
    let (ticket, _) = bench.asked()[0].clone();
    let taken = Failure::new(
        FailureKind::InvalidInput,
        "an experiment named churn exists already",
    );
    bench.answer(ticket, Err(taken));
    let frame = bench.frame();
    assert!(
        frame.contains("exists already") && frame.contains("Create an experiment"),
        "{frame}"
    );
    bench.type_text("-2").press("enter");
    assert_eq!(
        asked_change(&bench),
        Change::CreateExperiment("churn-2".to_owned())
    );
    make(&mut bench, 1);
    let frame = bench.frame();
    assert!(
        frame.contains("Created 1 experiment.") && !frame.contains("Create an experiment"),
        "{frame}"
    );
}

#[test]
fn an_experiment_is_renamed() {
    let mut bench = full(80, 24);
    bench.press("j R");
    assert!(bench.frame().contains("Rename experiment churn"));
    bench.type_text("-old").press("enter");
    assert_eq!(
        asked_change(&bench),
        of(&["2"], Edit::Rename("churn-old".to_owned()))
    );
    make(&mut bench, 1);
    assert!(bench.frame().contains("Renamed 1 experiment."));
    bench.press("g space space R");
    assert!(bench.frame().contains("Only one experiment can be renamed"));
}

#[test]
fn a_tag_is_set_on_marked_experiments_and_removed_from_one() {
    let mut bench = full(80, 24);
    bench.press("space space L");
    assert!(
        bench.frame().contains("Tag 2 marked experiments"),
        "{}",
        bench.frame()
    );
    bench.type_text("team").press("enter");
    bench.type_text("growth").press("enter enter");
    assert_eq!(
        asked_change(&bench),
        of(&["2", "31"], Edit::Tag(tag("team", "growth")))
    );
    make(&mut bench, 2);
    let frame = bench.frame();
    assert!(
        frame.contains("Tagged 2 experiments.") && !frame.contains("marked"),
        "{frame}"
    );
    bench.press("g L").type_text("team").press("enter enter l enter");
    assert_eq!(asked_change(&bench), of(&["31"], Edit::Untag("team".to_owned())));
}

#[test]
fn a_note_is_written() {
    let mut bench = full(80, 24);
    bench.press("j N");
    assert!(bench.frame().contains("Note of experiment churn"));
    bench
        .type_text("why")
        .press("enter")
        .type_text("so")
        .press("ctrl-s");
    assert_eq!(asked_change(&bench), of(&["2"], Edit::Note("why\nso".to_owned())));
    make(&mut bench, 1);
    assert!(bench.frame().contains("Noted on 1 experiment."));
}

#[test]
fn an_experiment_with_runs_is_deleted_only_by_its_name_and_restored_from_the_deleted_ones() {
    let mut bench = full(80, 24);
    bench.press("j D");
    assert!(bench.frame().contains("2 runs go with it."), "{}", bench.frame());
    bench.type_text("y").press("enter");
    assert!(bench.frame().contains("That is not the name."));
    bench.press("backspace").type_text("churn").press("enter");
    assert_eq!(asked_change(&bench), of(&["2"], Edit::Delete));
    make(&mut bench, 1);
    bench.press("v");
    assert!(matches!(
        &bench.asked()[0].1,
        Question::Experiments(View::Deleted)
    ));
    let mut deleted = three();
    deleted.truncate(1);
    deleted[0].lifecycle = Lifecycle::Deleted;
    bench.answer_all(|question| match question {
        Question::Experiments(_) => vec![Ok(listing(deleted.clone()))],
        _ => vec![Ok(activities())],
    });
    bench.press("U y");
    assert_eq!(asked_change(&bench), of(&["1"], Edit::Restore));
}

#[test]
fn an_experiment_without_runs_is_deleted_by_yes_and_a_refusal_is_said() {
    let mut bench = full(80, 24);
    bench.press("G D y");
    assert_eq!(asked_change(&bench), of(&["1"], Edit::Delete));
    let (ticket, _) = bench.asked()[0].clone();
    bench.answer(ticket, Err(unreachable()));
    assert!(
        bench.frame().contains("Cannot reach tracking.example"),
        "{}",
        bench.frame()
    );
}

#[test]
fn all_or_the_others_are_marked_and_opened_together() {
    let mut bench = full(80, 24);
    bench.press("ctrl-a");
    assert!(bench.frame().contains("3 marked"));
    bench.press("ctrl-a space i");
    assert!(bench.frame().contains("2 marked"), "{}", bench.frame());
    bench.press("enter");
    assert!(bench.frame().contains("2 experiments"), "{}", bench.frame());
    assert!(matches!(&bench.asked()[0].1, Question::Runs(request) if request.experiments.len() == 2));
}

#[test]
fn a_filter_is_completed_tried_and_taken_back() {
    let mut bench = full(80, 24);
    bench.press("f").type_text("name LIKE 'chu%'").press("enter");
    let (ticket, question) = bench.asked()[0].clone();
    assert_eq!(
        question,
        Question::FilteredExperiments(View::Active, "name LIKE 'chu%'".to_owned())
    );
    bench.answer(
        ticket,
        Err(Failure::new(FailureKind::InvalidInput, "no such operator").at(5..9)),
    );
    assert!(bench.frame().contains("No such operator"), "{}", bench.frame());
    bench.press("enter");
    bench.answer_all(|question| match question {
        Question::FilteredExperiments(..) => vec![Ok(listing(three()[1..2].to_vec()))],
        _ => vec![Ok(activities())],
    });
    assert!(
        bench
            .frame()
            .contains("1 experiment · active · filter name LIKE 'chu%'"),
        "{}",
        bench.frame()
    );
    bench.press("/").type_text("zzz").press("enter");
    assert!(bench.frame().contains("No experiment has these words."));
    bench.press("esc esc");
    assert!(matches!(&bench.asked()[0].1, Question::Experiments(View::Active)));
    let mut begun = full(80, 24);
    begun.press("f tab");
    assert!(begun.frame().contains(" filter tags. "), "{}", begun.frame());
}

#[test]
fn a_dialog_that_is_left_asks_for_nothing() {
    let mut bench = full(80, 24);
    for keys in ["c esc", "R esc", "L esc", "N esc", "D esc", "U n"] {
        bench.wanted();
        bench.press(keys);
        let asks = |effect: &Effect| matches!(effect, Effect::Ask(_, Question::Change(_)));
        assert!(!bench.wanted().iter().any(asks), "{keys}");
    }
}
