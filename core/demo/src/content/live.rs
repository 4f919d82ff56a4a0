//! The run that is training now.

use std::sync::Arc;

use flowdeck_domain::Timestamp;
use flowdeck_domain::tracking::MetricPoint;

use super::assistant;
use super::team;
use super::{SECOND, Scene};
use crate::curve::{Loss, Shape, cosine_schedule, rounded};
use crate::file::text;
use crate::random::Random;
use crate::record::{DatasetRecord, RunRecord};

/// Marks the run that grows.
pub(crate) const LIVE_RUN_TAG: &str = "flowdeck.demo.live";
/// Its log, below its artifact root.
pub(crate) const LIVE_LOG: &str = "logs/train.log";

/// As it stands now.
pub(super) fn run(random: &mut Random, scene: &Scene, data: &[Arc<DatasetRecord>; 2]) -> RunRecord {
    let steps = Growing::STEPS_AT_FIRST;
    let start = Timestamp(scene.now.0 - steps * Growing::STEP_MS);
    let mut run = team::run(
        random,
        "full 8b tickets-2025 run 2".to_owned(),
        &assistant::SCRIPT,
        start,
    );
    assistant::params(&mut run, "granite-8b", Growing::PEAK, Growing::STEPS as usize);
    run.tag(LIVE_RUN_TAG, "true")
        .note("Training **now**: a point a second. Watch `train/loss`.")
        .input(&data[0], "training")
        .input(&data[1], "validation");
    let growing = Growing { seed: scene.seed };
    for step in 0..steps {
        let timestamp = Timestamp(start.0 + (step + 1) * Growing::STEP_MS);
        for (key, value) in growing.logged_at(step) {
            let point = MetricPoint {
                step,
                timestamp,
                value,
            };
            match run.metrics.iter_mut().find(|series| series.key == key) {
                Some(series) => series.points.push(point),
                None => drop(run.series(key, vec![point])),
            }
        }
    }
    let log = text::training_log(&run, Growing::LOG_STRIDE as usize);
    let config = text::yaml(&run.params);
    run.file(LIVE_LOG, log.into_bytes())
        .file("config.yaml", config.into_bytes());
    run
}

/// What the live run logs at each step, past and still to come.
///
/// Each value follows from the seed and the step alone, so the run can be taken up again at any step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Growing {
    pub(crate) seed: u64,
}

impl Growing {
    /// Steps until the run is finished.
    pub(crate) const STEPS: i64 = 9_000;
    /// Steps that a fresh store holds already.
    const STEPS_AT_FIRST: i64 = 1_500;
    /// Time of one step, in milliseconds.
    pub(crate) const STEP_MS: i64 = SECOND;
    /// A line in the log every so many steps.
    pub(crate) const LOG_STRIDE: i64 = 10;
    const PEAK: f64 = 2e-5;

    /// Keys and values at a step.
    pub(crate) fn logged_at(self, step: i64) -> Vec<(&'static str, f64)> {
        let mut random = Random::new(self.seed).fork(step as u64 ^ 0x6c69_7665);
        let progress = step as f64 / Self::STEPS as f64;
        let loss = Loss {
            shape: Shape::Spiky,
            from: 2.28,
            to: 0.84,
            noise: 0.035,
        };
        let train = rounded(loss.at(progress, &mut random), 5);
        let mut logged = vec![
            ("train/loss", train),
            (
                "train/grad_norm",
                assistant::gradient_norm(train, loss.to, &mut random),
            ),
            ("train/learning_rate", cosine_schedule(Self::PEAK, progress)),
        ];
        if step % 10 == 0 {
            logged.push((
                "train/tokens_per_second",
                random.between(41_000.0, 44_500.0).round(),
            ));
            logged.push((
                "system/gpu_0_utilization_percentage",
                rounded(random.between(88.0, 99.5), 1),
            ));
            logged.push((
                "system/gpu_0_memory_usage_percentage",
                rounded(random.between(90.5, 92.0), 1),
            ));
        }
        if step % 50 == 0 {
            logged.push(("val/loss", rounded(loss.held_out(progress, &mut random), 5)));
        }
        logged
    }
}
