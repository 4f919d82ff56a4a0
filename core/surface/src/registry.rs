//! The model registry as a person reads it: a line for each model and version, what is known of one, what was changed.

mod audit;
mod comparison;
mod question;
mod target;
mod version;

pub use audit::{AuditLine, audit_groups, change_words, unfinished_sentence};
pub use comparison::{ComparedSection, compared_sections};
pub use question::Question;
pub use target::{TargetOffer, target_offers};
pub use version::{Lineage, VersionFact, VersionKin, VersionLine, prompt_text, version_facts, version_lines};

use flowdeck_client::registry::{ModelVersion, RegisteredModel, Stage};
use flowdeck_client::tracking::Tag;
use flowdeck_client::{Timestamp, VersionNumber};

/// Tags of MLflow itself, which people rarely look for.
const SYSTEM_TAGS: &str = "mlflow.";

/// One registered model or prompt, as a line.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ModelLine {
    /// Its name.
    pub name: String,
    /// Number of its newest version; empty where it has none.
    pub latest: String,
    /// Number of the newest version in Production.
    pub production: String,
    /// Number of the newest version in Staging.
    pub staging: String,
    /// `@champion 3 @challenger 4`.
    pub aliases: String,
    /// Tags that people set: `team=vision, owner=ada`.
    pub tags: String,
    /// Its description, on one line.
    pub description: String,
    /// When it, a version of it or an alias last changed.
    pub changed: Option<Timestamp>,
}

impl ModelLine {
    /// The line of a model.
    pub fn of(model: &RegisteredModel) -> Self {
        let in_stage = |stage: &Stage| {
            let found = model
                .latest_versions
                .iter()
                .filter(|version| version.current_stage == *stage);
            newest(found).map(ToString::to_string).unwrap_or_default()
        };
        let aliases: Vec<_> = model
            .aliases
            .iter()
            .map(|alias| format!("@{} {}", alias.alias, alias.version))
            .collect();
        Self {
            name: model.name.to_string(),
            latest: newest(model.latest_versions.iter())
                .map(ToString::to_string)
                .unwrap_or_default(),
            production: in_stage(&Stage::Production),
            staging: in_stage(&Stage::Staging),
            aliases: aliases.join(" "),
            tags: own_tags(&model.tags),
            description: one_line(model.description.as_deref()),
            changed: model.last_updated_timestamp.or(model.creation_timestamp),
        }
    }
}

fn newest<'a>(versions: impl Iterator<Item = &'a ModelVersion>) -> Option<&'a VersionNumber> {
    versions
        .map(|version| &version.version)
        .max_by_key(|number| rank(number))
}

/// Versions are counted up: `10` comes after `9`.
fn rank(version: &VersionNumber) -> u64 {
    version.as_str().parse().unwrap_or(0)
}

/// The tags that people set.
pub(crate) fn own_tags(tags: &[Tag]) -> String {
    let own = tags
        .iter()
        .filter(|tag| !tag.key.as_str().starts_with(SYSTEM_TAGS));
    let own: Vec<_> = own.map(|tag| format!("{}={}", tag.key, tag.value)).collect();
    own.join(", ")
}

/// The first line that says something.
pub(crate) fn one_line(text: Option<&str>) -> String {
    let mut lines = text.unwrap_or_default().lines();
    let line = lines.find(|line| !line.trim().is_empty()).unwrap_or_default();
    line.trim().trim_start_matches('#').trim_start().to_owned()
}

#[cfg(test)]
mod tests;
