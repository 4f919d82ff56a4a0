use flowdeck_surface::client::artifact::{ArtifactEntry, ArtifactKind, ArtifactPath};
use flowdeck_surface::client::port::StoreKind;
use flowdeck_surface::client::tracking::{MetricPoint, Run, RunStatus, Tag};
use flowdeck_surface::client::{Result, Timestamp};

use super::RunPage;
use crate::app::effect::{Effect, Question};
use crate::app::message::{Answer, Mouse, MouseKind, Msg};
use crate::app::testing::{Bench, NOW, metric, run, unreachable, whole_history};

fn the_run(status: RunStatus) -> Run {
    let mut run = run(
        "a1b2c3",
        status,
        &[
            ("loss", 0.125),
            ("system/cpu_utilization_percentage", 71.5),
            ("val/accuracy", f64::NAN),
        ],
        &[
            ("lr", "0.01"),
            ("optimizer", "adam\x07"),
            ("layers", "[64, 64, 32]"),
        ],
    );
    run.tags = vec![Tag {
        key: "mlflow.note.content".into(),
        value: "# Baseline\nof the second week".to_owned(),
    }];
    run
}

fn bare_run() -> Run {
    Run::bare(the_run(RunStatus::Finished).info)
}

fn points(n_points: i64) -> Vec<MetricPoint> {
    let value = |step: i64| 1.0 / (1.0 + step as f64 / 10.0) + (step as f64 / 3.0).sin() * 0.02;
    (0..n_points)
        .map(|step| MetricPoint {
            step,
            timestamp: Timestamp(NOW.0 - 60_000 + step * 100),
            value: value(step),
        })
        .collect()
}

fn files(question: &Question) -> Result<Answer> {
    let Question::Artifacts(_, path) = question else {
        panic!("{question:?}")
    };
    let entry = |name: &str, kind| ArtifactEntry {
        path: path.join(name).expect("a plain name"),
        kind,
    };
    let size_bytes = Some(1_234);
    Ok(Answer::Artifacts(if path.is_root() {
        vec![
            entry("model", ArtifactKind::Directory),
            entry("confusion.png", ArtifactKind::File { size_bytes }),
        ]
    } else {
        vec![entry("MLmodel", ArtifactKind::File { size_bytes })]
    }))
}

fn answers(question: &Question, run: &Run) -> Vec<Result<Answer>> {
    match question {
        Question::Run(_) => vec![Ok(Answer::Run(Box::new(run.clone())))],
        Question::History(..) => whole_history(points(100)),
        other => vec![files(other)],
    }
}

fn page(run: Run, width: u16, height: u16) -> Bench {
    let mut bench = Bench::on(RunPage::of(bare_run()), width, height);
    bench.answer_all(|question| answers(question, &run));
    bench
}

fn full(width: u16, height: u16) -> Bench {
    page(the_run(RunStatus::Finished), width, height)
}

#[test]
fn every_state_has_something_to_show() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |state: &str| format!("run_{state}_{width}x{height}");
        insta::assert_snapshot!(
            name("loading"),
            Bench::on(RunPage::of(bare_run()), width, height).frame()
        );
        insta::assert_snapshot!(name("empty"), page(bare_run(), width, height).frame());
        let mut failed = Bench::on_kind(StoreKind::Server, RunPage::of(bare_run()), width, height);
        failed.answer_all(|_| vec![Err(unreachable())]);
        insta::assert_snapshot!(name("failed"), failed.frame());
        insta::assert_snapshot!(name("full"), full(width, height).frame());
        insta::assert_snapshot!(name("params"), full(width, height).press("l j").frame());
        insta::assert_snapshot!(name("info"), full(width, height).press("l l l").frame());
        insta::assert_snapshot!(name("chart"), full(width, height).press("enter g l l").frame());
    }
}

