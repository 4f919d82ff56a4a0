//! Registered models, their versions, and prompts, which are registered models too.

use rusqlite::Result;

use super::Rows;
use crate::record::{ModelVersionRecord, RegisteredModelRecord, VersionSource};

impl Rows<'_> {
    pub(super) fn registered_model(&self, model: &RegisteredModelRecord) -> Result<()> {
        self.row(
            "INSERT INTO registered_models (name, creation_time, last_updated_time, description) VALUES (?, ?, ?, ?)",
            &[
                &model.name,
                &model.creation_time.0,
                &model.last_updated_time.0,
                &model.description,
            ],
        )?;
        self.pairs(
            "INSERT INTO registered_model_tags (key, value, name) VALUES (?, ?, ?)",
            &model.name,
            &model.tags,
        )?;
        for version in &model.versions {
            self.version(&model.name, version)?;
        }
        for (alias, version) in &model.aliases {
            self.row(
                "INSERT INTO registered_model_aliases (alias, version, name) VALUES (?, ?, ?)",
                &[alias, version, &model.name],
            )?;
        }
        Ok(())
    }

    fn version(&self, name: &str, version: &ModelVersionRecord) -> Result<()> {
        let (source, location, run_id) = self.source(&version.source);
        self.row(
            "INSERT INTO model_versions (name, version, creation_time, last_updated_time, description, user_id, \
             current_stage, source, run_id, status, storage_location) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'READY', ?)",
            &[
                &name,
                &version.version,
                &version.creation_time.0,
                &version.last_updated_time.0,
                &version.description,
                &version.user,
                &version.stage,
                &source,
                &run_id,
                &location,
            ],
        )?;
        for (key, value) in &version.tags.0 {
            self.row(
                "INSERT INTO model_version_tags (key, value, name, version) VALUES (?, ?, ?, ?)",
                &[key, value, &name, &version.version],
            )?;
        }
        Ok(())
    }

    /// The source of a version, where its files lie, and the run it came from.
    fn source<'v>(&self, source: &'v VersionSource) -> (String, String, Option<&'v str>) {
        match source {
            VersionSource::LoggedModel {
                experiment_id,
                model_id,
                run_id,
            } => (
                format!("models:/{model_id}"),
                format!(
                    "{}/{experiment_id}/models/{model_id}/artifacts",
                    self.artifact_root
                ),
                Some(run_id),
            ),
            VersionSource::RunArtifact {
                experiment_id,
                run_id,
            } => {
                let location = format!("{}/{experiment_id}/{run_id}/artifacts/model", self.artifact_root);
                (location.clone(), location, Some(run_id))
            }
            VersionSource::Prompt => ("dummy-source".to_owned(), "dummy-source".to_owned(), None),
        }
    }
}
