use flowdeck_surface::action::Action;
use flowdeck_surface::client::port::{HistoryMark, HistoryPart};
use flowdeck_surface::client::tracking::RunStatus;

use super::bench::{ChartBench, chart_run, failed, point, wave};
use crate::app::chart::ChartRun;
use crate::app::effect::Question;
use crate::app::testing::{metric, run};
use crate::app::theme::Depth;

#[test]
fn a_curve_is_drawn_with_its_axes_and_what_is_worth_saying() {
    insta::assert_snapshot!("chart_wave", ChartBench::of(wave(100)).frame());
}

#[test]
fn a_spike_of_one_point_in_a_hundred_thousand_is_drawn() {
    let mut points: Vec<_> = (0..100_000).map(|step| point(step, 1.0)).collect();
    points[77_777].value = 6.0;
    let spike = ChartBench::of(points.clone()).frame();
    points[77_777].value = 1.0;
    assert_ne!(spike, ChartBench::of(points).frame());
    insta::assert_snapshot!("chart_spike", spike);
}

#[test]
fn a_gap_is_not_bridged_and_what_is_no_number_is_marked() {
    let mut points = wave(100);
    for point in &mut points[40..60] {
        point.value = f64::NAN;
    }
    points[80].value = f64::NEG_INFINITY;
    insta::assert_snapshot!("chart_gap", ChartBench::of(points).frame());
}

#[test]
fn one_point_many_alike_and_none_finite_are_drawn_too() {
    insta::assert_snapshot!("chart_one_point", ChartBench::of(vec![point(5, 0.25)]).frame());
    let constant = (0..9).map(|step| point(step, 3.0)).collect();
    insta::assert_snapshot!("chart_constant", ChartBench::of(constant).frame());
    let all_nan = vec![point(0, f64::NAN), point(9, f64::NAN)];
    insta::assert_snapshot!("chart_all_nan", ChartBench::of(all_nan).frame());
    assert!(
        ChartBench::of(Vec::new())
            .frame()
            .contains("This metric has no points.")
    );
}

#[test]
fn every_state_has_something_to_show() {
    for (width, height) in [(80, 22), (160, 46)] {
        let name = |state: &str| format!("chart_{state}_{width}x{height}");
        let mut bench = ChartBench::new(width, height);
        insta::assert_snapshot!(name("nothing"), bench.frame());
        bench.show(vec![chart_run("r", &["loss"])], &["loss"]);
        insta::assert_snapshot!(name("loading"), bench.frame());
        bench.answer_all(|_, _| failed());
        insta::assert_snapshot!(name("failed"), bench.frame());
        bench.load(true);
        bench.answer_all(|_, _| Ok(wave(300)));
        bench.act(&[Action::Smooth]);
        insta::assert_snapshot!(name("full"), bench.frame());
    }
}

#[test]
fn toggles_change_the_axes_and_smoothing_keeps_the_curve_behind() {
    let steps = 0..200;
    let points = steps.map(|step| point(step, 10_f64.powi((step % 7) as i32 - 3)));
    let mut bench = ChartBench::of(points.collect());
    bench.act(&[Action::LogScale, Action::Smooth, Action::XAxis]);
    assert_eq!(bench.pane.settings(), "wall time · log · smooth 0.6");
    insta::assert_snapshot!("chart_toggled", bench.frame());
    bench.act(&[
        Action::LogScale,
        Action::Smooth,
        Action::XAxis,
        Action::XAxis,
        Action::LogX,
    ]);
    assert_eq!(bench.pane.settings(), "step (log) · symlog · smooth 0.9");
    insta::assert_snapshot!("chart_symlog", bench.frame());
}

