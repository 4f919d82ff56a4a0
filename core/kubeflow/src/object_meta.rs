//! What every object of a cluster carries, and the conditions that many have.

use std::collections::BTreeMap;

use flowdeck_domain::time::Timestamp;
use serde::Deserialize;

/// Metadata, as far as it is read. Everything may be absent.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Meta {
    pub(crate) name: String,
    pub(crate) namespace: Option<String>,
    pub(crate) uid: String,
    pub(crate) resource_version: String,
    pub(crate) creation_timestamp: Option<String>,
    pub(crate) deletion_timestamp: Option<String>,
    pub(crate) labels: Option<BTreeMap<String, String>>,
    pub(crate) annotations: Option<BTreeMap<String, String>>,
}

/// One thing that holds of an object, or does not, or of which nobody knows.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Condition {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) status: String,
    pub(crate) reason: String,
    pub(crate) message: String,
}

impl Condition {
    /// Whether it holds; nothing where that is not known.
    pub(crate) fn holds(&self) -> Option<bool> {
        match self.status.as_str() {
            "True" => Some(true),
            "False" => Some(false),
            _ => None,
        }
    }
}

/// A time as Kubernetes writes it; nothing where there is none or it cannot be read.
pub(crate) fn moment(text: Option<&str>) -> Option<Timestamp> {
    Timestamp::parse_rfc3339(text?)
}
