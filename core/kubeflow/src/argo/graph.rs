use std::collections::{BTreeMap, HashMap};

use flowdeck_domain::{PodName, Timestamp};

use super::hash::pod_name;

/// The nodes of one workflow.
#[derive(Debug, Default)]
pub(super) struct Graph {
    /// Name of the workflow.
    pub(super) name: String,
    /// Its nodes.
    pub(super) nodes: Vec<Node>,
    /// Tasks of each DAG template; empty where the source holds no templates.
    pub(super) templates: HashMap<String, Vec<Planned>>,
    /// Whether pods are named by their node's id, as before Argo 3.4.
    pub(super) pods_named_by_id: bool,
    /// When the workflow was made.
    pub(super) created_at: Option<Timestamp>,
}

/// One task of a DAG template.
#[derive(Clone, Debug, Default)]
pub(super) struct Planned {
    pub(super) name: String,
    /// The tasks of the same template that it waits for.
    pub(super) depends_on: Vec<String>,
}

/// One node.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// Its id.
    pub(super) id: String,
    /// Its whole name: `wf.root.train.executor(0)`.
    pub(super) name: String,
    /// The last part of it: `executor(0)`.
    pub(super) own_name: String,
    /// The id of the DAG node it stands in; none for the workflow's root.
    pub(super) boundary: Option<String>,
    /// The nodes beside it that it came after, by their short names, where no template tells.
    pub(super) after: Vec<String>,
    /// How it stands.
    pub(super) phase: Phase,
    /// Its template, where the source tells: `system-container-driver`.
    pub(super) template: String,
    /// Whether it is a pod; none where the source does not tell.
    pub(super) is_pod: Option<bool>,
    /// Whether it stands for all tries of the nodes that are called like it, with a number behind.
    pub(super) is_retry: bool,
    /// What Argo says of it.
    pub(super) message: Option<String>,
    pub(super) started_at: Option<Timestamp>,
    pub(super) finished_at: Option<Timestamp>,
    pub(super) exit_code: Option<i32>,
    /// Output parameters by name.
    pub(super) outputs: BTreeMap<String, String>,
}

/// How a node stands.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Phase {
    /// Argo has it and has not begun.
    #[default]
    Pending,
    Running,
    Succeeded,
    Skipped,
    Omitted,
    /// It failed, or Argo failed at it.
    Failed,
}

impl Phase {
    pub(super) fn from_word(word: &str) -> Self {
        match word {
            "Running" | "RUNNING" => Self::Running,
            "Succeeded" | "SUCCEEDED" => Self::Succeeded,
            "Skipped" | "SKIPPED" => Self::Skipped,
            "Omitted" => Self::Omitted,
            "Failed" | "Error" | "FAILED" => Self::Failed,
            _ => Self::Pending,
        }
    }
}

impl Graph {
    /// The pod of a node, where it is one and its template is known.
    pub(super) fn pod_of(&self, node: &Node) -> Option<PodName> {
        if node.is_pod != Some(true) {
            return None;
        }
        Some(if self.pods_named_by_id {
            PodName::from(node.id.as_str())
        } else {
            PodName::from(pod_name(&self.name, &node.template, &node.name))
        })
    }

    /// The nodes directly in each DAG node, by its id.
    pub(super) fn by_boundary(&self) -> HashMap<&str, Vec<&Node>> {
        let mut inside: HashMap<&str, Vec<&Node>> = HashMap::new();
        for node in &self.nodes {
            if let Some(boundary) = &node.boundary {
                inside.entry(boundary).or_default().push(node);
            }
        }
        inside
    }
}
