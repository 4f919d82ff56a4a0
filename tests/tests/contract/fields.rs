//! Domain types as the JSON that `read_store.py` writes of MLflow's own entities.

use std::collections::BTreeMap;

use flowdeck_domain::Timestamp;
use flowdeck_domain::registry::{ModelVersion, RegisteredModel};
use flowdeck_domain::tracking::{
    Assessment, AssessmentKind, DatasetInput, Experiment, LoggedModel, Metric, MetricPoint, Run, Span, Tag,
    Trace,
};
use serde_json::{Map, Value, json};

use crate::compare::float;

fn text(value: Option<&str>) -> Value {
    value
        .filter(|text| !text.is_empty())
        .map_or(Value::Null, Value::from)
}

fn time(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| at.as_millis().into())
}

fn tags(tags: &[Tag]) -> Value {
    tags.iter()
        .map(|tag| (tag.key.to_string(), Value::from(tag.value.as_str())))
        .collect::<Map<_, _>>()
        .into()
}

/// Items in the order of a key, since stores promise none.
fn sorted<K: Ord>(mut items: Vec<Value>, key: impl Fn(&Value) -> K) -> Value {
    items.sort_by_key(key);
    Value::Array(items)
}

fn word(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}

pub(crate) fn experiment(experiment: &Experiment) -> Value {
    json!({
        "id": experiment.id.as_str(),
        "name": experiment.name,
        "artifact_location": experiment.artifact_location,
        "lifecycle": experiment.lifecycle.word(),
        "creation_time": time(experiment.creation_time),
        "last_update_time": time(experiment.last_update_time),
        "tags": tags(&experiment.tags),
    })
}

pub(crate) fn run(run: &Run) -> Value {
    let params: BTreeMap<&str, &str> = run
        .params
        .iter()
        .map(|p| (p.key.as_str(), p.value.as_str()))
        .collect();
    let metrics: BTreeMap<&str, Value> = run.metrics.iter().map(|m| (m.key.as_str(), latest(m))).collect();
    let inputs = run
        .model_inputs
        .iter()
        .map(|model| json!(model.model_id.as_str()))
        .collect();
    let outputs = run.model_outputs.iter();
    json!({
        "id": run.info.id.as_str(),
        "experiment_id": run.info.experiment_id.as_str(),
        "name": run.info.name,
        "user_id": &*run.info.user_id,
        "status": run.info.status.word(),
        "start_time": time(run.info.start_time),
        "end_time": time(run.info.end_time),
        "artifact_uri": run.info.artifact_uri,
        "lifecycle": run.info.lifecycle.word(),
        "params": params,
        "tags": tags(&run.tags),
        "metrics": metrics,
        "datasets": sorted(run.datasets.iter().map(dataset).collect(), |dataset| word(dataset, "name")),
        "model_inputs": sorted(inputs, ToString::to_string),
        "model_outputs": sorted(
            outputs.map(|model| json!({"model_id": model.model_id.as_str(), "step": model.step})).collect(),
            |model| word(model, "model_id"),
        ),
    })
}

fn latest(metric: &Metric) -> Value {
    json!({"value": float(metric.value), "timestamp": metric.timestamp.as_millis(), "step": metric.step})
}

fn dataset(input: &DatasetInput) -> Value {
    json!({
        "name": input.dataset.name,
        "digest": input.dataset.digest,
        "source_type": input.dataset.source_type,
        "source": input.dataset.source,
        "schema": text(input.dataset.schema.as_deref()),
        "profile": text(input.dataset.profile.as_deref()),
        "tags": tags(&input.tags),
    })
}

pub(crate) fn point(point: &MetricPoint) -> Value {
    json!({"step": point.step, "timestamp": point.timestamp.as_millis(), "value": float(point.value)})
}

pub(crate) fn logged_model(model: &LoggedModel) -> Value {
    let params: BTreeMap<&str, &str> = model
        .params
        .iter()
        .map(|p| (p.key.as_str(), p.value.as_str()))
        .collect();
    json!({
        "id": model.id.as_str(),
        "experiment_id": model.experiment_id.as_str(),
        "name": model.name,
        "model_type": text(model.model_type.as_deref()),
        "source_run_id": text(model.source_run_id.as_ref().map(AsRef::as_ref)),
        "status": model.status.word(),
        "status_message": text(model.status_message.as_deref()),
        "artifact_uri": model.artifact_uri,
        "creation_timestamp": model.creation_timestamp.as_millis(),
        "last_updated_timestamp": model.last_updated_timestamp.as_millis(),
        "params": params,
        "tags": tags(&model.tags),
        "metrics": sorted(
            model.metrics.iter().map(measured).collect(),
            |metric| (word(metric, "key"), metric["step"].as_i64()),
        ),
    })
}