#[test]
fn the_cursor_goes_from_point_to_point_and_says_the_exact_value() {
    let mut bench = ChartBench::of(vec![
        point(0, 1.0),
        point(10, 0.123_456_789_012),
        point(20, f64::NAN),
    ]);
    for (action, said) in [
        (Action::First, "step 0  1 "),
        (Action::Right, "step 10  0.123456789012"),
        (Action::Right, "step 20  NaN"),
        (Action::Right, "step 20  NaN"),
        (Action::Left, "step 10 "),
    ] {
        bench.act(&[action]);
        assert!(bench.frame().contains(said), "{said}: {}", bench.frame());
    }
}

#[test]
fn points_of_one_step_are_one_place_of_the_cursor() {
    let mut bench = ChartBench::of(vec![point(0, 1.0), point(5, 2.0), point(5, 3.0), point(9, 4.0)]);
    bench.act(&[Action::First, Action::Right]);
    assert!(bench.frame().contains("step 5  3  the last of 2 here"));
    bench.act(&[Action::Right]);
    assert!(bench.frame().contains("step 9 "));
    bench.act(&[Action::Left, Action::Left]);
    assert!(bench.frame().contains("step 0 "));
}

#[test]
fn the_cursor_stays_on_its_point_when_the_axis_changes() {
    let mut bench = ChartBench::of(wave(50));
    bench.act(&[Action::First, Action::Right, Action::Right]);
    let said = |bench: &ChartBench| bench.frame().lines().last().map(str::to_owned);
    let before = said(&bench);
    bench.act(&[Action::XAxis]);
    assert_eq!(said(&bench), before);
}

#[test]
fn zooming_keeps_the_cursor_in_view_and_is_taken_back() {
    let mut bench = ChartBench::of(wave(1_000));
    let whole = bench.frame();
    bench.act(&[Action::First]);
    bench.act(&[Action::ZoomIn; 5]);
    assert!(bench.pane.settings().contains("zoomed"));
    let (zoomed, arranged) = (bench.frame(), bench.pane.arrangement());
    bench.act(&[Action::PageDown; 4]);
    bench.act(&[Action::Last]);
    assert!(bench.frame().contains("step 999"));
    bench.act(&[Action::PanLeft]);
    bench.pane.put_back(&arranged);
    bench.act(&[Action::First]);
    assert_eq!(bench.frame(), zoomed);
    bench.act(&[Action::ResetZoom]);
    assert!(bench.pane.back());
    assert_eq!(bench.frame(), whole);
    bench.pane.put_back(&arranged);
    assert!(bench.pane.settings().contains("zoomed"));
}

#[test]
fn typed_limits_hold_for_both_axes_and_a_wrong_one_is_told() {
    let mut bench = ChartBench::of(wave(1_000));
    bench.act(&[Action::Limits]).type_line("x 100..200 y ..0.5");
    insta::assert_snapshot!("chart_limited", bench.frame());
    bench.act(&[Action::Limits]).type_line("x 5");
    let fault = bench.pane.prompt().and_then(|prompt| prompt.fault.clone());
    assert_eq!(fault.and_then(|fault| fault.span), Some(2..3));
    bench.type_line("x auto y auto");
    assert!(bench.pane.prompt().is_none());
    assert!(!bench.pane.settings().contains("zoomed"));
}

#[test]
fn a_stretch_without_points_says_so() {
    let mut bench = ChartBench::of(wave(100));
    bench.act(&[Action::Limits]).type_line("x 500..600");
    assert!(bench.frame().contains("No point lies in this stretch."));
}

#[test]
fn outliers_are_left_out_and_an_arrow_says_where_they_are() {
    let mut points = wave(200);
    points[100].value = 1e6;
    let mut bench = ChartBench::of(points);
    bench.act(&[Action::ClipOutliers]);
    insta::assert_snapshot!("chart_clipped", bench.frame());
}

