//! The coming API of tasks and artifacts, which replaces the task details of runs.

mod played;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::answer::Asked;
use super::engine::workflow::rfc3339;
use super::ids::IdKind;
use super::proto_json::{Field, Shape};
use super::refusal::{INVALID, Refusal, Within};
use super::reply::Reply;
use super::run::Run;
use super::store::State;
use super::table::{Cell, Listing, Row};

/// How much of a run is told.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum View {
    /// As servers do before there are tasks: all nodes.
    Details,
    /// How many tasks there are.
    Count,
    /// All of them.
    Full,
}

/// Tasks, artifacts and what leads from the ones to the others, as launchers sent them.
#[derive(Debug, Default)]
pub(super) struct TaskStore {
    tasks: BTreeMap<String, Stored>,
    artifacts: BTreeMap<String, Stored>,
    links: BTreeMap<String, Stored>,
}

/// Something of this API, as it is told.
#[derive(Clone, Debug)]
struct Stored {
    id: String,
    /// Seconds.
    made_at: i64,
    json: Value,
}

const STATES: &[&str] = &[
    "RUNTIME_STATE_UNSPECIFIED",
    "RUNNING",
    "SUCCEEDED",
    "SKIPPED",
    "FAILED",
    "CACHED",
];
const TYPES: &[&str] = &[
    "UNSPECIFIED",
    "ROOT",
    "RUNTIME",
    "CONDITION_BRANCH",
    "CONDITION",
    "LOOP",
    "EXIT_HANDLER",
    "IMPORTER",
    "DAG",
];

const TASK: Shape = &[
    ("name", Field::Text),
    ("display_name", Field::Text),
    ("task_id", Field::Text),
    ("run_id", Field::Text),
    ("pods", Field::Any),
    ("cache_fingerprint", Field::Text),
    ("create_time", Field::Time),
    ("end_time", Field::Time),
    ("state", Field::Word(STATES)),
    ("status_metadata", Field::Any),
    ("state_history", Field::Any),
    ("type", Field::Word(TYPES)),
    ("type_attributes", Field::Any),
    ("parent_task_id", Field::Text),
    ("child_tasks", Field::Any),
    ("inputs", Field::Any),
    ("outputs", Field::Any),
    ("scope_path", Field::Text),
    ("error", Field::Any),
];

/// Types of artifacts in the order of their numbers.
const KINDS: &[&str] = &[
    "TYPE_UNSPECIFIED",
    "Artifact",
    "Model",
    "Dataset",
    "HTML",
    "Markdown",
    "Metric",
    "ClassificationMetric",
    "SlicedClassificationMetric",
];

const ARTIFACT: Shape = &[
    ("artifact_id", Field::Text),
    ("name", Field::Text),
    ("description", Field::Text),
    ("type", Field::Word(KINDS)),
    ("uri", Field::Text),
    ("metadata", Field::Any),
    ("number_value", Field::Any),
    ("created_at", Field::Time),
    ("namespace", Field::Text),
];

const NEW_ARTIFACT: Shape = &[
    ("run_id", Field::Text),
    ("task_id", Field::Text),
    ("producer_key", Field::Text),
    ("iteration_index", Field::Number),
    ("type", Field::Text),
    ("artifact", Field::Message(ARTIFACT)),
];

const LINK: Shape = &[
    ("id", Field::Text),
    ("artifact_id", Field::Text),
    ("run_id", Field::Text),
    ("task_id", Field::Text),
    ("type", Field::Text),
    ("producer", Field::Any),
    ("key", Field::Text),
];

impl Row for Stored {
    const TYPE: &'static str = "Task";
    const TABLE: &'static str = "tasks";

    fn column(key: &str) -> Option<&'static str> {
        Some(match key {
            "task_id" | "artifact_id" | "id" => "UUID",
            "name" => "Name",
            "create_time" | "created_at" => "CreatedAtInSec",
            "type" => "Type",
            "cache_fingerprint" => "Fingerprint",
            "run_id" => "RunUUID",
            "parent_task_id" => "ParentTaskUUID",
            "uri" => "URI",
            "namespace" => "Namespace",
            _ => return None,
        })
    }

    fn cell(&self, column: &str) -> Cell {
        let text = |key: &str| Cell::Text(self.json[key].as_str().unwrap_or_default().to_owned());
        match column {
            "UUID" => Cell::Text(self.id.clone()),
            "Name" => text("name"),
            // The database keeps a number: a filter by its name finds nothing.
            "Type" => {
                let word = self.json["type"].as_str().unwrap_or_default();
                let number = KINDS.iter().position(|kind| *kind == word).unwrap_or_default();
                Cell::Number(i64::try_from(number).unwrap_or_default())
            }
            "Fingerprint" => text("cache_fingerprint"),
            "RunUUID" => text("run_id"),
            "ParentTaskUUID" => text("parent_task_id"),
            "URI" => text("uri"),
            "Namespace" => text("namespace"),
            _ => Cell::Number(self.made_at),
        }
    }

    fn id(&self) -> &str {
        &self.id
    }
}

