//! The reader of `mlflow.db`, on a store of a tenth of the bench shape: `cargo bench -p flowdeck-tests --bench
//! sqlite_store`. Ratios against the real MLflow client are what `cargo xtask bench` measures.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use flowdeck_demo::bench_data::{BenchShape, BenchStore, write_bench_store};
use flowdeck_domain::port::{Query, RunFields, RunQuery, TrackingReader};
use flowdeck_domain::{MetricKey, RunId};
use flowdeck_mlflow::sqlite::SqliteStore;
use futures::StreamExt;
use tokio::runtime::Runtime;

fn sqlite_store(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("mlflow.db");
    let shape = BenchShape {
        runs: 1_000,
        long_points: 100_000,
        curves: 50,
        curve_points: 1_000,
        ..BenchShape::default()
    };
    let written = write_bench_store(&path, &shape).expect("a new store");
    let store = SqliteStore::open(&path).expect("the store opens");
    let mut group = criterion.benchmark_group("mlflow.db");
    for (name, query) in [
        ("list 1,000 runs with all of 40 keys", all_of(1_000)),
        ("list the newest 100 of 1,000 runs", all_of(100)),
        ("filter and order 1,000 runs, 100 of them", filtered()),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                runtime
                    .block_on(store.search_runs(black_box(&query)))
                    .expect("a page")
            });
        });
    }
    group.bench_function("history of 100,000 points", |bencher| {
        let run = RunId::from(written.long_run.as_str());
        bencher.iter(|| runtime.block_on(points(&store, black_box(&run))));
    });
    group.bench_function("50 histories of 1,000 points", |bencher| {
        let runs: Vec<RunId> = written
            .curve_runs
            .iter()
            .map(|run| RunId::from(run.as_str()))
            .collect();
        bencher.iter(|| {
            runs.iter()
                .map(|run| runtime.block_on(points(&store, run)))
                .sum::<usize>()
        });
    });
    group.finish();
}

fn all_of(max_results: usize) -> RunQuery {
    RunQuery {
        query: Query {
            max_results,
            ..Query::default()
        },
        experiments: vec!["1".into()],
        fields: RunFields::all(),
    }
}

fn filtered() -> RunQuery {
    let mut query = all_of(100);
    "metrics.metric_03 < 0.5 AND params.param_01 LIKE '0.1%'".clone_into(&mut query.query.filter);
    query.query.order_by = vec!["metrics.metric_00 DESC".to_owned()];
    query
}

async fn points(store: &SqliteStore, run: &RunId) -> usize {
    let mut history = store.metric_history(run, &MetricKey::from(BenchStore::CURVE_KEY));
    let mut points = 0;
    while let Some(batch) = history.next().await {
        points += batch.expect("a batch").len();
    }
    points
}

criterion_group!(benches, sqlite_store);
criterion_main!(benches);
