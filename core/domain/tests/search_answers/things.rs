//! The things of the recorded stores as domain types.

use flowdeck_domain::Timestamp;
use flowdeck_domain::registry::{ModelVersion, RegisteredModel, Stage};
use flowdeck_domain::search::{AssessmentRow, SpanRow, TraceRecord};
use flowdeck_domain::tracking::{
    Dataset, DatasetInput, Experiment, Lifecycle, LoggedModel, LoggedModelStatus, Metric, MetricOrigin,
    Param, Run, RunInfo, RunStatus, Tag, TraceInfo, TraceState,
};
use serde_json::Value;

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn maybe(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn time(value: &Value) -> Option<Timestamp> {
    value.as_i64().map(Timestamp)
}

fn number(value: &Value) -> f64 {
    match value.as_str() {
        Some("NaN") => f64::NAN,
        Some("Infinity") => f64::INFINITY,
        Some("-Infinity") => f64::NEG_INFINITY,
        _ => value.as_f64().unwrap_or(f64::NAN),
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn tags(value: &Value) -> Vec<Tag> {
    items(value)
        .iter()
        .map(|pair| Tag {
            key: text(&pair[0]).into(),
            value: text(&pair[1]).to_owned(),
        })
        .collect()
}

fn params(value: &Value) -> Vec<Param> {
    items(value)
        .iter()
        .map(|pair| Param {
            key: text(&pair[0]).into(),
            value: text(&pair[1]).to_owned(),
        })
        .collect()
}

pub(crate) fn run(value: &Value) -> Run {
    let mut run = Run::bare(RunInfo {
        id: text(&value["run_id"]).into(),
        experiment_id: text(&value["experiment_id"]).into(),
        name: text(&value["run_name"]).to_owned(),
        user_id: text(&value["user_id"]).into(),
        status: RunStatus::from_word(text(&value["status"])),
        start_time: time(&value["start_time"]),
        end_time: time(&value["end_time"]),
        artifact_uri: text(&value["artifact_uri"]).to_owned(),
        lifecycle: Lifecycle::Active,
    });
    run.params = params(&value["params"]);
    run.tags = tags(&value["tags"]);
    run.metrics = items(&value["metrics"])
        .iter()
        .map(|pair| Metric {
            key: text(&pair[0]).into(),
            value: number(&pair[1]),
            timestamp: Timestamp(0),
            step: 0,
            origin: None,
        })
        .collect();
    run.datasets = items(&value["datasets"])
        .iter()
        .map(|input| DatasetInput {
            dataset: Dataset {
                name: text(&input[0]).to_owned(),
                digest: text(&input[1]).to_owned(),
                ..Dataset::default()
            },
            tags: tags(&input[2]),
        })
        .collect();
    run
}

pub(crate) fn experiment(value: &Value) -> Experiment {
    Experiment {
        id: text(&value["experiment_id"]).into(),
        name: text(&value["name"]).to_owned(),
        artifact_location: String::new(),
        lifecycle: Lifecycle::Active,
        creation_time: time(&value["creation_time"]),
        last_update_time: time(&value["last_update_time"]),
        tags: tags(&value["tags"]),
    }
}

pub(crate) fn model(value: &Value) -> RegisteredModel {
    RegisteredModel {
        name: text(&value["name"]).into(),
        creation_timestamp: time(&value["creation_timestamp"]),
        last_updated_timestamp: time(&value["last_updated_timestamp"]),
        description: None,
        latest_versions: Vec::new(),
        tags: tags(&value["tags"]),
        aliases: Vec::new(),
    }
}

pub(crate) fn version(value: &Value) -> ModelVersion {
    ModelVersion {
        name: text(&value["name"]).into(),
        version: text(&value["version"]).into(),
        creation_timestamp: time(&value["creation_timestamp"]),
        last_updated_timestamp: time(&value["last_updated_timestamp"]),
        current_stage: Stage::None,
        description: None,
        source: maybe(&value["source"]),
        run_id: value["run_id"].as_str().map(Into::into),
        run_link: None,
        model_id: None,
        status: "READY".to_owned(),
        status_message: None,
        user_id: None,
        tags: tags(&value["tags"]),
        aliases: Vec::new(),
        storage_location: None,
    }
}

pub(crate) fn logged_model(value: &Value) -> LoggedModel {
    LoggedModel {
        id: text(&value["model_id"]).into(),
        experiment_id: text(&value["experiment_id"]).into(),
        name: text(&value["name"]).to_owned(),
        model_type: maybe(&value["model_type"]),
        source_run_id: value["source_run_id"].as_str().map(Into::into),
        status: match text(&value["status"]) {
            "FAILED" => LoggedModelStatus::UploadFailed,
            word => LoggedModelStatus::from_word(word),
        },
        status_message: maybe(&value["status_message"]),
        artifact_uri: text(&value["artifact_uri"]).to_owned(),
        creation_timestamp: time(&value["creation_timestamp"]).unwrap_or(Timestamp(0)),
        last_updated_timestamp: time(&value["last_updated_timestamp"]).unwrap_or(Timestamp(0)),
        params: params(&value["params"]),
        metrics: items(&value["metrics"]).iter().map(model_metric).collect(),
        tags: tags(&value["tags"]),
    }
}

fn model_metric(value: &Value) -> Metric {
    Metric {
        key: text(&value[0]).into(),
        value: number(&value[1]),
        timestamp: time(&value[2]).unwrap_or(Timestamp(0)),
        step: value[3].as_i64().unwrap_or(0),
        origin: Some(Box::new(MetricOrigin {
            dataset_name: maybe(&value[4]),
            dataset_digest: maybe(&value[5]),
            ..MetricOrigin::default()
        })),
    }
}

pub(crate) fn trace(value: &Value) -> TraceRecord {
    TraceRecord {
        info: TraceInfo {
            id: text(&value["trace_id"]).into(),
            experiment_id: text(&value["experiment_id"]).into(),
            client_request_id: maybe(&value["client_request_id"]),
            request_time: time(&value["request_time"]).unwrap_or(Timestamp(0)),
            execution_duration_ms: value["execution_duration"].as_i64(),
            state: TraceState::from_word(text(&value["state"])),
            request_preview: None,
            response_preview: None,
            metadata: tags(&value["metadata"]),
            tags: tags(&value["tags"]),
            assessments: Vec::new(),
        },
        spans: items(&value["spans"]).iter().map(span).collect(),
        assessments: items(&value["assessments"]).iter().map(assessment).collect(),
        linked_runs: items(&value["linked_runs"])
            .iter()
            .map(|run| text(run).into())
            .collect(),
        linked_prompts: items(&value["linked_prompts"])
            .iter()
            .map(|prompt| text(prompt).to_owned())
            .collect(),
    }
}

fn span(value: &Value) -> SpanRow {
    SpanRow {
        name: maybe(&value[0]),
        span_type: maybe(&value[1]),
        status: text(&value[2]).to_owned(),
        start_time_ns: value[3].as_i64().unwrap_or(0),
        content: text(&value[4]).to_owned(),
    }
}

fn assessment(value: &Value) -> AssessmentRow {
    AssessmentRow {
        kind: text(&value[0]).to_owned(),
        name: text(&value[1]).to_owned(),
        value: text(&value[2]).to_owned(),
        number: value[3].as_f64(),
        valid: value[4].as_bool().unwrap_or(true),
        of_session: value[5].as_bool().unwrap_or(false),
    }
}
