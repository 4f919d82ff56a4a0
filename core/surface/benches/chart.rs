//! How fast charts are made ready to be drawn: what a frame costs before its cells are filled.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use flowdeck_surface::chart::{Limits, Line, ScaleKind, Settings, Wish, XFrame, fitting};
use flowdeck_surface::client::Timestamp;
use flowdeck_surface::client::series::Span;
use flowdeck_surface::client::tracking::MetricPoint;
use flowdeck_surface::history::History;

/// Dots across a chart of a wide terminal.
const COLUMNS: usize = 400;

/// A falling loss with noise, another one for each curve.
fn history(curve: u32, n_points: u32) -> History {
    let point = |step: u32| {
        let noise = f64::from((step ^ curve << 20).wrapping_mul(2_654_435_761) >> 16) / 65_536.0;
        MetricPoint {
            step: i64::from(step),
            timestamp: Timestamp(1_700_000_000_000 + i64::from(step) * 50),
            value: 1.0 / (1.0 + f64::from(step) / f64::from(n_points / 20 + curve)) + 0.05 * noise,
        }
    };
    let mut history = History::default();
    history.append(&(0..n_points).map(point).collect::<Vec<_>>());
    history
}

/// Reduces curves that were never drawn, and fits a scale to them.
fn frame(histories: &[History], settings: &Settings) -> usize {
    let whole = histories
        .iter()
        .filter_map(|history| history.stretch(settings.axis))
        .reduce(Span::union);
    let Some(whole) = whole else { return 0 };
    let wish = Wish {
        version: 1,
        is_whole: true,
        axis: settings.axis,
        raster: XFrame::new(settings, whole).raster(COLUMNS),
        smoothing: settings.smoothing,
        wants_sample: settings.clips_outliers,
    };
    let mut lines: Vec<Line> = histories.iter().map(|_| Line::default()).collect();
    for (line, history) in lines.iter_mut().zip(histories) {
        line.drawn(history, wish);
    }
    let drawn = lines.iter().filter_map(Line::kept).map(|drawn| &drawn.raw);
    let scale = fitting(ScaleKind::Linear, Limits::FREE, drawn, None);
    usize::from(scale.is_some())
}

fn bench(c: &mut Criterion) {
    let plain = Settings::default();
    let smooth = Settings {
        smoothing: 0.9,
        ..plain
    };
    for (name, n_curves, n_points) in [
        ("8 curves of 10,000 points", 8, 10_000),
        ("50 curves of 10,000 points", 50, 10_000),
        ("a curve of 1,000,000 points", 1, 1_000_000),
    ] {
        let histories: Vec<History> = (0..n_curves).map(|curve| history(curve, n_points)).collect();
        let mut group = c.benchmark_group(name);
        group.bench_function("a frame", |b| b.iter(|| frame(black_box(&histories), &plain)));
        group.bench_function("a smoothed frame", |b| {
            b.iter(|| frame(black_box(&histories), &smooth));
        });
        group.finish();
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
