//! What is left of the older versions of the API: v1beta1 beside v2beta1, and v1alpha1 below.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::answer::Asked;
use super::engine::workflow::rfc3339;
use super::experiments;
use super::ids::IdKind;
use super::proto_json::{Field, Shape};
use super::records::{Experiment, Pipeline, Schedule};
use super::refusal::{INVALID, Refusal, Within};
use super::reply::Reply;
use super::run::{Run, Source};
use super::store::State;
use super::table::Listing;
use super::users::Request;

/// A run with its workflow: what v2beta1 does not tell.
pub(super) fn get_run(state: &mut State, asked: &Asked<'_>, id: &str) -> Result<Reply, Refusal> {
    let doing = "Failed to get a run";
    let run = state.run(id).within(doing)?;
    let request = Request {
        namespace: &run.namespace,
        verb: "get",
        resource: "runs",
        name: &run.plan().workflow,
    };
    let checked = state.check(&asked.caller, &request).within(format!(
        "Failed to access run {id}. Check if you have access to namespace {}",
        run.namespace
    ));
    checked.within("Failed to authorize the request").within(doing)?;
    let mut runtime = json!({ "pipeline_manifest": run.workflow(false).to_string() });
    if run.is_reported() {
        runtime["workflow_manifest"] = json!(run.workflow(true).to_string());
    }
    Ok(Reply::ok(
        &json!({ "run": run_json(state, run), "pipeline_runtime": runtime }),
    ))
}

fn run_json(state: &State, run: &Run) -> Value {
    let mut spec = pipeline_spec(&run.spec, run.runtime_config.as_ref());
    let mut references =
        vec![json!({ "key": { "type": "EXPERIMENT", "id": run.experiment_id }, "relationship": "OWNER" })];
    if let Source::Version {
        pipeline_id,
        version_id,
    } = &run.source
    {
        spec["pipeline_id"] = json!(pipeline_id);
        if let Some(version) = state.versions.get(version_id) {
            spec["pipeline_name"] = json!(version.name);
        }
        references.push(
            json!({ "key": { "type": "PIPELINE_VERSION", "id": version_id }, "relationship": "CREATOR" }),
        );
    }
    let mut json = json!({
        "id": run.id, "name": run.display_name, "pipeline_spec": spec, "resource_references": references,
        "service_account": run.service_account, "created_at": rfc3339(run.created_at),
        "scheduled_at": rfc3339(run.scheduled_at), "finished_at": rfc3339(run.ended_at().unwrap_or(0)),
        "status": run.status(),
    });
    if run.is_archived {
        json["storage_state"] = json!("STORAGESTATE_ARCHIVED");
    }
    json
}

fn pipeline_spec(spec: &super::spec::Spec, config: Option<&Value>) -> Value {
    let mut json = json!({ "pipeline_manifest": spec.json().to_string() });
    if let Some(config) = config {
        json["runtime_config"] = config.clone();
    }
    json
}

/// The id of something that a list is asked for by `resource_reference_key`.
fn referred<'a>(asked: &'a Asked<'_>, kind: &str) -> Option<&'a str> {
    let of_kind = asked.query.text("resource_reference_key.type") == kind;
    of_kind.then(|| asked.query.text("resource_reference_key.id"))
}

pub(super) fn list_runs(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let experiment = referred(asked, "EXPERIMENT");
    let listing = Listing::read::<Run>(&asked.query, "sort_by")?;
    let fitting = state
        .runs
        .values()
        .filter(|run| experiment.is_none_or(|experiment| run.experiment_id == experiment));
    let page = listing.page(fitting)?;
    Ok(Reply::ok(&page.json("runs", |run| run_json(state, run))))
}

pub(super) fn list_experiments(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let listing = Listing::read::<Experiment>(&asked.query, "sort_by")?;
    let page = listing.page(state.experiments.values())?;
    Ok(Reply::ok(&page.json("experiments", experiments::legacy)))
}

pub(super) fn list_pipelines(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let listing = Listing::read::<Pipeline>(&asked.query, "sort_by")?;
    let page = listing.page(state.pipelines.values())?;
    Ok(Reply::ok(&page.json("pipelines", |pipeline| {
        let mut json = json!({
            "id": pipeline.id, "created_at": rfc3339(pipeline.created_at), "name": pipeline.name,
        });
        if let Some(version) = state.latest_version(&pipeline.id) {
            json["default_version"] = json!({
                "id": version.id, "name": version.name, "created_at": rfc3339(version.created_at),
                "resource_references": [{ "key": { "type": "PIPELINE", "id": pipeline.id }, "relationship": "OWNER" }],
            });
            if !version.description.is_empty() {
                json["default_version"]["description"] = json!(version.description);
            }
        }
        if !pipeline.description.is_empty() {
            json["description"] = json!(pipeline.description);
        }
        json
    })))
}

