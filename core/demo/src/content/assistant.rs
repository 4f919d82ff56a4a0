//! Fine-tuning a language model for support: long histories, machine metrics, and one run that still runs.

use serde_json::json;
use std::sync::Arc;

use flowdeck_domain::Timestamp;
use flowdeck_domain::tracking::RunStatus;

use super::team::{self, Script};
use super::{MINUTE, SECOND, Scene, live};
use crate::curve::{Loss, Shape, Ticks, cosine_schedule, resumed_ticks, rounded, series, thinned, ticks};
use crate::file::model::Flavor;
use crate::file::text;
use crate::random::Random;
use crate::record::{DatasetRecord, ExperimentRecord, RunRecord};

pub(crate) const ID: i64 = 2;
pub(crate) const MODEL_NAME: &str = "support-assistant";

pub(super) const SCRIPT: Script = Script {
    path: "sft/train.py",
    repository: "https://git.example.com/assistant/fine-tuning.git",
    branch: "main",
};

/// Name, base model, peak learning rate, optimizer steps, shape and end of each run.
type Plan = (&'static str, &'static str, f64, usize, Shape, RunStatus);

const PLANS: [Plan; 12] = [
    (
        "lora r=8 first light",
        "granite-3b",
        2e-4,
        400,
        Shape::Converging,
        RunStatus::Finished,
    ),
    (
        "lora r=16",
        "granite-3b",
        2e-4,
        600,
        Shape::Converging,
        RunStatus::Finished,
    ),
    (
        "lora r=16 lr x10",
        "granite-3b",
        2e-3,
        600,
        Shape::Diverging,
        RunStatus::Finished,
    ),
    (
        "lora r=64",
        "granite-3b",
        1e-4,
        600,
        Shape::Overfitting,
        RunStatus::Finished,
    ),
    (
        "full fp16",
        "granite-3b",
        5e-5,
        500,
        Shape::NotANumber,
        RunStatus::Killed,
    ),
    (
        "full bf16",
        "granite-3b",
        5e-5,
        800,
        Shape::Spiky,
        RunStatus::Finished,
    ),
    (
        "qlora 8b",
        "granite-8b",
        1e-4,
        800,
        Shape::Plateau,
        RunStatus::Finished,
    ),
    (
        "lora 8b r=32",
        "granite-8b",
        1e-4,
        800,
        Shape::Converging,
        RunStatus::Finished,
    ),
    (
        "lora 8b r=32 packed",
        "granite-8b",
        1e-4,
        500,
        Shape::Converging,
        RunStatus::Failed,
    ),
    (
        "lora 8b r=32 resumed",
        "granite-8b",
        1e-4,
        900,
        Shape::Converging,
        RunStatus::Finished,
    ),
    (
        "full 8b spot instances",
        "granite-8b",
        2e-5,
        700,
        Shape::Spiky,
        RunStatus::Killed,
    ),
    (
        "full 8b long",
        "granite-8b",
        2e-5,
        4_000,
        Shape::Spiky,
        RunStatus::Finished,
    ),
];

pub(crate) fn experiment(scene: &Scene) -> ExperimentRecord {
    let mut random = scene.random.fork(0x52);
    let mut experiment = scene.experiment(
        ID,
        "support-assistant/fine-tuning",
        58.0,
        "Supervised fine-tuning of the **support assistant**.\n\n\
         | stage | data | owner |\n|---|---|---|\n| sft | tickets-2025 | mei |\n| preference | pairs-v3 | ravi |\n\n\
         The run tagged `flowdeck.demo.live` is training now.\n",
    );
    experiment.tags.set("team", "assistant");
    let data = [
        tickets(&mut random, "tickets-2025", 212_480),
        tickets(&mut random, "tickets-2025-heldout", 4_096),
    ];
    for (index, plan) in PLANS.iter().enumerate() {
        let start = scene.days_ago(54.0 - 4.1 * index as f64);
        let mut run = finetune(&mut random, plan, start, &data);
        if matches!(plan.4, Shape::Converging | Shape::Spiky) && run.status == RunStatus::Finished {
            let value = run.last_value("val/loss").unwrap_or(f64::NAN);
            let model = team::logged_model(
                &mut random,
                &mut run,
                MODEL_NAME,
                "agent",
                &flavor(),
                (&data[1], &[("val/loss", value)]),
            );
            experiment.logged_models.push(model);
        }
        experiment.runs.push(run);
    }
    experiment.runs.push(waiting(&mut random, scene));
    experiment.runs.push(live::run(&mut random, scene, &data));
    experiment
}

fn finetune(random: &mut Random, plan: &Plan, start: Timestamp, data: &[Arc<DatasetRecord>; 2]) -> RunRecord {
    let (name, base, peak, steps, shape, ref status) = *plan;
    let mut run = team::run(random, name.to_owned(), &SCRIPT, start);
    params(&mut run, base, peak, steps);
    run.input(&data[0], "training").input(&data[1], "validation");
    let planned = ticks(
        start,
        steps,
        1,
        if base == "granite-8b" {
            7 * SECOND
        } else {
            3 * SECOND
        },
    );
    let clock = if name.ends_with("resumed") {
        run.note("The node went away at step 520; **resumed** from the checkpoint at 480, so 40 steps were logged twice.");
        run.tag("checkpoint", "step-480");
        resumed_ticks(&planned, 520, 40)
    } else if *status == RunStatus::Finished {
        planned
    } else {
        planned[..steps * 7 / 10].to_vec()
    };
    let loss = Loss {
        shape,
        from: 2.31,
        to: if base == "granite-8b" { 0.87 } else { 1.04 },
        noise: 0.03,
    };
    curves(&mut run, random, &clock, steps, peak, &loss);
    let until = run.last_logged();
    team::system_metrics(&mut run, random, start, until, (steps / 8).min(150));
    run.end(status.clone(), Timestamp(until.0 + 40 * SECOND));
    files(&mut run, steps);
    run
}

