use flowdeck_domain::kubernetes::{LogTime, Pod};
use flowdeck_domain::pipelines::{PipelineRun, Task, TaskState};
use flowdeck_domain::{Failure, FailureKind, Namespace, PipelineRunId, PodName, Result, TaskId};

use super::{LogAbout, Logs};

/// Where Kubeflow Pipelines runs where it serves one user.
const USUAL_NAMESPACE: &str = "kubeflow";

/// What a person asks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum LogTarget {
    /// One task of a pipeline run.
    Task {
        /// The run.
        run: PipelineRunId,
        /// The task.
        task: TaskId,
        /// Which try of it, from 1; none means the latest.
        attempt: Option<usize>,
    },
    /// All tasks of a pipeline run.
    Run(PipelineRunId),
    /// One pod.
    Pod {
        /// Its namespace; none means the one that is meant where none is named.
        namespace: Option<Namespace>,
        /// Its name.
        pod: PodName,
    },
}

/// A target and what to read of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LogRequest {
    /// What.
    pub target: LogTarget,
    /// The container; none means each pod's default.
    pub container: Option<String>,
    /// Whether to go on until it ends.
    pub follow: bool,
    /// The container that ran before the last restart.
    pub previous: bool,
    /// The last so many lines of each pod alone.
    pub tail: Option<u64>,
    /// Lines of this time and later.
    pub since: Option<LogTime>,
}

impl LogRequest {
    /// All of a target's lines, to its end.
    pub fn following(target: LogTarget) -> Self {
        Self {
            target,
            container: None,
            follow: true,
            previous: false,
            tail: None,
            since: None,
        }
    }

    /// Whether it asks for a log from its first line on.
    pub(super) fn is_whole(&self) -> bool {
        self.tail.is_none() && self.since.is_none() && !self.previous
    }
}

/// One pod whose log is read.
#[derive(Clone, Debug, PartialEq)]
pub struct LogPart {
    /// What it is called beside others: a task's place, or the pod's name.
    pub label: String,
    /// The pod's namespace.
    pub namespace: Namespace,
    /// The pod.
    pub pod: PodName,
    /// The pipeline run it is of.
    pub run: Option<PipelineRunId>,
    /// The task it ran.
    pub task: Option<TaskId>,
    /// That task as people know it.
    pub place: Option<String>,
    /// Which try of it, from 1.
    pub attempt: Option<u32>,
}

impl LogPart {
    pub(super) fn about(&self) -> LogAbout {
        LogAbout {
            run_id: self.run.as_ref().map(ToString::to_string),
            task_id: self.task.as_ref().map(ToString::to_string),
            task: self.place.clone(),
            attempt: self.attempt,
            is_over: false,
            is_elsewhere: false,
        }
    }
}

/// The parts of a target as they are known now.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) parts: Vec<LogPart>,
    /// The run they are of.
    pub(super) run: Option<PipelineRun>,
    /// Whether more may come up.
    pub(super) goes_on: bool,
}

impl Logs {
    /// The pods that printed what is asked for.
    pub(super) async fn parts(&self, target: &LogTarget) -> Result<Found> {
        match target {
            LogTarget::Pod { namespace, pod } => {
                let namespace = match (namespace, &self.inner.cluster) {
                    (Some(namespace), _) => namespace.clone(),
                    (None, Some(cluster)) => cluster.namespace().clone(),
                    (None, None) => self.kept_namespace(pod)?,
                };
                Ok(Found {
                    parts: vec![of_pod(namespace, pod.clone(), pod.to_string())],
                    run: None,
                    goes_on: false,
                })
            }
            LogTarget::Task { run, task, attempt } => self.of_task(run, task, *attempt).await,
            LogTarget::Run(run) => self.of_run(run).await,
        }
    }

