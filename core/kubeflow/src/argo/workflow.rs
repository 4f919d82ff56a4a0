//! An Argo Workflow, from its JSON.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;

use base64::Engine;
use flowdeck_domain::pipelines::{RunState, TaskTree, Workflow};
use flowdeck_domain::{Failure, FailureKind, Namespace, PipelineRunId, Result, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::graph::{Graph, Node, Phase, Planned};
use super::tree;

/// The most that compressed nodes may grow to.
const NODES_LIMIT: u64 = 256 << 20;

/// What a Workflow tells of a run.
#[derive(Debug, Default)]
pub struct WorkflowTold {
    /// Its tasks.
    pub tasks: TaskTree,
    /// Whether it was told to stop.
    pub told_to_stop: bool,
    /// What it says of itself.
    pub message: Option<String>,
}

/// A Workflow as the cluster has it.
#[derive(Deserialize)]
pub(crate) struct WorkflowWire {
    #[serde(default)]
    metadata: Metadata,
    #[serde(default)]
    spec: Spec,
    #[serde(default)]
    status: Status,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Metadata {
    name: String,
    namespace: Option<String>,
    uid: String,
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
    creation_timestamp: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Spec {
    active_deadline_seconds: Option<Value>,
    shutdown: Option<String>,
    templates: Vec<Template>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Template {
    name: String,
    dag: Option<Dag>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Dag {
    tasks: Vec<DagTask>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DagTask {
    name: String,
    /// `train.Succeeded && load.Succeeded`
    depends: String,
    dependencies: Vec<String>,
}

impl DagTask {
    fn planned(self) -> Planned {
        let words = self
            .depends
            .split(|letter: char| letter.is_whitespace() || "&|!()".contains(letter))
            // What may follow the name is a state of it, and names hold no dot.
            .map(|word| word.split('.').next().unwrap_or_default().to_owned())
            .filter(|word| !word.is_empty());
        let mut depends_on: Vec<String> = words.chain(self.dependencies).collect();
        depends_on.sort();
        depends_on.dedup();
        Planned {
            name: self.name,
            depends_on,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Status {
    phase: String,
    finished_at: Option<String>,
    message: Option<String>,
    nodes: HashMap<String, NodeWire>,
    compressed_nodes: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct NodeWire {
    id: String,
    name: String,
    display_name: String,
    #[serde(rename = "type")]
    kind: String,
    template_name: String,
    phase: String,
    #[serde(rename = "boundaryID")]
    boundary_id: Option<String>,
    message: Option<String>,
    started_at: Option<String>,
    finished_at: Option<String>,
    outputs: Outputs,
    children: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Outputs {
    parameters: Vec<Parameter>,
    exit_code: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Parameter {
    name: String,
    value: Option<Value>,
}

/// Reads the manifest that the server keeps of a run; nothing where none was reported yet, or its nodes lie elsewhere.
///
/// # Errors
/// A manifest that is no Workflow.
pub fn read_manifest(json: &str) -> Result<Option<WorkflowTold>> {
    if json.trim().is_empty() {
        return Ok(None);
    }
    let mut wire: WorkflowWire = serde_json::from_str(json).map_err(|error| damaged(&error.to_string()))?;
    wire.unpack()?;
    let told_to_stop = wire.spec.is_told_to_stop();
    let message = wire.status.message.take();
    if wire.status.nodes.is_empty() && !told_to_stop && message.is_none() {
        return Ok(None);
    }
    Ok(Some(WorkflowTold {
        tasks: tree::build(&wire.graph(), flowdeck_domain::pipelines::TaskSource::Workflow),
        told_to_stop,
        message,
    }))
}

fn damaged(why: &str) -> Failure {
    Failure::new(
        FailureKind::Damaged,
        format!("the workflow of the run cannot be read: {why}"),
    )
}

/// Nodes of a big workflow: base64 of gzip of JSON. Source: Argo Workflows, `hydrator`, `packer`.
fn unpacked(packed: &str) -> Result<HashMap<String, NodeWire>> {
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(packed.trim())
        .map_err(|error| damaged(&error.to_string()))?;
    let mut json = Vec::new();
    flate2::read::GzDecoder::new(bytes.as_slice())
        .take(NODES_LIMIT)
        .read_to_end(&mut json)
        .map_err(|error| damaged(&error.to_string()))?;
    serde_json::from_slice(&json).map_err(|error| damaged(&error.to_string()))
}

impl Spec {
    /// Kubeflow Pipelines stops a run by a deadline of 0 s; Argo's own clients by a word.
    fn is_told_to_stop(&self) -> bool {
        let no_time_left = match &self.active_deadline_seconds {
            Some(Value::Number(number)) => number.as_i64() == Some(0),
            Some(Value::String(text)) => text == "0",
            _ => false,
        };
        no_time_left || self.shutdown.as_deref().is_some_and(|word| !word.is_empty())
    }
}

impl WorkflowWire {
    /// What it means.
    pub(crate) fn into_workflow(mut self) -> Result<Workflow> {
        self.unpack()?;
        let state = match self.status.phase.as_str() {
            "" | "Pending" => RunState::Pending,
            "Running" => RunState::Running,
            "Succeeded" => RunState::Succeeded,
            "Failed" | "Error" => RunState::Failed,
            other => RunState::Other(other.into()),
        };
        let run = self.metadata.labels.get("pipeline/runid");
        let run = run.map(|id| PipelineRunId::from(id.as_str()));
        Ok(Workflow {
            name: self.metadata.name.clone(),
            namespace: Namespace::from(self.metadata.namespace.clone().unwrap_or_default()),
            uid: std::mem::take(&mut self.metadata.uid),
            run,
            state,
            told_to_stop: self.spec.is_told_to_stop(),
            message: self.status.message.take().filter(|message| !message.is_empty()),
            created_at: time(self.metadata.creation_timestamp.as_deref()),
            finished_at: time(self.status.finished_at.as_deref()),
            tasks: tree::build(&self.graph(), flowdeck_domain::pipelines::TaskSource::Workflow),
        })
    }

    fn unpack(&mut self) -> Result<()> {
        if self.status.nodes.is_empty() && !self.status.compressed_nodes.is_empty() {
            self.status.nodes = unpacked(&self.status.compressed_nodes)?;
        }
        Ok(())
    }

    fn graph(self) -> Graph {
        let templates = self.spec.templates.into_iter().filter_map(|template| {
            let tasks = template.dag?.tasks.into_iter().map(DagTask::planned).collect();
            Some((template.name, tasks))
        });
        let came_after = came_after(&self.status.nodes);
        let nodes = self.status.nodes.into_iter().map(node).map(|mut node| {
            node.after = came_after.get(&node.id).cloned().unwrap_or_default();
            node
        });
        Graph {
            pods_named_by_id: self
                .metadata
                .annotations
                .get("workflows.argoproj.io/pod-name-format")
                .is_some_and(|format| format == "v1"),
            created_at: time(self.metadata.creation_timestamp.as_deref()),
            name: self.metadata.name,
            nodes: nodes.collect(),
            templates: templates.collect(),
        }
    }
}

/// The nodes beside each one that it came after: those whose child it is, or in which that stands. A workflow that the
/// server has shortened holds no templates that would tell.
fn came_after(nodes: &HashMap<String, NodeWire>) -> HashMap<String, Vec<String>> {
    let mut after: HashMap<String, Vec<String>> = HashMap::new();
    for wire in nodes.values() {
        for id in &wire.children {
            let boundary = nodes.get(id).and_then(|child| child.boundary_id.as_ref());
            let Some(boundary) = boundary.filter(|boundary| !boundary.is_empty()) else {
                continue;
            };
            if let Some(beside) = standing_in(wire, boundary, nodes) {
                after
                    .entry(id.clone())
                    .or_default()
                    .push(beside.display_name.clone());
            }
        }
    }
    after
}

/// The node directly in a DAG node that is this one or holds it.
fn standing_in<'a>(
    wire: &'a NodeWire,
    boundary: &str,
    nodes: &'a HashMap<String, NodeWire>,
) -> Option<&'a NodeWire> {
    let mut here = wire;
    // A workflow that holds itself ends somewhere.
    for _ in 0..64 {
        let above = here.boundary_id.as_deref()?;
        if above == boundary {
            return Some(here);
        }
        here = nodes.get(above)?;
    }
    None
}

fn node((key, wire): (String, NodeWire)) -> Node {
    let outputs = wire.outputs.parameters.into_iter().filter_map(|parameter| {
        let value = match parameter.value? {
            Value::String(text) => text,
            other => other.to_string(),
        };
        Some((parameter.name, value))
    });
    Node {
        id: if wire.id.is_empty() { key } else { wire.id },
        own_name: if wire.display_name.is_empty() {
            wire.name.clone()
        } else {
            wire.display_name
        },
        name: wire.name,
        boundary: wire.boundary_id.filter(|id| !id.is_empty()),
        after: Vec::new(),
        phase: Phase::from_word(&wire.phase),
        template: wire.template_name,
        is_pod: Some(wire.kind == "Pod"),
        is_retry: wire.kind == "Retry",
        message: wire.message.filter(|message| !message.is_empty()),
        started_at: time(wire.started_at.as_deref()),
        finished_at: time(wire.finished_at.as_deref()),
        exit_code: wire.outputs.exit_code.and_then(|code| code.parse().ok()),
        outputs: outputs.collect(),
    }
}

/// A moment. Both ways to say "not yet" are none: `1970-01-01T00:00:00Z` and `0001-01-01T00:00:00Z`.
pub(super) fn time(text: Option<&str>) -> Option<Timestamp> {
    Timestamp::parse_rfc3339(text?).filter(|time| time.0 > 0)
}
