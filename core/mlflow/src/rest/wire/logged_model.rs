use flowdeck_domain::tracking::{LoggedModel, LoggedModelStatus};
use flowdeck_domain::{ExperimentId, ModelId, RunId, Timestamp};
use serde::Deserialize;

use super::page::PairWire;
use super::registry::told;
use super::run::{MetricWire, param};
use super::{Decoding, Int, Missing, Text, Wire};

/// `LoggedModel`.
#[derive(Deserialize)]
pub(in crate::rest) struct LoggedModelWire<'a> {
    #[serde(borrow)]
    info: Option<InfoWire<'a>>,
    #[serde(borrow)]
    data: Option<DataWire<'a>>,
}

#[derive(Deserialize)]
struct InfoWire<'a> {
    #[serde(borrow)]
    model_id: Option<Text<'a>>,
    #[serde(borrow)]
    experiment_id: Option<Text<'a>>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    model_type: Option<Text<'a>>,
    #[serde(borrow)]
    source_run_id: Option<Text<'a>>,
    #[serde(borrow)]
    status: Option<Text<'a>>,
    #[serde(borrow)]
    status_message: Option<Text<'a>>,
    #[serde(borrow)]
    artifact_uri: Option<Text<'a>>,
    creation_timestamp_ms: Option<Int>,
    last_updated_timestamp_ms: Option<Int>,
    #[serde(borrow)]
    tags: Option<Vec<PairWire<'a>>>,
}

#[derive(Default, Deserialize)]
struct DataWire<'a> {
    #[serde(borrow)]
    params: Option<Vec<PairWire<'a>>>,
    #[serde(borrow)]
    metrics: Option<Vec<MetricWire<'a>>>,
}

impl<'de> Wire<'de> for LoggedModelWire<'de> {
    type Item = LoggedModel;

    fn convert(self, cx: &mut Decoding) -> Result<LoggedModel, Missing> {
        let info = self.info.ok_or(Missing("info"))?;
        let data = self.data.unwrap_or_default();
        let id = info.model_id.ok_or(Missing("model_id"))?;
        let experiment_id = info.experiment_id.unwrap_or_default();
        let moment = |millis: Option<Int>| Timestamp(millis.map_or(0, |millis| millis.0));
        Ok(LoggedModel {
            id: ModelId::from(&*id.0),
            experiment_id: ExperimentId::from(cx.shared(&experiment_id.0)),
            name: info.name.unwrap_or_default().into_string(),
            model_type: told(info.model_type),
            source_run_id: told(info.source_run_id).map(RunId::from),
            status: LoggedModelStatus::from_word(&info.status.unwrap_or_default().0),
            status_message: told(info.status_message),
            artifact_uri: info.artifact_uri.unwrap_or_default().into_string(),
            creation_timestamp: moment(info.creation_timestamp_ms),
            last_updated_timestamp: moment(info.last_updated_timestamp_ms),
            params: data
                .params
                .unwrap_or_default()
                .into_iter()
                .map(|wire| param(wire, cx))
                .collect(),
            metrics: data
                .metrics
                .unwrap_or_default()
                .into_iter()
                .map(|wire| wire.convert(cx))
                .collect(),
            tags: cx.tags(info.tags),
        })
    }
}
