//! Fetching a whole experiment or run on purpose, so that it can be read without its server.
//!
//! A row in the cache says since when parts count as fetched. Each part (a list, a history, a file) is in the cache whole
//! or not at all. Who goes on after a kill leaves out what was read since the row was begun; once all is here the row is
//! finished. A sync that broke off is told by `flowdeck cache info` and by the next sync.

mod artifacts;
mod pattern;
mod registry;
mod traces;

use std::sync::atomic::{AtomicUsize, Ordering};

use flowdeck_cache::{Cache, Sync};
use flowdeck_domain::port::{RunFields, View};
use flowdeck_domain::tracking::{Experiment, LoggedModel, Run};
use flowdeck_domain::{ExperimentId, Failure, FailureKind, MetricKey, Result, RunId, Timestamp, Warning};
use futures::{StreamExt, TryStreamExt, stream};

use crate::list::ListRequest;
use crate::offline::now;
use crate::pause::pause_at;
use crate::session::{RunListRequest, Session};

/// What is fetched.
#[derive(Clone, Debug)]
pub struct SyncRequest {
    /// Of what.
    pub target: SyncTarget,
    /// Whether metric histories are.
    pub histories: bool,
    /// Whether traces are, with their spans.
    pub traces: bool,
    /// Artifacts whose path fits one of these: `model/*`, `*.png`; `*` stands for any text, `?` for one letter.
    pub artifacts: Vec<String>,
}

/// Of what everything is fetched.
#[derive(Clone, Debug)]
pub enum SyncTarget {
    /// An experiment with all its active runs, logged models and traces, and the model versions they made.
    Experiment(Box<Experiment>),
    /// One run.
    Run(RunId),
}

/// How far it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SyncProgress {
    /// Histories, traces and files that are here.
    pub n_done: usize,
    /// All of them, as far as they are known.
    pub n_all: usize,
}

/// What was fetched.
#[derive(Clone, Debug)]
pub struct SyncReport {
    /// Of what: `experiment 3`.
    pub subject: String,
    /// Since when its parts count as fetched.
    pub started_at: Timestamp,
    /// Whether it went on with a sync that had broken off.
    pub went_on: bool,
    /// Runs.
    pub n_runs: usize,
    /// Histories that are here now.
    pub n_histories: usize,
    /// Logged models.
    pub n_logged_models: usize,
    /// Versions of the registered models that these runs made versions of.
    pub n_versions: usize,
    /// Traces that are here now, with their spans.
    pub n_traces: usize,
    /// Files that are here now.
    pub n_files: usize,
    /// Histories, traces and files that the sync before had fetched already.
    pub n_before: usize,
    /// What could not be kept.
    pub warnings: Vec<Warning>,
}

/// A sync that broke off longer ago is begun anew: what it fetched is old. In milliseconds.
const GOES_ON_WITHIN_MS: i64 = 24 * 3_600_000;

/// Parts that are fetched at once.
const AT_ONCE: usize = 4;

impl SyncTarget {
    /// Its name in the cache.
    pub fn subject(&self) -> String {
        match self {
            Self::Experiment(experiment) => format!("experiment {}", experiment.id),
            Self::Run(id) => format!("run {id}"),
        }
    }
}

