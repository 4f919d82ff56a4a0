use super::trouble::{Trouble, Weight};
use super::{ComponentKind, InferenceService, ServiceState, ServingMode};
use crate::kubernetes::{Event, Pod};
use crate::pipelines::{Cause, CauseKind};

/// What is known beside the service itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Surroundings<'a> {
    /// Its pods; none where they may not be read.
    pub pods: Option<&'a [Pod]>,
    /// Events of the service and of its pods, in order of time.
    pub events: &'a [Event],
}

/// How a service stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Standing {
    /// In one word.
    pub state: ServiceState,
    /// Why it is not as it should be.
    pub cause: Option<Cause>,
    /// Whether anything answers: also an old model while a new one fails, also one that starts with the next request.
    pub serving: bool,
}

impl Standing {
    /// The sentence that a person reads: `UpdateFailed: No module named 'xgboost'; the model before it still serves`.
    pub fn summary(&self) -> String {
        let state = self.state.word();
        let mut text = match &self.cause {
            Some(cause) => format!("{state}: {cause}"),
            None => state.to_owned(),
        };
        text += match (self.state, self.serving) {
            (ServiceState::UpdateFailed, true) => "; the model before it still serves",
            (ServiceState::NotReady, true) => "; its pods answer inside the cluster",
            _ => "",
        };
        text
    }
}

impl<'a> Surroundings<'a> {
    /// Pods of one component that are there to stay.
    fn pods_of(&self, component: &str) -> Option<impl Iterator<Item = &'a Pod>> {
        Some(self.pods?.iter().filter(move |pod| {
            pod.deleted_at.is_none()
                && pod
                    .labels
                    .get("component")
                    .is_some_and(|label| label == component)
        }))
    }

    /// Whether a pod of the predictor answers its probe; nothing where pods may not be read.
    fn has_ready_predictor(&self) -> Option<bool> {
        let mut pods = self.pods_of("predictor")?;
        Some(pods.any(|pod| {
            pod.condition("Ready")
                .is_some_and(|ready| ready.status == Some(true))
        }))
    }

    /// Whether no pod of the predictor is there at all; nothing where pods may not be read.
    fn has_no_predictor(&self) -> Option<bool> {
        Some(self.pods_of("predictor")?.next().is_none())
    }
}

impl InferenceService {
    /// How it stands, by its conditions and by what is around it.
    ///
    /// KServe's `Ready` alone misleads both ways: it stays true while a new model fails, and turns false or unknown while
    /// an old one serves on.
    pub fn standing(&self, around: &Surroundings<'_>) -> Standing {
        let serving = self.serves(around);
        let (state, cause) = self.judged(around, serving);
        Standing {
            state,
            cause,
            serving,
        }
    }

    fn judged(&self, around: &Surroundings<'_>, serving: bool) -> (ServiceState, Option<Cause>) {
        if self.deleted_at.is_some() {
            return (ServiceState::Deleting, None);
        }
        let is_down = self.holds("Stopped") == Some(true);
        if self.stop_asked {
            let state = if is_down {
                ServiceState::Stopped
            } else {
                ServiceState::Stopping
            };
            return (state, None);
        }
        if is_down {
            return (ServiceState::Starting, None);
        }
        let Some(trouble) = Trouble::of(self, around) else {
            return self.untroubled(around, serving);
        };
        let state = match trouble.weight {
            // One pod of several, say, while nothing is being rolled out.
            _ if serving && self.is_settled() => ServiceState::Ready,
            Weight::Unreachable => ServiceState::NotReady,
            Weight::Waits if serving => ServiceState::Updating,
            Weight::Waits => ServiceState::NotReady,
            Weight::Fails if serving => ServiceState::UpdateFailed,
            Weight::Fails => ServiceState::Failed,
        };
        (state, Some(trouble.cause))
    }

    fn untroubled(&self, around: &Surroundings<'_>, serving: bool) -> (ServiceState, Option<Cause>) {
        match self.holds("Ready") {
            Some(true) if self.is_rolling_out() => (ServiceState::Updating, self.canary_in_waiting()),
            Some(true) if self.is_scaled_to_zero(around) => (ServiceState::ScaledToZero, None),
            Some(true) => (ServiceState::Ready, None),
            _ if serving && self.was_ready() => (ServiceState::Updating, None),
            Some(false) if self.was_ready() => (ServiceState::NotReady, Some(self.unready())),
            _ => (ServiceState::Starting, None),
        }
    }

    /// Whether anything answers a request, inside the cluster at least.
    fn serves(&self, around: &Surroundings<'_>) -> bool {
        if self.holds("Stopped") == Some(true) || self.conditions.is_empty() {
            return false;
        }
        if self.mode == ServingMode::Knative {
            return self.was_ready() && self.predictor.has_ready_traffic();
        }
        around
            .has_ready_predictor()
            .unwrap_or_else(|| self.holds("Ready") == Some(true))
    }

    /// Whether it is ready and nothing of it changes.
    fn is_settled(&self) -> bool {
        self.holds("Ready") == Some(true) && !self.is_rolling_out() && !self.model.has_failed()
    }

    /// Whether something newer than what answers is coming up. In Standard mode only the predictor's reason tells.
    fn is_rolling_out(&self) -> bool {
        let is_partial = |kind: ComponentKind| {
            self.condition(&format!("{}Ready", kind.condition_prefix()))
                .is_some_and(|condition| condition.reason == "MinimumReplicasAvailable")
        };
        self.components()
            .any(|(kind, component)| is_partial(kind) || component.has_pending_revision())
            || self.canary_in_waiting().is_some()
    }

    fn canary_in_waiting(&self) -> Option<Cause> {
        let canary = self.canaries.iter().find(|canary| !canary.ready)?;
        let words = format!("the canary {} is not ready", canary.name);
        Some(Cause::said(CauseKind::Other, words))
    }

    fn is_scaled_to_zero(&self, around: &Surroundings<'_>) -> bool {
        self.mode == ServingMode::Knative && around.has_no_predictor() == Some(true)
    }

    /// Why it went, where nothing says more than that it did.
    fn unready(&self) -> Cause {
        let said = self
            .components()
            .filter_map(|(kind, _)| self.condition(&format!("{}Ready", kind.condition_prefix())))
            .find(|condition| condition.status == Some(false) && !condition.message.is_empty());
        Cause::said(
            CauseKind::Other,
            said.map_or("none of its pods is ready", |condition| &condition.message),
        )
    }
}
