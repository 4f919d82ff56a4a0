//! The file store: a listing at first sight, one seen before, and a long history.
//!
//! `cargo bench -p flowdeck-mlflow --bench file_store`. The comparison with MLflow's own client, on the full size of
//! 84,000 files, is `cargo xtask bench`.

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::Path;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use flowdeck_domain::port::{Query, RunFields, RunQuery, TrackingReader};
use flowdeck_mlflow::file_store::FileStore;
use futures::StreamExt;

const EXPERIMENT: &str = "123456789012345678";
const RUNS: usize = 200;
const METRICS: usize = 20;
const PARAMS: usize = 15;
const TAGS: usize = 6;
const POINTS: usize = 100_000;

fn main_store(root: &Path) {
    let experiment = root.join(EXPERIMENT);
    write(
        &experiment.join("meta.yaml"),
        &format!(
            "artifact_location: file:///x\nexperiment_id: '{EXPERIMENT}'\nlifecycle_stage: active\nname: bench\n"
        ),
    );
    for run in 0..RUNS {
        let id = format!("{run:032x}");
        let directory = experiment.join(&id);
        write(
            &directory.join("meta.yaml"),
            &format!(
                "artifact_uri: file:///x/{id}/artifacts\nend_time: 9\nentry_point_name: ''\nexperiment_id: \
                 '{EXPERIMENT}'\nlifecycle_stage: active\nrun_id: {id}\nrun_name: run-{run}\nsource_name: ''\n\
                 source_type: 4\nsource_version: ''\nstart_time: {run}\nstatus: 3\ntags: []\nuser_id: me\n"
            ),
        );
        for key in 0..METRICS {
            write(
                &directory.join(format!("metrics/metric_{key}")),
                &format!("1700000000000 0.{run}{key} {key}\n"),
            );
        }
        for key in 0..PARAMS {
            write(
                &directory.join(format!("params/param_{key}")),
                "0.8444218515250481",
            );
        }
        for key in 0..TAGS {
            write(&directory.join(format!("tags/tag_{key}")), "value");
        }
    }
    let points = (0..POINTS).fold(String::new(), |mut lines, step| {
        let _ = writeln!(
            lines,
            "{} 0.{} {step}",
            1_700_000_000_000 + step,
            step * 7_919 + 1
        );
        lines
    });
    write(&experiment.join(format!("{:032x}/metrics/loss", 0)), &points);
}

fn write(path: &Path, contents: &str) {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).expect("the bench directory is ours");
    }
    fs::write(path, contents).expect("the bench directory is ours");
}

fn query() -> RunQuery {
    RunQuery {
        query: Query {
            max_results: RUNS,
            ..Query::default()
        },
        experiments: vec![EXPERIMENT.into()],
        fields: RunFields::all(),
    }
}

fn benches(criterion: &mut Criterion) {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let root = directory.path();
    main_store(root);
    // Times of files that were just written are not trusted yet.
    std::thread::sleep(std::time::Duration::from_secs(3));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be started");
    let open = || FileStore::open(root, None).expect("the store was just written");
    let list = async |store: &FileStore| {
        let page = store.search_runs(&query()).await.expect("the store can be read");
        assert_eq!(page.items.len(), RUNS);
        black_box(page);
    };
    criterion.bench_function("list 200 runs at first sight", |bencher| {
        bencher.iter_batched(
            open,
            |store| runtime.block_on(list(&store)),
            BatchSize::PerIteration,
        );
    });
    criterion.bench_function("list 200 runs seen before", |bencher| {
        let store = open();
        runtime.block_on(list(&store));
        bencher.iter(|| runtime.block_on(list(&store)));
    });
    criterion.bench_function("stream a history of 100,000 points", |bencher| {
        let store = open();
        bencher.iter(|| {
            runtime.block_on(async {
                let mut history = store.metric_history(&format!("{:032x}", 0).into(), &"loss".into());
                let mut points = 0;
                while let Some(batch) = history.next().await {
                    points += batch.expect("the history can be read").len();
                }
                assert_eq!(points, POINTS);
            });
        });
    });
}

criterion_group!(file_store, benches);
criterion_main!(file_store);
