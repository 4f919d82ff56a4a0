use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flowdeck_domain::kubernetes::LogTime;
use serde_json::{Value, json};

use super::log::ContainerLog;

/// What there is in a cluster. Cheap to clone; all clones are the same cluster.
#[derive(Clone, Debug, Default)]
pub struct KubernetesCluster {
    state: Arc<Mutex<State>>,
}

/// Everything, behind one lock: a cluster of a demo is small.
#[derive(Debug, Default)]
pub(super) struct State {
    /// By namespace and name.
    pub(super) pods: BTreeMap<(String, String), PodEntry>,
    pub(super) events: Vec<Value>,
    pub(super) namespaces: Vec<String>,
    /// Whether the kubelet answers.
    pub(super) is_kubelet_down: bool,
    version: u64,
    n_made: u64,
}

/// A pod and what its containers printed.
#[derive(Debug)]
pub(super) struct PodEntry {
    pub(super) object: Value,
    pub(super) logs: BTreeMap<String, Printed>,
}

/// What a container printed: the one that is, and the one before it was started again.
#[derive(Debug, Default)]
pub(super) struct Printed {
    pub(super) current: Arc<ContainerLog>,
    pub(super) previous: Option<Arc<ContainerLog>>,
}

impl KubernetesCluster {
    /// An empty cluster with these namespaces.
    pub fn with_namespaces(names: &[&str]) -> Self {
        let cluster = Self::default();
        cluster.state().namespaces = names.iter().map(|&name| name.to_owned()).collect();
        cluster
    }

    /// Makes a pod whose containers run. Its metadata gets a uid, a version and a time if it has none.
    ///
    /// `object` is a Pod as the API spells it; a status that it brings is kept.
    pub fn add_pod(&self, mut object: Value) {
        let mut state = self.state();
        state.n_made += 1;
        let uid = format!("00000000-0000-4000-8000-{:012}", state.n_made);
        state.version += 1;
        let version = state.version.to_string();
        let names = container_names(&object);
        let metadata = &mut object["metadata"];
        metadata["uid"] = json!(uid);
        metadata["resourceVersion"] = json!(version);
        if metadata["namespace"].is_null() {
            metadata["namespace"] = json!("default");
        }
        let key = key_of(&object);
        if object["status"].is_null() {
            let statuses: Vec<Value> = names.iter().map(|name| running(name, 0)).collect();
            object["status"] = json!({ "phase": "Running", "containerStatuses": statuses });
        }
        let logs = names.into_iter().map(|name| (name, Printed::default())).collect();
        state.pods.insert(key, PodEntry { object, logs });
    }

    /// Deletes a pod; whoever follows its log comes to a clean end.
    pub fn delete_pod(&self, namespace: &str, name: &str) {
        if let Some(entry) = self.state().pods.remove(&key(namespace, name)) {
            for printed in entry.logs.values() {
                printed.current.end();
            }
        }
    }

    /// Changes the status of a pod.
    pub fn set_status(&self, namespace: &str, name: &str, change: impl FnOnce(&mut Value)) {
        self.with_pod(namespace, name, |entry| change(&mut entry.object["status"]));
    }

    /// Writes an event down.
    pub fn add_event(&self, event: Value) {
        self.state().events.push(event);
    }

    /// Lets a container print a line at a time; a line without its end is the start of the next.
    pub fn print(&self, namespace: &str, name: &str, container: &str, time: LogTime, line: &[u8]) {
        self.with_log(namespace, name, container, |printed| {
            printed.current.print(time, line);
        });
    }

    /// Ends a container: its status says so, and who follows its log comes to the end of it.
    pub fn end_container(&self, namespace: &str, name: &str, container: &str, exit_code: i32) {
        self.with_pod(namespace, name, |entry| {
            if let Some(printed) = entry.logs.get(container) {
                printed.current.end();
            }
            let never = entry.object["spec"]["restartPolicy"] == "Never";
            if let Some(status) = status_of(&mut entry.object, container) {
                let id = status["containerID"].take();
                let reason = if exit_code == 0 { "Completed" } else { "Error" };
                let ended = json!({ "exitCode": exit_code, "reason": reason, "containerID": id });
                status["containerID"] = id;
                status["ready"] = json!(false);
                status["state"] = json!({ "terminated": ended });
            }
            if never {
                entry.object["status"]["phase"] = json!(if exit_code == 0 { "Succeeded" } else { "Failed" });
            }
        });
    }

