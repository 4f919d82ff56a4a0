use std::collections::BTreeMap;

/// What part of an inference service a component is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash, Ord, PartialOrd)]
pub enum ComponentKind {
    /// It holds the model and answers.
    Predictor,
    /// It changes requests and answers on their way.
    Transformer,
    /// It explains answers.
    Explainer,
}

impl ComponentKind {
    /// All, in the order in which a request meets them, the explainer last.
    pub const ALL: [Self; 3] = [Self::Predictor, Self::Transformer, Self::Explainer];

    /// The key of it in a spec, and the value of the pods' label `component`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Predictor => "predictor",
            Self::Transformer => "transformer",
            Self::Explainer => "explainer",
        }
    }

    /// How conditions about it begin: `PredictorReady`.
    pub const fn condition_prefix(self) -> &'static str {
        match self {
            Self::Predictor => "Predictor",
            Self::Transformer => "Transformer",
            Self::Explainer => "Explainer",
        }
    }
}

/// A predictor, a transformer or an explainer: what was asked of it, and its revisions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Component {
    /// The model that it loads; none for a container of one's own.
    pub model: Option<Model>,
    /// Images of containers of one's own.
    pub images: Vec<String>,
    /// How many copies of it run.
    pub autoscaling: Autoscaling,
    /// What its main container asks for: `nvidia.com/gpu`, `memory`.
    pub requests: BTreeMap<String, String>,
    /// What its main container may use.
    pub limits: BTreeMap<String, String>,
    /// Percent of the traffic that was asked for its newest revision. Means something in Knative mode alone.
    pub canary_percent: Option<i64>,
    /// Its own address.
    pub url: Option<String>,
    /// Its revisions, in Knative mode.
    pub revisions: Revisions,
    /// Where traffic goes, in Knative mode; each revision once.
    pub traffic: Vec<TrafficShare>,
}

/// A model that a component loads.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Model {
    /// `sklearn`, `mlflow`, `huggingface`.
    pub format: String,
    /// Version of the format.
    pub format_version: Option<String>,
    /// The runtime that was asked for; without one the server picks by the format.
    pub runtime: Option<String>,
    /// `v1`, `v2`, `grpc-v2`; without one the runtime's own.
    pub protocol: Option<String>,
    /// Where it lies; several where more than one is laid side by side.
    pub storage_uris: Vec<String>,
}

/// How many copies of a component run.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Autoscaling {
    /// At least so many. 0 scales to zero in Knative mode alone.
    pub min_replicas: Option<i64>,
    /// At most so many; 0 is no limit.
    pub max_replicas: Option<i64>,
    /// What is measured: `concurrency`, `rps`, `cpu`, `memory`.
    pub metric: Option<String>,
    /// What one copy is meant to bear of it.
    pub target: Option<i64>,
}

/// The revisions that a Knative component has.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Revisions {
    /// The newest that was ready.
    pub ready: Option<String>,
    /// The newest that was made.
    pub created: Option<String>,
    /// The newest that all traffic went to.
    pub rolled_out: Option<String>,
    /// The one that all traffic went to before.
    pub previous: Option<String>,
}

/// How much of the traffic a revision gets.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TrafficShare {
    /// The revision's name.
    pub revision: String,
    /// Percent; the shares add up to 100 where the server checks that.
    pub percent: i64,
}

impl Component {
    /// Where its model lies: the first, where there are several.
    pub fn storage_uri(&self) -> Option<&str> {
        self.model.as_ref()?.storage_uris.first().map(String::as_str)
    }

    /// Whether a revision was made that has not become ready.
    pub fn has_pending_revision(&self) -> bool {
        self.revisions.created.is_some() && self.revisions.created != self.revisions.ready
    }

    /// Whether traffic goes to a revision that can answer.
    ///
    /// While the newest revision is not ready, the server names the one before it in its place.
    pub fn has_ready_traffic(&self) -> bool {
        self.traffic.iter().any(|share| {
            let is_pending =
                self.has_pending_revision() && self.revisions.created.as_ref() == Some(&share.revision);
            share.percent > 0 && !is_pending
        })
    }
}

impl TrafficShare {
    /// Adds up what several routes give to the same revision; the order of first sight stays.
    pub fn merged(routes: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut shares: Vec<Self> = Vec::new();
        for route in routes {
            match shares.iter_mut().find(|share| share.revision == route.revision) {
                Some(share) => share.percent += route.percent,
                None => shares.push(route),
            }
        }
        shares
    }
}
