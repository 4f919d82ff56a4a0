use flowdeck_surface::action::Action;
use flowdeck_surface::client::tracking::MetricPoint;
use flowdeck_surface::client::{Result, Timestamp};
use flowdeck_surface::clock::Clock;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Chart;
use crate::app::context::{Cx, Look};
use crate::app::effect::Effect;
use crate::app::message::{Answer, Reply};
use crate::app::testing::{NOW, metric};
use crate::app::theme::{Depth, Theme};
use crate::app::ticket::{Ticket, Tickets};
use flowdeck_surface::client::port::StoreKind;

const AREA: Rect = Rect::new(0, 0, 60, 16);

fn point(step: i64, value: f64) -> MetricPoint {
    MetricPoint {
        step,
        timestamp: Timestamp(NOW.0 - 100_000 + step * 1_000),
        value,
    }
}

/// A chart that asked for its points, and the ticket of the question.
fn asking(chart: &mut Chart, latest: i64) -> Option<Ticket> {
    let mut tickets = Tickets::default();
    let mut cx = Cx::new(&mut tickets, AREA, StoreKind::Sqlite);
    chart.show(&"r".into(), &metric("loss", 0.5, latest), &mut cx);
    cx.effects.iter().rev().find_map(|effect| match effect {
        Effect::Ask(ticket, _) => Some(*ticket),
        _ => None,
    })
}

fn tell(chart: &mut Chart, ticket: Ticket, points: Vec<MetricPoint>, is_last: bool) {
    let answer: Result<Answer> = Ok(Answer::History { points, is_last });
    chart.reply(Reply {
        ticket,
        at: NOW,
        took: std::time::Duration::from_millis(1),
        answer,
    });
}

fn chart_of(points: Vec<MetricPoint>) -> Chart {
    let mut chart = Chart::default();
    let ticket = asking(&mut chart, 1).expect("points are asked for");
    tell(&mut chart, ticket, points, true);
    chart
}

fn drawn(chart: &Chart) -> String {
    let theme = Theme::new(Depth::Many);
    let clock = Clock::utc();
    let look = Look {
        theme: &theme,
        clock: &clock,
        now: NOW,
    };
    let mut buf = Buffer::empty(AREA);
    chart.draw(AREA, true, &mut buf, &look);
    let line = |y| {
        (0..AREA.width)
            .map(|x| buf[(x, y)].symbol().to_owned())
            .collect::<String>()
    };
    (0..AREA.height)
        .map(|y| line(y).trim_end().to_owned() + "\n")
        .collect()
}

fn wave(n_points: i64) -> Vec<MetricPoint> {
    (0..n_points)
        .map(|step| point(step, (step as f64 / 15.0).sin()))
        .collect()
}

#[test]
fn a_curve_is_drawn_with_its_axes_and_what_is_worth_saying() {
    insta::assert_snapshot!("chart_wave", drawn(&chart_of(wave(100))));
}

#[test]
fn a_spike_of_one_point_in_a_hundred_thousand_is_drawn() {
    let mut points: Vec<_> = (0..100_000).map(|step| point(step, 1.0)).collect();
    points[77_777].value = 6.0;
    let spike = drawn(&chart_of(points.clone()));
    points[77_777].value = 1.0;
    assert_ne!(spike, drawn(&chart_of(points)));
    insta::assert_snapshot!("chart_spike", spike);
}

#[test]
fn a_gap_is_not_bridged_and_what_is_no_number_is_marked() {
    let mut points = wave(100);
    for point in &mut points[40..60] {
        point.value = f64::NAN;
    }
    points[80].value = f64::NEG_INFINITY;
    insta::assert_snapshot!("chart_gap", drawn(&chart_of(points)));
}

