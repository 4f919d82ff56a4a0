//! Finding scratches on metal: a sweep of image classifiers, every shape of training among them.

mod artifacts;

use std::sync::Arc;

use flowdeck_domain::Timestamp;
use flowdeck_domain::tracking::{Lifecycle, MetricPoint, RunStatus};

use super::team::{self, Script};
use super::{HOUR, MINUTE, SECOND, Scene};
use crate::curve::{Loss, Shape, cosine_schedule, rounded, series, thinned, ticks};
use crate::file::text;
use crate::random::Random;
use crate::record::{DatasetRecord, ExperimentRecord, LoggedModelRecord, RunRecord};

pub(crate) const ID: i64 = 1;
pub(crate) const MODEL_NAME: &str = "surface-classifier";

const CLASSES: [&str; 6] = ["clean", "scratch", "dent", "rust", "stain", "crack"];
const EPOCHS: usize = 40;
const SCRIPT: Script = Script {
    path: "train.py",
    repository: "https://git.example.com/vision/surface-defects.git",
    branch: "main",
};

/// One point of the sweep, and how it went.
struct Trial {
    architecture: &'static str,
    learning_rate: f64,
    augmentation: &'static str,
}

pub(crate) fn experiment(scene: &Scene) -> ExperimentRecord {
    let mut random = scene.random.fork(0x51);
    let mut experiment = scene.experiment(
        ID,
        "surface-defects/cnn-sweep",
        96.0,
        "Image classifiers for **surface defects** on brushed metal.\n\n\
         - data: `line-4` camera, relabelled in spring\n- goal: `test/recall_scratch` above 0.97 at 20 ms a part\n",
    );
    experiment.tags.set("team", "vision");
    let data = [
        artifacts::dataset(&mut random, "surface-line4-train", 18_420),
        artifacts::dataset(&mut random, "surface-line4-test", 2_305),
    ];
    let mut sweep = team::run(
        &mut random,
        "sweep architecture × learning rate".to_owned(),
        &SCRIPT,
        scene.days_ago(41.0),
    );
    sweep
        .note("Grid over three architectures, five learning rates and three augmentations; see the children.")
        .param("sweep/size", 45)
        .param("sweep/strategy", "grid");
    for (index, trial) in trials().iter().enumerate() {
        let start = Timestamp(sweep.start_time.0 + index as i64 * 47 * MINUTE);
        let mut run = trial.run(&mut random, start, index, &data);
        team::nest(&mut run, &sweep.id);
        if run.status == RunStatus::Finished && index % 7 == 3 {
            let model = trial.model(&mut random, &mut run, &data[1]);
            experiment.logged_models.push(model);
        }
        experiment.runs.push(run);
    }
    let end = experiment.runs.iter().filter_map(|run| run.end_time).max();
    let best = experiment
        .runs
        .iter()
        .filter_map(|run| run.last_value("test/acc"))
        .fold(0.0, f64::max);
    let end = end.unwrap_or(sweep.start_time);
    sweep
        .metric("sweep/best_test_acc", best, end)
        .end(RunStatus::Finished, end);
    experiment.runs.push(sweep);
    experiment
}

/// The sweep's grid, in the order it was run.
fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for architecture in ["resnet18", "resnet50", "convnext_tiny"] {
        for learning_rate in [0.0003, 0.001, 0.003, 0.01, 0.1] {
            for augmentation in ["none", "light", "heavy"] {
                trials.push(Trial {
                    architecture,
                    learning_rate,
                    augmentation,
                });
            }
        }
    }
    trials
}

impl Trial {
    fn shape(&self, index: usize) -> Shape {
        match (self.learning_rate, self.augmentation) {
            (rate, "none") if rate > 0.05 => Shape::NotANumber,
            (rate, _) if rate > 0.05 => Shape::Diverging,
            (_, "none") => Shape::Overfitting,
            (rate, "heavy") if rate < 0.0005 => Shape::Plateau,
            _ if index % 6 == 1 => Shape::Spiky,
            _ => Shape::Converging,
        }
    }

    fn run(
        &self,
        random: &mut Random,
        start: Timestamp,
        index: usize,
        data: &[Arc<DatasetRecord>; 2],
    ) -> RunRecord {
        let Self {
            architecture,
            learning_rate,
            augmentation,
        } = self;
        let name = format!("{architecture} lr={learning_rate} aug={augmentation}");
        let mut run = team::run(random, name, &SCRIPT, start);
        run.param("model/architecture", architecture)
            .param("model/pretrained", "imagenet1k_v2")
            .param("optimizer/name", "adamw")
            .param("optimizer/lr", learning_rate)
            .param("optimizer/weight_decay", 0.05)
            .param("data/augmentation", augmentation)
            .param(
                "data/batch_size",
                if *architecture == "resnet18" { 256 } else { 128 },
            )
            .param("data/image_size", 224)
            .param("epochs", EPOCHS)
            .param("seed", 1_000 + index)
            .tag("device", "1x L40S");
        match index % 45 {
            14 => failed(
                &mut run,
                random,
                0,
                "FileNotFoundError: data/line4/train-0007.tar",
            ),
            29 => self.train(&mut run, random, index, 9, RunStatus::Failed, data),
            22 | 37 => self.train(&mut run, random, index, 17, RunStatus::Killed, data),
            43 | 44 => scheduled(&mut run),
            _ => self.train(&mut run, random, index, EPOCHS, RunStatus::Finished, data),
        }
        if [4, 13, 31].contains(&index) {
            run.lifecycle = Lifecycle::Deleted;
        }
        run
    }

