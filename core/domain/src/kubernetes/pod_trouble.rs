use super::{Container, ContainerKind, ContainerState, Event, Pod, PodPhase, Terminated};
use crate::pipelines::{Cause, CauseKind};

/// Reasons that say only that something is under way.
const UNDER_WAY: &[&str] = &["", "ContainerCreating", "PodInitializing"];

impl Pod {
    /// Why it waits or died; nothing where it does neither.
    ///
    /// `CrashLoopBackOff` is never the cause: how the container ended before is. `ContainerCreating` and a pod that is
    /// not scheduled yet say little by themselves: events, as far as they are given, say why.
    pub fn trouble(&self, events: &[Event]) -> Option<Cause> {
        if self.phase == PodPhase::Succeeded {
            return None;
        }
        self.thrown_out()
            .or_else(|| self.unscheduled(events))
            .or_else(|| {
                self.containers
                    .iter()
                    .find_map(|container| self.of_container(container))
            })
            .or_else(|| self.lost())
            .or_else(|| self.held_up(events))
    }

    /// Its state and what is the matter in one line: `CrashLoopBackOff: out of memory (exit code 137), 5 restarts`.
    pub fn summary(&self, events: &[Event]) -> String {
        let word = self.status_word();
        let restarts = match self.restarts() {
            0 => String::new(),
            1 => ", 1 restart".to_owned(),
            many => format!(", {many} restarts"),
        };
        match self.trouble(events) {
            Some(cause) => format!("{word}: {cause}{restarts}"),
            None => format!("{word}{restarts}"),
        }
    }

    fn thrown_out(&self) -> Option<Cause> {
        if self.reason.is_empty() {
            return None;
        }
        let words = if self.message.is_empty() {
            self.reason.clone()
        } else {
            self.message.clone()
        };
        let kind = Cause::read(Some(&self.reason), None).map_or(CauseKind::Other, |cause| cause.kind);
        match kind {
            CauseKind::Other if self.phase != PodPhase::Failed => None,
            CauseKind::Other => Some(Cause::said(kind, format!("{}: {words}", self.reason))),
            kind => Some(Cause::said(kind, words)),
        }
    }

    fn unscheduled(&self, events: &[Event]) -> Option<Cause> {
        let condition = self
            .condition("PodScheduled")
            .filter(|condition| condition.status == Some(false))?;
        if condition.reason == "SchedulingGated" {
            let words = "it waits for a gate, as a queue sets it";
            return Some(Cause::said(CauseKind::Unschedulable, words));
        }
        let last = events
            .iter()
            .rev()
            .find(|event| event.reason == "FailedScheduling");
        let message = match last {
            _ if !condition.message.is_empty() => condition.message.clone(),
            Some(event) => event.message.clone(),
            None => String::new(),
        };
        Some(Cause::said(CauseKind::Unschedulable, message))
    }

    fn of_container(&self, container: &Container) -> Option<Cause> {
        let ended = match container.state.as_ref()? {
            ContainerState::Waiting { reason, .. } if UNDER_WAY.contains(&reason.as_str()) => return None,
            ContainerState::Waiting { reason, message } if reason == "CrashLoopBackOff" => {
                return Some(match &container.last {
                    Some(ended) => ended.cause(),
                    None => Cause::said(CauseKind::Other, message.clone()),
                });
            }
            ContainerState::Waiting { reason, message } => {
                let kind = Cause::read(Some(reason), None).map_or(CauseKind::Other, |cause| cause.kind);
                let said = if message.is_empty() { reason } else { message };
                return Some(Cause::said(kind, said.clone()));
            }
            ContainerState::Running { .. } => return None,
            ContainerState::Terminated(ended) => ended,
        };
        // Sidecars are ended by whoever ends the pod: their exit code says nothing.
        if ended.exit_code == 0 || container.kind == ContainerKind::Sidecar {
            return None;
        }
        Some(ended.cause())
    }

    fn lost(&self) -> Option<Cause> {
        let target = self
            .condition("DisruptionTarget")
            .filter(|condition| condition.status == Some(true));
        target.map(|condition| Cause::said(CauseKind::Evicted, condition.message.clone()))
    }

    /// What events say of a pod that does not get on.
    fn held_up(&self, events: &[Event]) -> Option<Cause> {
        if self.phase != PodPhase::Pending {
            return None;
        }
        let warning = events.iter().rev().find(|event| event.is_warning)?;
        let words = format!("{}: {}", warning.reason, warning.message);
        let kind = Cause::read(Some(&words), None).map_or(CauseKind::Other, |cause| cause.kind);
        Some(Cause::said(kind, words))
    }
}

impl Terminated {
    /// What its end means.
    pub fn cause(&self) -> Cause {
        let last_words = self.message.lines().rev().find(|line| !line.trim().is_empty());
        let detail = match (self.reason.as_str(), last_words) {
            ("" | "Error", None) => format!("Error (exit code {})", self.exit_code),
            (reason, None) => format!("{reason} (exit code {})", self.exit_code),
            (_, Some(words)) => words.trim().to_owned(),
        };
        let kind = match self.reason.as_str() {
            "" | "Error" | "Completed" => CauseKind::ExitCode(self.exit_code),
            reason => Cause::read(Some(reason), None).map_or(CauseKind::ExitCode(self.exit_code), |cause| {
                if cause.kind == CauseKind::Other {
                    CauseKind::ExitCode(self.exit_code)
                } else {
                    cause.kind
                }
            }),
        };
        Cause::said(kind, detail)
    }
}
