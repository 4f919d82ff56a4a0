//! The Workflow object that a controller would hold.

use flowdeck_domain::Timestamp;
use serde_json::{Map, Value, json};

use super::node::{Millis, Node, Phase, Plan, Role, node_id};
use crate::pipelines::ids;
use crate::pipelines::spec::Spec;

/// A run as its workflow knows it.
pub(crate) struct Owner<'a> {
    pub(crate) run_id: &'a str,
    pub(crate) run_name: &'a str,
    pub(crate) namespace: &'a str,
    pub(crate) service_account: &'a str,
    pub(crate) created: Millis,
    pub(crate) is_terminated: bool,
    pub(crate) schedule: Option<&'a str>,
    pub(crate) spec: &'a Spec,
}

/// Whole seconds, as Kubernetes and the server write times.
pub(crate) fn rfc3339(at: Millis) -> String {
    let text = Timestamp(at.div_euclid(1000) * 1000).to_string();
    text.replace(".000Z", "Z")
}

/// The workflow at a moment; without its nodes as it was created.
pub(crate) fn workflow(owner: &Owner<'_>, plan: &Plan, at: Option<Millis>) -> Value {
    let phase = at.map(|at| plan.root().map_or(Phase::Pending, |root| root.phase_at(at)));
    let mut workflow = json!({
        "kind": "Workflow", "apiVersion": "argoproj.io/v1alpha1",
        "metadata": metadata(owner, plan, phase),
        "spec": spec(owner),
        "status": {},
    });
    if let (Some(at), Some(phase)) = (at, phase) {
        workflow["status"] = status(plan, at, phase);
    }
    workflow
}

fn metadata(owner: &Owner<'_>, plan: &Plan, phase: Option<Phase>) -> Value {
    let mut labels = json!({ "pipeline/runid": owner.run_id });
    if let Some(phase) = phase {
        labels["workflows.argoproj.io/phase"] = json!(phase.word());
        if !matches!(phase, Phase::Pending | Phase::Running) {
            labels["workflows.argoproj.io/completed"] = json!("true");
        }
    }
    if let Some(schedule) = owner.schedule {
        labels["scheduledworkflows.kubeflow.org/scheduledWorkflowName"] = json!(schedule);
    }
    json!({
        "name": plan.workflow, "generateName": format!("{}-", owner.spec.name()), "namespace": owner.namespace,
        "uid": ids::uuid_of(&[owner.run_id, "workflow"]), "creationTimestamp": rfc3339(owner.created),
        "labels": labels,
        "annotations": {
            "pipelines.kubeflow.org/run_name": owner.run_name,
            "workflows.argoproj.io/pod-name-format": "v2",
        },
    })
}

fn spec(owner: &Owner<'_>) -> Value {
    let mut spec = json!({
        "entrypoint": "entrypoint", "serviceAccountName": owner.service_account,
        "templates": templates(owner.spec),
        "podMetadata": {
            "annotations": { "pipelines.kubeflow.org/v2_component": "true" },
            "labels": { "pipeline/runid": owner.run_id, "pipelines.kubeflow.org/v2_component": "true" },
        },
    });
    if owner.is_terminated {
        spec["activeDeadlineSeconds"] = json!(0);
    }
    spec
}

/// The DAGs of the pipeline with the names of their tasks: what a workflow will come to.
fn templates(spec: &Spec) -> Value {
    let components = spec.pipeline["components"].as_object().into_iter().flatten();
    let dags = components
        .map(|(name, component)| (name.as_str(), component))
        .chain([("root", &spec.pipeline["root"])])
        .filter(|(_, component)| component["dag"].is_object());
    let mut templates: Vec<Value> = dags
        .map(|(name, component)| template(spec, name, component))
        .collect();
    for name in [
        "system-container-driver",
        "system-dag-driver",
        "system-container-impl",
    ] {
        templates.push(json!({ "name": name, "container": { "name": "", "image": "" } }));
    }
    templates.push(json!({
        "name": "entrypoint",
        "dag": { "tasks": [
            { "name": "root-driver", "template": "system-dag-driver" },
            { "name": "root", "template": "root", "depends": "root-driver.Succeeded" },
        ] },
    }));
    Value::Array(templates)
}

