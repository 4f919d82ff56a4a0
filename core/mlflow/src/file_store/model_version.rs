//! A model version's `meta.yaml`.

use flowdeck_domain::Timestamp;
use flowdeck_domain::registry::{ModelVersion, RegisteredModel, Stage};

use super::yaml::Fields;

pub(super) const KEYS: &[&str] = &[
    "name",
    "version",
    "creation_timestamp",
    "last_updated_timestamp",
    "current_stage",
    "description",
    "source",
    "run_id",
    "run_link",
    "model_id",
    "status",
    "status_message",
    "user_id",
    "storage_location",
];

/// The stage of a version that was deleted: its directory stays.
pub(super) const DELETED: &str = "Deleted_Internal";

/// Reads the meta of the version in this directory, without its tags; nothing where it was deleted.
///
/// # Errors
/// Why it is not the meta of that version, in a few words.
pub(super) fn parse(
    text: &str,
    model: &RegisteredModel,
    directory: &str,
) -> Result<Option<ModelVersion>, String> {
    let fields = Fields::read(text, KEYS)?;
    let stage = fields.get("current_stage").unwrap_or("None");
    if stage == DELETED {
        return Ok(None);
    }
    let version = fields.need("version")?;
    if directory.strip_prefix("version-") != Some(version) {
        return Err(format!("names another version, `{version}`"));
    }
    let text = |key| fields.get(key).map(str::to_owned);
    let aliases = model
        .aliases
        .iter()
        .filter(|alias| alias.version.as_str() == version);
    Ok(Some(ModelVersion {
        name: model.name.clone(),
        version: version.into(),
        creation_timestamp: fields.integer("creation_timestamp")?.map(Timestamp),
        last_updated_timestamp: fields.integer("last_updated_timestamp")?.map(Timestamp),
        current_stage: Stage::from_word(stage),
        description: text("description"),
        source: text("source"),
        run_id: fields.get("run_id").map(Into::into),
        run_link: text("run_link"),
        model_id: fields.get("model_id").map(Into::into),
        status: text("status").unwrap_or_else(|| "READY".to_owned()),
        status_message: text("status_message"),
        user_id: text("user_id"),
        tags: Vec::new(),
        aliases: aliases.map(|alias| alias.alias.clone()).collect(),
        storage_location: text("storage_location"),
    }))
}
