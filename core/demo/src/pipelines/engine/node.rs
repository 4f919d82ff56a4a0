use std::collections::BTreeMap;

use serde_json::Value;

use super::script::Fate;

/// Milliseconds since the Unix epoch, or between two moments.
pub(crate) type Millis = i64;

/// How a node ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Phase {
    Pending,
    Running,
    Succeeded,
    Skipped,
    Failed,
    Error,
    Omitted,
}

impl Phase {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Running => "Running",
            Self::Succeeded => "Succeeded",
            Self::Skipped => "Skipped",
            Self::Failed => "Failed",
            Self::Error => "Error",
            Self::Omitted => "Omitted",
        }
    }

    /// As the API of pipelines tells it; an omitted node has none.
    pub(crate) fn state(self) -> Option<&'static str> {
        match self {
            Self::Pending => Some("PENDING"),
            Self::Running => Some("RUNNING"),
            Self::Succeeded => Some("SUCCEEDED"),
            Self::Skipped => Some("SKIPPED"),
            Self::Failed | Self::Error => Some("FAILED"),
            Self::Omitted => None,
        }
    }
}

/// A node of a workflow, over all of its time.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Its whole name, from the workflow's on.
    pub(crate) name: String,
    /// `DAG`, `Pod`, `Retry`, `TaskGroup` or `Skipped`.
    pub(crate) kind: &'static str,
    pub(crate) template: String,
    /// The name of the node that it stands in; empty for the workflow's own.
    pub(crate) boundary: String,
    /// Names of the nodes that come after it.
    pub(crate) children: Vec<String>,
    pub(crate) start: Millis,
    /// None where it never ends.
    pub(crate) end: Option<Millis>,
    /// How it ends; of one that never ends, how it stands.
    pub(crate) phase: Phase,
    pub(crate) message: String,
    pub(crate) outputs: Vec<(&'static str, String)>,
    pub(crate) pod: Option<Box<PodPlan>>,
}

/// The pod of a node.
#[derive(Clone, Debug)]
pub(crate) struct PodPlan {
    pub(crate) role: Role,
    pub(crate) image: String,
    pub(crate) resources: Value,
    /// When its containers run; none where they never do.
    pub(crate) running_at: Option<Millis>,
    pub(crate) fate: Option<Fate>,
    pub(crate) exit_code: i32,
    /// What its main container prints, in order.
    pub(crate) lines: Vec<(Millis, String)>,
}

/// What a pod is there for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Role {
    Driver,
    Executor,
    Importer,
}

impl Node {
    /// Whether it is there at a moment.
    pub(crate) fn is_there(&self, at: Millis) -> bool {
        self.start <= at
    }

    pub(crate) fn has_ended(&self, at: Millis) -> bool {
        self.end.is_some_and(|end| end <= at)
    }

    pub(crate) fn phase_at(&self, at: Millis) -> Phase {
        if self.has_ended(at) {
            return self.phase;
        }
        match &self.pod {
            Some(pod) if pod.running_at.is_none_or(|running| running > at) => Phase::Pending,
            _ => Phase::Running,
        }
    }

    /// Its name without that of the node around it.
    pub(crate) fn display_name(&self) -> &str {
        let after = self.name.strip_prefix(&self.boundary);
        let own = after.and_then(|own| {
            own.strip_prefix('.')
                .or_else(|| own.starts_with('(').then_some(own))
        });
        own.filter(|own| !own.is_empty()).unwrap_or(&self.name)
    }
}

/// All nodes of a workflow, in the order they begin in where that is by design.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    /// The workflow's name, which its first node bears.
    pub(crate) workflow: String,
    pub(crate) nodes: Vec<Node>,
    at: BTreeMap<String, usize>,
}

impl Plan {
    pub(crate) fn of(workflow: &str) -> Self {
        Self {
            workflow: workflow.to_owned(),
            ..Self::default()
        }
    }

    pub(crate) fn put(&mut self, node: Node) {
        self.at.insert(node.name.clone(), self.nodes.len());
        self.nodes.push(node);
    }

    pub(crate) fn node(&self, name: &str) -> Option<&Node> {
        self.at.get(name).map(|at| &self.nodes[*at])
    }

