use std::collections::BTreeMap;

use super::{Component, ComponentKind, ModelStatus, TrafficShare};
use crate::id::{Namespace, ServiceName};
use crate::time::Timestamp;

/// An inference service: what was asked of it, and what its controller says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct InferenceService {
    /// Its name.
    pub name: ServiceName,
    /// Its namespace.
    pub namespace: Namespace,
    /// Its id; another one if it is deleted and made again under the same name.
    pub uid: String,
    /// Which writing of it this is, to notice another writer.
    pub resource_version: String,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it was marked for deletion.
    pub deleted_at: Option<Timestamp>,
    /// How it is run.
    pub mode: ServingMode,
    /// Whether it was asked to stop.
    pub stop_asked: bool,
    /// What answers.
    pub predictor: Component,
    /// What changes requests on their way.
    pub transformer: Option<Component>,
    /// What explains answers.
    pub explainer: Option<Component>,
    /// Canaries of Standard mode.
    pub canaries: Vec<Canary>,
    /// The runtime that was picked.
    pub runtime: Option<String>,
    /// The address outside the cluster. It stays when nothing answers any more, and is made up where there is no ingress.
    pub url: Option<String>,
    /// The address inside the cluster.
    pub address: Option<String>,
    /// What holds of it.
    pub conditions: Vec<Condition>,
    /// What is said of loading the model.
    pub model: ModelStatus,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    pub annotations: BTreeMap<String, String>,
}

/// How a service is run.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum ServingMode {
    /// As a Deployment. It was called RawDeployment.
    #[default]
    Standard,
    /// Through Knative Serving, with revisions and scale to zero. It was called Serverless.
    Knative,
    /// Beside other models in one server.
    ModelMesh,
    /// A word this version does not know.
    Other(String),
}

/// One thing that holds of a service, or does not.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Condition {
    /// `Ready`, `PredictorReady`, `IngressReady`.
    pub kind: String,
    /// Whether it holds; none where the controller does not know.
    pub status: Option<bool>,
    /// One word why; sometimes a sentence.
    pub reason: String,
    /// A sentence why.
    pub message: String,
}

/// A second predictor beside the first, in Standard mode.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Canary {
    /// Its name.
    pub name: String,
    /// Percent of the traffic that was asked for it.
    pub percent: i64,
    /// Whether the controller calls it ready.
    pub ready: bool,
}

impl ServingMode {
    /// Reads the controller's word, old or new; nothing where there is none.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "" => return None,
            "Standard" | "RawDeployment" => Self::Standard,
            "Knative" | "Serverless" => Self::Knative,
            "ModelMesh" => Self::ModelMesh,
            other => Self::Other(other.to_owned()),
        })
    }

    /// The word of today.
    pub fn word(&self) -> &str {
        match self {
            Self::Standard => "Standard",
            Self::Knative => "Knative",
            Self::ModelMesh => "ModelMesh",
            Self::Other(word) => word,
        }
    }
}

impl InferenceService {
    /// What holds of it under this name.
    pub fn condition(&self, kind: &str) -> Option<&Condition> {
        self.conditions.iter().find(|condition| condition.kind == kind)
    }

    /// Whether something holds of it; nothing where that is unknown or was never said.
    pub fn holds(&self, kind: &str) -> Option<bool> {
        self.condition(kind)?.status
    }

    /// The components that it has, the predictor first.
    pub fn components(&self) -> impl Iterator<Item = (ComponentKind, &Component)> {
        ComponentKind::ALL
            .into_iter()
            .filter_map(|kind| Some((kind, self.component(kind)?)))
    }

    /// One of its components.
    pub fn component(&self, kind: ComponentKind) -> Option<&Component> {
        match kind {
            ComponentKind::Predictor => Some(&self.predictor),
            ComponentKind::Transformer => self.transformer.as_ref(),
            ComponentKind::Explainer => self.explainer.as_ref(),
        }
    }

    /// Where its traffic goes: revisions in Knative mode, canaries in Standard mode.
    pub fn traffic(&self) -> &[TrafficShare] {
        &self.predictor.traffic
    }

    /// Whether it was ready once. An address alone does not say so: some get it at once. A model that was loaded does, and
    /// Knative's addresses do.
    pub fn was_ready(&self) -> bool {
        let has_address = self.url.is_some() || self.address.is_some();
        let tells_of_its_model = self.mode == ServingMode::Standard && self.predictor.model.is_some();
        has_address && (!tells_of_its_model || !self.model.active.is_empty())
    }
}
