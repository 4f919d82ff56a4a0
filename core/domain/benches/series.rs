//! How fast curves are made, reduced to the columns of a screen and smoothed.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use flowdeck_domain::Timestamp;
use flowdeck_domain::series::{Raster, Series, Span, XAxis, reduced, smoothed_reduced};
use flowdeck_domain::tracking::MetricPoint;

const POINTS: u32 = 1_000_000;

/// Dots across a chart of a wide terminal.
const COLUMNS: usize = 400;

/// A falling loss with noise, and a value that is no number in every ten thousand.
fn history() -> Vec<MetricPoint> {
    (0..POINTS)
        .map(|step| MetricPoint {
            step: i64::from(step),
            timestamp: Timestamp(1_700_000_000_000 + i64::from(step) * 50),
            value: value(step),
        })
        .collect()
}

fn value(step: u32) -> f64 {
    if step % 10_000 == 9_999 {
        return f64::NAN;
    }
    let noise = f64::from(step.wrapping_mul(2_654_435_761) >> 16) / 65_536.0;
    1.0 / (1.0 + f64::from(step) / 50_000.0) + 0.05 * noise
}

fn bench(c: &mut Criterion) {
    let points = history();
    let curve = Series::from_history(&points, XAxis::Step);
    let whole = Span {
        min: 0.0,
        max: f64::from(POINTS - 1),
    };
    let mut group = c.benchmark_group("a curve of 1,000,000 points");
    group.throughput(Throughput::Elements(u64::from(POINTS)));
    group.bench_function("made from a history", |b| {
        b.iter(|| Series::from_history(black_box(&points), XAxis::Step));
    });
    group.bench_function("reduced to 400 columns", |b| {
        b.iter(|| reduced(black_box(&curve), &Raster::even(whole, COLUMNS)));
    });
    group.bench_function("smoothed and reduced to 400 columns", |b| {
        b.iter(|| smoothed_reduced(black_box(&curve), 0.9, &Raster::even(whole, COLUMNS)));
    });
    group.finish();

    let part = Span {
        min: 500_000.0,
        max: 510_000.0,
    };
    c.bench_function("a hundredth of 1,000,000 points reduced to 400 columns", |b| {
        b.iter(|| reduced(black_box(&curve), &Raster::even(part, COLUMNS)));
    });
}

criterion_group!(benches, bench);
criterion_main!(benches);