    async fn of_task(&self, run: &PipelineRunId, id: &TaskId, attempt: Option<usize>) -> Result<Found> {
        let known = match self.pipelines() {
            Ok(pipelines) => pipelines.reader().pipeline_run(run).await,
            Err(failure) => Err(failure),
        };
        let known = match known {
            Ok(known) => known,
            Err(failure) => return self.kept_of_run(run, Some(id), failure),
        };
        let pods = self.pods_of_run(run).await;
        let task = known.tasks.task(id).ok_or_else(|| {
            Failure::new(
                FailureKind::NotFound,
                format!("run {} has no task `{id}`", known.display_name),
            )
        })?;
        let part = self.part_of_task(&known, task, attempt, &pods)?;
        // A task that fails may be tried again, in another pod.
        let goes_on = attempt.is_none() && !task.state.is_terminal() && !known.state.is_terminal();
        Ok(Found {
            parts: vec![part],
            goes_on,
            run: Some(known),
        })
    }

    /// Whether what is asked for may have a log later: its run goes on, and it is no task that ended.
    pub(super) async fn target_goes_on(&self, target: &LogTarget) -> bool {
        let (run, task) = match target {
            LogTarget::Run(run) => (run, None),
            LogTarget::Task { run, task, .. } => (run, Some(task)),
            LogTarget::Pod { .. } => return false,
        };
        let Ok(pipelines) = self.pipelines() else {
            return false;
        };
        match pipelines.reader().pipeline_run(run).await {
            Ok(known) => {
                let task = task.and_then(|id| known.tasks.task(id));
                !known.state.is_terminal() && !task.is_some_and(|task| task.state.is_terminal())
            }
            Err(failure) => matches!(failure.kind(), FailureKind::Unreachable | FailureKind::Busy),
        }
    }

    async fn of_run(&self, run: &PipelineRunId) -> Result<Found> {
        let known = match self.pipelines() {
            Ok(pipelines) => pipelines.reader().pipeline_run(run).await,
            Err(failure) => Err(failure),
        };
        let pods = self.pods_of_run(run).await;
        let known = match known {
            Ok(known) => known,
            Err(_) if !pods.is_empty() => {
                return Ok(Found {
                    parts: pods.iter().map(|pod| of_labelled(pod, run)).collect(),
                    run: None,
                    goes_on: pods.iter().any(|pod| !pod.phase.is_terminal()),
                });
            }
            Err(failure) => return self.kept_of_run(run, None, failure),
        };
        let mut tasks: Vec<&Task> = known
            .tasks
            .tasks
            .iter()
            .filter(|task| task.kind.is_leaf())
            .collect();
        tasks.sort_by_key(|task| (task.start_time.is_none(), task.start_time));
        let parts = tasks
            .into_iter()
            .filter_map(|task| self.part_of_task(&known, task, None, &pods).ok())
            .collect();
        Ok(Found {
            parts,
            goes_on: !known.state.is_terminal(),
            run: Some(known),
        })
    }

    fn part_of_task(
        &self,
        run: &PipelineRun,
        task: &Task,
        attempt: Option<usize>,
        pods: &[Pod],
    ) -> Result<LogPart> {
        let named = match attempt {
            None => task.pod_name.as_ref(),
            Some(attempt) => {
                let of_attempt = attempt.checked_sub(1).and_then(|at| task.attempts.get(at));
                let tried = of_attempt.ok_or_else(|| no_attempt(task, attempt))?;
                tried.pod_name.as_ref()
            }
        };
        let by_node = || pods.iter().find(|pod| pod.argo_node().as_ref() == Some(&task.id));
        let pod = named
            .or_else(|| by_node().map(|pod| &pod.name))
            .or(task.driver_pod.as_ref())
            .ok_or_else(|| no_pod(task))?;
        let namespace = pods
            .iter()
            .find(|known| known.name == *pod)
            .or(pods.first())
            .map(|pod| pod.namespace.clone());
        Ok(LogPart {
            label: run.tasks.place(task),
            namespace: namespace.unwrap_or_else(|| self.likely_namespace()),
            pod: pod.clone(),
            run: Some(run.id.clone()),
            task: Some(task.id.clone()),
            place: Some(run.tasks.place(task)),
            attempt: attempt
                .or(task.attempt())
                .and_then(|attempt| u32::try_from(attempt).ok()),
        })
    }

    /// The pods of a run, as far as a cluster tells of them.
    async fn pods_of_run(&self, run: &PipelineRunId) -> Vec<Pod> {
        let Some(cluster) = &self.inner.cluster else {
            return Vec::new();
        };
        let mut likely = vec![self.likely_namespace()];
        if likely[0] != *cluster.namespace() {
            likely.push(cluster.namespace().clone());
        }
        cluster
            .pods_of_run(run.as_str(), &likely)
            .await
            .unwrap_or_default()
    }

