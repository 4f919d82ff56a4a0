use async_trait::async_trait;
use flowdeck_cache::Thing;
use flowdeck_domain::port::{
    HistoryMark, HistoryPartStream, LoggedModelQuery, Query, RunFields, RunQuery, StoreOrigin, TraceQuery,
    TrackingReader, View,
};
use flowdeck_domain::tracking::{Experiment, LoggedModel, MetricExtremes, Run, Trace, TraceInfo};
use flowdeck_domain::{ExperimentId, FailureKind, MetricKey, ModelId, Page, Result, RunId, TraceId};

use super::{Answered, Kept, follows_kept, history};

/// Bytes that a thing takes while it waits to be kept, about: what is not known is guessed high.
const THING_BYTES: usize = 4_096;

pub(super) type Tracking = Kept<dyn TrackingReader>;

#[async_trait]
impl TrackingReader for Tracking {
    fn origin(&self) -> StoreOrigin {
        self.live.origin()
    }

    async fn probe(&self) -> Result<StoreOrigin> {
        if self.keeping.contact.is_offline() {
            return Ok(self.live.origin());
        }
        self.live.probe().await
    }

    fn change_mark(&self) -> Option<u64> {
        self.live.change_mark()
    }

    async fn search_experiments(&self, query: &Query) -> Result<Page<Experiment>> {
        let parents = || vec![String::new()];
        self.list(
            parents,
            query,
            self.live.search_experiments(query),
            self.offline.search_experiments(query),
        )
        .await
    }

    async fn experiment(&self, id: &ExperimentId) -> Result<Experiment> {
        self.thing(id.as_str(), self.live.experiment(id), self.offline.experiment(id))
            .await
    }

    async fn experiment_by_name(&self, name: &str) -> Result<Experiment> {
        let (live, kept) = (
            self.live.experiment_by_name(name),
            self.offline.experiment_by_name(name),
        );
        self.thing("", live, kept).await
    }

    async fn search_runs(&self, query: &RunQuery) -> Result<Page<Run>> {
        // A server sends all of each run whatever is asked for, and all of it is worth keeping.
        let whole = RunQuery {
            fields: RunFields::all(),
            ..query.clone()
        };
        let (live, kept) = (self.live.search_runs(&whole), self.offline.search_runs(&whole));
        let parents = || names(&query.experiments);
        let mut page = self.list(parents, &query.query, live, kept).await?;
        for run in &mut page.items {
            query.fields.strip(run);
        }
        Ok(page)
    }

    async fn run(&self, id: &RunId) -> Result<Run> {
        self.thing(id.as_str(), self.live.run(id), self.offline.run(id))
            .await
    }

    async fn metric_extremes(&self, run: &RunId, keys: &[MetricKey]) -> Result<Option<Vec<MetricExtremes>>> {
        let kept = async { Ok(None) };
        let answer = self.answer(self.live.metric_extremes(run, keys), kept).await?;
        Ok(answer.into_inner())
    }

    fn history_after(&self, run: &RunId, key: &MetricKey, mark: Option<&HistoryMark>) -> HistoryPartStream {
        history::parts(self.clone(), run.clone(), key.clone(), mark.cloned())
    }

    async fn search_logged_models(&self, query: &LoggedModelQuery) -> Result<Page<LoggedModel>> {
        let (live, kept) = (
            self.live.search_logged_models(query),
            self.offline.search_logged_models(query),
        );
        let parents = || names(&query.experiments);
        self.list(parents, &active(&query.query), live, kept).await
    }

    async fn logged_model(&self, id: &ModelId) -> Result<LoggedModel> {
        let (live, kept) = (self.live.logged_model(id), self.offline.logged_model(id));
        self.thing(id.as_str(), live, kept).await
    }

    async fn search_traces(&self, query: &TraceQuery) -> Result<Page<TraceInfo>> {
        let (live, kept) = (self.live.search_traces(query), self.offline.search_traces(query));
        let parents = || names(&query.experiments);
        self.list(parents, &active(&query.query), live, kept).await
    }

    async fn trace(&self, id: &TraceId) -> Result<Trace> {
        let answer = self.answer(self.live.trace(id), self.offline.trace(id)).await?;
        if let Answered::Live(trace, at) = &answer {
            let (trace, at) = (trace.clone(), *at);
            self.keep(THING_BYTES * (1 + trace.spans.len()), move |writing| {
                writing.trace(&trace, at)
            });
        }
        Ok(answer.into_inner())
    }
}

impl<P: ?Sized + Send + Sync> Kept<P> {
    /// A page of a list, kept with what it tells of the list.
    pub(super) async fn list<T: Thing + Clone>(
        &self,
        parents: impl FnOnce() -> Vec<String>,
        query: &Query,
        live: impl Future<Output = Result<Page<T>>> + Send,
        kept: impl Future<Output = Result<Page<T>>> + Send,
    ) -> Result<Page<T>> {
        if follows_kept(query) {
            return kept.await;
        }
        let answer = self.answer(live, kept).await?;
        if let Answered::Live(page, at) = &answer {
            let seen = self.sweeps.seen(T::KIND, parents(), query, page, *at);
            let (things, at) = (page.items.clone(), *at);
            self.keep(THING_BYTES * (1 + things.len()), move |writing| {
                writing.things(&things, at)?;
                seen.note(writing)
            });
        }
        Ok(answer.into_inner())
    }

    /// One thing, kept, and forgotten where the server no longer has it.
    pub(super) async fn thing<T: Thing + Clone>(
        &self,
        id: &str,
        live: impl Future<Output = Result<T>> + Send,
        kept: impl Future<Output = Result<T>> + Send,
    ) -> Result<T> {
        let answer = self.answer(live, kept).await;
        match &answer {
            Ok(Answered::Live(thing, at)) => {
                let (thing, at) = ([thing.clone()], *at);
                self.keep(THING_BYTES, move |writing| writing.things(&thing, at));
            }
            Err(failure) if failure.kind() == FailureKind::NotFound && !id.is_empty() => {
                let id = id.to_owned();
                self.keep(0, move |writing| writing.forget(T::KIND, &id));
            }
            Ok(Answered::Kept(_)) | Err(_) => {}
        }
        answer.map(Answered::into_inner)
    }
}

/// Logged models and traces have no lifecycle stages.
fn active(query: &Query) -> Query {
    Query {
        view: View::Active,
        ..query.clone()
    }
}

fn names(ids: &[ExperimentId]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}