pub(super) fn params(run: &mut RunRecord, base: &str, peak: f64, steps: usize) {
    run.param("model/base", base)
        .param("model/attention", "flash_attention_2")
        .param("optimizer/name", "adamw_torch_fused")
        .param("optimizer/lr", peak)
        .param("optimizer/schedule", "cosine")
        .param("optimizer/warmup_ratio", 0.05)
        .param("train/max_steps", steps)
        .param("train/per_device_batch_size", 8)
        .param("train/gradient_accumulation", 4)
        .param("data/max_length", 4096)
        .param(
            "data/prompt_template",
            "<|user|>\n{ticket}\n<|assistant|>\n{answer}",
        )
        .tag("cluster", "gpu-east")
        .tag("gpus", "4x H100");
}

fn curves(run: &mut RunRecord, random: &mut Random, clock: &Ticks, steps: usize, peak: f64, loss: &Loss) {
    let progress = |step: i64| step as f64 / steps as f64;
    let train = series(clock, |_, step| rounded(loss.at(progress(step), random), 5));
    let norm = series(clock, |at, _| gradient_norm(train[at].value, loss.to, random));
    let held_out = series(&thinned(clock, 50), |_, step| {
        rounded(loss.held_out(progress(step), random), 5)
    });
    run.series("train/loss", train)
        .series("train/grad_norm", norm)
        .series(
            "train/learning_rate",
            series(clock, |_, step| cosine_schedule(peak, progress(step))),
        )
        .series(
            "train/tokens_per_second",
            series(&thinned(clock, 10), |_, _| {
                random.between(11_200.0, 12_900.0).round()
            }),
        )
        .series("val/loss", held_out);
}

pub(super) fn gradient_norm(loss: f64, floor: f64, random: &mut Random) -> f64 {
    let norm = 0.35 + 0.5 * (loss - floor).max(0.0) * (1.0 + 0.3 * random.normal().abs());
    rounded(norm, 4)
}

fn files(run: &mut RunRecord, steps: usize) {
    let mut log = text::training_log(run, steps / 120);
    match run.status {
        RunStatus::Failed => {
            log.push_str("torch.OutOfMemoryError: CUDA out of memory. GPU 2 has 79.1 GiB in total\n");
        }
        RunStatus::Killed => log.push_str("slurmstepd: error: *** JOB CANCELLED DUE TO PREEMPTION ***\n"),
        _ => {}
    }
    let config = text::yaml(&run.params);
    let rows: Vec<Vec<serde_json::Value>> = SAMPLES
        .iter()
        .map(|row| row.iter().map(|cell| json!(cell)).collect())
        .collect();
    run.file(live::LIVE_LOG, log.into_bytes())
        .file("config.yaml", config.into_bytes())
        .file(
            "samples.json",
            text::logged_table(&["prompt", "answer", "reference"], &rows).into_bytes(),
        )
        .tag(
            "mlflow.loggedArtifacts",
            r#"[{"path": "samples.json", "type": "table"}]"#,
        );
}

const SAMPLES: [[&str; 3]; 3] = [
    [
        "My parcel is three days late.",
        "I am sorry. I have asked the carrier where it is.",
        "Ask the carrier, offer a refund of the fee.",
    ],
    [
        "Wie kündige ich?",
        "Unter Konto → Vertrag; ich schicke Ihnen den Link.",
        "Link zum Vertrag schicken.",
    ],
    ["返品したい", "注文番号を教えてください。", "注文番号を尋ねる。"],
];

fn waiting(random: &mut Random, scene: &Scene) -> RunRecord {
    let mut run = team::run(
        random,
        "dpo pairs-v3".to_owned(),
        &SCRIPT,
        Timestamp(scene.now.0 - 12 * MINUTE),
    );
    params(&mut run, "granite-8b", 5e-7, 1_200);
    run.tag("slurm.job", "481922 (PENDING: Resources)");
    run.status = RunStatus::Scheduled;
    run
}

fn tickets(random: &mut Random, name: &str, rows: u32) -> Arc<DatasetRecord> {
    let column = |name: &str| json!({"type": "string", "name": name, "required": true});
    let schema = json!({"mlflow_colspec": [column("ticket"), column("answer"), column("language")]});
    let source = json!({"path": format!("example/{name}"), "config_name": "default", "split": "train"});
    let profile = json!({"num_rows": rows, "dataset_size": u64::from(rows) * 1_840, "size_in_bytes": u64::from(rows) * 1_840});
    team::dataset(random, name, ("hugging_face", &source), &schema, &profile)
}

fn flavor() -> Flavor {
    Flavor {
        name: "transformers",
        loader: "mlflow.transformers",
        weights: "peft/adapter_model.safetensors",
        requirements: &[
            "torch==2.9.1",
            "transformers==4.57.3",
            "peft==0.18.0",
            "accelerate==1.12.0",
        ],
        inputs: json!([{"type": "string", "name": "ticket", "required": true}]),
        outputs: json!([{"type": "string", "required": true}]),
    }
}
