//! The words of `kubectl get pods`. Source: Kubernetes, `pkg/printers/internalversion/printers.go`, `printPod`.

use super::{Container, ContainerKind, ContainerState, Pod, PodPhase, Terminated};

impl Pod {
    /// The word in kubectl's column STATUS.
    pub fn status_word(&self) -> String {
        if self.deleted_at.is_some() && self.reason == "NodeLost" {
            return "Unknown".to_owned();
        }
        if self.deleted_at.is_some() && !self.phase.is_terminal() {
            return "Terminating".to_owned();
        }
        let initializing = self.init_word();
        if let Some(word) = initializing
            && !self.is_initialized()
        {
            return word;
        }
        let word = self.phase_word();
        self.container_word(word)
    }

    /// Containers that are ready, and all that count.
    pub fn ready(&self) -> (usize, usize) {
        let counted = || {
            self.containers
                .iter()
                .filter(|container| matches!(container.kind, ContainerKind::Main | ContainerKind::Sidecar))
        };
        let is_ready = |container: &&Container| match container.kind {
            ContainerKind::Sidecar => container.started && container.ready,
            _ => container.ready && container.is_running(),
        };
        (counted().filter(is_ready).count(), counted().count())
    }

    /// How often its containers were started again: those of the stage it is in.
    pub fn restarts(&self) -> u32 {
        let of = |kinds: &[ContainerKind]| {
            self.containers
                .iter()
                .filter(|container| kinds.contains(&container.kind))
                .map(|container| container.restart_count)
                .sum()
        };
        if self.init_word().is_some() && !self.is_initialized() {
            of(&[ContainerKind::Init, ContainerKind::Sidecar])
        } else {
            of(&[ContainerKind::Main, ContainerKind::Sidecar])
        }
    }

    fn is_initialized(&self) -> bool {
        self.condition("Initialized")
            .is_some_and(|condition| condition.status == Some(true))
    }

    fn phase_word(&self) -> String {
        let gated = self
            .condition("PodScheduled")
            .is_some_and(|condition| condition.reason == "SchedulingGated");
        if gated {
            return "SchedulingGated".to_owned();
        }
        if self.reason.is_empty() {
            self.phase.word().to_owned()
        } else {
            self.reason.clone()
        }
    }

    /// The word while init containers are at work; none once they are done.
    fn init_word(&self) -> Option<String> {
        let all: Vec<&Container> = self
            .containers
            .iter()
            .filter(|container| matches!(container.kind, ContainerKind::Init | ContainerKind::Sidecar))
            .collect();
        for (at, container) in all.iter().enumerate() {
            let state = container.state.as_ref()?;
            let is_done = match state {
                ContainerState::Terminated(ended) => ended.exit_code == 0,
                _ => container.kind == ContainerKind::Sidecar && container.started,
            };
            if is_done {
                continue;
            }
            return Some(match state {
                ContainerState::Terminated(ended) => format!("Init:{}", ended_word(ended)),
                ContainerState::Waiting { reason, .. }
                    if !reason.is_empty() && reason != "PodInitializing" =>
                {
                    format!("Init:{reason}")
                }
                _ => format!("Init:{at}/{}", all.len()),
            });
        }
        None
    }

    fn container_word(&self, mut word: String) -> String {
        let mut any_runs = false;
        let main: Vec<&Container> = self.of_kind(ContainerKind::Main).collect();
        for container in main.into_iter().rev() {
            match &container.state {
                Some(ContainerState::Waiting { reason, .. }) if !reason.is_empty() => word.clone_from(reason),
                Some(ContainerState::Terminated(ended)) => word = ended_word(ended),
                Some(ContainerState::Running { .. }) if container.ready => any_runs = true,
                _ => {}
            }
        }
        if word == "Completed" && any_runs {
            let ready = self
                .condition("Ready")
                .is_some_and(|condition| condition.status == Some(true));
            return if ready { "Running" } else { "NotReady" }.to_owned();
        }
        word
    }

    /// Whether it is over, well or not.
    pub fn is_over(&self) -> bool {
        self.phase.is_terminal() || self.phase == PodPhase::Unknown && self.deleted_at.is_some()
    }
}

fn ended_word(ended: &Terminated) -> String {
    match (ended.reason.as_str(), ended.signal) {
        ("", 0) => format!("ExitCode:{}", ended.exit_code),
        ("", signal) => format!("Signal:{signal}"),
        (reason, _) => reason.to_owned(),
    }
}
