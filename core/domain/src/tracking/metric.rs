use crate::id::{MetricKey, ModelId, RunId};
use crate::time::Timestamp;

/// The latest value of a metric of a run.
///
/// Latest is the greatest by step, then timestamp, then value: not the last that was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// Its key.
    pub key: MetricKey,
    /// May be NaN or infinite. A SQL store clamps infinity to the greatest finite number; readers turn it
    /// back, see `docs/differences.md`.
    pub value: f64,
    /// When it was logged.
    pub timestamp: Timestamp,
    /// The step it was logged at; may be negative.
    pub step: i64,
    /// What the value was measured on, where the store tells.
    pub origin: Option<Box<MetricOrigin>>,
}

/// What a metric value was measured with and on. MLflow 3.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct MetricOrigin {
    /// The logged model that was measured.
    pub model_id: Option<ModelId>,
    /// The run that measured.
    pub run_id: Option<RunId>,
    /// Name of the dataset it was measured on.
    pub dataset_name: Option<String>,
    /// Digest of that dataset.
    pub dataset_digest: Option<String>,
}

/// One point of a metric history.
///
/// A history keeps the store's own order, as MLflow's client gives it; charts sort.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MetricPoint {
    /// The step it was logged at; may repeat and may be negative.
    pub step: i64,
    /// When it was logged.
    pub timestamp: Timestamp,
    /// May be NaN or infinite.
    pub value: f64,
}
