//! What every team's runs have in common: who ran them, from which commit, on what machine.

use std::sync::Arc;

use flowdeck_domain::Timestamp;
use flowdeck_domain::tracking::{Dataset, LoggedModelStatus};
use serde_json::Value;

use super::{SECOND, Scene};
use crate::curve::{rounded, series};
use crate::file::model::{self, Flavor};
use crate::random::Random;
use crate::record::{DatasetRecord, LoggedModelRecord, ModelMetricRecord, Pairs, RunRecord};

pub(crate) const PEOPLE: [&str; 5] = ["amara", "jonas", "mei", "ravi", "svc-training"];

/// Where a script lies: its path and the repository it is in.
pub(crate) struct Script {
    pub(crate) path: &'static str,
    pub(crate) repository: &'static str,
    pub(crate) branch: &'static str,
}

/// A run with an id of its own, started by one of the team from one of the repository's last commits.
pub(crate) fn run(random: &mut Random, name: String, script: &Script, start: Timestamp) -> RunRecord {
    let user = *random.pick(&PEOPLE);
    let mut run = RunRecord::new(random.hex(32), name, user, start);
    let commits = Random::new(script.path.len() as u64 + 977);
    let commit = commits.fork(random.below(9) as u64).hex(40);
    let kind = if user == "svc-training" { "JOB" } else { "LOCAL" };
    run.tag("mlflow.source.name", script.path)
        .tag("mlflow.source.type", kind)
        .tag("mlflow.source.git.commit", commit)
        .tag("mlflow.source.git.branch", script.branch)
        .tag("mlflow.source.git.repoURL", script.repository);
    run
}

/// Names a run's parent.
pub(crate) fn nest(run: &mut RunRecord, parent_id: &str) {
    run.tag("mlflow.parentRunId", parent_id);
}

/// What MLflow samples of the machine every ten seconds and more, `n` times from `from` until `until`.
pub(crate) fn system_metrics(
    run: &mut RunRecord,
    random: &mut Random,
    from: Timestamp,
    until: Timestamp,
    n: usize,
) {
    let gap = (until.millis_since(from) / n.max(1) as i64).max(SECOND);
    let ticks: Vec<(i64, Timestamp)> = (0..n as i64)
        .map(|sample| (sample, Timestamp(from.0 + (sample + 1) * gap)))
        .collect();
    let keys: [(&str, f64, f64); 6] = [
        ("system/cpu_utilization_percentage", 38.0, 9.0),
        ("system/system_memory_usage_megabytes", 61_200.0, 900.0),
        ("system/gpu_0_utilization_percentage", 93.0, 4.0),
        ("system/gpu_0_memory_usage_percentage", 81.0, 1.5),
        ("system/gpu_0_power_usage_watts", 388.0, 21.0),
        ("system/network_receive_megabytes", 14.0, 6.0),
    ];
    for (key, level, spread) in keys {
        let warm = |index: usize| if index == 0 { 0.3 } else { 1.0 };
        let points = series(&ticks, |index, _| {
            let value = level * warm(index) + spread * random.normal();
            let bound = if key.ends_with("percentage") {
                100.0
            } else {
                f64::MAX
            };
            rounded(value.clamp(0.0, bound), 1)
        });
        run.series(key, points);
    }
}

/// A dataset as a client logs it.
pub(crate) fn dataset(
    random: &mut Random,
    name: &str,
    source: (&str, &Value),
    schema: &Value,
    profile: &Value,
) -> Arc<DatasetRecord> {
    Arc::new(DatasetRecord {
        id: random.hex(32),
        dataset: Dataset {
            name: name.to_owned(),
            digest: random.hex(8),
            source_type: source.0.to_owned(),
            source: source.1.to_string(),
            schema: Some(schema.to_string()),
            profile: Some(profile.to_string()),
        },
    })
}

/// A model that a run logged when it ended, with the run's params and these metrics on a dataset.
pub(crate) fn logged_model(
    random: &mut Random,
    run: &mut RunRecord,
    name: &str,
    model_type: &'static str,
    flavor: &Flavor,
    measured: (&Arc<DatasetRecord>, &[(&str, f64)]),
) -> LoggedModelRecord {
    let id = format!("m-{}", random.hex(32));
    let at = Timestamp(run.last_logged().0 + 2 * SECOND);
    let step = run
        .metrics
        .first()
        .and_then(|series| series.points.last())
        .map_or(0, |point| point.step);
    run.models_made.push((id.clone(), step));
    let (dataset, values) = measured;
    let metrics = values.iter().map(|(key, value)| ModelMetricRecord {
        key: (*key).to_owned(),
        value: *value,
        step,
        timestamp: at,
        run_id: run.id.clone(),
        dataset: Some(Arc::clone(dataset)),
    });
    LoggedModelRecord {
        name: name.to_owned(),
        model_type,
        status: LoggedModelStatus::Ready,
        source_run_id: run.id.clone(),
        creation_timestamp: at,
        last_updated_timestamp: Timestamp(at.0 + 3 * SECOND),
        params: run.params.clone(),
        tags: Pairs::default()
            .with("mlflow.user", &run.user)
            .with("mlflow.source.type", "LOCAL"),
        metrics: metrics.collect(),
        files: model::files(flavor, &id, &run.id, at, random),
        id,
    }
}

/// Names, with one number more for each that is taken, are not made unique: MLflow does not either.
pub(crate) fn mascot(scene: &Scene, salt: u64) -> String {
    const FIRST: [&str; 12] = [
        "amber", "bold", "calm", "dapper", "eager", "fluent", "gentle", "hazel", "jolly", "lucid", "nimble",
        "quiet",
    ];
    const SECOND_WORD: [&str; 12] = [
        "auk", "bee", "crane", "dove", "elk", "finch", "goat", "heron", "ibis", "jay", "koala", "lynx",
    ];
    let mut random = scene.random.fork(salt ^ 0x6d61_7363);
    format!(
        "{}-{}-{}",
        random.pick(&FIRST),
        random.pick(&SECOND_WORD),
        random.below(900) + 100
    )
}