impl Session {
    /// Fetches all that a request names into the cache, telling how far it is.
    ///
    /// # Errors
    /// A store that needs no cache, a server that cannot be reached, a cache that cannot be written.
    pub async fn sync(
        &self,
        request: &SyncRequest,
        progress: impl Fn(SyncProgress) + Send + std::marker::Sync,
    ) -> Result<SyncReport> {
        let Some(keeping) = &self.keeping else {
            let message = "there is nothing to fetch: this store is read where it lies";
            return Err(Failure::new(FailureKind::Unsupported, message)
                .with_hint("a sync is for servers, with a cache: without --fresh"));
        };
        let journal = Journal::begin(&keeping.cache, request.target.subject(), progress).await?;
        pause_at("begun");
        let Subject { runs, models } = self.list_to_sync(&request.target).await?;
        let n_versions = self.sync_registry(&request.target, &runs).await?;
        keeping.cache.flush().await?;
        pause_at("listed");
        let mut report = SyncReport {
            subject: journal.subject.clone(),
            started_at: journal.started_at,
            went_on: journal.went_on,
            n_runs: runs.len(),
            n_histories: 0,
            n_logged_models: models.len(),
            n_versions,
            n_traces: 0,
            n_files: 0,
            n_before: 0,
            warnings: Vec::new(),
        };
        if request.histories {
            self.sync_histories(&runs, &journal, &mut report).await?;
        }
        if request.traces {
            self.sync_traces(&request.target, &runs, &journal, &mut report)
                .await?;
        }
        if !request.artifacts.is_empty() {
            let roots = runs.iter().map(Self::artifacts_of_run);
            let roots = roots.chain(models.iter().map(Self::artifacts_of_logged_model));
            for root in roots.collect::<Vec<_>>() {
                self.sync_artifacts(&root, &request.artifacts, &journal, &mut report)
                    .await?;
            }
        }
        pause_at("fetched");
        journal.note(Some(now()));
        keeping.cache.flush().await?;
        pause_at("finished");
        Ok(report)
    }

    /// The runs and logged models, all of them from the server.
    async fn list_to_sync(&self, target: &SyncTarget) -> Result<Subject> {
        match target {
            SyncTarget::Run(id) => self.list_of_run(id).await,
            SyncTarget::Experiment(experiment) => self.list_of_experiment(&experiment.id).await,
        }
    }

    async fn list_of_run(&self, id: &RunId) -> Result<Subject> {
        let run = self.run(id).await?;
        let experiment = self.tracking.experiment(&run.info.experiment_id).await;
        self.is_of_server(experiment.map(drop))?;
        let mut models = Vec::new();
        for output in &run.model_outputs {
            let model = self.logged_model(&output.model_id).await;
            models.extend(self.unless_refused(model)?);
        }
        let runs = vec![run];
        Ok(Subject { runs, models })
    }

    async fn list_of_experiment(&self, id: &ExperimentId) -> Result<Subject> {
        let list = ListRequest {
            view: View::Active,
            limit: None,
            ..ListRequest::default()
        };
        let request = RunListRequest {
            list: list.clone(),
            experiments: vec![id.clone()],
            fields: RunFields::all(),
            page_size: None,
        };
        let mut runs = Vec::new();
        let mut pages = self.run_pages(request);
        while let Some(page) = pages.try_next().await? {
            self.is_of_server(Ok(()))?;
            runs.extend(page.items);
            // Nothing is dropped as long as nothing waits.
            self.flush().await?;
        }
        // A server before MLflow 3 has none.
        let listed = self.logged_models(&list, std::slice::from_ref(id)).await;
        let models = self.unless_refused(listed)?.map(|listing| listing.items);
        let models = models.unwrap_or_default();
        Ok(Subject { runs, models })
    }

    async fn sync_histories(
        &self,
        runs: &[Run],
        journal: &Journal<'_>,
        report: &mut SyncReport,
    ) -> Result<()> {
        let histories: Vec<_> = runs
            .iter()
            .flat_map(|run| run.metrics.iter().map(|metric| (&run.info.id, &metric.key)))
            .collect();
        journal.n_all.fetch_add(histories.len(), Ordering::Relaxed);
        report.n_histories = histories.len();
        let fetched = stream::iter(histories)
            .map(|(run, key)| self.sync_history(run, key, journal))
            .buffer_unordered(AT_ONCE);
        let were_here: Vec<bool> = fetched.try_collect().await?;
        report.n_before += were_here.iter().filter(|here| **here).count();
        Ok(())
    }

