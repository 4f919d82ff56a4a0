//! From nodes to tasks.

use std::collections::{BTreeMap, HashMap};

use flowdeck_domain::TaskId;
use flowdeck_domain::pipelines::{Task, TaskKind, TaskSource, TaskState, TaskTree};

use super::executor_input;
use super::graph::{Graph, Node, Phase, Planned};
use super::state::{self, Parts};

/// The tasks that the nodes of a workflow stand for.
pub(super) fn build(graph: &Graph, source: TaskSource) -> TaskTree {
    let mut walk = Walk {
        graph,
        inside: graph.by_boundary(),
        tasks: Vec::new(),
    };
    walk.dag(&Place {
        boundary: &graph.name,
        parent: None,
        path: String::new(),
        iteration: None,
        is_exit: false,
    });
    TaskTree::ordered(walk.tasks, source)
}

struct Walk<'a> {
    graph: &'a Graph,
    inside: HashMap<&'a str, Vec<&'a Node>>,
    tasks: Vec<Task>,
}

/// Where the tasks of a DAG node stand.
struct Place<'a> {
    boundary: &'a str,
    parent: Option<TaskId>,
    path: String,
    iteration: Option<u32>,
    is_exit: bool,
}

impl<'a> Walk<'a> {
    fn nodes_in(&self, boundary: &str) -> Vec<&'a Node> {
        self.inside.get(boundary).cloned().unwrap_or_default()
    }

    fn dag(&mut self, place: &Place<'_>) {
        let nodes = self.nodes_in(place.boundary);
        for (name, parts) in self.parts_in(place.boundary, &nodes) {
            if let Some(hooked) = name.strip_suffix(".onExit") {
                self.exit_tasks(hooked, parts, place);
                continue;
            }
            self.task(&name, parts, place);
        }
    }

    /// Tasks behind an exit handler stand beside it and run in any case.
    fn exit_tasks(&mut self, hooked: &str, parts: Parts<'a>, place: &Place<'_>) {
        let Some(wrapper) = parts.wrapper else { return };
        let first = self.tasks.len();
        self.dag(&Place {
            boundary: &wrapper.id,
            parent: place.parent.clone(),
            path: place.path.clone(),
            iteration: place.iteration,
            is_exit: true,
        });
        let beside = self.tasks[first..]
            .iter_mut()
            .filter(|task| task.parent_id == place.parent && task.depends_on.is_empty());
        beside.for_each(|task| task.depends_on.push(hooked.to_owned()));
    }

    fn task(&mut self, name: &str, parts: Parts<'a>, place: &Place<'_>) {
        let wrapper_id = parts.wrapper.map(|wrapper| wrapper.id.as_str());
        let inside = wrapper_id.map(|id| self.nodes_in(id)).unwrap_or_default();
        let tries = if parts.wrapper.is_some_and(|wrapper| wrapper.is_retry) {
            state::tries_beside(name, &self.nodes_in(place.boundary))
        } else {
            state::tries(&inside)
        };
        let id = match (wrapper_id, parts.driver) {
            (Some(id), _) => TaskId::from(id),
            (None, Some(driver)) => TaskId::from(driver.id.as_str()),
            (None, None) => TaskId::from(format!("{}.{name}", place.boundary)),
        };
        let kind = state::kind_of(name, parts, &inside);
        let mut task = Task::new(id.clone(), name, kind, state::state_of(parts, &tries));
        if parts.wrapper.is_none() && parts.driver.is_none() {
            task.state = self.state_of_unreached(place.boundary);
        }
        task.path = if place.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", place.path)
        };
        task.parent_id.clone_from(&place.parent);
        task.depends_on = self.depends_on(name, parts, place.boundary);
        task.iteration = place.iteration;
        task.is_exit_task = place.is_exit;
        state::tell(&mut task, self.graph, parts, &tries);
        if let Some(patch) = parts
            .driver
            .and_then(|driver| driver.outputs.get("pod-spec-patch"))
        {
            (task.inputs, task.outputs) = executor_input::read(patch);
        }
        let below = Place {
            boundary: wrapper_id.unwrap_or_default(),
            parent: Some(id),
            path: task.path.clone(),
            iteration: None,
            is_exit: place.is_exit,
        };
        if is_loop(&inside) {
            task.kind = TaskKind::Loop;
        }
        if task.kind == TaskKind::Loop {
            task.iteration_count = iteration_count(&inside);
        }
        let (goes_down, rounds) = (
            !task.kind.is_leaf() && wrapper_id.is_some(),
            task.kind == TaskKind::Loop,
        );
        self.tasks.push(task);
        if goes_down && rounds {
            self.rounds(&inside, &below);
        } else if goes_down {
            self.dag(&below);
        }
    }

    /// The tasks of each time round a loop: they stand directly in it.
    fn rounds(&mut self, inside: &[&'a Node], place: &Place<'_>) {
        for round in inside {
            let Some(number) = round_number(round) else {
                continue;
            };
            for item in self.nodes_in(&round.id) {
                if item.own_name == "iteration-item" {
                    self.dag(&Place {
                        boundary: &item.id,
                        iteration: Some(number),
                        parent: place.parent.clone(),
                        path: place.path.clone(),
                        is_exit: place.is_exit,
                    });
                }
            }
        }
    }

    /// A DAG that goes on has tasks whose turn is still to come; one that ended never came to them.
    fn state_of_unreached(&self, boundary: &str) -> TaskState {
        let dag = self.graph.nodes.iter().find(|node| node.id == boundary);
        match dag.map(|dag| dag.phase) {
            Some(Phase::Running | Phase::Pending) => TaskState::Pending,
            _ => TaskState::Omitted,
        }
    }

    /// The tasks of a DAG node by name, those among them that it has not come to yet.
    fn parts_in(&self, boundary: &str, nodes: &[&'a Node]) -> BTreeMap<String, Parts<'a>> {
        let mut parts: BTreeMap<String, Parts<'a>> = BTreeMap::new();
        for node in nodes {
            let own = node.own_name.as_str();
            let is_try = nodes
                .iter()
                .any(|other| other.is_retry && state::is_try_of(node, &other.own_name));
            if own == "executor" || own.starts_with("executor(") || is_try {
                continue;
            }
            match driven_by(node, nodes) {
                Some(task) => parts.entry(task.to_owned()).or_default().driver = Some(node),
                None => parts.entry(own.to_owned()).or_default().wrapper = Some(node),
            }
        }
        for planned in self.planned_in(boundary) {
            let name = planned.name.strip_suffix("-driver").unwrap_or(&planned.name);
            if !name.starts_with("iteration") && name != "executor" {
                parts.entry(name.to_owned()).or_default();
            }
        }
        parts
    }

    /// What the template of a DAG node holds.
    fn planned_in(&self, boundary: &str) -> &'a [Planned] {
        let dag = self.graph.nodes.iter().find(|node| node.id == boundary);
        let planned = dag.and_then(|dag| self.graph.templates.get(&dag.template));
        planned.map_or(&[], Vec::as_slice)
    }

    /// The tasks beside one that it waits for: as its template says, or as the nodes hang together.
    fn depends_on(&self, name: &str, parts: Parts<'a>, boundary: &str) -> Vec<String> {
        let planned = self.planned_in(boundary);
        let driver = format!("{name}-driver");
        let of_template = planned
            .iter()
            .filter(|task| task.name == name || task.name == driver)
            .flat_map(|task| &task.depends_on);
        let of_nodes = [parts.driver, parts.wrapper]
            .into_iter()
            .flatten()
            .flat_map(|node| &node.after);
        let mut names: Vec<String> = of_template
            .chain(of_nodes)
            .map(|other| other.strip_suffix("-driver").unwrap_or(other))
            .filter(|other| *other != name)
            .map(str::to_owned)
            .collect();
        names.sort();
        names.dedup();
        names
    }
}

/// The task that a node prepares, if it is a driver.
fn driven_by<'a>(node: &'a Node, beside: &[&Node]) -> Option<&'a str> {
    let task = node.own_name.strip_suffix("-driver")?;
    if !node.template.is_empty() {
        return node.template.contains("driver").then_some(task);
    }
    // Without templates: a task that is itself called so has a driver of its own.
    let own_driver = format!("{}-driver", node.own_name);
    (!beside.iter().any(|other| other.own_name == own_driver)).then_some(task)
}

