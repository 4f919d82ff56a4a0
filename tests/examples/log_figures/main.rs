//! Figures of logs: flowdeck beside `kubectl logs`, where that is found, against the same fast server; and a log of a gigabyte.
//!
//! ```text
//! log_figures FLOWDECK [MEGABYTES]
//! ```
//! The server speaks plain HTTP from memory, so that it is the limit of neither.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use flowdeck_client::kubernetes::LogTime;
use flowdeck_client::logs::{Direction, LineFilter, LineSet, LogAbout, LogKey, Pattern};
use flowdeck_demo::kubernetes::{KubernetesCluster, KubernetesServer};
use serde_json::json;

/// Lines of the log that both read: 65 MB with their times.
const N_LINES: u64 = 650_000;

/// How often both read it; the median counts.
const RUNS: usize = 5;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let flowdeck = arguments.next().expect("the path of flowdeck");
    let megabytes: u64 = arguments
        .next()
        .map_or(1000, |text| text.parse().expect("a number of megabytes"));
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let directory = tempfile::tempdir().expect("a temporary directory");
    println!("| what | flowdeck | kubectl | bar |\n|---|--:|--:|--:|");
    read_beside_kubectl(&runtime, &flowdeck, directory.path());
    look_into_a_large_one(directory.path(), megabytes);
}

/// Line `at` as a training run prints it.
fn line(at: u64) -> String {
    format!(
        "epoch {} step {at} loss={:.6} accuracy={:.4} lr=0.001",
        at / 1000,
        1.0 / (at + 1) as f64,
        0.9
    )
}

fn time(at: u64) -> LogTime {
    LogTime {
        seconds: 1_800_000_000 + (at / 10_000) as i64,
        nanos: (at % 10_000) as u32 * 100_000,
    }
}

fn read_beside_kubectl(runtime: &tokio::runtime::Runtime, flowdeck: &str, directory: &Path) {
    let cluster = KubernetesCluster::with_namespaces(&["demo"]);
    cluster.add_pod(json!({
        "kind": "Pod", "metadata": { "name": "train", "namespace": "demo" },
        "spec": { "nodeName": "n0", "restartPolicy": "Never", "containers": [{ "name": "main", "image": "x" }] },
    }));
    for at in 0..N_LINES {
        cluster.print("demo", "train", "main", time(at), line(at).as_bytes());
    }
    cluster.end_container("demo", "train", "main", 0);
    let server = runtime
        .block_on(KubernetesServer::start(cluster))
        .expect("a port");
    let kubeconfig = directory.join("kubeconfig");
    std::fs::write(&kubeconfig, KubernetesServer::kubeconfig(server.address())).expect("writable");
    for (what, ours, theirs) in [
        ("read", &["logs", "--pod", "train"][..], &["logs", "train"][..]),
        (
            "follow and keep",
            &["logs", "--pod", "train", "-f"],
            &["logs", "train", "-f"],
        ),
    ] {
        let measured = |program: &str, arguments: &[&str]| {
            let mut runs: Vec<(Duration, u64)> = (0..RUNS)
                .map(|_| {
                    let _ = std::fs::remove_dir_all(directory.join("state"));
                    run(program, arguments, &kubeconfig, directory)
                })
                .collect();
            runs.sort();
            let most = runs.iter().map(|(_, kilobytes)| *kilobytes).max().unwrap_or(0);
            (runs[RUNS / 2].0.as_secs_f64(), most)
        };
        let (our_s, our_kb) = measured(flowdeck, ours);
        let figure = |seconds: f64, kilobytes: u64| {
            let lines = N_LINES as f64 / seconds / 1e6;
            format!("{lines:.2} M lines/s, {} MB", kilobytes / 1000)
        };
        let theirs = match Command::new("kubectl").arg("version").arg("--client").output() {
            Ok(output) if output.status.success() => {
                let (seconds, kilobytes) = measured("kubectl", theirs);
                format!("{} ({:.1}x)", figure(seconds, kilobytes), seconds / our_s)
            }
            _ => "not found".to_owned(),
        };
        println!(
            "| {what} 650,000 lines | {} | {theirs} | faster |",
            figure(our_s, our_kb)
        );
    }
}

