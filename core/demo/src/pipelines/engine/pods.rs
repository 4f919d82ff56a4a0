//! Pods, their events and what they print, in the cluster that the Kubernetes server shows.

use std::collections::BTreeMap;

use flowdeck_domain::kubernetes::LogTime;
use serde_json::{Value, json};

use super::node::{Millis, Node, Plan, PodPlan, Role, node_id, pod_name};
use super::script::Fate;
use super::workflow::rfc3339;
use crate::kubernetes::KubernetesCluster;

/// The node of the cluster that takes everything.
pub(crate) const NODE: &str = "demo-node-1";

/// What the cluster was told of the pods of a run, by the names of their nodes.
pub(crate) type Shown = BTreeMap<String, Seen>;

/// What the cluster was told of one pod.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    stage: Stage,
    n_lines: usize,
}

#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
enum Stage {
    #[default]
    Absent,
    Waiting,
    Running,
    Ended,
}

/// The run whose pods they are.
pub(crate) struct Tenant<'a> {
    pub(crate) cluster: &'a KubernetesCluster,
    pub(crate) namespace: &'a str,
    pub(crate) run_id: &'a str,
    pub(crate) service_account: &'a str,
}

impl Tenant<'_> {
    /// Brings the cluster up to a moment.
    pub(crate) fn show(&self, plan: &Plan, shown: &mut Shown, at: Millis) {
        for node in plan.nodes.iter().filter(|node| node.is_there(at)) {
            if let Some(pod) = &node.pod {
                let seen = shown.entry(node.name.clone()).or_default();
                if seen.stage != Stage::Ended {
                    self.show_pod(plan, (node, pod), seen, at);
                }
            }
        }
    }

    fn show_pod(&self, plan: &Plan, (node, pod): (&Node, &PodPlan), seen: &mut Seen, at: Millis) {
        let name = pod_name(&plan.workflow, node);
        let stage = stage_of(node, pod, at);
        if seen.stage == Stage::Absent {
            self.cluster.add_pod(self.object(plan, (node, pod), &name));
            self.tell_of_start(node, pod, &name);
        }
        if stage >= Stage::Running && seen.stage < Stage::Running {
            for (reason, message) in started(pod) {
                self.event(
                    &name,
                    "Normal",
                    reason,
                    &message,
                    pod.running_at.unwrap_or(node.start),
                );
            }
        }
        while let Some((time, line)) = pod.lines.get(seen.n_lines).filter(|(time, _)| *time <= at) {
            // Lines of one millisecond keep their order by nanoseconds.
            let nanos = (time.rem_euclid(1000) * 1_000_000) as u32 + (seen.n_lines % 1000) as u32;
            let time = LogTime {
                seconds: time.div_euclid(1000),
                nanos,
            };
            self.cluster
                .print(self.namespace, &name, "main", time, line.as_bytes());
            seen.n_lines += 1;
        }
        if stage == Stage::Ended {
            for container in ["main", "wait"] {
                let code = if container == "main" { pod.exit_code } else { 0 };
                self.cluster.end_container(self.namespace, &name, container, code);
            }
        }
        if stage != seen.stage {
            let status = status(node, pod, stage);
            self.cluster
                .set_status(self.namespace, &name, |current| *current = status);
            seen.stage = stage;
        }
    }

    /// Takes away the pods of nodes that will be tried again, or of a run that is over.
    pub(crate) fn collect(&self, plan: &Plan, shown: &mut Shown, is_gone: impl Fn(&Node) -> bool) {
        for node in plan.nodes.iter().filter(|node| is_gone(node)) {
            if shown.remove(&node.name).is_some() {
                self.cluster
                    .delete_pod(self.namespace, &pod_name(&plan.workflow, node));
            }
        }
    }

    fn object(&self, plan: &Plan, (node, pod): (&Node, &PodPlan), name: &str) -> Value {
        let role = if pod.role == Role::Driver {
            "driver"
        } else {
            "launcher"
        };
        let resources = resources(&pod.resources);
        json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {
                "name": name, "namespace": self.namespace, "creationTimestamp": rfc3339(node.start),
                "labels": {
                    "pipeline/runid": self.run_id, "pipelines.kubeflow.org/v2_component": "true",
                    "workflows.argoproj.io/workflow": plan.workflow, "workflows.argoproj.io/completed": "false",
                },
                "annotations": {
                    "kubectl.kubernetes.io/default-container": "main",
                    "pipelines.kubeflow.org/runtime-role": role,
                    "workflows.argoproj.io/node-id": node_id(&plan.workflow, &node.name),
                    "workflows.argoproj.io/node-name": node.name,
                },
                "ownerReferences": [{ "apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "name": plan.workflow,
                    "uid": crate::pipelines::ids::uuid_of(&[self.run_id, "workflow"]), "controller": true }],
            },
            "spec": {
                "restartPolicy": "Never", "serviceAccountName": self.service_account,
                "initContainers": [
                    { "name": "init", "image": "quay.io/argoproj/argoexec:v4.0.8" },
                    { "name": "kfp-launcher", "image": "ghcr.io/kubeflow/kfp-launcher:2.17.0" },
                ],
                "containers": [
                    { "name": "wait", "image": "quay.io/argoproj/argoexec:v4.0.8", "resources": {} },
                    { "name": "main", "image": pod.image, "resources": resources },
                ],
                "nodeName": if pod.fate == Some(Fate::Unschedulable) { Value::Null } else { json!(NODE) },
            },
            "status": status(node, pod, Stage::Waiting),
        })
    }

    fn tell_of_start(&self, node: &Node, pod: &PodPlan, name: &str) {
        if pod.fate == Some(Fate::Unschedulable) {
            let words = node.message.trim_start_matches("Unschedulable: ");
            return self.event(name, "Warning", "FailedScheduling", words, node.start);
        }
        let assigned = format!("Successfully assigned {}/{name} to {NODE}", self.namespace);
        self.event(name, "Normal", "Scheduled", &assigned, node.start);
        if pod.fate == Some(Fate::ImagePull) {
            let pulling = format!("Pulling image \"{}\"", pod.image);
            self.event(name, "Normal", "Pulling", &pulling, node.start);
            self.event(name, "Warning", "Failed", &no_image(&pod.image), node.start);
            let back_off = format!("Back-off pulling image \"{}\"", pod.image);
            self.event(name, "Normal", "BackOff", &back_off, node.start);
        }
    }

    fn event(&self, pod: &str, kind: &str, reason: &str, message: &str, at: Millis) {
        let source = if matches!(reason, "Scheduled" | "FailedScheduling") {
            "default-scheduler"
        } else {
            "kubelet"
        };
        let hash = crate::pipelines::ids::hash(&[pod, reason, message]);
        let time = rfc3339(at);
        self.cluster.add_event(json!({
            "apiVersion": "v1", "kind": "Event",
            "metadata": { "name": format!("{pod}.{hash:016x}"), "namespace": self.namespace, "creationTimestamp": time },
            "involvedObject": { "apiVersion": "v1", "kind": "Pod", "name": pod, "namespace": self.namespace },
            "type": kind, "reason": reason, "message": message, "count": 1,
            "firstTimestamp": time, "lastTimestamp": time, "source": { "component": source },
            "reportingComponent": source,
        }));
    }
}