    pub(crate) fn node_mut(&mut self, name: &str) -> Option<&mut Node> {
        self.at.get(name).map(|at| &mut self.nodes[*at])
    }

    /// The first node: that of the workflow itself.
    pub(crate) fn root(&self) -> Option<&Node> {
        self.node(&self.workflow)
    }

    /// When all of it has ended; none where it never does.
    pub(crate) fn end(&self) -> Option<Millis> {
        self.root().and_then(|root| root.end)
    }

    /// Breaks it off at a moment: what runs is killed `grace` later, what had not begun never will.
    pub(crate) fn cut(&mut self, at: Millis, grace: Millis) {
        let end = at + grace;
        for node in &mut self.nodes {
            if node.has_ended(at) {
                continue;
            }
            if node.is_there(at) {
                node.end = Some(end);
                node.phase = Phase::Failed;
                if let Some(pod) = &mut node.pod {
                    pod.exit_code = 143;
                    pod.fate = None;
                    pod.lines.retain(|(time, _)| *time < end);
                    node.outputs.clear();
                    "Step exceeded its deadline".clone_into(&mut node.message);
                }
                continue;
            }
            node.start = end;
            node.end = Some(end);
            node.kind = "Skipped";
            node.phase = Phase::Omitted;
            node.pod = None;
            node.outputs.clear();
            "omitted: depends condition not met".clone_into(&mut node.message);
        }
        self.drop_what_is_inside_of_omitted();
    }

    /// Argo makes nodes for the tasks of a DAG that ended, and for nothing below or behind them.
    fn drop_what_is_inside_of_omitted(&mut self) {
        let open: Vec<String> = self
            .nodes
            .iter()
            .filter(|node| matches!(node.kind, "DAG" | "Retry" | "TaskGroup"))
            .map(|node| node.name.clone())
            .collect();
        let is_kept = |node: &Node| {
            node.phase != Phase::Omitted
                || (open.contains(&node.boundary)
                    && !node.name.ends_with(".onExit")
                    && !node.name.contains("executor(")
                    && !node.name.contains("iteration-iterations("))
        };
        let kept: Vec<Node> = self.nodes.drain(..).filter(is_kept).collect();
        self.at.clear();
        for node in kept {
            self.put(node);
        }
        let known: Vec<String> = self.at.keys().cloned().collect();
        for node in &mut self.nodes {
            node.children.retain(|child| known.binary_search(child).is_ok());
        }
    }
}

/// FNV-1a over 32 bits, as Go's `fnv.New32a` computes it.
fn fnv1a(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// The id of a node: the workflow's own name for its first node, else that and a hash of the node's whole name.
///
/// Source: Argo Workflows, `workflow_types.go`, `NodeID`.
pub(crate) fn node_id(workflow: &str, name: &str) -> String {
    if workflow == name {
        workflow.to_owned()
    } else {
        format!("{workflow}-{}", fnv1a(name))
    }
}

/// The name of the pod of a node. Source: Argo Workflows, `pod_name.go`; the prefix has 242 characters at most.
pub(crate) fn pod_name(workflow: &str, node: &Node) -> String {
    let mut prefix = format!("{workflow}-{}", node.template);
    prefix.truncate(242);
    format!("{prefix}-{}", fnv1a(&node.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_that_argo_made() {
        let name = "churn-linear-z57wn.root.train.executor(0)";
        assert_eq!(
            node_id("churn-linear-z57wn", name),
            "churn-linear-z57wn-2157556305"
        );
        let node = Node {
            name: name.to_owned(),
            kind: "Pod",
            template: "retry-system-container-impl".to_owned(),
            boundary: "churn-linear-z57wn.root.train".to_owned(),
            children: Vec::new(),
            start: 0,
            end: None,
            phase: Phase::Running,
            message: String::new(),
            outputs: Vec::new(),
            pod: None,
        };
        assert_eq!(
            pod_name("churn-linear-z57wn", &node),
            "churn-linear-z57wn-retry-system-container-impl-2157556305"
        );
        assert_eq!(node.display_name(), "executor(0)");
    }
}
