use flowdeck_surface::client::tracking::{LoggedModel, Metric, MetricOrigin, Param};
use flowdeck_surface::status;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::cli::output::cell::Cell;
use crate::cli::output::column::{Column, Noun, Shape};
use crate::cli::output::family::{self, Family};
use crate::cli::output::json::{Number, Pairs, Tags, params, tags};

/// A logged model as JSON.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    model_id: &'a str,
    experiment_id: &'a str,
    name: &'a str,
    model_type: Option<&'a str>,
    source_run_id: Option<&'a str>,
    status: &'a str,
    status_message: Option<&'a str>,
    artifact_uri: &'a str,
    creation_timestamp_ms: i64,
    last_updated_timestamp_ms: i64,
    params: Pairs<'a, Param, &'a str>,
    metrics: Latest<'a>,
    tags: Tags<'a>,
    measurements: Vec<Measurement<'a>>,
}

/// The latest value of each metric.
pub(crate) struct Latest<'a>(&'a [Metric]);

impl Serialize for Latest<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut keys: Vec<_> = self.0.iter().map(|metric| metric.key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut map = serializer.serialize_map(Some(keys.len()))?;
        for metric in keys.into_iter().filter_map(|key| family::latest(self.0, key)) {
            map.serialize_entry(metric.key.as_str(), &Number(metric.value))?;
        }
        map.end()
    }
}

/// One value of a metric, with what it was measured on: a key may have several.
#[derive(Serialize)]
pub(crate) struct Measurement<'a> {
    key: &'a str,
    value: Number,
    timestamp: i64,
    step: i64,
    dataset_name: Option<&'a str>,
    dataset_digest: Option<&'a str>,
    run_id: Option<&'a str>,
}

impl<'a> Measurement<'a> {
    fn of(metric: &'a Metric) -> Self {
        let origin: Option<&MetricOrigin> = metric.origin.as_deref();
        Self {
            key: metric.key.as_str(),
            value: Number(metric.value),
            timestamp: metric.timestamp.as_millis(),
            step: metric.step,
            dataset_name: origin.and_then(|origin| origin.dataset_name.as_deref()),
            dataset_digest: origin.and_then(|origin| origin.dataset_digest.as_deref()),
            run_id: origin.and_then(|origin| origin.run_id.as_ref().map(AsRef::as_ref)),
        }
    }
}

impl Noun for LoggedModel {
    type View<'a> = View<'a>;

    const PLURAL: &'static str = "logged models";
    const IN_TABLE: &'static [&'static str] = &[
        "model_id",
        "name",
        "status",
        "model_type",
        "creation_timestamp_ms",
        "source_run_id",
    ];

    fn view(&self) -> View<'_> {
        View {
            model_id: self.id.as_str(),
            experiment_id: self.experiment_id.as_str(),
            name: &self.name,
            model_type: self.model_type.as_deref(),
            source_run_id: self.source_run_id.as_ref().map(AsRef::as_ref),
            status: self.status.word(),
            status_message: self.status_message.as_deref(),
            artifact_uri: &self.artifact_uri,
            creation_timestamp_ms: self.creation_timestamp.as_millis(),
            last_updated_timestamp_ms: self.last_updated_timestamp.as_millis(),
            params: params(&self.params),
            metrics: Latest(&self.metrics),
            tags: tags(&self.tags),
            measurements: self.metrics.iter().map(Measurement::of).collect(),
        }
    }

    fn attributes() -> Vec<Column<Self>> {
        vec![
            Column::new("model_id", "ID", Shape::Whole, |it: &Self| {
                Cell::text(Some(it.id.as_str()))
            }),
            Column::new("name", "Name", Shape::Flexible, |it: &Self| {
                Cell::text(Some(&it.name))
            }),
            Column::new("status", "Status", Shape::Whole, |it: &Self| {
                Cell::State(status::of_logged_model(&it.status))
            }),
            Column::new("status_message", "Message", Shape::Flexible, |it: &Self| {
                Cell::text(it.status_message.as_deref())
            }),
            Column::new("model_type", "Type", Shape::Flexible, |it: &Self| {
                Cell::text(it.model_type.as_deref())
            }),
            Column::new("experiment_id", "Experiment", Shape::Whole, |it: &Self| {
                Cell::text(Some(it.experiment_id.as_str()))
            }),
            Column::new("source_run_id", "Run", Shape::Whole, |it: &Self| {
                Cell::text(it.source_run_id.as_ref().map(AsRef::as_ref))
            })
            .optional(),
            Column::new("creation_timestamp_ms", "Created", Shape::Whole, |it: &Self| {
                Cell::Time(it.creation_timestamp)
            }),
            Column::new(
                "last_updated_timestamp_ms",
                "Updated",
                Shape::Whole,
                |it: &Self| Cell::Time(it.last_updated_timestamp),
            ),
            Column::new("artifact_uri", "Artifacts", Shape::Flexible, |it: &Self| {
                Cell::text(Some(&it.artifact_uri))
            }),
        ]
    }

    fn families() -> Vec<Family<Self>> {
        vec![
            Family::metrics(|it| &it.metrics),
            Family::params(|it| &it.params),
            Family::tags(|it| &it.tags),
        ]
    }
}