fn started(pod: &PodPlan) -> [(&'static str, String); 3] {
    [
        (
            "Pulled",
            format!("Container image \"{}\" already present on machine", pod.image),
        ),
        ("Created", "Created container main".to_owned()),
        ("Started", "Started container main".to_owned()),
    ]
}

fn no_image(image: &str) -> String {
    format!(
        "Failed to pull image \"{image}\": rpc error: code = NotFound desc = failed to pull and unpack image \"{image}\": \
         failed to resolve reference \"{image}\": not found"
    )
}

fn stage_of(node: &Node, pod: &PodPlan, at: Millis) -> Stage {
    if node.has_ended(at) {
        return Stage::Ended;
    }
    match pod.running_at {
        Some(running) if running <= at => Stage::Running,
        _ => Stage::Waiting,
    }
}

fn status(node: &Node, pod: &PodPlan, stage: Stage) -> Value {
    let started = pod.running_at.map(rfc3339);
    let ended = node.end.map(rfc3339);
    let scheduled = match &pod.fate {
        Some(Fate::Unschedulable) => json!({
            "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
            "message": node.message.trim_start_matches("Unschedulable: "), "lastTransitionTime": rfc3339(node.start),
        }),
        _ => json!({ "type": "PodScheduled", "status": "True", "lastTransitionTime": rfc3339(node.start) }),
    };
    let init = |name: &str| match stage {
        Stage::Absent | Stage::Waiting => waiting(name, "PodInitializing", ""),
        _ => terminated(name, 0, "Completed", (&started, &started)),
    };
    let of = |name: &str| match stage {
        Stage::Absent | Stage::Waiting if name == "main" && pod.fate == Some(Fate::ImagePull) => waiting(
            name,
            "ImagePullBackOff",
            &format!("Back-off pulling image \"{}\"", pod.image),
        ),
        Stage::Absent | Stage::Waiting => waiting(name, "PodInitializing", ""),
        Stage::Running => json!({
            "name": name, "ready": true, "started": true, "restartCount": 0, "containerID": format!("containerd://{name}"),
            "state": { "running": { "startedAt": started } }, "lastState": {},
        }),
        Stage::Ended if name == "main" => {
            let reason = match (&pod.fate, pod.exit_code) {
                (Some(Fate::OutOfMemory), _) => "OOMKilled",
                (_, 0) => "Completed",
                _ => "Error",
            };
            terminated(name, pod.exit_code, reason, (&started, &ended))
        }
        Stage::Ended => terminated(name, 0, "Completed", (&started, &ended)),
    };
    let phase = match stage {
        Stage::Absent | Stage::Waiting => "Pending",
        Stage::Running => "Running",
        Stage::Ended if pod.exit_code == 0 => "Succeeded",
        Stage::Ended => "Failed",
    };
    let mut status = json!({
        "phase": phase, "conditions": [scheduled], "qosClass": "Burstable",
        "initContainerStatuses": [init("init"), init("kfp-launcher")],
        "containerStatuses": [of("main"), of("wait")],
    });
    if pod.fate == Some(Fate::Unschedulable) {
        status["initContainerStatuses"] = json!([]);
        status["containerStatuses"] = json!([]);
    } else {
        status["startTime"] = json!(rfc3339(node.start));
    }
    if stage == Stage::Ended && pod.fate == Some(Fate::Evicted) {
        status["reason"] = json!("Evicted");
        status["message"] = json!(node.message);
    }
    status
}

fn waiting(name: &str, reason: &str, message: &str) -> Value {
    let mut state = json!({ "waiting": { "reason": reason } });
    if !message.is_empty() {
        state["waiting"]["message"] = json!(message);
    }
    json!({ "name": name, "ready": false, "started": false, "restartCount": 0, "state": state, "lastState": {} })
}

fn terminated(name: &str, code: i32, reason: &str, (from, to): (&Option<String>, &Option<String>)) -> Value {
    let id = format!("containerd://{name}");
    json!({
        "name": name, "ready": false, "started": false, "restartCount": 0, "containerID": id,
        "state": { "terminated": {
            "exitCode": code, "reason": reason, "startedAt": from, "finishedAt": to, "containerID": id,
        } },
        "lastState": {},
    })
}

/// What an executor may use, as Kubernetes spells it.
fn resources(wanted: &Value) -> Value {
    let mut limits = json!({});
    for (key, name) in [("resourceCpuLimit", "cpu"), ("resourceMemoryLimit", "memory")] {
        if let Some(amount) = wanted[key].as_str() {
            limits[name] = json!(amount);
        }
    }
    let accelerator = &wanted["accelerator"];
    if let Some(kind) = accelerator["resourceType"].as_str() {
        limits[kind] = accelerator["resourceCount"].clone();
    }
    json!({ "limits": limits })
}
