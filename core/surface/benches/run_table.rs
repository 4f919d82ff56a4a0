//! How long the table of runs takes for what a key asks of it: each of these has to fit between a key and a frame.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use flowdeck_client::Timestamp;
use flowdeck_client::tracking::{Lifecycle, Metric, Param, Run, RunInfo, RunStatus};
use flowdeck_surface::clock::Clock;
use flowdeck_surface::run_column::RunColumn;
use flowdeck_surface::run_table::chooser::Chooser;
use flowdeck_surface::run_table::{ExportFormat, RunTable};

/// Ten thousand runs with the same 20 metrics and 20 params each.
fn many_runs() -> Vec<Run> {
    (0..10_000).map(|n| run(n, 20, 0)).collect()
}

/// A thousand runs with 40 of 12,000 keys each.
fn many_keys() -> Vec<Run> {
    (0..1_000).map(|n| run(n, 20, n * 12)).collect()
}

fn run(n: usize, n_keys: usize, first_key: usize) -> Run {
    let mut run = Run::bare(RunInfo {
        id: format!("{n:032x}").into(),
        experiment_id: "1".into(),
        name: format!("brave-otter-{n}"),
        user_id: "alice".into(),
        status: RunStatus::Finished,
        start_time: Some(Timestamp(1_700_000_000_000 + n as i64)),
        end_time: Some(Timestamp(1_700_000_060_000 + n as i64)),
        artifact_uri: format!("s3://bucket/1/{n:032x}/artifacts"),
        lifecycle: Lifecycle::Active,
    });
    let metric = |key: usize| Metric {
        key: format!("val/metric_{key:05}").into(),
        value: ((n * 7919 + key * 31) % 10_007) as f64 / 10_007.0,
        timestamp: Timestamp(0),
        step: 0,
        origin: None,
    };
    run.metrics = (first_key..first_key + n_keys).map(metric).collect();
    let param = |key: usize| Param {
        key: format!("param_{key:05}").into(),
        // Some have few values, some one for each run.
        value: if key.is_multiple_of(4) {
            format!("value-{n}")
        } else {
            format!("{}", (n + key) % 12)
        },
    };
    run.params = (first_key..first_key + n_keys).map(param).collect();
    run
}

fn table(runs: &[Run]) -> RunTable {
    let mut table = RunTable::default();
    table.learn(&runs[..20]);
    table.begin_reading(None);
    table.take(runs.to_vec());
    table.finish_reading();
    table
}

fn column(text: &str) -> RunColumn {
    RunColumn::parse(text).expect("a column")
}

/// Writes the first window: 45 lines of 12 columns.
fn first_window(table: &RunTable) -> usize {
    let clock = Clock::utc();
    let now = Timestamp(1_700_000_100_000);
    let cells = (0..45).flat_map(|line| table.shown().iter().take(12).map(move |id| (line, *id)));
    cells
        .map(|(line, id)| table.cell(line, id, &clock, now).text.len())
        .sum()
}

fn bench_runs(c: &mut Criterion) {
    let runs = many_runs();
    let mut table = table(&runs);
    c.bench_function("10,000 runs: take in a page of 1,000", |b| {
        b.iter_batched(
            || (RunTable::default(), runs[..1_000].to_vec()),
            |(mut table, runs)| {
                table.begin_reading(None);
                table.take(runs);
                table
            },
            BatchSize::LargeInput,
        );
    });
    for name in [
        "metrics.val/metric_00007",
        "params.param_00004",
        "params.param_00005",
        "run_name",
        "start_time",
    ] {
        let column = column(name);
        c.bench_function(&format!("10,000 runs: sort by {name}"), |b| {
            b.iter(|| table.sort_by(black_box(&column)));
        });
        table.change(|settings| settings.sort.clear());
    }
    c.bench_function("10,000 runs: find as somebody types", |b| {
        b.iter(|| {
            ["b", "bo", "botr", "botr 1", "botr 12", ""]
                .iter()
                .for_each(|words| table.find(words));
        });
    });
    for name in ["params.param_00005", "params.param_00004"] {
        let column = column(name);
        c.bench_function(&format!("10,000 runs: group by {name} and draw"), |b| {
            b.iter(|| {
                table.toggle_group_by(&column);
                first_window(&table)
            });
        });
        table.change(|settings| settings.group_by.clear());
    }
    c.bench_function("10,000 runs: only differing columns", |b| {
        b.iter(|| table.change(|settings| settings.only_differing = !settings.only_differing));
    });
    c.bench_function("10,000 runs: first window", |b| {
        b.iter(|| first_window(black_box(&table)));
    });
    c.bench_function("10,000 runs: export as CSV", |b| {
        b.iter(|| table.export(ExportFormat::Csv).len());
    });
}

