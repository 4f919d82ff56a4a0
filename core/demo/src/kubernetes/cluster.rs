use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flowdeck_domain::kubernetes::LogTime;
use serde_json::{Value, json};

use super::journal::{Journal, Key};
use super::log::ContainerLog;
use super::rights::{Right, Rights};
use flowdeck_domain::kubernetes::ServedKind;

/// What there is in a cluster. Cheap to clone; all clones are the same cluster.
#[derive(Clone, Debug, Default)]
pub struct KubernetesCluster {
    state: Arc<Mutex<State>>,
}

/// Everything, behind one lock: a cluster of a demo is small.
#[derive(Debug)]
pub(super) struct State {
    pub(super) kinds: Vec<ServedKind>,
    pub(super) objects: BTreeMap<Key, Arc<Value>>,
    /// What containers printed, by namespace and pod, then by container.
    pub(super) logs: BTreeMap<(String, String), BTreeMap<String, Printed>>,
    pub(super) journal: Journal,
    pub(super) rights: Rights,
    /// Whether the kubelet answers.
    pub(super) is_kubelet_down: bool,
    n_made: u64,
}

/// What a container printed: the one that is, and the one before it was started again.
#[derive(Debug, Default)]
pub(super) struct Printed {
    pub(super) current: Arc<ContainerLog>,
    pub(super) previous: Option<Arc<ContainerLog>>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            kinds: super::kind::built_in(),
            objects: BTreeMap::new(),
            logs: BTreeMap::new(),
            journal: Journal::default(),
            rights: Rights::default(),
            is_kubelet_down: false,
            n_made: 0,
        }
    }
}

impl KubernetesCluster {
    /// An empty cluster with these namespaces.
    pub fn with_namespaces(names: &[&str]) -> Self {
        let cluster = Self::default();
        for name in names {
            cluster.add("namespaces", json!({ "metadata": { "name": name } }));
        }
        cluster
    }

    /// Serves a further kind, as a cluster does once its definition was installed.
    pub fn add_kind(&self, kind: ServedKind) {
        self.state().kinds.push(kind);
    }

    /// Makes somebody known by a token. From then on nobody may do anything that they have no right to.
    pub fn add_user(&self, token: &str, name: &str, rights: Vec<Right>) {
        self.state().rights.add_user(token, name, rights);
    }

    /// Makes a pod whose containers run. Its metadata gets a uid, a version and a time if it has none.
    ///
    /// `object` is a Pod as the API spells it; a status that it brings is kept.
    pub fn add_pod(&self, mut object: Value) {
        if object["metadata"]["namespace"].is_null() {
            object["metadata"]["namespace"] = json!("default");
        }
        if object["status"].is_null() {
            let names = container_names(&object);
            let statuses: Vec<Value> = names.iter().map(|name| running(name, 0)).collect();
            object["status"] = json!({ "phase": "Running", "containerStatuses": statuses });
        }
        self.add("pods", object);
    }

    /// Makes an object of any kind, or replaces it; `resource` is `events`, `workflows.argoproj.io`.
    pub fn add(&self, resource: &str, object: Value) {
        let mut state = self.state();
        let key = key_of(resource, &object);
        state.put(key, object);
    }

    /// Deletes a pod; whoever follows its log comes to a clean end.
    pub fn delete_pod(&self, namespace: &str, name: &str) {
        self.delete("pods", namespace, name);
    }

    /// Deletes an object of any kind; of the whole cluster where the namespace is empty.
    pub fn delete(&self, resource: &str, namespace: &str, name: &str) {
        let key = (resource.to_owned(), namespace.to_owned(), name.to_owned());
        self.state().remove(&key);
    }

    /// Changes the status of a pod.
    pub fn set_status(&self, namespace: &str, name: &str, change: impl FnOnce(&mut Value)) {
        self.state()
            .change_pod(namespace, name, |pod| change(&mut pod["status"]));
    }

    /// Writes an event down.
    pub fn add_event(&self, mut event: Value) {
        let mut state = self.state();
        let namespace = &event["involvedObject"]["namespace"];
        let namespace = namespace.as_str().unwrap_or("default").to_owned();
        if event["metadata"]["namespace"].as_str() != Some(&namespace) {
            event["metadata"]["namespace"] = namespace.into();
        }
        let mut key = key_of("events", &event);
        if key.2.is_empty() || state.objects.contains_key(&key) {
            key.2 = format!("{}.{:x}", key.2, state.n_made + 1);
            event["metadata"]["name"] = key.2.clone().into();
        }
        state.put(key, event);
    }

    /// Lets a container print a line at a time; a line without its end is the start of the next.
    pub fn print(&self, namespace: &str, name: &str, container: &str, time: LogTime, line: &[u8]) {
        self.with_log(namespace, name, container, |printed| {
            printed.current.print(time, line);
        });
    }

