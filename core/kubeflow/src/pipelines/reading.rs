use async_trait::async_trait;
use bytes::Bytes;
use flowdeck_domain::pipelines::{
    Pipeline, PipelineArtifact, PipelineExperiment, PipelineRun, PipelineVersion, RecurringRun, RunState,
    Task, TaskSource, TaskTree, TaskValues,
};
use flowdeck_domain::port::{PipelinesQuery, PipelinesReader, PipelinesServer, RunsQuery};
use flowdeck_domain::{
    Failure, FailureKind, Namespace, Page, PipelineExperimentId, PipelineId, PipelineRunId,
    PipelineVersionId, RecurringRunId, Result, TaskId,
};
use flowdeck_http::{Call, segment};
use serde::Deserialize;

use super::filter::with_query;
use super::wire::{ExperimentWire, Listed, PipelineWire, RunWire, ScheduleWire, VersionWire};
use super::{PipelinesRest, archived_log, v2};
use crate::argo::{WorkflowTold, read_manifest};

/// The answer of v1beta1, of which the workflow alone is read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct RunV1Wire {
    pipeline_runtime: Option<RuntimeWire>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RuntimeWire {
    workflow_manifest: Option<String>,
}

#[async_trait]
impl PipelinesReader for PipelinesRest {
    async fn server(&self) -> Result<PipelinesServer> {
        Ok(self.found().await?.server.clone())
    }

    async fn pipelines(&self, query: &PipelinesQuery) -> Result<Page<Pipeline>> {
        self.page::<PipelineWire>(&with_query(Call::get(v2("pipelines")), query)?)
            .await
    }

    async fn pipeline(&self, id: &PipelineId) -> Result<Pipeline> {
        let call = Call::get(v2(format!("pipelines/{}", segment(id.as_str()))));
        Ok(self.one::<PipelineWire>(&call).await?.item())
    }

    async fn pipeline_by_name(&self, name: &str, namespace: Option<&Namespace>) -> Result<Pipeline> {
        let mut call = Call::get(v2(format!("pipelines/names/{}", segment(name))));
        if let Some(namespace) = namespace {
            call = call.with("namespace", namespace.as_str());
        }
        Ok(self.one::<PipelineWire>(&call).await?.item())
    }

    async fn pipeline_versions(
        &self,
        id: &PipelineId,
        query: &PipelinesQuery,
    ) -> Result<Page<PipelineVersion>> {
        let call = Call::get(v2(format!("pipelines/{}/versions", segment(id.as_str()))));
        let without_namespace = PipelinesQuery {
            namespace: None,
            ..query.clone()
        };
        self.page::<VersionWire>(&with_query(call, &without_namespace)?)
            .await
    }

    async fn pipeline_version(
        &self,
        id: &PipelineId,
        version: &PipelineVersionId,
    ) -> Result<PipelineVersion> {
        let (id, version) = (segment(id.as_str()), segment(version.as_str()));
        let call = Call::get(v2(format!("pipelines/{id}/versions/{version}")));
        Ok(self.one::<VersionWire>(&call).await?.item())
    }

    async fn pipeline_experiments(&self, query: &PipelinesQuery) -> Result<Page<PipelineExperiment>> {
        self.needs_namespace(query.namespace.as_ref(), None).await?;
        self.page::<ExperimentWire>(&with_query(Call::get(v2("experiments")), query)?)
            .await
    }

    async fn pipeline_experiment(&self, id: &PipelineExperimentId) -> Result<PipelineExperiment> {
        let call = Call::get(v2(format!("experiments/{}", segment(id.as_str()))));
        Ok(self.one::<ExperimentWire>(&call).await?.item())
    }

    async fn pipeline_runs(&self, query: &RunsQuery) -> Result<Page<PipelineRun>> {
        let call = self.of_runs("runs", query).await?;
        let mut page = self.page::<RunWire>(&call).await?;
        for run in &mut page.items {
            self.recall_stop(run);
        }
        Ok(page)
    }

    async fn pipeline_run(&self, id: &PipelineRunId) -> Result<PipelineRun> {
        self.found().await?;
        // Servers without a task API pass over the view; the others leave the tasks out without it.
        let call = Call::get(v2(format!("runs/{}", segment(id.as_str())))).with("view", "FULL");
        let (run, workflow) = tokio::join!(self.one::<RunWire>(&call), self.workflow(id));
        let mut run = run?.item();
        if let Some(told) = workflow {
            take_workflow(&mut run, told);
        }
        self.recall_stop(&mut run);
        Ok(run)
    }

    async fn recurring_runs(&self, query: &RunsQuery) -> Result<Page<RecurringRun>> {
        let call = self.of_runs("recurringruns", query).await?;
        self.page::<ScheduleWire>(&call).await
    }

