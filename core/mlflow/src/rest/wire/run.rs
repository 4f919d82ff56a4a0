use flowdeck_domain::tracking::{
    Dataset, DatasetInput, Metric, MetricOrigin, ModelInput, ModelOutput, Param, Run, RunInfo, RunStatus,
};
use flowdeck_domain::{ExperimentId, MetricKey, ModelId, ParamKey, RunId, Timestamp};
use serde::Deserialize;

use super::experiment::{lifecycle, time};
use super::page::PairWire;
use super::registry::told;
use super::{Decoding, Double, Int, Missing, Text, Wire};

/// `Run`.
#[derive(Deserialize)]
pub(in crate::rest) struct RunWire<'a> {
    #[serde(borrow)]
    info: Option<InfoWire<'a>>,
    #[serde(borrow)]
    data: Option<DataWire<'a>>,
    #[serde(borrow)]
    inputs: Option<InputsWire<'a>>,
    #[serde(borrow)]
    outputs: Option<OutputsWire<'a>>,
}

#[derive(Deserialize)]
struct InfoWire<'a> {
    #[serde(borrow)]
    run_id: Option<Text<'a>>,
    #[serde(borrow)]
    run_uuid: Option<Text<'a>>,
    #[serde(borrow)]
    run_name: Option<Text<'a>>,
    #[serde(borrow)]
    experiment_id: Option<Text<'a>>,
    #[serde(borrow)]
    user_id: Option<Text<'a>>,
    #[serde(borrow)]
    status: Option<Text<'a>>,
    start_time: Option<Int>,
    end_time: Option<Int>,
    #[serde(borrow)]
    artifact_uri: Option<Text<'a>>,
    #[serde(borrow)]
    lifecycle_stage: Option<Text<'a>>,
}

#[derive(Default, Deserialize)]
struct DataWire<'a> {
    #[serde(borrow)]
    metrics: Option<Vec<MetricWire<'a>>>,
    #[serde(borrow)]
    params: Option<Vec<PairWire<'a>>>,
    #[serde(borrow)]
    tags: Option<Vec<PairWire<'a>>>,
}

/// `Metric`, of a run or of a logged model.
#[derive(Deserialize)]
pub(super) struct MetricWire<'a> {
    #[serde(borrow, default)]
    key: Text<'a>,
    value: Option<Double>,
    timestamp: Option<Int>,
    step: Option<Int>,
    #[serde(borrow)]
    model_id: Option<Text<'a>>,
    #[serde(borrow)]
    run_id: Option<Text<'a>>,
    #[serde(borrow)]
    dataset_name: Option<Text<'a>>,
    #[serde(borrow)]
    dataset_digest: Option<Text<'a>>,
}

#[derive(Default, Deserialize)]
struct InputsWire<'a> {
    #[serde(borrow)]
    dataset_inputs: Option<Vec<DatasetInputWire<'a>>>,
    #[serde(borrow)]
    model_inputs: Option<Vec<ModelWire<'a>>>,
}

#[derive(Deserialize)]
struct DatasetInputWire<'a> {
    #[serde(borrow)]
    dataset: Option<DatasetWire<'a>>,
    #[serde(borrow)]
    tags: Option<Vec<PairWire<'a>>>,
}

#[derive(Default, Deserialize)]
struct DatasetWire<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    digest: Text<'a>,
    #[serde(borrow)]
    source_type: Option<Text<'a>>,
    #[serde(borrow)]
    source: Option<Text<'a>>,
    #[serde(borrow)]
    schema: Option<Text<'a>>,
    #[serde(borrow)]
    profile: Option<Text<'a>>,
}

#[derive(Default, Deserialize)]
struct OutputsWire<'a> {
    #[serde(borrow)]
    model_outputs: Option<Vec<ModelWire<'a>>>,
}

#[derive(Deserialize)]
struct ModelWire<'a> {
    #[serde(borrow, default)]
    model_id: Text<'a>,
    step: Option<Int>,
}

