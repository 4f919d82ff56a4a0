use flowdeck_domain::pipelines::{Attempt, Cause, CauseKind, Task, TaskKind, TaskState};

use super::graph::{Graph, Node, Phase};

/// The nodes that make up one task.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Parts<'a> {
    /// The DAG around it, or its only pod.
    pub(super) wrapper: Option<&'a Node>,
    /// The pod that prepares it.
    pub(super) driver: Option<&'a Node>,
}

/// The executor nodes of a task: the one that stands for all of its tries, and the tries.
pub(super) fn tries<'a>(inside: &[&'a Node]) -> Vec<&'a Node> {
    let mut tries: Vec<(u32, &Node)> = inside
        .iter()
        .filter_map(|node| {
            let number = node.own_name.strip_prefix("executor(")?.strip_suffix(')')?;
            Some((number.split(':').next()?.parse().ok()?, *node))
        })
        .collect();
    if tries.is_empty() {
        let only = inside.iter().find(|node| node.own_name == "executor");
        return only.into_iter().copied().collect();
    }
    // After a retry of the run, tries of the earlier go may stand behind those of the new one.
    tries.sort_by_key(|(number, node)| (node.started_at, *number));
    tries.into_iter().map(|(_, node)| node).collect()
}

/// The tries of a task that has no executor, as Kubeflow Pipelines 1 ran them: `train(0)`, `train(1)` beside `train`.
pub(super) fn tries_beside<'a>(name: &str, beside: &[&'a Node]) -> Vec<&'a Node> {
    let mut tries: Vec<&Node> = beside
        .iter()
        .copied()
        .filter(|node| is_try_of(node, name))
        .collect();
    tries.sort_by_key(|node| node.started_at);
    tries
}

