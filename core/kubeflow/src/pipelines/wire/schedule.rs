use flowdeck_domain::pipelines::{Parameters, RecurringRun, RecurringRunStatus, Trigger};
use flowdeck_domain::{Namespace, PipelineExperimentId, RecurringRunId};
use serde::Deserialize;
use serde_json::Value;

use super::run::{ConfigWire, ReferenceWire, source};
use super::{Listed, StatusWire, number, sentence, set, time};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ScheduleWire {
    recurring_run_id: Option<String>,
    display_name: Option<String>,
    description: Option<String>,
    experiment_id: Option<String>,
    pipeline_version_reference: Option<ReferenceWire>,
    pipeline_spec: Option<Value>,
    pipeline_version_id: Option<String>,
    runtime_config: Option<ConfigWire>,
    service_account: Option<String>,
    max_concurrency: Option<Value>,
    trigger: Option<TriggerWire>,
    mode: Option<String>,
    status: Option<String>,
    no_catchup: Option<bool>,
    created_at: Option<String>,
    updated_at: Option<String>,
    namespace: Option<String>,
    plugins_input: Option<Parameters>,
    error: Option<StatusWire>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TriggerWire {
    cron_schedule: Option<CronWire>,
    periodic_schedule: Option<PeriodicWire>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CronWire {
    cron: Option<String>,
    start_time: Option<String>,
    end_time: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PeriodicWire {
    interval_second: Option<Value>,
    start_time: Option<String>,
    end_time: Option<String>,
}

impl Listed for ScheduleWire {
    type Item = RecurringRun;

    /// The one list in camel case; the other spelling in case a server mends it.
    const KEYS: &'static [&'static str] = &["recurringRuns", "recurring_runs"];
    const PLURAL: &'static str = "schedules";

    fn item(self) -> RecurringRun {
        let config = self.runtime_config.unwrap_or_default();
        let status = RecurringRunStatus::from_word(&self.status.unwrap_or_default());
        let status = match status {
            RecurringRunStatus::Unspecified => RecurringRunStatus::from_word(&self.mode.unwrap_or_default()),
            told => told,
        };
        RecurringRun {
            id: RecurringRunId::from(self.recurring_run_id.unwrap_or_default()),
            display_name: self.display_name.unwrap_or_default(),
            description: self.description.unwrap_or_default(),
            experiment_id: set(self.experiment_id).map(PipelineExperimentId::from),
            source: source(
                self.pipeline_version_reference,
                self.pipeline_version_id,
                self.pipeline_spec,
            ),
            parameters: config.parameters.unwrap_or_default(),
            pipeline_root: set(config.pipeline_root),
            service_account: set(self.service_account),
            trigger: self.trigger.unwrap_or_default().trigger(),
            max_concurrency: number(self.max_concurrency)
                .and_then(|count| u32::try_from(count).ok())
                .unwrap_or_default(),
            no_catchup: self.no_catchup.unwrap_or_default(),
            status,
            created_at: time(self.created_at),
            updated_at: time(self.updated_at),
            namespace: set(self.namespace).map(Namespace::from),
            plugins_input: self.plugins_input.unwrap_or_default(),
            error: sentence(self.error),
        }
    }
}

impl TriggerWire {
    fn trigger(self) -> Trigger {
        match (self.cron_schedule, self.periodic_schedule) {
            (Some(cron), _) if cron.cron.as_deref().is_some_and(|text| !text.is_empty()) => Trigger::Cron {
                expression: cron.cron.unwrap_or_default(),
                start: time(cron.start_time),
                end: time(cron.end_time),
            },
            (_, Some(periodic)) => Trigger::Interval {
                seconds: number(periodic.interval_second)
                    .and_then(|seconds| u64::try_from(seconds).ok())
                    .unwrap_or_default(),
                start: time(periodic.start_time),
                end: time(periodic.end_time),
            },
            _ => Trigger::Never,
        }
    }
}
