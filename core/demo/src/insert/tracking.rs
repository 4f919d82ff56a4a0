//! Experiments, runs and what they logged.

use rusqlite::{Result, ToSql};

use flowdeck_domain::tracking::{Lifecycle, LoggedModelStatus, MetricPoint};

use super::{Rows, stored_value};
use crate::record::{DatasetRecord, ExperimentRecord, LoggedModelRecord, RunRecord, SeriesRecord};

impl Rows<'_> {
    pub(super) fn experiment(&self, experiment: &ExperimentRecord) -> Result<()> {
        let location = format!("{}/{}", self.artifact_root, experiment.id);
        self.row(
            "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, creation_time, \
             last_update_time) VALUES (?, ?, ?, ?, ?, ?)",
            &[
                &experiment.id,
                &experiment.name,
                &location,
                &experiment.lifecycle.word(),
                &experiment.creation_time.0,
                &experiment.last_update_time.0,
            ],
        )?;
        self.pairs(
            "INSERT INTO experiment_tags (key, value, experiment_id) VALUES (?, ?, ?)",
            &experiment.id,
            &experiment.tags,
        )?;
        for run in &experiment.runs {
            self.run(experiment.id, run)?;
        }
        for model in &experiment.logged_models {
            self.logged_model(experiment.id, model)?;
        }
        for trace in &experiment.traces {
            self.trace(experiment.id, trace)?;
        }
        Ok(())
    }

    fn run(&self, experiment_id: i64, run: &RunRecord) -> Result<()> {
        let artifact_uri = format!("{}/{experiment_id}/{}/artifacts", self.artifact_root, run.id);
        let deleted_time = (run.lifecycle == Lifecycle::Deleted)
            .then(|| run.end_time.unwrap_or(run.start_time).0 + 86_400_000);
        self.row(
            "INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, \
             start_time, end_time, source_version, lifecycle_stage, artifact_uri, experiment_id, deleted_time) \
             VALUES (?, ?, 'UNKNOWN', '', '', ?, ?, ?, ?, '', ?, ?, ?, ?)",
            &[
                &run.id,
                &run.name,
                &run.user,
                &run.status.word(),
                &run.start_time.0,
                &run.end_time.map(|end| end.0),
                &run.lifecycle.word(),
                &artifact_uri,
                &experiment_id,
                &deleted_time,
            ],
        )?;
        self.pairs(
            "INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)",
            &run.id,
            &run.params,
        )?;
        self.pairs(
            "INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)",
            &run.id,
            &run.tags,
        )?;
        for series in &run.metrics {
            self.series(&run.id, series)?;
        }
        self.links(experiment_id, run)
    }

    fn series(&self, run_id: &str, series: &SeriesRecord) -> Result<()> {
        for point in &series.points {
            self.point(run_id, &series.key, point)?;
        }
        if let Some(latest) = series.points.iter().max_by(|a, b| latest_order(a, b)) {
            self.latest(run_id, &series.key, latest)?;
        }
        Ok(())
    }

    /// One point of a history.
    pub(crate) fn point(&self, run_id: &str, key: &str, point: &MetricPoint) -> Result<()> {
        let (value, is_nan) = stored_value(point.value);
        self.row(
            "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, ?)",
            &[&key, &value, &point.timestamp.0, &run_id, &point.step, &is_nan],
        )
    }

    /// The latest point of a metric, in place of what stood there.
    pub(crate) fn latest(&self, run_id: &str, key: &str, point: &MetricPoint) -> Result<()> {
        let (value, is_nan) = stored_value(point.value);
        self.row(
            "INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, ?, ?, ?) \
             ON CONFLICT (key, run_uuid) DO UPDATE SET value = excluded.value, timestamp = excluded.timestamp, \
             step = excluded.step, is_nan = excluded.is_nan",
            &[&key, &value, &point.timestamp.0, &point.step, &is_nan, &run_id],
        )
    }

    fn links(&self, experiment_id: i64, run: &RunRecord) -> Result<()> {
        for (index, input) in run.inputs.iter().enumerate() {
            self.dataset(experiment_id, &input.dataset)?;
            let link = link_id(&run.id, index);
            self.link(&link, ["DATASET", &input.dataset.id, "RUN", &run.id], 0)?;
            self.row(
                "INSERT INTO input_tags (input_uuid, name, value) VALUES (?, 'mlflow.data.context', ?)",
                &[&link, &input.context],
            )?;
        }
        for (index, model) in run.models_used.iter().enumerate() {
            let link = link_id(&run.id, 0x40 + index);
            self.link(&link, ["RUN_INPUT", &run.id, "MODEL_INPUT", model], 0)?;
        }
        for (index, (model, step)) in run.models_made.iter().enumerate() {
            let link = link_id(&run.id, 0x80 + index);
            self.link(&link, ["RUN_OUTPUT", &run.id, "MODEL_OUTPUT", model], *step)?;
        }
        Ok(())
    }

    /// A link between two things: type and id of its source, type and id of its destination.
    fn link(&self, id: &str, ends: [&str; 4], step: i64) -> Result<()> {
        self.row(
            "INSERT INTO inputs (input_uuid, source_type, source_id, destination_type, destination_id, step) \
             VALUES (?, ?, ?, ?, ?, ?)",
            &[&id, &ends[0], &ends[1], &ends[2], &ends[3], &step],
        )
    }

    fn dataset(&self, experiment_id: i64, record: &DatasetRecord) -> Result<()> {
        let dataset = &record.dataset;
        self.row(
            "INSERT OR IGNORE INTO datasets (dataset_uuid, experiment_id, name, digest, dataset_source_type, \
             dataset_source, dataset_schema, dataset_profile) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            &[
                &record.id,
                &experiment_id,
                &dataset.name,
                &dataset.digest,
                &dataset.source_type,
                &dataset.source,
                &dataset.schema,
                &dataset.profile,
            ],
        )
    }

    fn logged_model(&self, experiment_id: i64, model: &LoggedModelRecord) -> Result<()> {
        let location = format!(
            "{}/{experiment_id}/models/{}/artifacts",
            self.artifact_root, model.id
        );
        self.row(
            "INSERT INTO logged_models (model_id, experiment_id, name, artifact_location, creation_timestamp_ms, \
             last_updated_timestamp_ms, status, lifecycle_stage, model_type, source_run_id) \
             VALUES (?, ?, ?, ?, ?, ?, ?, 'active', ?, ?)",
            &[
                &model.id,
                &experiment_id,
                &model.name,
                &location,
                &model.creation_timestamp.0,
                &model.last_updated_timestamp.0,
                &status_number(&model.status),
                &model.model_type,
                &model.source_run_id,
            ],
        )?;
        for (key, value) in &model.params.0 {
            self.row(
                "INSERT INTO logged_model_params (model_id, experiment_id, param_key, param_value) VALUES (?, ?, ?, ?)",
                &[&model.id, &experiment_id, key, value],
            )?;
        }
        for (key, value) in &model.tags.0 {
            self.row(
                "INSERT INTO logged_model_tags (model_id, experiment_id, tag_key, tag_value) VALUES (?, ?, ?, ?)",
                &[&model.id, &experiment_id, key, value],
            )?;
        }
        self.model_metrics(experiment_id, model)
    }

    fn model_metrics(&self, experiment_id: i64, model: &LoggedModelRecord) -> Result<()> {
        for metric in &model.metrics {
            let dataset = metric.dataset.as_ref().map(|record| &record.dataset);
            let dataset_name: &dyn ToSql = &dataset.map(|dataset| &dataset.name);
            let dataset_digest: &dyn ToSql = &dataset.map(|dataset| &dataset.digest);
            self.row(
                "INSERT INTO logged_model_metrics (model_id, metric_name, metric_timestamp_ms, metric_step, \
                 metric_value, experiment_id, run_id, dataset_name, dataset_digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                &[
                    &model.id,
                    &metric.key,
                    &metric.timestamp.0,
                    &metric.step,
                    &metric.value,
                    &experiment_id,
                    &metric.run_id,
                    dataset_name,
                    dataset_digest,
                ],
            )?;
        }
        Ok(())
    }
}

/// The order whose greatest point is the latest: step, then time, then the stored value.
///
/// Source: MLflow `SqlAlchemyStore._update_latest_metrics_if_necessary`.
fn latest_order(a: &MetricPoint, b: &MetricPoint) -> std::cmp::Ordering {
    (a.step, a.timestamp)
        .cmp(&(b.step, b.timestamp))
        .then(stored_value(a.value).0.total_cmp(&stored_value(b.value).0))
}

/// The number that SQL stores keep. Source: MLflow `LoggedModelStatus`.
fn status_number(status: &LoggedModelStatus) -> i64 {
    match status {
        LoggedModelStatus::Pending => 1,
        LoggedModelStatus::Ready => 2,
        LoggedModelStatus::UploadFailed => 3,
        LoggedModelStatus::Other(_) => 0,
    }
}

/// An id of a link that no other link has: the run's own with its tail counted up.
fn link_id(run_id: &str, index: usize) -> String {
    format!("{}{index:02x}", &run_id[..run_id.len() - 2])
}