/// How much of a run was asked for.
pub(super) fn view(state: &State, asked: &Asked<'_>) -> Result<View, Refusal> {
    if !state.options.has_task_api {
        return Ok(View::Details);
    }
    match asked.query.text("view") {
        "" | "DEFAULT" | "VIEW_UNSPECIFIED" => Ok(View::Count),
        "FULL" => Ok(View::Full),
        other => Err(Refusal::gateway(
            INVALID,
            format!("parsing field \"view\": \"{other}\" is not a valid value"),
        )),
    }
}

impl TaskStore {
    /// The tasks of a run: what was sent, and what is played.
    fn of_run(&self, run: &Run) -> Vec<Stored> {
        let sent = self
            .tasks
            .values()
            .filter(|task| task.json["run_id"] == run.id.as_str());
        let mut all: Vec<Stored> = sent.cloned().collect();
        all.extend(played::tasks(run));
        let family: Vec<(String, String, Value)> = all
            .iter()
            .map(|task| {
                let parent = task.json["parent_task_id"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned();
                (parent, task.id.clone(), task.json["name"].clone())
            })
            .collect();
        for task in &mut all {
            let mut children: Vec<Value> = family
                .iter()
                .filter(|(parent, ..)| *parent == task.id)
                .map(|(_, id, name)| json!({ "task_id": id, "name": name }))
                .collect();
            children.sort_by_key(|child| child["task_id"].to_string());
            if !children.is_empty() {
                task.json["child_tasks"] = json!(children);
            }
            self.add_artifacts(task);
        }
        all.sort_by(|a, b| (a.made_at, &a.id).cmp(&(b.made_at, &b.id)));
        all
    }

    /// Adds to a task the artifacts that links lead to.
    fn add_artifacts(&self, task: &mut Stored) {
        for link in self
            .links
            .values()
            .filter(|link| link.json["task_id"] == task.id.as_str())
        {
            let id = link.json["artifact_id"].as_str().unwrap_or_default();
            let Some(artifact) = self.artifacts.get(id) else {
                continue;
            };
            let side = if link.json["type"] == "OUTPUT" {
                "outputs"
            } else {
                "inputs"
            };
            let entry = json!({
                "artifacts": [told_artifact(artifact)], "type": link.json["type"], "artifact_key": link.json["key"],
                "producer": link.json["producer"],
            });
            match task.json[side]["artifacts"].as_array_mut() {
                Some(all) => all.push(entry),
                None => task.json[side]["artifacts"] = json!([entry]),
            }
        }
    }

    pub(super) fn add_to_run(&self, json: &mut Value, run: &Run, view: View) {
        let tasks = self.of_run(run);
        if !tasks.is_empty() {
            json["task_count"] = json!(tasks.len());
            if view == View::Full {
                json["tasks"] = tasks.into_iter().map(|task| task.json).collect();
            }
        }
    }
}

fn told_artifact(artifact: &Stored) -> Value {
    let mut json = artifact.json.clone();
    json.as_object_mut().map(|fields| fields.remove("namespace"));
    json
}

pub(super) fn list_tasks(state: &mut State, asked: &Asked<'_>, run_id: &str) -> Result<Reply, Refusal> {
    let doing = "Failed to list tasks";
    let run = state.run(run_id).within(doing)?;
    let listing = Listing::read::<Stored>(&asked.query, "order_by")?;
    refuse_state_filter(asked)?;
    let parent = asked.query.text("parent_id");
    let all = state.tasks.of_run(run);
    let fitting = all
        .iter()
        .filter(|task| parent.is_empty() || task.json["parent_task_id"] == parent);
    let page = listing.page(fitting).within(doing)?;
    Ok(Reply::ok(&page.json("tasks", |task| task.json.clone())))
}

/// `type` is no key of tasks, as it is of artifacts.
fn refuse_state_filter(asked: &Asked<'_>) -> Result<(), Refusal> {
    if asked.query.text("filter").contains("\"type\"") {
        return Err(
            Refusal::invalid("no support for filtering on unrecognized field \"type\"")
                .within("Failed to create list options"),
        );
    }
    Ok(())
}

pub(super) fn get_task(state: &mut State, run_id: &str, id: &str) -> Result<Reply, Refusal> {
    let missing = || Refusal::missing("task", id).within(format!("Failed to fetch task {id}"));
    let run = state
        .run(run_id)
        .map_err(|_| missing())
        .within("Failed to get task")?;
    let found = state.tasks.of_run(run).into_iter().find(|task| task.id == id);
    let task = found.ok_or_else(missing).within("Failed to get task")?;
    Ok(Reply::ok(&task.json))
}

pub(super) fn create_task(state: &mut State, asked: &Asked<'_>, run_id: &str) -> Result<Reply, Refusal> {
    let mut task = asked.body(TASK)?;
    state
        .run(run_id)
        .within(format!("Failed to create a task for run {run_id}"))
        .within("Failed to create task")?;
    let id = state.id(IdKind::Task);
    let now = state.now;
    task["task_id"] = json!(id);
    task["run_id"] = json!(run_id);
    task["create_time"] = json!(rfc3339(now));
    for side in ["inputs", "outputs"] {
        if task[side].is_null() {
            task[side] = json!({});
        }
    }
    if !task["state"].is_null() {
        task["state_history"] = json!([{ "update_time": rfc3339(now), "state": task["state"] }]);
    }
    let stored = Stored {
        id: id.clone(),
        made_at: now.div_euclid(1000),
        json: task,
    };
    state.tasks.tasks.insert(id.clone(), stored);
    get_task(state, run_id, &id)
}

/// Takes over what a launcher sends of a task that is there.
fn update(state: &mut State, id: &str, sent: &Value) -> Result<(), Refusal> {
    let now = rfc3339(state.now);
    let missing = || Refusal::missing("task", id).within(format!("Failed to fetch task {id}"));
    let task = state.tasks.tasks.get_mut(id).ok_or_else(missing)?;
    for (key, value) in sent.as_object().into_iter().flatten() {
        if key == "state" && task.json["state"] != *value {
            let entry = json!({ "update_time": now, "state": value });
            match task.json["state_history"].as_array_mut() {
                Some(history) => history.push(entry),
                None => task.json["state_history"] = json!([entry]),
            }
        }
        if !matches!(
            key.as_str(),
            "task_id" | "run_id" | "create_time" | "state_history"
        ) {
            task.json[key] = value.clone();
        }
    }
    Ok(())
}

pub(super) fn update_task(
    state: &mut State,
    asked: &Asked<'_>,
    run_id: &str,
    id: &str,
) -> Result<Reply, Refusal> {
    let sent = asked.body(TASK)?;
    update(state, id, &sent).within("Failed to update task")?;
    get_task(state, run_id, id)
}

pub(super) fn update_tasks(state: &mut State, asked: &Asked<'_>, run_id: &str) -> Result<Reply, Refusal> {
    const TASKS: Shape = &[("tasks", Field::MessagesByKey(TASK))];
    let body = asked.body(TASKS)?;
    let sent = body["tasks"].as_object().cloned().unwrap_or_default();
    for (id, task) in &sent {
        update(state, id, task).within("Failed to update tasks")?;
    }
    let run = state.run(run_id).within("Failed to update tasks")?;
    let all = state.tasks.of_run(run);
    let told: serde_json::Map<String, Value> = all
        .into_iter()
        .filter(|task| sent.contains_key(&task.id))
        .map(|task| (task.id, task.json))
        .collect();
    Ok(Reply::ok(&json!({ "tasks": told })))
}

/// The newest task that succeeded with a fingerprint.
pub(super) fn find_cached(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let body = asked.body(&[("namespace", Field::Text), ("cache_fingerprint", Field::Text)])?;
    for run in state.runs.values() {
        let found = state.tasks.of_run(run).into_iter().find(|task| {
            task.json["cache_fingerprint"] == body["cache_fingerprint"] && task.json["state"] == "SUCCEEDED"
        });
        if let Some(task) = found {
            return Ok(Reply::ok(&json!({ "task": task.json })));
        }
    }
    Ok(Reply::empty())
}

pub(super) fn create_artifact(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let body = asked.body(NEW_ARTIFACT)?;
    let artifact = add_artifact(state, &body)?;
    Ok(Reply::ok(&artifact))
}

pub(super) fn create_artifacts(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    const ARTIFACTS: Shape = &[("artifacts", Field::Messages(NEW_ARTIFACT))];
    let body = asked.body(ARTIFACTS)?;
    let all = body["artifacts"].as_array().cloned().unwrap_or_default();
    let made = all
        .iter()
        .map(|one| add_artifact(state, one))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Reply::ok(&json!({ "artifacts": made })))
}

