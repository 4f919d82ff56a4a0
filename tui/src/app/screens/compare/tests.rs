use flowdeck_surface::client::tracking::{Run, RunStatus};

use super::Compare;
use crate::app::effect::{Effect, Question};
use crate::app::message::Answer;
use crate::app::testing::{Bench, run, unreachable};

fn some_runs(n: usize) -> Vec<Run> {
    let one = |place: usize| {
        let loss = 0.5 - 0.01 * place as f64;
        let lr = format!("0.{}", place + 1);
        let (status, auc) = if place == 1 {
            (RunStatus::Failed, f64::NAN)
        } else {
            (RunStatus::Finished, 0.9)
        };
        let metrics = [("val/loss", loss), ("auc", auc), ("epochs", 10.0)];
        run(
            &format!("r{place:03}"),
            status,
            &metrics,
            &[("lr", &lr), ("seed", "42")],
        )
    };
    (0..n).map(one).collect()
}

fn comparing(n: usize, width: u16, height: u16) -> Bench {
    let runs = some_runs(n);
    let ids = runs.iter().map(|run| run.info.id.clone()).collect();
    let mut bench = Bench::on(Compare::of(ids), width, height);
    bench.answer_all(|_| vec![Ok(Answer::RunsById(runs.clone()))]);
    bench
}

#[test]
fn every_state_has_something_to_show() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |state: &str| format!("compare_{state}_{width}x{height}");
        let ids = vec!["a".into(), "b".into()];
        let loading = Bench::on(Compare::of(ids), width, height);
        insta::assert_snapshot!(name("loading"), loading.frame());
        let mut failed = Bench::on(Compare::of(vec!["a".into()]), width, height);
        failed.answer_all(|_| vec![Err(unreachable())]);
        insta::assert_snapshot!(name("failed"), failed.frame());
        insta::assert_snapshot!(name("full"), comparing(3, width, height).frame());
        insta::assert_snapshot!(name("all_keys"), comparing(3, width, height).press("d").frame());
        insta::assert_snapshot!(
            name("baseline"),
            comparing(40, width, height).press("l l l l l B j j").frame()
        );
    }
}

#[test]
fn runs_that_are_the_same_say_so() {
    let runs = vec![some_runs(1)[0].clone(), some_runs(1)[0].clone()];
    let mut bench = Bench::on(Compare::of(vec!["r000".into(), "r000".into()]), 80, 24);
    bench.answer_all(|_| vec![Ok(Answer::RunsById(runs.clone()))]);
    assert!(bench.frame().contains("differ in nothing"), "{}", bench.frame());
}

#[test]
fn a_thousand_runs_are_walked_through_from_side_to_side() {
    let mut bench = comparing(1_000, 80, 24);
    for _ in 0..60 {
        bench.press("l");
    }
    assert!(bench.frame().contains("run 61 of 1,000"), "{}", bench.frame());
    assert!(bench.frame().contains("run-r060"));
    for _ in 0..60 {
        bench.press("h");
    }
    assert!(bench.frame().contains("run-r000"));
}

#[test]
fn keys_are_found_the_run_in_hand_is_opened_and_a_value_is_copied_exactly() {
    let mut bench = comparing(3, 80, 24);
    bench.press("/").type_text("loss").press("enter");
    assert!(!bench.frame().contains(" lr "));
    bench.wanted();
    bench.press("j l y");
    assert_eq!(bench.wanted(), [Effect::Copy("0.49".to_owned())]);
    bench.press("enter");
    let opened = bench.wanted();
    assert!(
        opened
            .iter()
            .any(|effect| matches!(effect, Effect::Ask(_, Question::Run(id)) if id.as_str() == "r001"))
    );
}

#[test]
fn nothing_breaks_at_any_size() {
    let mut bench = comparing(3, 80, 24);
    for (width, height) in [(1, 1), (3, 2), (20, 5), (300, 100), (7, 40)] {
        bench.happen(crate::app::message::Msg::Resize { width, height });
        for keys in ["G", "l l l", "B", "d", "/", "x", "esc", "g", "h"] {
            bench.press(keys).frame();
        }
    }
}
