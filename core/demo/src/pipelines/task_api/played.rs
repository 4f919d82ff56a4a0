//! The tasks and artifacts of runs that are played.

use serde_json::{Value, json};

use super::super::engine::node::{Node, Phase, Plan, pod_name};
use super::super::engine::workflow::rfc3339;
use super::super::ids;
use super::super::run::Run;
use super::Stored;

/// The tasks of a run that there are by now.
pub(super) fn tasks(run: &Run) -> Vec<Stored> {
    if !run.is_reported() {
        return Vec::new();
    }
    let plan = run.plan();
    let there = plan
        .nodes
        .iter()
        .filter(|node| node.is_there(run.now) && node.phase != Phase::Omitted);
    there.filter_map(|node| task(run, plan, node)).collect()
}

/// The task that a node stands for, if it stands for one.
fn task(run: &Run, plan: &Plan, node: &Node) -> Option<Stored> {
    let kind = kind_of(plan, node)?;
    let name = node.display_name();
    let id = task_id(run, &node.name);
    let inside = |template: &'static str| {
        plan.nodes.iter().filter(move |other| {
            other.template.ends_with(template)
                && (other.boundary == node.name || other.name == format!("{}-driver", node.name))
        })
    };
    let is_cached = inside("container-impl").any(|executor| executor.phase == Phase::Skipped);
    let state = match node.phase_at(run.now).state().unwrap_or("SKIPPED") {
        "SUCCEEDED" if is_cached => "CACHED",
        "PENDING" => "RUNNING",
        other => other,
    };
    let mut json = json!({
        "name": name, "display_name": name, "task_id": id, "run_id": run.id, "create_time": rfc3339(node.start),
        "state": state, "state_history": [{ "update_time": rfc3339(node.start), "state": state }], "type": kind,
        "inputs": {}, "outputs": {}, "scope_path": scope(plan, node),
    });
    if let Some(end) = node.end.filter(|end| *end <= run.now) {
        json["end_time"] = json!(rfc3339(end));
    }
    if let Some(parent) = parent(plan, node) {
        json["parent_task_id"] = json!(task_id(run, &parent.name));
    }
    let mut message = node.message.clone();
    let mut pods = Vec::new();
    for (template, role) in [
        ("container-driver", "DRIVER"),
        ("dag-driver", "DRIVER"),
        ("container-impl", "EXECUTOR"),
    ] {
        for pod in inside(template).filter(|pod| pod.pod.is_some() && pod.is_there(run.now)) {
            pods.push(json!({ "name": pod_name(&plan.workflow, pod), "uid": ids::uuid_of(&[&run.id, &pod.name, "pod"]), "type": role }));
            if message.is_empty() {
                message.clone_from(&pod.message);
            }
        }
    }
    if !pods.is_empty() {
        json["pods"] = json!(pods);
    }
    if !message.is_empty() && state == "FAILED" {
        json["status_metadata"] = json!({ "message": message });
    }
    if let Some(index) = iteration(node) {
        json["type_attributes"] = json!({ "iteration_index": index });
    }
    let input = executor_input(plan, node);
    let parameters: Vec<Value> = input["inputs"]["parameterValues"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| json!({ "value": value, "type": "COMPONENT_INPUT", "parameter_key": key, "producer": { "task_name": "root" } }))
        .collect();
    if !parameters.is_empty() {
        json["inputs"]["parameters"] = json!(parameters);
    }
    let made: Vec<Value> = made_by(run, node)
        .into_iter()
        .map(|(key, artifact)| {
            json!({ "artifacts": [super::told_artifact(&artifact)], "type": "OUTPUT", "artifact_key": key, "producer": { "task_name": name } })
        })
        .collect();
    if !made.is_empty() {
        json["outputs"]["artifacts"] = json!(made);
    }
    Some(Stored {
        id,
        made_at: node.start.div_euclid(1000),
        json,
    })
}

fn task_id(run: &Run, node: &str) -> String {
    ids::uuid_of(&[&run.id, node, "task"])
}

