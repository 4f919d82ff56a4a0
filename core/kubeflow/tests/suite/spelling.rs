//! What the adapter understood, spelled as a server spells it: what is not the same afterwards was lost.

use flowdeck_domain::Timestamp;
use flowdeck_domain::pipelines::{
    Parameters, Pipeline, PipelineArtifact, PipelineExperiment, PipelineRun, PipelineVersion, RecurringRun,
    RecurringRunStatus, RunSource, RunState, Task, TaskValues, Trigger,
};
use serde_json::{Map, Value, json};

type Fields = Vec<(&'static str, Option<Value>)>;

fn object(fields: Fields) -> Value {
    let set = fields
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Value::Object(set.collect::<Map<_, _>>())
}

fn text(value: &str) -> Option<Value> {
    (!value.is_empty()).then(|| value.into())
}

fn time(time: Option<Timestamp>) -> Option<Value> {
    Some(time?.to_string().replace(".000Z", "Z").into())
}

fn map(map: &Parameters) -> Option<Value> {
    (!map.is_empty()).then(|| json!(map))
}

fn tags(tags: &std::collections::BTreeMap<String, String>) -> Option<Value> {
    (!tags.is_empty()).then(|| json!(tags))
}

pub(crate) fn pipeline(it: &Pipeline) -> Value {
    object(vec![
        ("pipeline_id", text(it.id.as_str())),
        ("name", text(&it.name)),
        ("display_name", text(&it.display_name)),
        ("description", text(&it.description)),
        ("created_at", time(it.created_at)),
        (
            "namespace",
            it.namespace.as_ref().and_then(|it| text(it.as_str())),
        ),
        ("tags", tags(&it.tags)),
    ])
}

pub(crate) fn version(it: &PipelineVersion) -> Value {
    object(vec![
        ("pipeline_id", text(it.pipeline_id.as_str())),
        ("pipeline_version_id", text(it.id.as_str())),
        ("name", text(&it.name)),
        ("display_name", text(&it.display_name)),
        ("description", text(&it.description)),
        ("created_at", time(it.created_at)),
        ("tags", tags(&it.tags)),
        (
            "pipeline_spec",
            it.spec.as_ref().map(|spec| spec.document.clone()),
        ),
    ])
}

pub(crate) fn experiment(it: &PipelineExperiment) -> Value {
    object(vec![
        ("experiment_id", text(it.id.as_str())),
        ("display_name", text(&it.display_name)),
        ("description", text(&it.description)),
        ("created_at", time(it.created_at)),
        ("last_run_created_at", time(it.last_run_created_at)),
        ("storage_state", text(it.storage.word())),
        (
            "namespace",
            it.namespace.as_ref().and_then(|it| text(it.as_str())),
        ),
    ])
}

fn config(parameters: &Parameters, root: &Option<String>) -> Option<Value> {
    let config = object(vec![
        ("parameters", map(parameters)),
        ("pipeline_root", root.as_deref().and_then(text)),
    ]);
    (config != json!({})).then_some(config)
}

fn source(source: &RunSource) -> [(&'static str, Option<Value>); 2] {
    let (reference, spec) = match source {
        RunSource::Unknown => (None, None),
        RunSource::Package(spec) => (None, Some(spec.document.clone())),
        RunSource::Version {
            pipeline_id,
            version_id,
        } => {
            let version = version_id.as_ref().and_then(|id| text(id.as_str()));
            let fields = vec![
                ("pipeline_id", text(pipeline_id.as_str())),
                ("pipeline_version_id", version),
            ];
            (Some(object(fields)), None)
        }
    };
    [("pipeline_version_reference", reference), ("pipeline_spec", spec)]
}

pub(crate) fn run(it: &PipelineRun) -> Value {
    let history = it.state_history.iter().map(|change| {
        let state = (change.state != RunState::Unspecified).then(|| change.state.word().into());
        object(vec![("update_time", time(change.at)), ("state", state)])
    });
    let mut fields = vec![
        ("run_id", text(it.id.as_str())),
        ("display_name", text(&it.display_name)),
        ("description", text(&it.description)),
        (
            "experiment_id",
            it.experiment_id.as_ref().and_then(|id| text(id.as_str())),
        ),
        ("storage_state", text(it.storage.word())),
        ("state", text(it.state.word())),
        ("state_history", Some(history.collect())),
        ("runtime_config", config(&it.parameters, &it.pipeline_root)),
        ("service_account", it.service_account.as_deref().and_then(text)),
        ("created_at", time(it.created_at)),
        ("scheduled_at", time(it.scheduled_at)),
        ("finished_at", time(it.finished_at)),
        (
            "recurring_run_id",
            it.recurring_run_id.as_ref().and_then(|id| text(id.as_str())),
        ),
        ("plugins_input", map(&it.plugins_input)),
        ("plugins_output", mlflow(it)),
    ];
    fields.extend(source(&it.source));
    object(fields)
}

fn mlflow(it: &PipelineRun) -> Option<Value> {
    let link = it.mlflow.as_ref()?;
    let value = |text: Option<&str>| Some(json!({ "value": text? }));
    let entries = object(vec![
        (
            "experiment_id",
            value(
                link.experiment_id
                    .as_ref()
                    .map(flowdeck_domain::ExperimentId::as_str),
            ),
        ),
        ("experiment_name", value(link.experiment_name.as_deref())),
        (
            "root_run_id",
            value(link.run_id.as_ref().map(flowdeck_domain::RunId::as_str)),
        ),
        (
            "run_url",
            link.run_url
                .as_ref()
                .map(|url| json!({ "value": url, "render_type": "URL" })),
        ),
    ]);
    let plugin = object(vec![
        ("entries", (entries != json!({})).then_some(entries)),
        ("state", text(&link.state)),
        ("state_message", link.message.as_deref().and_then(text)),
    ]);
    Some(json!({ "mlflow": plugin }))
}

pub(crate) fn schedule(it: &RecurringRun) -> Value {
    let trigger = match &it.trigger {
        Trigger::Never => json!({}),
        Trigger::Cron {
            expression,
            start,
            end,
        } => json!({"cron_schedule": object(vec![
            ("cron", text(expression)), ("start_time", time(*start)), ("end_time", time(*end)),
        ])}),
        Trigger::Interval { seconds, start, end } => json!({"periodic_schedule": object(vec![
            ("interval_second", Some(seconds.to_string().into())),
            ("start_time", time(*start)),
            ("end_time", time(*end)),
        ])}),
    };
    let mode = match it.status {
        RecurringRunStatus::Enabled => "ENABLE",
        RecurringRunStatus::Disabled => "DISABLE",
        RecurringRunStatus::Unspecified => "",
    };
    let mut fields = vec![
        ("recurring_run_id", text(it.id.as_str())),
        ("display_name", text(&it.display_name)),
        ("description", text(&it.description)),
        (
            "experiment_id",
            it.experiment_id.as_ref().and_then(|id| text(id.as_str())),
        ),
        ("runtime_config", config(&it.parameters, &it.pipeline_root)),
        ("service_account", it.service_account.as_deref().and_then(text)),
        ("max_concurrency", Some(it.max_concurrency.to_string().into())),
        ("trigger", Some(trigger)),
        ("mode", text(mode)),
        ("status", text(it.status.word())),
        ("no_catchup", it.no_catchup.then_some(true.into())),
        ("created_at", time(it.created_at)),
        ("updated_at", time(it.updated_at)),
        (
            "namespace",
            it.namespace.as_ref().and_then(|it| text(it.as_str())),
        ),
        ("plugins_input", map(&it.plugins_input)),
    ];
    fields.extend(source(&it.source));
    object(fields)
}

pub(crate) fn task(it: &Task) -> Value {
    let number = |number: Option<u32>| number.map(|number| number.to_string().into());
    let attributes = object(vec![
        ("iteration_index", number(it.iteration)),
        ("iteration_count", number(it.iteration_count)),
    ]);
    let driver = it
        .driver_pod
        .as_ref()
        .map(|pod| json!({"name": pod.as_str(), "type": "DRIVER"}));
    let executors = it.attempts.iter().filter_map(|attempt| attempt.pod_name.as_ref());
    let executors = executors.map(|pod| json!({"name": pod.as_str(), "type": "EXECUTOR"}));
    let pods: Vec<Value> = driver.into_iter().chain(executors).collect();
    object(vec![
        ("task_id", text(it.id.as_str())),
        ("name", text(&it.name)),
        ("display_name", it.display_name.as_deref().and_then(text)),
        ("scope_path", text(&it.path)),
        ("type", text(it.kind.word())),
        (
            "parent_task_id",
            it.parent_id.as_ref().and_then(|id| text(id.as_str())),
        ),
        ("state", text(it.state.word())),
        ("type_attributes", (attributes != json!({})).then_some(attributes)),
        (
            "status_metadata",
            it.message.as_ref().map(|message| json!({ "message": message })),
        ),
        ("pods", (!pods.is_empty()).then(|| pods.into())),
        ("create_time", time(it.create_time)),
        ("end_time", time(it.end_time)),
        ("inputs", Some(values(&it.inputs))),
        ("outputs", Some(values(&it.outputs))),
    ])
}

/// Parameters and artifacts by their keys; which of several came first is no meaning.
fn values(it: &TaskValues) -> Value {
    let artifacts = it
        .artifacts
        .iter()
        .map(|made| json!([made.key, artifact(&made.artifact)]));
    json!({ "parameters": it.parameters, "artifacts": artifacts.collect::<Vec<_>>() })
}

pub(crate) fn artifact(it: &PipelineArtifact) -> Value {
    object(vec![
        ("artifact_id", it.id.as_ref().and_then(|id| text(id.as_str()))),
        ("name", text(&it.name)),
        ("description", text(&it.description)),
        ("type", text(it.kind.word())),
        ("uri", it.uri.as_deref().and_then(text)),
        ("metadata", map(&it.metadata)),
        ("number_value", it.number.map(Value::from)),
        ("created_at", time(it.created_at)),
        (
            "namespace",
            it.namespace.as_ref().and_then(|it| text(it.as_str())),
        ),
    ])
}
