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
                let cause = self
                    .containers
                    .iter()
                    .find_map(|container| self.of_container(container))?;
                let is_own_fault = matches!(cause.kind, CauseKind::ExitCode(_));
                Some(if is_own_fault && self.is_driver() {
                    Cause {
                        kind: CauseKind::Driver,
                        ..cause
                    }
                } else {
                    cause
                })
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
            let words = "it is held back by a gate, as a queue sets one until its turn comes";
            return Some(Cause::said(CauseKind::Other, words));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::{PodCondition, RestartPolicy};
    use crate::time::Timestamp;

    fn container(name: &str, state: ContainerState) -> Container {
        Container {
            name: name.to_owned(),
            kind: ContainerKind::Main,
            image: "python:3.11".to_owned(),
            state: Some(state),
            last: None,
            ready: false,
            started: false,
            restart_count: 0,
            container_id: None,
        }
    }

    fn ended(exit_code: i32, reason: &str, message: &str) -> Terminated {
        Terminated {
            exit_code,
            reason: reason.to_owned(),
            message: message.to_owned(),
            ..Terminated::default()
        }
    }

    fn waiting(reason: &str, message: &str) -> ContainerState {
        ContainerState::Waiting {
            reason: reason.to_owned(),
            message: message.to_owned(),
        }
    }

    fn pod(phase: PodPhase, containers: Vec<Container>) -> Pod {
        Pod {
            name: "p".into(),
            namespace: "n".into(),
            uid: "u".to_owned(),
            phase,
            reason: String::new(),
            message: String::new(),
            conditions: Vec::new(),
            containers,
            restart_policy: RestartPolicy::Never,
            node: None,
            created_at: None,
            started_at: None,
            deleted_at: None,
            labels: Default::default(),
            annotations: Default::default(),
        }
    }

    fn warning(reason: &str, message: &str) -> Event {
        Event {
            kind: "Pod".to_owned(),
            name: "p".to_owned(),
            namespace: None,
            reason: reason.to_owned(),
            message: message.to_owned(),
            is_warning: true,
            count: 1,
            first_seen: None,
            last_seen: Some(Timestamp(1)),
            reporter: "kubelet".to_owned(),
        }
    }

    fn told(pod: &Pod, events: &[Event]) -> Option<(CauseKind, String)> {
        pod.trouble(events).map(|cause| (cause.kind, cause.to_string()))
    }

    #[test]
    fn a_pod_without_a_node_says_why_none_takes_it() {
        let mut pending = pod(PodPhase::Pending, Vec::new());
        pending.conditions.push(PodCondition {
            kind: "PodScheduled".to_owned(),
            status: Some(false),
            reason: "Unschedulable".to_owned(),
            message: "0/2 nodes are available: 2 Insufficient nvidia.com/gpu.".to_owned(),
        });
        assert_eq!(
            told(&pending, &[]),
            Some((
                CauseKind::Unschedulable,
                "no node can take it: 0/2 nodes are available: 2 Insufficient nvidia.com/gpu".to_owned()
            ))
        );
        pending.conditions[0].reason = "SchedulingGated".to_owned();
        assert_eq!(
            told(&pending, &[]),
            Some((
                CauseKind::Other,
                "it is held back by a gate, as a queue sets one until its turn comes".to_owned()
            ))
        );
    }

    #[test]
    fn an_image_that_cannot_be_pulled_is_said_with_its_name() {
        let waits = waiting("ImagePullBackOff", "Back-off pulling image \"reg/x:1\"");
        assert_eq!(
            told(&pod(PodPhase::Pending, vec![container("main", waits)]), &[]),
            Some((
                CauseKind::ImagePull,
                "its image cannot be pulled: Back-off pulling image \"reg/x:1\"".to_owned()
            ))
        );
    }

    #[test]
    fn a_crash_loop_is_told_by_how_the_container_ended_before() {
        let mut crashing = container("main", waiting("CrashLoopBackOff", "back-off 40s"));
        crashing.last = Some(ended(137, "OOMKilled", ""));
        assert_eq!(
            told(&pod(PodPhase::Running, vec![crashing.clone()]), &[]),
            Some((CauseKind::OutOfMemory, "out of memory (exit code 137)".to_owned()))
        );
        crashing.last = Some(ended(2, "Error", "trace\nValueError: lr must be positive\n"));
        assert_eq!(
            told(&pod(PodPhase::Running, vec![crashing]), &[]),
            Some((
                CauseKind::ExitCode(2),
                "exit code 2: ValueError: lr must be positive".to_owned()
            ))
        );
    }

    #[test]
    fn what_was_evicted_or_ran_too_long_says_so_and_not_its_exit_code() {
        let killed = container("main", ContainerState::Terminated(ended(137, "Error", "")));
        let mut evicted = pod(PodPhase::Failed, vec![killed]);
        evicted.reason = "Evicted".to_owned();
        evicted.message = "The node was low on resource: memory. ".to_owned();
        assert_eq!(
            told(&evicted, &[]).map(|(kind, _)| kind),
            Some(CauseKind::Evicted)
        );
        evicted.reason = "DeadlineExceeded".to_owned();
        assert_eq!(
            told(&evicted, &[]).map(|(kind, _)| kind),
            Some(CauseKind::Deadline)
        );
    }

    #[test]
    fn a_driver_that_fails_is_no_fault_of_the_task() {
        let failed = container(
            "main",
            ContainerState::Terminated(ended(1, "Error", "cannot resolve inputs")),
        );
        let mut driver = pod(PodPhase::Failed, vec![failed]);
        let role = "pipelines.kubeflow.org/runtime-role";
        driver.annotations.insert(role.to_owned(), "driver".to_owned());
        let expected = Some((
            CauseKind::Driver,
            "its driver failed: cannot resolve inputs".to_owned(),
        ));
        assert_eq!(told(&driver, &[]), expected);
        driver.annotations.clear();
        driver.name = "train-x-system-container-driver-123".into();
        driver.labels.insert("pipeline/runid".to_owned(), "r".to_owned());
        assert_eq!(told(&driver, &[]), expected);
    }

    #[test]
    fn a_pod_that_never_starts_is_told_by_its_last_warning() {
        let creating = container("main", waiting("ContainerCreating", ""));
        let pending = pod(PodPhase::Pending, vec![creating]);
        assert_eq!(told(&pending, &[]), None);
        let events = [warning("FailedMount", "secret \"minio\" not found")];
        assert_eq!(
            told(&pending, &events),
            Some((
                CauseKind::Start,
                "its container cannot start: FailedMount: secret \"minio\" not found".to_owned()
            ))
        );
        let events = [warning(
            "FailedCreate",
            "pods \"a\" is forbidden: exceeded quota: gpus",
        )];
        assert_eq!(
            told(&pending, &events).map(|(kind, _)| kind),
            Some(CauseKind::Quota)
        );
    }

    #[test]
    fn what_runs_or_ended_well_is_in_no_trouble() {
        let runs = container("main", ContainerState::Running { since: None });
        let mut sidecar = container("proxy", ContainerState::Terminated(ended(143, "Error", "")));
        sidecar.kind = ContainerKind::Sidecar;
        assert_eq!(told(&pod(PodPhase::Running, vec![runs, sidecar]), &[]), None);
        let done = container("main", ContainerState::Terminated(ended(0, "Completed", "")));
        assert_eq!(told(&pod(PodPhase::Succeeded, vec![done]), &[]), None);
    }
}
