use serde_json::Value;

use super::answer::Asked;
use super::proto_json::{Field, Shape};
use super::records::Experiment;
use super::refusal::{Refusal, Within};
use super::reply::Reply;
use super::store::State;
use super::table::Listing;
use super::users::Request;

const EXPERIMENT: Shape = &[
    ("experiment_id", Field::Text),
    ("display_name", Field::Text),
    ("description", Field::Text),
    ("created_at", Field::Time),
    ("namespace", Field::Text),
    (
        "storage_state",
        Field::Word(&["STORAGE_STATE_UNSPECIFIED", "AVAILABLE", "ARCHIVED"]),
    ),
    ("last_run_created_at", Field::Time),
];

fn access(state: &State, asked: &Asked<'_>, verb: &str, namespace: &str, name: &str) -> Result<(), Refusal> {
    if namespace.is_empty() && state.is_multi_user() {
        return Err(Refusal::invalid(
            "An experiment cannot have an empty namespace in multi-user mode",
        ));
    }
    let request = Request {
        namespace,
        verb,
        resource: "experiments",
        name,
    };
    state
        .check(&asked.caller, &request)
        .within("Failed to authorize with API")
}

pub(super) fn list(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let namespace = if state.is_multi_user() {
        asked.query.text("namespace").to_owned()
    } else {
        String::new()
    };
    let listing = Listing::read::<Experiment>(&asked.query, "sort_by")?;
    access(state, asked, "list", &namespace, "")
        .within("Failed to authorize with API")
        .within("List experiments failed")?;
    let page = listing.page(
        state
            .experiments
            .values()
            .filter(|experiment| experiment.namespace == namespace),
    )?;
    Ok(Reply::ok(&page.json("experiments", Experiment::json)))
}

pub(super) fn create(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let body = asked.body(EXPERIMENT)?;
    let text = |key: &str| body[key].as_str().unwrap_or_default();
    let doing = "Failed to create a experiment";
    let (name, namespace) = (text("display_name"), text("namespace"));
    if name.is_empty() {
        return Err(Refusal::internal(
            "Failed to convert API experiment to model experiment: Invalid input error: Experiment must have a non-empty name",
        )
        .within("[ExperimentServer]: Failed to create a experiment due to conversion error"));
    }
    let namespace = if state.is_multi_user() { namespace } else { "" };
    access(state, asked, "create", namespace, name)
        .within("Failed to authorize the request")
        .within(doing)?;
    let is_taken = state
        .experiments
        .values()
        .any(|experiment| experiment.display_name == name && experiment.namespace == namespace);
    if is_taken {
        return Err(Refusal::exists(format!(
            "Failed to create a new experiment. The name {name} already exists. Please specify a new name"
        ))
        .within(doing));
    }
    let experiment = state.add_experiment(name, text("description"), namespace);
    Ok(Reply::ok(&experiment.json()))
}

/// An experiment that the caller may do this to.
fn allowed(state: &State, asked: &Asked<'_>, verb: &str, id: &str) -> Result<Experiment, Refusal> {
    let experiment = state.experiment(id)?.clone();
    if state.is_multi_user() {
        access(
            state,
            asked,
            verb,
            &experiment.namespace,
            &experiment.display_name,
        )
        .within("Failed to authorize the request")?;
    }
    Ok(experiment)
}

pub(super) fn get(state: &mut State, asked: &Asked<'_>, id: &str) -> Result<Reply, Refusal> {
    let experiment = allowed(state, asked, "get", id).within("Failed to fetch experiment")?;
    Ok(Reply::ok(&experiment.json()))
}

/// Takes the experiment away and leaves its runs behind.
pub(super) fn delete(state: &mut State, asked: &Asked<'_>, id: &str) -> Result<Reply, Refusal> {
    allowed(state, asked, "delete", id).within("Failed to delete experiment")?;
    state.experiments.remove(id);
    Ok(Reply::empty())
}

/// Archives it with its runs and stops its schedules; the way back brings neither of them along.
pub(super) fn archive(
    state: &mut State,
    asked: &Asked<'_>,
    id: &str,
    is_archived: bool,
) -> Result<Reply, Refusal> {
    let verb = if is_archived { "archive" } else { "unarchive" };
    allowed(state, asked, verb, id).within(format!("Failed to {verb} experiment"))?;
    if let Some(experiment) = state.experiments.get_mut(id) {
        experiment.is_archived = is_archived;
    }
    if is_archived {
        for run in state.runs.values_mut().filter(|run| run.experiment_id == id) {
            run.is_archived = true;
        }
        for schedule in state
            .schedules
            .values_mut()
            .filter(|schedule| schedule.experiment_id == id)
        {
            schedule.is_enabled = false;
        }
    }
    Ok(Reply::empty())
}

/// As v1beta1 tells it.
pub(super) fn legacy(experiment: &Experiment) -> Value {
    let mut json = serde_json::json!({
        "id": experiment.id, "name": experiment.display_name,
        "created_at": super::engine::workflow::rfc3339(experiment.created_at),
        "resource_references": [{ "key": { "type": "NAMESPACE" }, "relationship": "OWNER" }],
        "storage_state": format!("STORAGESTATE_{}", experiment.storage_state()),
    });
    if !experiment.description.is_empty() {
        json["description"] = serde_json::json!(experiment.description);
    }
    if !experiment.namespace.is_empty() {
        json["resource_references"][0]["key"]["id"] = serde_json::json!(experiment.namespace);
    }
    json
}
