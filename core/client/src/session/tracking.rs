use std::sync::Arc;

use flowdeck_domain::compare::{Comparison, compare};
use flowdeck_domain::port::{
    HistoryMark, HistoryPartStream, HistoryStream, LoggedModelQuery, RunFields, RunQuery, TraceQuery, View,
};
use flowdeck_domain::tracking::{
    Experiment, LoggedModel, MetricExtremes, MetricPoint, NOTE_TAG, Run, Tag, Trace, TraceInfo,
};
use flowdeck_domain::{ExperimentId, FailureKind, MetricKey, ModelId, Page, Result, RunId, TraceId};
use flowdeck_mlflow::artifacts::{keeps_spans_elsewhere, read_spans};
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt, stream};

use super::Session;
use crate::list::{ListRequest, Listing};

/// What a person asks of a list of runs.
#[derive(Clone, Debug, Default)]
pub struct RunListRequest {
    /// Filter, order, view and limit.
    pub list: ListRequest,
    /// The experiments to look in; none of them means all active ones.
    pub experiments: Vec<ExperimentId>,
    /// What to read of each run beside its info.
    pub fields: RunFields,
    /// How many runs to read at a time where pages are wanted; as the store does best where none is named.
    pub page_size: Option<usize>,
}

/// Runs that a server sends in one page: small enough to show the first soon.
const RUNS_PER_PAGE: usize = 1_000;
/// Experiments that a server sends in one page.
const EXPERIMENTS_PER_PAGE: usize = 1_000;
/// Logged models that a server sends in one page; it refuses more.
const LOGGED_MODELS_PER_PAGE: usize = 50;
/// Traces that a server sends in one page; it refuses more than 500.
const TRACES_PER_PAGE: usize = 100;
/// Requests for single runs that are under way at once.
const RUNS_AT_ONCE: usize = 8;

impl Session {
    /// Experiments that match.
    pub async fn experiments(&self, list: &ListRequest) -> Result<Listing<Experiment>> {
        let fetch = |query| async move { self.tracking.search_experiments(&query).await };
        list.collect(self.page_size(EXPERIMENTS_PER_PAGE), fetch).await
    }

    /// One experiment by id or name; the id wins.
    pub async fn experiment(&self, name_or_id: &str) -> Result<Experiment> {
        // Ids are digits in every store, so anything else can only be a name.
        if name_or_id.bytes().all(|byte| byte.is_ascii_digit()) {
            match self.tracking.experiment(&name_or_id.into()).await {
                Err(failure) if failure.kind() == FailureKind::NotFound => {}
                answer => return answer,
            }
        }
        self.tracking.experiment_by_name(name_or_id).await
    }

    /// Runs that match.
    pub async fn runs(&self, request: &RunListRequest) -> Result<Listing<Run>> {
        let experiments = self.or_all_active(&request.experiments).await?;
        let fetch = |query| {
            let query = RunQuery {
                query,
                experiments: experiments.clone(),
                fields: request.fields.clone(),
            };
            async move { self.tracking.search_runs(&query).await }
        };
        request.list.collect(self.page_size(RUNS_PER_PAGE), fetch).await
    }

