//! How long a redraw takes, cells and all: `cargo test --release -p flowdeck redraw -- --ignored --nocapture` says it.

use std::time::Instant;

use flowdeck_surface::action::Action;

use super::bench::{ChartBench, chart_run, point};
use crate::app::theme::Depth;

/// Redraws that are timed.
const N_FRAMES: u32 = 100;

#[test]
#[ignore = "it measures, and promises nothing"]
fn a_redraw_of_many_curves_is_timed() {
    for (n_curves, n_points) in [(8, 10_000_i64), (50, 10_000), (1, 1_000_000)] {
        let mut bench = ChartBench::new(200, 50);
        let runs = (0..n_curves).map(|n| chart_run(&format!("{n:02}"), &["loss"]));
        bench.show(runs.collect(), &["loss"]);
        bench.answer_all(|run, _| {
            let shift: f64 = run.parse().unwrap_or(0.0);
            let value = |step: i64| (step as f64 / 700.0 + shift).sin() + (step % 97) as f64 / 97.0;
            Ok((0..n_points).map(|step| point(step, value(step))).collect())
        });
        let mut timed = |what: &str, actions: &[Action]| {
            let since = Instant::now();
            for frame in 0..N_FRAMES {
                bench.act(&[actions[frame as usize % actions.len()]]);
                bench.buffer(Depth::Many);
            }
            let each = since.elapsed() / N_FRAMES;
            println!("{n_curves} curves of {n_points} points, {what}: {each:?} a frame");
        };
        timed("cursor", &[Action::Right, Action::Left]);
        timed("zoom", &[Action::ZoomIn, Action::ZoomOut]);
    }
}
