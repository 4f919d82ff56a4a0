//! Reinforcement learning: noisy returns, policies that collapse, and steps in the millions.

use flowdeck_domain::Timestamp;
use flowdeck_domain::tracking::RunStatus;

use super::team::{self, Script};
use super::{SECOND, Scene};
use crate::curve::{rounded, series, ticks};
use crate::file::text;
use crate::random::Random;
use crate::record::{ExperimentRecord, RunRecord};

const ID: i64 = 5;
const UPDATES: usize = 260;
const STEPS_PER_UPDATE: i64 = 16_384;
const SCRIPT: Script = Script {
    path: "ppo.py",
    repository: "https://git.example.com/robotics/picking.git",
    branch: "curriculum",
};

pub(crate) fn experiment(scene: &Scene) -> ExperimentRecord {
    let mut random = scene.random.fork(0x55);
    let mut experiment = scene.experiment(
        ID,
        "warehouse-picking/ppo",
        33.0,
        "PPO on the picking cell. Returns are noisy by nature: **smooth before you judge**, and look at four seeds.",
    );
    experiment.tags.set("team", "robotics");
    for index in 0..20 {
        let start = scene.days_ago(30.0 - 1.3 * index as f64);
        experiment.runs.push(policy(&mut random, start, index));
    }
    experiment
}

fn policy(random: &mut Random, start: Timestamp, index: usize) -> RunRecord {
    let entropy = [0.0, 0.003, 0.01, 0.03, 0.1][index / 4];
    let seed = index % 4;
    let mut run = team::run(random, format!("ppo ent={entropy} seed={seed}"), &SCRIPT, start);
    run.param("env", "PickCell-v3")
        .param("algo", "ppo")
        .param("ppo/entropy_coefficient", entropy)
        .param("ppo/clip", 0.2)
        .param("ppo/gae_lambda", 0.95)
        .param("n_envs", 128)
        .param("seed", seed)
        .tag("hardware", "32 cpu");
    let collapses = entropy == 0.0 && seed > 1;
    let updates = if collapses { UPDATES * 2 / 3 } else { UPDATES };
    let clock = ticks(start, updates, STEPS_PER_UPDATE, 19 * SECOND);
    let ceiling = 310.0 - 900.0 * (entropy - 0.01_f64).abs() + 12.0 * random.normal();
    let returns = series(&clock, |update, _| {
        let progress = update as f64 / UPDATES as f64;
        let learned = ceiling / (1.0 + (-(progress - 0.4) * 11.0).exp()) - 60.0 * (1.0 - progress);
        let fallen = if collapses && progress > 0.5 {
            -learned * 1.2
        } else {
            0.0
        };
        rounded(
            learned + fallen + (18.0 + 0.1 * learned.abs()) * random.normal(),
            3,
        )
    });
    let lengths = series(&clock, |update, _| {
        (420.0 - 0.9 * update as f64 + 25.0 * random.normal()).round()
    });
    let spread = series(&clock, |update, _| {
        let progress = update as f64 / UPDATES as f64;
        rounded(
            1.6 * (-progress * (3.0 - 20.0 * entropy)).exp() + 0.02 * random.normal(),
            4,
        )
    });
    run.series("rollout/return_mean", returns)
        .series("rollout/episode_length_mean", lengths)
        .series("train/entropy", spread);
    let until = run.last_logged();
    let log = text::training_log(&run, 5);
    let config = text::yaml(&run.params);
    run.file("logs/ppo.log", log.into_bytes())
        .file("config.yaml", config.into_bytes());
    let status = if collapses {
        RunStatus::Killed
    } else {
        RunStatus::Finished
    };
    run.end(status, Timestamp(until.0 + 3 * SECOND));
    if collapses {
        run.note("Stopped: the policy **collapsed** to one grasp.");
    }
    run
}
