//! How fast filters are read, and how fast they and orders go over 10,000 runs.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use flowdeck_domain::Timestamp;
use flowdeck_domain::search::{Dialect, Search};
use flowdeck_domain::tracking::{Lifecycle, Metric, Param, Run, RunInfo, RunStatus, Tag};

const RUNS: i64 = 10_000;

/// Runs with 20 metrics, 15 params and 5 tags each.
fn runs() -> Vec<Run> {
    (0..RUNS).map(run).collect()
}

fn run(n: i64) -> Run {
    let mut run = Run::bare(RunInfo {
        id: format!("{n:032x}").into(),
        experiment_id: "1".into(),
        name: format!("run-{n}"),
        user_id: "alice".into(),
        status: RunStatus::Finished,
        start_time: Some(Timestamp(1_700_000_000_000 + n)),
        end_time: None,
        artifact_uri: String::new(),
        lifecycle: Lifecycle::Active,
    });
    run.metrics = (0..20)
        .map(|key| Metric {
            key: format!("metric_{key}").into(),
            value: f64::from(i32::try_from((n * 7919 + key) % 1000).unwrap_or(0)) / 1000.0,
            timestamp: Timestamp(0),
            step: 0,
            origin: None,
        })
        .collect();
    run.params = (0..15)
        .map(|key| Param {
            key: format!("param_{key}").into(),
            value: (n % 10).to_string(),
        })
        .collect();
    run.tags = (0..5)
        .map(|key| Tag {
            key: format!("tag_{key}").into(),
            value: format!("value {}", n % 7),
        })
        .collect();
    run
}

fn search(filter: &str, order: &[&str]) -> Search<Run> {
    let order: Vec<String> = order.iter().map(|&text| text.to_owned()).collect();
    Search::parse(filter, &order, Dialect::Sql).expect("a filter")
}

fn bench(c: &mut Criterion) {
    let filter = "metrics.metric_7 < 0.5 AND params.`param_3` = '4' AND tags.tag_1 LIKE 'value%' AND status = 'FINISHED'";
    c.bench_function("read a filter of four clauses", |b| {
        b.iter(|| search(black_box(filter), &["metrics.metric_7 DESC"]));
    });
    let runs = runs();
    for (name, filter) in [
        ("filter 10,000 runs by a metric", "metrics.metric_7 < 0.5"),
        ("filter 10,000 runs by a param", "params.param_14 = '4'"),
        ("filter 10,000 runs by a pattern", "tags.tag_4 LIKE '%lue 3'"),
        ("filter 10,000 runs by four clauses", filter),
    ] {
        let search = search(filter, &[]);
        c.bench_function(name, |b| {
            b.iter(|| {
                runs.iter()
                    .filter(|run| search.matches(run).unwrap_or(false))
                    .count()
            });
        });
    }
    let order = search("", &["metrics.metric_7 DESC"]);
    c.bench_function("order 10,000 runs by a metric", |b| {
        b.iter(|| {
            let mut shown: Vec<&Run> = runs.iter().collect();
            shown.sort_by(|one, other| order.compare(one, other));
            shown.len()
        });
    });
}

criterion_group!(benches, bench);
criterion_main!(benches);
