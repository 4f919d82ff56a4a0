use flowdeck_domain::tracking::{Experiment, Lifecycle};
use flowdeck_domain::{ExperimentId, Timestamp};
use serde::Deserialize;

use super::page::PairWire;
use super::{Decoding, Int, Missing, Text, Wire};

/// `Experiment`.
#[derive(Deserialize)]
pub(in crate::rest) struct ExperimentWire<'a> {
    #[serde(borrow)]
    experiment_id: Option<Text<'a>>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    artifact_location: Option<Text<'a>>,
    #[serde(borrow)]
    lifecycle_stage: Option<Text<'a>>,
    creation_time: Option<Int>,
    last_update_time: Option<Int>,
    #[serde(borrow)]
    tags: Option<Vec<PairWire<'a>>>,
}

impl<'de> Wire<'de> for ExperimentWire<'de> {
    type Item = Experiment;

    fn convert(self, cx: &mut Decoding) -> Result<Experiment, Missing> {
        let id = self.experiment_id.ok_or(Missing("experiment_id"))?;
        Ok(Experiment {
            id: ExperimentId::from(cx.shared(&id.0)),
            name: self.name.unwrap_or_default().into_string(),
            artifact_location: self.artifact_location.unwrap_or_default().into_string(),
            lifecycle: lifecycle(self.lifecycle_stage),
            creation_time: time(self.creation_time),
            last_update_time: time(self.last_update_time),
            tags: cx.tags(self.tags),
        })
    }
}

/// The answer to `experiments/create`.
#[derive(Deserialize)]
pub(in crate::rest) struct ExperimentIdWire<'a> {
    #[serde(borrow, default)]
    pub(in crate::rest) experiment_id: Text<'a>,
}

/// A stage that is absent is active: the default of MLflow's protocol.
pub(super) fn lifecycle(stage: Option<Text<'_>>) -> Lifecycle {
    stage
        .and_then(|stage| Lifecycle::from_word(&stage.0))
        .unwrap_or_default()
}

/// A moment; zero is how a protocol buffer leaves one unset.
pub(super) fn time(millis: Option<Int>) -> Option<Timestamp> {
    millis
        .filter(|millis| millis.0 != 0)
        .map(|millis| Timestamp(millis.0))
}
