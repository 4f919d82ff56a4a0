use std::sync::Arc;

use serde_json::{Value, json};

use super::answer::Asked;
use super::proto_json::{Field, Shape};
use super::refusal::{Refusal, Within};
use super::reply::Reply;
use super::run::{Run, Source};
use super::spec::Spec;
use super::store::{NewRun, State, runtime_config};
use super::table::Listing;
use super::users::Request;

pub(super) const REFERENCE: Shape = &[("pipeline_id", Field::Text), ("pipeline_version_id", Field::Text)];
pub(super) const RUNTIME_CONFIG: Shape = &[("parameters", Field::Any), ("pipeline_root", Field::Text)];

const RUN: Shape = &[
    ("experiment_id", Field::Text),
    ("run_id", Field::Text),
    ("display_name", Field::Text),
    (
        "storage_state",
        Field::Word(&["STORAGE_STATE_UNSPECIFIED", "AVAILABLE", "ARCHIVED"]),
    ),
    ("description", Field::Text),
    ("pipeline_version_id", Field::Text),
    ("pipeline_spec", Field::Any),
    ("pipeline_version_reference", Field::Message(REFERENCE)),
    ("runtime_config", Field::Message(RUNTIME_CONFIG)),
    ("service_account", Field::Text),
    ("created_at", Field::Time),
    ("scheduled_at", Field::Time),
    ("finished_at", Field::Time),
    ("state", Field::Text),
    ("error", Field::Any),
    ("run_details", Field::Any),
    ("recurring_run_id", Field::Text),
    ("state_history", Field::Any),
    ("plugins_input", Field::Any),
    ("plugins_output", Field::Any),
];

/// The service account of runs that name none.
const RUNNER: &str = "pipeline-runner";

/// The longest name that the database takes.
const LONGEST_NAME: usize = 255;

pub(super) fn list(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let doing = "Failed to list runs";
    let view = super::task_api::view(state, asked)?;
    let experiment_id = asked.query.text("experiment_id");
    let mut namespace = asked.query.text("namespace").to_owned();
    if !experiment_id.is_empty() {
        // An experiment says where it is: a namespace beside it is not looked at.
        let experiment = state.experiment(experiment_id);
        let found = experiment.within(format!(
            "Failed to fetch namespace from experiment {experiment_id}"
        ));
        namespace = found
            .within(format!(
                "Failed to list runs due to error fetching namespace for experiment {experiment_id}. Try filtering based on namespace"
            ))
            .within(doing)?
            .namespace
            .clone();
    }
    let listing = Listing::read::<Run>(&asked.query, "sort_by")?;
    if state.is_multi_user() {
        let refused = format!(
            "Failed to list runs due to authorization error. Check if you have permission to access namespace {namespace}"
        );
        if namespace.is_empty() {
            let empty = Refusal::invalid("A run cannot have an empty namespace in multi-user mode");
            return Err(empty.within(refused).within(doing));
        }
        access(state, asked, "list", "", &namespace, "")
            .within(refused)
            .within(doing)?;
    }
    let is_multi_user = state.is_multi_user();
    let fitting = state.runs.values().filter(|run| {
        let of_it = experiment_id.is_empty() || run.experiment_id == experiment_id;
        of_it && (!is_multi_user || run.namespace == namespace)
    });
    let page = listing.page(fitting).within(doing).within(doing)?;
    let tasks = &state.tasks;
    Ok(Reply::ok(&page.json("runs", |run| told(run, tasks, view))))
}

/// A run with its tasks, in the way of the server.
pub(super) fn told(run: &Run, tasks: &super::task_api::TaskStore, view: super::task_api::View) -> Value {
    let mut json = run.json();
    match view {
        super::task_api::View::Details => {
            let details = run.task_details();
            if !details.is_empty() {
                json["run_details"] = json!({ "task_details": details });
            }
        }
        other => tasks.add_to_run(&mut json, run, other),
    }
    json
}

/// Refuses who has no right to a run.
fn access(
    state: &State,
    asked: &Asked<'_>,
    verb: &str,
    id: &str,
    namespace: &str,
    workflow: &str,
) -> Result<(), Refusal> {
    let request = Request {
        namespace,
        verb,
        resource: "runs",
        name: workflow,
    };
    state.check(&asked.caller, &request).within(format!(
        "Failed to access run {id}. Check if you have access to namespace {namespace}"
    ))
}

/// Refuses who has no right to a run that is known by its id.
fn authorize(state: &State, asked: &Asked<'_>, verb: &str, id: &str) -> Result<(), Refusal> {
    if !state.is_multi_user() {
        return Ok(());
    }
    let run = state
        .run(id)
        .within(format!("Failed to authorize with the run ID {id}"));
    run.and_then(|run| access(state, asked, verb, id, &run.namespace, &run.plan().workflow))
        .within("Failed to authorize the request")
}

