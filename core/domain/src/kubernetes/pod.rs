use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Container, ContainerKind};
use crate::id::{Namespace, PipelineRunId, PodName, TaskId};
use crate::time::Timestamp;

/// A pod, as the API server knows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pod {
    /// Its name.
    pub name: PodName,
    /// Its namespace.
    pub namespace: Namespace,
    /// Its id; another one if it is deleted and made again under the same name.
    pub uid: String,
    /// What stage of its life it is in.
    pub phase: PodPhase,
    /// One word of the node's or a controller's: `Evicted`, `DeadlineExceeded`.
    pub reason: String,
    /// A sentence beside it.
    pub message: String,
    /// What holds of it.
    pub conditions: Vec<PodCondition>,
    /// Its containers, init containers first, in the order of its spec.
    pub containers: Vec<Container>,
    /// Which of its containers are started again when they end.
    pub restart_policy: RestartPolicy,
    /// Its node, once it has one.
    pub node: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it was marked for deletion.
    pub deleted_at: Option<Timestamp>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    pub annotations: BTreeMap<String, String>,
}

/// Which containers of a pod are started again when they end.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Hash)]
pub enum RestartPolicy {
    /// All.
    #[default]
    Always,
    /// Those that ended with an error.
    OnFailure,
    /// None.
    Never,
}

impl RestartPolicy {
    /// Reads the API's word; what is new or missing is `Always`, as the server's default is.
    pub fn from_word(word: &str) -> Self {
        match word {
            "OnFailure" => Self::OnFailure,
            "Never" => Self::Never,
            _ => Self::Always,
        }
    }
}

/// What stage of its life a pod is in. A word from a newer server is kept.
#[derive(Clone, Debug, Default, Eq, PartialEq, Hash)]
pub enum PodPhase {
    /// It was made; not all of its containers have started.
    Pending,
    /// At least one container runs or is being started again.
    Running,
    /// All containers ended well.
    Succeeded,
    /// All containers ended, one of them with an error.
    Failed,
    /// Its node does not answer.
    #[default]
    Unknown,
    /// A word this version does not know.
    Other(Arc<str>),
}

impl PodPhase {
    /// The word that the API uses.
    pub fn word(&self) -> &str {
        match self {
            Self::Pending => "Pending",
            Self::Running => "Running",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Unknown => "Unknown",
            Self::Other(word) => word,
        }
    }

    /// Reads that word.
    pub fn from_word(word: &str) -> Self {
        match word {
            "Pending" => Self::Pending,
            "Running" => Self::Running,
            "Succeeded" => Self::Succeeded,
            "Failed" => Self::Failed,
            "Unknown" | "" => Self::Unknown,
            other => Self::Other(other.into()),
        }
    }

    /// Whether nothing more will happen to it.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed)
    }
}

/// One thing that holds of a pod, or does not.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PodCondition {
    /// `PodScheduled`, `Ready`, `DisruptionTarget`.
    pub kind: String,
    /// Whether it holds; none where nobody knows.
    pub status: Option<bool>,
    /// One word why.
    pub reason: String,
    /// A sentence why.
    pub message: String,
}

/// The container that people mean where they name none.
const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";

impl Pod {
    /// What holds of it under this name.
    pub fn condition(&self, kind: &str) -> Option<&PodCondition> {
        self.conditions.iter().find(|condition| condition.kind == kind)
    }

    /// The container of this name.
    pub fn container(&self, name: &str) -> Option<&Container> {
        self.containers.iter().find(|container| container.name == name)
    }

    /// The container whose log a person wants: the one its maker named, else `main` (Argo), `kserve-container`
    /// (KServe), else the first that does the work.
    pub fn default_container(&self) -> Option<&Container> {
        let named = self.annotations.get(DEFAULT_CONTAINER);
        named
            .and_then(|name| self.container(name))
            .or_else(|| self.container("main"))
            .or_else(|| self.container("kserve-container"))
            .or_else(|| self.of_kind(ContainerKind::Main).next())
    }

    /// Whether a container of it that ended with this code is started again.
    pub fn restarts_after(&self, container: &Container, exit_code: i32) -> bool {
        if self.phase.is_terminal() || self.deleted_at.is_some() {
            return false;
        }
        match (container.kind, self.restart_policy) {
            (ContainerKind::Sidecar, _) => true,
            (ContainerKind::Ephemeral, _) | (_, RestartPolicy::Never) => false,
            // An init container that ended well is done, whatever the pod's policy.
            (ContainerKind::Init, _) | (_, RestartPolicy::OnFailure) => exit_code != 0,
            (ContainerKind::Main, RestartPolicy::Always) => true,
        }
    }

    /// Its containers of one kind.
    pub fn of_kind(&self, kind: ContainerKind) -> impl Iterator<Item = &Container> {
        self.containers
            .iter()
            .filter(move |container| container.kind == kind)
    }

    /// The pipeline run that it belongs to.
    pub fn pipeline_run(&self) -> Option<PipelineRunId> {
        self.labels
            .get("pipeline/runid")
            .map(|id| PipelineRunId::from(id.as_str()))
    }

    /// The Argo node that it runs.
    pub fn argo_node(&self) -> Option<TaskId> {
        self.annotations
            .get("workflows.argoproj.io/node-id")
            .map(|id| TaskId::from(id.as_str()))
    }

    /// Whether it prepares a task rather than runs it. Kubeflow Pipelines tells since 2.17; before, its name does.
    pub fn is_driver(&self) -> bool {
        match self.annotations.get("pipelines.kubeflow.org/runtime-role") {
            Some(role) => role == "driver",
            None => {
                let name = self.name.as_str();
                self.labels.contains_key("pipeline/runid")
                    && ["-system-container-driver-", "-system-dag-driver-"]
                        .iter()
                        .any(|part| name.contains(part))
            }
        }
    }
}
