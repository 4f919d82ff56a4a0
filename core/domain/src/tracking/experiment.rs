use super::{Lifecycle, NOTE_TAG, Tag};
use crate::id::ExperimentId;
use crate::time::Timestamp;

/// A named group of runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    /// Its id, never reused.
    pub id: ExperimentId,
    /// Its name, unique in the store among active and deleted ones alike.
    pub name: String,
    /// Where its runs put their artifacts, as a URI or a path.
    pub artifact_location: String,
    /// Whether it stands.
    pub lifecycle: Lifecycle,
    /// Unknown in stores written before MLflow 1.29.
    pub creation_time: Option<Timestamp>,
    /// When it was last renamed, deleted or restored; runs logged into it do not count.
    pub last_update_time: Option<Timestamp>,
    /// Its tags, by key.
    pub tags: Vec<Tag>,
}

impl Experiment {
    /// The value of one tag.
    pub fn tag(&self, key: &str) -> Option<&str> {
        self.tags
            .iter()
            .find(|tag| tag.key.as_str() == key)
            .map(|tag| tag.value.as_str())
    }

    /// The note people wrote on it, in Markdown.
    pub fn note(&self) -> Option<&str> {
        self.tag(NOTE_TAG)
    }
}