fn add_artifact(state: &mut State, new: &Value) -> Result<Value, Refusal> {
    let mut artifact = new["artifact"].clone();
    if artifact["type"].as_str().is_none_or(|kind| kind == KINDS[0]) {
        return Err(Refusal::invalid("Artifact type is required")
            .within("Failed to create artifact due to validation error"));
    }
    let id = state.id(IdKind::Artifact);
    artifact["artifact_id"] = json!(id);
    artifact["created_at"] = json!(rfc3339(state.now));
    let stored = Stored {
        id: id.clone(),
        made_at: state.now.div_euclid(1000),
        json: artifact,
    };
    let told = told_artifact(&stored);
    state.tasks.artifacts.insert(id.clone(), stored);
    let task_id = new["task_id"].as_str().unwrap_or_default();
    let producer = state
        .tasks
        .tasks
        .get(task_id)
        .map(|task| task.json["name"].clone());
    add_link(
        state,
        json!({
            "artifact_id": id, "run_id": new["run_id"], "task_id": task_id, "type": "OUTPUT",
            "producer": { "task_name": producer }, "key": new["producer_key"],
        }),
    );
    Ok(told)
}

fn add_link(state: &mut State, mut link: Value) -> Value {
    let id = state.id(IdKind::ArtifactTask);
    link["id"] = json!(id);
    let stored = Stored {
        id: id.clone(),
        made_at: state.now.div_euclid(1000),
        json: link.clone(),
    };
    state.tasks.links.insert(id, stored);
    link
}

