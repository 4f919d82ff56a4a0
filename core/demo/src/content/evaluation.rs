//! Judging the assistant: evaluation runs whose traces carry spans and assessments.

use serde_json::{Value, json};

use flowdeck_domain::Timestamp;
use flowdeck_domain::tracking::RunStatus;

use super::dialogue::{self, TRACES_OF_A_RUN};
use super::team::{self, Script};
use super::{HOUR, SECOND, Scene};
use crate::curve::rounded;
use crate::file::text;
use crate::random::Random;
use crate::record::{ExperimentRecord, LoggedModelRecord, RunRecord, TraceRecord};

const ID: i64 = 6;
const SCRIPT: Script = Script {
    path: "evaluate.py",
    repository: "https://git.example.com/assistant/evaluation.git",
    branch: "main",
};

/// The evaluations, each of the newest of the assistant's models at its time.
pub(crate) fn experiment(scene: &Scene, models: &[LoggedModelRecord]) -> ExperimentRecord {
    let mut random = scene.random.fork(0x56);
    let mut experiment = scene.experiment(
        ID,
        "support-assistant/evaluation",
        40.0,
        "Weekly evaluation of the assistant on held-out tickets, judged by a model and, in part, by people.",
    );
    experiment.tags.set("team", "assistant");
    experiment.tags.set("mlflow.experimentKind", "genai_development");
    for week in 0..8 {
        let start = Timestamp(scene.days_ago(38.0 - 5.0 * week as f64).0 + week * HOUR);
        let (mut run, traces) = evaluation(&mut random, start, week);
        let judged = models.iter().rfind(|model| model.creation_timestamp < start);
        run.models_used.extend(judged.map(|model| model.id.clone()));
        experiment.runs.push(run);
        experiment.traces.extend(traces);
    }
    experiment
}

fn evaluation(random: &mut Random, start: Timestamp, week: i64) -> (RunRecord, Vec<TraceRecord>) {
    let prompt_version = 1 + week / 3;
    let mut run = team::run(
        random,
        format!("week {} prompt v{prompt_version}", week + 30),
        &SCRIPT,
        start,
    );
    run.param("assistant/model", MODEL)
        .param(
            "assistant/prompt",
            format!("prompts:/support-answer/{prompt_version}"),
        )
        .param("assistant/temperature", 0.2)
        .param("retriever/top_k", 4)
        .param("n_questions", TRACES_OF_A_RUN);
    // The last one is still going: its newest trace has not ended.
    let last = week == 7;
    let quality = 0.62 + 0.035 * week as f64;
    let traces: Vec<TraceRecord> = (0..TRACES_OF_A_RUN)
        .map(|index| {
            let at = Timestamp(start.0 + index as i64 * 9 * SECOND);
            dialogue::trace(random, &run, at, quality, last && index + 1 == TRACES_OF_A_RUN)
        })
        .collect();
    let until = Timestamp(start.0 + TRACES_OF_A_RUN as i64 * 9 * SECOND);
    for (key, name) in [
        ("correctness/mean", "correctness"),
        ("relevance/mean", "relevance"),
    ] {
        if let Some(mean) = mean(&traces, name) {
            run.metric(key, rounded(mean, 4), until);
        }
    }
    let answered: Vec<i64> = traces
        .iter()
        .filter_map(|trace| trace.execution_duration_ms)
        .collect();
    let tokens: i64 = traces
        .iter()
        .filter_map(|trace| trace.tokens)
        .map(|tokens| tokens.input + tokens.output)
        .sum();
    run.metric(
        "latency_ms/mean",
        rounded(answered.iter().sum::<i64>() as f64 / answered.len() as f64, 1),
        until,
    )
    .metric("tokens/total", tokens as f64, until);
    let rows: Vec<Vec<Value>> = traces
        .iter()
        .map(|trace| {
            vec![
                json!(trace.request),
                json!(trace.response),
                json!(format!("tr-{}", trace.hex_id)),
                json!(trace.state),
            ]
        })
        .collect();
    let table = text::logged_table(&["request", "response", "trace_id", "state"], &rows);
    run.file("eval_results.json", table.into_bytes())
        .tag(
            "mlflow.loggedArtifacts",
            r#"[{"path": "eval_results.json", "type": "table"}]"#,
        )
        .tag("mlflow.runType", "genai_evaluate")
        .end(RunStatus::Finished, until);
    (run, traces)
}

/// The model that the assistant calls.
pub(crate) const MODEL: &str = "granite-8b-support";

/// The mean of the judge's scores of this name; a yes counts 1.
fn mean(traces: &[TraceRecord], name: &str) -> Option<f64> {
    let scores: Vec<f64> = traces
        .iter()
        .flat_map(|trace| &trace.assessments)
        .filter(|assessment| assessment.name == name && assessment.source_type == "LLM_JUDGE")
        .filter_map(|assessment| {
            assessment
                .value
                .as_f64()
                .or(assessment.value.as_bool().map(f64::from))
        })
        .collect();
    (!scores.is_empty()).then(|| scores.iter().sum::<f64>() / scores.len() as f64)
}