fn template(spec: &Spec, name: &str, component: &Value) -> Value {
    let mut tasks = Vec::new();
    for (task_name, task) in component["dag"]["tasks"].as_object().into_iter().flatten() {
        if task["triggerPolicy"]["strategy"] == "ALL_UPSTREAM_TASKS_COMPLETED" {
            continue;
        }
        let of = task["componentRef"]["name"].as_str().unwrap_or_default();
        let inner = spec.component(of);
        let has_driver =
            !task["parameterIterator"].is_object() && !spec.executor(inner)["importer"].is_object();
        let is_dag = inner["dag"].is_object();
        if has_driver {
            let driver = if is_dag {
                "system-dag-driver"
            } else {
                "system-container-driver"
            };
            tasks.push(json!({ "name": format!("{task_name}-driver"), "template": driver }));
        }
        let template = if is_dag { of } else { "system-container-executor" };
        tasks.push(json!({ "name": task_name, "template": template }));
    }
    json!({ "name": name, "dag": { "tasks": tasks } })
}

fn status(plan: &Plan, at: Millis, phase: Phase) -> Value {
    let there: Vec<&Node> = plan.nodes.iter().filter(|node| node.is_there(at)).collect();
    let nodes: Map<String, Value> = there
        .iter()
        .map(|node| (node_id(&plan.workflow, &node.name), json_of(plan, node, at)))
        .collect();
    let pods: Vec<&&Node> = there.iter().filter(|node| node.kind == "Pod").collect();
    let n_ended = pods.iter().filter(|node| node.has_ended(at)).count();
    let has_ended = !matches!(phase, Phase::Pending | Phase::Running);
    let mut status = json!({
        "phase": phase.word(), "startedAt": plan.root().map(|root| rfc3339(root.start)), "finishedAt": null,
        "progress": format!("{n_ended}/{}", pods.len()), "nodes": nodes,
        "conditions": [
            { "type": "PodRunning", "status": if n_ended < pods.len() { "True" } else { "False" } },
        ],
    });
    if has_ended {
        status["finishedAt"] = json!(plan.end().map(rfc3339));
        status["conditions"] = json!([
            { "type": "PodRunning", "status": "False" }, { "type": "Completed", "status": "True" },
        ]);
    }
    let was_stopped = there
        .iter()
        .any(|node| node.message == "Step exceeded its deadline");
    if was_stopped && has_ended {
        status["message"] = json!("Step exceeded its deadline");
    }
    status
}

fn json_of(plan: &Plan, node: &Node, at: Millis) -> Value {
    let id = |name: &str| node_id(&plan.workflow, name);
    let phase = node.phase_at(at);
    let has_ended = node.has_ended(at);
    let mut json = json!({
        "id": id(&node.name), "name": node.name, "displayName": node.display_name(), "type": node.kind,
        "templateName": node.template, "templateScope": format!("local/{}", plan.workflow), "phase": phase.word(),
        "startedAt": rfc3339(node.start), "finishedAt": null, "progress": if has_ended { "1/1" } else { "0/1" },
    });
    if has_ended {
        json["finishedAt"] = json!(node.end.map(rfc3339));
    }
    if !node.boundary.is_empty() {
        json["boundaryID"] = json!(id(&node.boundary));
    }
    let is_told = has_ended || phase == Phase::Pending && node.phase == Phase::Pending;
    if is_told && !node.message.is_empty() {
        json["message"] = json!(node.message);
    }
    let children: Vec<String> = node
        .children
        .iter()
        .filter(|child| plan.node(child).is_some_and(|child| child.is_there(at)))
        .map(|child| id(child))
        .collect();
    if !children.is_empty() {
        json["children"] = json!(children);
    }
    if let Some(pod) = &node.pod {
        if pod.running_at.is_some_and(|running| running <= at) {
            json["hostNodeName"] = json!(super::pods::NODE);
        }
        if has_ended {
            let seconds = node.end.map_or(0, |end| (end - node.start) / 1000);
            json["resourcesDuration"] = json!({ "cpu": seconds, "memory": seconds });
            json["outputs"] = outputs(node, pod.role, pod.exit_code);
        }
    }
    json
}

fn outputs(node: &Node, role: Role, exit_code: i32) -> Value {
    let parameters: Vec<Value> = node
        .outputs
        .iter()
        .filter(|(name, _)| *name != "exitCode")
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    let mut outputs = json!({ "exitCode": exit_code.to_string() });
    if !parameters.is_empty() {
        outputs["parameters"] = json!(parameters);
    }
    if role != Role::Driver {
        outputs["artifacts"] = json!([{
            "name": "main-logs", "s3": { "key": format!("{}/main.log", node.name) },
        }]);
    }
    outputs
}
