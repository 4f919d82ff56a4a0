//! Everything that a chart does, by keys and mouse, down to the frame.

use flowdeck_surface::client::port::HistoryPart;

use super::*;
use crate::app::effect::ChartExport;
use crate::app::graphics::{ChartPixels, Graphics};
use crate::app::message::{Mouse, MouseKind, Msg, Reply};
use crate::app::theme::{Depth, Theme};

/// Two runs of 200 steps: one falls from 1 to 0.2 with a spike of 50, one is level at 0.5 with NaN between.
fn two_runs(keys: &str) -> Bench {
    let runs: Vec<Run> = ["a1", "b2"]
        .map(|id| run(id, RunStatus::Finished, &[("loss", 0.1)], &[]))
        .into();
    let mut bench = Bench::on(ChartScreen::for_runs(&runs, vec!["loss".into()]), 100, 30);
    let value = |run: &str, step: i64| match (run, step) {
        ("a1", 120) => 50.0,
        ("a1", _) => 1.0 - step as f64 / 250.0,
        (_, 60..80) => f64::NAN,
        _ => 0.5,
    };
    bench.answer_all(|question| match question {
        Question::History(run, _, _) => {
            let mut all = points(run.as_str(), 200);
            for point in &mut all {
                point.value = value(run.as_str(), point.step);
            }
            whole_history(all)
        }
        other => answers(other, &runs),
    });
    bench.press(keys);
    bench
}

fn numbers_of_y(bench: &Bench) -> Vec<f64> {
    let frame = bench.frame();
    let numbers = frame.lines().filter_map(|line| line.split_once('┤'));
    numbers
        .filter_map(|(number, _)| number.trim_matches(['"', ' ']).parse().ok())
        .collect()
}

fn line_of(bench: &Bench, word: &str) -> String {
    let frame = bench.frame();
    let line = frame.lines().find(|line| line.contains(word));
    line.unwrap_or_else(|| panic!("{word} in\n{frame}")).to_owned()
}

#[test]
fn the_cursor_tells_the_exact_value_of_every_curve() {
    let bench = two_runs("g l");
    assert!(line_of(&bench, "at step 1").contains("at step 1"));
    assert!(line_of(&bench, "run-a1").contains("0.996"));
    assert!(line_of(&bench, "run-b2").contains("0.5"));
    let bench = two_runs("G");
    assert!(line_of(&bench, "run-a1").contains("0.2039"), "{}", bench.frame());
}

#[test]
fn the_points_of_the_curve_at_the_cursor_are_listed_and_left_again() {
    let mut bench = two_runs("J G ctrl-u");
    let at_cursor = line_of(&bench, "at step");
    bench.press("#");
    let frame = bench.frame();
    assert!(
        frame.contains("loss of run-a1") && frame.contains("Change"),
        "{frame}"
    );
    let place = frame.split("/200 ").next().unwrap_or_default();
    let place = place.rsplit(' ').next().unwrap_or_default();
    let step: i64 = place.parse::<i64>().expect("where it is") - 1;
    assert!(
        at_cursor.contains(&format!("at step {step}")),
        "{at_cursor} {step}"
    );
    bench.press("esc");
    assert_eq!(line_of(&bench, "at step"), at_cursor);
}

#[test]
fn words_that_no_metric_has_are_told_and_taken_back() {
    let mut bench = two_runs("/");
    bench.type_text("acc").press("enter");
    assert!(
        bench.frame().contains("No metric has these words."),
        "{}",
        bench.frame()
    );
    bench.press("esc");
    assert_eq!(bench.frame(), two_runs("").frame());
}

#[test]
fn nan_is_marked_and_the_spike_of_one_point_sets_the_axis() {
    let bench = two_runs("");
    assert!(bench.frame().contains('×'), "{}", bench.frame());
    assert!(numbers_of_y(&bench).iter().any(|number| *number >= 40.0));
}

#[test]
fn outliers_leave_the_axis_and_an_arrow_says_where_they_are() {
    let bench = two_runs("c");
    assert!(
        bench.frame().contains("clipped") && bench.frame().contains('▴'),
        "{}",
        bench.frame()
    );
    assert!(numbers_of_y(&bench).iter().all(|number| *number < 2.0));
    assert!(!two_runs("c c").frame().contains('▴'));
}

#[test]
fn a_stretch_is_moved_and_shown_whole_again() {
    let mut bench = two_runs("+ + +");
    assert!(bench.frame().contains("zoomed"));
    let before = bench.frame();
    let moved = bench.press(".").frame();
    assert_ne!(moved, before);
    assert_eq!(bench.press(",").frame(), before, "there and back");
    bench.press("0");
    assert_eq!(bench.frame(), two_runs("").frame());
}

#[test]
fn the_axes_go_round_and_say_so() {
    for (keys, words) in [
        ("x", "wall time"),
        ("x x", "relative time"),
        ("x x x", "step "),
        ("X", "step (log)"),
        ("L", "step · log"),
        ("L L", "step · symlog"),
        ("s", "smooth 0.6"),
        ("s s s", "smooth 0.99"),
    ] {
        let bench = two_runs(keys);
        assert!(line_of(&bench, words).contains("loss"), "{keys}");
        assert!(!numbers_of_y(&bench).is_empty(), "{keys}: {}", bench.frame());
    }
    assert!(two_runs("x").frame().contains("22:1"), "a clock stands below");
}

