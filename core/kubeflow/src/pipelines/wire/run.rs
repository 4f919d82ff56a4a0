use std::collections::BTreeMap;
use std::sync::Arc;

use flowdeck_domain::pipelines::{
    MlflowLink, Parameters, PipelineRun, RunSource, RunState, StateChange, Storage, TaskTree,
};
use flowdeck_domain::{
    ExperimentId, PipelineExperimentId, PipelineId, PipelineRunId, PipelineVersionId, RecurringRunId, RunId,
};
use serde::Deserialize;
use serde_json::Value;

use super::task::tree_of_tasks;
use super::{Listed, StatusWire, TaskWire, read_spec, sentence, set, time};
use crate::argo::{NodeDetail, tree_of_details};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RunWire {
    run_id: Option<String>,
    display_name: Option<String>,
    description: Option<String>,
    experiment_id: Option<String>,
    pipeline_version_reference: Option<ReferenceWire>,
    pipeline_spec: Option<Value>,
    pipeline_version_id: Option<String>,
    storage_state: Option<String>,
    state: Option<String>,
    state_history: Option<Vec<StatusChangeWire>>,
    runtime_config: Option<ConfigWire>,
    service_account: Option<String>,
    created_at: Option<String>,
    scheduled_at: Option<String>,
    finished_at: Option<String>,
    recurring_run_id: Option<String>,
    error: Option<StatusWire>,
    run_details: Option<DetailsWire>,
    /// Of servers with a task API, where they are asked for.
    tasks: Option<Vec<TaskWire>>,
    plugins_input: Option<Parameters>,
    plugins_output: Option<BTreeMap<String, PluginWire>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ReferenceWire {
    pipeline_id: Option<String>,
    pipeline_version_id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ConfigWire {
    pub(super) parameters: Option<Parameters>,
    pub(super) pipeline_root: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct StatusChangeWire {
    update_time: Option<String>,
    state: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct DetailsWire {
    task_details: Option<Vec<NodeDetail>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PluginWire {
    state: Option<String>,
    state_message: Option<String>,
    entries: Option<BTreeMap<String, EntryWire>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct EntryWire {
    value: Option<Value>,
}

impl Listed for RunWire {
    type Item = PipelineRun;

    const KEYS: &'static [&'static str] = &["runs"];
    const PLURAL: &'static str = "runs";

    fn item(self) -> PipelineRun {
        let config = self.runtime_config.unwrap_or_default();
        let details = self.run_details.and_then(|details| details.task_details);
        let tasks = match (self.tasks.filter(|tasks| !tasks.is_empty()), details) {
            (Some(tasks), _) => tree_of_tasks(tasks),
            (None, Some(entries)) => tree_of_details(&entries),
            (None, None) => TaskTree::default(),
        };
        let mut run = PipelineRun {
            id: PipelineRunId::from(self.run_id.unwrap_or_default()),
            display_name: self.display_name.unwrap_or_default(),
            description: self.description.unwrap_or_default(),
            experiment_id: set(self.experiment_id).map(PipelineExperimentId::from),
            source: source(
                self.pipeline_version_reference,
                self.pipeline_version_id,
                self.pipeline_spec,
            ),
            storage: Storage::from_word(&self.storage_state.unwrap_or_default()),
            state: RunState::from_word(&self.state.unwrap_or_default()),
            state_history: self
                .state_history
                .unwrap_or_default()
                .into_iter()
                .map(change)
                .collect(),
            parameters: config.parameters.unwrap_or_default(),
            pipeline_root: set(config.pipeline_root),
            service_account: set(self.service_account),
            created_at: time(self.created_at),
            scheduled_at: time(self.scheduled_at),
            finished_at: time(self.finished_at),
            recurring_run_id: set(self.recurring_run_id).map(RecurringRunId::from),
            error: sentence(self.error),
            tasks: TaskTree::default(),
            told_to_stop: false,
            plugins_input: self.plugins_input.unwrap_or_default(),
            mlflow: self
                .plugins_output
                .unwrap_or_default()
                .remove("mlflow")
                .map(PluginWire::link),
        };
        run.set_tasks(tasks);
        run
    }
}

fn change(wire: StatusChangeWire) -> StateChange {
    StateChange {
        state: RunState::from_word(&wire.state.unwrap_or_default()),
        at: time(wire.update_time),
    }
}

/// What a run is made from: a reference, a version alone as servers before 2.0.1 wrote it, or a package.
pub(super) fn source(
    reference: Option<ReferenceWire>,
    version_alone: Option<String>,
    spec: Option<Value>,
) -> RunSource {
    let reference = reference.unwrap_or_default();
    let version = set(reference.pipeline_version_id).or_else(|| set(version_alone));
    let pipeline = set(reference.pipeline_id);
    if pipeline.is_some() || version.is_some() {
        return RunSource::Version {
            pipeline_id: PipelineId::from(pipeline.unwrap_or_default()),
            version_id: version.map(PipelineVersionId::from),
        };
    }
    spec.filter(Value::is_object)
        .map_or(RunSource::Unknown, |document| {
            RunSource::Package(Arc::new(read_spec(document)))
        })
}

impl PluginWire {
    fn link(self) -> MlflowLink {
        let mut entries = self.entries.unwrap_or_default();
        let mut entry = |key: &str| match entries.remove(key)?.value? {
            Value::String(text) => set(Some(text)),
            Value::Null => None,
            other => Some(other.to_string()),
        };
        MlflowLink {
            state: self.state.unwrap_or_default(),
            message: set(self.state_message),
            experiment_id: entry("experiment_id").map(ExperimentId::from),
            experiment_name: entry("experiment_name"),
            run_id: entry("root_run_id").map(RunId::from),
            run_url: entry("run_url"),
        }
    }
}