#[test]
fn a_marked_stretch_tells_its_mean_extremes_and_slope() {
    let line = (0..100).map(|step| point(step, step as f64 * 0.5)).collect();
    let mut bench = ChartBench::of(line);
    bench.area.width = 100;
    bench.act(&[Action::First, Action::Brush]);
    bench.act(&[Action::Right; 10]);
    let frame = bench.frame();
    assert!(
        frame.contains("slope 0.5/step") && frame.contains("min 0"),
        "{frame}"
    );
    insta::assert_snapshot!("chart_brushed", frame);
    bench.act(&[Action::ZoomToBrush]);
    assert!(bench.pane.settings().contains("zoomed"));
    assert!(!bench.frame().contains("slope"));
    bench.act(&[Action::ZoomToBrush]);
    assert_eq!(
        bench.said.as_deref(),
        Some("No stretch is marked: v begins one at the cursor.")
    );
}

#[test]
fn a_marked_stretch_is_seen_without_colours_too() {
    let mut bench = ChartBench::of(wave(100));
    bench.act(&[Action::First, Action::PageDown, Action::Brush, Action::PageDown]);
    let edges = |depth| {
        let buf = bench.buffer(depth);
        let cells = buf.content().iter();
        cells.filter(|cell| cell.symbol() == "┊").count()
    };
    assert!(edges(Depth::Monochrome) > 5 && edges(Depth::Sixteen) > 5);
    assert_eq!(edges(Depth::Many), 0, "there it has a shade");
}

#[test]
fn a_history_is_drawn_while_it_is_read_and_disorder_is_sorted() {
    let mut bench = ChartBench::new(60, 16);
    bench.show(vec![chart_run("r", &["loss"])], &["loss"]);
    let (ticket, _) = bench.asked[0].clone();
    bench.tell_part(ticket, HistoryPart::Anew);
    bench.tell_part(ticket, HistoryPart::Points(vec![point(5, 1.0), point(6, 2.0)]));
    assert!(bench.frame().contains("2 points so far"));
    bench.tell_part(ticket, HistoryPart::Points(vec![point(1, 3.0), point(2, 4.0)]));
    bench.tell_part(ticket, HistoryPart::End(None));
    assert!(bench.frame().contains("4 points"));
    bench.act(&[Action::First]);
    assert!(bench.frame().contains("step 1  3 "));
}

#[test]
fn a_newer_value_is_read_on_from_the_mark_and_the_cursor_stays() {
    let growing = |latest| {
        let mut run = run("r", RunStatus::Running, &[], &[]);
        run.metrics = vec![metric("loss", 2.0, latest)];
        vec![ChartRun::whole(&run)]
    };
    let mut bench = ChartBench::new(60, 16);
    bench.show(growing(1), &["loss"]);
    bench.answer_all(|_, _| Ok(vec![point(0, 1.0), point(1, 2.0)]));
    bench.act(&[Action::Last]);
    bench.show(growing(1), &["loss"]);
    assert!(bench.asked.is_empty(), "nothing is new");
    bench.show(growing(2), &["loss"]);
    let (ticket, question) = bench.asked[0].clone();
    let mark = Some(HistoryMark("2".into()));
    assert_eq!(question, Question::History("r".into(), "loss".into(), mark));
    bench.tell_part(ticket, HistoryPart::Points(vec![point(2, 3.0)]));
    bench.tell_part(ticket, HistoryPart::End(None));
    let frame = bench.frame();
    assert!(
        frame.contains("3 points") && frame.contains("step 1  2"),
        "{frame}"
    );
}

#[test]
fn a_history_that_is_read_anew_takes_the_place_of_the_old_once_it_is_whole() {
    let mut bench = ChartBench::of(wave(30));
    bench.show(
        vec![ChartRun::whole(&run(
            "r",
            RunStatus::Running,
            &[("loss", 0.1)],
            &[],
        ))],
        &["loss"],
    );
    bench.load(true);
    let (ticket, _) = bench.asked[0].clone();
    bench.tell_part(ticket, HistoryPart::Anew);
    bench.tell_part(ticket, HistoryPart::Points(wave(7)));
    assert!(bench.frame().contains("30 points"));
    bench.tell_part(ticket, HistoryPart::End(None));
    assert!(bench.frame().contains("7 points"));
}