    /// Starts a container again: it prints into a new log, and the one before is its previous one.
    pub fn restart_container(&self, namespace: &str, name: &str, container: &str) {
        self.with_pod(namespace, name, |entry| {
            if let Some(printed) = entry.logs.get_mut(container) {
                printed.current.end();
                let ended = std::mem::take(&mut printed.current);
                printed.previous = Some(ended);
            }
            let Some(status) = status_of(&mut entry.object, container) else {
                return;
            };
            let count = status["restartCount"].as_u64().unwrap_or_default() + 1;
            let ended = json!({ "terminated": {
                "exitCode": 1, "reason": "Error", "containerID": status["containerID"],
            } });
            let last = match &status["state"]["terminated"] {
                Value::Null => ended,
                terminated => json!({ "terminated": terminated }),
            };
            *status = running(container, count);
            status["lastState"] = last;
        });
    }

    /// Throws away what was printed so far, as a kubelet that rotates its files does.
    pub fn rotate_log(&self, namespace: &str, name: &str, container: &str) {
        self.with_log(namespace, name, container, |printed| printed.current.forget());
    }

    /// Ends every followed log cleanly and answers no more of them, as a kubelet that dies; or comes back.
    pub fn set_kubelet(&self, is_up: bool) {
        let mut state = self.state();
        state.is_kubelet_down = !is_up;
        for printed in state.pods.values().flat_map(|entry| entry.logs.values()) {
            if !is_up {
                printed.current.cut();
            }
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with_pod(&self, namespace: &str, name: &str, change: impl FnOnce(&mut PodEntry)) {
        let mut state = self.state();
        state.version += 1;
        let version = state.version.to_string();
        if let Some(entry) = state.pods.get_mut(&key(namespace, name)) {
            change(entry);
            entry.object["metadata"]["resourceVersion"] = json!(version);
        }
    }

    fn with_log(&self, namespace: &str, name: &str, container: &str, act: impl FnOnce(&Printed)) {
        let state = self.state();
        let entry = state.pods.get(&key(namespace, name));
        if let Some(printed) = entry.and_then(|entry| entry.logs.get(container)) {
            act(printed);
        }
    }
}

pub(super) fn key(namespace: &str, name: &str) -> (String, String) {
    (namespace.to_owned(), name.to_owned())
}

fn key_of(object: &Value) -> (String, String) {
    let word = |key: &str| object["metadata"][key].as_str().unwrap_or_default();
    key(word("namespace"), word("name"))
}

/// The containers of a pod, init containers first, as the API server lists them.
pub(super) fn container_names(object: &Value) -> Vec<String> {
    ["initContainers", "containers"]
        .iter()
        .filter_map(|list| object["spec"][*list].as_array())
        .flatten()
        .filter_map(|container| container["name"].as_str().map(str::to_owned))
        .collect()
}

fn status_of<'a>(object: &'a mut Value, container: &str) -> Option<&'a mut Value> {
    ["initContainerStatuses", "containerStatuses"]
        .into_iter()
        .find(|list| {
            object["status"][*list]
                .as_array()
                .is_some_and(|statuses| statuses.iter().any(|status| status["name"] == container))
        })
        .and_then(|list| object["status"][list].as_array_mut())
        .and_then(|statuses| statuses.iter_mut().find(|status| status["name"] == container))
}

fn running(name: &str, restart_count: u64) -> Value {
    json!({
        "name": name,
        "ready": true,
        "started": true,
        "restartCount": restart_count,
        "containerID": format!("containerd://{name}-{restart_count}"),
        "state": { "running": { "startedAt": "2026-01-01T00:00:00Z" } },
        "lastState": {},
    })
}
