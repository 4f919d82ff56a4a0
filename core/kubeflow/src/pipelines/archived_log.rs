//! What a task printed, after its pod is gone, as far as the API server gives it.
//!
//! Both ways name a pod. The first answers with base64 and refuses everybody on servers for several users (2.15 to
//! 2.17); the second answers 200 always, an error as an object in the body, and is not there behind the UI server.

use base64::Engine;
use bytes::Bytes;
use flowdeck_domain::pipelines::{Task, TaskTree};
use flowdeck_domain::{Failure, FailureKind, Namespace, PipelineRunId, PodName, Result, TaskId};
use flowdeck_http::{Call, segment};
use serde::Deserialize;

use super::{PipelinesRest, v2};

#[derive(Deserialize)]
struct DataWire {
    #[serde(default)]
    data: String,
}

/// No log line has these two fields and no other.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ErrorWire {
    error_message: String,
    #[serde(rename = "error_details")]
    _details: String,
}

/// The log of a task: of its executor, or of its driver where it failed in that.
pub(super) async fn read(
    server: &PipelinesRest,
    run: &PipelineRunId,
    tasks: &TaskTree,
    id: &TaskId,
) -> Result<Bytes> {
    let task = tasks
        .task(id)
        .ok_or_else(|| Failure::new(FailureKind::NotFound, format!("run {run} has no task `{id}`")))?;
    let pod = pod_of(task).ok_or_else(|| no_pod(task))?;
    let (run, pod) = (segment(run.as_str()), segment(pod.as_str()));
    let kept = Call::get(v2(format!("runs/{run}/nodes/{pod}/artifacts/main-logs:read")));
    if let Ok(json) = server.fetch(&kept).await
        && let Some(bytes) = decoded(&json)
    {
        return Ok(bytes);
    }
    if server.found().await?.server.is_ui_server {
        // It looks at the pod, then at what is archived. With several users it wants a namespace, which is not known here.
        let of_pod = Call::get("k8s/pod/logs")
            .with("podname", pod.as_ref())
            .with("runid", run.as_ref());
        if let Ok(body) = server.fetch(&of_pod).await
            && !body.is_empty()
        {
            return Ok(body);
        }
    }
    let plain = Call::get(format!("apis/v1alpha1/runs/{run}/nodes/{pod}/log"));
    match server.fetch(&plain).await {
        Ok(body) => match error_in(&body) {
            None => Ok(body),
            Some(said) => Err(not_kept(task, &said)),
        },
        Err(trouble) => Err(not_kept(task, trouble.said())),
    }
}

/// A file of the object store, as the UI server serves it: `minio://bucket/key`.
pub(super) async fn stored_file(
    server: &PipelinesRest,
    uri: &str,
    namespace: Option<&Namespace>,
) -> Result<Bytes> {
    let unserved = |why: &str| {
        Failure::new(
            FailureKind::Unsupported,
            format!("the server does not serve {uri}: {why}"),
        )
    };
    if !server.found().await?.server.is_ui_server {
        return Err(unserved("only the UI server serves files"));
    }
    let (scheme, rest) = uri
        .split_once("://")
        .ok_or_else(|| unserved("it is no address"))?;
    let (bucket, key) = rest.split_once('/').ok_or_else(|| unserved("it names no file"))?;
    let source = if scheme == "gs" { "gcs" } else { scheme };
    let mut call = Call::get("artifacts/get")
        .with("source", source)
        .with("bucket", bucket)
        .with("key", key);
    if let Some(namespace) = namespace {
        call = call.with("namespace", namespace.as_str());
    }
    Ok(server.fetch(&call).await?)
}

fn pod_of(task: &Task) -> Option<&PodName> {
    task.pod_name.as_ref().or(task.driver_pod.as_ref())
}

fn decoded(json: &[u8]) -> Option<Bytes> {
    let wire: DataWire = serde_json::from_slice(json).ok()?;
    let bytes = base64::engine::general_purpose::STANDARD.decode(wire.data).ok()?;
    (!bytes.is_empty()).then(|| bytes.into())
}

/// What a body of 200 that is an error says. The log itself may be JSON of any other kind.
fn error_in(body: &[u8]) -> Option<String> {
    let mut objects = serde_json::Deserializer::from_slice(body).into_iter::<ErrorWire>();
    let error = objects.next()?.ok()?;
    super::answer::point_of(&error.error_message).or(Some(String::new()))
}

fn no_pod(task: &Task) -> Failure {
    let why = task.why_no_log();
    Failure::new(
        FailureKind::NotFound,
        format!("task `{}` has no log: {why}", task.name),
    )
}

fn not_kept(task: &Task, said: &str) -> Failure {
    tracing::debug!(task = %task.name, said, "no archived log");
    Failure::new(
        FailureKind::NotFound,
        format!("the server has not kept the log of task `{}`", task.name),
    )
    .with_hint("logs are kept when the pod has ended, and only where the installation archives them")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_in_a_body_of_200_is_an_error_and_a_log_of_json_is_a_log() {
        let error = b"{\"error_message\":\"Failed to get logs: pod not found\",\"error_details\":\"x\"}";
        assert_eq!(
            error_in(error).as_deref(),
            Some("Failed to get logs: pod not found")
        );
        assert_eq!(
            error_in(b"{\"level\":\"info\",\"error_message\":\"x\",\"error_details\":\"y\"}\n"),
            None
        );
        assert_eq!(error_in(b"epoch 1\n"), None);
    }
}