    /// Fetches one history; answers whether it was here already.
    async fn sync_history(&self, run: &RunId, key: &MetricKey, journal: &Journal<'_>) -> Result<bool> {
        let (of_run, of_key) = (run.clone(), key.clone());
        let known = journal
            .cache
            .read(move |reading| reading.history_state(&of_run, &of_key))
            .await?;
        let is_here = known
            .as_ref()
            .is_some_and(|state| state.read_at >= journal.started_at);
        if !is_here {
            let mark = known.and_then(|state| state.mark);
            let mut parts = self.history_after(run, key, mark.as_ref());
            while parts.try_next().await?.is_some() {}
            drop(parts);
            self.is_of_server(Ok(()))?;
        }
        journal.done().await?;
        Ok(is_here)
    }

    /// Holds an answer to that it came from the server: what the cache says of itself is no news to it.
    fn is_of_server<T>(&self, answer: Result<T>) -> Result<T> {
        if self.as_of().is_none() {
            return answer;
        }
        let message = format!("{} went out of reach before all was fetched", self.origin().uri);
        Err(Failure::new(FailureKind::Unreachable, message)
            .with_hint("run the same sync again once it is back: it goes on from here"))
    }

    /// Takes an answer that an older server, or one without a right, may refuse: none then.
    fn unless_refused<T>(&self, answer: Result<T>) -> Result<Option<T>> {
        match self.is_of_server(answer) {
            Err(failure) if failure.kind() == FailureKind::Unreachable => Err(failure),
            Err(failure) => {
                tracing::info!(%failure, "left out of the sync");
                Ok(None)
            }
            Ok(answer) => Ok(Some(answer)),
        }
    }

    async fn flush(&self) -> Result<()> {
        match &self.keeping {
            Some(keeping) => keeping.cache.flush().await,
            None => Ok(()),
        }
    }
}

/// Of what the parts are fetched.
struct Subject {
    runs: Vec<Run>,
    models: Vec<LoggedModel>,
}

/// What is noted of a sync while it goes on.
struct Journal<'a> {
    cache: &'a Cache,
    subject: String,
    started_at: Timestamp,
    went_on: bool,
    n_done: AtomicUsize,
    n_all: AtomicUsize,
    progress: Box<dyn Fn(SyncProgress) + Send + std::marker::Sync + 'a>,
}

impl<'a> Journal<'a> {
    /// Begins a sync, or goes on with one that broke off.
    async fn begin(
        cache: &'a Cache,
        subject: String,
        progress: impl Fn(SyncProgress) + Send + std::marker::Sync + 'a,
    ) -> Result<Self> {
        let (wanted, began_at) = (subject.clone(), now());
        let before = cache.read(move |reading| reading.sync_of(&wanted)).await?;
        let broke_off = before
            .filter(|sync| sync.finished_at.is_none())
            .filter(|sync| began_at.millis_since(sync.started_at) < GOES_ON_WITHIN_MS);
        let journal = Self {
            cache,
            subject,
            started_at: broke_off.as_ref().map_or(began_at, |sync| sync.started_at),
            went_on: broke_off.is_some(),
            n_done: AtomicUsize::new(0),
            n_all: AtomicUsize::new(0),
            progress: Box::new(progress),
        };
        journal.note(None);
        cache.flush().await?;
        Ok(journal)
    }

    /// One more part is here, in the file and noted.
    async fn done(&self) -> Result<()> {
        // What the part left to be written comes first, so that no part is counted that is not here.
        self.cache.flush().await?;
        let n_done = self.n_done.fetch_add(1, Ordering::Relaxed) + 1;
        self.note(None);
        pause_at(&format!("part-{n_done}"));
        (self.progress)(SyncProgress {
            n_done,
            n_all: self.n_all.load(Ordering::Relaxed),
        });
        Ok(())
    }

    fn note(&self, finished_at: Option<Timestamp>) {
        let sync = Sync {
            subject: self.subject.clone(),
            started_at: self.started_at,
            finished_at,
            n_done: self.n_done.load(Ordering::Relaxed),
            n_all: self.n_all.load(Ordering::Relaxed),
        };
        self.cache.keep(0, move |writing| writing.sync(&sync));
    }
}