#[test]
fn the_mouse_zooms_into_a_box_marks_a_stretch_turns_the_wheel_and_shows_everything() {
    let mut bench = two_runs("");
    let whole = numbers_of_y(&bench);
    bench.drag((30, 17), (60, 22));
    assert!(bench.frame().contains("zoomed"), "{}", bench.frame());
    assert_ne!(numbers_of_y(&bench), whole, "the y axis, too");
    bench.mouse(Mouse {
        is_double: true,
        ..Mouse::at(MouseKind::Press, 40, 10)
    });
    assert!(!bench.frame().contains("zoomed"));
    bench.mouse(Mouse::at(MouseKind::ScrollUp, 50, 10));
    assert!(bench.frame().contains("zoomed"));
    bench.press("u");
    assert!(!bench.frame().contains("zoomed"));
    let (_, axis) = bench.place_of("└");
    bench.drag((30, axis), (60, axis));
    assert!(bench.frame().contains("slope/step"), "{}", bench.frame());
}

#[test]
fn a_marked_stretch_tells_mean_least_greatest_and_slope_of_each_run() {
    let bench = two_runs("g v pgdn pgdn");
    let titles = line_of(&bench, "slope/step");
    for word in ["mean", "min", "max", "n "] {
        assert!(titles.contains(word), "{titles}");
    }
    assert!(line_of(&bench, "run-a1").contains("-0.004"), "{}", bench.frame());
    assert!(line_of(&bench, "run-b2").contains("0.5"));
}

#[test]
fn points_that_are_logged_meanwhile_join_the_curve_and_the_cursor_stays() {
    let mut runs: Vec<Run> = vec![run("a1", RunStatus::Running, &[("loss", 0.1)], &[])];
    let mut bench = Bench::on(ChartScreen::for_runs(&runs, vec!["loss".into()]), 100, 30);
    bench.answer_all(|question| answers(question, &runs));
    bench.press("g l l");
    let before = line_of(&bench, "step 2 ");
    runs[0].metrics[0] = metric("loss", 0.05, 120);
    bench.ring();
    bench.answer_all(|question| match question {
        Question::History(run, _, _) => {
            let parts = [
                HistoryPart::Anew,
                HistoryPart::Points(points(run.as_str(), 121)),
                HistoryPart::End(None),
            ];
            parts.map(|part| Ok(Answer::History(part))).into()
        }
        other => answers(other, &runs),
    });
    assert!(bench.frame().contains("121 points"), "{}", bench.frame());
    assert_eq!(line_of(&bench, "step 2 "), before);
}

#[test]
fn a_curve_that_a_store_gives_whole_each_time_follows_its_run_at_a_slower_pace() {
    let running = |step| run_at(step, RunStatus::Running);
    let mut bench = Bench::on(
        ChartScreen::for_runs(&[running(99)], vec!["loss".into()]),
        100,
        30,
    );
    // Each reading takes a second, so that one in twenty seconds is enough.
    let mut look = |seconds: i64, step: i64| {
        if seconds > 0 {
            bench.ring();
        }
        let mut n_read = 0;
        while let Some((ticket, question)) = bench.asked().first().cloned() {
            let answers = match question {
                Question::History(run, _, _) => {
                    n_read += 1;
                    whole_history(points(run.as_str(), step + 1))
                }
                Question::Run(_) => vec![Ok(Answer::Run(Box::new(running(step))))],
                other => panic!("{other:?}"),
            };
            for answer in answers {
                bench.happen(Msg::Reply(Reply {
                    ticket,
                    at: Timestamp(NOW.0 + seconds * 1_000).into(),
                    took: std::time::Duration::from_secs(1),
                    answer,
                }));
            }
        }
        n_read
    };
    assert_eq!(look(0, 99), 1);
    assert_eq!(
        look(5, 110),
        1,
        "whether a store reads on is known from the second reading on"
    );
    assert_eq!(look(10, 120), 0);
    assert_eq!(
        look(40, 130),
        1,
        "and twenty times its second later it is read again"
    );
    assert!(bench.frame().contains("131 points"), "{}", bench.frame());
}

fn run_at(step: i64, status: RunStatus) -> Run {
    let mut run = run("a1", status, &[], &[]);
    run.metrics = vec![metric("loss", 0.1, step)];
    run
}

#[test]
fn a_chart_is_written_by_the_name_that_is_typed_in_each_form() {
    for name in ["chart.svg", "chart.png", "chart.csv"] {
        let mut bench = two_runs("e ctrl-u");
        bench.type_text(name).press("enter");
        let wanted = bench.wanted();
        let export = wanted.iter().find_map(|effect| match effect {
            Effect::Ask(_, Question::Export(export)) => Some(&**export),
            _ => None,
        });
        let ChartExport { figure, file, .. } = export.expect("it is asked for");
        assert_eq!((file.to_str(), figure.lines.len()), (Some(name), 2));
    }
}

#[test]
fn pixels_are_switched_where_there_are_any_and_refused_elsewhere() {
    let mut bench = two_runs("i");
    assert!(
        bench.frame().contains("not known to show pixels"),
        "{}",
        bench.frame()
    );
    let kitty = |name: &str| (name == "TERM").then_some("xterm-kitty");
    let graphics = Graphics::detect(Depth::Many, Some((8, 16)), ChartPixels::Never, kitty);
    bench.state.theme = Theme::new(Depth::Many).with_graphics(graphics);
    let has_dots = |bench: &Bench| bench.frame().contains('⠤') || bench.frame().contains('⣀');
    bench.press("esc");
    assert!(has_dots(&bench));
    bench.press("i");
    assert!(
        !has_dots(&bench) && !bench.state.pictures.placed().is_empty(),
        "{}",
        bench.frame()
    );
    bench.press("?");
    let covered = bench.frame();
    assert!(covered.contains("by pixels"), "help lies over the picture");
    bench.press("esc i");
    assert!(has_dots(&bench) && bench.state.pictures.placed().is_empty());
}
