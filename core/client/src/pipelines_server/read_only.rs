use async_trait::async_trait;
use flowdeck_domain::pipelines::{Pipeline, PipelineExperiment, PipelineRun, PipelineVersion, RecurringRun};
use flowdeck_domain::port::{
    NewPipelineRun, NewRecurringRun, PipelinePackage, PipelinesWriter, UploadDescription,
};
use flowdeck_domain::{Namespace, PipelineId, PipelineRunId, PipelineVersionId, RecurringRunId, Result};

use crate::policy::Policy;

/// The writer of a read-only context. It refuses everything, and knows no server that it could write to.
#[derive(Debug)]
pub(super) struct ReadOnlyPipelines(pub(super) Policy);

impl ReadOnlyPipelines {
    fn refused<T>(&self) -> Result<T> {
        Err(self.0.refusal())
    }
}

#[async_trait]
impl PipelinesWriter for ReadOnlyPipelines {
    async fn upload_pipeline(&self, _: &PipelinePackage, _: &UploadDescription) -> Result<Pipeline> {
        self.refused()
    }

    async fn upload_version(
        &self,
        _: &PipelineId,
        _: &PipelinePackage,
        _: &UploadDescription,
    ) -> Result<PipelineVersion> {
        self.refused()
    }

    async fn delete_pipeline(&self, _: &PipelineId) -> Result<()> {
        self.refused()
    }

    async fn delete_version(&self, _: &PipelineId, _: &PipelineVersionId) -> Result<()> {
        self.refused()
    }

    async fn create_pipeline_experiment(
        &self,
        _: &str,
        _: &str,
        _: Option<&Namespace>,
    ) -> Result<PipelineExperiment> {
        self.refused()
    }

    async fn create_pipeline_run(&self, _: &NewPipelineRun) -> Result<PipelineRun> {
        self.refused()
    }

    async fn retry_pipeline_run(&self, _: &PipelineRunId) -> Result<()> {
        self.refused()
    }

    async fn terminate_pipeline_run(&self, _: &PipelineRunId) -> Result<()> {
        self.refused()
    }

    async fn archive_pipeline_run(&self, _: &PipelineRunId) -> Result<()> {
        self.refused()
    }

    async fn unarchive_pipeline_run(&self, _: &PipelineRunId) -> Result<()> {
        self.refused()
    }

    async fn delete_pipeline_run(&self, _: &PipelineRunId) -> Result<()> {
        self.refused()
    }

    async fn create_recurring_run(&self, _: &NewRecurringRun) -> Result<RecurringRun> {
        self.refused()
    }

    async fn enable_recurring_run(&self, _: &RecurringRunId, _: bool) -> Result<()> {
        self.refused()
    }

    async fn delete_recurring_run(&self, _: &RecurringRunId) -> Result<()> {
        self.refused()
    }
}