    /// Ends a container: its status says so, and who follows its log comes to the end of it.
    pub fn end_container(&self, namespace: &str, name: &str, container: &str, exit_code: i32) {
        let mut state = self.state();
        state.with_log(namespace, name, container, |printed| printed.current.end());
        state.change_pod(namespace, name, |pod| {
            let never = pod["spec"]["restartPolicy"] == "Never";
            if let Some(status) = status_of(pod, container) {
                let id = status["containerID"].take();
                let reason = if exit_code == 0 { "Completed" } else { "Error" };
                let ended = json!({ "exitCode": exit_code, "reason": reason, "containerID": id });
                status["containerID"] = id;
                status["ready"] = json!(false);
                status["state"] = json!({ "terminated": ended });
            }
            if never {
                pod["status"]["phase"] = json!(if exit_code == 0 { "Succeeded" } else { "Failed" });
            }
        });
    }

    /// Starts a container again: it prints into a new log, and the one before is its previous one.
    pub fn restart_container(&self, namespace: &str, name: &str, container: &str) {
        let mut state = self.state();
        state.with_log(namespace, name, container, |printed| {
            printed.current.end();
            let ended = std::mem::take(&mut printed.current);
            printed.previous = Some(ended);
        });
        state.change_pod(namespace, name, |pod| {
            let Some(status) = status_of(pod, container) else {
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
        if is_up {
            return;
        }
        for printed in state.logs.values().flat_map(BTreeMap::values) {
            printed.current.cut();
        }
    }

    /// Forgets the changes so far, as a store that is compacted: a list or a watch that goes on from before has to begin
    /// again.
    pub fn compact(&self) {
        let mut state = self.state();
        state.journal.version += 1;
        state.journal.forget();
        state.journal.ring();
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with_log(&self, namespace: &str, name: &str, container: &str, act: impl FnOnce(&mut Printed)) {
        self.state().with_log(namespace, name, container, act);
    }
}

impl State {
    pub(super) fn kind(&self, group: &str, version: &str, plural: &str) -> Option<&ServedKind> {
        self.kinds
            .iter()
            .find(|kind| kind.group == group && kind.version == version && kind.plural == plural)
    }

    pub(super) fn object(&self, resource: &str, namespace: &str, name: &str) -> Option<&Arc<Value>> {
        let key = (resource.to_owned(), namespace.to_owned(), name.to_owned());
        self.objects.get(&key)
    }

    /// Makes or replaces an object, and notes the change.
    pub(super) fn put(&mut self, key: Key, mut object: Value) -> Arc<Value> {
        self.journal.version += 1;
        let before = self.objects.get(&key).cloned();
        let metadata = &mut object["metadata"];
        metadata["resourceVersion"] = json!(self.journal.version.to_string());
        match &before {
            Some(before) => metadata["uid"] = before["metadata"]["uid"].clone(),
            None => {
                self.n_made += 1;
                metadata["uid"] = json!(format!("00000000-0000-4000-8000-{:012}", self.n_made));
            }
        }
        if key.0 == "pods" {
            let logs = self.logs.entry((key.1.clone(), key.2.clone())).or_default();
            for container in container_names(&object) {
                logs.entry(container).or_default();
            }
        }
        let after = Arc::new(object);
        self.objects.insert(key.clone(), Arc::clone(&after));
        self.journal.note(key, before, Some(Arc::clone(&after)));
        after
    }

    /// Deletes an object, and notes the change.
    pub(super) fn remove(&mut self, key: &Key) -> Option<Arc<Value>> {
        let before = self.objects.remove(key)?;
        self.journal.version += 1;
        self.journal.note(key.clone(), Some(Arc::clone(&before)), None);
        if key.0 == "pods" {
            let logs = self.logs.remove(&(key.1.clone(), key.2.clone()));
            for printed in logs.iter().flat_map(BTreeMap::values) {
                printed.current.end();
            }
        }
        Some(before)
    }

    fn change_pod(&mut self, namespace: &str, name: &str, change: impl FnOnce(&mut Value)) {
        let Some(pod) = self.object("pods", namespace, name) else {
            return;
        };
        let mut pod = Value::clone(pod);
        change(&mut pod);
        self.put(key_of("pods", &pod), pod);
    }

    fn with_log(&mut self, namespace: &str, name: &str, container: &str, act: impl FnOnce(&mut Printed)) {
        let logs = self.logs.get_mut(&(namespace.to_owned(), name.to_owned()));
        if let Some(printed) = logs.and_then(|logs| logs.get_mut(container)) {
            act(printed);
        }
    }
}

pub(super) fn key_of(resource: &str, object: &Value) -> Key {
    let word = |key: &str| object["metadata"][key].as_str().unwrap_or_default().to_owned();
    (resource.to_owned(), word("namespace"), word("name"))
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
