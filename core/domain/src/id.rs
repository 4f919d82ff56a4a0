//! Ids and keys as types, so that a run id cannot be passed where an experiment id is meant.
//!
//! All of them are reference-counted text: a clone copies a pointer, and adapters that intern keys
//! store each key of ten thousand runs once.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

macro_rules! text_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Eq, PartialEq, Ord, PartialOrd, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes the text as it is.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The text as the store spells it.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The shared text, without a copy.
            pub fn shared(&self) -> Arc<str> {
                Arc::clone(&self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({:?})", stringify!($name), &*self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl From<Arc<str>> for $name {
            fn from(text: Arc<str>) -> Self {
                Self(text)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    )*};
}

text_ids! {
    /// Id of an experiment: digits in every store, yet text in every protocol.
    ExperimentId;
    /// Id of a run: 32 hex digits, or whatever an old client chose.
    RunId;
    /// Id of a logged model of MLflow 3: `m-` and 32 hex digits.
    ModelId;
    /// Id of a trace: `tr-` and 32 hex digits; request id in MLflow 2.
    TraceId;
    /// Name of a registered model, which is its id.
    ModelName;
    /// Number of a model version, as text like in the REST protocol.
    VersionNumber;
    /// Key of a metric; may hold `/`, blanks and any script.
    MetricKey;
    /// Key of a param.
    ParamKey;
    /// Key of a tag.
    TagKey;
    /// Id of a pipeline: a UUID.
    PipelineId;
    /// Id of a version of a pipeline: a UUID.
    PipelineVersionId;
    /// Id of an experiment of Kubeflow Pipelines, which is no MLflow experiment.
    PipelineExperimentId;
    /// Id of a pipeline run: a UUID.
    PipelineRunId;
    /// Id of a recurring run, a schedule: a UUID.
    RecurringRunId;
    /// Id of a task of a run: the Argo node's id (`churn-z57wn-580367274`), or a UUID of the server's.
    TaskId;
    /// Id of an artifact of a pipeline run.
    PipelineArtifactId;
    /// Name of a Kubernetes namespace.
    Namespace;
    /// Name of a pod within its namespace.
    PodName;
    /// Name of an inference service within its namespace.
    ServiceName;
}