fn measured(metric: &Metric) -> Value {
    let origin = metric.origin.as_deref().cloned().unwrap_or_default();
    json!({
        "key": metric.key.as_str(),
        "value": float(metric.value),
        "timestamp": metric.timestamp.as_millis(),
        "step": metric.step,
        "run_id": text(origin.run_id.as_ref().map(AsRef::as_ref)),
        "dataset_name": text(origin.dataset_name.as_deref()),
        "dataset_digest": text(origin.dataset_digest.as_deref()),
    })
}

pub(crate) fn trace(trace: &Trace) -> Value {
    let info = &trace.info;
    json!({
        "id": info.id.as_str(),
        "experiment_id": info.experiment_id.as_str(),
        "client_request_id": text(info.client_request_id.as_deref()),
        "request_time": info.request_time.as_millis(),
        "execution_duration_ms": info.execution_duration_ms,
        "state": info.state.word(),
        "request_preview": text(info.request_preview.as_deref()),
        "response_preview": text(info.response_preview.as_deref()),
        "metadata": tags(&info.metadata),
        "tags": tags(&info.tags),
        "assessments": sorted(info.assessments.iter().map(assessment).collect(), |a| word(a, "name")),
        "spans": sorted(trace.spans.iter().map(span).collect(), |span| word(span, "id")),
    })
}

fn assessment(assessment: &Assessment) -> Value {
    json!({
        "id": assessment.id,
        "name": assessment.name,
        "kind": match assessment.kind {
            AssessmentKind::Feedback => "feedback",
            AssessmentKind::Expectation => "expectation",
            AssessmentKind::Other => "other",
        },
        "value": assessment.value.as_deref().map(parsed),
        "rationale": text(assessment.rationale.as_deref()),
        "source_type": assessment.source_type,
        "source_id": assessment.source_id,
        "create_time": time(assessment.create_time),
        "span_id": text(assessment.span_id.as_deref()),
    })
}

fn span(span: &Span) -> Value {
    json!({
        "id": span.id,
        "parent_id": span.parent_id,
        "name": span.name,
        "start_time_ns": span.start_time_ns,
        "end_time_ns": span.end_time_ns,
        "status": span.status,
        "status_message": text(span.status_message.as_deref()),
        "attributes": attributes(&span.attributes),
        "events": span
            .events
            .iter()
            .map(|event| json!({
                "name": event.name,
                "time_ns": event.time_ns,
                "attributes": attributes(&event.attributes),
            }))
            .collect::<Vec<_>>(),
    })
}

fn attributes(attributes: &[(String, String)]) -> Value {
    attributes
        .iter()
        .map(|(key, value)| (key.clone(), parsed(value)))
        .collect::<Map<_, _>>()
        .into()
}

/// JSON text as a value; text that is no JSON marked as such.
fn parsed(json_text: &str) -> Value {
    serde_json::from_str(json_text).unwrap_or_else(|_| Value::from(format!("not JSON: {json_text}")))
}

/// A registered model with the versions that were read of it one by one.
pub(crate) fn registered_model(model: &RegisteredModel, versions: &[ModelVersion]) -> Value {
    let aliases: BTreeMap<&str, &str> = model
        .aliases
        .iter()
        .map(|a| (a.alias.as_str(), a.version.as_str()))
        .collect();
    let latest = model
        .latest_versions
        .iter()
        .map(|version| json!(version.version.as_str()))
        .collect();
    let versions: BTreeMap<&str, Value> = versions
        .iter()
        .map(|v| (v.version.as_str(), version(v)))
        .collect();
    json!({
        "name": model.name.as_str(),
        "creation_timestamp": time(model.creation_timestamp),
        "last_updated_timestamp": time(model.last_updated_timestamp),
        "description": text(model.description.as_deref()),
        "tags": tags(&model.tags),
        "aliases": aliases,
        "latest_versions": sorted(latest, ToString::to_string),
        "versions": versions,
    })
}

pub(crate) fn version(version: &ModelVersion) -> Value {
    let mut aliases = version.aliases.clone();
    aliases.sort();
    json!({
        "name": version.name.as_str(),
        "version": version.version.as_str(),
        "creation_timestamp": time(version.creation_timestamp),
        "last_updated_timestamp": time(version.last_updated_timestamp),
        "current_stage": version.current_stage.word(),
        "description": text(version.description.as_deref()),
        "source": text(version.source.as_deref()),
        "run_id": text(version.run_id.as_ref().map(AsRef::as_ref)),
        "run_link": text(version.run_link.as_deref()),
        "model_id": text(version.model_id.as_ref().map(AsRef::as_ref)),
        "status": version.status,
        "status_message": text(version.status_message.as_deref()),
        "user_id": text(version.user_id.as_deref()),
        "tags": tags(&version.tags),
        "aliases": aliases,
    })
}
