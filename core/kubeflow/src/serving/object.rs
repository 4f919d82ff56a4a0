//! What the server spells, as what we mean.

use std::collections::BTreeMap;
use std::mem::take;

use flowdeck_domain::id::{Namespace, ServiceName};
use flowdeck_domain::serving::{
    Autoscaling, Canary, Component, Condition, InferenceService, LoadFailure, Model, ModelStatus, Revisions,
    ServingMode, TrafficShare, Transition,
};
use flowdeck_domain::{Failure, FailureKind, Result};
use serde::Deserialize;
use serde_json::Value;

use super::wire;
use crate::object_meta::{self, moment};

/// `true` alone stops a service; nothing else that the annotation may say counts.
const STOP: &str = "serving.kserve.io/stop";

const MODE: &str = "serving.kserve.io/deploymentMode";

/// Formats that had a key of their own before there was `model`. Source: KServe, `PredictorSpec`.
const OLD_FORMATS: &[&str] = &[
    "sklearn",
    "xgboost",
    "tensorflow",
    "pytorch",
    "triton",
    "onnx",
    "huggingface",
    "pmml",
    "lightgbm",
    "paddle",
];

/// Reads an inference service of `serving.kserve.io/v1beta1`.
///
/// # Errors
/// What is none.
pub fn inference_service(object: &Value) -> Result<InferenceService> {
    wire::InferenceService::deserialize(object)
        .map(InferenceService::from)
        .map_err(|error| {
            Failure::new(
                FailureKind::Server,
                format!("the cluster sent an inference service that cannot be read: {error}"),
            )
            .caused_by(error)
        })
}

impl From<wire::InferenceService> for InferenceService {
    fn from(service: wire::InferenceService) -> Self {
        let wire::InferenceService {
            metadata,
            spec,
            mut status,
        } = service;
        let annotations = metadata.annotations.unwrap_or_default();
        let mode = ServingMode::from_word(&status.deployment_mode)
            .or_else(|| ServingMode::from_word(annotations.get(MODE).map_or("", String::as_str)));
        let mut told = |name: &str| status.components.remove(name).unwrap_or_default();
        let predictor = component(spec.predictor, told("predictor"));
        let transformer = spec.transformer.map(|spec| component(spec, told("transformer")));
        let explainer = spec.explainer.map(|spec| component(spec, told("explainer")));
        Self {
            name: ServiceName::from(metadata.name),
            namespace: Namespace::from(metadata.namespace.unwrap_or_default()),
            uid: metadata.uid,
            resource_version: metadata.resource_version,
            created_at: moment(metadata.creation_timestamp.as_deref()),
            deleted_at: moment(metadata.deletion_timestamp.as_deref()),
            mode: mode.unwrap_or_default(),
            stop_asked: annotations.get(STOP).is_some_and(|word| word == "true"),
            predictor,
            transformer,
            explainer,
            canaries: canaries(spec.canary, &status.canary_statuses),
            runtime: status
                .serving_runtime_name
                .or(status.cluster_serving_runtime_name),
            url: status.url,
            address: status.address.and_then(|address| address.url),
            conditions: status.conditions.into_iter().map(condition).collect(),
            model: model_status(status.model_status),
            labels: metadata.labels.unwrap_or_default(),
            annotations,
        }
    }
}

fn component(mut spec: wire::ComponentSpec, told: wire::ComponentStatus) -> Component {
    let (model, resources) = match model(&mut spec.others) {
        Some((model, resources)) => (Some(model), resources),
        None => {
            let first = spec.containers.first_mut();
            (
                None,
                first
                    .map(|container| take(&mut container.resources))
                    .unwrap_or_default(),
            )
        }
    };
    Component {
        model,
        images: spec
            .containers
            .into_iter()
            .map(|container| container.image)
            .collect(),
        autoscaling: Autoscaling {
            min_replicas: spec.min_replicas,
            max_replicas: spec.max_replicas,
            metric: spec.scale_metric,
            target: spec.scale_target,
        },
        requests: quantities(&resources.requests),
        limits: quantities(&resources.limits),
        canary_percent: spec.canary_traffic_percent,
        url: told.url,
        revisions: Revisions {
            ready: told.latest_ready_revision,
            created: told.latest_created_revision,
            rolled_out: told.latest_rolledout_revision,
            previous: told.previous_rolledout_revision,
        },
        traffic: TrafficShare::merged(told.traffic.into_iter().map(|route| TrafficShare {
            revision: route.revision_name,
            percent: route.percent.unwrap_or_default(),
        })),
    }
}

/// The model of a component: under `model`, or under the name of its format as it was written of old.
fn model(keys: &mut BTreeMap<String, Value>) -> Option<(Model, wire::Resources)> {
    let (old_format, value) = match keys.remove("model") {
        Some(value) => (None, value),
        None => OLD_FORMATS
            .iter()
            .find_map(|format| Some((Some(*format), keys.remove(*format)?)))?,
    };
    let spec = wire::ModelSpec::deserialize(value).ok()?;
    let (format, format_version) = match (spec.model_format, old_format) {
        (Some(format), _) => (format.name, format.version),
        (None, Some(name)) => (name.to_owned(), None),
        (None, None) => (String::new(), None),
    };
    let several = keys
        .remove("storageUris")
        .and_then(|uris| Vec::<wire::StorageUri>::deserialize(uris).ok())
        .unwrap_or_default();
    let one = spec
        .storage_uri
        .or_else(|| spec.storage.and_then(|storage| storage.path));
    let model = Model {
        format,
        format_version,
        runtime: spec.runtime,
        protocol: spec.protocol_version,
        storage_uris: one
            .into_iter()
            .chain(several.into_iter().map(|storage| storage.uri))
            .collect(),
    };
    Some((model, spec.resources))
}

/// Quantities as they were written: `8`, `"2Gi"`.
fn quantities(of: &BTreeMap<String, Value>) -> BTreeMap<String, String> {
    of.iter()
        .map(|(name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            (name.clone(), text)
        })
        .collect()
}

fn canaries(asked: Vec<wire::CanarySpec>, told: &[wire::CanaryStatus]) -> Vec<Canary> {
    asked
        .into_iter()
        .map(|canary| {
            let name = canary.predictor.name;
            let told = told.iter().find(|told| told.name == name);
            Canary {
                percent: canary
                    .traffic_percent
                    .or_else(|| told?.traffic_percent)
                    .unwrap_or_default(),
                ready: told.is_some_and(|told| told.ready),
                name,
            }
        })
        .collect()
}

fn condition(condition: object_meta::Condition) -> Condition {
    Condition {
        status: condition.holds(),
        kind: condition.kind,
        reason: condition.reason,
        message: condition.message,
    }
}

fn model_status(status: wire::ModelStatus) -> ModelStatus {
    ModelStatus {
        transition: Transition::from_word(&status.transition_status),
        active: status.states.active_model_state,
        target: status.states.target_model_state,
        last_failure: status.last_failure_info.map(|failure| LoadFailure {
            reason: failure.reason,
            message: failure.message,
            exit_code: failure.exit_code,
        }),
    }
}
