use std::collections::HashMap;

use flowdeck_surface::client::Result;
use flowdeck_surface::client::tracking::{DatasetInput, Metric, Param, Run};
use flowdeck_surface::run_column::{RunAttribute, RunColumn};
use flowdeck_surface::status;
use serde::Serialize;

use crate::cli::output::cell::Cell;
use crate::cli::output::column::{Column, Noun, Shape};
use crate::cli::output::family::Family;
use crate::cli::output::json::{Number, Pairs, Tags, millis, params, tags};

/// Metrics that a table shows beside the attributes, unless columns are asked for.
const METRICS_IN_TABLE: usize = 8;

/// A run as JSON.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    run_id: &'a str,
    run_name: &'a str,
    experiment_id: &'a str,
    user_id: &'a str,
    status: &'a str,
    start_time: Option<i64>,
    end_time: Option<i64>,
    duration: Option<i64>,
    artifact_uri: &'a str,
    lifecycle_stage: &'static str,
    params: Pairs<'a, Param, &'a str>,
    metrics: Pairs<'a, Metric, Number>,
    tags: Tags<'a>,
    datasets: Vec<Dataset<'a>>,
    model_inputs: Vec<Model<'a>>,
    model_outputs: Vec<Model<'a>>,
}

/// A dataset that a run used.
#[derive(Serialize)]
pub(crate) struct Dataset<'a> {
    name: &'a str,
    digest: &'a str,
    context: Option<&'a str>,
}

/// A logged model that a run used or made.
#[derive(Serialize)]
pub(crate) struct Model<'a> {
    model_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<i64>,
}

impl Noun for Run {
    type View<'a> = View<'a>;

    const PLURAL: &'static str = "runs";
    const IN_TABLE: &'static [&'static str] = &["run_id", "run_name", "status", "start_time", "duration"];

    fn view(&self) -> View<'_> {
        let inputs = self.model_inputs.iter().map(|input| Model {
            model_id: input.model_id.as_str(),
            step: None,
        });
        let outputs = self.model_outputs.iter().map(|output| Model {
            model_id: output.model_id.as_str(),
            step: Some(output.step),
        });
        let info = &self.info;
        View {
            run_id: info.id.as_str(),
            run_name: self.name(),
            experiment_id: info.experiment_id.as_str(),
            user_id: &info.user_id,
            status: info.status.word(),
            start_time: millis(info.start_time),
            end_time: millis(info.end_time),
            duration: info.duration_ms(),
            artifact_uri: &info.artifact_uri,
            lifecycle_stage: info.lifecycle.word(),
            params: params(&self.params),
            metrics: Pairs::new(&self.metrics, |metric| {
                (metric.key.as_str(), Number(metric.value))
            }),
            tags: tags(&self.tags),
            datasets: self.datasets.iter().map(dataset).collect(),
            model_inputs: inputs.collect(),
            model_outputs: outputs.collect(),
        }
    }

    fn attributes() -> Vec<Column<Self>> {
        RunAttribute::ALL
            .into_iter()
            .map(|attribute| of_run_column(RunColumn::Attribute(attribute)))
            .collect()
    }

    fn families() -> Vec<Family<Self>> {
        vec![
            Family::metrics(|it| &it.metrics),
            Family::params(|it| &it.params),
            Family::tags(|it| &it.tags),
        ]
    }

    /// The usual attributes, then the metrics that most of the runs have.
    fn in_table(runs: &[Self]) -> Vec<Column<Self>> {
        let attribute = |name: &&str| RunColumn::parse(name).ok().map(of_run_column);
        let mut columns: Vec<_> = Self::IN_TABLE.iter().filter_map(attribute).collect();
        let metrics = commonest_metrics(runs).into_iter().take(METRICS_IN_TABLE);
        columns.extend(metrics.map(|key| of_run_column(RunColumn::Metric(key.into())).optional()));
        columns
    }

    fn column(name: &str) -> Result<Column<Self>> {
        RunColumn::parse(name).map(of_run_column)
    }
}

/// The column of the command line for one that all screens share.
pub(crate) fn of_run_column(column: RunColumn) -> Column<Run> {
    let shape = match &column {
        _ if column.is_numeric() => Shape::Number,
        RunColumn::Attribute(
            RunAttribute::RunName | RunAttribute::UserId | RunAttribute::ArtifactUri | RunAttribute::Datasets,
        )
        | RunColumn::Param(_)
        | RunColumn::Tag(_) => Shape::Flexible,
        _ => Shape::Whole,
    };
    let (name, title) = (column.to_string(), column.title().to_owned());
    Column::new(name, title, shape, move |run: &Run| match &column {
        RunColumn::Attribute(RunAttribute::Status) => Cell::State(status::of_run(&run.info.status)),
        RunColumn::Attribute(RunAttribute::LifecycleStage) => {
            Cell::State(status::of_lifecycle(run.info.lifecycle))
        }
        other => other.value(run).into(),
    })
}

/// Keys of metrics, those of most runs first, equals by name; a system metric only after all others.
fn commonest_metrics(runs: &[Run]) -> Vec<&str> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for metric in runs.iter().flat_map(|run| &run.metrics) {
        *counts.entry(metric.key.as_str()).or_default() += 1;
    }
    let mut keys: Vec<_> = counts.into_iter().collect();
    keys.sort_by_key(|&(key, count)| (key.starts_with("system/"), std::cmp::Reverse(count), key));
    keys.into_iter().map(|(key, _)| key).collect()
}

fn dataset(input: &DatasetInput) -> Dataset<'_> {
    Dataset {
        name: &input.dataset.name,
        digest: &input.dataset.digest,
        context: input.context(),
    }
}
