//! The page of a run.

use flowdeck_client::tracking::{Lifecycle, Metric, Run, RunStatus};
use flowdeck_client::{Result, format};

use super::Desk;
use crate::clock::Clock;
use crate::contract::{DatasetView, FactLink, FactView, MetricView, Pair, RunView};
use crate::run_cell::NUMBER_WIDTH;
use crate::run_overview::facts;
use crate::run_table::{SYSTEM_METRICS, SYSTEM_TAGS};
use crate::status;
use crate::tone::Tone;

impl Desk {
    pub(super) async fn run(&self, id: &str) -> Result<RunView> {
        let open = self.opened()?;
        let run = open.session.run(&id.into()).await?;
        let experiment = open.session.experiment(run.info.experiment_id.as_str()).await;
        let name = experiment.map(|experiment| experiment.name);
        Ok(view(&run, name.unwrap_or_default(), &Clock::local()))
    }
}

fn view(run: &Run, experiment: String, clock: &Clock) -> RunView {
    let info = &run.info;
    let name = run.name();
    RunView {
        id: info.id.to_string(),
        name: if name.is_empty() {
            info.id.to_string()
        } else {
            name.to_owned()
        },
        status: status::of_run(&info.status).into(),
        is_running: info.status == RunStatus::Running,
        is_deleted: info.lifecycle == Lifecycle::Deleted,
        experiment_id: info.experiment_id.to_string(),
        experiment,
        facts: fact_views(run, clock),
        note: run.note().unwrap_or_default().to_owned(),
        metrics: run
            .metrics
            .iter()
            .map(|metric| metric_view(metric, clock))
            .collect(),
        params: run
            .params
            .iter()
            .map(|param| pair(param.key.as_str(), &param.value, Tone::Plain))
            .collect(),
        tags: tags(run),
        datasets: run
            .datasets
            .iter()
            .map(|input| DatasetView {
                name: input.dataset.name.clone(),
                context: input.context().unwrap_or_default().to_owned(),
                digest: input.dataset.digest.clone(),
                source_type: input.dataset.source_type.clone(),
            })
            .collect(),
    }
}

/// The facts, but for the note, which has a place of its own.
fn fact_views(run: &Run, clock: &Clock) -> Vec<FactView> {
    let link = |label: &str| match label {
        "Parent run" => run.parent_id().map(|id| FactLink::Run(id.to_string())),
        "Experiment" => Some(FactLink::Experiment(run.info.experiment_id.to_string())),
        _ => None,
    };
    let told = facts(run, clock).into_iter().filter(|fact| fact.label != "Note");
    told.map(|fact| FactView {
        link: link(fact.label),
        label: fact.label.to_owned(),
        text: fact.text,
        tone: fact.tone,
    })
    .collect()
}

fn metric_view(metric: &Metric, clock: &Clock) -> MetricView {
    MetricView {
        key: metric.key.to_string(),
        value: format::number(metric.value, NUMBER_WIDTH),
        exact: format::exact(metric.value),
        tone: if metric.value.is_finite() {
            Tone::Plain
        } else {
            Tone::Warning
        },
        step: metric.step,
        at: clock.date_time(metric.timestamp),
        is_system: metric.key.as_str().starts_with(SYSTEM_METRICS),
    }
}

/// Tags that people set, then those of MLflow.
fn tags(run: &Run) -> Vec<Pair> {
    let is_system = |key: &str| key.starts_with(SYSTEM_TAGS);
    let (system, own): (Vec<_>, Vec<_>) = run.tags.iter().partition(|tag| is_system(tag.key.as_str()));
    let of = |tags: Vec<&flowdeck_client::tracking::Tag>, tone| {
        tags.into_iter()
            .map(move |tag| pair(tag.key.as_str(), &tag.value, tone))
            .collect::<Vec<_>>()
    };
    [of(own, Tone::Plain), of(system, Tone::Muted)].concat()
}

fn pair(key: &str, value: &str, tone: Tone) -> Pair {
    Pair {
        key: key.to_owned(),
        value: value.to_owned(),
        tone,
    }
}
