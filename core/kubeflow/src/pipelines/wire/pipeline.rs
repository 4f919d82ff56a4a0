use std::collections::BTreeMap;
use std::sync::Arc;

use flowdeck_domain::pipelines::{Pipeline, PipelineVersion};
use flowdeck_domain::{Namespace, PipelineId, PipelineVersionId};
use serde::Deserialize;
use serde_json::Value;

use super::{Listed, StatusWire, read_spec, sentence, set, strings, time};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PipelineWire {
    pipeline_id: Option<String>,
    name: Option<String>,
    display_name: Option<String>,
    description: Option<String>,
    created_at: Option<String>,
    namespace: Option<String>,
    tags: Option<BTreeMap<String, Option<String>>>,
    error: Option<StatusWire>,
}

impl Listed for PipelineWire {
    type Item = Pipeline;

    const KEYS: &'static [&'static str] = &["pipelines"];
    const PLURAL: &'static str = "pipelines";

    fn item(self) -> Pipeline {
        let (name, display_name) = names(self.name, self.display_name);
        Pipeline {
            id: PipelineId::from(self.pipeline_id.unwrap_or_default()),
            name,
            display_name,
            description: self.description.unwrap_or_default(),
            created_at: time(self.created_at),
            namespace: set(self.namespace).map(Namespace::from),
            tags: strings(self.tags),
            error: sentence(self.error),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct VersionWire {
    pipeline_id: Option<String>,
    pipeline_version_id: Option<String>,
    name: Option<String>,
    display_name: Option<String>,
    description: Option<String>,
    created_at: Option<String>,
    code_source_url: Option<String>,
    package_url: Option<UrlWire>,
    pipeline_spec: Option<Value>,
    tags: Option<BTreeMap<String, Option<String>>>,
    error: Option<StatusWire>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct UrlWire {
    pipeline_url: Option<String>,
}

impl Listed for VersionWire {
    type Item = PipelineVersion;

    const KEYS: &'static [&'static str] = &["pipeline_versions"];
    const PLURAL: &'static str = "versions";

    fn item(self) -> PipelineVersion {
        let (name, display_name) = names(self.name, self.display_name);
        PipelineVersion {
            id: PipelineVersionId::from(self.pipeline_version_id.unwrap_or_default()),
            pipeline_id: PipelineId::from(self.pipeline_id.unwrap_or_default()),
            name,
            display_name,
            description: self.description.unwrap_or_default(),
            created_at: time(self.created_at),
            code_source_url: set(self.code_source_url),
            package_url: self.package_url.and_then(|url| set(url.pipeline_url)),
            tags: strings(self.tags),
            spec: self.pipeline_spec.map(|document| Arc::new(read_spec(document))),
            error: sentence(self.error),
        }
    }
}

/// Servers before 2.14 know one name only.
fn names(name: Option<String>, display_name: Option<String>) -> (String, String) {
    match (set(name), set(display_name)) {
        (Some(name), Some(shown)) => (name, shown),
        (Some(only), None) | (None, Some(only)) => (only.clone(), only),
        (None, None) => Default::default(),
    }
}
