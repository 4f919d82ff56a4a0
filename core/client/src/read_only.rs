use async_trait::async_trait;
use flowdeck_domain::port::TrackingWriter;
use flowdeck_domain::tracking::Tag;
use flowdeck_domain::{ExperimentId, Result, RunId};

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