pub(super) fn list_jobs(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let listing = Listing::read::<Schedule>(&asked.query, "sort_by")?;
    let page = listing.page(state.schedules.values())?;
    Ok(Reply::ok(&page.json("jobs", |schedule| job(state, schedule))))
}

fn job(state: &State, schedule: &Schedule) -> Value {
    let mut spec = pipeline_spec(&schedule.spec, schedule.runtime_config.as_ref());
    let mut references = vec![
        json!({ "key": { "type": "NAMESPACE", "id": schedule.namespace }, "relationship": "OWNER" }),
        json!({ "key": { "type": "EXPERIMENT", "id": schedule.experiment_id }, "relationship": "OWNER" }),
    ];
    if let Some(pipeline) = &schedule.pipeline_id {
        spec["pipeline_id"] = json!(pipeline);
        references.push(json!({ "key": { "type": "PIPELINE", "id": pipeline }, "relationship": "CREATOR" }));
        let version = schedule.version_id.as_ref().and_then(|id| state.versions.get(id));
        if let Some(version) = version {
            spec["pipeline_name"] = json!(version.name);
            references.push(
                json!({ "key": { "type": "PIPELINE_VERSION", "id": version.id }, "relationship": "CREATOR" }),
            );
        }
    }
    let mut json = json!({
        "id": schedule.id, "name": schedule.display_name, "pipeline_spec": spec, "resource_references": references,
        "service_account": schedule.service_account, "max_concurrency": schedule.max_concurrency.to_string(),
        "trigger": schedule.trigger_json, "created_at": rfc3339(schedule.created_at),
        "updated_at": rfc3339(schedule.updated_at), "status": "STATUS_UNSPECIFIED",
    });
    if schedule.is_enabled {
        json["enabled"] = json!(true);
    }
    if schedule.no_catchup {
        json["no_catchup"] = json!(true);
    }
    json
}

/// May I? Nothing, or the refusal.
pub(super) fn authorize(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let request = Request {
        namespace: asked.query.text("namespace"),
        verb: &asked.query.text("verb").to_ascii_lowercase(),
        resource: "viewers",
        name: "",
    };
    state
        .check(&asked.caller, &request)
        .within("Failed to authorize the request")?;
    Ok(Reply::empty())
}

/// The log of a pod: 200 whatever comes, for anybody. A server for one user looks live pods up in no namespace and finds
/// none of them; archived logs it finds.
pub(super) fn log(state: &State, run_id: &str, pod: &str) -> Reply {
    let refused = |why: String| {
        let words = format!("BadRequestError: {why}");
        Reply::plain_error(200, &words, &words)
    };
    let Ok(run) = state.run(run_id) else {
        return refused(format!(
            "Failed to read logs for run {run_id} due to run fetching error: Failed to fetch run {run_id}: ResourceNotFoundError: Run {run_id} not found"
        ));
    };
    let failed = |why: String| {
        refused(format!(
            "Failed to read logs for run {run_id}: InternalServerError: Failed to read logs from archive {pod} due to {why}"
        ))
    };
    if !run.is_reported() {
        return failed(
            "empty runtime workflow manifest: Invalid input error: Runtime workflow manifest cannot empty"
                .to_owned(),
        );
    }
    let node = run.node_called(pod);
    let printed = node.and_then(|node| run.archived_log(node));
    let is_pod_name =
        node.is_some_and(|node| super::engine::node::pod_name(&run.plan().workflow, node) == pod);
    let live = node
        .filter(|_| state.is_multi_user() && is_pod_name)
        .and_then(|node| node.pod.as_ref());
    match (printed, live) {
        (Some(text), _) => Reply::text(200, text),
        (None, Some(pod)) => {
            let so_far = pod.lines.iter().filter(|(time, _)| *time <= run.now);
            let text: String = so_far.map(|(_, line)| format!("{line}\n")).collect();
            Reply::text(200, text)
        }
        (None, None) => {
            let key = format!("/artifacts/{}/{pod}/main.log", run.plan().workflow);
            failed(format!(
                "error fetching the log file: InternalServerError: Failed to get file reader for {key}: blob (key \"{key}\") \
                 (code=NotFound): operation error S3: GetObject, https response error StatusCode: 404, RequestID: \
                 X1T26RskJ35A9BIfS3tcLSDUUcC8XehF2zlUQNCSGbeVEQD0SIxP, HostID: \
                 9Gjjt1m+cjU4OPvX9O9/8RuvnG41MRb/18Oux2o5H5MY7ISNTlXN+Dz9IG62/ILVxhAGI0qyPfg=, NoSuchKey: The specified key does not exist."
            ))
        }
    }
}

