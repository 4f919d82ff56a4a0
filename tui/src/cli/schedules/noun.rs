use flowdeck_surface::client::pipelines::{Parameters, RecurringRun, RecurringRunStatus, RunSource, Trigger};
use flowdeck_surface::client::{Namespace, PipelineExperimentId, PipelineVersionId, Timestamp};
use flowdeck_surface::pipelines::{FIRES_SHOWN, trigger_words};
use flowdeck_surface::status;
use serde::Serialize;
use serde_json::{Value, json};

use crate::cli::output::cell::Cell;
use crate::cli::output::column::{Column, Noun, Shape};
use crate::cli::output::family::Family;
use crate::cli::pipeline_runs::now;
use crate::cli::pipelines::{map, rfc3339};

/// A schedule as JSON.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    recurring_run_id: &'a str,
    display_name: &'a str,
    description: &'a str,
    experiment_id: Option<&'a str>,
    pipeline_version_reference: Option<Value>,
    runtime_config: Config<'a>,
    service_account: Option<&'a str>,
    trigger: Value,
    max_concurrency: u32,
    no_catchup: bool,
    status: &'static str,
    created_at: Option<String>,
    updated_at: Option<String>,
    namespace: Option<&'a str>,
    error: Option<&'a str>,
    next_times: Vec<Option<String>>,
    warning: Option<String>,
    summary: String,
}

#[derive(Serialize)]
struct Config<'a> {
    parameters: &'a Parameters,
    pipeline_root: Option<&'a str>,
}

fn reference(source: &RunSource) -> Option<Value> {
    match source {
        RunSource::Version {
            pipeline_id,
            version_id,
        } => Some(json!({
            "pipeline_id": pipeline_id.as_str(),
            "pipeline_version_id": version_id.as_ref().map(PipelineVersionId::as_str),
        })),
        RunSource::Package(_) | RunSource::Unknown => None,
    }
}

/// As the server spells it; both kinds are always there, one of them null at least.
fn trigger(trigger: &Trigger) -> Value {
    let (mut cron, mut periodic) = (Value::Null, Value::Null);
    match trigger {
        Trigger::Never => {}
        Trigger::Cron {
            expression,
            start,
            end,
        } => {
            cron = json!({ "cron": expression, "start_time": rfc3339(*start), "end_time": rfc3339(*end) });
        }
        Trigger::Interval { seconds, start, end } => {
            periodic = json!({ "interval_second": seconds, "start_time": rfc3339(*start), "end_time": rfc3339(*end) });
        }
    }
    json!({ "cron_schedule": cron, "periodic_schedule": periodic })
}

/// The next times that it fires; none where it does not.
fn next_times(it: &RecurringRun, now: Timestamp, count: usize) -> Vec<Timestamp> {
    match it.status {
        RecurringRunStatus::Disabled => Vec::new(),
        _ => it.trigger.next_times(now, count),
    }
}

fn summary(it: &RecurringRun) -> String {
    if let Some(error) = &it.error {
        return format!("cannot be read: {error}");
    }
    if let Some(warning) = it.warning() {
        return warning;
    }
    match it.status {
        RecurringRunStatus::Disabled => "fires no more: it is disabled".to_owned(),
        _ => match next_times(it, now(), 1).first() {
            Some(at) => format!("fires next at {}", rfc3339(Some(*at)).unwrap_or_default()),
            None => "fires no more".to_owned(),
        },
    }
}

impl Noun for RecurringRun {
    type View<'a> = View<'a>;

    const PLURAL: &'static str = "schedules";
    const IN_TABLE: &'static [&'static str] = &[
        "recurring_run_id",
        "display_name",
        "status",
        "trigger",
        "next_time",
        "summary",
    ];

    fn view(&self) -> View<'_> {
        let times = next_times(self, now(), FIRES_SHOWN);
        View {
            recurring_run_id: self.id.as_str(),
            display_name: &self.display_name,
            description: &self.description,
            experiment_id: self.experiment_id.as_ref().map(PipelineExperimentId::as_str),
            pipeline_version_reference: reference(&self.source),
            runtime_config: Config {
                parameters: &self.parameters,
                pipeline_root: self.pipeline_root.as_deref(),
            },
            service_account: self.service_account.as_deref(),
            trigger: trigger(&self.trigger),
            max_concurrency: self.max_concurrency,
            no_catchup: self.no_catchup,
            status: self.status.word(),
            created_at: rfc3339(self.created_at),
            updated_at: rfc3339(self.updated_at),
            namespace: self.namespace.as_ref().map(Namespace::as_str),
            error: self.error.as_deref(),
            next_times: times.into_iter().map(|at| rfc3339(Some(at))).collect(),
            warning: self.warning(),
            summary: summary(self),
        }
    }

    fn attributes() -> Vec<Column<Self>> {
        vec![
            Column::new("recurring_run_id", "ID", Shape::Whole, |it: &Self| {
                Cell::text(Some(it.id.as_str()))
            }),
            Column::new("display_name", "Name", Shape::Flexible, |it: &Self| {
                Cell::text(Some(&it.display_name))
            }),
            Column::new("status", "Status", Shape::Whole, |it: &Self| {
                Cell::State(status::of_recurring_run(it.status))
            }),
            Column::new("trigger", "When", Shape::Whole, |it: &Self| {
                Cell::Text(trigger_words(&it.trigger).into())
            }),
            Column::new("next_time", "Next", Shape::Whole, |it: &Self| {
                Cell::time(next_times(it, now(), 1).first().copied())
            }),
            Column::new("summary", "Summary", Shape::Flexible, |it: &Self| {
                Cell::Text(summary(it).into())
            }),
            Column::new("max_concurrency", "At once", Shape::Number, |it: &Self| {
                Cell::Integer(it.max_concurrency.into())
            }),
            Column::new("created_at", "Created", Shape::Whole, |it: &Self| {
                Cell::time(it.created_at)
            }),
            Column::new("experiment_id", "Experiment", Shape::Whole, |it: &Self| {
                Cell::text(it.experiment_id.as_ref().map(PipelineExperimentId::as_str))
            }),
            Column::new("namespace", "Namespace", Shape::Whole, |it: &Self| {
                Cell::text(it.namespace.as_ref().map(Namespace::as_str))
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
