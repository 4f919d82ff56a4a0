//! What flowdeck talks about: the nouns of tracking and of the model registry, the ports through
//! which stores answer, the search language, and the arithmetic of curves.
//!
//! No I/O and no clock: what is here can be tested with values alone.

pub mod artifact;
pub mod compare;
pub mod failure;
pub mod format;
pub mod id;
pub mod kubernetes;
pub mod page;
pub mod pipelines;
pub mod port;
pub mod registry;
pub mod search;
mod secret;
pub mod series;
pub mod serving;
pub mod time;
pub mod tracking;

pub use failure::{Failure, FailureKind};
pub use id::{ExperimentId, MetricKey, ModelId, ModelName, ParamKey, RunId, TagKey, TraceId, VersionNumber};
pub use id::{Namespace, PodName, ServiceName};
pub use id::{
    PipelineArtifactId, PipelineExperimentId, PipelineId, PipelineRunId, PipelineVersionId, RecurringRunId,
    TaskId,
};
pub use page::{Page, PageToken, Warning};
pub use secret::Secret;
pub use time::Timestamp;

/// What a port answers.
pub type Result<T, E = Failure> = std::result::Result<T, E>;