/// An artifact of a node, of which there is the log. A server for several users refuses everybody: it never sees the user.
pub(super) fn read_artifact(state: &State, run_id: &str, node: &str, artifact: &str) -> Reply {
    if state.is_multi_user() {
        let namespace = state.run(run_id).map_or("", |run| run.namespace.as_str());
        const NOBODY: &str = "Unauthenticated: Failed to check authorization. User identity is empty in the request header: \
                              Unauthenticated: Request header error: there is no user identity header.: \
                              Request header error: there is no user identity header.";
        let words = format!(
            "Failed to authorize the request: Failed to access run {run_id}. Check if you have access to namespace {namespace}: {NOBODY}"
        );
        return Reply::plain_error(403, &words, &words);
    }
    let missing = || Reply::plain_error(404, "artifact not found: <nil>", "artifact not found: <nil>");
    let Ok(run) = state.run(run_id) else {
        return missing();
    };
    if !run.is_reported() {
        let words = "Invalid input error: read artifact from run with v2 IR spec is not supported";
        return Reply::plain_error(500, words, words);
    }
    let printed = run.node_called(node).and_then(|node| run.archived_log(node));
    match printed.filter(|_| artifact == "main-logs") {
        Some(text) => Reply::ok(&json!({ "data": STANDARD.encode(text) })),
        None => missing(),
    }
}

const TASK: Shape = &[
    ("id", Field::Text),
    ("namespace", Field::Text),
    ("pipelineName", Field::Text),
    ("runId", Field::Text),
    ("mlmdExecutionID", Field::Text),
    ("created_at", Field::Time),
    ("finished_at", Field::Time),
    ("fingerprint", Field::Text),
];

#[derive(Clone)]
struct CachedTask(Value);

impl super::table::Row for CachedTask {
    const TYPE: &'static str = "Task";
    const TABLE: &'static str = "tasks";

    fn column(key: &str) -> Option<&'static str> {
        match key {
            "fingerprint" => Some("Fingerprint"),
            "pipelineName" => Some("PipelineName"),
            "runId" => Some("RunUUID"),
            "created_at" => Some("CreatedAtInSec"),
            _ => None,
        }
    }

    fn cell(&self, column: &str) -> super::table::Cell {
        let text = |key: &str| super::table::Cell::Text(self.0[key].as_str().unwrap_or_default().to_owned());
        match column {
            "Fingerprint" => text("fingerprint"),
            "PipelineName" => text("pipelineName"),
            "RunUUID" => text("runId"),
            _ => text("created_at"),
        }
    }

    fn id(&self) -> &str {
        self.0["id"].as_str().unwrap_or_default()
    }
}

pub(super) fn create_cached_task(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let mut task = asked.body(TASK)?;
    task["id"] = json!(state.id(IdKind::CachedTask));
    state.cached_tasks.push(task.clone());
    Ok(Reply::ok(&task))
}

pub(super) fn list_cached_tasks(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let kind = asked.query.text("resource_reference_key.type");
    if !kind.is_empty() {
        return Err(Refusal::gateway(
            INVALID,
            format!("parsing field \"type\": \"{kind}\" is not a valid value"),
        ));
    }
    // The filter of this API calls an operation `op`.
    let filter = asked.query.text("filter").replace("\"op\"", "\"operation\"");
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("filter", &filter)
        .finish();
    let listing = Listing::read::<CachedTask>(&super::query::Query::read(&query), "sort_by")?;
    let all: Vec<CachedTask> = state.cached_tasks.iter().cloned().map(CachedTask).collect();
    let page = listing.page(all.iter())?;
    Ok(Reply::ok(&page.json("tasks", |task| task.0.clone())))
}
