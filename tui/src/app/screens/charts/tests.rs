mod journeys;

use flowdeck_surface::client::tracking::{MetricPoint, Run, RunStatus};
use flowdeck_surface::client::{MetricKey, Result, Timestamp};

use super::ChartScreen;
use crate::app::effect::{Effect, Question};
use crate::app::message::Answer;
use crate::app::testing::{Bench, NOW, metric, run, unreachable, whole_history};

fn the_runs(status: RunStatus) -> Vec<Run> {
    let metrics = [("loss", 0.1), ("auc", 0.9), ("val/loss", 0.2)];
    ["a1", "b2", "c3"]
        .map(|id| run(id, status.clone(), &metrics, &[]))
        .into()
}

fn points(run: &str, n_points: i64) -> Vec<MetricPoint> {
    let rate = run.len() as f64 + f64::from(run.as_bytes()[0] % 7);
    let point = |step: i64| MetricPoint {
        step,
        timestamp: Timestamp(NOW.0 - 60_000 + step * 100),
        value: (-(step as f64) / 100.0 * rate).exp(),
    };
    (0..n_points).map(point).collect()
}

fn answers(question: &Question, runs: &[Run]) -> Vec<Result<Answer>> {
    match question {
        Question::Run(id) => {
            let run = runs
                .iter()
                .find(|run| run.info.id == *id)
                .expect("it is one of them");
            vec![Ok(Answer::Run(Box::new(run.clone())))]
        }
        Question::History(run, _, _) => whole_history(points(run.as_str(), 100)),
        other => panic!("{other:?}"),
    }
}

fn screen(width: u16, height: u16) -> Bench {
    let runs = the_runs(RunStatus::Finished);
    let bare: Vec<Run> = runs.iter().map(|run| Run::bare(run.info.clone())).collect();
    let charts = ChartScreen::for_runs(&bare, vec![MetricKey::from("val/loss")]);
    let mut bench = Bench::on(charts, width, height);
    bench.answer_all(|question| answers(question, &runs));
    bench
}

#[test]
fn every_state_has_something_to_show() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |state: &str| format!("charts_{state}_{width}x{height}");
        let bare = || vec![Run::bare(the_runs(RunStatus::Finished)[0].info.clone())];
        let loading = Bench::on(ChartScreen::for_runs(&bare(), vec!["loss".into()]), width, height);
        insta::assert_snapshot!(name("loading"), loading.frame());
        let mut empty = Bench::on(ChartScreen::for_runs(&bare(), Vec::new()), width, height);
        empty.answer_all(|question| answers(question, &bare()));
        insta::assert_snapshot!(name("empty"), empty.frame());
        let mut failed = Bench::on(ChartScreen::for_runs(&bare(), vec!["loss".into()]), width, height);
        failed.answer_all(|_| vec![Err(unreachable())]);
        insta::assert_snapshot!(name("failed"), failed.frame());
        insta::assert_snapshot!(name("full"), screen(width, height).frame());
        let mut grid = screen(width, height);
        grid.press("w");
        grid.answer_all(|question| answers(question, &the_runs(RunStatus::Finished)));
        insta::assert_snapshot!(name("grid"), grid.press("g l l").frame());
    }
}

#[test]
fn a_journey_from_a_grid_to_a_stretch_of_one_curve_and_back() {
    let mut bench = screen(120, 30);
    let answer = |bench: &mut Bench| {
        bench.answer_all(|question| answers(question, &the_runs(RunStatus::Finished)));
    };
    bench.press("w").press("/").type_text("loss").press("enter");
    answer(&mut bench);
    let frame = bench.frame();
    assert!(frame.contains("2 charts") && !frame.contains("auc"), "{frame}");
    bench.press("] enter g l l v l l l");
    let frame = bench.frame();
    assert!(
        frame.contains("slope/step") && frame.contains("run-b2"),
        "{frame}"
    );
    bench.press("Z J");
    let frame = bench.frame();
    assert!(frame.contains("zoomed") && frame.contains('▸'), "{frame}");
    bench.press("t").type_text("y 0..1").press("enter u u u");
    assert!(!bench.frame().contains("zoomed"));
    bench.press("esc esc");
    answer(&mut bench);
    bench.press("w");
    answer(&mut bench);
    assert!(bench.frame().contains("3 charts"), "{}", bench.frame());
}

#[test]
fn runs_that_go_on_are_read_again_and_their_curves_grow() {
    let runs = the_runs(RunStatus::Running);
    let mut bench = Bench::on(ChartScreen::for_runs(&runs, vec!["loss".into()]), 120, 30);
    bench.answer_all(|question| answers(question, &runs));
    assert!(bench.frame().contains("300 points"));
    bench.ring();
    let mut later = the_runs(RunStatus::Running);
    for run in &mut later {
        run.metrics[0] = metric("loss", 0.05, 149);
    }
    bench.answer_all(|question| match question {
        Question::History(run, _, _) => whole_history(points(run.as_str(), 150)),
        other => answers(other, &later),
    });
    assert!(bench.frame().contains("450 points"));
}

#[test]
fn runs_that_are_over_are_read_once() {
    let bench = screen(80, 24);
    let is_alarm = |effect: &Effect| matches!(effect, Effect::Wake(..) | Effect::Watch(..));
    // Before the runs were read, nobody knew that they are over.
    let last = bench.effects.iter().rposition(is_alarm);
    let given_up = bench
        .effects
        .iter()
        .rposition(|effect| matches!(effect, Effect::GiveUp(_)));
    assert!(last <= given_up, "{:?}", bench.effects);
}