    fn train(
        &self,
        run: &mut RunRecord,
        random: &mut Random,
        index: usize,
        epochs: usize,
        status: RunStatus,
        data: &[Arc<DatasetRecord>; 2],
    ) {
        let capacity = if self.architecture == "convnext_tiny" {
            0.07
        } else {
            0.12
        };
        let loss = Loss {
            shape: self.shape(index),
            from: (CLASSES.len() as f64).ln(),
            to: capacity * random.between(0.8, 1.3),
            noise: 0.02,
        };
        let clock = ticks(
            run.start_time,
            epochs,
            1,
            random.between(45.0, 70.0) as i64 * SECOND,
        );
        let progress = |step: i64| step as f64 / (EPOCHS - 1) as f64;
        let train = series(&clock, |_, step| rounded(loss.at(progress(step), random), 5));
        let held_out = series(&clock, |_, step| {
            rounded(loss.held_out(progress(step), random), 5)
        });
        let guess = 1.0 / CLASSES.len() as f64;
        let accuracy = |points: &[MetricPoint], best: f64| {
            points
                .iter()
                .map(|point| loss.accuracy(point.value, best, guess))
                .collect::<Vec<_>>()
        };
        let (train_acc, held_acc) = (accuracy(&train, 0.991), accuracy(&held_out, 0.978));
        run.series("train/loss", train)
            .series("val/loss", held_out)
            .series("train/acc", series(&clock, |at, _| rounded(train_acc[at], 4)))
            .series("val/acc", series(&clock, |at, _| rounded(held_acc[at], 4)))
            .series(
                "learning_rate",
                series(&clock, |_, step| {
                    cosine_schedule(self.learning_rate, progress(step))
                }),
            );
        run.input(&data[0], "training");
        let until = run.last_logged();
        if index.is_multiple_of(3) {
            team::system_metrics(run, random, run.start_time, until, 24);
        }
        if status == RunStatus::Finished {
            self.finish(
                run,
                random,
                until,
                held_acc.last().copied().unwrap_or(guess),
                &data[1],
            );
        } else if status == RunStatus::Failed {
            failed(
                run,
                random,
                4,
                "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.27 GiB",
            );
            return;
        }
        run.end(status, Timestamp(until.0 + 20 * SECOND));
        if index.is_multiple_of(3) {
            artifacts::sample_pictures(run, random, &thinned(&clock, 20));
        }
        artifacts::files(run);
    }

    /// What is measured once at the end, and drawn.
    fn finish(
        &self,
        run: &mut RunRecord,
        random: &mut Random,
        at: Timestamp,
        accuracy: f64,
        test: &Arc<DatasetRecord>,
    ) {
        let recall = (accuracy - random.between(0.0, 0.03)).max(0.0);
        run.input(test, "test")
            .metric("test/acc", rounded((accuracy - 0.004).max(0.0), 4), at)
            .metric("test/recall_scratch", rounded(recall, 4), at)
            .metric("test/latency_ms", rounded(random.between(6.0, 19.0), 2), at);
        artifacts::confusion_matrix(run, random, accuracy);
    }

    fn model(
        &self,
        random: &mut Random,
        run: &mut RunRecord,
        test: &Arc<DatasetRecord>,
    ) -> LoggedModelRecord {
        let values: Vec<(&str, f64)> = ["test/acc", "test/recall_scratch"]
            .into_iter()
            .filter_map(|key| Some((key, run.last_value(key)?)))
            .collect();
        team::logged_model(
            random,
            run,
            MODEL_NAME,
            "classifier",
            &artifacts::flavor(),
            (test, &values),
        )
    }
}

/// A run that stopped with an error after so many minutes.
fn failed(run: &mut RunRecord, random: &mut Random, minutes: i64, error: &str) {
    let at = Timestamp(run.last_logged().0 + minutes * MINUTE + random.below(30_000) as i64);
    let log = format!(
        "{} ERROR trainer: stopped\nTraceback (most recent call last):\n  File \"train.py\", line 211, in <module>\n    main()\n{error}\n",
        text::clock(at),
    );
    artifacts::files(run);
    run.file("logs/error.log", log.into_bytes());
    run.end(RunStatus::Failed, at);
}

fn scheduled(run: &mut RunRecord) {
    run.status = RunStatus::Scheduled;
    run.start_time = Timestamp(run.start_time.0 + HOUR);
}
