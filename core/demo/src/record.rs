//! What a store holds, before it is written.

use std::fmt::Display;
use std::sync::Arc;

use flowdeck_domain::Timestamp;
use flowdeck_domain::tracking::{Dataset, Lifecycle, LoggedModelStatus, MetricPoint, RunStatus};

/// All of it.
pub(crate) struct Content {
    pub(crate) experiments: Vec<ExperimentRecord>,
    pub(crate) models: Vec<RegisteredModelRecord>,
}

pub(crate) struct ExperimentRecord {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) creation_time: Timestamp,
    pub(crate) last_update_time: Timestamp,
    pub(crate) tags: Pairs,
    pub(crate) runs: Vec<RunRecord>,
    pub(crate) logged_models: Vec<LoggedModelRecord>,
    pub(crate) traces: Vec<TraceRecord>,
}

pub(crate) struct RunRecord {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) user: String,
    pub(crate) status: RunStatus,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) start_time: Timestamp,
    pub(crate) end_time: Option<Timestamp>,
    pub(crate) params: Pairs,
    pub(crate) tags: Pairs,
    pub(crate) metrics: Vec<SeriesRecord>,
    pub(crate) inputs: Vec<InputRecord>,
    /// Ids of logged models that it measured.
    pub(crate) models_used: Vec<String>,
    /// Ids of logged models that it made, with the step of each.
    pub(crate) models_made: Vec<(String, i64)>,
    pub(crate) files: Vec<FileRecord>,
}

/// A metric with its history, in the order it was logged.
pub(crate) struct SeriesRecord {
    pub(crate) key: String,
    pub(crate) points: Vec<MetricPoint>,
}

/// A dataset and what it was used for.
pub(crate) struct InputRecord {
    pub(crate) dataset: Arc<DatasetRecord>,
    pub(crate) context: &'static str,
}

pub(crate) struct DatasetRecord {
    /// The store's own key of it, 32 hex digits.
    pub(crate) id: String,
    pub(crate) dataset: Dataset,
}

/// A file below an artifact root.
pub(crate) struct FileRecord {
    pub(crate) path: String,
    pub(crate) bytes: Arc<[u8]>,
}

pub(crate) struct LoggedModelRecord {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) model_type: &'static str,
    pub(crate) status: LoggedModelStatus,
    pub(crate) source_run_id: String,
    pub(crate) creation_timestamp: Timestamp,
    pub(crate) last_updated_timestamp: Timestamp,
    pub(crate) params: Pairs,
    pub(crate) tags: Pairs,
    pub(crate) metrics: Vec<ModelMetricRecord>,
    pub(crate) files: Vec<FileRecord>,
}

pub(crate) struct ModelMetricRecord {
    pub(crate) key: String,
    pub(crate) value: f64,
    pub(crate) step: i64,
    pub(crate) timestamp: Timestamp,
    pub(crate) run_id: String,
    pub(crate) dataset: Option<Arc<DatasetRecord>>,
}

pub(crate) struct RegisteredModelRecord {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) creation_time: Timestamp,
    pub(crate) last_updated_time: Timestamp,
    pub(crate) tags: Pairs,
    pub(crate) aliases: Vec<(&'static str, i64)>,
    pub(crate) versions: Vec<ModelVersionRecord>,
}

pub(crate) struct ModelVersionRecord {
    pub(crate) version: i64,
    pub(crate) creation_time: Timestamp,
    pub(crate) last_updated_time: Timestamp,
    pub(crate) description: String,
    pub(crate) user: String,
    pub(crate) stage: &'static str,
    pub(crate) source: VersionSource,
    pub(crate) tags: Pairs,
}

/// Where the files of a model version came from.
pub(crate) enum VersionSource {
    /// A logged model of MLflow 3.
    LoggedModel {
        experiment_id: i64,
        model_id: String,
        run_id: String,
    },
    /// The artifact directory `model` of a run, as before MLflow 3.
    RunArtifact { experiment_id: i64, run_id: String },
    /// None: a prompt is all in its tags.
    Prompt,
}

pub(crate) struct TraceRecord {
    /// 32 hex digits; MLflow writes `tr-` before them.
    pub(crate) hex_id: String,
    pub(crate) name: String,
    pub(crate) client_request_id: Option<String>,
    pub(crate) session: String,
    pub(crate) user: String,
    pub(crate) request_time: Timestamp,
    pub(crate) execution_duration_ms: Option<i64>,
    pub(crate) state: &'static str,
    pub(crate) source_run_id: String,
    pub(crate) request: String,
    pub(crate) response: Option<String>,
    pub(crate) tokens: Option<TokenUsage>,
    pub(crate) tags: Pairs,
    pub(crate) spans: Vec<SpanRecord>,
    pub(crate) assessments: Vec<AssessmentRecord>,
}