pub(super) fn get(state: &mut State, asked: &Asked<'_>, id: &str) -> Result<Reply, Refusal> {
    let doing = "Failed to get a run";
    let view = super::task_api::view(state, asked)?;
    authorize(state, asked, "get", id).within(doing)?;
    let run = state.run(id).within(doing)?;
    let mut json = told(run, &state.tasks, view);
    if view == super::task_api::View::Full {
        json["pipeline_spec"] = run.spec.json();
        json.as_object_mut()
            .map(|run| run.remove("pipeline_version_reference"));
    }
    Ok(Reply::ok(&json))
}

/// The experiment that something is to be in, and its namespace.
pub(super) fn experiment_of(
    state: &mut State,
    body: &Value,
    kind: &str,
) -> Result<(String, String), Refusal> {
    let id = body["experiment_id"].as_str().unwrap_or_default();
    let invalid = |refusal: Refusal| {
        refusal.within(format!(
            "Failed to create a {kind} due to invalid experimentId and namespace combination"
        ))
    };
    if !id.is_empty() {
        let found = state.experiment(id).cloned();
        let experiment = found
            .within(format!("Failed to fetch namespace from experiment {id}"))
            .within(format!("Failed to fetch namespace for experiment {id}"))
            .map_err(invalid)?;
        return Ok((experiment.id.clone(), state.run_namespace(&experiment)));
    }
    if state.is_multi_user() {
        return Err(invalid(Refusal::invalid(
            "Experiment id can not be empty in multi-user mode",
        )));
    }
    let default = state
        .experiments
        .values()
        .find(|experiment| experiment.display_name == "Default");
    let default = match default.cloned() {
        Some(default) => default,
        None => state.add_experiment("Default", "", ""),
    };
    Ok((default.id.clone(), state.run_namespace(&default)))
}

/// The pipeline that a run or a schedule is made of.
pub(super) fn source_of(state: &State, body: &Value) -> Result<(Source, Arc<Spec>), Refusal> {
    let fetching = |why: String| {
        Refusal::internal(format!(
            "Failed to create a run due to error fetching manifest: {why}"
        ))
    };
    if body["pipeline_spec"].is_object() {
        let spec = Spec::of_json(&body["pipeline_spec"]).map_err(|why| {
            Refusal::invalid(why).within("Failed to create a run due to error fetching manifest")
        })?;
        return Ok((Source::Package, Arc::new(spec)));
    }
    let reference = &body["pipeline_version_reference"];
    let named = reference["pipeline_version_id"]
        .as_str()
        .or_else(|| body["pipeline_version_id"].as_str());
    let pipeline_id = reference["pipeline_id"].as_str().unwrap_or_default();
    let version = match named.filter(|id| !id.is_empty()) {
        Some(id) => state.versions.get(id).ok_or_else(|| {
            fetching(format!(
                "Failed to fetch a template due to error retrieving pipeline version: Failed to fetch a pipeline version and its \
                 manifest from pipeline version {id}: Failed to get a pipeline version with id {id}: ResourceNotFoundError: \
                 PipelineVersion {id} not found"
            ))
        })?,
        None if !pipeline_id.is_empty() => state.latest_version(pipeline_id).ok_or_else(|| {
            fetching(format!(
                "Failed to fetch a template due to error retrieving the latest pipeline version: Failed to get the latest pipeline \
                 version for pipeline {pipeline_id}: ResourceNotFoundError: PipelineVersion {pipeline_id} not found"
            ))
        })?,
        None => {
            return Err(fetching(
                "Invalid input error: Failed to fetch a template with an empty pipeline spec manifest".to_owned(),
            ));
        }
    };
    let source = Source::Version {
        pipeline_id: version.pipeline_id.clone(),
        version_id: version.id.clone(),
    };
    Ok((source, Arc::clone(&version.spec)))
}