#[test]
fn one_point_many_alike_and_none_finite_are_drawn_too() {
    insta::assert_snapshot!("chart_one_point", drawn(&chart_of(vec![point(5, 0.25)])));
    insta::assert_snapshot!(
        "chart_constant",
        drawn(&chart_of((0..9).map(|step| point(step, 3.0)).collect()))
    );
    insta::assert_snapshot!(
        "chart_all_nan",
        drawn(&chart_of(vec![point(0, f64::NAN), point(9, f64::NAN)]))
    );
    assert!(drawn(&chart_of(Vec::new())).contains("This metric has no points."));
}

#[test]
fn toggles_change_the_axes_and_smoothing_keeps_the_curve_behind() {
    let mut chart = chart_of(
        (0..200)
            .map(|step| point(step, 10_f64.powi((step % 7) as i32 - 3)))
            .collect(),
    );
    chart.act(Action::LogScale, AREA);
    chart.act(Action::Smooth, AREA);
    chart.act(Action::XAxis, AREA);
    assert_eq!(chart.settings(), "wall time · log · smooth 0.6");
    insta::assert_snapshot!("chart_toggled", drawn(&chart));
}

#[test]
fn the_cursor_goes_from_point_to_point_and_says_the_exact_value() {
    let mut chart = chart_of(vec![
        point(0, 1.0),
        point(10, 0.123_456_789_012),
        point(20, f64::NAN),
    ]);
    chart.act(Action::First, AREA);
    assert!(drawn(&chart).contains("step 0  1 "));
    chart.act(Action::Right, AREA);
    assert!(drawn(&chart).contains("step 10  0.123456789012"));
    chart.act(Action::Right, AREA);
    assert!(drawn(&chart).contains("step 20  NaN"));
    chart.act(Action::Right, AREA);
    chart.act(Action::Left, AREA);
    assert!(drawn(&chart).contains("step 10 "));
}

#[test]
fn zooming_keeps_the_cursor_in_view_and_resets() {
    let mut chart = chart_of(wave(1_000));
    let whole = drawn(&chart);
    chart.act(Action::First, AREA);
    for _ in 0..5 {
        chart.act(Action::ZoomIn, AREA);
    }
    assert!(chart.settings().contains("zoomed"));
    for _ in 0..4 {
        chart.act(Action::PageDown, AREA);
    }
    chart.act(Action::Last, AREA);
    assert!(drawn(&chart).contains("step 999"));
    chart.act(Action::PanLeft, AREA);
    chart.act(Action::ResetZoom, AREA);
    assert_eq!(drawn(&chart), whole);
}

#[test]
fn a_history_is_drawn_while_it_is_read_and_disorder_is_sorted_at_the_end() {
    let mut chart = Chart::default();
    let ticket = asking(&mut chart, 1).expect("points are asked for");
    tell(&mut chart, ticket, vec![point(5, 1.0), point(6, 2.0)], false);
    assert!(drawn(&chart).contains("2 points so far"));
    tell(&mut chart, ticket, vec![point(1, 3.0), point(2, 4.0)], false);
    assert_eq!(chart.series.x(), [5.0, 6.0]);
    tell(&mut chart, ticket, Vec::new(), true);
    assert_eq!(chart.series.x(), [1.0, 2.0, 5.0, 6.0]);
    assert!(drawn(&chart).contains("4 points"));
}

#[test]
fn a_newer_value_is_read_again_and_the_cursor_stays_on_its_step() {
    let mut chart = chart_of(vec![point(0, 1.0), point(1, 2.0)]);
    chart.act(Action::Last, AREA);
    assert_eq!(asking(&mut chart, 1), None);
    let ticket = asking(&mut chart, 2).expect("there is more to read");
    tell(
        &mut chart,
        ticket,
        vec![point(0, 1.0), point(1, 2.0), point(2, 3.0)],
        false,
    );
    assert!(drawn(&chart).contains("2 points"));
    tell(&mut chart, ticket, Vec::new(), true);
    let frame = drawn(&chart);
    assert!(
        frame.contains("3 points") && frame.contains("step 1  2"),
        "{frame}"
    );
}