    /// Runs that match, page after page as they are read: one page of a local store, some of a server.
    ///
    /// The last page is the one without a next; the limit of the request holds over all of them.
    pub fn run_pages(&self, request: RunListRequest) -> BoxStream<'static, Result<Page<Run>>> {
        let session = self.clone();
        let left = request.list.limit.unwrap_or(usize::MAX);
        let first = Some((request, left, None));
        stream::try_unfold(first, move |at| {
            let session = session.clone();
            async move {
                let Some((mut request, left, token)) = at else {
                    return Ok(None);
                };
                request.experiments = session.or_all_active(&request.experiments).await?;
                let usual = session.page_size(RUNS_PER_PAGE);
                let max_results = request.page_size.unwrap_or(usual).min(left);
                let query = RunQuery {
                    query: request.list.query(max_results, token),
                    experiments: request.experiments.clone(),
                    fields: request.fields.clone(),
                };
                let mut page = session.tracking.search_runs(&query).await?;
                let left = left.saturating_sub(page.items.len());
                if left == 0 {
                    page.next = None;
                }
                let next = page.next.clone().map(|token| (request, left, Some(token)));
                Ok(Some((page, next)))
            }
        })
        .boxed()
    }

    /// One run with all that was logged of it.
    pub async fn run(&self, id: &RunId) -> Result<Run> {
        self.tracking.run(id).await
    }

    /// Some runs with all that was logged of them, in the order asked for.
    pub async fn runs_by_id(&self, ids: &[RunId]) -> Result<Vec<Run>> {
        let run = |id: RunId| {
            let tracking = Arc::clone(&self.tracking);
            async move { tracking.run(&id).await }
        };
        stream::iter(ids.to_vec())
            .map(run)
            .buffered(RUNS_AT_ONCE)
            .try_collect()
            .await
    }

    /// Runs side by side, in the order asked for.
    pub async fn compare_runs(&self, ids: &[RunId]) -> Result<(Vec<Run>, Comparison)> {
        let runs = self.runs_by_id(ids).await?;
        let comparison = compare(&runs);
        Ok((runs, comparison))
    }

    /// All points of a metric as they are read, in the store's own order.
    pub fn metric_history(&self, run: &RunId, key: &MetricKey) -> HistoryStream {
        self.tracking.metric_history(run, key)
    }

    /// The points of a metric that were logged since a mark; all of them where there is none.
    pub fn history_after(
        &self,
        run: &RunId,
        key: &MetricKey,
        mark: Option<&HistoryMark>,
    ) -> HistoryPartStream {
        self.tracking.history_after(run, key, mark)
    }

    /// All points of a metric at once.
    pub async fn metric_points(&self, run: &RunId, key: &MetricKey) -> Result<Vec<MetricPoint>> {
        self.metric_history(run, key).try_concat().await
    }

    /// The least and the greatest value of some metrics of a run, those left out of which telling would take long; none
    /// where it would take all points over the network.
    pub async fn metric_extremes(
        &self,
        run: &RunId,
        keys: &[MetricKey],
    ) -> Result<Option<Vec<MetricExtremes>>> {
        self.tracking.metric_extremes(run, keys).await
    }

    /// Logged models that match.
    pub async fn logged_models(
        &self,
        list: &ListRequest,
        experiments: &[ExperimentId],
    ) -> Result<Listing<LoggedModel>> {
        let experiments = self.or_all_active(experiments).await?;
        let fetch = |query| {
            let query = LoggedModelQuery {
                query,
                experiments: experiments.clone(),
            };
            async move { self.tracking.search_logged_models(&query).await }
        };
        list.collect(self.page_size(LOGGED_MODELS_PER_PAGE), fetch).await
    }

    /// One logged model.
    pub async fn logged_model(&self, id: &ModelId) -> Result<LoggedModel> {
        self.tracking.logged_model(id).await
    }

    /// Traces that match, without spans.
    pub async fn traces(
        &self,
        list: &ListRequest,
        experiments: &[ExperimentId],
    ) -> Result<Listing<TraceInfo>> {
        let experiments = self.or_all_active(experiments).await?;
        let fetch = |query| {
            let query = TraceQuery {
                query,
                experiments: experiments.clone(),
            };
            async move { self.tracking.search_traces(&query).await }
        };
        list.collect(self.page_size(TRACES_PER_PAGE), fetch).await
    }

    /// One trace with its spans.
    pub async fn trace(&self, id: &TraceId) -> Result<Trace> {
        let mut trace = self.tracking.trace(id).await?;
        // A local store finds the spans that lie beside it; those in an object store are read as artifacts are.
        if trace.spans.is_empty() && keeps_spans_elsewhere(&trace.info) {
            trace.spans = read_spans(&*self.artifacts, &trace.info).await?;
        }
        Ok(trace)
    }

    /// Sets the note of an experiment, in Markdown.
    pub async fn set_experiment_note(&self, id: &ExperimentId, note: &str) -> Result<()> {
        self.writer.set_experiment_tag(id, &note_tag(note)).await
    }

    /// Sets the note of a run, in Markdown.
    pub async fn set_run_note(&self, id: &RunId, note: &str) -> Result<()> {
        self.writer.set_run_tag(id, &note_tag(note)).await
    }

    async fn or_all_active(&self, experiments: &[ExperimentId]) -> Result<Vec<ExperimentId>> {
        if !experiments.is_empty() {
            return Ok(experiments.to_vec());
        }
        let active = ListRequest {
            view: View::Active,
            ..ListRequest::default()
        };
        Ok(self
            .experiments(&active)
            .await?
            .items
            .into_iter()
            .map(|experiment| experiment.id)
            .collect())
    }
}

fn note_tag(note: &str) -> Tag {
    Tag {
        key: NOTE_TAG.into(),
        value: note.to_owned(),
    }
}
