//! An experiment's `meta.yaml`.

use flowdeck_domain::tracking::{Experiment, Lifecycle};
use flowdeck_domain::{ExperimentId, Timestamp};

use super::run_meta::lifecycle;
use super::yaml::Fields;

/// The keys that are read.
pub(super) const KEYS: &[&str] = &[
    "experiment_id",
    "name",
    "artifact_location",
    "lifecycle_stage",
    "creation_time",
    "last_update_time",
];

/// Reads the meta of the experiment whose directory has this name; its tags lie elsewhere.
///
/// An experiment in the trash is deleted whatever its meta says: clients before 2.0 do not write it down.
///
/// # Errors
/// Why it is not the meta of that experiment, in a few words.
pub(super) fn parse(text: &str, directory: &str, in_trash: bool) -> Result<Experiment, String> {
    let fields = Fields::read(text, KEYS)?;
    let id = fields.need("experiment_id")?;
    if id != directory {
        return Err(format!("names another experiment, `{id}`"));
    }
    let lifecycle = lifecycle(&fields)?;
    Ok(Experiment {
        id: ExperimentId::from(id),
        name: fields.need("name")?.to_owned(),
        artifact_location: fields.get("artifact_location").unwrap_or_default().to_owned(),
        lifecycle: if in_trash { Lifecycle::Deleted } else { lifecycle },
        creation_time: fields.integer("creation_time")?.map(Timestamp),
        last_update_time: fields.integer("last_update_time")?.map(Timestamp),
        tags: Vec::new(),
    })
}