    async fn recurring_run(&self, id: &RecurringRunId) -> Result<RecurringRun> {
        let call = Call::get(v2(format!("recurringruns/{}", segment(id.as_str()))));
        Ok(self.one::<ScheduleWire>(&call).await?.item())
    }

    /// A server without a task API keeps no list of artifacts: those that the tasks of the run name are given.
    async fn run_artifacts(&self, id: &PipelineRunId) -> Result<Vec<PipelineArtifact>> {
        let run = self.pipeline_run(id).await?;
        let mut artifacts: Vec<PipelineArtifact> = Vec::new();
        for task in run.tasks.tasks {
            for made in task.outputs.artifacts {
                if !artifacts.contains(&made.artifact) {
                    artifacts.push(made.artifact);
                }
            }
        }
        Ok(artifacts)
    }

    async fn archived_log(&self, run: &PipelineRunId, tasks: &TaskTree, task: &TaskId) -> Result<Bytes> {
        archived_log::read(self, run, tasks, task).await
    }

    async fn stored_file(&self, uri: &str, namespace: Option<&Namespace>) -> Result<Bytes> {
        archived_log::stored_file(self, uri, namespace).await
    }
}

impl PipelinesRest {
    /// A list of runs or schedules. The experiment wins over the namespace.
    async fn of_runs(&self, route: &str, query: &RunsQuery) -> Result<Call> {
        let experiment = query.experiment.as_ref();
        self.needs_namespace(query.query.namespace.as_ref(), experiment)
            .await?;
        let mut call = with_query(Call::get(v2(route)), &query.query)?;
        if let Some(experiment) = experiment {
            call = call.with("experiment_id", experiment.as_str());
        }
        Ok(call)
    }

    /// Refuses what a server for several users refuses, with the way out.
    async fn needs_namespace(
        &self,
        namespace: Option<&Namespace>,
        experiment: Option<&PipelineExperimentId>,
    ) -> Result<()> {
        let server = &self.found().await?.server;
        if !server.multi_user || namespace.is_some() || experiment.is_some() {
            return Ok(());
        }
        Err(Failure::new(
            FailureKind::InvalidInput,
            format!(
                "{} is for several users and lists one namespace at a time",
                server.uri
            ),
        )
        .with_hint("pass --namespace, or name it in the context"))
    }

    /// What the run's workflow tells: reasons, pods and exit codes stand there alone. The server keeps it after the
    /// workflow is gone. A run is shown without it, too.
    async fn workflow(&self, id: &PipelineRunId) -> Option<WorkflowTold> {
        let call = Call::get(format!("apis/v1beta1/runs/{}", segment(id.as_str())));
        let read = async {
            let wire = self.one::<RunV1Wire>(&call).await?;
            let manifest = wire.pipeline_runtime.unwrap_or_default().workflow_manifest;
            read_manifest(&manifest.unwrap_or_default())
        };
        match read.await {
            Ok(told) => told,
            Err(failure) => {
                tracing::debug!(run = %id, %failure, "shown without its workflow");
                None
            }
        }
    }

    fn recall_stop(&self, run: &mut PipelineRun) {
        if !run.told_to_stop && self.was_stopped_here(&run.id) && run.state != RunState::Succeeded {
            run.told_to_stop = true;
            let tasks = std::mem::take(&mut run.tasks);
            run.set_tasks(tasks);
        }
    }
}

/// Lets the workflow tell of the tasks, where it tells anything.
fn take_workflow(run: &mut PipelineRun, told: WorkflowTold) {
    run.told_to_stop |= told.told_to_stop;
    if run.error.is_none() && run.state == RunState::Failed {
        run.error = told.message;
    }
    let known = std::mem::take(&mut run.tasks);
    if told.tasks.is_empty() {
        run.set_tasks(known);
        return;
    }
    let mut tasks = told.tasks;
    if known.source == TaskSource::TaskApi {
        take_values(&mut tasks, known);
    }
    run.set_tasks(tasks);
}

/// The task API knows what went in and came out, with the ids of artifacts; the workflow knows it of few.
fn take_values(tasks: &mut TaskTree, known: TaskTree) {
    for from in known.tasks {
        let same = |task: &&mut Task| task.path == from.path && task.iteration == from.iteration;
        let Some(task) = tasks.tasks.iter_mut().find(same) else {
            continue;
        };
        if from.inputs != TaskValues::default() {
            task.inputs = from.inputs;
        }
        if from.outputs != TaskValues::default() {
            task.outputs = from.outputs;
        }
        task.display_name = task.display_name.take().or(from.display_name);
    }
}
