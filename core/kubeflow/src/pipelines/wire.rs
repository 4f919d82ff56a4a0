//! What servers send, as they spell it. Whatever holds nothing is left out, 64-bit numbers come as text, and both
//! `1970-01-01T00:00:00Z` and `0001-01-01T00:00:00Z` mean "not yet".
//!
//! Source: `kfp_api_single_file.swagger.json` of 2.17, answers of 2.17 and of the coming server with a task API.

mod experiment;
mod page;
mod pipeline;
mod run;
mod schedule;
mod spec;
mod task;

use std::collections::BTreeMap;

use flowdeck_domain::pipelines::{
    Pipeline, PipelineArtifact, PipelineExperiment, PipelineRun, PipelineVersion, RecurringRun, Task,
};
use flowdeck_domain::{Failure, FailureKind, Result, Timestamp};
use serde::Deserialize;
use serde_json::Value;

pub(super) use experiment::ExperimentWire;
pub(super) use page::{Listed, PageWire};
pub(super) use pipeline::{PipelineWire, VersionWire};
pub(super) use run::RunWire;
pub(super) use schedule::ScheduleWire;
pub use spec::read_spec;
pub(super) use task::{ArtifactWire, TaskWire};

/// Reads one task as a server with a task API sends it.
///
/// # Errors
/// What is no task.
pub fn read_task(json: &str) -> Result<Task> {
    read::<TaskWire>(json, "task").map(TaskWire::item)
}

/// Reads one artifact as a server with a task API sends it.
///
/// # Errors
/// What is no artifact.
pub fn read_artifact(json: &str) -> Result<PipelineArtifact> {
    read::<ArtifactWire>(json, "artifact").map(ArtifactWire::item)
}

/// Reads one experiment as a server sends it.
///
/// # Errors
/// What is no experiment.
pub fn read_experiment(json: &str) -> Result<PipelineExperiment> {
    read::<ExperimentWire>(json, "experiment").map(ExperimentWire::item)
}

/// Reads one run as a server sends it.
///
/// # Errors
/// What is no run.
pub fn read_run(json: &str) -> Result<PipelineRun> {
    read::<RunWire>(json, "run").map(RunWire::item)
}

/// Reads one schedule as a server sends it.
///
/// # Errors
/// What is no schedule.
pub fn read_recurring_run(json: &str) -> Result<RecurringRun> {
    read::<ScheduleWire>(json, "schedule").map(ScheduleWire::item)
}

/// Reads one pipeline as a server sends it.
///
/// # Errors
/// What is no pipeline.
pub fn read_pipeline(json: &str) -> Result<Pipeline> {
    read::<PipelineWire>(json, "pipeline").map(PipelineWire::item)
}

/// Reads one version of a pipeline as a server sends it.
///
/// # Errors
/// What is no version.
pub fn read_version(json: &str) -> Result<PipelineVersion> {
    read::<VersionWire>(json, "version").map(VersionWire::item)
}

fn read<'a, W: Deserialize<'a>>(json: &'a str, what: &str) -> Result<W> {
    serde_json::from_str(json).map_err(|error| {
        Failure::new(
            FailureKind::Damaged,
            format!("the {what} cannot be read: {error}"),
        )
        .caused_by(error)
    })
}

/// What the server says is wrong with a thing. Source: `google.rpc.Status`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct StatusWire {
    code: Option<i64>,
    message: Option<String>,
}

impl StatusWire {
    fn sentence(self) -> Option<String> {
        let said = self.message.as_deref().and_then(super::answer::point_of);
        said.or_else(|| {
            self.code
                .map(|code| format!("the server could not read it (code {code})"))
        })
    }
}

fn sentence(status: Option<StatusWire>) -> Option<String> {
    status.and_then(StatusWire::sentence)
}

/// A moment; both ways to say "not yet" are none.
fn time(text: Option<String>) -> Option<Timestamp> {
    Timestamp::parse_rfc3339(&text?).filter(|time| time.0 > 0)
}

/// A number, which may come as text.
fn number(value: Option<Value>) -> Option<i64> {
    match value? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn set(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

fn strings(map: Option<BTreeMap<String, Option<String>>>) -> BTreeMap<String, String> {
    map.unwrap_or_default()
        .into_iter()
        .map(|(key, value)| (key, value.unwrap_or_default()))
        .collect()
}