/// Ten thousand runs, each with 40 of 12,000 keys: 20 of 6,000 metrics, 20 of 6,000 params.
fn many_runs_and_keys() -> Vec<Run> {
    (0..10_000).map(|n| run(n, 20, n * 598 / 1_000)).collect()
}

/// Every verb of the table and of the list of its columns, at the size that it has to hold.
fn bench_runs_and_keys(c: &mut Criterion) {
    let runs = many_runs_and_keys();
    let mut table = table(&runs);
    let n_columns = table.catalog().columns().len();
    assert!(n_columns > 12_000, "{n_columns}");
    let mut measure = |name: &str, table: &mut RunTable, act: &mut dyn FnMut(&mut RunTable)| {
        c.bench_function(&format!("10,000 runs x 12,000 columns: {name}"), |b| {
            b.iter(|| act(table));
        });
    };
    let metric = column("metrics.val/metric_03000");
    let param = column("params.param_03001");
    let distinct = column("params.param_03000");
    measure("sort by a metric", &mut table, &mut |table| {
        table.sort_by(&metric);
    });
    table.change(|settings| settings.sort.clear());
    measure("sort by a param", &mut table, &mut |table| {
        table.sort_by(&distinct);
    });
    measure("sort also by the name", &mut table, &mut |table| {
        table.sort_also_by(&column("run_name"));
    });
    table.change(|settings| settings.sort.clear());
    measure("group by a param and draw", &mut table, &mut |table| {
        table.toggle_group_by(&param);
        black_box(first_window(table));
    });
    table.change(|settings| settings.group_by.clear());
    measure("only differing columns", &mut table, &mut |table| {
        table.change(|settings| settings.only_differing = !settings.only_differing);
    });
    table.change(|settings| settings.only_differing = false);
    measure("the next letter of a word", &mut table, &mut |table| {
        table.find("value-77");
        table.find("value-777");
    });
    table.find("");
    measure("first window", &mut table, &mut |table| {
        black_box(first_window(table));
    });
    let ids = [table.column_id(metric.clone())];
    measure("hide a column and take that back", &mut table, &mut |table| {
        let before = table.arrangement();
        table.show(&ids, false);
        table.put_back(&before);
    });
    measure("pin a column", &mut table, &mut |table| table.toggle_pin(ids[0]));
    measure("move a column", &mut table, &mut |table| {
        table.shift(ids[0], true);
    });
    measure("hold against a baseline and draw", &mut table, &mut |table| {
        table.toggle_baseline(3);
        black_box(first_window(table));
    });
    measure("open the chooser", &mut table, &mut |table| {
        black_box(Chooser::of(table).entries().len());
    });
    let mut chooser = Chooser::of(&table);
    measure("find a key in the chooser", &mut table, &mut |table| {
        chooser.find("vm31", table);
        chooser.find("vm319", table);
    });
}

fn bench_keys(c: &mut Criterion) {
    let runs = many_keys();
    let mut table = table(&runs);
    let n_columns = table.catalog().columns().len();
    assert!(n_columns > 24_000, "{n_columns}");
    c.bench_function("24,000 columns: sort by one", |b| {
        let column = column("metrics.val/metric_06000");
        b.iter(|| table.sort_by(black_box(&column)));
    });
    c.bench_function("24,000 columns: only differing", |b| {
        b.iter(|| table.change(|settings| settings.only_differing = !settings.only_differing));
    });
    c.bench_function("24,000 columns: find a run", |b| {
        b.iter(|| ["value-77", ""].iter().for_each(|words| table.find(words)));
    });
    c.bench_function("24,000 columns: open the chooser", |b| {
        b.iter(|| Chooser::of(&table).entries().len());
    });
    let mut chooser = Chooser::of(&table);
    c.bench_function("24,000 columns: find a key", |b| {
        b.iter(|| chooser.find(black_box("vm119"), &table));
    });
    c.bench_function("24,000 columns: first window", |b| {
        b.iter(|| first_window(black_box(&table)));
    });
}

criterion_group!(benches, bench_runs, bench_runs_and_keys, bench_keys);
criterion_main!(benches);
