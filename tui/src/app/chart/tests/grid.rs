use flowdeck_surface::action::Action;
use flowdeck_surface::client::Result;
use flowdeck_surface::client::tracking::MetricPoint;

use super::bench::{ChartBench, chart_run, failed, point};
use crate::app::mouse::{Mouse, MouseKind};

fn curve(run: &str, key: &str) -> Result<Vec<MetricPoint>> {
    let shift = (run.len() + key.len()) as f64;
    let last = key.bytes().last().unwrap_or(b'0');
    let value = |step: i64| (step as f64 / f64::from(last % 13 + 3) + shift).sin() * shift;
    Ok((0..120).map(|step| point(step, value(step))).collect())
}

fn grid(n_keys: usize, n_runs: usize, width: u16, height: u16) -> ChartBench {
    let keys: Vec<String> = (0..n_keys).map(|n| format!("metric/{n:03}")).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let runs = (0..n_runs).map(|n| chart_run(&format!("{n:02}"), &keys));
    let mut bench = ChartBench::new(width, height);
    bench.pane.is_grid = true;
    bench.show(runs.collect(), &keys);
    bench
}

#[test]
fn a_grid_shows_many_metrics_with_one_cursor() {
    for (width, height) in [(80, 22), (160, 46)] {
        let name = |state: &str| format!("grid_{state}_{width}x{height}");
        let mut bench = grid(9, 1, width, height);
        insta::assert_snapshot!(name("loading"), bench.frame());
        bench.answer_all(curve);
        insta::assert_snapshot!(name("full"), bench.frame());
        bench.act(&[Action::First, Action::PageDown]);
        bench.act(&[Action::Right]);
        let mut several = grid(4, 3, width, height);
        several.answer_all(|run, key| {
            if key == "metric/001" {
                failed()
            } else {
                curve(run, key)
            }
        });
        several.act(&[Action::First, Action::Right, Action::Right, Action::NextCurve]);
        insta::assert_snapshot!(name("runs"), several.frame());
    }
}

#[test]
fn of_a_thousand_metrics_only_those_on_the_screen_are_read() {
    let mut bench = grid(1_000, 1, 160, 46);
    assert_eq!(bench.asked.len(), 6, "a few at a time");
    assert_eq!(bench.answer_all(curve), 20);
    bench.act(&[Action::PageDown]);
    assert_eq!(bench.answer_all(curve), 20);
    bench.act(&[Action::PageUp]);
    assert_eq!(bench.answer_all(curve), 0, "what was read is kept");
    assert!(bench.frame().contains("charts 1–20 of 1,000"));
}

#[test]
fn what_is_paged_away_is_not_waited_for() {
    let mut bench = grid(1_000, 1, 160, 46);
    let first = bench.asked[0].0;
    bench.act(&[Action::NextPage]);
    assert!(bench.given_up.contains(&first));
    assert_eq!(bench.asked.len(), 6);
}

#[test]
fn zoom_and_cursor_are_those_of_all_charts() {
    let mut bench = grid(4, 1, 160, 46);
    bench.answer_all(curve);
    bench.act(&[Action::First, Action::ZoomIn, Action::ZoomIn]);
    let ticks = |frame: &str| frame.matches("┴").count();
    assert_eq!(ticks(&bench.frame()), 4, "{}", bench.frame());
    assert!(!bench.frame().contains("100"), "{}", bench.frame());
}

#[test]
fn the_mouse_draws_a_box_that_is_zoomed_into() {
    let mut bench = grid(4, 1, 160, 46);
    bench.answer_all(curve);
    let (area, whole) = (bench.area, bench.pane.arrangement());
    bench.with(|pane, cx| pane.on_drag((100, 5), (130, 12), area, cx));
    assert_ne!(
        bench.buffer(crate::app::theme::Depth::Many)[(110, 8)].bg,
        ratatui::style::Color::Reset
    );
    bench.with(|pane, cx| pane.on_release(area, cx));
    assert!(bench.pane.settings().contains("zoomed"));
    let key = bench.pane.keys[1].clone();
    assert!(!bench.pane.view.y_limits(&key).is_free());
    bench.with(|pane, cx| pane.on_wheel((110, 8), false, area, cx));
    bench.pane.put_back(&whole);
    assert!(!bench.pane.settings().contains("zoomed"));
    bench.with(|pane, cx| pane.on_press((110, 8), area, cx));
    assert_eq!(bench.pane.selected, 1);
    assert!(bench.frame().contains("step "));
}

#[test]
fn a_drag_along_the_axis_marks_a_stretch_and_a_double_click_shows_everything() {
    let mut bench = grid(1, 1, 160, 46);
    bench.answer_all(curve);
    let area = bench.area;
    let mouse = |kind, column, row, from| Mouse {
        from,
        ..Mouse::at(kind, column, row)
    };
    let axis = area.bottom() - 2;
    let drag = mouse(MouseKind::Drag, 60, axis, (20, axis));
    bench.act(&[Action::Grid]);
    bench.with(|pane, cx| pane.on_mouse(&drag, area, cx));
    assert!(bench.frame().contains("slope"), "{}", bench.frame());
    bench.act(&[Action::ZoomToBrush]);
    assert!(bench.pane.settings().contains("zoomed"));
    let double = Mouse {
        is_double: true,
        ..Mouse::at(MouseKind::Press, 30, 10)
    };
    bench.with(|pane, cx| pane.on_mouse(&double, area, cx));
    assert!(!bench.pane.settings().contains("zoomed"));
}

#[test]
fn an_empty_grid_says_so_and_no_size_breaks_one() {
    assert!(grid(0, 1, 80, 22).frame().contains("There is no metric to draw."));
    for (width, height) in [(1, 1), (3, 2), (20, 4), (37, 9), (300, 98), (500, 3)] {
        for n_runs in [1, 15] {
            let mut bench = grid(30, n_runs, width, height);
            bench.answer_all(curve);
            for action in [
                Action::First,
                Action::Right,
                Action::Brush,
                Action::PageDown,
                Action::ZoomIn,
                Action::Grid,
                Action::LogScale,
                Action::NextCurve,
            ] {
                bench.act(&[action]).frame();
            }
        }
    }
}
