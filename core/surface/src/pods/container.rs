use flowdeck_client::Timestamp;
use flowdeck_client::kubernetes::{Container, ContainerKind, ContainerState, Pod};

use crate::tone::Tone;

/// One container of a pod, as a line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ContainerLine {
    /// Its name.
    pub name: String,
    /// `init`, `sidecar`, `ephemeral`; empty for those that do the pod's work.
    pub part: &'static str,
    /// One word for how it stands.
    pub state: String,
    /// What it means.
    pub tone: Tone,
    /// How often it was started again.
    pub restarts: u32,
    /// Since when it runs, or when it ended.
    pub at: Option<Timestamp>,
    /// How it ended, or why it waits, in a few words; of one that was started again, how it ended before.
    pub told: String,
    /// Its image.
    pub image: String,
    /// Whether the container before its last start has a log of its own.
    pub has_previous: bool,
}

/// The containers of a pod, init containers first.
pub fn container_lines(pod: &Pod) -> Vec<ContainerLine> {
    pod.containers.iter().map(ContainerLine::of).collect()
}

impl ContainerLine {
    fn of(container: &Container) -> Self {
        let before = container
            .last
            .as_ref()
            .map(|ended| format!("before: {}", ended.cause()))
            .unwrap_or_default();
        let (tone, at, told) = match &container.state {
            None => (Tone::Muted, None, String::new()),
            Some(ContainerState::Running { since }) => {
                let tone = if container.ready { Tone::Good } else { Tone::Active };
                (tone, *since, before)
            }
            Some(ContainerState::Waiting { message, .. }) => {
                let told = if before.is_empty() {
                    message.split_whitespace().collect::<Vec<_>>().join(" ")
                } else {
                    before
                };
                let tone = if told.is_empty() {
                    Tone::Active
                } else {
                    Tone::Warning
                };
                (tone, None, told)
            }
            Some(ContainerState::Terminated(ended)) if ended.exit_code == 0 => {
                (Tone::Muted, ended.finished_at, String::new())
            }
            Some(ContainerState::Terminated(ended)) => {
                (Tone::Bad, ended.finished_at, ended.cause().to_string())
            }
        };
        Self {
            name: container.name.clone(),
            part: match container.kind {
                ContainerKind::Init => "init",
                ContainerKind::Sidecar => "sidecar",
                ContainerKind::Main => "",
                ContainerKind::Ephemeral => "ephemeral",
            },
            state: container.word().to_owned(),
            tone,
            restarts: container.restart_count,
            at,
            told,
            image: container.image.clone(),
            has_previous: container.restart_count > 0,
        }
    }
}
