//! What containers print: the launcher's lines around the step's own.

use flowdeck_domain::Timestamp;
use serde_json::{Map, Value, json};

use super::node::Millis;
use super::script::Fate;
use crate::random::Random;

type Lines = Vec<(Millis, String)>;

/// Lines that a step prints in a second, as a training loop does.
const LINES_PER_SECOND: f64 = 2.0;

/// The most lines of a step.
const GREATEST_LINE_COUNT: usize = 400;

/// What is told of a step while it runs.
pub(super) struct Told<'a> {
    pub(super) task: &'a str,
    pub(super) run_id: &'a str,
    pub(super) inputs: &'a Map<String, Value>,
    pub(super) made: &'a Map<String, Value>,
    pub(super) fate: Option<&'a Fate>,
}

/// A line of the launcher, as klog writes it: `I1124 13:46:20.004100       1 launcher_v2.go:168] …`.
fn klog(at: Millis, level: char, place: &str, words: &str) -> (Millis, String) {
    let text = Timestamp(at).to_string();
    let (date, clock) = text.split_once('T').unwrap_or((&text, ""));
    let day = date.get(5..).unwrap_or_default().replace('-', "");
    let clock = clock.trim_end_matches('Z');
    (at, format!("{level}{day} {clock}000       1 {place}] {words}"))
}

pub(super) fn driver(task: &str, run_id: &str, from: Millis, to: Millis) -> Lines {
    let middle = from + (to - from) / 2;
    vec![
        klog(from, 'I', "main.go:108", "Setting log level to: '1'"),
        klog(
            from,
            'I',
            "main.go:138",
            &format!("input TaskSpec for {task} of run {run_id}"),
        ),
        klog(middle, 'I', "client.go:302", "Pipeline Context was found."),
        klog(to, 'I', "main.go:255", "output ExecutorInput written"),
    ]
}

pub(super) fn failed_driver(task: &str, from: Millis, to: Millis) -> Lines {
    let words = format!(
        "KFP driver: driver.Container(task={task}) failed: failed to resolve inputs: resolving input parameter \"columns\": \
         failed to make {task}: parameter is empty"
    );
    vec![
        klog(from, 'I', "main.go:108", "Setting log level to: '1'"),
        klog(to, 'F', "main.go:79", &words),
    ]
}

pub(super) fn importer(uri: &str, from: Millis, to: Millis) -> Lines {
    vec![
        klog(from, 'I', "importer_launcher.go:84", "Importing artifact"),
        klog(
            to,
            'I',
            "importer_launcher.go:121",
            &format!("Imported artifact {uri}"),
        ),
    ]
}

pub(super) fn executor(told: &Told<'_>, from: Millis, to: Millis, mut random: Random) -> Lines {
    let mut lines = vec![
        klog(
            from,
            'I',
            "launcher_v2.go:168",
            &format!("publishing logs of run {}", told.run_id),
        ),
        (
            from,
            "[KFP Executor 2026-11-24 INFO]: Looking for component `".to_owned()
                + told.task
                + "` in --component_module_path",
        ),
    ];
    let wanted = ((to - from) as f64 / 1000.0 * LINES_PER_SECOND) as usize;
    let n_lines = wanted.clamp(6, GREATEST_LINE_COUNT);
    for at in 0..n_lines {
        let time = from + (to - from) * (at as i64 + 1) / (n_lines as i64 + 2);
        lines.push((time, own_line(told, (at, n_lines), &mut random)));
    }
    lines.extend(last_words(told, to));
    lines
}

/// A line of the step itself, by what its name says that it does.
fn own_line(told: &Told<'_>, (at, of): (usize, usize), random: &mut Random) -> String {
    let part = (at + 1) as f64 / of as f64;
    let is = |words: &[&str]| words.iter().any(|word| told.task.contains(word));
    if at == 0 {
        return format!("inputs: {}", Value::Object(told.inputs.clone()));
    }
    if is(&["train", "fit", "tune"]) {
        let loss = 0.12 + 0.9 * (-3.0 * part).exp() + 0.01 * random.normal();
        return format!(
            "epoch {:>3}/{of} loss={loss:.4} lr={:.5} samples/s={}",
            at + 1,
            0.01 * (1.0 - 0.9 * part),
            1800 + random.below(400)
        );
    }
    if is(&["evaluate", "score", "test"]) {
        let line = json!({
            "level": if random.below(12) == 0 { "warning" } else { "info" }, "event": "batch scored", "batch": at,
            "accuracy": (random.between(0.88, 0.95) * 1e4).round() / 1e4,
        });
        return line.to_string();
    }
    if is(&["load", "read", "prepare", "data", "shard", "process"]) {
        let rows = (at + 1) * 1250;
        return match random.below(9) {
            0 => format!(
                "\u{1b}[33mWARNING\u{1b}[0m column `age` has {} missing values, filled in",
                random.below(90)
            ),
            _ => format!("read {rows} rows, {} dropped", random.below(40)),
        };
    }
    format!("{}: {:.0} % done", told.task, 100.0 * part)
}

/// How it ends: what it made, or why it did not.
fn last_words(told: &Told<'_>, at: Millis) -> Lines {
    match told.fate {
        None => {
            let made = told.made.iter().map(|(key, value)| format!("{key}={value}"));
            let made: Vec<String> = made.collect();
            vec![
                (
                    at,
                    format!("\u{1b}[32mdone\u{1b}[0m {}", made.join(" "))
                        .trim_end()
                        .to_owned(),
                ),
                klog(at, 'I', "launcher_v2.go:183", "publish success."),
            ]
        }
        Some(Fate::Exit(code)) => vec![
            (at, "Traceback (most recent call last):".to_owned()),
            (
                at,
                format!(
                    "  File \"/tmp/tmp.flow/ephemeral_component.py\", line 41, in {}",
                    told.task.replace('-', "_")
                ),
            ),
            (
                at,
                "ValueError: target holds 3 missing weeks after 2025-08-04".to_owned(),
            ),
            klog(
                at,
                'F',
                "main.go:49",
                &format!("failed to execute component: exit status {code}"),
            ),
        ],
        // Killed from outside: nothing is said.
        Some(_) => vec![(at, "allocating 9.2 GiB for the next batch".to_owned())],
    }
}