/// Tokens that a language model read and wrote.
#[derive(Clone, Copy)]
pub(crate) struct TokenUsage {
    pub(crate) input: i64,
    pub(crate) output: i64,
}

pub(crate) struct SpanRecord {
    /// 16 hex digits.
    pub(crate) id: String,
    pub(crate) parent: Option<String>,
    pub(crate) name: &'static str,
    pub(crate) span_type: &'static str,
    pub(crate) start_time_ns: i64,
    pub(crate) end_time_ns: Option<i64>,
    pub(crate) inputs: serde_json::Value,
    pub(crate) outputs: Option<serde_json::Value>,
    pub(crate) tokens: Option<TokenUsage>,
    /// The model that was called, and its provider.
    pub(crate) model: Option<(&'static str, &'static str)>,
    /// Type and message of what was raised.
    pub(crate) exception: Option<(&'static str, &'static str)>,
}

pub(crate) struct AssessmentRecord {
    pub(crate) id: String,
    pub(crate) name: &'static str,
    /// `feedback` or `expectation`.
    pub(crate) kind: &'static str,
    pub(crate) value: serde_json::Value,
    pub(crate) timestamp: Timestamp,
    pub(crate) source_type: &'static str,
    pub(crate) source_id: String,
    pub(crate) rationale: Option<String>,
    pub(crate) span_id: Option<String>,
}

/// Keys with their texts, in the order they were set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pairs(pub(crate) Vec<(String, String)>);

impl Pairs {
    pub(crate) fn with(mut self, key: &str, value: impl Display) -> Self {
        self.set(key, value);
        self
    }

    /// Sets a key, in place of what it was set to.
    pub(crate) fn set(&mut self, key: &str, value: impl Display) {
        match self.0.iter_mut().find(|pair| pair.0 == key) {
            Some(pair) => pair.1 = value.to_string(),
            None => self.0.push((key.to_owned(), value.to_string())),
        }
    }
}

impl RunRecord {
    /// A run of `user` that goes on, without anything logged yet.
    pub(crate) fn new(id: String, name: String, user: &str, start_time: Timestamp) -> Self {
        Self {
            tags: Pairs::default()
                .with("mlflow.runName", &name)
                .with("mlflow.user", user),
            id,
            name,
            user: user.to_owned(),
            status: RunStatus::Running,
            lifecycle: Lifecycle::Active,
            start_time,
            end_time: None,
            params: Pairs::default(),
            metrics: Vec::new(),
            inputs: Vec::new(),
            models_used: Vec::new(),
            models_made: Vec::new(),
            files: Vec::new(),
        }
    }

    pub(crate) fn param(&mut self, key: &str, value: impl Display) -> &mut Self {
        self.params.set(key, value);
        self
    }

    pub(crate) fn tag(&mut self, key: &str, value: impl Display) -> &mut Self {
        self.tags.set(key, value);
        self
    }

    pub(crate) fn note(&mut self, markdown: &str) -> &mut Self {
        self.tag("mlflow.note.content", markdown)
    }

    pub(crate) fn series(&mut self, key: &str, points: Vec<MetricPoint>) -> &mut Self {
        if !points.is_empty() {
            self.metrics.push(SeriesRecord {
                key: key.to_owned(),
                points,
            });
        }
        self
    }

    /// A metric that was logged once, at step 0.
    pub(crate) fn metric(&mut self, key: &str, value: f64, timestamp: Timestamp) -> &mut Self {
        self.series(
            key,
            vec![MetricPoint {
                step: 0,
                timestamp,
                value,
            }],
        )
    }

    pub(crate) fn input(&mut self, dataset: &Arc<DatasetRecord>, context: &'static str) -> &mut Self {
        self.inputs.push(InputRecord {
            dataset: Arc::clone(dataset),
            context,
        });
        self
    }

    pub(crate) fn file(&mut self, path: &str, bytes: impl Into<Arc<[u8]>>) -> &mut Self {
        self.files.push(FileRecord {
            path: path.to_owned(),
            bytes: bytes.into(),
        });
        self
    }

    pub(crate) fn end(&mut self, status: RunStatus, at: Timestamp) -> &mut Self {
        self.status = status;
        self.end_time = Some(at);
        self
    }

    /// The last moment at which something was logged, else its start.
    pub(crate) fn last_logged(&self) -> Timestamp {
        self.metrics
            .iter()
            .filter_map(|series| series.points.last())
            .map(|point| point.timestamp)
            .max()
            .unwrap_or(self.start_time)
    }

    /// The last value that was logged under a key.
    pub(crate) fn last_value(&self, key: &str) -> Option<f64> {
        let series = self.metrics.iter().find(|series| series.key == key)?;
        series.points.last().map(|point| point.value)
    }
}
