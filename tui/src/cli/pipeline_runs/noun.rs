use flowdeck_surface::client::pipelines::{MlflowLink, Parameters, PipelineRun, RunSource, StateChange};
use flowdeck_surface::client::{
    ExperimentId, PipelineExperimentId, PipelineVersionId, RecurringRunId, RunId,
};
use flowdeck_surface::status;
use serde::Serialize;
use serde_json::{Value, json};

use crate::cli::output::cell::Cell;
use crate::cli::output::column::{Column, Noun, Shape};
use crate::cli::output::family::Family;
use crate::cli::pipelines::{map, rfc3339};

/// A run as JSON.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    run_id: &'a str,
    display_name: &'a str,
    description: &'a str,
    experiment_id: Option<&'a str>,
    pipeline_version_reference: Option<Reference<'a>>,
    runtime_config: Config<'a>,
    service_account: Option<&'a str>,
    storage_state: &'static str,
    state: &'a str,
    state_history: Vec<Change<'a>>,
    created_at: Option<String>,
    scheduled_at: Option<String>,
    finished_at: Option<String>,
    recurring_run_id: Option<&'a str>,
    error: Option<&'a str>,
    plugins_input: &'a Parameters,
    plugins_output: Option<Value>,
    stopped: bool,
    failed_tasks: Vec<String>,
    reason: Option<String>,
    summary: String,
}

/// One run as JSON, with what it was made from where that came with it.
#[derive(Serialize)]
pub(crate) struct WholeView<'a> {
    #[serde(flatten)]
    run: View<'a>,
    pipeline_spec: Option<&'a Value>,
}

/// The version a run was made from; `pipeline_version_id` is null where it was the latest.
#[derive(Serialize)]
pub(crate) struct Reference<'a> {
    pipeline_id: &'a str,
    pipeline_version_id: Option<&'a str>,
}

/// What was passed.
#[derive(Serialize)]
pub(crate) struct Config<'a> {
    pub(crate) parameters: &'a Parameters,
    pub(crate) pipeline_root: Option<&'a str>,
}

#[derive(Serialize)]
struct Change<'a> {
    update_time: Option<String>,
    state: &'a str,
}

impl<'a> Reference<'a> {
    pub(crate) fn of(source: &'a RunSource) -> Option<Self> {
        match source {
            RunSource::Version {
                pipeline_id,
                version_id,
            } => Some(Self {
                pipeline_id: pipeline_id.as_str(),
                pipeline_version_id: version_id.as_ref().map(PipelineVersionId::as_str),
            }),
            RunSource::Package(_) | RunSource::Unknown => None,
        }
    }
}

impl<'a> WholeView<'a> {
    pub(crate) fn of(run: &'a PipelineRun) -> Self {
        Self {
            pipeline_spec: match &run.source {
                RunSource::Package(spec) => Some(&spec.document),
                RunSource::Version { .. } | RunSource::Unknown => None,
            },
            run: run.view(),
        }
    }
}

fn change(change: &StateChange) -> Change<'_> {
    Change {
        update_time: rfc3339(change.at),
        state: change.state.word(),
    }
}

/// As the server spells it.
fn plugins(link: &MlflowLink) -> Value {
    json!({ "mlflow": {
        "state": link.state,
        "state_message": link.message,
        "entries": {
            "experiment_id": { "value": link.experiment_id.as_ref().map(ExperimentId::as_str) },
            "experiment_name": { "value": link.experiment_name },
            "root_run_id": { "value": link.run_id.as_ref().map(RunId::as_str) },
            "run_url": { "value": link.run_url, "render_type": "URL" },
        },
    } })
}

impl Noun for PipelineRun {
    type View<'a> = View<'a>;

    const PLURAL: &'static str = "pipeline runs";
    const IN_TABLE: &'static [&'static str] = &[
        "run_id",
        "display_name",
        "state",
        "created_at",
        "duration",
        "summary",
    ];

    fn view(&self) -> View<'_> {
        let outcome = self.outcome();
        View {
            run_id: self.id.as_str(),
            display_name: &self.display_name,
            description: &self.description,
            experiment_id: self.experiment_id.as_ref().map(PipelineExperimentId::as_str),
            pipeline_version_reference: Reference::of(&self.source),
            runtime_config: Config {
                parameters: &self.parameters,
                pipeline_root: self.pipeline_root.as_deref(),
            },
            service_account: self.service_account.as_deref(),
            storage_state: self.storage.word(),
            state: self.state.word(),
            state_history: self.state_history.iter().map(change).collect(),
            created_at: rfc3339(self.created_at),
            scheduled_at: rfc3339(self.scheduled_at),
            finished_at: rfc3339(self.finished_at),
            recurring_run_id: self.recurring_run_id.as_ref().map(RecurringRunId::as_str),
            error: self.error.as_deref(),
            plugins_input: &self.plugins_input,
            plugins_output: self.mlflow.as_ref().map(plugins),
            stopped: outcome.stopped,
            failed_tasks: outcome
                .failed_tasks
                .iter()
                .map(|task| self.tasks.place(task))
                .collect(),
            reason: outcome.reason.map(|reason| reason.to_string()),
            summary: outcome.summary,
        }
    }

    fn attributes() -> Vec<Column<Self>> {
        vec![
            Column::new("run_id", "ID", Shape::Whole, |it: &Self| {
                Cell::text(Some(it.id.as_str()))
            }),
            Column::new("display_name", "Name", Shape::Flexible, |it: &Self| {
                Cell::text(Some(&it.display_name))
            }),
            Column::new("state", "State", Shape::Whole, |it: &Self| {
                Cell::State(status::of_pipeline_run(&it.state, it.stopped()))
            }),
            Column::new("summary", "Summary", Shape::Flexible, |it: &Self| {
                Cell::Text(it.outcome().summary.into())
            }),
            Column::new("created_at", "Created", Shape::Whole, |it: &Self| {
                Cell::time(it.created_at)
            }),
            Column::new("finished_at", "Finished", Shape::Whole, |it: &Self| {
                Cell::time(it.finished_at)
            }),
            Column::new("duration", "Took", Shape::Number, |it: &Self| {
                it.duration_ms().map_or(Cell::Unset, Cell::Millis)
            }),
            Column::new("experiment_id", "Experiment", Shape::Whole, |it: &Self| {
                Cell::text(it.experiment_id.as_ref().map(PipelineExperimentId::as_str))
            }),
            Column::new("recurring_run_id", "Schedule", Shape::Whole, |it: &Self| {
                Cell::text(it.recurring_run_id.as_ref().map(RecurringRunId::as_str))
            }),
            Column::new("storage_state", "Storage", Shape::Whole, |it: &Self| {
                Cell::text(Some(it.storage.word()))
            }),
            Column::new("parameters", "Parameters", Shape::Flexible, |it: &Self| {
                map(&it.parameters).map_or(Cell::Unset, |text| Cell::Text(text.into()))
            }),
        ]
    }

    fn families() -> Vec<Family<Self>> {
        Vec::new()
    }
}
