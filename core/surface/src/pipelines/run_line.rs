use std::sync::Arc;

use flowdeck_client::pipelines::{PipelineRun, PipelineSpec, RunSource, Storage, TaskState};
use flowdeck_client::{
    PipelineExperimentId, PipelineId, PipelineRunId, PipelineVersionId, RecurringRunId, RunId, Timestamp,
};

use crate::status::{Badge, of_pipeline_run};

/// A pipeline run as a list shows it. It holds none of the run's tasks, of which a list brings all.
#[derive(Clone, Debug, PartialEq)]
pub struct PipelineRunLine {
    /// Its id.
    pub id: PipelineRunId,
    /// Its name.
    pub name: String,
    /// How it stands.
    pub badge: Badge,
    /// How it stands and why, in one sentence without its full stop.
    pub summary: String,
    /// Tasks that are over, and all that are known.
    pub progress: Option<(usize, usize)>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// How long it took; none while it goes on.
    pub took_ms: Option<i64>,
    /// Whether nothing more will happen to it.
    pub is_over: bool,
    /// Whether it was put away.
    pub is_archived: bool,
    /// The pipeline it was made from.
    pub pipeline_id: Option<PipelineId>,
    /// The version of it.
    pub version_id: Option<PipelineVersionId>,
    /// What came with it, where it was made from no pipeline of the server.
    pub package: Option<Arc<PipelineSpec>>,
    /// Its experiment.
    pub experiment_id: Option<PipelineExperimentId>,
    /// The schedule that started it.
    pub recurring_run_id: Option<RecurringRunId>,
    /// The MLflow run that mirrors it.
    pub mlflow_run: Option<RunId>,
}

impl PipelineRunLine {
    /// A run as a line.
    pub fn of(run: &PipelineRun) -> Self {
        let outcome = run.outcome();
        let (pipeline_id, version_id) = match &run.source {
            RunSource::Version {
                pipeline_id,
                version_id,
            } => (
                Some(pipeline_id.clone()).filter(|id| !id.as_str().is_empty()),
                version_id.clone(),
            ),
            _ => (None, None),
        };
        Self {
            id: run.id.clone(),
            name: run.display_name.clone(),
            badge: of_pipeline_run(&run.state, outcome.stopped),
            summary: outcome.summary,
            progress: progress(run),
            created_at: run.created_at,
            started_at: run.started_at(),
            took_ms: run.duration_ms().filter(|_| run.state.is_terminal()),
            is_over: run.state.is_terminal(),
            is_archived: run.storage == Storage::Archived,
            pipeline_id,
            version_id,
            package: match &run.source {
                RunSource::Package(spec) => Some(Arc::clone(spec)),
                _ => None,
            },
            experiment_id: run.experiment_id.clone(),
            recurring_run_id: run.recurring_run_id.clone(),
            mlflow_run: run.mlflow.as_ref().and_then(|link| link.run_id.clone()),
        }
    }

    /// How long it took, or goes on by now.
    pub fn took_by(&self, now: Timestamp) -> Option<i64> {
        match self.started_at {
            Some(start) if !self.is_over => Some(now.millis_since(start).max(0)),
            _ => self.took_ms,
        }
    }
}

/// Tasks that are over, of those that do something themselves.
pub fn progress(run: &PipelineRun) -> Option<(usize, usize)> {
    let (mut n_over, mut n_all) = (0, 0);
    for task in run.tasks.leaves() {
        n_all += 1;
        n_over += usize::from(task.state.is_terminal() && task.state != TaskState::Omitted);
    }
    (n_all > 0).then_some((n_over, n_all))
}

/// Runs as CSV, times as RFC 3339 in UTC and durations in milliseconds.
pub fn runs_in_csv<'a>(lines: impl Iterator<Item = &'a PipelineRunLine>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    let titles = [
        "run_id",
        "display_name",
        "state",
        "summary",
        "created_at",
        "duration_ms",
        "pipeline_id",
        "pipeline_version_id",
        "experiment_id",
        "recurring_run_id",
    ];
    let mut written = writer.write_record(titles);
    for line in lines {
        let id = |id: Option<&str>| id.unwrap_or_default().to_owned();
        let row = [
            line.id.to_string(),
            line.name.clone(),
            line.badge.word.clone(),
            line.summary.clone(),
            time(line.created_at),
            line.took_ms.map(|took| took.to_string()).unwrap_or_default(),
            id(line.pipeline_id.as_ref().map(PipelineId::as_str)),
            id(line.version_id.as_ref().map(PipelineVersionId::as_str)),
            id(line.experiment_id.as_ref().map(PipelineExperimentId::as_str)),
            id(line.recurring_run_id.as_ref().map(RecurringRunId::as_str)),
        ];
        written = written.and_then(|()| writer.write_record(row));
    }
    debug_assert!(written.is_ok(), "rows of one length go into memory");
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