/// Runs a program over the cluster; how long it took, and its memory at the most in kB.
fn run(program: &str, arguments: &[&str], kubeconfig: &Path, directory: &Path) -> (Duration, u64) {
    let begun = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .env("KUBECONFIG", kubeconfig)
        .env("FLOWDECK_STATE_DIR", directory.join("state"))
        .env("FLOWDECK_CONFIG_DIR", directory.join("config"))
        .env("FLOWDECK_CACHE_DIR", directory.join("cache"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    let mut most = 0;
    loop {
        most = most.max(resident_kilobytes(&child));
        match child.try_wait().expect("it is ours") {
            Some(status) => {
                assert!(status.success(), "{program} {arguments:?} ended with {status}");
                return (begun.elapsed(), most);
            }
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    }
}

/// The most that a process has had in memory.
fn resident_kilobytes(child: &Child) -> u64 {
    own_kilobytes(&format!("/proc/{}/status", child.id()))
}

fn own_kilobytes(status: &str) -> u64 {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("VmHWM"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0)
}

/// Keeps a log of so many megabytes, then looks into it as a screen does.
fn look_into_a_large_one(directory: &Path, megabytes: u64) {
    let before = own_kilobytes("/proc/self/status");
    let store = flowdeck_client::logs::LogStore::of(directory);
    let key = LogKey {
        place: "bench".to_owned(),
        namespace: "demo".to_owned(),
        pod: "large".to_owned(),
        container: "main".to_owned(),
    };
    let begun = Instant::now();
    let mut keeping = store.keep(&key, &LogAbout::default(), true).expect("writable");
    let mut at = 0;
    while keeping.file().n_bytes() < megabytes * 1_000_000 {
        let lines: Vec<_> = (at..at + 1000)
            .map(|at| flowdeck_client::kubernetes::LogLine {
                time: Some(time(at)),
                bytes: line(at).into(),
            })
            .collect();
        keeping.append(&lines).expect("writable");
        at += 1000;
    }
    let (kept_s, file) = (begun.elapsed().as_secs_f64(), keeping.file().clone());
    println!(
        "| keep {megabytes} MB, {at} lines | {:.2} M lines/s | | |",
        at as f64 / kept_s / 1e6
    );
    let never = AtomicBool::new(false);
    let timed = |what: &str, bar: &str, work: &dyn Fn() -> u64| {
        let begun = Instant::now();
        let found = work();
        let millis = begun.elapsed().as_secs_f64() * 1000.0;
        let per = millis / (file.n_bytes() as f64 / 1e8);
        println!("| {what} ({found}) | {millis:.1} ms, {per:.1} ms per 100 MB | | {bar} |");
    };
    let nowhere = Pattern::typed("los+=9\\.[0-9]+ nowhere").expect("a pattern");
    timed("search by regex to the end", "1 s per 100 MB", &|| {
        let found = file.find(&nowhere, 0, Direction::Forward, None, &never);
        found.expect("readable").map_or(0, |_| 1)
    });
    let filter = LineFilter {
        include: Some(Pattern::typed("step \\d*77 ").expect("a pattern")),
        exclude: Some(Pattern::typed("epoch 1").expect("a pattern")),
    };
    timed("filter and exclude", "1 s per 100 MB", &|| {
        let mut set = LineSet::default();
        file.select(&filter, &mut set, u64::MAX, &never)
            .expect("readable");
        set.len()
    });
    timed("a screen of lines from the middle", "16 ms", &|| {
        let middle = file.n_lines() / 2;
        file.entries(middle..middle + 48, 65_536).expect("readable").len() as u64
    });
    timed("the line of a time", "16 ms", &|| {
        file.line_at(time(at / 3)).expect("readable")
    });
    let after = own_kilobytes("/proc/self/status");
    println!(
        "| memory that a log of {megabytes} MB takes | {} MB | | 64 MB |",
        after.saturating_sub(before) / 1000
    );
}