fn is_loop(inside: &[&Node]) -> bool {
    inside
        .iter()
        .any(|node| node.own_name == "iteration-driver" || round_number(node).is_some())
}

/// The number in `iteration-iterations(3:{"a":1})`.
fn round_number(node: &Node) -> Option<u32> {
    let rest = node.own_name.strip_prefix("iteration-iterations(")?;
    rest.split([':', ')']).next()?.parse().ok()
}

fn iteration_count(inside: &[&Node]) -> Option<u32> {
    let told = inside
        .iter()
        .find(|node| node.own_name == "iteration-driver")
        .and_then(|driver| driver.outputs.get("iteration-count"))
        .and_then(|count| count.parse().ok());
    let seen = inside.iter().filter(|node| round_number(node).is_some()).count();
    told.or_else(|| (seen > 0).then(|| u32::try_from(seen).unwrap_or(u32::MAX)))
}

#[cfg(test)]
mod tests {
    use flowdeck_domain::pipelines::{CauseKind, TaskState, TaskTree};
    use serde_json::{Value, json};

    use crate::argo::read_manifest;

    fn node(id: &str, name: &str, kind: &str, phase: &str, more: Value) -> (String, Value) {
        let mut node = json!({
            "id": id, "name": name, "displayName": name.rsplit('.').next(), "type": kind, "phase": phase,
            "templateName": "t", "boundaryID": if name == "wf" { "" } else { "wf" },
        });
        for (key, value) in more.as_object().into_iter().flatten() {
            node[key] = value.clone();
        }
        (id.to_owned(), node)
    }

