//! What the server spells, as what we mean.

use flowdeck_domain::id::{Namespace, PodName};
use flowdeck_domain::kubernetes::{
    Container, ContainerKind, ContainerState, Event, Pod, PodCondition, PodPhase, RestartPolicy, Terminated,
};

use super::wire;
use crate::object_meta::{self, moment};

impl From<wire::Pod> for Pod {
    fn from(pod: wire::Pod) -> Self {
        let wire::Pod {
            metadata,
            spec,
            status,
        } = pod;
        let containers = containers(&spec, &status);
        Self {
            name: PodName::from(metadata.name),
            namespace: Namespace::from(metadata.namespace.unwrap_or_default()),
            uid: metadata.uid,
            phase: PodPhase::from_word(&status.phase),
            reason: status.reason,
            message: status.message,
            conditions: status.conditions.into_iter().map(condition).collect(),
            containers,
            restart_policy: RestartPolicy::from_word(&spec.restart_policy),
            node: spec.node_name.filter(|node| !node.is_empty()),
            created_at: moment(metadata.creation_timestamp.as_deref()),
            started_at: moment(status.start_time.as_deref()),
            deleted_at: moment(metadata.deletion_timestamp.as_deref()),
            labels: metadata.labels.unwrap_or_default(),
            annotations: metadata.annotations.unwrap_or_default(),
        }
    }
}

fn condition(condition: object_meta::Condition) -> PodCondition {
    PodCondition {
        status: condition.holds(),
        kind: condition.kind,
        reason: condition.reason,
        message: condition.message,
    }
}

fn ended(ended: &wire::Terminated) -> Terminated {
    Terminated {
        exit_code: ended.exit_code,
        signal: ended.signal,
        reason: ended.reason.clone(),
        message: ended.message.clone(),
        started_at: moment(ended.started_at.as_deref()),
        finished_at: moment(ended.finished_at.as_deref()),
        container_id: ended.container_id.clone(),
    }
}

impl From<wire::Event> for Event {
    fn from(event: wire::Event) -> Self {
        let series = event.series.unwrap_or_default();
        let times = [
            series.last_observed_time.as_deref(),
            event.last_timestamp.as_deref(),
            event.event_time.as_deref(),
            event.first_timestamp.as_deref(),
        ];
        let created = moment(event.metadata.creation_timestamp.as_deref());
        let reporter = if event.source.component.is_empty() {
            event.reporting_component
        } else {
            event.source.component
        };
        Self {
            kind: event.involved_object.kind,
            name: event.involved_object.name,
            namespace: event.involved_object.namespace.map(Namespace::from),
            reason: event.reason,
            message: event.message.unwrap_or_default(),
            is_warning: event.kind == "Warning",
            count: series.count.or(event.count).unwrap_or(1).max(1),
            first_seen: moment(event.first_timestamp.as_deref())
                .or_else(|| moment(event.event_time.as_deref()))
                .or(created),
            last_seen: times.into_iter().filter_map(moment).max().or(created),
            reporter,
        }
    }
}

/// Every container of the spec, init containers first; what the kubelet told is put beside it by name.
fn containers(spec: &wire::PodSpec, status: &wire::PodStatus) -> Vec<Container> {
    let init = spec.init_containers.iter().map(|container| {
        let kind = match container.restart_policy.as_deref() {
            Some("Always") => ContainerKind::Sidecar,
            _ => ContainerKind::Init,
        };
        (container, kind, &status.init_container_statuses)
    });
    let main = spec
        .containers
        .iter()
        .map(|container| (container, ContainerKind::Main, &status.container_statuses));
    let ephemeral = spec.ephemeral_containers.iter().map(|container| {
        let statuses = &status.ephemeral_container_statuses;
        (container, ContainerKind::Ephemeral, statuses)
    });
    init.chain(main)
        .chain(ephemeral)
        .map(|(container, kind, statuses)| {
            let told = statuses.iter().find(|status| status.name == container.name);
            of_spec(container, kind, told)
        })
        .collect()
}

fn of_spec(
    container: &wire::ContainerSpec,
    kind: ContainerKind,
    told: Option<&wire::ContainerStatus>,
) -> Container {
    Container {
        name: container.name.clone(),
        kind,
        image: container.image.clone(),
        state: told.and_then(|told| state(&told.state)),
        last: told.and_then(|told| told.last_state.terminated.as_ref().map(ended)),
        ready: told.is_some_and(|told| told.ready),
        started: told.is_some_and(|told| told.started.unwrap_or(false)),
        restart_count: told.map_or(0, |told| told.restart_count),
        container_id: told
            .and_then(|told| told.container_id.clone())
            .filter(|id| !id.is_empty()),
    }
}

fn state(state: &wire::State) -> Option<ContainerState> {
    if let Some(terminated) = &state.terminated {
        return Some(ContainerState::Terminated(ended(terminated)));
    }
    if let Some(running) = &state.running {
        return Some(ContainerState::Running {
            since: moment(running.started_at.as_deref()),
        });
    }
    state.waiting.as_ref().map(|waiting| ContainerState::Waiting {
        reason: waiting.reason.clone(),
        message: waiting.message.clone(),
    })
}