#[test]
fn the_chart_follows_the_selected_metric_and_gives_the_one_before_up() {
    let mut bench = Bench::on(RunPage::of(bare_run()), 80, 24);
    let (asked, _) = bench.asked()[0].clone();
    bench.answer(asked, Ok(Answer::Run(Box::new(the_run(RunStatus::Finished)))));
    let (loss, question) = bench.asked()[0].clone();
    assert_eq!(question, Question::History("a1b2c3".into(), "loss".into(), None));
    bench.wanted();
    bench.press("j");
    let wanted = bench.wanted();
    assert!(wanted.contains(&Effect::GiveUp(loss)), "{wanted:?}");
    let next = |effect: &Effect| matches!(effect, Effect::Ask(_, Question::History(_, key, _)) if key.as_str() == "val/accuracy");
    assert!(wanted.iter().any(next), "{wanted:?}");
    for answer in whole_history(points(5)) {
        bench.answer(loss, answer);
    }
    assert!(!bench.frame().contains("5 points"));
}

#[test]
fn a_run_that_goes_on_is_read_again_and_its_curve_grows() {
    let mut bench = page(the_run(RunStatus::Running), 160, 24);
    assert!(bench.frame().contains("▶ RUNNING") && bench.frame().contains("100 points"));
    let mut later = the_run(RunStatus::Running);
    later.metrics[0] = metric("loss", 0.1, 100);
    bench.ring();
    let mut histories = 0;
    bench.answer_all(|question| {
        histories += usize::from(matches!(question, Question::History(..)));
        match question {
            Question::Run(_) => vec![Ok(Answer::Run(Box::new(later.clone())))],
            _ => whole_history(points(150)),
        }
    });
    assert_eq!(histories, 1);
    assert!(bench.frame().contains("150 points"));
}

#[test]
fn a_run_that_is_over_is_not_asked_for_again() {
    let bench = full(80, 24);
    assert!(
        !bench
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Wake(..) | Effect::Watch(..)))
    );
}

#[test]
fn lists_go_round_and_words_narrow_them() {
    let mut bench = full(120, 30);
    bench.press("l").press("/").type_text("adam").press("enter");
    let frame = bench.frame();
    assert!(
        frame.contains("optimizer") && !frame.contains("[64, 64, 32]"),
        "{frame}"
    );
    bench.press("esc h h");
    bench.answer_all(|question| vec![files(question)]);
    assert!(bench.frame().contains("confusion.png"));
}

#[test]
fn directories_are_gone_into_and_left_again() {
    let mut bench = full(80, 24);
    bench.press("h").answer_all(|question| vec![files(question)]);
    bench.press("enter").answer_all(|question| vec![files(question)]);
    let frame = bench.frame();
    assert!(frame.contains("MLmodel") && frame.contains("../"), "{frame}");
    let question = Question::Artifacts(
        flowdeck_surface::client::Session::artifacts_of_run(&bare_run()),
        ArtifactPath::root(),
    );
    bench.wanted();
    bench.press("esc");
    assert!(bench.asked().iter().any(|(_, asked)| *asked == question));
}

#[test]
fn tab_and_enter_move_the_focus_and_escape_brings_it_back() {
    let mut bench = full(80, 24);
    bench.press("tab");
    assert!(bench.frame().contains("move the cursor"));
    bench.press("enter");
    assert!(!bench.frame().contains("Params"));
    bench.press("]");
    bench.answer_all(|question| answers(question, &the_run(RunStatus::Finished)));
    assert!(bench.frame().contains("val/accuracy"));
    bench.press("esc");
    assert!(bench.frame().contains("Params"));
    bench.mouse(Mouse::at(MouseKind::Press, 60, 10));
    assert!(bench.frame().contains("step "));
}

#[test]
fn nothing_breaks_at_any_size() {
    let mut bench = full(80, 24);
    for (width, height) in [
        (1, 1),
        (3, 2),
        (12, 4),
        (30, 6),
        (300, 100),
        (80, 24),
        (9, 40),
        (500, 3),
    ] {
        bench.happen(Msg::Resize { width, height });
        for keys in [
            "tab", "l", "+", "enter", "s", "x", "L", "esc", "l", "G", "/", "a", "esc", "?", "esc",
        ] {
            bench.press(keys).frame();
        }
    }
}