/// What a node is as a task; drivers, executors and the rounds of loops are none.
fn kind_of(plan: &Plan, node: &Node) -> Option<&'static str> {
    let name = node.display_name();
    if node.name == format!("{}.root", plan.workflow) {
        return Some("ROOT");
    }
    let is_other = node.name == plan.workflow
        || node.template.ends_with("-driver")
        || name.starts_with("iteration-")
        || name.ends_with(".onExit")
        || node.template.ends_with("container-impl");
    if is_other {
        return None;
    }
    Some(match () {
        () if node.template == "system-importer" => "IMPORTER",
        () if node.template.ends_with("system-container-executor") => "RUNTIME",
        () if name.starts_with("condition-branches") => "CONDITION_BRANCH",
        () if name.starts_with("condition-") => "CONDITION",
        () if node.template.ends_with("-iterator") => "LOOP",
        () if name.starts_with("exit-handler") => "EXIT_HANDLER",
        () => "DAG",
    })
}

fn parent<'a>(plan: &'a Plan, node: &Node) -> Option<&'a Node> {
    let mut around = plan.node(&node.boundary)?;
    while kind_of(plan, around).is_none() {
        around = plan.node(&around.boundary)?;
    }
    Some(around)
}

fn scope(plan: &Plan, node: &Node) -> String {
    match parent(plan, node) {
        Some(around) => format!("{}.{}", scope(plan, around), node.display_name()),
        None => node.display_name().to_owned(),
    }
}

/// The number in `iteration-iterations(3:3)` that is nearest, as text.
fn iteration(node: &Node) -> Option<String> {
    let (_, after) = node.boundary.rsplit_once("iteration-iterations(")?;
    let is_own = after.split_once(')')?.1 == ".iteration-item";
    is_own.then(|| after.split([':', ')']).next().unwrap_or_default().to_owned())
}

fn executor_input(plan: &Plan, node: &Node) -> Value {
    let driver = plan.node(&format!("{}-driver", node.name));
    let patch = driver.and_then(|driver| driver.outputs.iter().find(|(name, _)| *name == "pod-spec-patch"));
    let patch: Value = patch
        .and_then(|(_, patch)| serde_json::from_str(patch).ok())
        .unwrap_or_default();
    let command = patch["containers"][0]["command"].as_array();
    let at = command.and_then(|words| words.iter().position(|word| word == "--executor_input"));
    let input = command
        .zip(at)
        .and_then(|(words, at)| words.get(at + 1)?.as_str());
    input
        .and_then(|input| serde_json::from_str(input).ok())
        .unwrap_or_default()
}

/// The artifacts that a task made, by their keys.
fn made_by(run: &Run, node: &Node) -> Vec<(String, Stored)> {
    let is_done = node.has_ended(run.now) && node.phase == Phase::Succeeded;
    let Some(end) = node.end.filter(|_| is_done) else {
        return Vec::new();
    };
    let input = executor_input(run.plan(), node);
    let artifacts = input["outputs"]["artifacts"].as_object().into_iter().flatten();
    artifacts
        .map(|(key, list)| {
            let artifact = &list["artifacts"][0];
            let id = ids::uuid_of(&[&run.id, &node.name, key, "artifact"]);
            let title = artifact["type"]["schemaTitle"].as_str().unwrap_or("system.Artifact");
            let json = json!({
                "artifact_id": id, "name": key, "type": title.trim_start_matches("system.").trim_end_matches('s'),
                "uri": artifact["uri"], "created_at": rfc3339(end), "namespace": run.namespace,
            });
            let stored = Stored {
                id,
                made_at: end.div_euclid(1000),
                json,
            };
            (key.clone(), stored)
        })
        .collect()
}

/// The artifacts of a run.
pub(super) fn artifacts(run: &Run) -> Vec<Stored> {
    let nodes = run.plan().nodes.iter().filter(|node| node.is_there(run.now));
    nodes
        .flat_map(|node| made_by(run, node))
        .map(|(_, artifact)| artifact)
        .collect()
}

/// What leads from the tasks of a run to its artifacts.
pub(super) fn links(run: &Run) -> Vec<Stored> {
    let nodes = run.plan().nodes.iter().filter(|node| node.is_there(run.now));
    nodes
        .flat_map(|node| {
            made_by(run, node).into_iter().map(move |(key, artifact)| Stored {
                id: ids::uuid_of(&[&artifact.id, "link"]),
                made_at: artifact.made_at,
                json: json!({
                    "id": ids::uuid_of(&[&artifact.id, "link"]), "artifact_id": artifact.id, "run_id": run.id,
                    "task_id": task_id(run, &node.name), "type": "OUTPUT",
                    "producer": { "task_name": node.display_name() }, "key": key,
                }),
            })
        })
        .collect()
}
