use std::collections::BTreeMap;
use std::sync::Arc;

use super::PipelineSpec;
use crate::id::{Namespace, PipelineId, PipelineVersionId};
use crate::time::Timestamp;

/// A pipeline: a name under which versions stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Pipeline {
    /// Its id.
    pub id: PipelineId,
    /// Its name, unique in its namespace. Servers before 2.14 know one name only.
    pub name: String,
    /// The name to show.
    pub display_name: String,
    /// What was written of it.
    pub description: String,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Where it stands; none where it is shared by all.
    pub namespace: Option<Namespace>,
    /// Tags, since 2.17.
    pub tags: BTreeMap<String, String>,
    /// Why the server could not read it, where it could not: then little else is known.
    pub error: Option<String>,
}

/// A version of a pipeline, with what it does.
#[derive(Clone, Debug, PartialEq)]
pub struct PipelineVersion {
    /// Its id.
    pub id: PipelineVersionId,
    /// The pipeline it belongs to.
    pub pipeline_id: PipelineId,
    /// Its name, unique in its pipeline.
    pub name: String,
    /// The name to show.
    pub display_name: String,
    /// What was written of it.
    pub description: String,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Where its code lies, if somebody said so.
    pub code_source_url: Option<String>,
    /// Where the server fetched it from, if it did.
    pub package_url: Option<String>,
    /// Tags, since 2.17.
    pub tags: BTreeMap<String, String>,
    /// What it does.
    pub spec: Option<Arc<PipelineSpec>>,
    /// Why the server could not read it, where it could not.
    pub error: Option<String>,
}
