use flowdeck_surface::client::Timestamp;
use flowdeck_surface::client::tracking::RunStatus;

use super::*;
use crate::app::chart::ChartRun;
use crate::app::effect::{Effect, Question};
use crate::app::testing::{Bench, metric, run, unreachable, whole_history};

fn point(step: i64, value: f64) -> MetricPoint {
    MetricPoint {
        step,
        timestamp: Timestamp(1_700_000_000_000 + step * 1_000),
        value,
    }
}

/// A curve that falls, with one NaN and one infinity.
fn points(n_points: i64) -> Vec<MetricPoint> {
    let value = |step| match step {
        40 => f64::NAN,
        60 => f64::NEG_INFINITY,
        _ => 1.0 / (step + 1) as f64,
    };
    (0..n_points).map(|step| point(step * 10, value(step))).collect()
}

fn page(at: Option<MetricPoint>) -> PointsPage {
    let mut run = run("a1b2c3", RunStatus::Finished, &[], &[]);
    run.info.name = "blue-fox".to_owned();
    run.metrics = vec![metric("loss", 0.5, 9_990)];
    let want = ChartRun::whole(&run).want(&"loss".into());
    PointsPage::of("blue-fox".to_owned(), want, at)
}

fn shown(at: Option<MetricPoint>, n_points: i64, (width, height): (u16, u16)) -> Bench {
    let mut bench = Bench::on(page(at), width, height);
    bench.answer_all(|question| match question {
        Question::History(..) => whole_history(points(n_points)),
        other => panic!("{other:?}"),
    });
    bench
}

/// The row that is selected, as its place among all.
fn place(bench: &Bench) -> String {
    let frame = bench.frame();
    let foot = frame
        .lines()
        .rfind(|line| line.contains("/1,000 "))
        .expect("a foot");
    let words: Vec<&str> = foot.split_whitespace().collect();
    let place = words
        .iter()
        .find(|word| word.ends_with("/1,000"))
        .expect("where it is");
    place.trim_end_matches("/1,000").to_owned()
}

#[test]
fn every_state_has_something_to_show() {
    for size in [(80, 24), (160, 48)] {
        let mut frames = vec![Bench::on(page(None), size.0, size.1).frame()];
        let mut failed = Bench::on(page(None), size.0, size.1);
        failed.answer_all(|_| vec![Err(unreachable())]);
        frames.push(failed.frame());
        frames.push(shown(None, 0, size).frame());
        let mut full = shown(None, 1_000, size);
        frames.push(full.press("G").frame());
        insta::assert_snapshot!(format!("states_{}x{}", size.0, size.1), frames.join("\n"));
    }
}

#[test]
fn one_walks_from_point_to_point_and_reads_the_logged_values() {
    let mut bench = shown(None, 1_000, (120, 24));
    assert_eq!(place(&bench), "1");
    assert!(bench.frame().contains("0.3333333333333333"), "{}", bench.frame());
    bench.press("j j ctrl-d G");
    assert_eq!(place(&bench), "1,000");
    bench.press("/").type_text("4,567").press("enter");
    assert_eq!(place(&bench), "458", "the nearest step is 4,570");
    bench.press("/").type_text("12x");
    assert!(
        bench.frame().contains("A step is a whole number."),
        "{}",
        bench.frame()
    );
    bench.press("esc g n");
    assert_eq!(place(&bench), "41");
    assert!(bench.frame().contains("NaN"), "{}", bench.frame());
    bench.press("n");
    assert_eq!(place(&bench), "61");
    bench.press("n");
    assert!(bench.frame().contains("No other point"), "{}", bench.frame());
    bench.press("N y");
    assert_eq!(place(&bench), "41");
    let copied = bench.wanted();
    assert!(
        copied
            .iter()
            .any(|effect| *effect == Effect::Copy("NaN".to_owned())),
        "{copied:?}"
    );
}