    fn tree(nodes: Vec<(String, Value)>) -> TaskTree {
        let nodes: serde_json::Map<String, Value> = nodes.into_iter().collect();
        let workflow = json!({"metadata": {"name": "wf"}, "status": {"nodes": nodes}});
        read_manifest(&workflow.to_string()).unwrap().unwrap().tasks
    }

    #[test]
    fn a_workflow_of_the_first_generation_is_its_pods_with_their_tries() {
        let tree = tree(vec![
            node("wf", "wf", "DAG", "Failed", json!({})),
            node(
                "a",
                "wf.load",
                "Pod",
                "Succeeded",
                json!({"outputs": {"exitCode": "0"}}),
            ),
            node(
                "b",
                "wf.train",
                "Retry",
                "Failed",
                json!({"message": "No more retries left"}),
            ),
            node(
                "c",
                "wf.train(0)",
                "Pod",
                "Failed",
                json!({"message": "main: Error (exit code 1)", "startedAt": "2026-11-23T13:00:00Z"}),
            ),
            node(
                "d",
                "wf.train(1)",
                "Pod",
                "Failed",
                json!({"message": "main: OOMKilled (exit code 137)", "startedAt": "2026-11-23T13:01:00Z", "outputs": {"exitCode": "137"}}),
            ),
        ]);
        let names: Vec<&str> = tree.tasks.iter().map(|task| task.name.as_str()).collect();
        assert_eq!(names.len(), 2, "{names:?}");
        let train = tree.named("train")[0];
        assert_eq!((train.state, train.attempts.len()), (TaskState::Failed, 2));
        assert_eq!(train.cause.as_ref().unwrap().kind, CauseKind::OutOfMemory);
    }

    #[test]
    fn pods_that_wait_or_died_without_a_word_of_their_own_are_told_by_argo() {
        for (phase, message, state, kind) in [
            (
                "Pending",
                "Unschedulable: 0/3 nodes are available: 3 Insufficient cpu.",
                TaskState::Pending,
                CauseKind::Unschedulable,
            ),
            (
                "Pending",
                "ImagePullBackOff: Back-off pulling image \"nope\"",
                TaskState::Pending,
                CauseKind::ImagePull,
            ),
            (
                "Failed",
                "The node was low on resource: memory. Container main was using 9Gi",
                TaskState::Failed,
                CauseKind::Evicted,
            ),
            ("Error", "pod deleted", TaskState::Failed, CauseKind::PodLost),
            (
                "Error",
                "pods \"x\" is forbidden: exceeded quota: team",
                TaskState::Failed,
                CauseKind::Quota,
            ),
            (
                "Failed",
                "Pod was active on the node longer than the specified deadline",
                TaskState::Failed,
                CauseKind::Deadline,
            ),
        ] {
            let tree = tree(vec![
                node("wf", "wf", "DAG", "Running", json!({})),
                node("a", "wf.train", "Pod", phase, json!({"message": message})),
            ]);
            let train = tree.named("train")[0];
            assert_eq!(train.state, state, "{message}");
            assert_eq!(train.cause.as_ref().unwrap().kind, kind, "{message}");
        }
    }
}
