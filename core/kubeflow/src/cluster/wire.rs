//! The objects as the API server spells them, as far as they are read. Everything may be absent: a server of another
//! version, or a controller in haste, leaves things out.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::object_meta::{Condition, Meta};

/// A page of a list.
#[derive(Deserialize)]
#[serde(bound = "T: Deserialize<'de>")]
pub(super) struct List<T> {
    #[serde(default)]
    pub(super) metadata: ListMeta,
    #[serde(default = "Vec::new")]
    pub(super) items: Vec<T>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ListMeta {
    #[serde(rename = "continue")]
    pub(super) next: Option<String>,
    #[serde(rename = "resourceVersion")]
    pub(super) resource_version: String,
}

/// Anything of which the name is enough.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Named {
    pub(super) metadata: Meta,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Pod {
    pub(super) metadata: Meta,
    pub(super) spec: PodSpec,
    pub(super) status: PodStatus,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct PodSpec {
    pub(super) node_name: Option<String>,
    pub(super) restart_policy: String,
    pub(super) init_containers: Vec<ContainerSpec>,
    pub(super) containers: Vec<ContainerSpec>,
    pub(super) ephemeral_containers: Vec<ContainerSpec>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ContainerSpec {
    pub(super) name: String,
    pub(super) image: String,
    pub(super) restart_policy: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct PodStatus {
    pub(super) phase: String,
    pub(super) reason: String,
    pub(super) message: String,
    pub(super) start_time: Option<String>,
    pub(super) conditions: Vec<Condition>,
    pub(super) init_container_statuses: Vec<ContainerStatus>,
    pub(super) container_statuses: Vec<ContainerStatus>,
    pub(super) ephemeral_container_statuses: Vec<ContainerStatus>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ContainerStatus {
    pub(super) name: String,
    pub(super) ready: bool,
    pub(super) started: Option<bool>,
    pub(super) restart_count: u32,
    #[serde(rename = "containerID")]
    pub(super) container_id: Option<String>,
    pub(super) state: State,
    pub(super) last_state: State,
}

/// At most one of the three is set.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct State {
    pub(super) waiting: Option<Waiting>,
    pub(super) running: Option<Running>,
    pub(super) terminated: Option<Terminated>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Waiting {
    pub(super) reason: String,
    pub(super) message: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Running {
    pub(super) started_at: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Terminated {
    pub(super) exit_code: i32,
    pub(super) signal: i32,
    pub(super) reason: String,
    pub(super) message: String,
    pub(super) started_at: Option<String>,
    pub(super) finished_at: Option<String>,
    #[serde(rename = "containerID")]
    pub(super) container_id: Option<String>,
}

/// An event, in the shape of old writers and of new ones: the new set `eventTime`, `series` and `reportingComponent`.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Event {
    pub(super) metadata: Meta,
    pub(super) involved_object: InvolvedObject,
    pub(super) reason: String,
    pub(super) message: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) count: Option<u32>,
    pub(super) first_timestamp: Option<String>,
    pub(super) last_timestamp: Option<String>,
    pub(super) event_time: Option<String>,
    pub(super) series: Option<Series>,
    pub(super) source: Source,
    pub(super) reporting_component: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct InvolvedObject {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) namespace: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Series {
    pub(super) count: Option<u32>,
    pub(super) last_observed_time: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Source {
    pub(super) component: String,
}

/// A service, as far as a port is forwarded to it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Service {
    pub(super) spec: ServiceSpec,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ServiceSpec {
    pub(super) selector: Option<BTreeMap<String, String>>,
    pub(super) ports: Vec<ServicePort>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ServicePort {
    pub(super) port: u16,
    pub(super) target_port: Option<PortName>,
}

/// A number, or the name that a container gives one of its ports.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum PortName {
    Number(u16),
    Name(String),
}

/// The named ports of a pod.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct PodPorts {
    pub(super) spec: PodPortsSpec,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct PodPortsSpec {
    pub(super) containers: Vec<ContainerPorts>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ContainerPorts {
    pub(super) ports: Vec<ContainerPort>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ContainerPort {
    pub(super) name: String,
    pub(super) container_port: u16,
}
