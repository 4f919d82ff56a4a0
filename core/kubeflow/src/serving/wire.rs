//! KServe's objects as the API server spells them, as far as they are read. Everything may be absent.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::object_meta::{Condition, Meta};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct InferenceService {
    pub(super) metadata: Meta,
    pub(super) spec: Spec,
    pub(super) status: Status,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Spec {
    pub(super) predictor: ComponentSpec,
    pub(super) transformer: Option<ComponentSpec>,
    pub(super) explainer: Option<ComponentSpec>,
    pub(super) canary: Vec<CanarySpec>,
}

/// A component: a pod's spec with scaling beside it, and a model under `model` or, of old, under its format's name.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ComponentSpec {
    pub(super) min_replicas: Option<i64>,
    pub(super) max_replicas: Option<i64>,
    pub(super) scale_metric: Option<String>,
    pub(super) scale_target: Option<i64>,
    pub(super) canary_traffic_percent: Option<i64>,
    pub(super) containers: Vec<Container>,
    #[serde(flatten)]
    pub(super) others: BTreeMap<String, Value>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Container {
    pub(super) image: String,
    pub(super) resources: Resources,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ModelSpec {
    pub(super) model_format: Option<Format>,
    pub(super) runtime: Option<String>,
    pub(super) protocol_version: Option<String>,
    pub(super) storage_uri: Option<String>,
    pub(super) storage: Option<Storage>,
    pub(super) resources: Resources,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Format {
    pub(super) name: String,
    pub(super) version: Option<String>,
}

/// A place in a store whose address a secret holds.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Storage {
    pub(super) path: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Resources {
    pub(super) requests: BTreeMap<String, Value>,
    pub(super) limits: BTreeMap<String, Value>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct StorageUri {
    pub(super) uri: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct CanarySpec {
    pub(super) predictor: Named,
    pub(super) traffic_percent: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Named {
    pub(super) name: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Status {
    pub(super) url: Option<String>,
    pub(super) address: Option<Address>,
    pub(super) deployment_mode: String,
    pub(super) components: BTreeMap<String, ComponentStatus>,
    pub(super) conditions: Vec<Condition>,
    pub(super) model_status: ModelStatus,
    pub(super) canary_statuses: Vec<CanaryStatus>,
    pub(super) serving_runtime_name: Option<String>,
    pub(super) cluster_serving_runtime_name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Address {
    pub(super) url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ComponentStatus {
    pub(super) url: Option<String>,
    pub(super) latest_ready_revision: Option<String>,
    pub(super) latest_created_revision: Option<String>,
    pub(super) latest_rolledout_revision: Option<String>,
    pub(super) previous_rolledout_revision: Option<String>,
    pub(super) traffic: Vec<Traffic>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Traffic {
    pub(super) revision_name: String,
    pub(super) percent: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ModelStatus {
    pub(super) transition_status: String,
    pub(super) states: ModelStates,
    pub(super) last_failure_info: Option<LastFailure>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ModelStates {
    pub(super) active_model_state: String,
    pub(super) target_model_state: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct LastFailure {
    pub(super) reason: String,
    pub(super) message: String,
    pub(super) exit_code: Option<i32>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct CanaryStatus {
    pub(super) name: String,
    pub(super) traffic_percent: Option<i64>,
    pub(super) ready: bool,
}