/// Whether a node is a try of what is called so.
pub(super) fn is_try_of(node: &Node, name: &str) -> bool {
    let number = node
        .own_name
        .strip_prefix(name)
        .and_then(|rest| rest.strip_prefix('(')?.strip_suffix(')'));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// How a task stands, from its nodes. A cached task is a good one whose executor was skipped.
pub(super) fn state_of(parts: Parts<'_>, tries: &[&Node]) -> TaskState {
    let driver = parts.driver.map(|driver| driver.phase);
    let never_came = parts
        .wrapper
        .is_none_or(|wrapper| matches!(wrapper.phase, Phase::Omitted | Phase::Skipped | Phase::Pending));
    if driver == Some(Phase::Failed) && never_came {
        return TaskState::Failed;
    }
    let said = |key: &str, value: &str| {
        parts
            .driver
            .is_some_and(|driver| driver.outputs.get(key).is_some_and(|is| is == value))
    };
    let Some(wrapper) = parts.wrapper else {
        return match driver {
            Some(Phase::Succeeded) if said("condition", "false") => TaskState::Skipped,
            // Volumes are made by the driver alone.
            Some(Phase::Succeeded) => TaskState::Succeeded,
            Some(Phase::Omitted) => TaskState::Omitted,
            Some(Phase::Skipped) => TaskState::Skipped,
            _ => TaskState::Pending,
        };
    };
    let last = tries.last().map(|last| last.phase);
    match wrapper.phase {
        Phase::Pending => TaskState::Pending,
        Phase::Running if last == Some(Phase::Pending) => TaskState::Pending,
        Phase::Running => TaskState::Running,
        Phase::Succeeded if said("cached-decision", "true") || last == Some(Phase::Skipped) => {
            TaskState::Cached
        }
        Phase::Succeeded => TaskState::Succeeded,
        Phase::Omitted if said("condition", "false") => TaskState::Skipped,
        Phase::Omitted => TaskState::Omitted,
        Phase::Skipped => TaskState::Skipped,
        Phase::Failed => TaskState::Failed,
    }
}

/// Tells a task by its nodes: times, pods, tries, and why it waits or failed.
pub(super) fn tell(task: &mut Task, graph: &Graph, parts: Parts<'_>, tries: &[&Node]) {
    task.create_time = graph.created_at;
    let own = parts.wrapper.filter(|wrapper| wrapper.phase != Phase::Omitted);
    let shown = own.or(parts.driver);
    task.start_time = shown.and_then(|node| node.started_at);
    task.end_time = shown
        .and_then(|node| node.finished_at)
        .filter(|_| task.state.is_terminal());
    if matches!(task.state, TaskState::Omitted) {
        task.start_time = None;
        task.end_time = None;
    }
    task.driver_pod = parts.driver.and_then(|driver| graph.pod_of(driver));
    if task.kind.is_leaf() {
        task.attempts = tries.iter().filter_map(|node| attempt(graph, node)).collect();
    }
    let last = tries
        .last()
        .copied()
        .or(own.filter(|node| node.is_pod == Some(true)));
    task.pod_name = last.and_then(|node| graph.pod_of(node));
    let in_driver = task.state == TaskState::Failed && own.is_none();
    let told_by = if in_driver { parts.driver } else { last };
    task.exit_code = told_by.and_then(|node| node.exit_code);
    task.message = told_by
        .and_then(|node| node.message.clone())
        .or_else(|| parts.wrapper.and_then(|wrapper| wrapper.message.clone()))
        .or_else(|| parts.driver.and_then(|driver| driver.message.clone()));
    task.cause = cause(task, in_driver);
}

fn cause(task: &Task, in_driver: bool) -> Option<Cause> {
    match task.state {
        TaskState::Failed if in_driver => {
            let detail = task.message.clone().unwrap_or_default();
            Some(Cause::said(CauseKind::Driver, detail))
        }
        TaskState::Failed if task.kind.is_leaf() => Cause::read(task.message.as_deref(), task.exit_code),
        // `PodInitializing` and its kin are no reason to wait.
        TaskState::Pending => Cause::read(task.message.as_deref(), None).filter(|cause| {
            cause.kind != CauseKind::Other
                || !matches!(cause.detail.as_str(), "PodInitializing" | "ContainerCreating")
        }),
        _ => None,
    }
}

fn attempt(graph: &Graph, node: &Node) -> Option<Attempt> {
    let state = match node.phase {
        Phase::Pending => TaskState::Pending,
        Phase::Running => TaskState::Running,
        Phase::Succeeded => TaskState::Succeeded,
        Phase::Failed => TaskState::Failed,
        Phase::Skipped | Phase::Omitted => return None,
    };
    Some(Attempt {
        state,
        pod_name: graph.pod_of(node),
        start_time: node.started_at,
        end_time: node.finished_at.filter(|_| state.is_terminal()),
        exit_code: node.exit_code,
        message: node.message.clone(),
    })
}

/// What kind of task a name and a template stand for.
pub(super) fn kind_of(name: &str, parts: Parts<'_>, inside: &[&Node]) -> TaskKind {
    let template = parts.wrapper.map_or("", |wrapper| wrapper.template.as_str());
    let driver = parts.driver.map_or("", |driver| driver.template.as_str());
    if template == "system-importer" || is_importer_by_name(name, parts, inside) {
        return TaskKind::Importer;
    }
    if template.ends_with("system-container-executor")
        || driver == "system-container-driver"
        || inside.iter().any(|node| node.own_name.starts_with("executor"))
    {
        return TaskKind::Runtime;
    }
    let numbered = |prefix: &str| {
        name.strip_prefix(prefix)
            .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if name == "root" {
        TaskKind::Root
    } else if numbered("condition-branches-") {
        TaskKind::ConditionBranch
    } else if numbered("condition-") {
        TaskKind::Condition
    } else if numbered("for-loop-") {
        TaskKind::Loop
    } else if numbered("exit-handler-") {
        TaskKind::ExitHandler
    } else if driver == "system-dag-driver" || template.starts_with("comp-") || !inside.is_empty() {
        TaskKind::Dag
    } else {
        TaskKind::Runtime
    }
}

/// Without templates: the compiler calls importers so, and they are one pod without a driver.
fn is_importer_by_name(name: &str, parts: Parts<'_>, inside: &[&Node]) -> bool {
    let number = name
        .strip_prefix("importer")
        .map(|rest| rest.strip_prefix('-').unwrap_or(rest));
    number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
        && parts.driver.is_none()
        && parts.wrapper.is_some_and(|wrapper| wrapper.template.is_empty())
        && inside.is_empty()
}
