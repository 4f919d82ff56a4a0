use std::future::Future;

use flowdeck_domain::pipelines::{Pipeline, PipelineExperiment, PipelineRun, PipelineVersion, RecurringRun};
use flowdeck_domain::port::{PipelinesQuery, Predicate, RunsQuery, SortKey};
use flowdeck_domain::{Page, PageToken, PipelineExperimentId, PipelineId, Result};

use super::Pipelines;
use crate::list::Listing;

/// Runs of one page: each brings all nodes of its workflow.
const RUNS_PER_PAGE: usize = 100;
/// Other things of one page: as many as a server gives.
const THINGS_PER_PAGE: usize = 200;

/// What a person asks of a list.
#[derive(Clone, Debug, Default)]
pub struct PipelinesListRequest {
    /// What must hold of each; all of them.
    pub predicates: Vec<Predicate>,
    /// By what to sort; none means the latest first.
    pub sort: Option<SortKey>,
    /// How many at most; none for all.
    pub limit: Option<usize>,
    /// Of this experiment alone, where it is of runs or schedules.
    pub experiment: Option<PipelineExperimentId>,
}

impl Pipelines {
    /// Pipelines that match: those of the namespace, or the shared ones.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn pipelines(&self, request: &PipelinesListRequest) -> Result<Listing<Pipeline>> {
        let fetch = |query| async move { self.reader.pipelines(&query).await };
        self.collected(request, THINGS_PER_PAGE, fetch).await
    }

    /// Versions of a pipeline.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn pipeline_versions(
        &self,
        id: &PipelineId,
        request: &PipelinesListRequest,
    ) -> Result<Listing<PipelineVersion>> {
        let fetch = |query| async move { self.reader.pipeline_versions(id, &query).await };
        self.collected(request, THINGS_PER_PAGE, fetch).await
    }

    /// Experiments that match.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn pipeline_experiments(
        &self,
        request: &PipelinesListRequest,
    ) -> Result<Listing<PipelineExperiment>> {
        let fetch = |query| async move { self.reader.pipeline_experiments(&query).await };
        self.collected(request, THINGS_PER_PAGE, fetch).await
    }

    /// Runs that match.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn pipeline_runs(&self, request: &PipelinesListRequest) -> Result<Listing<PipelineRun>> {
        let fetch = |query| {
            let query = of_runs(query, request);
            async move { self.reader.pipeline_runs(&query).await }
        };
        self.collected(request, RUNS_PER_PAGE, fetch).await
    }

    /// Schedules that match.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn recurring_runs(&self, request: &PipelinesListRequest) -> Result<Listing<RecurringRun>> {
        let fetch = |query| {
            let query = of_runs(query, request);
            async move { self.reader.recurring_runs(&query).await }
        };
        self.collected(request, THINGS_PER_PAGE, fetch).await
    }

    /// Page after page until the limit or the end: every page with the same order, filter and size.
    async fn collected<T, F>(
        &self,
        request: &PipelinesListRequest,
        page_size: usize,
        fetch: impl Fn(PipelinesQuery) -> F,
    ) -> Result<Listing<T>>
    where
        F: Future<Output = Result<Page<T>>>,
    {
        let limit = request.limit.unwrap_or(usize::MAX);
        let mut listing = Listing {
            items: Vec::new(),
            more: false,
            warnings: Vec::new(),
        };
        let mut next: Option<PageToken> = None;
        loop {
            let query = PipelinesQuery {
                predicates: request.predicates.clone(),
                sort: request.sort.clone(),
                page_size: page_size.min(limit).max(1),
                page: next.clone(),
                namespace: self.namespace.clone(),
            };
            let page = fetch(query).await?;
            listing.items.extend(page.items);
            listing.warnings.extend(page.warnings);
            listing.more = page.next.is_some() || listing.items.len() > limit;
            // A gateway that answers with the same page again and again must not be asked for ever.
            let goes_on = page.next.is_some() && page.next != next && listing.items.len() < limit;
            if !goes_on {
                break;
            }
            next = page.next;
        }
        listing.items.truncate(limit);
        Ok(listing)
    }
}

fn of_runs(query: PipelinesQuery, request: &PipelinesListRequest) -> RunsQuery {
    RunsQuery {
        query,
        experiment: request.experiment.clone(),
    }
}