impl<'de> Wire<'de> for RunWire<'de> {
    type Item = Run;

    fn convert(self, cx: &mut Decoding) -> Result<Run, Missing> {
        let mut run = Run::bare(self.info.ok_or(Missing("info"))?.convert(cx)?);
        let data = self.data.unwrap_or_default();
        let wanted = std::mem::take(&mut cx.fields);
        for wire in data.metrics.unwrap_or_default() {
            if wanted.metrics.contains(&wire.key.0) {
                run.metrics.push(wire.convert(cx));
            }
        }
        for wire in data.params.unwrap_or_default() {
            if wanted.params.contains(&wire.key.0) {
                run.params.push(param(wire, cx));
            }
        }
        for wire in data.tags.unwrap_or_default() {
            if wanted.tags.contains(&wire.key.0) {
                run.tags.push(cx.tag(wire));
            }
        }
        if wanted.inputs {
            add_inputs(&mut run, self.inputs, self.outputs, cx);
        }
        cx.fields = wanted;
        // Page after page of runs is held at once: nothing that growth left over is kept.
        run.metrics.shrink_to_fit();
        run.params.shrink_to_fit();
        run.tags.shrink_to_fit();
        Ok(run)
    }
}

impl InfoWire<'_> {
    fn convert(self, cx: &mut Decoding) -> Result<RunInfo, Missing> {
        let id = self.run_id.or(self.run_uuid).ok_or(Missing("run_id"))?;
        let experiment_id = self.experiment_id.unwrap_or_default();
        let status = self.status.unwrap_or_default();
        Ok(RunInfo {
            id: RunId::from(&*id.0),
            experiment_id: ExperimentId::from(cx.shared(&experiment_id.0)),
            name: self.run_name.unwrap_or_default().into_string(),
            user_id: cx.shared(&self.user_id.unwrap_or_default().0),
            status: RunStatus::from_word(&status.0),
            start_time: time(self.start_time),
            end_time: time(self.end_time),
            artifact_uri: self.artifact_uri.unwrap_or_default().into_string(),
            lifecycle: lifecycle(self.lifecycle_stage),
        })
    }
}

impl MetricWire<'_> {
    pub(super) fn convert(self, cx: &mut Decoding) -> Metric {
        let value = self.value.map_or(0.0, |value| value.0);
        cx.clamped |= value.abs() == f64::MAX;
        let origin = MetricOrigin {
            model_id: told(self.model_id).map(|id| ModelId::from(cx.shared(&id))),
            run_id: told(self.run_id).map(|id| RunId::from(cx.shared(&id))),
            dataset_name: told(self.dataset_name),
            dataset_digest: told(self.dataset_digest),
        };
        Metric {
            key: MetricKey::from(cx.shared(&self.key.0)),
            value,
            timestamp: Timestamp(self.timestamp.map_or(0, |millis| millis.0)),
            step: self.step.map_or(0, |step| step.0),
            origin: (origin != MetricOrigin::default()).then(|| Box::new(origin)),
        }
    }
}

pub(super) fn param(wire: PairWire<'_>, cx: &mut Decoding) -> Param {
    Param {
        key: ParamKey::from(cx.shared(&wire.key.0)),
        value: wire.value.unwrap_or_default().into_string(),
    }
}

fn add_inputs(
    run: &mut Run,
    inputs: Option<InputsWire<'_>>,
    outputs: Option<OutputsWire<'_>>,
    cx: &mut Decoding,
) {
    let inputs = inputs.unwrap_or_default();
    for wire in inputs.dataset_inputs.unwrap_or_default() {
        run.datasets.push(DatasetInput {
            dataset: dataset(wire.dataset.unwrap_or_default()),
            tags: cx.tags(wire.tags),
        });
    }
    for wire in inputs.model_inputs.unwrap_or_default() {
        let model_id = ModelId::from(&*wire.model_id.0);
        run.model_inputs.push(ModelInput { model_id });
    }
    for wire in outputs.unwrap_or_default().model_outputs.unwrap_or_default() {
        run.model_outputs.push(ModelOutput {
            model_id: ModelId::from(&*wire.model_id.0),
            step: wire.step.map_or(0, |step| step.0),
        });
    }
}

fn dataset(wire: DatasetWire<'_>) -> Dataset {
    Dataset {
        name: wire.name.into_string(),
        digest: wire.digest.into_string(),
        source_type: wire.source_type.unwrap_or_default().into_string(),
        source: wire.source.unwrap_or_default().into_string(),
        schema: wire.schema.map(Text::into_string),
        profile: wire.profile.map(Text::into_string),
    }
}