pub(super) fn create(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let body = asked.body(RUN)?;
    let doing = "Failed to create a new run";
    let name = body["display_name"].as_str().unwrap_or_default();
    if name.is_empty() {
        return Err(Refusal::internal(
            "Failed to convert a API run detail to its internal representation: Invalid input error: Run name cannot be empty",
        )
        .within("CreateJob(job.ToV2())Failed to create a run due to conversion error"));
    }
    let (experiment_id, namespace) = experiment_of(state, &body, "run").within(doing)?;
    access(state, asked, "create", "", &namespace, "")
        .within(format!(
            "Failed to create a run due to authorization error. Check if you have write permissions to namespace {namespace}"
        ))
        .within(doing)?;
    let (source, spec) = source_of(state, &body).within(doing)?;
    if name.chars().count() > LONGEST_NAME {
        return Err(Refusal::internal(format!(
            "Failed to store run {name} to table: Error 1406 (22001): Data too long for column 'DisplayName' at row 1"
        ))
        .within("Failed to create a run")
        .within(doing));
    }
    let text = |key: &str| {
        body[key]
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let scheduled = text("scheduled_at").and_then(|time| flowdeck_domain::Timestamp::parse_rfc3339(&time));
    let new = NewRun {
        display_name: name.to_owned(),
        description: text("description").unwrap_or_default(),
        experiment_id,
        namespace,
        source,
        spec,
        runtime_config: runtime_config(&body),
        service_account: text("service_account").unwrap_or_else(|| RUNNER.to_owned()),
        scheduled_at: scheduled.map_or(state.now, |time| time.0),
        recurring_run_id: text("recurring_run_id"),
        plugins_input: body["plugins_input"].as_object().map(|input| json!(input)),
    };
    let run = state.add_run(new).within(doing)?;
    Ok(Reply::ok(&run.json()))
}

pub(super) fn delete(state: &mut State, asked: &Asked<'_>, id: &str) -> Result<Reply, Refusal> {
    let doing = "Failed to delete a run";
    authorize(state, asked, "delete", id).within(doing)?;
    let run = state.run(id);
    let run = run
        .within(format!("Failed to delete run {id} as it does not exist"))
        .within(doing)?;
    let experiment_id = run.experiment_id.clone();
    state
        .experiment(&experiment_id)
        .within(format!(
            "Failed to fetch namespace from experiment {experiment_id}"
        ))
        .within(format!(
            "Failed to delete a run {id} due to namespace fetching error"
        ))
        .within(doing)?;
    state.delete_run(id);
    Ok(Reply::empty())
}

pub(super) fn archive(
    state: &mut State,
    asked: &Asked<'_>,
    id: &str,
    is_archived: bool,
) -> Result<Reply, Refusal> {
    let verb = if is_archived { "archive" } else { "unarchive" };
    let doing = format!("Failed to {verb} a run");
    authorize(state, asked, verb, id).within(&doing)?;
    let experiment_id = {
        let run = state.run(id);
        let found = run.within(format!("Failed to {verb} run {id} as it does not exist"));
        found.within(&doing)?.experiment_id.clone()
    };
    let in_archive = state
        .experiments
        .get(&experiment_id)
        .is_some_and(|experiment| experiment.is_archived);
    if !is_archived && in_archive {
        return Err(Refusal::precondition(
            format!("Failed to unarchive run {id} as experiment {experiment_id} must be un-archived first"),
            "Unarchive the experiment first to allow the run to be restored",
        )
        .within(doing));
    }
    if let Some(run) = state.runs.get_mut(id) {
        run.is_archived = is_archived;
    }
    Ok(Reply::empty())
}

pub(super) fn terminate(state: &mut State, asked: &Asked<'_>, id: &str) -> Result<Reply, Refusal> {
    let doing = "Failed to terminate a run";
    authorize(state, asked, "terminate", id).within(doing)?;
    let run = state.run(id);
    let run = run
        .within(format!(
            "Failed to terminate run {id} due to error fetching the run"
        ))
        .within(doing)?;
    let experiment_id = run.experiment_id.clone();
    let may_stop = matches!(run.state(), "PENDING" | "RUNNING");
    state
        .experiment(&experiment_id)
        .within(format!(
            "Failed to fetch namespace from experiment {experiment_id}"
        ))
        .within(format!("Failed to fetch namespace from run {id}"))
        .within(format!(
            "Failed to terminate run {id} due to error fetching its namespace"
        ))
        .within(doing)?;
    if !may_stop {
        return Err(
            Refusal::invalid(format!("Failed to terminate a run {id}. Row not found"))
                .within(format!("Failed to terminate run {id}"))
                .within(doing),
        );
    }
    state.terminate(id);
    Ok(Reply::empty())
}

pub(super) fn retry(state: &mut State, asked: &Asked<'_>, id: &str) -> Result<Reply, Refusal> {
    let doing = "Failed to retry a run";
    authorize(state, asked, "retry", id).within(doing)?;
    let run = state.run(id);
    let run = run
        .within(format!("Failed to retry run {id} due to error fetching the run"))
        .within(doing)?;
    if run.state() != "FAILED" {
        return Err(Refusal::bad_request(
            "Workflow must be Failed/Error to retry",
            "workflow cannot be retried",
        )
        .within(format!("Failed to retry run {id}"))
        .within(doing));
    }
    state.retry(id);
    Ok(Reply::empty())
}
