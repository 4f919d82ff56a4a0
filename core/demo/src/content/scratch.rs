//! An experiment that was deleted, with its runs.

use flowdeck_domain::tracking::{Lifecycle, RunStatus};

use super::team::{self, Script};
use super::{MINUTE, Scene};
use crate::curve::{Loss, Shape, rounded, series, ticks};
use crate::record::ExperimentRecord;
use flowdeck_domain::Timestamp;

const SCRIPT: Script = Script {
    path: "hello.py",
    repository: "https://git.example.com/sandbox/hello.git",
    branch: "main",
};

pub(crate) fn experiment(scene: &Scene) -> ExperimentRecord {
    let mut random = scene.random.fork(0x57);
    let mut experiment = scene.experiment(7, "scratch", 300.0, "First tries; to be thrown away.");
    experiment.lifecycle = Lifecycle::Deleted;
    experiment.last_update_time = scene.days_ago(250.0);
    for index in 0..3 {
        let start = Timestamp(experiment.creation_time.0 + index * 90 * MINUTE);
        let name = team::mascot(scene, index as u64);
        let mut run = team::run(&mut random, name, &SCRIPT, start);
        let loss = Loss {
            shape: Shape::Converging,
            from: 1.0,
            to: 0.2,
            noise: 0.05,
        };
        let clock = ticks(start, 12, 1, 10_000);
        let points = series(&clock, |at, _| rounded(loss.at(at as f64 / 11.0, &mut random), 4));
        run.param("alpha", 0.1).series("loss", points);
        run.lifecycle = Lifecycle::Deleted;
        let end = run.last_logged();
        run.end(RunStatus::Finished, end);
        experiment.runs.push(run);
    }
    experiment
}
