//! Asks both and times them as whole processes, in turn.

use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use super::case::Case;
use super::data::Stores;
use super::peer;
use crate::shell::Outcome;
use crate::workspace::root;

/// What one side took: medians, memory the largest.
pub(super) struct Taken {
    /// Seconds of the whole process.
    pub(super) wall_s: f64,
    /// Seconds without start-up, where the process tells them.
    pub(super) inner_s: Option<f64>,
    /// Megabytes resident at the most.
    pub(super) rss_mb: f64,
}

/// What both took.
pub(super) struct Measured {
    pub(super) ours: Taken,
    pub(super) theirs: Taken,
}

/// How often ours runs.
const OUR_RUNS: usize = 9;

/// Measures one case.
pub(super) fn measure(case: &Case, stores: &Stores, quick: bool) -> Outcome<Measured> {
    let runs = |wanted: usize| if quick { 1 } else { wanted };
    let cache = json!({ "FLOWDECK_CACHE_DIR": stores.cache });
    let tracking = format!("sqlite:///{}", stores.database.display());
    let asked = json!({
        "warmup": 1,
        "commands": [
            {"name": "ours", "argv": case.ours, "env": cache, "runs": runs(OUR_RUNS), "remove": case.remove},
            {"name": "theirs", "argv": case.theirs, "env": { "MLFLOW_TRACKING_URI": tracking }, "runs": runs(case.their_runs)},
        ],
    });
    let answer = ask(&asked)?;
    Ok(Measured {
        ours: taken(&answer["ours"])?,
        theirs: taken(&answer["theirs"])?,
    })
}

fn ask(asked: &Value) -> Outcome<Value> {
    let mut python = peer();
    python
        .arg(root().join("xtask/bench/measure.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let failed = |error: std::io::Error| format!("cannot measure: {error}");
    let mut child = python.spawn().map_err(failed)?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(asked.to_string().as_bytes()).map_err(failed)?;
    }
    let output = child.wait_with_output().map_err(failed)?;
    if !output.status.success() {
        return Err("a command that was measured failed; what it said is above".to_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("cannot read what was measured: {error}"))
}

fn taken(figures: &Value) -> Outcome<Taken> {
    let figure = |name: &str| figures[name].as_f64();
    match (figure("wall_s"), figure("rss_mb")) {
        (Some(wall_s), Some(rss_mb)) => Ok(Taken {
            wall_s,
            inner_s: figure("inner_s"),
            rss_mb,
        }),
        _ => Err("the measurement lacks a figure".to_owned()),
    }
}