    /// The namespace that pods of pipelines are in, where nothing tells.
    fn likely_namespace(&self) -> Namespace {
        let of_pipelines = self
            .inner
            .pipelines
            .as_ref()
            .and_then(|it| it.namespace().cloned());
        of_pipelines.unwrap_or_else(|| Namespace::from(USUAL_NAMESPACE))
    }

    /// What was kept of a run, where nobody can be asked.
    fn kept_of_run(&self, run: &PipelineRunId, task: Option<&TaskId>, why: Failure) -> Result<Found> {
        let store = self.inner.store.as_ref();
        let kept = store
            .map(|store| store.of_run(&self.inner.place, run.as_str()))
            .unwrap_or_default();
        let parts: Vec<LogPart> = kept
            .into_iter()
            .filter(|kept| {
                // Where nobody can be asked, a task goes by its place as well.
                let words = [kept.about.task_id.as_deref(), kept.about.task.as_deref()];
                task.is_none_or(|task| words.contains(&Some(task.as_str())))
            })
            .map(|kept| LogPart {
                label: kept.about.task.clone().unwrap_or_else(|| kept.key.pod.clone()),
                namespace: kept.key.namespace.as_str().into(),
                pod: kept.key.pod.as_str().into(),
                run: Some(run.clone()),
                task: kept.about.task_id.as_deref().map(TaskId::from),
                place: kept.about.task.clone(),
                attempt: kept.about.attempt,
            })
            .collect();
        if parts.is_empty() {
            return Err(why);
        }
        Ok(Found {
            parts,
            run: None,
            goes_on: false,
        })
    }

    /// The namespace under which the log of a pod was kept.
    fn kept_namespace(&self, pod: &PodName) -> Result<Namespace> {
        let store = self.inner.store.as_ref();
        let kept = store
            .map(|store| store.list(Some(&self.inner.place)))
            .unwrap_or_default();
        let found = kept.iter().find(|kept| kept.key.pod == pod.as_str());
        match found {
            Some(kept) => Ok(kept.key.namespace.as_str().into()),
            None => Err(super::missing(self.inner.no_cluster.as_ref())),
        }
    }
}

fn of_pod(namespace: Namespace, pod: PodName, label: String) -> LogPart {
    LogPart {
        label,
        namespace,
        pod,
        run: None,
        task: None,
        place: None,
        attempt: None,
    }
}

/// A pod of a run of which only the cluster tells: its task is the last word of its Argo node's name that says something.
fn of_labelled(pod: &Pod, run: &PipelineRunId) -> LogPart {
    let node = pod
        .annotations
        .get("workflows.argoproj.io/node-name")
        .map_or("", String::as_str);
    let mut words = node.split('.').skip(1).filter(|word| *word != "root");
    let place = words
        .by_ref()
        .filter(|word| !word.starts_with("executor"))
        .collect::<Vec<_>>()
        .join(".");
    let is_named = !place.is_empty();
    LogPart {
        label: if is_named {
            place.clone()
        } else {
            pod.name.to_string()
        },
        run: Some(run.clone()),
        task: pod.argo_node(),
        place: is_named.then_some(place),
        ..of_pod(pod.namespace.clone(), pod.name.clone(), String::new())
    }
}

fn no_attempt(task: &Task, attempt: usize) -> Failure {
    let n_attempts = task.attempts.len();
    Failure::new(
        FailureKind::InvalidInput,
        format!("task `{}` has no try {attempt}", task.name),
    )
    .with_hint(match n_attempts {
        0 => "nothing tells of its tries".to_owned(),
        1 => "it was tried once".to_owned(),
        many => format!("it was tried {many} times"),
    })
}

fn no_pod(task: &Task) -> Failure {
    let why = task.why_no_log();
    let failure = Failure::new(
        FailureKind::NotFound,
        format!("task `{}` has no log: {why}", task.name),
    );
    match task.state {
        TaskState::Cached => failure.with_hint("the run whose outputs it took has it"),
        _ => failure,
    }
}
