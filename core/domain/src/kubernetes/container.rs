use crate::time::Timestamp;

/// One container of a pod, as the kubelet last told of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// What part it plays.
    pub kind: ContainerKind,
    /// Its image, as it was asked for.
    pub image: String,
    /// How it stands; none before the kubelet told of it.
    pub state: Option<ContainerState>,
    /// How it ended the time before.
    pub last: Option<Terminated>,
    /// Whether it answers its probe.
    pub ready: bool,
    /// Whether it passed its start-up probe.
    pub started: bool,
    /// How often it was started again.
    pub restart_count: u32,
    /// The runtime's id of it; another one after each restart.
    pub container_id: Option<String>,
}

/// What part a container plays.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum ContainerKind {
    /// It runs before the others and ends.
    Init,
    /// It starts with the init containers and goes on beside the others.
    Sidecar,
    /// It does the pod's work.
    Main,
    /// Somebody put it in later, to look around.
    Ephemeral,
}

/// How a container stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ContainerState {
    /// It has not started, for this reason.
    Waiting {
        /// `ContainerCreating`, `ImagePullBackOff`, `CrashLoopBackOff`, `PodInitializing`.
        reason: String,
        /// What the kubelet says of it.
        message: String,
    },
    /// It runs.
    Running {
        /// Since when.
        since: Option<Timestamp>,
    },
    /// It ended.
    Terminated(Terminated),
}

/// How a container ended.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Terminated {
    /// What its process ended with.
    pub exit_code: i32,
    /// The signal that ended it, 0 if none did.
    pub signal: i32,
    /// `Completed`, `Error`, `OOMKilled`, `StartError`.
    pub reason: String,
    /// What it left as its last words, or the tail of its log.
    pub message: String,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// The runtime's id of it.
    pub container_id: Option<String>,
}

impl Container {
    /// Whether it runs now.
    pub fn is_running(&self) -> bool {
        matches!(self.state, Some(ContainerState::Running { .. }))
    }

    /// How it ended, if it did.
    pub fn terminated(&self) -> Option<&Terminated> {
        match &self.state {
            Some(ContainerState::Terminated(terminated)) => Some(terminated),
            _ => None,
        }
    }

    /// One word for how it stands: its reason, else what it does.
    pub fn word(&self) -> &str {
        match &self.state {
            None => "Unknown",
            Some(ContainerState::Waiting { reason, .. }) if reason.is_empty() => "Waiting",
            Some(ContainerState::Waiting { reason, .. }) => reason,
            Some(ContainerState::Running { .. }) => "Running",
            Some(ContainerState::Terminated(ended)) if ended.reason.is_empty() => "Terminated",
            Some(ContainerState::Terminated(ended)) => &ended.reason,
        }
    }
}
