use async_trait::async_trait;
use flowdeck_domain::port::{RegistryWriter, TrackingWriter};
use flowdeck_domain::registry::{ModelVersion, NewVersion, Stage};
use flowdeck_domain::tracking::Tag;
use flowdeck_domain::{ExperimentId, ModelName, Result, RunId, VersionNumber};

use crate::policy::Policy;

/// The writer of a read-only context. It refuses everything, and knows no store that it could write to.
#[derive(Debug)]
pub(crate) struct ReadOnly(pub(crate) Policy);

impl ReadOnly {
    fn refused<T>(&self) -> Result<T> {
        Err(self.0.refusal())
    }
}

#[async_trait]
impl TrackingWriter for ReadOnly {
    async fn create_experiment(&self, _: &str, _: Option<&str>, _: &[Tag]) -> Result<ExperimentId> {
        self.refused()
    }

    async fn rename_experiment(&self, _: &ExperimentId, _: &str) -> Result<()> {
        self.refused()
    }

    async fn delete_experiment(&self, _: &ExperimentId) -> Result<()> {
        self.refused()
    }

    async fn restore_experiment(&self, _: &ExperimentId) -> Result<()> {
        self.refused()
    }

    async fn set_experiment_tag(&self, _: &ExperimentId, _: &Tag) -> Result<()> {
        self.refused()
    }

    async fn delete_experiment_tag(&self, _: &ExperimentId, _: &str) -> Result<()> {
        self.refused()
    }

    async fn rename_run(&self, _: &RunId, _: &str) -> Result<()> {
        self.refused()
    }

    async fn set_run_tag(&self, _: &RunId, _: &Tag) -> Result<()> {
        self.refused()
    }

    async fn delete_run_tag(&self, _: &RunId, _: &str) -> Result<()> {
        self.refused()
    }

    async fn delete_run(&self, _: &RunId) -> Result<()> {
        self.refused()
    }

    async fn restore_run(&self, _: &RunId) -> Result<()> {
        self.refused()
    }
}

#[async_trait]
impl RegistryWriter for ReadOnly {
    async fn create_model(&self, _: &ModelName, _: Option<&str>, _: &[Tag]) -> Result<()> {
        self.refused()
    }

    async fn rename_model(&self, _: &ModelName, _: &ModelName) -> Result<()> {
        self.refused()
    }

    async fn describe_model(&self, _: &ModelName, _: &str) -> Result<()> {
        self.refused()
    }

    async fn set_model_tag(&self, _: &ModelName, _: &Tag) -> Result<()> {
        self.refused()
    }

    async fn delete_model_tag(&self, _: &ModelName, _: &str) -> Result<()> {
        self.refused()
    }

    async fn delete_model(&self, _: &ModelName) -> Result<()> {
        self.refused()
    }

    async fn create_version(&self, _: &NewVersion) -> Result<ModelVersion> {
        self.refused()
    }

    async fn describe_version(&self, _: &ModelName, _: &VersionNumber, _: &str) -> Result<()> {
        self.refused()
    }

    async fn set_version_tag(&self, _: &ModelName, _: &VersionNumber, _: &Tag) -> Result<()> {
        self.refused()
    }

    async fn delete_version_tag(&self, _: &ModelName, _: &VersionNumber, _: &str) -> Result<()> {
        self.refused()
    }

    async fn delete_version(&self, _: &ModelName, _: &VersionNumber) -> Result<()> {
        self.refused()
    }

    async fn transition_stage(&self, _: &ModelName, _: &VersionNumber, _: &Stage, _: bool) -> Result<()> {
        self.refused()
    }

    async fn set_alias(&self, _: &ModelName, _: &str, _: &VersionNumber) -> Result<()> {
        self.refused()
    }

    async fn delete_alias(&self, _: &ModelName, _: &str) -> Result<()> {
        self.refused()
    }
}
