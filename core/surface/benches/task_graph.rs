//! How fast the tasks of a run become a drawing and rows: 300 of them, in three shapes that pipelines have.

use std::collections::HashSet;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use flowdeck_surface::client::Timestamp;
use flowdeck_surface::client::pipelines::{Task, TaskKind, TaskSource, TaskState, TaskTree};
use flowdeck_surface::pipelines::TaskRows;
use flowdeck_surface::pipelines::graph::TaskGraph;

fn task(path: &str, kind: TaskKind, before: &[String], iteration: Option<u32>) -> Task {
    let name = path.rsplit('.').next().unwrap_or(path);
    let id = iteration.map_or_else(|| path.to_owned(), |round| format!("{path}#{round}"));
    let mut task = Task::new(id.as_str().into(), name, kind, TaskState::Running);
    task.parent_id = path.rsplit_once('.').map(|(parent, _)| parent.into());
    task.path = path.to_owned();
    task.iteration = iteration;
    task.depends_on = before.to_vec();
    task.start_time = Some(Timestamp(1_700_000_000_000));
    task
}

/// 40 strands of 7 tasks from one split to one join.
fn strands() -> Vec<Task> {
    let mut tasks = vec![task("root.split", TaskKind::Runtime, &[], None)];
    let mut joined = Vec::new();
    for shard in 0..40 {
        let mut before = "split".to_owned();
        for step in 0..7 {
            let name = format!("work-{shard}-{step}");
            tasks.push(task(&format!("root.{name}"), TaskKind::Runtime, &[before], None));
            before = name;
        }
        joined.push(before);
    }
    tasks.push(task("root.join", TaskKind::Runtime, &joined, None));
    tasks
}

/// 300 tasks at once between two others.
fn fan() -> Vec<Task> {
    let split = ["split".to_owned()];
    let mut tasks = vec![task("root.split", TaskKind::Runtime, &[], None)];
    let names: Vec<String> = (0..300).map(|shard| format!("shard-{shard}")).collect();
    let shards = names.iter();
    tasks.extend(shards.map(|name| task(&format!("root.{name}"), TaskKind::Runtime, &split, None)));
    tasks.push(task("root.join", TaskKind::Runtime, &names, None));
    tasks
}

/// A loop of 100 rounds of three tasks.
fn rounds() -> Vec<Task> {
    let mut tasks = vec![task("root.for-loop-1", TaskKind::Loop, &[], None)];
    for round in 0..100 {
        let mut before = Vec::new();
        for name in ["load", "train", "score"] {
            tasks.push(task(
                &format!("root.for-loop-1.{name}"),
                TaskKind::Runtime,
                &before,
                Some(round),
            ));
            before = vec![name.to_owned()];
        }
    }
    tasks
}

fn bench(c: &mut Criterion) {
    for (name, tasks) in [("strands", strands()), ("fan", fan()), ("rounds", rounds())] {
        let mut all = vec![task("root", TaskKind::Root, &[], None)];
        all.extend(tasks);
        let tree = TaskTree::ordered(all, TaskSource::Workflow);
        let mut group = c.benchmark_group(format!("300 tasks as {name}"));
        group.bench_function("laid out", |b| {
            b.iter(|| TaskGraph::of(black_box(&tree), &HashSet::new()));
        });
        let now = Timestamp(1_700_000_100_000);
        group.bench_function("as rows", |b| b.iter(|| TaskRows::of(black_box(&tree), now)));
        group.finish();
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
