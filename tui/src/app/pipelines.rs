//! What the screens of pipelines ask of a server of Kubeflow Pipelines, and what it answers.

pub(crate) mod acting;
pub(crate) mod columns;
pub(crate) mod launching;
pub(crate) mod list;
#[cfg(test)]
pub(crate) mod testing;

use std::sync::Arc;

use flowdeck_surface::client::pipelines::{
    Parameters, Pipeline, PipelineExperiment, PipelineRun, PipelineSpec, PipelineVersion, RecurringRun,
    RunSource, Trigger,
};
use flowdeck_surface::client::port::{NewPipelineRun, Predicate, SortKey, View};
use flowdeck_surface::client::{
    Failure, Listing, PageToken, PipelineExperimentId, PipelineId, PipelineRunId, PipelineVersionId, Policy,
    RecurringRunId,
};
use flowdeck_surface::pipelines::PipelineRunLine;

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) enum Asked {
    /// All pipelines.
    Pipelines,
    /// A pipeline with its versions.
    Versions(PipelineId),
    /// All experiments of a view.
    Experiments(View),
    /// All schedules.
    Schedules,
    /// Runs, page after page up to a limit; more replies follow.
    Runs(Box<RunsAsked>),
    /// The first of the runs once more, and these.
    RunsAgain(Box<RunsAsked>, Vec<PipelineRunId>),
    /// A run by its id or name, with its tasks.
    Run(String),
    /// What a run was made from; nothing where that is gone.
    Spec(RunSource),
    /// Two runs with what they were made from.
    Compare([PipelineRunId; 2]),
    /// What a run or a schedule is to be made from.
    Template(TemplateOf),
    /// A change.
    Do(Box<Deed>),
}

/// Which runs are asked for.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct RunsAsked {
    /// What must hold of each.
    pub(crate) predicates: Vec<Predicate>,
    /// By what to sort; none means the latest first.
    pub(crate) sort: Option<SortKey>,
    /// Of this experiment alone.
    pub(crate) experiment: Option<PipelineExperimentId>,
    /// Where to go on.
    pub(crate) from: Option<PageToken>,
}

/// What a run or a schedule is to be made from.
#[derive(Clone, Debug)]
pub(crate) enum TemplateOf {
    /// The latest version of a pipeline.
    Latest(PipelineId),
    /// A version.
    Version(PipelineId, PipelineVersionId),
    /// A run like another one.
    Run(PipelineRunId),
    /// A schedule like another one.
    Schedule(RecurringRunId),
}

/// What a form of a run begins with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Template {
    /// What it is made from, in words.
    pub(crate) of: String,
    /// The name that it begins with.
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) source: RunSource,
    /// What that does; nothing where it is gone.
    pub(crate) spec: Option<Arc<PipelineSpec>>,
    /// What was passed before.
    pub(crate) given: Parameters,
    pub(crate) experiment_id: Option<PipelineExperimentId>,
    /// The name of that experiment.
    pub(crate) experiment: String,
    pub(crate) service_account: Option<String>,
    pub(crate) pipeline_root: Option<String>,
    pub(crate) plugins_input: Parameters,
    /// When the schedule fires, where it is one.
    pub(crate) trigger: Trigger,
    pub(crate) max_concurrency: u32,
    pub(crate) no_catchup: bool,
}

/// A change.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    /// A package becomes a pipeline, or a version of this one.
    Upload(Upload),
    /// A run starts, in the experiment of this name where one is given.
    Start(Box<NewPipelineRun>, String),
    /// A schedule is made, in the experiment of this name where one is given.
    Schedule(Box<NewSchedule>, String),
    /// An experiment is made.
    CreateExperiment(String, String),
    /// Something happens to each of these runs.
    Runs(RunDeed, Vec<PipelineRunId>),
    DeletePipelines(Vec<PipelineId>),
    DeleteVersions(PipelineId, Vec<PipelineVersionId>),
    /// Schedules fire, or do not.
    Enable(Vec<RecurringRunId>, bool),
    DeleteSchedules(Vec<RecurringRunId>),
}

/// What happens to runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum RunDeed {
    Retry,
    Terminate,
    Archive,
    Unarchive,
    Delete,
}

/// A package to upload.
#[derive(Clone, Debug, Default)]
pub(crate) struct Upload {
    /// The pipeline that gets a version; none makes a pipeline.
    pub(crate) to: Option<PipelineId>,
    /// A path of this machine or an address.
    pub(crate) package: String,
    pub(crate) name: String,
    pub(crate) description: String,
    /// Whether it is for all namespaces.
    pub(crate) is_shared: bool,
}

/// A schedule to be made.
#[derive(Clone, Debug)]
pub(crate) struct NewSchedule {
    pub(crate) run: NewPipelineRun,
    pub(crate) trigger: Trigger,
    pub(crate) max_concurrency: u32,
    pub(crate) no_catchup: bool,
}

/// What a server said, with what holds of it.
#[derive(Debug)]
pub(crate) struct FromPipelines {
    /// What it said.
    pub(crate) told: Told,
    /// What may be done there.
    pub(crate) policy: Policy,
    /// The address of its web pages, where it has some.
    pub(crate) web: Option<String>,
    /// Where it is and which version, in a few words.
    pub(crate) place: Option<String>,
}

/// What was answered.
#[derive(Debug)]
pub(crate) enum Told {
    Pipelines(Listing<Pipeline>),
    Versions(Box<Pipeline>, Listing<PipelineVersion>),
    Experiments(Listing<PipelineExperiment>),
    Schedules(Listing<RecurringRun>),
    /// Some runs; more replies follow unless they are the last.
    Runs {
        lines: Vec<PipelineRunLine>,
        /// Where the next ones begin, where there are any.
        next: Option<PageToken>,
        /// Whether no more replies follow.
        is_last: bool,
    },
    /// Runs as they stand now.
    RunsAgain(Vec<PipelineRunLine>),
    Run(Box<PipelineRun>),
    Spec(Option<Arc<PipelineSpec>>),
    Compare(Box<[(PipelineRun, Option<Arc<PipelineSpec>>); 2]>),
    Template(Box<Template>),
    /// A change was made.
    Done(Done),
}

/// How a change came out.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// How many it was made to.
    pub(crate) n_done: usize,
    /// Why it was not made to others.
    pub(crate) failed: Vec<Failure>,
    /// The run that was started.
    pub(crate) run: Option<PipelineRunId>,
    /// What was made is called so.
    pub(crate) name: String,
}
