use super::Storage;
use crate::id::{Namespace, PipelineExperimentId};
use crate::time::Timestamp;

/// A named group of pipeline runs.
#[derive(Clone, Debug, PartialEq)]
pub struct PipelineExperiment {
    /// Its id.
    pub id: PipelineExperimentId,
    /// Its name, unique in its namespace.
    pub display_name: String,
    /// What was written of it.
    pub description: String,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When its latest run was made, since 2.5; none where there was none.
    pub last_run_created_at: Option<Timestamp>,
    /// Whether it stands in the lists.
    pub storage: Storage,
    /// Its namespace on servers with several.
    pub namespace: Option<Namespace>,
}
