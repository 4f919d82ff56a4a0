use std::sync::Arc;

use super::Parameters;
use crate::id::{Namespace, PipelineArtifactId};
use crate::time::Timestamp;

/// Something that a task made or used, beside its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct PipelineArtifact {
    /// Its id; none where only a place is known.
    pub id: Option<PipelineArtifactId>,
    /// Its name.
    pub name: String,
    /// What was written of it.
    pub description: String,
    /// What it is.
    pub kind: ArtifactKind,
    /// Where it lies: `s3://…`, `gs://…`, `minio://…`; none for a lone number.
    pub uri: Option<String>,
    /// What was logged of it.
    pub metadata: Parameters,
    /// The number itself, of a metric.
    pub number: Option<f64>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Its namespace on servers with several.
    pub namespace: Option<Namespace>,
}

/// What an artifact is. A word from a newer server is kept.
#[derive(Clone, Debug, Default, Eq, PartialEq, Hash)]
pub enum ArtifactKind {
    /// Nothing in particular.
    #[default]
    Artifact,
    /// A model.
    Model,
    /// A dataset.
    Dataset,
    /// One number, or several in the metadata.
    Metric,
    /// A confusion matrix or a ROC curve.
    ClassificationMetric,
    /// The same for slices of the data.
    SlicedClassificationMetric,
    /// A page.
    Html,
    /// Markdown.
    Markdown,
    /// A word this version does not know.
    Other(Arc<str>),
}

impl ArtifactKind {
    /// The word of the task API.
    pub fn word(&self) -> &str {
        match self {
            Self::Artifact => "Artifact",
            Self::Model => "Model",
            Self::Dataset => "Dataset",
            Self::Metric => "Metric",
            Self::ClassificationMetric => "ClassificationMetric",
            Self::SlicedClassificationMetric => "SlicedClassificationMetric",
            Self::Html => "HTML",
            Self::Markdown => "Markdown",
            Self::Other(word) => word,
        }
    }

    /// Reads that word, or the schema title of a spec (`system.Metrics`).
    pub fn from_word(word: &str) -> Self {
        match word.strip_prefix("system.").unwrap_or(word) {
            "Artifact" | "" => Self::Artifact,
            "Model" => Self::Model,
            "Dataset" => Self::Dataset,
            "Metric" | "Metrics" => Self::Metric,
            "ClassificationMetric" | "ClassificationMetrics" => Self::ClassificationMetric,
            "SlicedClassificationMetric" | "SlicedClassificationMetrics" => Self::SlicedClassificationMetric,
            "HTML" => Self::Html,
            "Markdown" => Self::Markdown,
            other => Self::Other(other.into()),
        }
    }
}
