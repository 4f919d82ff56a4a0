use flowdeck_surface::action::Action;
use flowdeck_surface::client::Result;
use flowdeck_surface::client::tracking::MetricPoint;

use super::bench::{ChartBench, chart_run, failed, point};
use crate::app::chart::ChartRun;
use crate::app::theme::Depth;

fn runs(n_runs: usize) -> Vec<ChartRun> {
    (0..n_runs)
        .map(|n| chart_run(&format!("{n:02}"), &["loss", "val/loss"]))
        .collect()
}

fn fall(run: &str, key: &str) -> Result<Vec<MetricPoint>> {
    let rate = 3.0 + run.parse::<f64>().unwrap_or(0.0) % 9.0;
    let above = if key == "loss" { 0.0 } else { 0.2 };
    let value = |step: i64| above + (-(step as f64) / 100.0 * rate).exp();
    // The later a run, the sooner it stopped, and the seldomer it logged.
    let every = 1 + run.parse::<usize>().unwrap_or(0) % 3;
    Ok((0..200)
        .step_by(every)
        .map(|step| point(step, value(step)))
        .collect())
}

fn overlay(n_runs: usize, width: u16, height: u16) -> ChartBench {
    let mut bench = ChartBench::new(width, height);
    bench.show(runs(n_runs), &["loss"]);
    bench.answer_all(fall);
    bench
}

#[test]
fn several_runs_are_told_apart_by_colour_letter_and_name() {
    for (width, height) in [(80, 22), (160, 46)] {
        let name = |state: &str| format!("overlay_{state}_{width}x{height}");
        insta::assert_snapshot!(name("three"), overlay(3, width, height).frame());
        insta::assert_snapshot!(name("many"), overlay(40, width, height).frame());
        let mut bench = overlay(3, width, height);
        bench.act(&[Action::First, Action::PageDown, Action::Right]);
        insta::assert_snapshot!(name("cursor"), bench.frame());
        bench.act(&[Action::Brush, Action::PageDown]);
        insta::assert_snapshot!(name("brush"), bench.frame());
    }
}

#[test]
fn colours_stay_with_their_runs() {
    let mut bench = overlay(12, 80, 22);
    let colour = |bench: &ChartBench, run: &str| bench.histories.colours.of(&run.into());
    let before = colour(&bench, "07");
    bench.show(runs(12).split_off(7), &["loss"]);
    assert_eq!(colour(&bench, "07"), before);
}

#[test]
fn one_curve_stands_out_and_the_rest_stand_back() {
    let mut bench = overlay(3, 80, 22);
    let fg = |bench: &ChartBench| {
        let buf = bench.buffer(Depth::Many);
        let rows = buf.area.height;
        let is_name = |&(x, y): &(u16, u16)| buf[(x, y)].symbol() == "r" && y > rows / 2;
        let places = (0..rows).flat_map(|y| [(3, y), (44, y)]);
        let mut found: Vec<_> = places
            .filter(is_name)
            .map(|(x, y)| (buf[(x - 2, y)].symbol().to_owned(), buf[(x - 2, y)].fg))
            .collect();
        found.sort_by(|one, other| one.0.cmp(&other.0));
        found.into_iter().map(|(_, colour)| colour).collect::<Vec<_>>()
    };
    let usual = fg(&bench);
    assert_eq!(usual.len(), 3);
    bench.act(&[Action::NextCurve, Action::NextCurve]);
    let focused = fg(&bench);
    assert_eq!(focused[1], usual[1]);
    assert!(focused[0] != usual[0] && focused[2] != usual[2]);
    assert!(bench.frame().contains("▸b run-01"), "{}", bench.frame());
    bench.act(&[Action::NextCurve, Action::NextCurve]);
    assert_eq!(fg(&bench), usual);
}

#[test]
fn the_legend_follows_the_curve_in_focus() {
    let mut bench = overlay(60, 80, 22);
    assert!(bench.frame().contains("1–14 of 60"), "{}", bench.frame());
    bench.act(&[Action::PreviousCurve]);
    assert!(bench.frame().contains("▸") && bench.frame().contains("run-59"));
}

#[test]
fn a_metric_that_is_pinned_is_joined_by_the_next() {
    let mut bench = ChartBench::new(80, 22);
    bench.show(runs(1), &["loss", "val/loss"]);
    bench.act(&[Action::Pin, Action::NextMetric]);
    bench.answer_all(fall);
    assert_eq!(bench.pane.title(), "loss, val/loss");
    insta::assert_snapshot!("overlay_metrics", bench.frame());
    bench.act(&[Action::PreviousMetric, Action::Pin]);
    assert_eq!(bench.pane.title(), "loss");
}

#[test]
fn a_run_that_cannot_be_read_does_not_hide_the_others() {
    let mut bench = ChartBench::new(80, 22);
    bench.show(runs(3), &["loss"]);
    bench.answer_all(|run, key| if run == "01" { failed() } else { fall(run, key) });
    let frame = bench.frame();
    assert!(
        frame.contains("1 failed: ") && frame.contains("run-01"),
        "{frame}"
    );
    bench.load(true);
    assert_eq!(bench.answer_all(fall), 1, "only what failed is asked again");
    assert!(!bench.frame().contains("failed"));
}

#[test]
fn a_run_without_the_metric_has_no_curve() {
    let mut bench = ChartBench::new(80, 22);
    let mut shown = runs(2);
    shown.push(chart_run("99", &["other"]));
    bench.show(shown, &["loss"]);
    assert_eq!(bench.answer_all(fall), 2);
    assert!(bench.frame().contains("2 curves"));
}

#[test]
fn a_click_in_the_legend_lets_a_curve_stand_out() {
    let mut bench = overlay(3, 80, 22);
    let row = bench
        .frame()
        .lines()
        .position(|line| line.contains("b run-01"))
        .expect("the legend names it");
    let at = (5, row as u16);
    let area = bench.area;
    bench.with(|pane, cx| pane.on_press(at, area, cx));
    assert!(bench.frame().contains("▸b run-01"));
    bench.with(|pane, cx| pane.on_press(at, area, cx));
    assert!(!bench.frame().contains('▸'));
}