pub(super) fn list_artifacts(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let listing = Listing::read::<Stored>(&asked.query, "sort_by")?;
    let namespace = asked.query.text("namespace");
    let mut all: Vec<Stored> = state.tasks.artifacts.values().cloned().collect();
    all.extend(state.runs.values().flat_map(played::artifacts));
    let fitting = all
        .iter()
        .filter(|artifact| namespace.is_empty() || artifact.json["namespace"] == namespace);
    let page = listing.page(fitting)?;
    Ok(Reply::ok(&page.json("artifacts", told_artifact)))
}

pub(super) fn get_artifact(state: &mut State, id: &str) -> Result<Reply, Refusal> {
    let sent = state.tasks.artifacts.get(id).cloned();
    let found = sent.or_else(|| {
        state
            .runs
            .values()
            .flat_map(played::artifacts)
            .find(|artifact| artifact.id == id)
    });
    let missing = || {
        Refusal::missing("artifact", id)
            .within(format!("Failed to fetch artifact {id}"))
            .within("Failed to get artifact")
    };
    found
        .map(|artifact| Reply::ok(&told_artifact(&artifact)))
        .ok_or_else(missing)
}

pub(super) fn create_link(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    const ONE: Shape = &[("artifact_task", Field::Message(LINK))];
    let body = asked.body(ONE)?;
    let link = add_link(state, body["artifact_task"].clone());
    Ok(Reply::ok(&link))
}

pub(super) fn create_links(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    const ALL: Shape = &[("artifact_tasks", Field::Messages(LINK))];
    let body = asked.body(ALL)?;
    let all = body["artifact_tasks"].as_array().cloned().unwrap_or_default();
    let made: Vec<Value> = all.into_iter().map(|link| add_link(state, link)).collect();
    Ok(Reply::ok(&json!({ "artifact_tasks": made })))
}

pub(super) fn list_links(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let keys = [
        ("task_ids", "task_id"),
        ("run_ids", "run_id"),
        ("artifact_ids", "artifact_id"),
    ];
    if keys.iter().all(|(name, _)| !asked.query.has(name)) {
        return Err(Refusal::invalid(
            "At least one filter (task_ids, run_ids, or artifact_ids) is required",
        ));
    }
    let listing = Listing::read::<Stored>(&asked.query, "sort_by")?;
    let kind = asked.query.text("type");
    let mut all: Vec<Stored> = state.tasks.links.values().cloned().collect();
    all.extend(state.runs.values().flat_map(played::links));
    let fitting = all.iter().filter(|link| {
        let of_it = keys.iter().all(|(name, key)| {
            let wanted = asked.query.all(name);
            wanted.is_empty() || wanted.iter().any(|id| link.json[*key] == id.as_str())
        });
        of_it && (kind.is_empty() || link.json["type"] == kind)
    });
    let page = listing.page(fitting)?;
    Ok(Reply::ok(&page.json("artifact_tasks", |link| link.json.clone())))
}
