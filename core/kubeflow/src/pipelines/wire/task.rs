//! Tasks and artifacts of servers with a task API. Source: the API server's branch `mlmd-removal`, as it answered.

use flowdeck_domain::pipelines::{
    ArtifactKind, Attempt, Cause, Parameters, PipelineArtifact, Task, TaskArtifact, TaskKind, TaskSource,
    TaskState, TaskTree, TaskValues,
};
use flowdeck_domain::{Namespace, PipelineArtifactId, PodName, TaskId};
use serde::Deserialize;
use serde_json::Value;

use super::{Listed, number, set, time};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TaskWire {
    task_id: Option<String>,
    name: Option<String>,
    display_name: Option<String>,
    scope_path: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    parent_task_id: Option<String>,
    state: Option<String>,
    state_history: Option<Vec<ChangeWire>>,
    status_metadata: Option<StatusMetadataWire>,
    type_attributes: Option<AttributesWire>,
    pods: Option<Vec<PodWire>>,
    create_time: Option<String>,
    end_time: Option<String>,
    inputs: Option<SideWire>,
    outputs: Option<SideWire>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ChangeWire {
    update_time: Option<String>,
    state: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct StatusMetadataWire {
    message: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct AttributesWire {
    iteration_index: Option<Value>,
    iteration_count: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PodWire {
    name: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SideWire {
    parameters: Option<Vec<ParameterWire>>,
    artifacts: Option<Vec<ArtifactsWire>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ParameterWire {
    parameter_key: Option<String>,
    value: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ArtifactsWire {
    artifact_key: Option<String>,
    artifacts: Option<Vec<ArtifactWire>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ArtifactWire {
    artifact_id: Option<String>,
    name: Option<String>,
    description: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    uri: Option<String>,
    metadata: Option<Parameters>,
    number_value: Option<f64>,
    created_at: Option<String>,
    namespace: Option<String>,
}

/// The tasks of a run, put in order.
pub(super) fn tree_of_tasks(tasks: Vec<TaskWire>) -> TaskTree {
    let mut tasks: Vec<Task> = tasks.into_iter().map(TaskWire::item).collect();
    let handlers: Vec<Option<TaskId>> = tasks
        .iter()
        .filter(|task| task.kind == TaskKind::ExitHandler)
        .map(|task| task.parent_id.clone())
        .collect();
    // The API does not say which task runs in any case: a plain one beside an exit handler is the one behind it.
    for task in &mut tasks {
        task.is_exit_task = task.kind == TaskKind::Runtime && handlers.contains(&task.parent_id);
    }
    TaskTree::ordered(tasks, TaskSource::TaskApi)
}

impl Listed for TaskWire {
    type Item = Task;

    const KEYS: &'static [&'static str] = &["tasks"];
    const PLURAL: &'static str = "tasks";

    fn item(self) -> Task {
        let attributes = self.type_attributes.unwrap_or_default();
        let name = self.name.unwrap_or_default();
        // A task without a type is one that the server took for a container.
        let kind = TaskKind::from_word(self.kind.as_deref().unwrap_or("RUNTIME"));
        let state = self
            .state
            .as_deref()
            .and_then(TaskState::from_word)
            .unwrap_or(TaskState::Pending);
        let mut task = Task::new(TaskId::from(self.task_id.unwrap_or_default()), &name, kind, state);
        task.display_name = set(self.display_name).filter(|shown| *shown != name);
        task.path = set(self.scope_path).unwrap_or(name);
        task.parent_id = set(self.parent_task_id).map(TaskId::from);
        task.iteration = index(attributes.iteration_index);
        task.iteration_count = index(attributes.iteration_count);
        task.create_time = time(self.create_time);
        task.start_time = self
            .state_history
            .unwrap_or_default()
            .into_iter()
            .find(|change| change.state.as_deref() == Some("RUNNING"))
            .and_then(|change| time(change.update_time))
            .or(task.create_time);
        task.end_time = time(self.end_time).filter(|_| state.is_terminal());
        task.message = self.status_metadata.and_then(|status| set(status.message));
        if state == TaskState::Failed && task.kind.is_leaf() {
            task.cause = Cause::read(task.message.as_deref(), None);
        }
        place_pods(&mut task, self.pods.unwrap_or_default());
        task.inputs = self.inputs.unwrap_or_default().values();
        task.outputs = self.outputs.unwrap_or_default().values();
        task
    }
}

/// Every executor pod is a try; the last one is the one that counts.
fn place_pods(task: &mut Task, pods: Vec<PodWire>) {
    for pod in pods {
        let Some(name) = set(pod.name).map(PodName::from) else {
            continue;
        };
        if pod.kind.as_deref() == Some("DRIVER") {
            task.driver_pod = Some(name);
        } else {
            task.attempts.push(Attempt {
                state: TaskState::Failed,
                pod_name: Some(name.clone()),
                start_time: None,
                end_time: None,
                exit_code: None,
                message: None,
            });
            task.pod_name = Some(name);
        }
    }
    if let Some(last) = task.attempts.last_mut() {
        last.state = task.state;
        last.start_time = task.start_time;
        last.end_time = task.end_time;
        last.message.clone_from(&task.message);
    }
}

fn index(value: Option<Value>) -> Option<u32> {
    number(value).and_then(|number| u32::try_from(number).ok())
}

impl SideWire {
    fn values(self) -> TaskValues {
        let parameters = self.parameters.unwrap_or_default().into_iter();
        let artifacts = self.artifacts.unwrap_or_default().into_iter();
        TaskValues {
            parameters: parameters
                .map(|wire| {
                    (
                        wire.parameter_key.unwrap_or_default(),
                        wire.value.unwrap_or_default(),
                    )
                })
                .collect(),
            artifacts: artifacts.flat_map(ArtifactsWire::artifacts).collect(),
        }
    }
}

impl ArtifactsWire {
    fn artifacts(self) -> impl Iterator<Item = TaskArtifact> {
        let key = self.artifact_key.unwrap_or_default();
        let artifacts = self.artifacts.unwrap_or_default().into_iter();
        artifacts.map(move |wire| TaskArtifact {
            key: key.clone(),
            artifact: wire.item(),
        })
    }
}

impl Listed for ArtifactWire {
    type Item = PipelineArtifact;

    const KEYS: &'static [&'static str] = &["artifacts"];
    const PLURAL: &'static str = "artifacts";

    fn item(self) -> PipelineArtifact {
        PipelineArtifact {
            id: set(self.artifact_id).map(PipelineArtifactId::from),
            name: self.name.unwrap_or_default(),
            description: self.description.unwrap_or_default(),
            kind: ArtifactKind::from_word(&self.kind.unwrap_or_default()),
            uri: set(self.uri),
            metadata: self.metadata.unwrap_or_default(),
            number: self.number_value,
            created_at: time(self.created_at),
            namespace: set(self.namespace).map(Namespace::from),
        }
    }
}
